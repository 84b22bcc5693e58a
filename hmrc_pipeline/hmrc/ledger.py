"""What is written down when HMRC is asked: the call, the answer, what is known now. One transaction each.

Which questions are asked is `sync`'s business; what an answer means is decided in `availability`.
"""

import secrets
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from hmrc_pipeline.database.tables.hmrc import Availability, Fetch, Snapshot
from hmrc_pipeline.hmrc.answers import Answer, Outcome
from hmrc_pipeline.hmrc.apis import APIS, Api
from hmrc_pipeline.hmrc.availability import REAUTHORISE, Verdict, after_answer, before_asking, sentence
from hmrc_pipeline.hmrc.endpoints import place_of
from hmrc_pipeline.hmrc.figures import annual_figures, raise_if_figures_differ
from hmrc_pipeline.hmrc.snapshots import Kept, keep, snapshots_of
from hmrc_pipeline.home import Home
from hmrc_pipeline.tax_year import TaxYear

__all__ = ["Question", "SyncLine", "exit_code", "questions_of", "record_answer", "record_fetches", "record_verdicts"]


@dataclass(frozen=True)
class SyncLine:
    """What is known of one person, year and API after a sync; `problem` when asking failed just now."""

    person_id: str
    tax_year: str
    api: str
    state: str
    snapshot: str | None
    asked_at: datetime | None
    next_ask: datetime | None
    reason: str = "never"
    problem: str | None = None
    is_temporary: bool = False
    is_announced: bool = False
    """Not asked because HMRC says that it is being maintained."""

    @property
    def needs_reauthorisation(self) -> bool:
        """Whether a person has to sign in at HMRC for this line to have an answer."""
        return self.state == "not_authorised" and self.reason in REAUTHORISE

    @property
    def sentence(self) -> str:
        return self.problem or sentence(self.reason, self.person_id)

    def as_json(self) -> dict[str, Any]:
        """The line `sync --json` prints."""
        return {
            "person": self.person_id,
            "tax_year": self.tax_year,
            "api": self.api,
            "state": "not_yet" if self.state == "not_asked" else self.state,
            "snapshot": self.snapshot,
            "asked_at": self.asked_at.isoformat() if self.asked_at else None,
            "next_ask": self.next_ask.isoformat() if self.next_ask else None,
        }


def exit_code(lines: Iterable[SyncLine]) -> int:
    """What the command ends with: 2 when an error stayed through every try, 3 when a person must authorise again,
    else 0. That HMRC has no figures, or is being maintained, is no error."""
    lines = list(lines)
    if any(line.problem and not line.is_announced for line in lines):
        return 2
    return 3 if any(line.needs_reauthorisation for line in lines) else 0


@dataclass(frozen=True)
class Question:
    """One person, year and API, and what is known of it before it is asked."""

    person_id: str
    year: TaxYear
    api: Api
    known: Verdict
    asked_at: datetime | None
    snapshot: str | None

    def line(self, *, problem: str | None = None, is_temporary: bool = False, is_announced: bool = False) -> SyncLine:
        return SyncLine(
            self.person_id,
            self.year.label,
            self.api.name,
            self.known.state,
            self.snapshot,
            self.asked_at,
            self.known.next_ask,
            self.known.reason,
            problem,
            is_temporary,
            is_announced,
        )


def questions_of(
    session: Session, person_id: str, years: Iterable[TaxYear], source: str, now: datetime
) -> dict[TaxYear, list[Question]]:
    """The five questions of each of a person's years, as things stand."""
    rows = {
        (row.tax_year, row.api): row
        for row in session.scalars(sa.select(Availability).where(Availability.person_id == person_id))
    }
    query = sa.select(Snapshot.tax_year, Snapshot.api, Snapshot.snapshot_id)
    ours = query.where(Snapshot.person_id == person_id, Snapshot.source == source)
    oldest_first = ours.order_by(Snapshot.last_confirmed_at, Snapshot.captured_at)
    newest = {(year, api): snapshot_id for year, api, snapshot_id in session.execute(oldest_first)}

    def question(year: TaxYear, api: Api) -> Question:
        key = (year.label, api.name)
        row = rows.get(key)
        if row is None:
            return Question(person_id, year, api, before_asking(year, now), None, newest.get(key))
        known = Verdict(row.state, row.reason, row.next_ask)  # type: ignore[arg-type]
        return Question(person_id, year, api, known, row.asked_at, newest.get(key))

    return {year: [question(year, api) for api in APIS] for year in years}


