"""P60s drawn from a payroll's year: the single sheet with its boxes, and a substitute form.

Which figures are certified belongs to `payroll`; the wording around the figures is ours but for the captions.
"""

from collections.abc import Callable, Collection
from datetime import date
from typing import Literal

from hmrc_pipeline.simulators.drawing import A4, Mark, Sheet
from hmrc_pipeline.simulators.layouts import p60_single, p60_substitute
from hmrc_pipeline.simulators.payroll import P60Figures
from hmrc_pipeline.simulators.samples import Record, Sample
from hmrc_pipeline.simulators.style import Style

__all__ = ["FORMS", "Marking", "make_p60"]

Marking = Literal["eP60", "corrected", "amended", "replacement", "duplicate"]
FORMS: dict[str, Callable[[Sheet, P60Figures, str | Mark | None, Mark | None], None]] = {
    "p60_single": p60_single.draw,
    "p60_substitute": p60_substitute.draw,
}
_MARKINGS: dict[Marking, str] = {
    "eP60": "This is a printed copy of an eP60",
    "corrected": "CORRECTED",
    "amended": "Amended P60",
    "replacement": "REPLACEMENT",
    "duplicate": "DUPLICATE",
}
_CORRECTIONS: frozenset[Marking] = frozenset({"corrected", "amended", "replacement"})


def make_p60(
    p60: P60Figures,
    *,
    form: str = "p60_single",
    style: Style | None = None,
    copies: int = 1,
    marking: Marking | None = None,
    issued: date | None = None,
    without: Collection[str] = (),
) -> Sample:
    """Draw a P60. `copies` prints the same certificate on further pages, `issued` a date of issue.

    `without` names fields that are left off.
    The same arguments give the same bytes. Raises `KeyError` for a form that is not in `FORMS`.
    """
    dressed = style or Style()
    if form == "p60_single":
        printed = "courier" if dressed.font == "courier" else ""
        dressed = dressed.but(font="helvetica", figures=printed, scale=1.0, ligatures=False)
    record = Record()
    issue = Mark("issued_on", issued.isoformat(), dressed.date(issued)) if issued else None
    sheet = Sheet(A4, dressed, title="P60", record=record, without=without)
    for copy in range(copies):
        if copy:
            sheet.next_page()
        FORMS[form](sheet, p60, _banner(marking), issue)
    employer = p60.employer.name.split()[0].lower()
    return Sample(
        name=f"p60-{p60.tax_year.label}-{employer}{'-' + marking.lower() if marking else ''}.pdf",
        content=sheet.finish(),
        doc_type="p60",
        fields=record.fields,
        boxes=record.boxes,
        lines=[],
        layout=form,
        password=dressed.password,
    )


def _banner(marking: Marking | None) -> str | Mark | None:
    """What the form is marked with: a value where it takes an earlier certificate's place, else words."""
    if marking is None:
        return None
    words = _MARKINGS[marking]
    return Mark("corrected", "yes", words) if marking in _CORRECTIONS else words
