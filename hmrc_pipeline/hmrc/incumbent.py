"""HMRC's figures and the log of calls under the names an older system's dashboards ask for. PostgreSQL only.

Schema `hmrc_sync`, views `tax_year_snapshot` and `fetch_log`, for one person: the setting INCUMBENT_PERSON, or the
only person there is. National Insurance is NULL: HMRC publishes none for an employee.
"""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from hmrc_pipeline.database.tables.people import Person
from hmrc_pipeline.home import Home

__all__ = ["refresh_views", "shown_person", "why_empty"]

# The figures of one answer of an API, by PAYE reference; a row that lacks its figure makes the sum unknown.
_SUMS = """
    SELECT s.person_id, s.tax_year, s.source, s.captured_at,
           upper(replace(e ->> 'employerPayeReference', ' ', '')) AS reference,
           CASE WHEN count(*) = count(e ->> '{field}') THEN sum((e ->> '{field}')::numeric) END AS amount
    FROM hmrc_pipeline.hmrc_snapshot AS s
    CROSS JOIN LATERAL jsonb_array_elements(coalesce(s.body::jsonb -> 'employments', '[]'::jsonb)) AS e
    WHERE s.api = '{api}' AND s.person_id = {person}
    GROUP BY s.snapshot_id, s.person_id, s.tax_year, s.source, s.captured_at, reference
"""

# Each answer is joined with what the other API had last said by then.
_SNAPSHOTS = """
CREATE VIEW hmrc_sync.tax_year_snapshot AS
WITH income AS ({income}), tax AS ({tax}),
moments AS (
    SELECT person_id, tax_year, reference, captured_at FROM income
    UNION SELECT person_id, tax_year, reference, captured_at FROM tax
)
SELECT replace(m.tax_year, '-', '/') AS tax_year,
       m.reference AS employer_paye_ref,
       m.captured_at AS snapshot_date,
       (SELECT i.amount FROM income AS i WHERE (i.tax_year, i.reference) = (m.tax_year, m.reference)
         AND i.captured_at <= m.captured_at ORDER BY i.captured_at DESC LIMIT 1) AS gross_pay,
       (SELECT t.amount FROM tax AS t WHERE (t.tax_year, t.reference) = (m.tax_year, m.reference)
         AND t.captured_at <= m.captured_at ORDER BY t.captured_at DESC LIMIT 1) AS income_tax,
       NULL::numeric AS ni_contributions
FROM moments AS m
"""

_FETCHES = """
CREATE VIEW hmrc_sync.fetch_log AS
SELECT fetch_id AS id, replace(tax_year, '-', '/') AS tax_year, api AS endpoint, asked_at AS fetched_at,
       status AS status_code, code AS error_code, duration_ms
FROM hmrc_pipeline.hmrc_fetch WHERE person_id = {person}
"""

_ONLY = "(SELECT min(p.person_id) FROM hmrc_pipeline.person AS p HAVING count(*) = 1)"


def refresh_views(home: Home) -> bool:
    """Make the views anew for the person to be shown; False on SQLite, which has no schemas."""
    if home.database.is_sqlite:
        return False
    with home.database.writing() as session:
        shown = home.settings.incumbent_person
        known = shown is not None and session.get(Person, shown) is not None
        person = _literal(session, shown) if shown is not None and known else "NULL" if shown else _ONLY
        sums = {
            name: _SUMS.format(api=api, field=field, person=person)
            for name, api, field in (
                ("income", "individual-income", "payFromEmployment"),
                ("tax", "individual-tax", "taxTakenOffPay"),
            )
        }
        for statement in (
            "CREATE SCHEMA IF NOT EXISTS hmrc_sync",
            "DROP VIEW IF EXISTS hmrc_sync.tax_year_snapshot",
            "DROP VIEW IF EXISTS hmrc_sync.fetch_log",
            _SNAPSHOTS.format(**sums),
            _FETCHES.format(person=person),
        ):
            session.connection().exec_driver_sql(statement)
    return True


def shown_person(home: Home) -> str | None:
    """Whom the views show; None when nobody is named and there is not exactly one person."""
    with home.database.reading() as session:
        people = list(session.scalars(sa.select(Person.person_id).limit(2)))
        if home.settings.incumbent_person is not None:
            return home.settings.incumbent_person if session.get(Person, home.settings.incumbent_person) else None
    return people[0] if len(people) == 1 else None


def why_empty(home: Home) -> str | None:
    """Why the views show nobody, as `doctor` says it; None when they show somebody or there are none."""
    if home.database.is_sqlite or shown_person(home) is not None:
        return None
    if home.settings.incumbent_person is not None:
        return "HMRC_PIPELINE_INCUMBENT_PERSON names nobody: see hmrc-pipeline person list"
    return "the views of schema hmrc_sync show nobody: set HMRC_PIPELINE_INCUMBENT_PERSON to one of the people"


def _literal(session: Session, text: str) -> str:
    compiled = sa.literal(text).compile(session.get_bind().engine, compile_kwargs={"literal_binds": True})
    return str(compiled)
