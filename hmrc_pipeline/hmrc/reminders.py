"""What a person should do at HMRC, and by when: authorise again, or let us ask before they file their return.

Sending messages belongs to `alerts`; nothing here names anybody but by the opaque id.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

import sqlalchemy as sa
from sqlalchemy.orm import Session

from hmrc_pipeline.database.tables.hmrc import Availability, Snapshot
from hmrc_pipeline.database.tables.people import Person
from hmrc_pipeline.database.tables.years import ChangedPerson
from hmrc_pipeline.hmrc.availability import opens_on, return_due_on
from hmrc_pipeline.hmrc.endpoints import place_of
from hmrc_pipeline.hmrc.grants import NEEDS_REAUTHORISATION, list_grants, notice_due
from hmrc_pipeline.home import Home
from hmrc_pipeline.tax_year import LONDON, TaxYear

__all__ = ["Reminder", "reminders"]

_BEFORE_FILING = (30, 7)  # days before returns are due on which it is said again

Kind = Literal["reauthorise", "authorisation_ends", "capture_before_filing"]


@dataclass(frozen=True)
class Reminder:
    """One thing to do, on one of our `page`s or as the sentence says.

    `subject` is a grant or a tax year; while `kind` and `stage` stay the same, nothing new is to be said of it.
    """

    kind: Kind
    subject: str
    stage: str
    people: tuple[str, ...]
    due_on: date | None
    sentence: str
    page: str

    @property
    def tax_year(self) -> str:
        """The tax year it is of; nothing for a grant."""
        return self.subject if self.kind == "capture_before_filing" else ""


def reminders(home: Home, *, now: datetime) -> list[Reminder]:
    """Everything to do, the most urgent first."""
    with home.database.reading() as session:
        found = [*_of_grants(session, now), *_before_filing(session, place_of(home.settings), now)]
    order: dict[str, int] = {"reauthorise": 0, "authorisation_ends": 1, "capture_before_filing": 2}
    return sorted(found, key=lambda reminder: (order[reminder.kind], reminder.due_on or date.min, reminder.subject))


def _of_grants(session: Session, now: datetime) -> list[Reminder]:
    found = []
    for grant in list_grants(session):
        person = grant.people[0] if grant.people else "ID"
        command = f"hmrc-pipeline authorise --person {person}" + (" --agent" if grant.kind == "agent" else "")
        notice = notice_due(grant.granted_at, now)
        ends = grant.expires_at.astimezone(LONDON).date()
        if grant.state == NEEDS_REAUTHORISATION or now >= grant.expires_at:
            text = f"The authorisation at HMRC is no longer usable; nothing is asked until: {command}"
            found.append(Reminder("reauthorise", grant.grant_id, "", grant.people, None, text, grant.page))
        elif notice is not None:
            text = f"The authorisation at HMRC ends on {ends:%-d %B %Y}. Renew it with: {command}"
            found.append(
                Reminder("authorisation_ends", grant.grant_id, str(notice), grant.people, ends, text, grant.page)
            )
    return found


def _before_filing(session: Session, source: str, now: datetime) -> list[Reminder]:
    """People in Self Assessment whose figures of a year were not captured while they can be."""
    today = now.astimezone(LONDON).date()
    current = TaxYear.of(today)
    open_years = [y for y in (current.previous, current.previous.previous) if opens_on(y) <= today <= return_due_on(y)]
    found = []
    for year in open_years:
        captured = sa.select(Snapshot.person_id).where(Snapshot.tax_year == year.label, Snapshot.source == source)
        gone = sa.select(Availability.person_id).where(
            Availability.tax_year == year.label, Availability.state.in_(("gone", "not_registered"))
        )
        wanted = sa.select(Person.person_id).where(
            Person.utr_index.is_not(None),
            Person.person_id.in_(sa.select(ChangedPerson.person_id).where(ChangedPerson.tax_year == year.label)),
            Person.person_id.not_in(captured),
            Person.person_id.not_in(gone),
        )
        people = tuple(session.scalars(wanted.order_by(Person.person_id)))
        if people:
            due = return_due_on(year)
            text = (
                f"HMRC withdraws its figures of {year} once the return is processed, and they are not captured yet:"
                f" wait with filing until they are, at the latest on {due:%-d %B %Y}, or state them by hand:"
                " hmrc-pipeline hmrc-figures set"
            )
            stage = min((days for days in _BEFORE_FILING if (due - today).days <= days), default="")
            found.append(Reminder("capture_before_filing", year.label, str(stage), people, due, text, "/"))
    return found