def record_verdicts(home: Home, verdicts: Iterable[tuple[Question, Verdict]]) -> list[Question]:
    """Write down, in one transaction, what is known of one person without answers to these very questions."""
    told = [(question, verdict) for question, verdict in verdicts if question.known != verdict]
    if told:
        with home.database.writing() as session:
            years = {question.year: question.person_id for question, _ in told}
            before = {year: annual_figures(session, person_id, year) for year, person_id in years.items()}
            for question, verdict in told:
                _remember(session, question, verdict, question.asked_at)
            for year, person_id in sorted(years.items()):
                raise_if_figures_differ(session, person_id, year, before[year])
    return [replace(question, known=verdict) for question, verdict in told]


def record_answer(home: Home, question: Question, answer: Answer, now: datetime) -> SyncLine:
    """Everything that follows from one answer, in one transaction."""
    source, person_id, year = place_of(home.settings), question.person_id, question.year
    with home.database.writing() as session:
        before = annual_figures(session, person_id, year)
        newest = _newest(snapshots_of(session, person_id, year.label), question.api.name, source)
        kept = _keep(session, question, source, answer, now, found=newest is not None)
        verdict = after_answer(
            question.known,
            year,
            answer,
            now,
            found=newest is not None,
            differs=kept is not None and kept.differs,
        )
        record_fetches(session, question, answer, now, kept.snapshot_id if kept else None)
        _remember(session, question, verdict, now)
        raise_if_figures_differ(session, person_id, year, before)
    snapshot = kept.snapshot_id if kept else (newest.snapshot_id if newest else None)
    told = replace(question, known=verdict, asked_at=now, snapshot=snapshot)
    announced = answer.outcome is Outcome.MAINTENANCE
    return told.line(problem=_problem(answer), is_temporary=answer.is_temporary, is_announced=announced)


def record_fetches(
    session: Session, question: Question, answer: Answer, now: datetime, snapshot_id: str | None = None
) -> None:
    """One row for each call that was made, retried ones too."""
    for call in (*answer.earlier, answer):
        session.add(
            Fetch(
                fetch_id=f"f_{secrets.token_hex(8)}",
                person_id=question.person_id,
                tax_year=question.year.label,
                api=question.api.name,
                asked_at=call.asked_at or now,
                status=call.status,
                code=call.code,
                duration_ms=call.duration_ms,
                snapshot_id=snapshot_id if call is answer else None,
            )
        )


def _keep(
    session: Session, question: Question, source: str, answer: Answer, now: datetime, *, found: bool
) -> Kept | None:
    if answer.outcome is not Outcome.FOUND or answer.body is None:
        return None
    return keep(
        session,
        person_id=question.person_id,
        tax_year=question.year.label,
        api=question.api.name,
        source=source,
        body=answer.body,
        state="changed" if found else "available",
        now=now,
    )


def _newest(snapshots: Iterable[Snapshot], api: str, source: str) -> Snapshot | None:
    ours = [s for s in snapshots if (s.api, s.source) == (api, source)]
    return max(ours, key=lambda s: (s.last_confirmed_at, s.captured_at), default=None)


def _remember(session: Session, question: Question, verdict: Verdict, asked_at: datetime | None) -> None:
    session.merge(
        Availability(
            person_id=question.person_id,
            tax_year=question.year.label,
            api=question.api.name,
            state=verdict.state,
            reason=verdict.reason,
            asked_at=asked_at,
            next_ask=verdict.next_ask,
        )
    )
    session.flush()


def _problem(answer: Answer) -> str | None:
    if not answer.is_temporary and answer.outcome not in {Outcome.WRONG_REQUEST, Outcome.UNREADABLE}:
        return None
    detail = f"status {answer.status}" + (f", {answer.code}" if answer.code else "") if answer.status else "no answer"
    if answer.is_temporary:
        return f"HMRC did not answer the question ({detail}); it is asked again by itself"
    if answer.status == 404:
        return f"HMRC does not know this address ({detail}): check HMRC_PIPELINE_HMRC_API_URL and the API's version"
    if answer.outcome is Outcome.UNREADABLE:
        return f"HMRC's answer is not what this API promises ({detail}): check the version in the settings"
    return f"HMRC refused the question ({detail}): check the person's UTR and the API's version in the settings"
