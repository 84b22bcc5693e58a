"""What people's years are reconciled from: as earlier stages stored it, or chosen from the readings here and now.

Both give the same; which documents count is decided by `payslips` and `p60s`, what they mean together by `assemble`.
"""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from hmrc_pipeline.database.tables import Document, ReadingRow
from hmrc_pipeline.p60s import P60, p60s_of
from hmrc_pipeline.p60s.choose import keep_p60s
from hmrc_pipeline.payslips import Payslip, border_payslips, payslips_of
from hmrc_pipeline.payslips.choose import keep_payslips, strangers_of
from hmrc_pipeline.readings.choosing import PersonYear, person_years
from hmrc_pipeline.tax_year import TaxYear

__all__ = ["Sources", "chosen_sources", "stored_sources"]

_FORMS: Final = ("payslip", "p60")


@dataclass
class Sources:
    """One person's documents of a tax year, in the order in which they are stored.

    `strangers` are payslips beside 6 April that count in a neighbouring year; `read` counts, by status, the payslips
    and P60s whose date lies in this year.
    """

    slips: list[Payslip] = field(default_factory=list)
    p60s: list[P60] = field(default_factory=list)
    strangers: list[Payslip] = field(default_factory=list)
    read: Counter[str] = field(default_factory=Counter)


def stored_sources(session: Session, tax_year: TaxYear, people: Sequence[str]) -> Mapping[str, Sources]:
    """What the stages before stored of these people's year."""
    found = {person_id: Sources() for person_id in people}
    _fill(found, payslips_of(session, tax_year, people=people), p60s_of(session, tax_year, people=people))
    for who, strangers in border_payslips(session, tax_year, people).items():
        found[who].strangers = strangers
    asked = {"year": tax_year.label, "people": people}
    for person_id, status, number in session.connection().execute(_READINGS, asked):
        found[str(person_id)].read[status] = number
    return found


def chosen_sources(session: Session, tax_year: TaxYear, people: Sequence[str]) -> Mapping[str, Sources]:
    """The same, chosen from these people's readings and stored: everything is read once."""
    years = person_years(session, tax_year, people)
    slips, p60s = keep_payslips(session, tax_year, years), keep_p60s(session, tax_year, years)
    found = {person_id: Sources(strangers=strangers_of(year), read=_read(year)) for person_id, year in years.items()}
    slips.sort(key=lambda slip: (slip.employment, slip.pay_date, slip.reading_id))
    p60s.sort(key=lambda p60: (p60.employment, p60.reading_id))
    _fill(found, slips, p60s)
    return found


def _fill(found: Mapping[str, Sources], slips: Collection[Payslip], p60s: Collection[P60]) -> None:
    for slip in slips:
        found[slip.person_id].slips.append(slip)
    for p60 in p60s:
        found[p60.person_id].p60s.append(p60)


def _read(year: PersonYear) -> Counter[str]:
    label = year.tax_year.label
    return Counter(item.status for item in year.readings if item.tax_year == label and item.doc_type in _FORMS)


_READINGS: Final = (
    sa.select(ReadingRow.person_id, ReadingRow.status, sa.func.count())
    .join(Document, Document.sha256 == ReadingRow.sha256)
    .where(
        ReadingRow.tax_year == sa.bindparam("year"),
        ReadingRow.person_id.in_(sa.bindparam("people", expanding=True)),
        ReadingRow.doc_type.in_(_FORMS),
        ReadingRow.superseded_at.is_(None),
        Document.withdrawn_at.is_(None),
        Document.ignored_at.is_(None),
    )
    .group_by(ReadingRow.person_id, ReadingRow.status)
)
