"""Names, NINOs and file names come to rest encrypted only: every file of HOME is searched for them."""

import logging
from datetime import datetime
from pathlib import Path

import pytest

from hmrc_pipeline.documents import FolderSource, take_in
from hmrc_pipeline.home import Home
from hmrc_pipeline.readings import assign, list_documents, read_new
from hmrc_pipeline_tests.readings.fakes import FakePool, content, p60, payslip
from hmrc_pipeline_tests.rows import all_rows

PERSON = {"employee_name": "Zebedee Sentinelson", "ni_number": "QQ 76 54 32 D"}
SENTINELS = ("zebedee", "sentinelson", "qq765432", "qq 76 54 32", "qq-76-54-32", "my payslip of")


def test_nothing_personal_rests_in_clear(
    home: Home, tmp_path: Path, now: datetime, caplog: pytest.LogCaptureFixture
) -> None:
    folder = tmp_path / "docs"
    (folder / "Zebedee").mkdir(parents=True)
    slip = payslip(**PERSON, employer_name="Acme Ltd", payroll_number="QQ765432D", tax_code="1257L")
    slip |= {
        "status": "needs_review",
        "reasons": ["the line Zebedee  Sentinelson is not understood", "QQ765432D stands twice"],
        "lines": ["Pay of Zebedee Sentinelson (QQ-76-54-32-D)", "Basic pay"],
    }
    form = p60(surname="Sentinelson", forenames="Zebedee", ni_number="QQ765432D", employer_name="Acme Ltd")
    form["lines"] = ["SENTINELSON, ZEBEDEE"]
    files = {
        "Zebedee/my payslip of June.pdf": content(slip, form),
        "QQ765432D.pdf": content(payslip(employee_name="Zebedee Sentinelson")),
        "my payslip of May.docx": b"Dear Zebedee Sentinelson",
    }
    for name, data in files.items():
        (folder / name).write_bytes(data)
    with caplog.at_level(logging.DEBUG):
        take_in(home, FolderSource(folder), now=now)
        read_new(home, FakePool(), now=now)
        read_new(home, FakePool(net_pay="1.00"), now=now, version="2")
        review = list_documents(home, which="unassigned")
        owner = next(part.person_id for each in list_documents(home) for part in each.parts if part.person_id)
        assign(home, review[0].document_id, owner, now=now)
        (folder / "QQ765432D.pdf").unlink()
        take_in(home, FolderSource(folder), now=now)
    searched = [path for path in home.settings.home.rglob("*") if path.is_file()]
    assert {"hmrc.db", "hmrc.db-wal", "secret.key"} <= {path.name for path in searched}
    for path in searched:
        data = path.read_bytes().lower()
        assert not [word for word in SENTINELS if word.encode() in data], path.name
    assert not [word for word in SENTINELS if word in caplog.text.lower()]
    figures = all_rows(home)["figure"]
    assert any("1257L" in row for row in figures), "what is not personal stands in clear"
