"""What an exhibit is called, and what is marked on it."""

from datetime import date
from pathlib import Path

import pytest

from hmrc_pipeline.documents import FolderSource, take_in
from hmrc_pipeline.extraction import ReaderPool
from hmrc_pipeline.home import open_home
from hmrc_pipeline.people import list_people
from hmrc_pipeline.readings import list_documents, read_new
from hmrc_pipeline.reconciliation.evidence.exhibits import exhibit_of
from hmrc_pipeline.reconciliation.evidence.pack import Employment, Exhibit
from hmrc_pipeline.settings import load_settings
from hmrc_pipeline.simulators.careers import demo_career
from hmrc_pipeline.simulators.p60s import Marking, make_p60
from hmrc_pipeline.simulators.payroll import Employer
from hmrc_pipeline.simulators.payslips import make_payslip
from hmrc_pipeline.simulators.samples import Sample
from hmrc_pipeline.tax_year import TaxYear
from hmrc_pipeline_tests.reconciliation.evidence.test_packs import NOW

pytestmark = pytest.mark.real


@pytest.mark.parametrize(
    ("marking", "issued", "title"),
    [
        (None, None, "P60 for 2024-25"),
        (None, date(2025, 5, 12), "P60 for 2024-25, issued on 12 May 2025"),
        ("corrected", None, "Corrected P60 for 2024-25"),
        ("replacement", date(2025, 7, 1), "Corrected P60 for 2024-25, issued on 1 July 2025"),
    ],
)
def test_p60s_of_a_year_are_told_apart(
    tmp_path: Path, marking: Marking | None, issued: date | None, title: str
) -> None:
    (p60,) = next(year.p60s for year in demo_career(TaxYear(2025)).years if year.tax_year == TaxYear(2024))
    exhibit = _exhibit(tmp_path, make_p60(p60, marking=marking, issued=issued), p60.employer, {"taxable_pay"})
    assert exhibit.title == title


@pytest.mark.parametrize(
    ("proved", "marked"),
    [
        ({"income_tax", "tax_code"}, {"pay date", "tax period", "Income Tax", "Income Tax, year to date", "tax code"}),
        ({"ytd_income_tax"}, {"pay date", "tax period", "Income Tax, year to date"}),
        ({"ni_letter", "tax_basis"}, {"pay date", "tax period", "National Insurance letter"}),
    ],
)
def test_what_a_finding_is_about_is_marked(tmp_path: Path, proved: set[str], marked: set[str]) -> None:
    slip = next(demo_career(TaxYear(2025)).slips)
    exhibit = _exhibit(tmp_path, make_payslip(slip), slip.employer, proved)
    assert {mark.label for mark in exhibit.marks} == marked, "and what is not printed is not"
    assert len(exhibit.marks) == len(marked), "each once"


def _exhibit(tmp_path: Path, sample: Sample, employer: Employer, proved: set[str]) -> Exhibit:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / sample.name).write_bytes(sample.content)
    home = open_home(load_settings(home=tmp_path / "home"))
    take_in(home, FolderSource(tmp_path / "in"), now=NOW)
    with ReaderPool() as pool:
        read_new(home, pool, now=NOW)
    with home.database.reading() as session:
        (person,) = list_people(session, home.cipher)
    reference = employer.paye_reference.value
    employment = Employment(reference, reference, None, (), (), {}, ())
    (document,) = list_documents(home)
    exhibit = exhibit_of(home, document.sha256, proved, employment, person.person_id, "self")
    assert exhibit is not None
    return exhibit
