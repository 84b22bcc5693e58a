"""Packs as files in a folder: closed to other users, written whole, named alike each time."""

import hashlib
import os
import re
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from hmrc_pipeline.home import Home
from hmrc_pipeline.readings import known_passwords
from hmrc_pipeline.reconciliation.evidence.beancount import as_beancount
from hmrc_pipeline.reconciliation.evidence.gather import packs_of
from hmrc_pipeline.reconciliation.evidence.letter import Letter, letters_of
from hmrc_pipeline.reconciliation.evidence.pack import Audience, Pack
from hmrc_pipeline.reconciliation.evidence.paper import as_html
from hmrc_pipeline.reconciliation.evidence.pictures import pages_of
from hmrc_pipeline.reconciliation.evidence.sheet import as_pdf
from hmrc_pipeline.reconciliation.evidence.spreadsheets import as_csv, as_workbook
from hmrc_pipeline.reconciliation.evidence.tables import tables_of
from hmrc_pipeline.reconciliation.ical import as_ical
from hmrc_pipeline.tax_year import TaxYear

__all__ = ["write_evidence"]

Files = dict[str, bytes]


def write_evidence(
    home: Home, tax_year: TaxYear, folder: Path, *, audience: Audience, person_id: str | None = None, now: datetime
) -> list[Path]:
    """Write a person's packs and return the files, in order. For employers one folder each below `folder`.

    Raises `NothingToShow`.
    """
    passwords = known_passwords(home)
    written: list[Path] = []
    for pack in packs_of(home, tax_year, audience, person_id=person_id, now=now):
        place = folder if audience == "self" else folder / _slug(pack.employments[0].key)
        written += _write(place, _files(home, pack, passwords))
    return written


def _files(home: Home, pack: Pack, passwords: tuple[str, ...]) -> Files:
    pages = [page for exhibit in pack.exhibits for page in pages_of(home, exhibit, pack.audience, passwords)]
    letters, tables = letters_of(pack), tables_of(pack)
    files: Files = {
        "evidence.html": as_html(pack, letters, tables, pages).encode(),
        "evidence.pdf": as_pdf(pack, letters, tables, pages),
        "evidence.xlsx": as_workbook(tables, pack.title),
        **{f"{table.name}.csv": as_csv(table).encode() for table in tables if table.rows},
        **{f"pages/{page.name}": page.png for page in pages if page.png is not None},
    }
    for letter in letters:
        files[f"letter-{'hmrc-' if letter.is_to_hmrc else ''}{_slug(letter.employment.key)}.txt"] = _as_text(
            letter
        ).encode()
    if pack.audience == "self":
        files["payslips.beancount"] = as_beancount(pack).encode()
        files |= _calendar(pack)
    files["hashes.txt"] = _hashes(pack, files).encode()
    return files


def _calendar(pack: Pack) -> Files:
    """The days to keep; no file where there are none."""
    employments = [{"findings": item.findings} for item in pack.employments]
    person = {"person": pack.person.person_id, "tax_year": pack.tax_year.label, "employments": employments}
    calendar = as_ical([person], pack.made_at)
    return {} if calendar is None else {"deadlines.ics": calendar}


def _hashes(pack: Pack, files: Mapping[str, bytes]) -> str:
    """The originals by exhibit, and the files of the pack as `sha256sum --check` reads them."""
    lines = ["# SHA-256 of the original documents"]
    lines += [f"# {exhibit.sha256}  exhibit {exhibit.name}: {exhibit.title}" for exhibit in pack.exhibits]
    lines += ["", "# SHA-256 of the files of this pack; check with: sha256sum --check hashes.txt"]
    lines += [f"{hashlib.sha256(content).hexdigest()}  {name}" for name, content in sorted(files.items())]
    return "\n".join(lines) + "\n"


def _as_text(letter: Letter) -> str:
    numbered = [f"{number}. {text}" for number, text in enumerate(letter.findings, 1)]
    asked = [f"{number}. {text}" for number, text in enumerate(letter.requests, 1)]
    blocks = [
        "\n".join(letter.sender),
        letter.to,
        letter.date,
        letter.greeting,
        letter.subject,
        letter.opening,
        "\n".join(["What I found:", *numbered]),
        "\n".join(["What I ask:", *asked]),
        *letter.closing,
    ]
    return "\n\n".join(blocks) + "\n"


def _write(folder: Path, files: Mapping[str, bytes]) -> list[Path]:
    _remove_earlier(folder, files)
    written = []
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        draft = path.with_name(f".{path.name}.draft")
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            file.write(content)
        draft.replace(path)
        written.append(path)
    return sorted(written)


def _remove_earlier(folder: Path, files: Mapping[str, bytes]) -> None:
    """Remove what an earlier pack left here and this one does not hold, else a page of another year or person would be
    sent with it. Only what is still as that pack's hashes say."""
    try:
        lines = (folder / "hashes.txt").read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError):
        return
    for line in lines:
        digest, _, name = line.partition("  ")
        path = folder / name
        if line.startswith("#") or name in files or not path.is_file() or not _is_below(folder, path):
            continue
        if hashlib.sha256(path.read_bytes()).hexdigest() == digest:
            path.unlink()


def _is_below(folder: Path, path: Path) -> bool:
    return path.resolve().is_relative_to(folder.resolve())


def _slug(text: str) -> str:
    return re.sub(r"[^A-Za-z0-9]+", "-", text).strip("-") or "employer"
