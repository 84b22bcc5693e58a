"""The year as HMRC reckons it, the margin inside it, directors, and the weeks beyond the fifty-second."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hmrc_pipeline.identifiers import TaxCode
from hmrc_pipeline.paye import (
    cash_tax,
    directors_contributions,
    marginal_rate,
    marginal_tax,
    rates_of,
    tapered_allowance,
    tax_due,
    yearly_tax,
)
from hmrc_pipeline.tax_year import TaxYear

LAST = rates_of(TaxYear(2024))


@pytest.mark.parametrize(
    ("income", "nation", "tax"),
    [
        ("12570", "", "0.00"),
        ("30000", "", "3486.00"),
        ("50270", "", "7540.00"),
        ("60000", "", "11432.00"),
        ("110000", "", "33432.00"),
        ("125140", "", "42516.00"),
        ("150000", "", "53703.00"),
        ("30000", "S", "3497.33"),
    ],
)
def test_a_years_tax(income: str, nation: str, tax: str) -> None:
    assert yearly_tax(Decimal(income), LAST, nation) == Decimal(tax)


def test_the_taper_makes_sixty_pence_of_the_pound() -> None:
    assert tapered_allowance(Decimal(100_002), LAST) == 12569
    assert tapered_allowance(Decimal(125_140), LAST) == 0
    assert marginal_rate(Decimal(105_000), LAST) == Decimal("0.6")
    assert marginal_rate(Decimal(105_000), LAST, "S") == Decimal("0.675")
    assert marginal_rate(Decimal(60_000), LAST) == Decimal("0.4")
    assert marginal_tax(Decimal(49_270), Decimal(2000), LAST) == Decimal(200) + Decimal(400)


@given(st.integers(0, 30_000_000), st.integers(0, 5_000_000), st.sampled_from(["", "S", "C"]))
def test_more_pay_is_never_less_tax(before: int, more: int, nation: str) -> None:
    assert marginal_tax(Decimal(before).scaleb(-2), Decimal(more).scaleb(-2), LAST, nation) >= 0


def test_shares_bear_the_tax_above_the_money() -> None:
    code, known = TaxCode.parse("1257L"), {"period": 2, "periods_in_year": 12, "tax_to_date": Decimal("686.00")}
    pay = {"pay_to_date": Decimal("13500"), "pay_this_period": Decimal("9000")}
    tax = tax_due(code, LAST, **known, **pay).this_period  # type: ignore[arg-type]
    split = cash_tax(code, LAST, tax=tax, notional=Decimal("4500"), **known, **pay)  # type: ignore[arg-type]
    assert split.cash + split.notional == tax
    assert Decimal("0.35") * 4500 < split.notional <= Decimal("0.40") * 4500 + 1


def test_directors_pay_nothing_until_the_years_threshold_and_catch_up_then() -> None:
    assert directors_contributions("A", LAST, earnings_to_date=Decimal(12_570), paid_to_date=Decimal(0)) == 0
    due = directors_contributions("A", LAST, earnings_to_date=Decimal(60_000), paid_to_date=Decimal(100))
    assert due == Decimal("3016.00") + Decimal("194.60") - 100
    late = directors_contributions("A", LAST, earnings_to_date=Decimal(10_000), paid_to_date=Decimal(0), weeks=26)
    assert late == Decimal("297.20")  # 8 % above 6,285


@pytest.mark.parametrize(("year", "due"), [(2022, "4883.48"), (2023, "4335.50"), (2021, "4884.24")])
def test_directors_rates_of_years_that_changed_on_the_way(year: int, due: str) -> None:
    """12.73 % of 38,362 above 11,908; 11.5 % of 37,700; 12 % of 40,702."""
    rates = rates_of(TaxYear(year))
    found = directors_contributions("A", rates, earnings_to_date=Decimal(50_270), paid_to_date=Decimal(0))
    assert found == Decimal(due)


def test_a_week_53_is_taxed_alone_with_one_weeks_free_pay() -> None:
    code = TaxCode.parse("1257L")
    for period, units in ((53, 1), (54, 2), (56, 4)):
        due = tax_due(
            code,
            LAST,
            pay_to_date=Decimal(40_000),
            tax_to_date=Decimal(5_000),
            period=period,
            periods_in_year=52,
            pay_this_period=Decimal(700) * units,
            units=units,
        )
        assert not due.cumulative
        assert due.adjustment == Decimal("241.92") * units
        assert due.this_period > 0


def test_unverified_cells_are_named() -> None:
    assert rates_of(TaxYear(2020)).unverified_contributions("A", date(2020, 7, 1), "monthly") == ("monthly",)
    assert rates_of(TaxYear(2020)).unverified_contributions("A", date(2020, 7, 1), "weekly") == ()
    assert LAST.unverified_contributions("A", date(2024, 7, 1), "monthly") == ()
    assert LAST.unverified_tax("") == ()
