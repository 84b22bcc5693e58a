"""Payslips of layouts put together by chance: blocks in any order and place, each in one of many forms, synonyms drawn.

No vendor prints them and no rule of the reader was written for one of them; what counts is that none is read wrongly
unseen. Fixed layouts belong to the sample maker.
"""

import random
from collections.abc import Sequence
from decimal import Decimal

from hmrc_pipeline.simulators.drawing import A4, Mark, Sheet
from hmrc_pipeline.simulators.layouts.view import Row, SlipView
from hmrc_pipeline.simulators.payroll import Slip
from hmrc_pipeline.simulators.samples import Record, Sample
from hmrc_pipeline.simulators.style import Style
from hmrc_pipeline_tests.extraction.patches import SYNONYMS, THIS_TITLES, Block, Patch, cells
from hmrc_pipeline_tests.extraction.patches_of_strokes import people_in_pairs
from hmrc_pipeline_tests.extraction.patches_of_year import PAIRED, YEAR, measure, pairs

__all__ = ["FORMS", "patchwork"]

FORMS = ("list", "marked", "above", "below", "left", "cross", "rows", "named", "between", "pairs", "strokes")
"""How the year stands: a titled list, captions that say so, captions above, below or right of it (`left`), beside
this period's in a table, as a row of a table, in one row after its name, with the captions between it and this
period's, both behind captions of time under each label, and with a stroke between it and this period's."""


def patchwork(slip: Slip, seed: int, form: str | None = None) -> Sample:
    """The slip in the layout of a seed, in one `form` of the year to date if given. Raises `Overprint` rarely."""
    lot = random.Random(f"patch {seed}")
    form = form or lot.choice(FORMS)
    style = Style.seeded(seed).but(
        carry=False, password=None, rotate=False, pictured=False, net_label=True, ytd_first=False, wording=0,
        shift=(0.0, 0.0), scale=1.0, employer_in_deductions=lot.random() < 0.15,
        font=lot.choice(("helvetica", "helvetica", "times", "vera")),
    )  # fmt: skip
    style = style.but(ligatures=style.ligatures and style.font == "vera")
    words = {name: lot.choice(spellings) for name, spellings in SYNONYMS.items()}
    if lot.random() < 0.2:
        words = {name: word.upper() for name, word in words.items()}
    record = Record()
    sheet = Sheet(
        A4 if lot.random() < 0.8 or form == "pairs" else (A4[1], A4[0]), style, title="Payslip", record=record
    )
    patch = Patch(sheet, SlipView(slip, style, {n: (w,) for n, w in words.items()}, record), lot, words)
    patch.pitch = lot.choice((11.5, 13.0, 15.0))
    patch.form = form
    patch.times, patch.year_first = lot.choice(PAIRED), lot.random() < 0.4
    _page(patch, form)
    return Sample(f"patch-{seed}-{form}", sheet.finish(), "payslip", record.fields, record.boxes, record.lines, form)


def _page(patch: Patch, form: str) -> None:
    """Blocks in one column, or a sidebar and the rest; the order by lot, the employer first."""
    lot, width = patch.lot, patch.sheet.width
    lines: Block = lot.choice((_stacked, _stacked, _beside, _beside, _signed, _ledger, _with_year))
    if form == "pairs":
        lines = _paired if lot.random() < 0.5 else _stacked
        patch.pitch = 10.0
    totals = None if lines in (_signed, _paired) else lot.choice((_totals, _tiles))
    year: Block = lambda p, x0, x1, y: YEAR[form](p, x0, x1, y)  # noqa: E731
    bases = None if form in ("cross", "rows", "between", "pairs", "strokes") else _bases
    blocks: list[Block] = [block for block in (lines, totals, bases, _employer, _decoys) if block]
    patch.sheet.value(30, 40, patch.view.employer_name, size=13, face="bold")
    shape = lot.choice(("column", "column", "left", "right"))
    if shape == "column" or lines in (_beside, _with_year) or form in ("cross", "rows", "named", "between", "pairs"):
        order = [_people, *blocks]
        order.insert(lot.randrange(1, len(order) + 1), year)
        if lot.random() < 0.2:
            order = [*order[1:], _people]
        columns = [(30.0, width - 30, order)]
    else:
        side = [_people, year] if lot.random() < 0.6 else [year]
        rest = blocks if _people in side else [_people, *blocks]
        edge = lot.choice((170.0, 190.0, 215.0))
        columns = [(24.0, edge, side), (edge + 24, width - 30, rest)]
        if shape == "right":
            columns = [(width - edge, width - 24, side), (30.0, width - edge - 24, rest)]
    if form == "between" and lot.random() < 0.6:
        columns = [(30.0, 0.5 * width - 4, [_lists(lines), *([totals] if totals else []), _people, _employer]),
                   (0.5 * width + 4, width - 30, [year, _decoys])]  # fmt: skip
    for x0, x1, order in columns:
        y = 66.0
        for block in order:
            y = block(patch, x0, x1, y) + lot.choice((10.0, 16.0, 24.0))


