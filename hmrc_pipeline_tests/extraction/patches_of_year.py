"""The year to date of a layout by chance, in each of its forms. The other blocks are in `patchwork`."""

from collections.abc import Sequence
from decimal import Decimal

from hmrc_pipeline.simulators.layouts.view import Row
from hmrc_pipeline_tests.extraction.patches import THIS_TITLES, Block, Patch, cells
from hmrc_pipeline_tests.extraction.patches_of_strokes import year_in_strokes

__all__ = ["PAIRED", "YEAR", "measure", "pairs"]

IN_YEAR: tuple[str, ...] = (
    "gross_pay",
    "taxable_pay",
    "ni_pay",
    "income_tax",
    "national_insurance",
    "employee_pension",
)
IN_YEAR += ("pension_sacrifice", "student_loan", "employer_ni", "employer_pension")
YEAR_TITLES = ("Year to Date", "Year To Date Totals", "This year", "Cumulatives", "Balances", "To Date", "YTD")
MARKS = ("{} YTD", "{} TD", "{} to date", "{} this year", "YTD {}", "{} (YTD)", "Cumulative {}")


def _of_year(patch: Patch) -> list[tuple[str, str, Decimal]]:
    count = patch.lot.choice((5, 7, 10))
    return [(n, patch.words[n], a) for n in IN_YEAR[:count] if (a := patch.view.ytd(n)) is not None]


def _year_list(patch: Patch, x0: float, x1: float, y: float) -> float:
    return _column(patch, x0, x1, y, patch.lot.choice(YEAR_TITLES), "{}")


def _year_marked(patch: Patch, x0: float, x1: float, y: float) -> float:
    return _column(patch, x0, x1, y, None, patch.lot.choice(MARKS))


def _column(patch: Patch, x0: float, x1: float, y: float, title: str | None, mark: str) -> float:
    x1 = min(x1, x0 + 240)
    if title:
        patch.text(x0, y, title, face="bold", size=8.5)
        y += patch.pitch
    shown = _of_year(patch)
    patch.lot.shuffle(shown)
    for name, caption, amount in shown:
        patch.text(x0, y, mark.format(caption), fit=x1 - x0 - 62)
        patch.amount(x1, y, f"ytd_{name}", amount)
        y += patch.pitch
    return y


def _year_left(patch: Patch, x0: float, x1: float, y: float) -> float:
    """The amount first, its caption right of it."""
    mark = patch.lot.choice(MARKS)
    for name, caption, amount in _of_year(patch):
        patch.amount(x0 + 60, y, f"ytd_{name}", amount)
        patch.text(x0 + 72, y, mark.format(caption), fit=x1 - x0 - 74)
        y += patch.pitch
    return y


def _year_above(patch: Patch, x0: float, x1: float, y: float) -> float:
    return _year_cells(patch, x0, x1, y, "above")


def _year_below(patch: Patch, x0: float, x1: float, y: float) -> float:
    return _year_cells(patch, x0, x1, y, "below")


def _year_cells(patch: Patch, x0: float, x1: float, y: float, how: str) -> float:
    mark = patch.lot.choice(("{}", *MARKS))
    if mark == "{}":
        patch.text(x0, y, patch.lot.choice(YEAR_TITLES), face="bold", size=8.5)
        y += patch.pitch + 3
    shown = [(f"ytd_{name}", mark.format(caption), amount) for name, caption, amount in _of_year(patch)]
    return cells(patch, x0, x1, y, shown, how)


def _year_cross(patch: Patch, x0: float, x1: float, y: float) -> float:
    """A row for each measure, a column for this period and one for the year, in either order."""
    this, year = x0 + 200, x0 + 280
    if patch.lot.random() < 0.4:
        this, year = year, this
    patch.text(this, y, patch.lot.choice(THIS_TITLES), size=7, align="right")
    patch.text(year, y, patch.lot.choice(("YTD", "Year to Date", "To Date")), size=7, align="right")
    for name, caption, amount in _of_year(patch):
        y += patch.pitch
        figure = patch.view.figure(name)
        patch.text(x0, y, caption, fit=120)
        patch.amount(year, y, f"ytd_{name}", amount)
        if figure is not None:
            patch.amount(this, y, name, figure)
    return y + patch.pitch


