"""Files that are no payslip, or do harm: one plain sentence each, the rest goes on, and they can be tried again."""

import json
import os
import sqlite3
from pathlib import Path
from typing import Any

import pytest

from hmrc_pipeline.extraction import ocr as recogniser
from hmrc_pipeline.simulators.careers import demo_career
from hmrc_pipeline.simulators.oddities import bomb, foreign_payslip, not_a_pdf, truncated, without_text
from hmrc_pipeline.simulators.payslips import make_payslip
from hmrc_pipeline.simulators.style import Style
from hmrc_pipeline.tax_year import TaxYear
from hmrc_pipeline_tests.system.support import clean_environment, run

pytestmark = pytest.mark.real

REASONS = {
    "bomb.pdf": "made to overload its reader",
    "empty.pdf": "empty",
    "foreign.pdf": "a German payslip",
    "locked.pdf": "password",
    "not-a-pdf.pdf": "not a PDF",
    "picture.pdf": "no text was recognised" if recogniser.is_there() else "no readable text",
    "truncated.pdf": "damaged",
    "undated.pdf": "no payment date",
}
"""File: words of the sentence that says what is wrong with it."""
PASSWORD = "opensesame"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two good payslips of one person among everything that can go wrong."""
    folder = tmp_path_factory.mktemp("input")
    slips = [slip for slip in demo_career(TaxYear.parse("2024-25")).slips if slip.tax_year.label == "2024-25"]
    good = [make_payslip(slip) for slip in slips[:3]]
    contents = {
        "a-good.pdf": good[0].content,
        "z-good.pdf": good[1].content,
        "bomb.pdf": bomb(),
        "empty.pdf": b"",
        "foreign.pdf": foreign_payslip().content,
        "locked.pdf": make_payslip(slips[3], style=Style(password=PASSWORD)).content,
        "not-a-pdf.pdf": not_a_pdf(),
        "picture.pdf": without_text(),
        "truncated.pdf": truncated(good[2].content),
        "undated.pdf": make_payslip(slips[4], without=("pay_date", "tax_period")).content,
    }
    assert len(contents["bomb.pdf"]) < 1000
    for name, content in contents.items():
        (folder / name).write_bytes(content)
    return folder


@pytest.fixture
def env(tmp_path: Path, folder: Path) -> dict[str, str]:
    return clean_environment(
        tmp_path / "home",
        HMRC_PIPELINE_HOME=str(tmp_path / "ours"),
        HMRC_PIPELINE_DOCUMENTS_FOLDER=str(folder),
        DAGSTER_HOME=str(tmp_path / "dagster"),
    )


def one_sentence(text: str) -> bool:
    return text.count(". ") <= 1 and text.rstrip().endswith(".") and "Error" not in text and "\n" not in text


def check_reasons(found: dict[str, str]) -> None:
    assert set(found) == set(REASONS), sorted(found)
    for file, word in REASONS.items():
        assert word.lower() in found[file].lower(), (file, found[file])
        assert one_sentence(found[file]), found[file]


def test_extract_says_why_and_goes_on(env: dict[str, str], folder: Path, tmp_path: Path) -> None:
    done = run("extract", str(folder), "--json", env=env)
    assert done.returncode == 2, done.stderr
    answers = {Path(line["file"]).name: line for line in map(json.loads, done.stdout.splitlines())}
    assert len(answers) == 10
    for name in ("a-good.pdf", "z-good.pdf"):
        assert answers[name]["error"] is None
        assert [d["doc_type"] for d in answers[name]["documents"]] == ["payslip"]
        assert not answers[name]["documents"][0]["needs_review"]
    check_reasons({name: reason(line) for name, line in answers.items() if name in REASONS})
    passwords = tmp_path / "passwords"
    passwords.write_text(f"wrong\n{PASSWORD}\n")
    unlocked = run("extract", str(folder / "locked.pdf"), "--json", "--password-file", str(passwords), env=env)
    assert unlocked.returncode == 0, unlocked.stderr
    assert json.loads(unlocked.stdout)["documents"][0]["fields"]["net_pay"]
    assert not (tmp_path / "ours").exists()


def reason(line: dict[str, Any]) -> str:
    return str(line["error"] or " ".join(line["documents"][0]["review_reasons"]))


def test_reconcile_says_why_and_goes_on(env: dict[str, str], folder: Path, tmp_path: Path) -> None:
    kept = run("reconcile", str(folder), "--keep", "--json", env=env)
    assert kept.returncode == 2, kept.stderr
    answer = json.loads(kept.stdout)
    assert len(answer["people"]) == 1
    check_reasons({Path(item["file"]).name: item["reason"] for item in answer["quarantined"]})
    listed = run("documents", "list", "--quarantined", "--json", env=env)
    ids = {Path(item["seen_as"][0]).name: item["id"] for item in map(json.loads, listed.stdout.splitlines())}
    assert set(ids) == set(REASONS)
    passwords = tmp_path / "passwords"
    passwords.write_text(PASSWORD)
    env["HMRC_PIPELINE_PDF_PASSWORDS_FILE"] = str(passwords)
    assert run("documents", "retry", ids["locked.pdf"], env=env).returncode == 0
    again = json.loads(run("reconcile", str(folder), "--keep", "--json", env=env).stdout)
    assert {Path(item["file"]).name for item in again["quarantined"]} == set(REASONS) - {"locked.pdf"}
    (measure,) = [m for m in measures(again) if m["measure"] == "taxable_pay"]
    (before,) = [m for m in measures(answer) if m["measure"] == "taxable_pay"]
    assert float(measure["payslip_sum"]) > float(before["payslip_sum"])


def measures(answer: dict[str, Any]) -> list[dict[str, Any]]:
    return list(answer["people"][0]["tax_years"][0]["employments"][0]["measures"])


def test_the_asset_shows_why_and_goes_on(env: dict[str, str], tmp_path: Path) -> None:
    """What needs a look stands in the metadata of `document_readings`, without a file's name."""
    import subprocess
    import sys

    (tmp_path / "dagster").mkdir()
    (tmp_path / "dagster" / "dagster.yaml").write_text("telemetry: {enabled: false}\n")
    arguments = [sys.executable, "-m", "hmrc_pipeline_tests.system.drive", "read_documents"]
    done = subprocess.run(arguments, env=env, cwd=env["HOME"], capture_output=True, text=True, check=False, timeout=120)
    assert done.stdout == "read_documents succeeded\n", done.stderr
    connection = sqlite3.connect(tmp_path / "dagster" / "history" / "runs" / "index.db")
    query = "SELECT event FROM event_logs WHERE dagster_event_type = 'ASSET_MATERIALIZATION' AND asset_key = ?"
    (event,) = [row[0] for row in connection.execute(query, ('["document_readings"]',))]
    connection.close()
    for file, word in REASONS.items():
        assert word.lower() in event.lower(), file
        assert file not in event
    assert os.fsencode("a-good") not in event.encode()
