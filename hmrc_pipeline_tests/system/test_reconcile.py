"""`reconcile PATH`: what it prints, that it equals the pipeline's result, what its exit code says, what it leaves."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from hmrc_pipeline.simulators.careers import Career, demo_career
from hmrc_pipeline.tax_year import TaxYear
from hmrc_pipeline_tests.system.support import (
    WITHHELD_FAIL,
    clean_environment,
    hmrc_summary,
    results,
    run,
    table_rows,
    write_year,
)

pytestmark = pytest.mark.real

MEASURES = ("taxable_pay", "income_tax", "national_insurance", "student_loan", "postgraduate_loan")
SOURCES = ("payslip_sum", "payslip_ytd", "p60", "hmrc")
PAIR_STATES = {"agrees", "rounding", "differs", "not_comparable"}
UNCOUNTED = ("in_review", "of_nobody", "left_aside")
AMOUNT = re.compile(r"-?\d+\.\d\d")


def only(found: dict[str, Any], *, must: set[str], may: set[str] = frozenset()) -> None:  # type: ignore[assignment]
    """An object has exactly these keys; no value is null: what is absent is left out."""
    assert must <= set(found) <= must | may, (sorted(found), sorted(must))
    assert None not in found.values(), found


def amounts(found: dict[str, Any], names: tuple[str, ...]) -> None:
    assert set(found) <= set(names), found
    assert all(isinstance(amount, str) and AMOUNT.fullmatch(amount) for amount in found.values()), found


def check_answer(answer: dict[str, Any]) -> None:
    """The contract of `reconcile --json`, key by key."""
    only(answer, must={"people", "quarantined"}, may={"files", *UNCOUNTED})
    named = [sha256 for finding in findings(answer) for sha256 in finding["evidence"].get("documents", [])]
    assert set(answer.get("files", {})) == set(named), "what is named by its SHA-256 is named by its file too"
    for item in (each for name in ("quarantined", *UNCOUNTED) for each in answer.get(name, [])):
        only(item, must={"file", "reason"})
    for person in answer["people"]:
        only(person, must={"person", "tax_years"})
        assert isinstance(person["person"], str)
        for year in person["tax_years"]:
            only(year, must={"tax_year", "employments"})
            assert TaxYear.parse(year["tax_year"]).label == year["tax_year"]
            for employment in year["employments"]:
                check_employment(employment)


def findings(answer: dict[str, Any]) -> list[dict[str, Any]]:
    years = [year for person in answer["people"] for year in person["tax_years"]]
    return [finding for year in years for employment in year["employments"] for finding in employment["findings"]]


def check_employment(employment: dict[str, Any]) -> None:
    only(employment, must={"measures", "findings", "unexplained"}, may={"paye_reference", "employer_name"})
    assert [measure["measure"] for measure in employment["measures"]] == list(MEASURES)
    amounts(employment["unexplained"], MEASURES)
    for measure in employment["measures"]:
        only(measure, must={"measure", "absent", "pairs", "state"}, may=set(SOURCES))
        given = {source: measure[source] for source in SOURCES if source in measure}
        amounts(given, SOURCES)
        assert set(measure["absent"]) == set(SOURCES) - set(given), "each is a value or an absence with its reason"
        assert all(isinstance(reason, str) and reason for reason in measure["absent"].values())
        pairs = {f"{a}:{b}" for n, a in enumerate(SOURCES) for b in SOURCES[n + 1 :]}
        assert set(measure["pairs"]) <= pairs
        assert {"payslip_sum:p60", "p60:hmrc", "payslip_sum:hmrc", "payslip_ytd:p60"} <= set(measure["pairs"])
        assert set(measure["pairs"].values()) <= PAIR_STATES
        worst = ["differs", "rounding", "agrees", "not_comparable"]
        assert measure["state"] == next(state for state in worst if state in measure["pairs"].values())
    for finding in employment["findings"]:
        check_finding(finding)


def check_finding(finding: dict[str, Any]) -> None:
    only(finding, must={"cause", "kind", "certainty", "explains", "alternatives", "evidence", "next_step"})
    assert re.fullmatch(r"[a-z0-9_]+", finding["cause"])
    assert finding["kind"] in {"discrepancy", "information"}
    assert finding["certainty"] in {"certain", "likely", "possible"}
    amounts(finding["explains"], MEASURES)
    for causes in finding["alternatives"]:
        for cause in causes:
            only(cause, must={"cause", "explains"}, may={"evidence"})
            amounts(cause["explains"], MEASURES)
    assert isinstance(finding["evidence"], dict)
    assert None not in finding["evidence"].values()
    assert finding["next_step"].endswith(".")


@pytest.fixture(scope="module")
def career() -> Career:
    return demo_career(TaxYear.parse("2024-25"))


def test_it_equals_the_pipeline_keeps_nothing_and_may_be_kept(tmp_path: Path) -> None:
    """On the demo's own documents, HMRC's answers given as a file against asked of the simulator."""
    env = clean_environment(tmp_path / "home", TMPDIR=str(tmp_path / "tmp"))
    (tmp_path / "tmp").mkdir()
    assert run("demo", env=env).returncode == 0
    demo = tmp_path / "home/.local/share/hmrc-pipeline/demo"
    closed = TaxYear.parse(max(row["tax_year"] for row in table_rows(f"sqlite:///{demo / 'hmrc.db'}")["payslip"]))
    file = tmp_path / "hmrc.json"
    file.write_text(hmrc_summary(demo_career(closed)))
    before = sorted(tmp_path.rglob("*"))

    once = run("reconcile", str(demo / "inbox"), "--hmrc-summary", str(file), "--json", env=env)
    assert once.returncode == 1, once.stderr
    answer = json.loads(once.stdout)
    check_answer(answer)
    assert answer["quarantined"] == []
    assert sorted(tmp_path.rglob("*")) == before, "nothing is left behind"

    from hmrc_pipeline.database import open_database
    from hmrc_pipeline.reconciliation import check_results, people_as_json
    from hmrc_pipeline.settings import load_settings

    database = open_database(load_settings(home=demo))
    with database.reading() as session:
        years = TaxYear.span(closed.previous.previous, closed)
        piped = people_as_json(session, years)
        failed = {check.name for check in check_results(session, closed) if check.state == "failed"}
    database.engine.dispose()
    assert results(answer["people"]) == results(piped)
    assert failed == WITHHELD_FAIL

    one = run("reconcile", str(demo / "inbox"), "--hmrc-summary", str(file), "--tax-year", "2025/26", "--json", env=env)
    only_last = json.loads(one.stdout)["people"]
    assert [year["tax_year"] for year in only_last[0]["tax_years"]] == ["2025-26"]
    wanted = [year for year in results(answer["people"])[0]["tax_years"] if year["tax_year"] == "2025-26"]
    assert results(only_last)[0]["tax_years"] == wanted


def test_exit_codes_and_keeping(tmp_path: Path, career: Career) -> None:
    env = clean_environment(tmp_path / "home", TMPDIR=str(tmp_path / "tmp"))
    (tmp_path / "tmp").mkdir()
    folder = tmp_path / "in" / "2024"
    folder.parent.mkdir()
    (withheld,) = write_year(folder, career, withhold=9)

    missing = run("reconcile", str(folder), env=env)
    assert missing.returncode == 1
    assert "A payslip is missing (tax month 9)" in re.sub(r"\s+", " ", missing.stdout)
    whole = run("reconcile", str(folder), str(withheld), "--json", env=env)
    assert whole.returncode == 0, whole.stdout
    check_answer(json.loads(whole.stdout))
    nothing = tmp_path / "nothing"
    nothing.mkdir()
    empty = run("reconcile", str(nothing), "--json", env=env)
    assert (empty.returncode, json.loads(empty.stdout)) == (2, {"people": [], "quarantined": []})
    for arguments, word in (
        (["reconcile", str(tmp_path / "no such folder")], "does not exist"),
        (["reconcile", str(folder), "--tax-year", "last year"], "tax-year"),
        (["reconcile", str(folder), "--hmrc-summary", str(withheld)], "is not JSON"),
    ):
        refused = run(*arguments, env=env)
        assert (refused.returncode, refused.stdout) == (2, "")
        assert word in re.sub(r"\s+", " ", refused.stderr)
        assert "Traceback" not in refused.stderr
    assert [p.name for p in (tmp_path / "home").rglob("*") if p.is_file()] == []
    assert list((tmp_path / "tmp").iterdir()) == []

    kept = run("reconcile", str(folder), "--keep", "--json", env=env)
    database = f"sqlite:///{tmp_path / 'home/.local/share/hmrc-pipeline/hmrc.db'}"
    rows = table_rows(database)
    again = run("reconcile", str(folder), "--keep", "--json", env=env)
    assert kept.returncode == again.returncode == 1
    assert kept.stdout == again.stdout
    assert table_rows(database) == rows
    assert len(rows["payslip"]) == 11
    listed = run("documents", "list", "--json", env=env)
    assert len(listed.stdout.splitlines()) == 12
    recovered = run("reconcile", str(folder), str(withheld), "--keep", env=env)
    assert recovered.returncode == 0, "the kept documents and the new one are one year"
    assert len(table_rows(database)["payslip"]) == 12


def test_a_file_that_cannot_be_read_is_not_agreement(tmp_path: Path, career: Career) -> None:
    env = clean_environment(tmp_path / "home")
    folder = tmp_path / "in" / "2024"
    folder.parent.mkdir()
    (withheld,) = write_year(folder, career, withhold=9)
    listed = json.loads(run("reconcile", str(folder), "--json", env=env).stdout)
    (finding,) = [each for each in findings(listed) if each["cause"] == "missing_payslip"]
    names = {listed["files"][sha256] for sha256 in finding["evidence"]["documents"]}
    assert names <= {file.name for file in folder.iterdir()}
    scrap = tmp_path / "scrap.pdf"
    scrap.write_bytes(b"not a PDF")
    unread = run("reconcile", str(folder), str(withheld), str(scrap), "--json", env=env)
    assert unread.returncode == 2, "figures that agree are not the whole truth while a file could not be read"
    assert [item["file"] for item in json.loads(unread.stdout)["quarantined"]] == ["scrap.pdf"]
    assert run("reconcile", str(folder), str(scrap), env=env).returncode == 1, "a finding stands all the same"
    (form,) = [file for file in folder.iterdir() if "p60" in file.name.lower()]
    assert run("reconcile", str(form), env=env).returncode == 2, "there is nothing to compare it with"
    huge = tmp_path / "huge.pdf"
    with huge.open("wb") as file:
        file.truncate(100_000_001)
    over = run("reconcile", str(folder), str(withheld), str(huge), "--json", env=env)
    assert over.returncode == 2
    assert json.loads(over.stdout)["quarantined"] == [{"file": "huge.pdf", "reason": "the file is larger than 100 MB"}]