def _year_rows(patch: Patch, x0: float, x1: float, y: float) -> float:
    """A column for each measure, a row for this period and one for the year."""
    shown = _of_year(patch)[: int((x1 - x0 - 70) // 76)]
    for number, (_, caption, _) in enumerate(shown):
        patch.text(x0 + 140 + number * 76, y, caption, size=6.5, align="right", fit=72)
    rows = [("", patch.lot.choice(THIS_TITLES), {n: patch.view.figure(n) for n, _, _ in shown})]
    rows.insert(
        patch.lot.randrange(2),
        ("ytd_", patch.lot.choice(("YTD", "Year to Date", "To Date")), {n: a for n, _, a in shown}),
    )
    for prefix, title, amounts in rows:
        y += patch.pitch
        patch.text(x0, y, title)
        for number, (name, _, _) in enumerate(shown):
            amount = amounts[name]
            if amount is not None:
                patch.amount(x0 + 140 + number * 76, y, prefix + name, amount)
    return y + patch.pitch


def _year_named(patch: Patch, x0: float, x1: float, y: float) -> float:
    """Captions and amounts in turn, two or three pairs in a row."""
    mark, across = patch.lot.choice(MARKS), patch.lot.choice((2, 3))
    step = (x1 - x0) / across
    shown = _of_year(patch)
    for number, (name, caption, amount) in enumerate(shown):
        x, at = x0 + (number % across) * step, y + (number // across) * patch.pitch
        patch.text(x, at, mark.format(caption), fit=step - 68)
        patch.amount(x + step - 14, at, f"ytd_{name}", amount)
    return y + -(-len(shown) // across) * patch.pitch


def _year_between(patch: Patch, x0: float, x1: float, y: float) -> float:
    """Captions in the middle, this period's amount on one side, the year's on the other."""
    x1 = min(x1, x0 + patch.lot.choice((220.0, 260.0)))
    this, year = x0 + 62, x1
    if patch.lot.random() < 0.4:
        this, year = year, this
    patch.text(this, y, patch.lot.choice(THIS_TITLES), size=7, align="right")
    patch.text(year, y, patch.lot.choice(("YTD", "Year to Date", "To Date")), size=7, align="right")
    for name, caption, amount in _of_year(patch):
        y += patch.pitch
        figure = patch.view.figure(name)
        patch.text((x0 + 62 + x1 - 56) / 2, y, caption, fit=x1 - x0 - 126, align="centre")
        patch.amount(year, y, f"ytd_{name}", amount)
        if figure is not None:
            patch.amount(this, y, name, figure)
    return y + patch.pitch


PAIRED = (
    ("This pay", "This tax year"), ("This period", "Year to date"), ("In this payslip", "Tax year"),
    ("Now", "This year"), ("This month", "Up to now"), ("Today", "Altogether"),
)  # fmt: skip
"""Captions of time set before amounts, the last of them in words that tell nothing."""


def _year_pairs(patch: Patch, x0: float, x1: float, y: float) -> float:
    """Under each measure two captions of time, each with its amount behind it."""
    return pairs(patch, x0, x1, y, [measure(patch, n, caption) for n, caption, _ in _of_year(patch)])


def _year_strokes(patch: Patch, x0: float, x1: float, y: float) -> float:
    return year_in_strokes(patch, x0, x1, y, _of_year(patch))


def measure(patch: Patch, name: str, caption: str) -> Row:
    """A figure of the slip with its year to date, as a row."""
    return Row("other", name, caption, patch.view.figure(name), patch.view.ytd(name))


def pairs(patch: Patch, x0: float, x1: float, y: float, rows: Sequence[Row]) -> float:
    """Each label on a line of its own, this period's amount and the year's below it, each behind its caption."""
    step = min(x1 - x0, 420.0) / 2
    places = [(x0 + 12, x0 + step - 20), (x0 + step, x0 + 2 * step - 20)]
    if patch.year_first:
        places.reverse()
    for row in rows:
        patch.text(x0, y, row.label, fit=x1 - x0)
        y += patch.pitch
        for (x, edge), time, prefix, amount in zip(
            places, patch.times, ("", "ytd_"), (row.amount, row.ytd), strict=True
        ):
            if amount is not None:
                patch.text(x, y, time, size=7)
                patch.amount(edge, y, row.field and prefix + row.field, amount, noted=row.noted(amount))
        y += patch.pitch + 1
    return y


YEAR: dict[str, Block] = {
    "list": _year_list, "marked": _year_marked, "above": _year_above, "below": _year_below, "left": _year_left,
    "cross": _year_cross, "rows": _year_rows, "named": _year_named,
    "between": _year_between, "pairs": _year_pairs, "strokes": _year_strokes,
}  # fmt: skip
