"""Views that show one person in the columns an earlier payslip dashboard reads; on PostgreSQL only.

Each view is a file of `views/`, named as the view is. They are made outside the migrations: a view pins the columns
it reads, so migrations run without them and they are made anew at the newest version; rights given on them are kept.
Whose figures they show stands in a table, as those who ask have none of our settings.
"""

import hashlib
import logging
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Final

import sqlalchemy as sa

__all__ = ["VIEWS", "drop_views", "remember_person", "renew_views", "what_keeps_views_empty"]

_LOG = logging.getLogger(__name__)
_FOLDER: Final = Path(__file__).with_name("views")
_MARK: Final = "made by hmrc-pipeline, version "
_SETTING: Final = "incumbent_person"

VIEWS: Final = (
    "hmrc_pipeline.incumbent_person",
    "payslip_ingest.payslip",
    "payslip_ingest.p60_reference",
    "hmrc_sync.tax_year_snapshot",
    "hmrc_sync.fetch_log",
)
"""In the order they are made; each reads the first."""

Grants = Sequence[tuple[str, str]]
"""View and role, the role's name quoted."""


@cache
def _definition(view: str) -> str:
    return (_FOLDER / f"{view}.sql").read_text(encoding="utf-8")


@cache
def _version() -> str:
    text = "\0".join(_definition(view) for view in VIEWS)
    return _MARK + hashlib.sha256(text.encode()).hexdigest()[:16]


def renew_views(connection: sa.Connection, grants: Grants = ()) -> None:
    """Make the views, or make them anew when another version of this program made them. `grants` are given on them
    beside those they have."""
    if connection.dialect.name != "postgresql":
        return
    found = _found(connection)
    wanted = [view for view in VIEWS if view not in _foreign(found)]
    if {view: _version() for view in wanted} != _ours(connection):
        _make(connection, wanted, [*grants, *drop_views(connection)])


def drop_views(connection: sa.Connection) -> Grants:
    """Take our views away and say who else could read them; what another program made under these names stays."""
    if connection.dialect.name != "postgresql":
        return []
    ours = _ours(connection)
    grants = [(view, role) for view, role in _grants(connection) if view in ours]
    for view in sorted(ours, key=lambda view: view == VIEWS[0]):
        connection.exec_driver_sql(f"DROP VIEW {view}")
    return grants


def remember_person(connection: sa.Connection, person_id: str | None) -> None:
    """Let SQL know whose figures the setting names; None: the only person there is."""
    known = connection.scalar(sa.text("SELECT value FROM sql_setting WHERE name = :name"), {"name": _SETTING})
    if known == person_id:
        return
    connection.execute(sa.text("DELETE FROM sql_setting WHERE name = :name"), {"name": _SETTING})
    if person_id is not None:
        values = {"name": _SETTING, "value": person_id}
        connection.execute(sa.text("INSERT INTO sql_setting (name, value) VALUES (:name, :value)"), values)


def what_keeps_views_empty(connection: sa.Connection) -> list[str]:
    """For `doctor`: a sentence for each reason why the dashboard's views show nothing; none when they show someone."""
    if connection.dialect.name != "postgresql":
        return ["The dashboard's views exist on PostgreSQL only; this database is SQLite."]
    found = _found(connection)
    foreign = _foreign(found)
    reasons = [
        f"{view} belongs to another program and is left alone: give its schema another name "
        f"(ALTER SCHEMA {view.split('.')[0]} RENAME TO {view.split('.')[0]}_before), then run hmrc-pipeline migrate."
        for view in sorted(foreign)
    ]
    reasons += [
        f"{view} could not be made: the database user needs the right to create schemas (GRANT CREATE ON DATABASE)."
        for view in VIEWS
        if view not in found
    ]
    return reasons or _why_nobody(connection)


def _why_nobody(connection: sa.Connection) -> list[str]:
    if connection.scalar(sa.text("SELECT count(*) FROM hmrc_pipeline.incumbent_person")):
        return []
    named = connection.scalar(sa.text("SELECT value FROM sql_setting WHERE name = :name"), {"name": _SETTING})
    people = connection.scalar(sa.text("SELECT count(*) FROM person")) or 0
    if named is not None:
        return ["HMRC_PIPELINE_INCUMBENT_PERSON names nobody known: take an id from hmrc-pipeline person list."]
    if not people:
        return ["The dashboard's views are empty: no person is known yet. They fill with the first payslip."]
    several = f"The dashboard's views show one person and {people} are known"
    return [f"{several}: set HMRC_PIPELINE_INCUMBENT_PERSON to an id of hmrc-pipeline person list."]


def _found(connection: sa.Connection) -> dict[str, str]:
    """What stands under the names of the views, with the comment on it."""
    rows = connection.execute(
        sa.text(
            "SELECT n.nspname || '.' || c.relname, c.relkind::text, coalesce(obj_description(c.oid, 'pg_class'), '') "
            "FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace "
            "WHERE n.nspname || '.' || c.relname = ANY(:names)"
        ),
        {"names": list(VIEWS)},
    )
    return {name: comment if kind == "v" else "" for name, kind, comment in rows}


def _ours(connection: sa.Connection) -> dict[str, str]:
    """Every view of ours with its version, also where somebody renamed the schema it stands in."""
    rows = connection.execute(
        sa.text(
            "SELECT quote_ident(n.nspname) || '.' || quote_ident(c.relname), d.description "
            "FROM pg_description d JOIN pg_class c ON c.oid = d.objoid JOIN pg_namespace n ON n.oid = c.relnamespace "
            "WHERE d.classoid = 'pg_class'::regclass AND d.objsubid = 0 AND c.relkind = 'v' "
            "AND starts_with(d.description, :mark)"
        ),
        {"mark": _MARK},
    )
    return {str(name): str(mark) for name, mark in rows}


def _foreign(found: dict[str, str]) -> set[str]:
    return {view for view, mark in found.items() if not mark.startswith(_MARK)}


def _grants(connection: sa.Connection) -> Grants:
    """Who else may read which of our views, the role's name quoted."""
    rows = connection.execute(
        sa.text(
            "SELECT n.nspname || '.' || c.relname, "
            "CASE g.grantee WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(g.grantee)) END "
            "FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace, aclexplode(c.relacl) g "
            "WHERE n.nspname || '.' || c.relname = ANY(:names) AND c.relkind = 'v' "
            "AND g.privilege_type = 'SELECT' AND g.grantee <> c.relowner"
        ),
        {"names": list(VIEWS)},
    )
    return [(view, role) for view, role in rows]


def _make(connection: sa.Connection, views: Sequence[str], grants: Grants) -> None:
    """Make views; a database user who may not is no reason to refuse work: `doctor` says so."""
    try:
        with connection.begin_nested():
            for schema in sorted({view.split(".")[0] for view in views}):
                if not connection.scalar(sa.text("SELECT to_regnamespace(:schema) IS NOT NULL"), {"schema": schema}):
                    connection.exec_driver_sql(f"CREATE SCHEMA {schema}")
            for view in views:
                connection.exec_driver_sql(f"CREATE VIEW {view} AS\n{_definition(view)}")
                connection.exec_driver_sql(f"COMMENT ON VIEW {view} IS '{_version()}'")
            for view, role in grants:
                if view in views:
                    connection.exec_driver_sql(f"GRANT SELECT ON {view} TO {role}")
    except sa.exc.ProgrammingError as error:
        if getattr(error.orig, "pgcode", "") != "42501":  # insufficient privilege
            raise
        _LOG.warning("the dashboard's views were not made: the database user may not create schemas or views")
