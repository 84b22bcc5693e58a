"""The rules of the form, which of several P60s counts, and P60s in the database."""

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from hmrc_pipeline.home import Home
from hmrc_pipeline.p60s import P60, choose_p60s, p60s_of
from hmrc_pipeline.p60s.model import NiRow, settle
from hmrc_pipeline.people import list_people
from hmrc_pipeline.tax_year import TaxYear
from hmrc_pipeline_tests.payslips.made import p60_of, pounds
from hmrc_pipeline_tests.readings.fakes import p60
from hmrc_pipeline_tests.reconciliation.lives import read_folder, write

NOW = datetime(2026, 1, 10, tzinfo=UTC)
YEAR = TaxYear(2024)
TOTAL = {"taxable_pay": pounds(30000), "income_tax": pounds(3486), "national_insurance": pounds("1394.40")}


def made(**amounts: str) -> P60:
    return p60_of(TOTAL, amounts={name: Decimal(value) for name, value in amounts.items()})


@pytest.mark.parametrize(
    ("amounts", "pay", "stands_in"),
    [
        ({"pay_this": "30000.00", "pay_total": "41000.00", "pay_previous": "11000.00"}, "30000.00", ()),
        ({"pay_total": "30000.00"}, "30000.00", ("pay_this",)),
        ({"pay_total": "30000.00", "pay_previous": "0.00"}, "30000.00", ("pay_this",)),
        ({"pay_total": "41000.00", "pay_previous": "11000.00"}, None, ()),
        ({}, None, ()),
    ],
)
def test_total_for_year_stands_in_only_without_previous_pay(
    amounts: dict[str, str], pay: str | None, stands_in: tuple[str, ...]
) -> None:
    form = made(**amounts)
    assert form.measure("taxable_pay") == (None if pay is None else Decimal(pay))
    assert form.stands_in == stands_in


def test_national_insurance_is_the_sum_of_the_employee_column() -> None:
    rows = (NiRow("M", {"pt_uel": pounds(5000), "employee": pounds(400)}), NiRow("A", {"employee": pounds("12.30")}))
    assert replace(made(), ni_rows=rows).national_insurance == pounds("412.30")
    assert replace(made(), ni_rows=(NiRow("X", {"lel": pounds(6396)}),)).national_insurance is None


def test_of_the_same_figures_the_first_seen_counts() -> None:
    first = replace(p60_of(TOTAL, name="a"), seen_at=datetime(2025, 5, 1, tzinfo=UTC))
    second = replace(p60_of(TOTAL, name="b"), seen_at=datetime(2025, 6, 1, tzinfo=UTC))
    settled = settle([second, first])
    assert [(item.sha256, item.current) for item in settled] == [(first.sha256, True), (second.sha256, False)]
    assert settled[1].replaced_by == first.reading_id


def test_of_the_same_figures_the_marked_one_counts() -> None:
    first = replace(p60_of(TOTAL, name="a"), seen_at=datetime(2025, 5, 1, tzinfo=UTC))
    marked = replace(p60_of(TOTAL, name="b"), seen_at=datetime(2025, 6, 1, tzinfo=UTC), corrected=True)
    assert {item.sha256 for item in settle([first, marked]) if item.current} == {marked.sha256}


def test_other_figures_and_other_jobs_stay_current() -> None:
    other = p60_of(TOTAL | {"income_tax": pounds(3400)})
    assert all(item.current for item in settle([p60_of(TOTAL), other]))
    jobs = [p60_of(TOTAL, name=number, payroll_number=number) for number in ("1", "2")]
    assert all(item.current for item in settle(jobs))


def test_one_under_review_never_counts() -> None:
    waiting = replace(p60_of(TOTAL, name="a"), status="needs_review")
    assert [item.current for item in settle([waiting, p60_of(TOTAL, name="b")])].count(True) == 1


def test_stored_and_read_back(fresh: Home, tmp_path: Path) -> None:
    own = {
        "ni_number": "QQ123456C", "surname": "Vale", "forenames": "Robin", "employer_name": "Orchard Works Ltd",
        "paye_reference": "123 / AB456", "tax_code": "1257L", "tax_basis": "M1", "tax_this": "3486.00",
        "ni_1_letter": "A", "ni_1_lel": "6396.00", "ni_1_employee": "1394.40",
        "ni_2_letter": "H", "ni_2_employee": "1.00", "corrected": "yes", "issued_on": "2025-07-14",
    }  # fmt: skip
    write(tmp_path / "in", "one", p60(**own))
    write(tmp_path / "in", "two", p60(**own), salt="printed again")
    read_folder(fresh, tmp_path / "in", NOW)
    counts = choose_p60s(fresh, YEAR)
    assert (counts.people, counts.current, counts.copies) == (1, 1, 1)
    assert choose_p60s(fresh, YEAR).people == 0
    with fresh.database.reading() as session:
        (person,) = list_people(session, fresh.cipher)
        found = [item for item in p60s_of(session, YEAR, person.person_id) if item.current]
    assert len(found) == 1
    assert found[0].employment == found[0].paye_reference == "123/AB456"
    assert found[0].national_insurance == Decimal("1395.40")
    assert found[0].ni_rows[0].amounts == {"lel": Decimal("6396.00"), "employee": Decimal("1394.40")}
    assert (found[0].tax_code, found[0].tax_basis) == ("1257L", "M1")
    assert (found[0].corrected, found[0].issued_on) == (True, date(2025, 7, 14))
    assert found[0].amounts["tax_this"] == Decimal("3486.00")
