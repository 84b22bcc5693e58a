"""The demo's folder: every document of the demo's career but one payslip.

What the career is belongs to `demo_life`, how documents look to the layouts.
"""

from pathlib import Path

from hmrc_pipeline.simulators.careers import Career
from hmrc_pipeline.simulators.documents import documents_of
from hmrc_pipeline.simulators.payroll import P60Figures, Slip
from hmrc_pipeline.simulators.samples import Sample

__all__ = ["WITHHELD_PERIOD", "demo_documents", "write_demo_documents"]

WITHHELD_PERIOD = 9
"""The tax month of the latest closed year whose payslip the demo withholds."""


def demo_documents(career: Career, *, withhold: bool = True) -> list[Sample]:
    """The career's documents in order, the withheld one left out."""
    return [sample for figures, sample in documents_of(career) if not (withhold and _is_withheld(career, figures))]


def write_demo_documents(career: Career, folder: Path, *, withhold: bool = True) -> list[Path]:
    """Write the career's PDFs, the same bytes each time; files that are there already are left untouched."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    written = []
    for sample in demo_documents(career, withhold=withhold):
        path = folder / sample.name
        if not path.exists() or path.read_bytes() != sample.content:
            path.write_bytes(sample.content)
        written.append(path)
    for stray in set(folder.glob("*.pdf")) - set(written):
        stray.unlink()
    return written


def _is_withheld(career: Career, figures: Slip | P60Figures) -> bool:
    last = career.years[-1].tax_year
    return (
        isinstance(figures, Slip)
        and last.contains(figures.pay_date)
        and last.month_of(figures.pay_date) == WITHHELD_PERIOD
    )
