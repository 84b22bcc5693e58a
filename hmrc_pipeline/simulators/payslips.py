"""Payslips drawn from made-up slips: PDF bytes, and the value and place of everything printed.

Which figures a slip carries belongs to `payroll`, where they stand to the layouts.
"""

from hmrc_pipeline.simulators.drawing import Sheet
from hmrc_pipeline.simulators.layouts import LAYOUTS, SlipView
from hmrc_pipeline.simulators.payroll import Slip
from hmrc_pipeline.simulators.samples import Record, Sample
from hmrc_pipeline.simulators.style import Style

__all__ = ["LAYOUTS", "make_payslip"]


def make_payslip(slip: Slip, layout: str | None = None, style: Style | None = None) -> Sample:
    """Draw one slip in a layout (its employer's own by default) and a style.

    The same slip, layout and style give the same bytes. Raises `KeyError` for a layout that is not in `LAYOUTS`.
    """
    chosen = LAYOUTS[layout or slip.terms.layout]
    dressed = chosen.dress(style or Style())
    record = Record()
    sheet = Sheet(chosen.size, dressed, title="Payslip", record=record)
    chosen.draw(sheet, SlipView(slip, dressed, chosen.words, record))
    return Sample(
        name=_name(slip),
        content=sheet.finish(),
        doc_type="payslip",
        fields=record.fields,
        boxes=record.boxes,
        lines=record.lines,
        layout=chosen.name,
        password=dressed.password,
    )


def _name(slip: Slip) -> str:
    employer = slip.employer.name.split()[0].lower()
    return f"payslip-{slip.pay_date.isoformat()}-{employer}.pdf"
