"""Made-up careers put through the pipeline: files in a folder, read by a stand-in that reads what was printed."""

from collections.abc import Callable, Iterable
from datetime import datetime
from pathlib import Path
from typing import Any

from hmrc_pipeline.documents import FolderSource, take_in
from hmrc_pipeline.hmrc import import_summary
from hmrc_pipeline.home import Home
from hmrc_pipeline.p60s import choose_p60s
from hmrc_pipeline.payslips import choose_payslips
from hmrc_pipeline.people import list_people
from hmrc_pipeline.readings import read_new
from hmrc_pipeline.reconciliation import YearCounts, reconcile_year
from hmrc_pipeline.simulators.career import Career, PaidYear
from hmrc_pipeline.simulators.p60s import make_p60
from hmrc_pipeline.simulators.payroll import Slip
from hmrc_pipeline.simulators.payslips import make_payslip
from hmrc_pipeline.simulators.samples import Sample
from hmrc_pipeline.tax_year import TaxYear
from hmrc_pipeline_tests.readings.fakes import FakePool, content


def document(sample: Sample) -> dict[str, Any]:
    """A perfect reading of a sample."""
    return {"doc_type": sample.doc_type, "fields": sample.fields}


def write(folder: Path, name: str, fields: dict[str, Any], salt: str = "") -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name}.pdf"
    path.write_bytes(content(fields, salt=salt))
    return path


def write_career(
    folder: Path, career: Career, *, keep: Callable[[Slip], bool] = lambda _: True, p60s: bool = True
) -> dict[str, Path]:
    """Every payslip and P60 of a career as a file; names tell year, employer and period."""
    written = {}
    for year in career.years:
        for job, employment in enumerate(year.employments):
            for slip in filter(keep, employment.slips):
                name = f"{year.tax_year}-{job}-{slip.pay_date}"
                written[name] = write(folder, name, document(make_payslip(slip)))
            if employment.p60 and p60s:
                name = f"{year.tax_year}-{job}-p60"
                written[name] = write(folder, name, document(make_p60(employment.p60)))
    return written


def read_folder(home: Home, folder: Path, now: datetime) -> None:
    take_in(home, FolderSource(folder), now=now)
    read_new(home, FakePool(), now=now)


def give_hmrc(home: Home, career: Career, now: datetime) -> None:
    """HMRC's answers for the only person there is."""
    with home.database.reading() as session:
        (person,) = list_people(session, home.cipher)
    import_summary(home, career.hmrc_summary(), person_id=person.person_id, source="file", now=now)


def reconcile(
    home: Home, years: Iterable[TaxYear | PaidYear], now: datetime, *, everyone: bool = False
) -> list[YearCounts]:
    """The three stages of each year, in their order."""
    counts = []
    for item in years:
        year = item.tax_year if isinstance(item, PaidYear) else item
        choose_payslips(home, year, everyone=everyone)
        choose_p60s(home, year, everyone=everyone)
        counts.append(reconcile_year(home, year, everyone=everyone, now=now))
    return counts
