"""All the documents of a career, as its employers would have sent them: file names and samples.

Which of them a demo withholds or changes is the demo's.
"""

from collections.abc import Iterator

from hmrc_pipeline.simulators.careers import Career
from hmrc_pipeline.simulators.p60s import make_p60
from hmrc_pipeline.simulators.payroll import P60Figures, Slip
from hmrc_pipeline.simulators.payslips import make_payslip
from hmrc_pipeline.simulators.samples import Sample
from hmrc_pipeline.simulators.style import Style

__all__ = ["documents_of"]

_STYLES = {
    "single_list": Style(dates="31 March 2025", tint=2, carry=True),
    "side_by_side": Style(dates="31-Mar-25"),
    "grid": Style(dates="31 Mar 2025", thousands=False, tint=1),
    "adp": Style(dates="31/03/2025", tint=1),
}


def documents_of(career: Career) -> Iterator[tuple[Slip | P60Figures, Sample]]:
    """Each slip and P60 in order, with its drawing in its employer's layout. Names are unique within the career."""
    for year in career.years:
        for slip in year.slips:
            yield slip, make_payslip(slip, style=_STYLES.get(slip.terms.layout))
        for p60 in year.p60s:
            yield p60, make_p60(p60)