def _lists(lines: Block) -> Block:
    """Lines beside the year, whose first column stands next to their amounts: of their blocks those that are narrow."""
    return lines if lines in (_stacked, _signed, _ledger) else _stacked


def _people(patch: Patch, x0: float, x1: float, y: float) -> float:
    view, lot, sheet = patch.view, patch.lot, patch.sheet
    if patch.form == "strokes" and lot.random() < 0.7:
        return people_in_pairs(patch, x0, x1, y)
    facts: list[tuple[str, Sequence[str | Mark]]] = [
        (lot.choice(("Employee Name", "Name", "Employee")), (view.employee_name,)),
        (lot.choice(("Payroll No", "Employee No.", "Works Number")), (view.payroll_number,)),
        (lot.choice(("NI Number", "N.I. No.", "NINO")), (view.ni_number,)),
        (lot.choice(("Tax Code", "Tax code")), view.tax_code),
        (lot.choice(("NI Letter", "NI Table", "NI Category")), (view.ni_letter,)),
        (lot.choice(("Pay Date", "Payment Date", "Process Date", "Date Paid")), (view.pay_date,)),
        (f"Tax {view.unit}" if lot.random() < 0.5 else "Tax Period", (view.tax_period,)),
        (lot.choice(("PAYE Ref", "PAYE Reference", "Tax Ref")), (view.paye_reference,)),
    ]
    lot.shuffle(facts)
    narrow = x1 - x0 < 200
    how = lot.choice(("inline", "column", "above", "below", "sentences"))
    if how == "sentences" and not narrow:
        return _sentences(patch, x0, x1, y)
    across = 1 if narrow else (2 if how in ("inline", "column") else 4)
    step = (x1 - x0) / across
    for number, (caption, value) in enumerate(facts):
        x, row = x0 + (number % across) * step, number // across
        if how == "inline":
            sheet.run(x, y + row * patch.pitch, f"{caption}: ", *value, size=patch.size)
        elif how == "column":
            patch.text(x, y + row * patch.pitch, caption)
            sheet.run(x + min(100, 0.5 * step + 10), y + row * patch.pitch, *value, size=patch.size)
        else:
            top, low = (y + row * 27, y + row * 27 + 11)
            patch.text(x, top if how == "above" else low, caption, size=6.5)
            sheet.run(x, low if how == "above" else top, *value, size=9)
    rows = -(-len(facts) // across)
    return y + (rows - 1) * (patch.pitch if how in ("inline", "column") else 27) + 14


def _sentences(patch: Patch, x0: float, x1: float, y: float) -> float:
    """Who, where and when in words, several particulars to a line."""
    view, lot = patch.view, patch.lot
    unit, mark = f"tax {view.unit.lower()} ", lot.choice((" | ", ", ", " - "))
    lines: list[tuple[str | Mark, ...]] = [
        (lot.choice(("For ", "Payslip for ", "To ")), view.employee_name, mark, "works number ", view.payroll_number),
        (lot.choice(("Paid on ", "Payment date ")), view.pay_date, mark, unit, view.tax_period),
        ("Tax code ", *view.tax_code, mark, "employer PAYE reference ", view.paye_reference),
        ("National Insurance number ", view.ni_number, mark, "NI category ", view.ni_letter),
    ]
    for line in lines:
        patch.sheet.run(x0, y, *line, size=min(patch.size, (x1 - x0) / 45))
        y += patch.pitch
    return y


def _table(
    patch: Patch, x0: float, x1: float, y: float, title: str | None, rows: Sequence[Row], total: str | None
) -> float:
    """Label and amount at the edges of a column, perhaps with leaders."""
    if title:
        patch.text(x0, y, title, face="bold", size=8.5)
        y += patch.pitch
    for row in rows:
        if row.amount is None:
            continue
        patch.text(x0, y, row.label, fit=x1 - x0 - 62)
        patch.amount(x1, y, row.field, row.amount, noted=row.noted(row.amount))
        patch.view.note(row, with_ytd=False)
        y += patch.pitch
    figure = patch.view.figure(total) if total else None
    if total and figure is not None:
        patch.text(x0, y, patch.words[total], fit=x1 - x0 - 62, face="bold")
        patch.amount(x1, y, total, figure, face="bold")
        y += patch.pitch
    return y


def _taken(patch: Patch) -> list[Row]:
    return list(patch.view.deductions)


def _titles(patch: Patch) -> tuple[str | None, str | None]:
    return patch.lot.choice(
        (("Payments", "Deductions"), ("Earnings", "Deductions"), ("Pay and Allowances", "Deductions"))
    )


def _stacked(patch: Patch, x0: float, x1: float, y: float) -> float:
    paid, taken = _titles(patch)
    x1 = min(x1, x0 + patch.lot.choice((220.0, 300.0, 500.0)))
    y = _table(patch, x0, x1, y, paid, patch.view.payments, None) + 6
    return _table(patch, x0, x1, y, taken, _taken(patch), None)


def _beside(patch: Patch, x0: float, x1: float, y: float) -> float:
    paid, taken = _titles(patch)
    middle = (x0 + x1) / 2
    sides = [(paid, patch.view.payments), (taken, _taken(patch))]
    if patch.lot.random() < 0.2:
        sides.reverse()
    return max(
        _table(patch, x0, middle - 12, y, sides[0][0], sides[0][1], None),
        _table(patch, middle + 12, x1, y, sides[1][0], sides[1][1], None),
    )


def _signed(patch: Patch, x0: float, x1: float, y: float) -> float:
    """One list: payments, gross pay, deductions with a minus sign, net pay."""
    y = _table(patch, x0, x1, y, None, patch.view.payments, "gross_pay")
    for row in _taken(patch):
        if row.amount is None:
            continue
        sign = 1 if row.section == "employer" else -1
        patch.text(x0, y, row.label, fit=x1 - x0 - 62)
        patch.amount(x1, y, row.field, sign * row.amount, noted=row.noted(row.amount))
        y += patch.pitch
    return _table(patch, x0, x1, y, None, (), "net_pay")


def _ledger(patch: Patch, x0: float, x1: float, y: float) -> float:
    """One table with a column of payments and one of deductions, perhaps with what is left after each line."""
    heads = patch.lot.choice((("Payments", "Deductions"), ("Credits", "Debits"), ("Pay", "Deductions")))
    x1 = min(x1, x0 + patch.lot.choice((300.0, 420.0)))
    balance = patch.lot.choice((None, None, "Balance", "Running total", "Total", ""))
    room, left = (0.0 if balance is None else 74.0), Decimal(0)
    edges = (x1 - 80 - room, x1 - room)
    if balance:
        patch.text(x1, y, balance, size=7, align="right")
    for edge, head in zip(edges, heads, strict=True):
        patch.text(edge, y, head, size=7, align="right")
    for row in (*patch.view.payments, *_taken(patch)):
        if row.amount is None:
            continue
        y += patch.pitch
        patch.text(x0, y, row.label, fit=edges[0] - x0 - 62)
        patch.amount(edges[row.section != "payments"], y, row.field, row.amount, noted=row.noted(row.amount))
        patch.view.note(row, with_ytd=False)
        left += row.amount if row.section == "payments" else -row.amount
        if balance is not None:
            patch.amount(x1, y, None, left)
    return y + patch.pitch


def _with_year(patch: Patch, x0: float, x1: float, y: float) -> float:
    """Payments and deductions with a column of this period and one of the year, in either order."""
    this, year = x0 + 240, x0 + 320
    if patch.lot.random() < 0.4:
        this, year = year, this
    patch.text(this, y, patch.lot.choice((*THIS_TITLES, "Amount")), size=7, align="right")
    patch.text(year, y, patch.lot.choice(("YTD", "Year to Date", "To Date", "This year")), size=7, align="right")
    for title, rows in zip(_titles(patch), (patch.view.payments, _taken(patch)), strict=True):
        y += patch.pitch + 4
        patch.text(x0, y, title or "", face="bold", size=8.5)
        for row in rows:
            if row.amount is None:
                continue
            y += patch.pitch
            patch.text(x0, y, row.label, fit=150)
            patch.amount(this, y, row.field, row.amount, noted=row.noted(row.amount))
            if row.ytd is not None:
                patch.amount(year, y, f"ytd_{row.field}" if row.field else None, row.ytd, noted=row.noted(row.ytd))
            patch.view.note(row, with_ytd=True)
    return y + patch.pitch


def _paired(patch: Patch, x0: float, x1: float, y: float) -> float:
    """Every line and every total with this period's amount and the year's below it, each behind its caption."""
    view = patch.view
    for title, rows in zip(_titles(patch), (view.payments, _taken(patch)), strict=True):
        patch.text(x0, y, title or "", face="bold", size=9.5)
        y = pairs(patch, x0, x1, y + patch.pitch + 2, [row for row in rows if row.amount])
        for row in rows:
            if row.amount:
                view.note(row, with_ytd=True)
    return pairs(patch, x0, x1, y, [measure(patch, n, patch.words[n]) for n in _TOTALS])


_TOTALS = ("gross_pay", "total_deductions", "net_pay")


def _totals(patch: Patch, x0: float, x1: float, y: float) -> float:
    x1 = min(x1, x0 + 260)
    for name in _TOTALS:
        y = _table(patch, x0, x1, y, None, (), name)
    return y


def _tiles(patch: Patch, x0: float, x1: float, y: float) -> float:
    shown = [(n, patch.words[n], a) for n in _TOTALS if (a := patch.view.figure(n)) is not None]
    return cells(patch, x0, x1, y, shown, patch.lot.choice(("above", "below")))


def _bases(patch: Patch, x0: float, x1: float, y: float) -> float:
    for name in ("taxable_pay", "ni_pay"):
        y = _table(patch, x0, min(x1, x0 + 260), y, None, (), name)
    return y


def _employer(patch: Patch, x0: float, x1: float, y: float) -> float:
    title = patch.lot.choice(("Employer Contributions", "Employer Costs", "Paid by your employer"))
    rows = [row for row in (*patch.view.employer, *patch.view.other) if row.amount is not None]
    own = [row for row in rows if row.section == "employer"]
    benefits = [row for row in rows if row.section != "employer"]
    if own:
        y = _table(patch, x0, min(x1, x0 + 260), y, title, own, None)
    if benefits:
        y = _table(patch, x0, min(x1, x0 + 260), y + 4, "Benefits", benefits, None)
    return y


def _decoys(patch: Patch, x0: float, x1: float, y: float) -> float:
    if patch.lot.random() < 0.5:
        return y
    for caption, amount in patch.lot.sample((
        ("Annual Salary", Decimal("38250.00")), ("Loan balance", Decimal("1200.00")),
        ("Hourly rate", Decimal("14.2300")),
        ("Previous employment pay", Decimal("4100.00")), ("Holiday remaining", Decimal("12.50")),
        ("Total cost to employer", Decimal("4217.93")),
    ), 2):  # fmt: skip
        patch.text(x0, y, caption)
        patch.amount(min(x1, x0 + 260), y, None, amount)
        y += patch.pitch
    return y
