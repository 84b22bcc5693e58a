"""What people's years are reconciled from: as earlier stages stored it, or chosen from the readings here and now.

Both give the same; which documents count is decided by `payslips` and `p60s`, what they mean together by `assemble`.
"""

from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

import sqlalchemy as sa

from hmrc_pipeline.database.questions import YEAR, Answer, Question
from hmrc_pipeline.database.rows import Writes
from hmrc_pipeline.database.tables import Document, P60Row, PayslipRow, ReadingRow
from hmrc_pipeline.p60s import P60
from hmrc_pipeline.p60s.choose import keep_p60s
from hmrc_pipeline.p60s.store import P60S, p60s_in
from hmrc_pipeline.payslips import Payslip
from hmrc_pipeline.payslips.choose import BESIDE, border_payslips, keep_payslips, strangers_of
from hmrc_pipeline.payslips.store import PAYSLIPS, payslips_in
from hmrc_pipeline.readings.choosing import PersonYear, years_in
from hmrc_pipeline.readings.stored import readings_question
from hmrc_pipeline.tax_year import TaxYear

__all__ = ["CHOSEN", "STORED", "Sources", "Way"]

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


@dataclass(frozen=True)
class Way:
    """A way to come by the sources: what it asks of the people's year, and what it makes of the answers."""

    questions: Callable[[], Sequence[Question]]
    read: Callable[[Writes, TaxYear, Sequence[str], Sequence[Answer]], Mapping[str, Sources]]


def _stored(
    writes: Writes, tax_year: TaxYear, people: Sequence[str], answers: Sequence[Answer]
) -> Mapping[str, Sources]:
    slips, p60s, beside, read = answers
    found = {person_id: Sources() for person_id in people}
    _fill(found, payslips_in(slips), p60s_in(p60s))
    for who, strangers in border_payslips(writes.session, tax_year, beside).items():
        found[who].strangers = strangers
    for person_id, status, number in read:
        found[person_id].read[status] = number
    return found


def _chosen(
    writes: Writes, tax_year: TaxYear, people: Sequence[str], answers: Sequence[Answer]
) -> Mapping[str, Sources]:
    read, kept_slips, kept_p60s = answers[0], payslips_in(answers[1]), p60s_in(answers[2])
    years = years_in(writes.session, tax_year, people, read, [*kept_slips, *kept_p60s])
    slips, p60s = keep_payslips(writes, years, kept_slips), keep_p60s(writes, years, kept_p60s)
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


_READ: Final = Question(
    sa.select(ReadingRow.person_id, ReadingRow.status, sa.func.count())
    .join(Document, Document.sha256 == ReadingRow.sha256)
    .where(
        ReadingRow.tax_year == YEAR,
        ReadingRow.doc_type.in_(_FORMS),
        ReadingRow.superseded_at.is_(None),
        Document.withdrawn_at.is_(None),
        Document.ignored_at.is_(None),
    )
    .group_by(ReadingRow.person_id, ReadingRow.status),
    ReadingRow.person_id,
)
STORED: Final = Way(lambda: (PAYSLIPS, P60S, BESIDE, _READ), _stored)
"""What the stages before stored."""
CHOSEN: Final = Way(lambda: (readings_question(PayslipRow, P60Row), PAYSLIPS, P60S), _chosen)
"""The same, chosen from the readings and stored: everything is read once."""
