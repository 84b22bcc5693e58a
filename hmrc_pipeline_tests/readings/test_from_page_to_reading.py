"""From printed page to stored reading, with the real reader: a made-up employee's three years in a folder."""

from datetime import datetime
from decimal import Decimal
from pathlib import Path

from hmrc_pipeline.documents import FolderSource, take_in
from hmrc_pipeline.extraction import ReaderPool
from hmrc_pipeline.extraction.fields import is_amount
from hmrc_pipeline.home import Home
from hmrc_pipeline.people import list_people
from hmrc_pipeline.readings import ReadingCounts, list_documents, read_new, readings_of
from hmrc_pipeline.simulators.careers import demo_career
from hmrc_pipeline.simulators.documents import documents_of
from hmrc_pipeline.tax_year import TaxYear
from hmrc_pipeline_tests.rows import all_rows


def test_a_career_is_read_as_it_was_printed(home: Home, tmp_path: Path, now: datetime) -> None:
    folder = tmp_path / "docs"
    folder.mkdir()
    samples = {sample.name: sample for _, sample in documents_of(demo_career(TaxYear(2024)))}
    for name, sample in samples.items():
        (folder / name).write_bytes(sample.content)
    (folder / "letter.txt").write_text("Dear employee, your payslip is attached.")
    assert take_in(home, FolderSource(folder), now=now).new == len(samples) + 1
    with ReaderPool(workers=1) as pool:
        counts = read_new(home, pool, now=now)
        rows = all_rows(home)
        assert read_new(home, pool, now=now) == ReadingCounts()
    assert all_rows(home) == rows
    slips = sum(sample.doc_type == "payslip" for sample in samples.values())
    p60s = sum(sample.doc_type == "p60" for sample in samples.values())
    assert counts == ReadingCounts(contents=len(samples) + 1, payslips=slips, p60s=p60s, quarantined=1)
    names = {each.sha256: each.seen_as[0] for each in list_documents(home)}
    with home.database.reading() as session:
        (person,) = list_people(session, home.cipher)
        for reading in readings_of(session, home.cipher, person_id=person.person_id):
            printed = samples.pop(names[reading.sha256]).fields
            assert reading.amounts == {name: Decimal(text) for name, text in printed.items() if is_amount(name)}
            assert reading.values == {name: text for name, text in printed.items() if not is_amount(name)}
            assert reading.flows
            assert reading.tax_year is not None
    assert samples == {}
