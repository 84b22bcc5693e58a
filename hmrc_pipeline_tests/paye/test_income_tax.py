"""Income Tax: HMRC's published values to the penny, and the laws that every code must keep."""

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hmrc_pipeline.identifiers import TaxCode
from hmrc_pipeline.paye import Band, IncomeTaxTable, Rates, adjustment_to_date, rates_of, tax_due, tax_on
from hmrc_pipeline.tax_year import TaxYear

YEARS = [TaxYear(year) for year in range(2016, 2027)]
CODES = ["1257L", "S1257L", "C1257L", "K475", "SK20", "BR", "SBR", "D0", "SD1", "D1", "0T", "S0T", "45L", "1000T", "NT"]


def _table(limit: str) -> Rates:
    """The rates of a year long past: 20 % up to a limit, 40 % above."""
    bands = (Band(Decimal("0.20"), Decimal(limit)), Band(Decimal("0.40"), None))
    table = IncomeTaxTable(Decimal(0), "", bands, 0, "test", ())
    return replace(rates_of(TaxYear(2024)), income_tax={"": table})


@pytest.mark.parametrize(
    ("code", "in_year", "period", "gross", "adjustment", "taxable", "tax"),
    [
        ("510L", 52, 8, "2046.15", "786.08", "1260.07", "252.00"),
        ("510L", 52, 29, "3091.22", "2849.54", "241.68", "48.20"),
        ("560T", 12, 3, "2750.00", "1402.26", "1347.74", "269.40"),
        ("560T", 12, 10, "21287.75", "4674.20", "16613.55", "3322.60"),
        ("K255", 12, 5, "6023.66", "-1066.25", "7089.91", "1417.80"),
        ("K255", 12, 8, "32799.98", "-1706.00", "34505.98", "8815.33"),
    ],
)
def test_the_six_values_hmrc_published_for_2009_10(
    code: str, in_year: int, period: int, gross: str, adjustment: str, taxable: str, tax: str
) -> None:
    parsed = TaxCode.parse(code)
    free = adjustment_to_date(parsed, period, in_year)
    assert free == Decimal(adjustment)
    assert Decimal(gross) - free == Decimal(taxable)
    assert tax_on(Decimal(taxable), parsed, _table("37400"), period, in_year) == Decimal(tax)


def test_the_published_example_of_2008_09_with_a_code_change_in_month_2() -> None:
    rates = _table("34600")
    first = tax_due(
        TaxCode.parse("45L"),
        rates,
        pay_to_date=Decimal("3100"),
        tax_to_date=Decimal(0),
        period=1,
        periods_in_year=12,
        pay_this_period=Decimal("3100"),
    )
    assert first.this_period == Decimal("647.73")
    second = tax_due(
        TaxCode.parse("100L"),
        rates,
        pay_to_date=Decimal("3723.23"),
        tax_to_date=first.this_period,
        period=2,
        periods_in_year=12,
        pay_this_period=Decimal("623.23"),
    )
    assert second.this_period == Decimal("63.27")


@pytest.mark.parametrize(
    ("code", "in_year", "one", "whole_year"),
    [
        ("1257L", 12, "1048.26", "12579.12"),
        ("1257L", 52, "241.92", "12579.84"),
        ("0T", 12, "0.00", "0.00"),
        ("K475", 12, "-396.59", "-4759.08"),
        ("500L", 12, "417.42", "5009.04"),
        ("501L", 12, "418.26", "5019.12"),
    ],
)
def test_free_pay_is_the_first_periods_rounded_up_times_the_periods(
    code: str, in_year: int, one: str, whole_year: str
) -> None:
    parsed = TaxCode.parse(code)
    assert adjustment_to_date(parsed, 1, in_year) == Decimal(one)
    assert adjustment_to_date(parsed, in_year, in_year) == Decimal(whole_year)


