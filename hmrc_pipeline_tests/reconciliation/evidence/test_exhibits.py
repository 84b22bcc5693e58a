"""What an exhibit is called."""

from datetime import date
from pathlib import Path

import pytest

from hmrc_pipeline.documents import FolderSource, take_in
from hmrc_pipeline.extraction import ReaderPool
from hmrc_pipeline.home import open_home
from hmrc_pipeline.people import list_people
from hmrc_pipeline.readings import list_documents, read_new
from hmrc_pipeline.reconciliation.evidence.exhibits import exhibit_of
from hmrc_pipeline.reconciliation.evidence.pack import Employment
from hmrc_pipeline.settings import load_settings
from hmrc_pipeline.simulators.careers import demo_career
from hmrc_pipeline.simulators.p60s import Marking, make_p60
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
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "p60.pdf").write_bytes(make_p60(p60, marking=marking, issued=issued).content)
    home = open_home(load_settings(home=tmp_path / "home"))
    take_in(home, FolderSource(tmp_path / "in"), now=NOW)
    with ReaderPool() as pool:
        read_new(home, pool, now=NOW)
    with home.database.reading() as session:
        (person,) = list_people(session, home.cipher)
    reference = p60.employer.paye_reference.value
    employment = Employment(reference, reference, None, (), (), {}, ())
    (document,) = list_documents(home)
    exhibit = exhibit_of(home, document.sha256, {"taxable_pay"}, employment, person.person_id, "self")
    assert exhibit is not None
    assert exhibit.title == title
