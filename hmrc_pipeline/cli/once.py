"""The main job on given files, in a HOME that vanishes unless it is to be kept.

The same wings in the same order as the pipeline's jobs, so that both give the same result.
"""

import json
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from hmrc_pipeline.cli.output import progress
from hmrc_pipeline.database.generations import known_years, pending_years
from hmrc_pipeline.documents import given_sources, take_in
from hmrc_pipeline.extraction import Reader, reader_version, texts_of
from hmrc_pipeline.hmrc import import_summary
from hmrc_pipeline.home import Home, open_home
from hmrc_pipeline.p60s import choose_p60s
from hmrc_pipeline.payslips import choose_payslips
from hmrc_pipeline.people import list_people
from hmrc_pipeline.problems import Problem
from hmrc_pipeline.readings import known_passwords, list_documents, read_new
from hmrc_pipeline.reconciliation import people_as_json, reconcile_year
from hmrc_pipeline.settings import load_settings
from hmrc_pipeline.tax_year import TaxYear

__all__ = ["Outcome", "reconcile_once"]


@dataclass(frozen=True)
class Outcome:
    """The `reconcile --json` object, sentences beside it, and the exit code."""

    answer: dict[str, Any]
    remarks: tuple[str, ...]
    exit_code: int


def reconcile_once(
    paths: Sequence[Path], *, tax_year: TaxYear | None, hmrc_summary: Path | None, keep: bool
) -> Outcome:
    """Read, compare and explain. Raises `Problem` when HMRC's file cannot be used."""
    summary = _load_summary(hmrc_summary)
    with _home(keep=keep) as home:
        now = datetime.now(UTC)
        _read(home, paths, now)
        if summary:
            import_summary(home, summary, person_id=_only_person(home), source="file", now=now)
        _reconcile(home, now)
        return _outcome(home, tax_year)


@contextmanager
def _home(*, keep: bool) -> Iterator[Home]:
    if keep:
        yield open_home(load_settings())
        return
    with tempfile.TemporaryDirectory(prefix="hmrc-pipeline-") as folder:
        place = Path(folder)
        elsewhere = ("database_url", "document_store", "secret_key_file", "documents_folder")
        home = open_home(load_settings(home=place, **dict.fromkeys(elsewhere)))
        try:
            yield home
        finally:
            home.database.engine.dispose()


def _read(home: Home, paths: Sequence[Path], now: datetime) -> None:
    with progress("Taking in") as advance:
        for source in given_sources(paths):
            take_in(home, source, now=now, progress=advance)
    own = load_settings().layouts  # the user's, also where HOME is a passing one
    passwords = known_passwords(home, layouts=own)
    with Reader(passwords=passwords, layouts=texts_of(own)) as pool, progress("Reading") as advance:
        read_new(home, pool, now=now, progress=advance, version=reader_version(own))


def _reconcile(home: Home, now: datetime) -> None:
    with home.database.reading() as session:
        years = [TaxYear.parse(year) for year, _generation in pending_years(session)]
    with progress("Reconciling") as advance:
        for done, year in enumerate(years):
            advance(done, len(years))
            choose_payslips(home, year)
            choose_p60s(home, year)
            reconcile_year(home, year, now=now)
        advance(len(years), len(years))


def _outcome(home: Home, tax_year: TaxYear | None) -> Outcome:
    with home.database.reading() as session:
        people = people_as_json(session, [tax_year] if tax_year else map(TaxYear.parse, known_years(session)))
    quarantined = [{"file": file, "reason": reason} for file, reason in _reasons(home, "quarantined")]
    remarks = tuple(f"needs a look, not counted: {file}: {reason}" for file, reason in _reasons(home, "needs_review"))
    return Outcome({"people": people, "quarantined": quarantined}, remarks, _exit_code(people))


def _reasons(home: Home, status: str) -> Iterator[tuple[str, str]]:
    for item in list_documents(home):
        for part in item.parts:
            if part.status == status:
                yield ", ".join(item.seen_as), " ".join(part.reasons)


def _exit_code(people: Sequence[dict[str, Any]]) -> int:
    employments = [e for person in people for year in person["tax_years"] for e in year["employments"]]
    if not employments:
        return 2
    findings = [finding for employment in employments for finding in employment["findings"]]
    states = [measure["state"] for employment in employments for measure in employment["measures"]]
    return 1 if "differs" in states or any(f["kind"] == "discrepancy" for f in findings) else 0


def _load_summary(path: Path | None) -> dict[str, Any] | None:
    if path is None:
        return None
    try:
        summary = json.loads(path.read_text(encoding="utf-8"), parse_float=Decimal)
    except ValueError:
        raise Problem(f"{path} is not JSON; it must hold HMRC's answers by tax year and API") from None
    if not isinstance(summary, dict):
        raise Problem(f'{path} must look like {{"2024-25": {{"income": {{...}}, "tax": {{...}}}}}}')
    return summary


def _only_person(home: Home) -> str:
    with home.database.reading() as session:
        people = list_people(session, home.cipher)
    if len(people) != 1:
        raise Problem(
            f"the documents are of {len(people)} people, so HMRC's file cannot be told whose it is: "
            "reconcile one person's documents at a time"
        )
    return people[0].person_id
