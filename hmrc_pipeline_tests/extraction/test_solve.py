"""The assignment that satisfies the sums: fewest assumptions first, ties named, failures said."""

from itertools import product

from hypothesis import given
from hypothesis import strategies as st

from hmrc_pipeline.extraction.solve import Candidate, Side, SumLine, solve


def paid(pence: int, label: str = "paid") -> SumLine:
    return SumLine(pence, {"payments": 0.0, "outside": 2.0}, label, "basic_pay")


def taken(pence: int, label: str = "taken", *, maybe_employer: bool = False) -> SumLine:
    return SumLine(pence, {"deductions": 0.0, "outside": 1.0 if maybe_employer else 2.0}, label, "employee_pension")


def is_(pence: int, label: str = "") -> list[Candidate]:
    return [Candidate(pence, 0.0, pence, label or str(pence))]


def test_the_plain_reading_is_taken_when_it_holds() -> None:
    solution = solve([paid(1000), taken(300)], is_(1000), is_(700), is_(300))
    assert solution.proved
    assert solution.assumptions == []
    assert solution.holds == {"gross", "net", "total"}


def test_an_employer_line_among_deductions_is_found_by_the_sum() -> None:
    lines = [paid(1000), taken(300), taken(80, "NEST", maybe_employer=True)]
    solution = solve(lines, is_(1000), is_(700), [])
    assert solution.proved
    assert solution.sides == ("payments", "deductions", "outside")
    assert solution.assumptions == ["'NEST' 0.80 taken as no part of the sum"]


def test_two_ways_that_give_different_figures_are_a_tie() -> None:
    lines = [paid(1000), taken(300), taken(80, "one", maybe_employer=True), taken(80, "two", maybe_employer=True)]
    solution = solve(
        [*lines[:3], SumLine(80, {"deductions": 0.0, "outside": 1.0}, "two", "union")], is_(1000), is_(620), []
    )
    assert len(solution.ties) == 1
    assert "one" in solution.ties[0]
    assert "two" in solution.ties[0]


def test_of_two_gross_figures_the_one_that_the_payments_make() -> None:
    both = [*is_(1100, "before"), *is_(1000, "after")]
    assert solve([paid(1000), taken(300)], both, is_(700), []).gross == both[1]


def test_deductions_printed_negative() -> None:
    solution = solve([paid(1000), taken(-250), taken(-50)], is_(1000), is_(700), [])
    assert solution.negative
    assert solution.proved


def test_the_sum_that_fails_is_said_in_pounds() -> None:
    solution = solve([paid(100_000), taken(30_000)], is_(100_000), is_(69_999), [])
    assert not solution.proved
    assert solution.fails == ["gross pay 1,000.00 less the deductions printed 300.00 is 700.00, net pay says 699.99"]


@given(
    st.lists(st.integers(1, 500_000), min_size=1, max_size=6),
    st.lists(st.integers(1, 200_000), min_size=1, max_size=8),
    st.integers(1, 100_000),
)
def test_a_penny_on_net_pay_is_never_explained_away(pay: list[int], less: list[int], off: int) -> None:
    """Whatever is left out or moved, what is called proved does satisfy the sums."""
    lines = [*(paid(p) for p in pay), *(taken(p, maybe_employer=number == 0) for number, p in enumerate(less))]
    gross, net = sum(pay), sum(pay) - sum(less) + off
    solution = solve(lines, is_(gross), is_(net), [])
    if solution.proved:
        total = sum(line.pence for line, side in zip(lines, solution.sides, strict=True) if side == "deductions")
        kept = sum(line.pence for line, side in zip(lines, solution.sides, strict=True) if side == "payments")
        added = sum(line.pence for line, side in zip(lines, solution.sides, strict=True) if side == "added")
        assert kept == gross
        assert gross - total + added == net
        assert solution.assumptions
    else:
        assert solution.fails


_SIDES: list[dict[Side, float]] = [
    {"payments": 0.0, "outside": 2.0, "added": 1.0},
    {"deductions": 0.0, "outside": 1.0, "payments": 2.0},
    {"outside": 0.0, "payments": 1.0, "deductions": 1.0},
]


@given(
    st.lists(st.tuples(st.integers(1, 9), st.sampled_from(_SIDES)), max_size=5), st.integers(1, 30), st.integers(1, 30)
)
def test_no_fewer_assumptions_meet_the_sums(drawn: list[tuple[int, dict[Side, float]]], gross: int, net: int) -> None:
    """Trying every side of every line finds nothing cheaper, and nothing where no assignment was found."""
    lines = [paid(5), taken(2), *(SumLine(pence, sides, "drawn") for pence, sides in drawn)]
    costs = []
    for sides in product(*(line.sides for line in lines)):
        sums = {side: sum(x.pence for x, own in zip(lines, sides, strict=True) if own == side) for side in set(sides)}
        moved = sum(side != line.first for line, side in zip(lines, sides, strict=True))
        left = gross - sums.get("deductions", 0) + sums.get("added", 0)
        if moved <= 3 and sums.get("payments", 0) == gross and left == net:
            costs.append(sum(line.sides[side] for line, side in zip(lines, sides, strict=True)))
    solution = solve(lines, is_(gross), is_(net), [])
    assert ("net" in solution.holds) == bool(costs)
    if costs:
        assert solution.cost == min(costs)
