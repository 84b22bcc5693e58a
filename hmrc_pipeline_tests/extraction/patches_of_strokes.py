"""Pairs parted by a stroke, of a layout by chance: captions and values, and amounts of this period and of the year."""

from decimal import Decimal

from hmrc_pipeline.simulators.drawing import Mark
from hmrc_pipeline_tests.extraction.patches import Patch

__all__ = ["people_in_pairs", "year_in_strokes"]

HEADS = (("this period", "this tax year"), ("Period", "YTD"), ("This Month", "Year to Date"), ("current", "cumulative"))


def people_in_pairs(patch: Patch, x0: float, x1: float, y: float) -> float:
    """Two captions with a stroke and their two values, behind, right of or below them, in an order drawn by lot."""
    view, lot, sheet = patch.view, patch.lot, patch.sheet
    close = lot.random() < 0.4
    facts: list[list[tuple[str, Mark]]] = [
        [("Name", view.employee_name), (lot.choice(("No", "Staff No", "Ref", "Works no")), view.payroll_number)],
        [("NI No", view.ni_number), (lot.choice(("letter", "category", "Table", "NI Letter")), view.ni_letter)],
        [(lot.choice(("Tax code", "Tax Code")), view.tax_code[0]), (lot.choice(("Freq", "Paid")), view.frequency)],
        [(f"Tax {view.unit.lower()}", view.tax_period), (lot.choice(("Pay date", "Date paid")), view.pay_date)],
    ]
    lot.shuffle(facts)
    how = lot.choice(("inline", "right", "below"))
    across = 1 if x1 - x0 < 200 else 2
    step, height = (x1 - x0) / across, 27.0 if how == "below" else patch.pitch
    for number, pair in enumerate(facts):
        if lot.random() < 0.3:
            pair.reverse()
        x, top = x0 + (number % across) * step, y + (number // across) * height
        stroke = "/" if close and not any("/" in mark.text for _, mark in pair) else " / "
        caption = stroke.join(name for name, _ in pair) + (":" if how != "below" else "")
        values = (pair[0][1], stroke, pair[1][1])
        if how == "inline":
            sheet.run(x, top, f"{caption} ", *values, size=patch.size * 0.9)
            continue
        patch.text(x, top, caption, size=6.5)
        place = (x + min(95.0, 0.45 * step), top) if how == "right" else (x, top + 11)
        sheet.run(*place, *values, size=patch.size * 0.9)
    return y + (len(facts) // across - 1) * height + 14


def year_in_strokes(patch: Patch, x0: float, x1: float, y: float, shown: list[tuple[str, str, Decimal]]) -> float:
    """`this period / to date` behind each label or below it; perhaps without a heading that tells which is which."""
    lot = patch.lot
    under, stroke = lot.random() < 0.4 or x1 - x0 < 230, lot.choice((" / ", "/"))
    x1 = min(x1, x0 + 240)
    times = lot.choice(HEADS)
    if lot.random() < 0.8:
        patch.text(x1, y, stroke.join(times[::-1] if patch.year_first else times), size=7, align="right")
        y += patch.pitch
    for name, caption, amount in shown:
        patch.text(x0, y, caption, fit=x1 - x0 - (0 if under else 112))
        if under:
            y += 11
        _pair(patch, x1, y, [(name, patch.view.figure(name)), (f"ytd_{name}", amount)], stroke)
        y += patch.pitch + (10 if under else 0)
    return y


def _pair(patch: Patch, x1: float, y: float, amounts: list[tuple[str, Decimal | None]], stroke: str) -> None:
    """Both amounts, set so that they end at an edge; a dash for what there is none of."""
    if patch.year_first:
        amounts.reverse()
    spell = patch.view.style.amount
    halves = ["-" if a is None else Mark(name, f"{a:.2f}", spell(a)) for name, a in amounts]
    text = stroke.join(half if isinstance(half, str) else half.text for half in halves)
    patch.sheet.run(x1 - patch.sheet.text_width(text, 8), y, halves[0], stroke, halves[1], size=8)
