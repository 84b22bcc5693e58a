"""Copies are marked, second payments and corrections are not."""

from datetime import UTC, datetime

from hmrc_pipeline.payslips.duplicates import mark_duplicates
from hmrc_pipeline_tests.payslips.made import figures, month_day, monthly, plain_year, slip

PAY = figures(2000, 190, 76)


def test_the_same_figures_under_other_bytes_count_once() -> None:
    slips = monthly(plain_year())
    copy = slip(5, slips[4].pay_date, slips[4].amounts, name="scanned again")
    marked = mark_duplicates([*slips, copy])
    assert [item.counted for item in marked].count(False) == 1
    first, second = marked[4], marked[-1]
    assert {first.counted, second.counted} == {True, False}
    dropped, kept = (first, second) if second.counted else (second, first)
    assert dropped.duplicate_of == kept.reading_id


def test_the_one_seen_first_counts_and_order_does_not_matter() -> None:
    one, other = (slip(5, month_day(5), PAY, name=name) for name in ("a", "b"))
    seen = {one.sha256: datetime(2025, 1, 2, tzinfo=UTC), other.sha256: datetime(2025, 1, 1, tzinfo=UTC)}
    for slips in ([one, other], [other, one]):
        counted = [item for item in mark_duplicates(slips, seen) if item.counted]
        assert [item.sha256 for item in counted] == [other.sha256]


def test_the_copy_that_prints_more_counts() -> None:
    poor = slip(5, month_day(5), PAY)
    rich = slip(5, month_day(5), {**PAY, "ytd_taxable_pay": PAY["taxable_pay"]})
    assert [item.counted for item in mark_duplicates([poor, rich])] == [False, True]


def test_different_figures_of_one_period_are_both_kept() -> None:
    pair = [slip(5, month_day(5), PAY), slip(5, month_day(5), figures(2100, 210, 84))]
    assert all(item.counted for item in mark_duplicates(pair))


def test_equal_pay_of_another_period_employment_or_job_is_no_copy() -> None:
    base = slip(5, month_day(5), PAY, payroll_number="1")
    others = [
        slip(6, month_day(5), PAY),
        slip(5, month_day(5), PAY, employment="999/ZZ1"),
        slip(5, month_day(5), PAY, payroll_number="2"),
    ]
    assert all(item.counted for other in others for item in mark_duplicates([base, other]))


def test_two_equal_payments_of_a_period_differ_in_their_year_to_date() -> None:
    first = slip(5, month_day(5), {**PAY, "ytd_taxable_pay": PAY["taxable_pay"]})
    second = slip(5, month_day(5), {**PAY, "ytd_taxable_pay": PAY["taxable_pay"] * 2})
    assert all(item.counted for item in mark_duplicates([first, second]))


def test_a_payslip_under_review_is_neither_copy_nor_original() -> None:
    good = slip(5, month_day(5), PAY)
    waiting = slip(5, month_day(5), PAY, name="b")._replace(status="needs_review", counted=False)
    assert [item.counted for item in mark_duplicates([waiting, good])] == [False, True]