@pytest.mark.parametrize(
    ("year", "code", "rate"),
    [
        (2024, "BR", "0.20"),
        (2024, "D0", "0.40"),
        (2024, "D1", "0.45"),
        (2024, "CBR", "0.20"),
        (2024, "SBR", "0.20"),
        (2024, "SD0", "0.21"),
        (2024, "SD1", "0.42"),
        (2024, "SD2", "0.45"),
        (2024, "SD3", "0.48"),
        (2022, "SD2", "0.46"),
        (2017, "SD1", "0.45"),
        (2016, "SD0", "0.40"),
    ],
)
def test_flat_codes_use_one_rate_on_whole_pounds(year: int, code: str, rate: str) -> None:
    rates = rates_of(TaxYear(year))
    assert tax_on(Decimal("1000.99"), TaxCode.parse(code), rates, 3, 12) == 1000 * Decimal(rate)


def test_the_band_is_chosen_by_its_limit_rounded_up_and_computed_with_the_exact_one() -> None:
    rates, code = rates_of(TaxYear(2024)), TaxCode.parse("0T")
    # Month 1: the limit is 3,141.6666..., in the tables 3,142.
    assert tax_on(Decimal("3142.00"), code, rates, 1, 12) == Decimal("628.40")
    assert tax_on(Decimal("3142.01"), code, rates, 1, 12) == Decimal("628.46")
    assert tax_on(Decimal("3143.00"), code, rates, 1, 12) == Decimal("628.86")


def test_the_fifty_per_cent_limit_holds_back_and_the_next_month_catches_up() -> None:
    rates, code = rates_of(TaxYear(2024)), TaxCode.parse("K2000")
    one = tax_due(
        code,
        rates,
        pay_to_date=Decimal("500.01"),
        tax_to_date=Decimal(0),
        period=1,
        periods_in_year=12,
        pay_this_period=Decimal("500.01"),
    )
    assert one.limited
    assert one.this_period == Decimal("250.00")
    two = tax_due(
        code,
        rates,
        pay_to_date=Decimal("6500.01"),
        tax_to_date=one.this_period,
        period=2,
        periods_in_year=12,
        pay_this_period=Decimal("6000.00"),
    )
    assert not two.limited
    assert one.this_period + two.this_period == two.to_date


def test_benefits_are_taxed_but_stand_outside_the_limit() -> None:
    due = tax_due(
        TaxCode.parse("D1"),
        rates_of(TaxYear(2024)),
        pay_to_date=Decimal("1000"),
        tax_to_date=Decimal(0),
        period=1,
        periods_in_year=12,
        pay_this_period=Decimal("1000"),
        payrolled_benefits=Decimal("400"),
    )
    assert due.this_period == Decimal("300.00")


@pytest.mark.parametrize(("period", "units"), [(53, 1), (54, 2), (56, 4)])
def test_week_53_54_and_56_stand_alone(period: int, units: int) -> None:
    rates = rates_of(TaxYear(2024))
    extra = tax_due(
        TaxCode.parse("1257L"),
        rates,
        pay_to_date=Decimal("30000"),
        tax_to_date=Decimal("3000"),
        period=period,
        periods_in_year=52,
        pay_this_period=Decimal("600") * units,
        units=units,
    )
    alone = tax_due(
        TaxCode.parse("1257L W1"),
        rates,
        pay_to_date=Decimal("30000"),
        tax_to_date=Decimal("3000"),
        period=units,
        periods_in_year=52,
        pay_this_period=Decimal("600") * units,
        units=units,
    )
    assert not extra.cumulative
    assert extra.this_period == alone.this_period > 0


def test_nt_gives_back_what_was_taken_and_nt_month_1_does_not() -> None:
    due = {
        basis: tax_due(
            TaxCode.parse(f"NT{basis}"),
            rates_of(TaxYear(2024)),
            pay_to_date=Decimal("5000"),
            tax_to_date=Decimal("310.20"),
            period=3,
            periods_in_year=12,
            pay_this_period=Decimal("1000"),
        ).this_period
        for basis in ("", " M1")
    }
    assert due == {"": Decimal("-310.20"), " M1": Decimal("0.00")}


