"""From readings to payslips: whose employment, which tax year, what counts."""

from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from hmrc_pipeline.database.generations import raise_generation
from hmrc_pipeline.database.tables import FigureRow, PayslipRow
from hmrc_pipeline.home import Home
from hmrc_pipeline.payslips import Payslip, choose_payslips, payslips_of
from hmrc_pipeline.payslips.choose import year_of
from hmrc_pipeline.readings.employments import UNNAMED_EMPLOYER, Employments
from hmrc_pipeline.readings.stored import StoredReading
from hmrc_pipeline.tax_year import TaxYear
from hmrc_pipeline_tests.readings.fakes import p60, payslip
from hmrc_pipeline_tests.reconciliation.lives import read_folder, write

NOW = datetime(2026, 1, 10, tzinfo=UTC)
YEAR = TaxYear(2024)
NINO = {"ni_number": "QQ123456C", "employee_name": "Robin Vale"}


def reading(number: int, doc_type: str = "payslip", **values: str) -> StoredReading:
    return StoredReading(
        f"r{number}",
        f"{number:064x}",
        0,
        doc_type,
        "proved",
        (),
        "p",
        "2024-25",
        None,
        date(2024, 6, 28),
        values,
        {},
        (),
    )


def chosen(home: Home, folder: Path, *documents: dict[str, Any]) -> list[Payslip]:
    for number, fields in enumerate(documents):
        write(folder, str(number), fields)
    read_folder(home, folder, NOW)
    choose_payslips(home, YEAR)
    with home.database.reading() as session:
        return payslips_of(session, YEAR)


def test_the_printed_reference_is_the_employment(fresh: Home, tmp_path: Path) -> None:
    (slip,) = chosen(
        fresh, tmp_path / "in",
        payslip(**NINO, pay_date="2024-06-28", paye_reference="123/ab456", employer_name="Acme Ltd",
                taxable_pay="10.00", tax_period="3", pay_frequency="monthly", tax_code="1257L", ni_letter="A",
                payroll_number="7"),
    )  # fmt: skip
    assert (slip.employment, slip.paye_reference, slip.employer_name) == ("123/AB456", "123/AB456", "Acme Ltd")
    assert (slip.tax_period, slip.pay_frequency, slip.tax_code, slip.ni_letter) == (3, "monthly", "1257L", "A")
    assert slip.amounts == {"net_pay": Decimal("2000.00"), "taxable_pay": Decimal("10.00")}
    assert slip.pay_date == date(2024, 6, 28)


def test_the_employers_name_stands_until_another_document_gives_the_reference(fresh: Home, tmp_path: Path) -> None:
    (slip,) = chosen(fresh, tmp_path / "in", payslip(**NINO, pay_date="2024-06-28", employer_name="Acme Ltd"))
    assert (slip.employment, slip.paye_reference) == ("Acme Ltd", None)
    other_year = p60(ni_number="QQ123456C", surname="Vale", forenames="Robin", tax_year="2023-24",
                     paye_reference="123/AB456", employer_name="ACME LIMITED")  # fmt: skip
    write(tmp_path / "in", "p60", other_year)
    read_folder(fresh, tmp_path / "in", NOW)
    assert choose_payslips(fresh, YEAR).people == 1
    with fresh.database.reading() as session:
        (slip,) = payslips_of(session, YEAR)
    assert (slip.employment, slip.paye_reference) == ("123/AB456", "123/AB456")


def test_spellings_of_one_employer_are_one_employment() -> None:
    readings = [reading(1, employer_name="ACME LIMITED"), reading(2, employer_name="Acme Ltd.")]
    keys = {Employments({}, readings).of(item).key for item in readings}
    assert len(keys) == 1


def test_a_document_that_names_no_employer_belongs_to_the_only_one() -> None:
    silent, form = reading(1), reading(2, "p60", paye_reference="123/AB456")
    assert Employments({}, [silent, form]).of(silent).key == "123/AB456"
    two = [silent, form, reading(3, paye_reference="999/Z9")]
    assert Employments({}, two).of(silent).key == UNNAMED_EMPLOYER


