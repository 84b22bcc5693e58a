"""`demo` as a newcomer runs it: a fresh HOME, a fresh process, the withheld month named, and safe to repeat."""

import re
from decimal import Decimal
from pathlib import Path

import pytest
import sqlalchemy as sa

from hmrc_pipeline.money import format_pounds
from hmrc_pipeline.simulators.careers import demo_career
from hmrc_pipeline.tax_year import TaxYear
from hmrc_pipeline_tests.system.support import (
    CHECKS,
    WITHHELD_FAIL,
    check_history,
    clean_environment,
    run,
    table_rows,
)

pytestmark = pytest.mark.real

MEASURES = {
    "taxable_pay": "taxable pay",
    "income_tax": "Income Tax",
    "national_insurance": "National Insurance",
    "student_loan": "student loan",
}


def spoken(output: str) -> str:
    """What was printed, with the terminal's line breaks taken out."""
    return re.sub(r"\s+", " ", output)


def test_demo_names_the_withheld_month_and_may_be_run_again(tmp_path: Path) -> None:
    env = clean_environment(tmp_path / "home")
    first = run("demo", env=env)
    assert first.returncode == 0, first.stderr
    home = tmp_path / "home/.local/share/hmrc-pipeline/demo"
    closed = latest_closed(home)
    withheld = next(s for s in demo_career(closed).slips if s.tax_year == closed and s.period.number == 9)
    said = spoken(first.stdout)
    assert "A payslip is missing (tax month 9)" in said
    for field, name in MEASURES.items():
        assert f"{format_pounds(Decimal(withheld.amounts[field]))} {name}" in said
    assert f"{withheld.pay_date.day} {withheld.pay_date:%B %Y}" in said
    assert "demo --serve" in first.stderr
    assert "Traceback" not in first.stderr
    assert [line for line in first.stderr.splitlines() if "Warning" in line] == []

    database = f"sqlite:///{home / 'hmrc.db'}"
    rows = table_rows(database)
    verdicts = check_history(home / "dagster", env)
    years = [closed.previous.previous.label, closed.previous.label, closed.label]
    assert sorted(verdicts) == years
    for year in years[:2]:
        assert verdicts[year] == {check: ["SUCCEEDED passed"] for check in CHECKS}
    assert {check for check, states in verdicts[closed.label].items() if states == ["FAILED failed"]} == WITHHELD_FAIL
    passed = {check for check, states in verdicts[closed.label].items() if states == ["SUCCEEDED passed"]}
    assert passed == set(CHECKS) - WITHHELD_FAIL

    second = run("demo", env=env)
    assert second.returncode == 0, second.stderr
    assert second.stdout == first.stdout
    assert table_rows(database) == rows
    again = check_history(home / "dagster", env)
    assert again == {y: {check: states * 2 for check, states in of.items()} for y, of in verdicts.items()}


def latest_closed(home: Path) -> TaxYear:
    engine = sa.create_engine(f"sqlite:///{home / 'hmrc.db'}")
    with engine.connect() as connection:
        label = connection.scalar(sa.text("SELECT max(tax_year) FROM payslip"))
    engine.dispose()
    return TaxYear.parse(str(label))
