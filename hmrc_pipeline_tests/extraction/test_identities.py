"""Sums asked again after a correction: they never accuse a document that was read right."""

from dataclasses import replace
from decimal import Decimal

import pytest

from hmrc_pipeline.extraction import read_pdf
from hmrc_pipeline.extraction.identities import answers, recheck
from hmrc_pipeline.extraction.model import Box, Figure, FileReading
from hmrc_pipeline.extraction.solve import Candidate, SumLine, solve
from hmrc_pipeline.simulators.careers import career
from hmrc_pipeline.simulators.documents import documents_of

NOWHERE = Box(0, 0, 1, 1)


@pytest.fixture(scope="module")
def readings() -> list[FileReading]:
    """A handful of made-up documents of many employers, as read."""
    drawn = []
    for seed in range(6):
        life = career(seed)
        drawn += [sample for _, sample in list(documents_of(life, seeded=True))[:4]]
    return [read_pdf(sample.content, passwords=[sample.password or ""]) for sample in drawn]


def test_what_was_proved_stays_proved(readings: list[FileReading]) -> None:
    documents = [d for reading in readings for d in reading.documents if d.status in ("proved", "consistent")]
    assert len(documents) > 15
    for document in documents:
        again = recheck(document, {"payroll_number": document.figures.get("payroll_number")})
        assert again.fails == [], document.review_reasons


def test_a_wrong_figure_of_the_sum_is_found(readings: list[FileReading]) -> None:
    slips = [d for reading in readings for d in reading.documents if d.doc_type == "payslip" and d.status == "proved"]
    found = 0
    for slip in slips:
        for name in ("net_pay", "income_tax"):
            read = slip.figures.get(name)
            if read is None:
                continue
            wrong = Figure(name, str(Decimal(read.value) + 1), "", 1, NOWHERE, source="user")
            again = recheck(replace(slip, figures={**slip.figures, name: wrong}), {name: read})
            assert again.fails, name
            found += 1
    assert found > 15


def test_every_failure_the_solver_words_is_one_that_is_asked_again() -> None:
    lines = [
        SumLine(10_000, {"payments": 0.0}, "'Salary' 100.00"),
        SumLine(3_000, {"deductions": 0.0}, "'Tax' 30.00"),
    ]
    one = [Candidate(9_000, 0, 1, "90.00")], [Candidate(5_000, 0, 2, "50.00")], [Candidate(100, 0, 3, "1.00")]
    solutions = [solve(lines, *one), solve(lines, [], one[1], []), solve([], *one), solve(lines[:1], *one)]
    reasons = [reason for solution in solutions for reason in solution.fails]
    assert len(reasons) >= 3
    asked = recheck(
        readings_like({"gross_pay": "90.00", "net_pay": "50.00", "total_deductions": "40.00"}), {"net_pay": None}
    )
    assert asked.asked
    assert all(answers(reason, {}, asked) for reason in reasons)
    assert not answers("two different tax codes are printed", {"net_pay": None}, asked)
    assert answers("two different tax codes are printed", {"tax_code": None}, asked)


def readings_like(values: dict[str, str]):  # type: ignore[no-untyped-def]
    from hmrc_pipeline.extraction.model import ReadDocument

    figures = {name: Figure(name, value, value, 1, NOWHERE) for name, value in values.items()}
    return ReadDocument("payslip", "needs_review", (), figures)
