"""What runs together: Dagster with its home, and the web application.

`dagster dev` starts Dagster's own web server, its daemon and its code server. How processes are watched and stopped
belongs to `processes`.
"""

import contextlib
import fcntl
import os
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from importlib import resources
from pathlib import Path

import httpx
from dotenv import dotenv_values

from hmrc_pipeline.cli.context import require_free
from hmrc_pipeline.cli.output import remark
from hmrc_pipeline.cli.processes import Program, run_together
from hmrc_pipeline.database.engine import normalise_url
from hmrc_pipeline.problems import Problem
from hmrc_pipeline.settings import Settings, address_of
from hmrc_pipeline.tax_year import TaxYear

__all__ = ["dagster_environment", "make_dagster_home", "only_one", "run_dagster", "run_everything"]

_CODE = Path(__file__).parents[2]
_POSTGRES_STORAGE = "\nstorage:\n  postgres:\n    postgres_url:\n      env: DAGSTER_PG_URL\n"
_RELOAD = 'mutation { reloadRepositoryLocation(repositoryLocationName: "hmrc_pipeline.definitions") { __typename } }'


def make_dagster_home(settings: Settings) -> Path:
    """Dagster's home with its settings file; a file that somebody changed is left as it is.

    With DAGSTER_PG_URL set, Dagster's own storage goes to that PostgreSQL database.
    """
    settings.make_home()
    home = settings.dagster_home
    home.mkdir(mode=0o700, exist_ok=True)
    shipped = resources.files("hmrc_pipeline.pipeline").joinpath("dagster.yaml").read_text(encoding="utf-8")
    wanted = shipped + (_POSTGRES_STORAGE if os.environ.get("DAGSTER_PG_URL") else "")
    file = home / "dagster.yaml"
    if not file.exists() or file.read_text(encoding="utf-8") in {shipped, shipped + _POSTGRES_STORAGE} - {wanted}:
        file.write_text(wanted, encoding="utf-8")
    return home


def dagster_environment(settings: Settings) -> dict[str, str]:
    """The environment of Dagster's processes: ours, with both homes named and PostgreSQL's driver spelled out.

    `.env` stands in it already, below what the environment says, and every path is whole: Dagster is run elsewhere,
    for it would put a `.env` beside it above the environment.
    """
    storage = os.environ.get("DAGSTER_PG_URL")
    said = {name: value for name, value in dotenv_values(".env").items() if value is not None}
    paths = ("DOCUMENT_STORE", "SECRET_KEY_FILE", "DOCUMENTS_FOLDER", "PDF_PASSWORDS_FILE")
    whole = {f"HMRC_PIPELINE_{name}": getattr(settings, name.lower()) for name in paths}
    files = [name for name in os.environ if name.startswith("HMRC_PIPELINE_") and name.endswith("_FILE")]
    return {
        **said,
        **os.environ,
        **{name: str(Path(os.environ[name]).absolute()) for name in files if os.environ[name]},
        **{name: str(path) for name, path in whole.items() if path},
        **({"DAGSTER_PG_URL": _with_driver(storage)} if storage else {}),
        "DAGSTER_HOME": str(make_dagster_home(settings)),
        "HMRC_PIPELINE_HOME": str(settings.home),
        "DAGSTER_DISABLE_TELEMETRY": "1",
        "PYTHONWARNINGS": "ignore:Function `dev_command` is superseded",
    }


def _with_driver(text: str) -> str:
    """Dagster takes a bare `postgresql://` for a driver that it does not install."""
    url = normalise_url(text, setting="DAGSTER_PG_URL")
    return url.render_as_string(hide_password=False)


def run_dagster(settings: Settings, *, host: str, port: int) -> int:
    """Run Dagster alone until interrupted; restart it when it dies. Returns the exit code.

    Raises `Problem` when something else answers on the port, or another process runs this HOME's Dagster.
    """
    with only_one(settings):
        return run_together([_dagster(settings, host, port)])


def run_everything(settings: Settings, *, host: str, port: int) -> int:
    """Run Dagster and the web application until interrupted; restart whichever dies. Returns the exit code.

    Raises `Problem` when something else answers on either port, or another process runs this HOME's Dagster.
    """
    with only_one(settings):
        return run_together([_dagster(settings, host, port), _web(settings)])


def _dagster(settings: Settings, host: str, port: int) -> Program:
    require_free(host, port, "choose another with --port")
    command = [sys.executable, "-m", "dagster", "dev", "-m", "hmrc_pipeline.definitions", "-h", host, "-p", str(port)]
    command += ["--log-level", "error", "-d", str(_CODE)]
    environment = dagster_environment(settings)
    environment["HMRC_PIPELINE_DAGSTER_URL"] = str(settings.dagster_url or address_of(host, port, here="127.0.0.1"))
    os.environ.update(environment)  # `_settle` looks into the same storage from here
    remark(f"The Dagster UI will be at http://{host}:{port} in a few seconds. Stop with Ctrl-C.")
    new_year = _NewYear(f"http://{host}:{port}")
    return Program(
        "Dagster", command, environment, settings.dagster_home, before_start=_settle, every_second=new_year.look
    )


def _web(settings: Settings) -> Program:
    from hmrc_pipeline.web import open_socket

    open_socket(settings.web_host, settings.web_port).close()  # said now rather than again and again
    environment = {**os.environ, "HMRC_PIPELINE_HOME": str(settings.home)}
    return Program("The web application", [sys.executable, "-m", "hmrc_pipeline", "serve"], environment)


@contextlib.contextmanager
def only_one(settings: Settings) -> Iterator[None]:
    """Hold this HOME's Dagster for one process. Raises `Problem` when another one runs it."""
    with (make_dagster_home(settings) / "running.lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Problem("hmrc-pipeline is running on this HMRC_PIPELINE_HOME already: stop that one first.") from None
        yield


def _settle() -> None:
    """End what an earlier process left unfinished in Dagster's storage: `only_one` says that it is gone."""
    import dagster as dg

    from hmrc_pipeline.pipeline.leftovers import settle_leftovers

    with dg.DagsterInstance.get() as instance:
        settle_leftovers(instance)


class _NewYear:
    """On 6 April the definitions are loaded again, so that the new tax year appears."""

    def __init__(self, address: str) -> None:
        self._address, self._year = address, TaxYear.current(datetime.now(UTC))

    def look(self) -> None:
        current = TaxYear.current(datetime.now(UTC))
        if current != self._year:
            with contextlib.suppress(httpx.HTTPError):
                httpx.post(f"{self._address}/graphql", json={"query": _RELOAD}, timeout=30)
                self._year = current
