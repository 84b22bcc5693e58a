"""All the documents of a career, as its employers would have sent them: file names and samples.

Which of them a demo withholds or changes is the demo's.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

from hmrc_pipeline.simulators.careers import Career
from hmrc_pipeline.simulators.dice import Dice
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


def documents_of(career: Career, *, seeded: bool = False) -> Iterator[tuple[Slip | P60Figures, Sample]]:
    """Each slip and P60 in order, with its drawing in its employer's layout; every sample has a name of its own.

    `seeded` gives each employer a style that follows from its PAYE reference, odd habits included.
    """
    names: Counter[str] = Counter()
    for document, sample in _drawn(career, seeded=seeded):
        names[sample.name] += 1
        again = names[sample.name]
        name = sample.name if again == 1 else sample.name.replace(".pdf", f"-{again}.pdf")
        yield document, replace(sample, name=name)


def _drawn(career: Career, *, seeded: bool) -> Iterator[tuple[Slip | P60Figures, Sample]]:
    for year in career.years:
        for slip in year.slips:
            style = Style.seeded(slip.employer.paye_reference.value) if seeded else _STYLES.get(slip.terms.layout)
            yield slip, make_payslip(slip, style=style)
        for p60 in year.p60s:
            dice = Dice(p60.employer.paye_reference.value, "p60")
            form = dice.pick(["p60_single", "p60_single", "p60_substitute"]) if seeded else "p60_single"
            yield p60, make_p60(p60, form=form, copies=2 if seeded and dice.chance(20) else 1)
