"""The main job on given files, in a HOME that vanishes unless it is to be kept.

The same wings in the same order as the pipeline's jobs, so that both give the same result.
"""

import json
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from hmrc_pipeline.cli.output import plain, progress
from hmrc_pipeline.database.generations import known_years, pending_years
from hmrc_pipeline.documents import NotTaken, given_sources, take_in
from hmrc_pipeline.extraction import Reader, reader_version, texts_of
from hmrc_pipeline.hmrc import import_summary
from hmrc_pipeline.home import Home, open_home
from hmrc_pipeline.people import list_people
from hmrc_pipeline.problems import Problem
from hmrc_pipeline.readings import DocumentSummary, known_passwords, list_documents, read_new
from hmrc_pipeline.reconciliation import choose_and_reconcile, people_as_json
from hmrc_pipeline.settings import load_settings
from hmrc_pipeline.tax_year import TaxYear

__all__ = ["Outcome", "reconcile_once"]

_Reason = tuple[str, str]
"""A file as the person named it, and a sentence."""


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
        not_taken = _read(home, paths, now, apart=[hmrc_summary] if hmrc_summary else [])
        if summary:
            import_summary(home, summary, person_id=_only_person(home), source="file", now=now)
        _reconcile(home, now)
        return _outcome(home, tax_year, not_taken)


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


def _read(home: Home, paths: Sequence[Path], now: datetime, *, apart: Sequence[Path]) -> list[NotTaken]:
    """Take in and read; the files that could not even be taken in."""
    with progress("Taking in") as advance:
        taken = [take_in(home, source, now=now, progress=advance) for source in given_sources(paths, apart=apart)]
    own = load_settings().layouts  # the user's, also where HOME is a passing one
    passwords = known_passwords(home, layouts=own)
    with Reader(passwords=passwords, layouts=texts_of(own)) as pool, progress("Reading") as advance:
        read_new(home, pool, now=now, progress=advance, version=reader_version(own))
    return [problem for intake in taken for problem in intake.problems]


def _reconcile(home: Home, now: datetime) -> None:
    with home.database.reading() as session:
        years = [TaxYear.parse(year) for year, _generation in pending_years(session)]
    with progress("Reconciling") as advance:
        for done, year in enumerate(years):
            advance(done, len(years))
            choose_and_reconcile(home, year, now=now)
        advance(len(years), len(years))


def _outcome(home: Home, tax_year: TaxYear | None, not_taken: Sequence[NotTaken]) -> Outcome:
    with home.database.reading() as session:
        people = people_as_json(session, [tax_year] if tax_year else map(TaxYear.parse, known_years(session)))
    documents = [item for item in list_documents(home) if not (item.is_withdrawn or item.is_ignored)]
    unread = [*_reasons(documents, "quarantined"), *((each.reference, each.sentence) for each in not_taken)]
    uncounted = {
        "in_review": list(_reasons(documents, "needs_review")),
        "of_nobody": list(_of_nobody(documents)),
        "left_aside": list(_left_aside(documents)),
    }
    needs_a_look = bool(uncounted["in_review"] or uncounted["of_nobody"])
    remarks = tuple(_remarks(people, uncounted, tax_year, is_unread=bool(unread)))
    files = _files_named(people, documents)
    beside = {name: _told(pairs) for name, pairs in uncounted.items() if pairs}
    answer = {"people": people, "quarantined": _told(unread), **beside, **({"files": files} if files else {})}
    return Outcome(answer, remarks, _exit_code(people, is_unread=bool(unread), is_in_review=needs_a_look))


def _told(pairs: Sequence[_Reason]) -> list[dict[str, str]]:
    return [{"file": file, "reason": reason} for file, reason in sorted(pairs)]


def _remarks(
    people: Sequence[dict[str, Any]],
    uncounted: Mapping[str, Sequence[_Reason]],
    year: TaxYear | None,
    *,
    is_unread: bool,
) -> Iterator[str]:
    """What was left out of the figures, and what that means for what is missing."""
    to_look_at = sorted([*uncounted["in_review"], *uncounted["of_nobody"]])
    for file, reason in to_look_at:
        yield f"needs a look, not counted: {plain(file)}: {reason}"
    for file, reason in uncounted["left_aside"]:
        yield f"left aside: {plain(file)}: {reason}"
    if not people:
        which = f" of {year}" if year else ""
        yield f"Nothing could be compared: there is no payslip and no P60{which} among these files."
    missing = any(
        finding["cause"] == "missing_payslip" for each in _employments(people) for finding in each["findings"]
    )
    if missing and (is_unread or to_look_at):
        yield "What is missing may be among the files that were not read or not counted: look at those before you ask."


def _reasons(documents: Sequence[DocumentSummary], status: str) -> Iterator[_Reason]:
    for item in documents:
        for part in item.parts:
            if part.status == status:
                yield _name(item), part.reason


def _left_aside(documents: Sequence[DocumentSummary]) -> Iterator[_Reason]:
    for item in documents:
        if item.parts and all(part.doc_type == "other" and part.status == "consistent" for part in item.parts):
            yield _name(item), item.parts[0].reason


def _of_nobody(documents: Sequence[DocumentSummary]) -> Iterator[_Reason]:
    for item in documents:
        if any(part.is_unassigned and part.status != "needs_review" for part in item.parts):
            yield _name(item), "It does not say whose it is, and what it says fits nobody or several people."


def _name(item: DocumentSummary) -> str:
    """The file as the person named it; the same bytes may lie under several names."""
    return ", ".join(item.seen_as)


def _files_named(people: Sequence[dict[str, Any]], documents: Sequence[DocumentSummary]) -> dict[str, str]:
    """The file behind every document that a finding names by its SHA-256."""
    findings = [finding for employment in _employments(people) for finding in employment["findings"]]
    named = {sha256 for finding in findings for sha256 in finding["evidence"].get("documents", ())}
    named |= {figure["document"] for finding in findings for figure in finding["evidence"].get("figures", ())}
    return {item.sha256: _name(item) for item in documents if item.sha256 in named}


def _employments(people: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    return [employment for person in people for year in person["tax_years"] for employment in year["employments"]]


def _exit_code(people: Sequence[dict[str, Any]], *, is_unread: bool, is_in_review: bool) -> int:
    """1 for whatever a person must look at; else 2 when something could not be read or nothing be compared."""
    employments = _employments(people)
    findings = [finding for employment in employments for finding in employment["findings"]]
    states = {measure["state"] for employment in employments for measure in employment["measures"]}
    if "differs" in states or any(finding["kind"] == "discrepancy" for finding in findings):
        return 1
    if is_unread or not states - {"not_comparable"}:
        return 2
    return 1 if is_in_review else 0


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