def test_one_under_review_is_kept_but_does_not_count(fresh: Home, tmp_path: Path) -> None:
    waiting = payslip(**NINO, pay_date="2024-06-28", employer_name="Acme Ltd") | {"status": "needs_review"}
    (slip,) = chosen(fresh, tmp_path / "in", waiting)
    assert slip.needs_review
    assert not slip.counted


def test_counts(fresh: Home, tmp_path: Path) -> None:
    first = payslip(**NINO, pay_date="2024-06-28", employer_name="Acme Ltd", taxable_pay="10.00")
    write(tmp_path / "in", "a", first)
    write(tmp_path / "in", "b", first, salt="scan")
    write(
        tmp_path / "in", "c", first | {"status": "needs_review", "fields": first["fields"] | {"pay_date": "2024-07-28"}}
    )
    read_folder(fresh, tmp_path / "in", NOW)
    counts = choose_payslips(fresh, YEAR)
    assert (counts.people, counts.counted, counts.duplicates, counts.needs_review) == (1, 1, 1, 1)


@pytest.mark.parametrize(
    ("pay_date", "period", "ytd", "year"),
    [
        ("2025-04-07", "12", None, "2024-25"),  # paid late for month 12
        ("2025-04-07", "12", "36000.00", "2024-25"),
        ("2025-04-07", "12", "3000.00", "2025-26"),  # the year to date starts anew: the printed period is odd
        ("2025-04-03", "1", None, "2025-26"),  # paid early for month 1
        ("2025-04-03", "1", "3000.00", "2025-26"),
        ("2025-04-03", "1", "36000.00", "2024-25"),
        ("2025-03-31", "12", "36000.00", "2024-25"),
    ],
)
def test_beside_6_april_the_printed_period_decides(
    fresh: Home, tmp_path: Path, pay_date: str, period: str, ytd: str | None, year: str
) -> None:
    amounts = {"taxable_pay": "3000.00"} | ({"ytd_taxable_pay": ytd} if ytd else {})
    write(tmp_path / "in", "a", payslip(**NINO, pay_date=pay_date, tax_period=period, employer_name="Acme", **amounts))
    read_folder(fresh, tmp_path / "in", NOW)
    found = []
    for candidate in (TaxYear(2024), TaxYear(2025)):
        choose_payslips(fresh, candidate)
        with fresh.database.reading() as session:
            found += [slip.tax_year for slip in payslips_of(session, candidate)]
    assert found == [year]


def test_a_reading_without_a_neighbouring_period_stays_in_its_year() -> None:
    assert year_of(reading(1, tax_period="3")) == "2024-25"


@pytest.mark.parametrize(
    ("changed", "everyone", "read_again", "why"),
    [
        ({}, False, False, "what was read, and by which program it was chosen, is the same"),
        ({"reading": {"content_index": "another"}}, False, True, "the content reads otherwise now"),
        ({"payslip": {"made_from": "another"}}, False, True, "another program chose"),
        ({"payslip": {"made_from": None}}, False, True, "what it was made from is not known"),
        ({"reading": {"period_tax_year": "2025-26"}}, False, True, "its year to date decides between two years"),
        ({}, True, True, "everyone's are made anew"),
    ],
)
def test_figures_are_read_once_as_long_as_they_are_the_same(
    fresh: Home, tmp_path: Path, changed: dict[str, dict[str, Any]], everyone: bool, read_again: bool, why: str
) -> None:
    """The figures are changed behind our back: who reads them again finds out."""
    printed = payslip(**NINO, pay_date="2024-06-28", employer_name="Acme", taxable_pay="10.00", ytd_taxable_pay="30.00")
    (slip,) = chosen(fresh, tmp_path / "in", printed)
    with fresh.database.writing() as session:
        amount = sa.update(FigureRow).where(FigureRow.field == "taxable_pay").values(amount=Decimal("11.00"))
        session.execute(amount)
        for name, values in changed.items():
            session.execute(sa.update(PayslipRow.metadata.tables[name]).values(values))
        raise_generation(session, slip.person_id, [YEAR.label])
    assert choose_payslips(fresh, YEAR, everyone=everyone).people == 1
    with fresh.database.reading() as session:
        (again,) = payslips_of(session, YEAR)
    assert again.amounts["taxable_pay"] == Decimal("11.00" if read_again else "10.00"), why
