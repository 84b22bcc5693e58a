"""The dashboard's views: whose figures they show, what they leave alone, what outlives their being made anew."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
import sqlalchemy as sa

from hmrc_pipeline.database.incumbent import VIEWS, drop_views, renew_views, what_keeps_views_empty
from hmrc_pipeline.database.schema import downgrade, upgrade
from hmrc_pipeline.hmrc import import_summary
from hmrc_pipeline.home import Home, open_home
from hmrc_pipeline.identifiers import Nino
from hmrc_pipeline.people import add_person
from hmrc_pipeline.settings import load_settings

pytestmark = pytest.mark.real

NOW = datetime(2026, 6, 20, 12, 0, tzinfo=UTC)


def person(home: Home, nino: str) -> str:
    with home.database.writing() as session:
        return add_person(session, home.cipher, nino=Nino.parse(nino), now=NOW)


def opened(home: Home, person_id: str | None = None) -> Home:
    """The same home opened with another setting."""
    return open_home(home.settings.model_copy(update={"incumbent_person": person_id}))


@contextmanager
def asking(home: Home) -> Iterator[sa.Connection]:
    with home.database.engine.connect() as connection:
        yield connection


def shown(home: Home) -> list[str]:
    with asking(home) as connection:
        return list(connection.scalars(sa.text("SELECT person_id FROM incumbent_person")))


def reasons(home: Home) -> list[str]:
    with asking(home) as connection:
        return what_keeps_views_empty(connection)


def test_the_only_person_else_the_one_the_setting_names(postgres_home: Home) -> None:
    assert shown(postgres_home) == []
    assert "no person is known yet" in reasons(postgres_home)[0]
    first = person(postgres_home, "QQ123456A")
    assert shown(postgres_home) == [first]
    assert reasons(postgres_home) == []
    second = person(postgres_home, "QQ123457A")
    assert shown(postgres_home) == []
    assert "2 are known: set HMRC_PIPELINE_INCUMBENT_PERSON" in reasons(postgres_home)[0]
    named = opened(postgres_home, second)
    assert shown(named) == [second]
    assert reasons(named) == []
    unknown = opened(postgres_home, "p_nobody")
    assert shown(unknown) == []
    assert "names nobody known" in reasons(unknown)[0]
    assert shown(opened(postgres_home)) == []
    for home in (named, unknown):
        home.database.engine.dispose()


def test_another_programs_tables_are_left_alone(postgres_url: str, tmp_path: Path) -> None:
    engine = sa.create_engine(postgres_url)
    with engine.begin() as connection:
        connection.exec_driver_sql("CREATE SCHEMA payslip_ingest")
        connection.exec_driver_sql("CREATE TABLE payslip_ingest.payslip (pay_date date)")
        connection.exec_driver_sql("INSERT INTO payslip_ingest.payslip VALUES ('2024-04-30')")
    home = open_home(load_settings(home=tmp_path / "home", database_url=postgres_url))
    with engine.connect() as connection:
        assert connection.scalar(sa.text("SELECT count(*) FROM payslip_ingest.payslip")) == 1
        assert connection.scalar(sa.text("SELECT count(*) FROM payslip_ingest.p60_reference")) == 0
    (reason,) = reasons(home)
    assert "payslip_ingest.payslip belongs to another program" in reason
    with engine.begin() as connection:
        connection.exec_driver_sql("ALTER SCHEMA payslip_ingest RENAME TO payslip_ingest_before")
    again = open_home(home.settings)
    assert "no person is known yet" in reasons(again)[0]
    for each in (home, again):
        each.database.engine.dispose()
    engine.dispose()


def test_a_reader_keeps_its_rights_when_the_views_are_made_anew(postgres_home: Home) -> None:
    engine = postgres_home.database.engine
    with engine.begin() as connection:
        connection.exec_driver_sql('CREATE ROLE "a reader"')
        connection.exec_driver_sql('GRANT USAGE ON SCHEMA payslip_ingest TO "a reader"')
        connection.exec_driver_sql('GRANT SELECT ON payslip_ingest.payslip TO "a reader"')
        connection.exec_driver_sql("COMMENT ON VIEW hmrc_sync.fetch_log IS 'made by hmrc-pipeline, version older'")
        renew_views(connection)
    try:
        upgrade(engine)
        with engine.begin() as connection:
            connection.exec_driver_sql('SET ROLE "a reader"')
            assert connection.scalar(sa.text("SELECT count(*) FROM payslip_ingest.payslip")) == 0
            connection.exec_driver_sql("SAVEPOINT refused")
            for table in ("payslip_ingest.p60_reference", "hmrc_pipeline.person"):
                with pytest.raises(sa.exc.ProgrammingError, match="permission denied"):
                    connection.execute(sa.text(f"SELECT count(*) FROM {table}"))
                connection.exec_driver_sql("ROLLBACK TO SAVEPOINT refused")
            connection.exec_driver_sql("RESET ROLE")
    finally:
        with engine.begin() as connection:
            connection.exec_driver_sql('DROP OWNED BY "a reader"')
            connection.exec_driver_sql('DROP ROLE "a reader"')


def test_the_way_down_and_up_takes_the_views_along(postgres_home: Home) -> None:
    engine = postgres_home.database.engine
    downgrade(engine, "base")
    names = {view.split(".")[0] for view in VIEWS}
    assert [sa.inspect(engine).get_view_names(schema=name) for name in sorted(names)] == [[], [], []]
    upgrade(engine)
    with engine.begin() as connection:
        assert drop_views(connection) == []
        renew_views(connection)
    assert "no person is known yet" in reasons(postgres_home)[0]


def test_sqlite_has_none_and_says_so(home: Home) -> None:
    assert "PostgreSQL only" in reasons(home)[0]


def summary(pay: str, tax: str) -> dict[str, object]:
    employment = {"employerPayeReference": "123/AB456"}
    return {
        "2024-25": {
            "income": {"employments": [{**employment, "payFromEmployment": Decimal(pay)}]},
            "tax": {"employments": [{**employment, "taxTakenOffPay": Decimal(tax)}]},
        }
    }


def test_hmrcs_answers_stand_under_the_day_they_came(postgres_home: Home) -> None:
    """A figure changes and changes back: the last day shows what counts now."""
    person_id = person(postgres_home, "QQ123456A")
    for days, pay in ((0, "40000"), (7, "41000"), (14, "40000")):
        at = NOW + timedelta(days=days)
        import_summary(postgres_home, summary(pay, "5486"), person_id=person_id, source="file", now=at)
    with asking(postgres_home) as connection:
        rows = connection.execute(sa.text("SELECT * FROM hmrc_sync.tax_year_snapshot ORDER BY snapshot_date"))
        found = [tuple(row) for row in rows]
    days = [(NOW + timedelta(days=days)).date() for days in (0, 7, 14)]
    assert [(row[2], row[3]) for row in found] == list(zip(days, map(Decimal, (40000, 41000, 40000)), strict=True))
    assert {(row[0], row[1], row[4], row[5]) for row in found} == {("2024/25", "123/AB456", Decimal(5486), None)}
