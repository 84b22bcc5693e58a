"""Where each person stands with HMRC, year by year, at a glance: what the pages show. Queries only.

What a state means and when it changes is decided in `availability`.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from hmrc_pipeline.database.tables.hmrc import Availability, Snapshot
from hmrc_pipeline.hmrc.figures import INCOME, TAX
from hmrc_pipeline.hmrc.snapshots import STATED

__all__ = ["YearStanding", "standings"]

_FIRST = ("changed", "available", "stated", "gone", "not_authorised", "not_yet", "not_registered", "not_asked")


@dataclass(frozen=True)
class YearStanding:
    """One person's year: the state that says most, of pay and tax."""

    tax_year: str
    state: str
    asked_at: datetime | None
    next_ask: datetime | None


def standings(session: Session, people: Sequence[str]) -> dict[str, list[YearStanding]]:
    """The years of these people, newest first; a person nothing is known of is absent."""
    known: dict[tuple[str, str], list[YearStanding]] = defaultdict(list)
    asked = sa.select(Availability).where(Availability.person_id.in_(people), Availability.api.in_((INCOME, TAX)))
    for row in session.scalars(asked):
        known[row.person_id, row.tax_year].append(YearStanding(row.tax_year, row.state, row.asked_at, row.next_ask))
    stated = sa.select(Snapshot.person_id, Snapshot.tax_year).distinct()
    for person_id, year in session.execute(stated.where(Snapshot.person_id.in_(people), Snapshot.source == STATED)):
        known[person_id, year].append(YearStanding(year, "stated", None, None))
    years: dict[str, list[YearStanding]] = defaultdict(list)
    for (person_id, _year), found in sorted(known.items(), reverse=True):
        years[person_id].append(min(found, key=lambda standing: _FIRST.index(standing.state)))
    return dict(years)
