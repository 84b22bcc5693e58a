"""What `doctor` looks at beside Paperless: HOME, key, database, folder, HMRC, dashboard. Makes nothing new."""

import os
import stat
from collections.abc import Iterator
from datetime import datetime

from hmrc_pipeline.crypto import load_cipher
from hmrc_pipeline.database.incumbent import what_keeps_views_empty
from hmrc_pipeline.documents import PAPERLESS, Advice, FolderSource, SourceUnavailable, check_paperless, documents_known
from hmrc_pipeline.extraction.ocr import is_there
from hmrc_pipeline.hmrc import reminders, restored_grants, with_secrets
from hmrc_pipeline.home import Home, open_home
from hmrc_pipeline.problems import Problem
from hmrc_pipeline.settings import SANDBOX, Settings
from hmrc_pipeline.wording import count_of

__all__ = ["COLOURS", "check_everything"]

COLOURS = {"good": "green", "look": "yellow", "wrong": "red"}
"""State of an advice -> what it is shown in."""


def check_everything(settings: Settings, *, now: datetime) -> list[Advice]:
    """Every advice, in the order things depend on each other."""
    advice = [*_home(settings), *_key(settings)]
    home, database = _database(settings, usable=all(each.state != "wrong" for each in advice))
    advice.append(database)
    advice += [*_sources(settings), *_folder(settings), *_paperless(settings, home, now)]
    return [*advice, *_hmrc(settings, home), *_authorisations(home, now), *_dashboard(home)]


def _home(settings: Settings) -> Iterator[Advice]:
    place = settings.home
    if not place.exists():
        parent = next(each for each in place.parents if each.exists())
        if parent.is_dir() and os.access(parent, os.W_OK | os.X_OK):
            yield Advice("home", "good", f"{place} will be made on first use, closed to others.")
        else:
            yield Advice(
                "home", "wrong", f"{place} cannot be made: set HMRC_PIPELINE_HOME to a folder you may write to."
            )
        return
    mode = stat.S_IMODE(place.stat().st_mode)
    if mode & 0o077:
        yield Advice("home", "wrong", f"{place} is open to others (mode {mode:04o}). Run: chmod 700 {place}")
    else:
        yield Advice("home", "good", f"{place} is closed to others.")


def _key(settings: Settings) -> Iterator[Advice]:
    path = settings.key_file
    if path.exists():
        try:
            load_cipher(path)
        except Problem as problem:
            yield Advice("key", "wrong", str(problem))
        else:
            yield Advice("key", "good", f"{path} is there. Keep a copy of it apart from your backups.")
    elif settings.database_url is None and not (settings.home / "hmrc.db").exists():
        yield Advice("key", "good", f"{path} will be made on first use.")
    else:
        yield Advice(
            "key",
            "wrong",
            f"{path} is missing, and nothing stored can be read without it: restore it from its copy.",
        )


def _database(settings: Settings, *, usable: bool) -> tuple[Home | None, Advice]:
    if settings.database_url is None and not (settings.home / "hmrc.db").exists():
        return None, Advice("database", "good", "A SQLite database will be made on first use.")
    if not usable:
        return None, Advice("database", "look", "Not looked at until what is wrong above is put right.")
    try:
        home = open_home(settings)
    except Problem as problem:
        return None, Advice("database", "wrong", str(problem))
    kind = "SQLite" if home.database.is_sqlite else "PostgreSQL"
    return home, Advice("database", "good", f"{kind}, at the version of this program.")


def _sources(settings: Settings) -> Iterator[Advice]:
    if settings.documents_folder is None and settings.paperless_url is None:
        yield Advice(
            "sources",
            "look",
            "No documents come in: set HMRC_PIPELINE_DOCUMENTS_FOLDER, or HMRC_PIPELINE_PAPERLESS_URL and "
            "HMRC_PIPELINE_PAPERLESS_TOKEN.",
        )


def _folder(settings: Settings) -> Iterator[Advice]:
    source = FolderSource.of(settings)
    if source is None:
        return
    try:
        seen = sum(not sight.problem for sight in source.look({}))
    except SourceUnavailable as problem:
        yield Advice("folder", "wrong", f"{problem}: check HMRC_PIPELINE_DOCUMENTS_FOLDER.")
    else:
        files = count_of(seen, "file is", "files are")
        yield Advice("folder", "good" if seen else "look", f"{files} to be seen in it.")


def _paperless(settings: Settings, home: Home | None, now: datetime) -> list[Advice]:
    known = 0
    if home is not None:
        with home.database.reading() as session:
            known = documents_known(session, PAPERLESS)
    return check_paperless(settings, now=now, known=known, reads_pictures=is_there())


def _hmrc(settings: Settings, home: Home | None) -> Iterator[Advice]:
    if home is not None:
        try:
            settings = with_secrets(home).settings
        except Problem as problem:
            yield Advice("hmrc", "wrong", f"{problem}.")
            return
    if not (settings.hmrc_client_id and settings.hmrc_client_secret):
        yield Advice(
            "hmrc",
            "look",
            "HMRC is not asked: years are compared on payslips and P60s. To ask it, set HMRC_PIPELINE_HMRC_CLIENT_ID "
            "and HMRC_PIPELINE_HMRC_CLIENT_SECRET from your application at HMRC's Developer Hub.",
        )
        return
    where = str(settings.hmrc_api_url).rstrip("/")
    sandbox = " That is the sandbox: its figures are made up." if where == SANDBOX else ""
    yield Advice("hmrc", "good", f"HMRC is asked at {where}.{sandbox}")


def _authorisations(home: Home | None, now: datetime) -> Iterator[Advice]:
    if home is None:
        return
    restored = len(restored_grants(home))
    if restored:
        spent = count_of(restored, "authorisation in it is", "authorisations in it are")
        yield Advice(
            "authorisations",
            "look",
            f"The database is from a backup: {spent} spent and never sent to HMRC. See whose: hmrc-pipeline grants",
        )
    to_do = [each for each in reminders(home, now=now) if each.kind != "capture_before_filing"]
    if to_do:
        again = f"{count_of(len(to_do), 'authorisation')} at HMRC to be renewed: hmrc-pipeline grants --renew"
        yield Advice("authorisations", "look", again)


def _dashboard(home: Home | None) -> Iterator[Advice]:
    """On PostgreSQL: whether the views of an earlier payslip dashboard show somebody."""
    if home is None or home.database.is_sqlite:
        return
    with home.database.reading() as session:
        reasons = what_keeps_views_empty(session.connection())
    for reason in reasons:
        yield Advice("dashboard", "look", reason)
    if not reasons:
        yield Advice("dashboard", "good", "The dashboard's views show one person.")
