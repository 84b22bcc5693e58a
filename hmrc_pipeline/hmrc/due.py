"""Which tax years are worth asking HMRC for today, from what is known: no call, one query.

When one answer is worth asking for is decided in `availability`.
"""

from collections import defaultdict
from datetime import datetime

import sqlalchemy as sa

from hmrc_pipeline.database.tables.hmrc import Availability, Grant, GrantPerson
from hmrc_pipeline.hmrc.apis import APIS
from hmrc_pipeline.hmrc.availability import Verdict, before_asking, is_worth_asking
from hmrc_pipeline.hmrc.grants import ACTIVE
from hmrc_pipeline.home import Home
from hmrc_pipeline.tax_year import TaxYear

__all__ = ["due_years"]


def due_years(home: Home, *, now: datetime) -> list[TaxYear]:
    """Every kept tax year for which HMRC can have an answer for somebody who is authorised, oldest first.

    While the end of a refresh is not known the last closed year is among them: a sync settles it, whatever it asks.
    """
    with home.database.reading() as session:
        covered = set(
            session.scalars(
                sa.select(GrantPerson.person_id)
                .join(Grant, Grant.grant_id == GrantPerson.grant_id)
                .where(Grant.state == ACTIVE)
            )
        )
        unsettled = sa.select(Grant.grant_id).where(Grant.state == ACTIVE, Grant.intent_generation == Grant.generation)
        settle = TaxYear.current(now).previous if session.scalars(unsettled.limit(1)).first() else None
        known: dict[str, list[Verdict]] = defaultdict(list)
        for row in session.scalars(sa.select(Availability).where(Availability.person_id.in_(covered))):
            known[row.tax_year].append(Verdict(row.state, row.reason, row.next_ask))  # type: ignore[arg-type]
    years = TaxYear.span(home.settings.first_year, TaxYear.current(now))
    return [
        year
        for year in years
        if covered and (year == settle or _is_due(year, known[year.label], len(covered), home, now))
    ]


def _is_due(year: TaxYear, known: list[Verdict], people: int, home: Home, now: datetime) -> bool:
    apis = {name.strip() for name in home.settings.hmrc_apis.split(",")} & {api.name for api in APIS}
    if len(known) < people * len(apis) and is_worth_asking(before_asking(year, now), year, now):
        return True
    return any(is_worth_asking(verdict, year, now) for verdict in known)
