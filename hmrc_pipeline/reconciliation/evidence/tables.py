"""The tables of a pack, as rows of typed cells: measures, findings, payslips, documents.

Amounts stay `Decimal`, days stay dates: whoever writes a file decides how a cell looks there.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final

from hmrc_pipeline.reconciliation.compare import MEASURES, SOURCES
from hmrc_pipeline.reconciliation.evidence.pack import Pack
from hmrc_pipeline.reconciliation.measures import MEASURE_NAMES
from hmrc_pipeline.reconciliation.report import finding_sentence

__all__ = ["Cell", "Table", "filled_columns", "tables_of"]

Cell = str | Decimal | date | int | None

_SOURCE_TITLES: Final = {
    "payslip_sum": "Payslips' sum",
    "payslip_ytd": "Last year to date",
    "p60": "P60",
    "hmrc": "HMRC",
}
_NOT_EXPLAINED: Final = "Not explained"
_STATES: Final = {
    "agrees": "agrees",
    "rounding": "within a pound",
    "differs": "differs",
    "not_comparable": "nothing to compare",
}


@dataclass(frozen=True, repr=False)
class Table:
    """One table: a name fit for a file or a sheet, titles, rows of as many cells."""

    name: str
    titles: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]


def filled_columns(table: Table) -> list[int]:
    """The columns that say something. Nothing is an amount too, but where it is that nothing is left unexplained."""
    return [
        column
        for column, title in enumerate(table.titles)
        if any(row[column] if title == _NOT_EXPLAINED else row[column] is not None for row in table.rows)
    ]


def tables_of(pack: Pack) -> list[Table]:
    """Every table of a pack."""
    return [
        Table(
            "measures",
            ("Employer", "PAYE reference", "Measure", *_SOURCE_TITLES.values(), "Result", _NOT_EXPLAINED),
            tuple(_measures(pack)),
        ),
        Table("findings", ("Employer", "PAYE reference", "Kind", "What was found"), tuple(_findings(pack))),
        Table("payslips", _payslip_titles(), tuple(_payslips(pack))),
        Table("documents", ("Exhibit", "Document", "Employer", "SHA-256", "Seen as"), tuple(_documents(pack))),
    ]


def _measures(pack: Pack) -> Iterator[tuple[Cell, ...]]:
    for employment in pack.employments:
        for measure in employment.measures:
            values = [Decimal(measure[source]) if source in measure else None for source in SOURCES]
            if any(value is not None for value in values):
                yield (
                    employment.employer_name,
                    employment.paye_reference,
                    MEASURE_NAMES[measure["measure"]],
                    *values,
                    _STATES[measure["state"]],
                    employment.unexplained.get(measure["measure"]),
                )


def _findings(pack: Pack) -> Iterator[tuple[Cell, ...]]:
    for employment in pack.employments:
        for finding in (*employment.discrepancies, *employment.information):
            kind = "difference" if finding["kind"] == "discrepancy" else "for information"
            yield employment.employer_name, employment.paye_reference, kind, finding_sentence(finding)


def _payslip_titles() -> tuple[str, ...]:
    names = [MEASURE_NAMES[measure][:1].upper() + MEASURE_NAMES[measure][1:] for measure in MEASURES]
    titles = [title for name in names for title in (name, f"{name}, year to date")]
    return ("Employer", "Pay date", "Tax period", "Tax code", "Gross pay", *titles, "Net pay")


def _payslips(pack: Pack) -> Iterator[tuple[Cell, ...]]:
    for employment in pack.employments:
        for slip in employment.slips:
            figures = [value for measure in MEASURES for value in (slip.amount(measure), slip.ytd(measure))]
            code = " ".join(filter(None, (slip.tax_code, slip.tax_basis))) or None
            yield (
                slip.employer_name or employment.employer_name,
                slip.pay_date,
                slip.tax_period,
                code,
                slip.amount("gross_pay"),
                *figures,
                slip.amount("net_pay"),
            )


def _documents(pack: Pack) -> Iterator[tuple[Cell, ...]]:
    called = {employment.key: employment.called for employment in pack.employments}
    for exhibit in pack.exhibits:
        yield exhibit.name, exhibit.title, called[exhibit.employment], exhibit.sha256, _names(exhibit.seen_as)


def _names(seen_as: Sequence[str]) -> str | None:
    return ", ".join(seen_as) or None
