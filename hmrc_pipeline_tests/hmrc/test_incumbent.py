"""The views an older system's dashboards ask: their columns, their figures, one person alone."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from hmrc_pipeline.hmrc import import_summary
from hmrc_pipeline.hmrc.incumbent import refresh_views, why_empty
from hmrc_pipeline.home import Home
from hmrc_pipeline.people import add_person
from hmrc_pipeline_tests.hmrc.support import IN_WINDOW, make_home

LATEST = (
    "SELECT DISTINCT ON (tax_year, employer_paye_ref) tax_year, employer_paye_ref, gross_pay, income_tax,"
    " ni_contributions FROM hmrc_sync.tax_year_snapshot ORDER BY tax_year, employer_paye_ref, snapshot_date DESC"
)


@pytest.fixture
def postgres(postgres_url: str, tmp_path: Path) -> Home:
    return make_home(tmp_path / "home", database_url=postgres_url)


def person(home: Home, name: str, pay: str) -> str:
    with home.database.writing() as session:
        person_id = add_person(session, home.cipher, name=name, now=IN_WINDOW)
    employments = [
        {"employerPayeReference": "123/AB456", "payFromEmployment": Decimal(pay)},
        {"employerPayeReference": "123/ab456", "payFromEmployment": Decimal("1.50")},
    ]
    taxed = [{"employerPayeReference": "123/AB456", "taxTakenOffPay": Decimal("20")}]
    for moment, tax in ((IN_WINDOW, taxed), (IN_WINDOW + timedelta(days=9), [{**taxed[0], "taxTakenOffPay": 21}])):
        answers = {"2024-25": {"income": {"employments": employments}, "tax": {"employments": tax}}}
        import_summary(home, answers, person_id=person_id, source="HMRC", now=moment)
    return person_id


def ask(home: Home, query: str) -> list[Any]:
    with home.database.reading() as session:
        return [tuple(row) for row in session.execute(sa.text(query))]


@pytest.mark.real
def test_the_only_person_is_shown(postgres: Home) -> None:
    person(postgres, "Example Person", "100.00")
    assert refresh_views(postgres)
    assert refresh_views(postgres), "twice is once"
    assert ask(postgres, LATEST) == [("2024/25", "123/AB456", Decimal("101.50"), Decimal("21"), None)]
    assert len(ask(postgres, "SELECT * FROM hmrc_sync.tax_year_snapshot")) == 2
    assert ask(postgres, "SELECT tax_year, endpoint, fetched_at, status_code FROM hmrc_sync.fetch_log") == []
    assert why_empty(postgres) is None


@pytest.mark.real
def test_with_several_people_somebody_must_be_named(postgres: Home) -> None:
    person(postgres, "Example Person", "100.00")
    second = person(postgres, "Sample Someone", "200.00")
    refresh_views(postgres)
    assert ask(postgres, LATEST) == []
    assert "INCUMBENT_PERSON" in (why_empty(postgres) or "")
    named = replace(postgres, settings=postgres.settings.model_copy(update={"incumbent_person": second}))
    refresh_views(named)
    assert ask(named, LATEST)[0][2] == Decimal("201.50")
    nobody = replace(postgres, settings=postgres.settings.model_copy(update={"incumbent_person": "p_'; --"}))
    refresh_views(nobody)
    assert ask(nobody, LATEST) == []
    assert "names nobody" in (why_empty(nobody) or "")


def test_sqlite_has_no_such_views(tmp_path: Path) -> None:
    home = make_home(tmp_path / "home")
    assert not refresh_views(home)
    assert why_empty(home) is None