def test_welsh_codes_are_taxed_as_the_rest_of_the_uk_in_every_year() -> None:
    for year in YEARS:
        rates = rates_of(year)
        for pay in ("900", "4500", "16000"):
            uk, wales = (tax_on(Decimal(pay), TaxCode.parse(c), rates, 1, 12) for c in ("100L", "C100L"))
            assert uk == wales


def test_a_period_outside_the_year_is_refused() -> None:
    for period, in_year in [(13, 12), (57, 52), (0, 12), (1, 26)]:
        with pytest.raises(ValueError, match="period"):
            tax_due(
                TaxCode.parse("1257L"),
                rates_of(TaxYear(2024)),
                pay_to_date=Decimal(1),
                tax_to_date=Decimal(0),
                period=period,
                periods_in_year=in_year,
                pay_this_period=Decimal(1),
            )


pence = st.integers(0, 2_500_000).map(lambda p: Decimal(p).scaleb(-2))
codes = st.sampled_from(CODES).map(TaxCode.parse)
years = st.sampled_from(YEARS)


@given(codes, years, st.integers(1, 12), pence, pence)
def test_more_pay_never_means_less_tax(code: TaxCode, year: TaxYear, month: int, pay: Decimal, more: Decimal) -> None:
    rates = rates_of(year)
    assert tax_on(pay, code, rates, month, 12) <= tax_on(pay + more, code, rates, month, 12)


@given(codes, years, st.lists(pence, min_size=12, max_size=12))
def test_however_the_year_was_paid_the_last_month_brings_the_tax_to_the_same_total(
    code: TaxCode, year: TaxYear, pays: list[Decimal]
) -> None:
    rates = rates_of(year)

    def tax_of(payments: list[Decimal]) -> tuple[Decimal, bool]:
        paid = taken = Decimal(0)
        limited = False
        for month, pay in enumerate(payments, 1):
            paid += pay
            due = tax_due(
                code,
                rates,
                pay_to_date=paid,
                tax_to_date=taken,
                period=month,
                periods_in_year=12,
                pay_this_period=pay,
            )
            taken += due.this_period
            limited = due.limited
        return taken, limited

    (one, held), (other, held_too) = tax_of(pays), tax_of(list(reversed(pays)))
    if not held and not held_too:
        assert one == other == tax_on(sum(pays, Decimal(0)) - adjustment_to_date(code, 12, 12), code, rates, 12, 12)


@given(years, st.integers(2, 12), pence)
def test_pay_taken_back_gives_back_its_tax(year: TaxYear, month: int, pay: Decimal) -> None:
    rates, code = rates_of(year), TaxCode.parse("BR")
    paid = tax_due(
        code,
        rates,
        pay_to_date=pay,
        tax_to_date=Decimal(0),
        period=month - 1,
        periods_in_year=12,
        pay_this_period=pay,
    )
    back = tax_due(
        code,
        rates,
        pay_to_date=Decimal(0),
        tax_to_date=paid.this_period,
        period=month,
        periods_in_year=12,
        pay_this_period=-pay,
    )
    assert back.this_period == -paid.this_period
    assert not back.limited


@given(codes, years, pence, st.integers(1, 12))
def test_a_month_1_code_ignores_what_came_before(code: TaxCode, year: TaxYear, pay: Decimal, month: int) -> None:
    rates, alone = rates_of(year), replace(code, basis="M1")
    taken = [
        tax_due(
            alone,
            rates,
            pay_to_date=before + pay,
            tax_to_date=Decimal(before) / 4,
            period=month,
            periods_in_year=12,
            pay_this_period=pay,
        ).this_period
        for before in (0, 40_000)
    ]
    assert taken[0] == taken[1] >= 0
