"""Payslips drawn from made-up slips: PDF bytes, and the value and place of everything printed.

Which figures a slip carries belongs to `payroll`, where they stand to the layouts.
"""

from collections.abc import Collection, Sequence
from dataclasses import replace

from hmrc_pipeline.simulators.drawing import Sheet
from hmrc_pipeline.simulators.layouts import LAYOUTS, SlipView
from hmrc_pipeline.simulators.payroll import Slip
from hmrc_pipeline.simulators.samples import Record, Sample
from hmrc_pipeline.simulators.style import Style

__all__ = ["LAYOUTS", "make_payslip", "make_payslips"]


def make_payslip(
    slip: Slip, layout: str | None = None, style: Style | None = None, *, without: Collection[str] = ()
) -> Sample:
    """Draw one slip in a layout (its employer's own by default) and a style, `without` some of its fields.

    The same slip, layout and style give the same bytes. Raises `KeyError` for a layout that is not in `LAYOUTS`.
    """
    return make_payslips((slip,), layout, style, without=without)


def make_payslips(
    slips: Sequence[Slip], layout: str | None = None, style: Style | None = None, *, without: Collection[str] = ()
) -> Sample:
    """Draw several slips into one file, as many on a page as the layout has room for.

    `more` of the sample holds all but the first; `without` names fields that are left off the page.
    """
    chosen = LAYOUTS[layout or slips[0].terms.layout]
    dressed = chosen.dress(style or Style())
    records = [Record() for _ in slips]
    sheet = Sheet(chosen.size, dressed, title="Payslip", record=records[0], without=without)
    for index, (slip, record) in enumerate(zip(slips, records, strict=True)):
        place = index % len(chosen.slots)
        if index and not place:
            sheet.next_page()
        sheet.record, sheet.origin = record, chosen.slots[place]
        chosen.draw(sheet, SlipView(slip, dressed, chosen.words, record))
    content = sheet.finish()
    first, *others = (
        Sample(
            name=_name(slips),
            content=content,
            doc_type="payslip",
            fields=record.fields,
            boxes=record.boxes,
            lines=record.lines,
            layout=chosen.name,
            password=dressed.password,
        )
        for record in records
    )
    return replace(first, more=tuple(others))


def _name(slips: Sequence[Slip]) -> str:
    employer = slips[0].employer.name.split()[0].lower()
    days = [slips[0].pay_date.isoformat()]
    if len(slips) > 1:
        days.append(slips[-1].pay_date.isoformat())
    return f"payslip-{'-to-'.join(days)}-{employer}.pdf"
