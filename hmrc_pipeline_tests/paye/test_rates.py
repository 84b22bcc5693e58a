"""The tables: whole, ordered, sourced, and without a gap between their dates."""

from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise

import pytest

from hmrc_pipeline.paye import NoRates, rates_of
from hmrc_pipeline.tax_year import TaxYear

YEARS = [TaxYear(year) for year in range(2016, 2027)]


@pytest.mark.parametrize("year", YEARS, ids=str)
def test_every_year_has_all_its_tables_with_a_source(year: TaxYear) -> None:
    rates = rates_of(year)
    for table in rates.income_tax.values():
        limits = [band.up_to for band in table.bands]
        assert limits[-1] is None
        assert [limit for limit in limits if limit is not None] == sorted(limit for limit in limits if limit)
        assert [band.rate for band in table.bands] == sorted(band.rate for band in table.bands)
        assert table.source
    assert {"1", "2"} <= set(rates.loans.thresholds)
    assert all(table.source for table in rates.national_insurance)


@pytest.mark.parametrize("year", YEARS, ids=str)
def test_national_insurance_covers_every_day_once(year: TaxYear) -> None:
    tables = rates_of(year).national_insurance
    assert tables[0].first == year.start
    assert tables[-1].last == year.end
    for before, after in pairwise(tables):
        assert after.first == before.last + timedelta(days=1)
    for table in tables:
        assert table.thresholds["lel"].weekly < table.thresholds["pt"].weekly < table.thresholds["uel"].weekly
        assert table.thresholds["lel"].yearly == table.thresholds["lel"].weekly * 52


def test_the_code_of_a_nation_without_its_own_bands_uses_the_uks() -> None:
    assert rates_of(TaxYear(2017)).table("C") is rates_of(TaxYear(2017)).table("")
    assert rates_of(TaxYear(2016)).table("S").bands == rates_of(TaxYear(2016)).table("").bands
    assert rates_of(TaxYear(2024)).table("S").bands[0].rate == Decimal("0.19")


def test_cells_nobody_read_in_a_table_are_marked() -> None:
    assert rates_of(TaxYear(2019)).table("S").unverified == ("bands",)
    assert rates_of(TaxYear(2024)).table("S").unverified == ()
    assert "employer" in rates_of(TaxYear(2016)).national_insurance[0].unverified


def test_a_year_outside_the_tables_is_refused_by_name() -> None:
    with pytest.raises(NoRates, match="2030-31"):
        rates_of(TaxYear(2030))
    with pytest.raises(NoRates, match="2026-04-06"):
        rates_of(TaxYear(2024)).national_insurance_on(date(2026, 4, 6))
