"""Random years: what is dropped is named with exact amounts, and the arithmetic of explaining always closes."""

from decimal import Decimal

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hmrc_pipeline.payslips.duplicates import mark_duplicates
from hmrc_pipeline.payslips.model import Payslip
from hmrc_pipeline.reconciliation.compare import MEASURES
from hmrc_pipeline.reconciliation.explain import Explained
from hmrc_pipeline_tests.payslips.made import Figures, figures, monthly, p60_of, pounds, slip, totals, weekly
from hmrc_pipeline_tests.reconciliation.made import (
    NOTHING,
    causes,
    discrepancies,
    explained,
    hmrc_of,
    left,
    without_ytd,
)

QUICK = settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def pence(low: int, high: int) -> st.SearchStrategy[Decimal]:
    return st.integers(low, high).map(lambda value: Decimal(value).scaleb(-2))


@st.composite
def period(draw: st.DrawFn) -> dict[str, Decimal]:
    pay = draw(pence(30_000, 900_000))
    tax = draw(pence(-20_000, 200_000))
    return figures(str(pay), str(tax), str(draw(pence(0, 40_000))), draw(st.integers(0, 300)))


@st.composite
def years(draw: st.DrawFn) -> list[Payslip]:
    by_week = draw(st.booleans())
    count = draw(st.integers(4 if by_week else 3, 20 if by_week else 12))
    first = draw(st.integers(1, (52 if by_week else 12) - count + 1))
    rows: list[Figures] = draw(st.lists(period(), min_size=count, max_size=count))
    return weekly(rows, first) if by_week else monthly(rows, first)


def vector(amounts: Figures) -> dict[str, str]:
    return {name: str(amounts[name]) for name in MEASURES if amounts.get(name)}


def gap_closes(result: Explained) -> None:
    """Explained and unexplained make up the widest gap left, to the penny, for every measure."""
    for measure, unexplained in result.unexplained.items():
        values = result.comparisons[measure].values
        base, start = next((values[name], name) for name in ("payslip_sum", "payslip_ytd", "p60") if name in values)
        sources = [name for name in ("p60", "hmrc", "payslip_ytd") if name in values and name != start]
        remaining = []
        for source in sources:
            told = [item for item in result.findings if source in item.reaches and start not in item.reaches]
            explains = sum((item.explains.get(measure, pounds(0)) for item in told), pounds(0))
            remaining.append(values[source] - base - explains)
        whole_pound = measure == "student_loan"
        assert unexplained in remaining or (
            unexplained == 0 and all(abs(r) < (1 if whole_pound else 0.01) for r in remaining)
        )


@QUICK
@given(years(), st.booleans(), st.booleans())
def test_nothing_dropped_nothing_found(slips: list[Payslip], with_p60: bool, with_hmrc: bool) -> None:
    total = totals(slips)
    result = explained(slips, [p60_of(total)] * with_p60, [hmrc_of(total)] * with_hmrc)
    assert discrepancies(result) == []
    assert left(result) == NOTHING


@QUICK
@given(years(), st.data(), st.booleans(), st.booleans())
def test_any_dropped_payslip_is_named(
    slips: list[Payslip], data: st.DataObject, with_p60: bool, with_hmrc: bool
) -> None:
    index = data.draw(st.integers(1, len(slips) - 2))
    dropped, total = slips[index], totals(slips)
    result = explained(slips[:index] + slips[index + 1 :], [p60_of(total)] * with_p60, [hmrc_of(total)] * with_hmrc)
    assert discrepancies(result) == [("missing_payslip", vector(dropped.amounts))]
    finding = next(item for item in result.findings if item.cause == "missing_payslip")
    assert finding.evidence["tax_period"] == dropped.tax_period
    if dropped.amounts["taxable_pay"] and len(slips) > 4:
        assert finding.certainty == "certain"
    assert left(result) == NOTHING
    gap_closes(result)


@QUICK
@given(years(), st.data())
def test_without_year_to_date_the_p60_names_it_too(slips: list[Payslip], data: st.DataObject) -> None:
    index = data.draw(st.integers(1, len(slips) - 2))
    result = explained(without_ytd(slips[:index] + slips[index + 1 :]), [p60_of(totals(slips))])
    assert discrepancies(result) == [("missing_payslip", vector(slips[index].amounts))]
    assert result.findings[0].evidence["tax_period"] == slips[index].tax_period


@QUICK
@given(years(), st.data())
def test_a_copy_changes_no_sum(slips: list[Payslip], data: st.DataObject) -> None:
    copied = data.draw(st.sampled_from(slips))
    copy = slip(copied.tax_period, copied.pay_date, copied.amounts, name="again")
    total = totals(slips)
    result = explained(mark_duplicates([*slips, copy]), [p60_of(total)], [hmrc_of(total)])
    assert causes(result) == ["duplicate_payslip"]
    assert result.comparisons["taxable_pay"].values["payslip_sum"] == total["taxable_pay"]
    assert left(result) == NOTHING


@settings(QUICK, max_examples=200)
@given(years(), st.data())
def test_whatever_differs_explained_and_unexplained_make_the_gap(slips: list[Payslip], data: st.DataObject) -> None:
    """Every source bent at random, payslips dropped and misread: nothing is hidden, nothing counted twice."""
    shift = st.sampled_from([pounds(0), pounds("0.37"), pounds(-250), pounds("1234.56")])
    total = totals(slips)
    bent = [{name: amount + data.draw(shift) for name, amount in total.items()} for _ in range(2)]
    kept = [item for item in slips if data.draw(st.integers(0, 9)) > 0]
    if kept and data.draw(st.booleans()):
        item = data.draw(st.sampled_from(kept))
        name = data.draw(st.sampled_from(sorted(item.amounts)))
        item.amounts[name] += pounds(900)  # type: ignore[index]
    p60s = [p60_of(bent[0])] * data.draw(st.booleans())
    hmrc = [hmrc_of(bent[1])] * data.draw(st.booleans())
    gap_closes(explained(kept, p60s, hmrc))
