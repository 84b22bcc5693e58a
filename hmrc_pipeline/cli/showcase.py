"""What `demo` does, step by step: documents, HMRC, the pipeline, the answer.

It runs the very jobs Dagster runs, on an instance under HOME/demo/dagster, so that the UI shows its runs.
"""

import os
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from hmrc_pipeline.cli.output import progress, remark
from hmrc_pipeline.home import Home, open_home
from hmrc_pipeline.people import add_person, list_people
from hmrc_pipeline.problems import Problem
from hmrc_pipeline.settings import load_settings
from hmrc_pipeline.simulators.careers import Career, demo_career
from hmrc_pipeline.simulators.demo_documents import WITHHELD_PERIOD, write_demo_documents
from hmrc_pipeline.tax_year import TaxYear

__all__ = ["Showcase", "prepare"]

_QUIET = {"loggers": {"console": {"config": {"log_level": "ERROR"}}}}


@dataclass(frozen=True)
class Showcase:
    """The demo's HOME and the made-up person in it."""

    home: Home
    career: Career
    person_id: str
    closed: TaxYear

    @contextmanager
    def hmrc_online(self, *, authorise_anew: bool) -> Iterator[None]:
        """The HMRC simulator, with this person's figures, and an authorisation to ask it."""
        from hmrc_pipeline.simulators.demo_hmrc import demo_hmrc

        with demo_hmrc(self.home, self.career, self.person_id, authorise_anew=authorise_anew):
            yield

    def run(self) -> None:
        """Materialise everything as Dagster would, with a progress display."""
        import dagster as dg

        from hmrc_pipeline.cli.supervisor import dagster_environment, only_one
        from hmrc_pipeline.pipeline.build import build_definitions
        from hmrc_pipeline.pipeline.leftovers import settle_leftovers

        settings = load_settings()
        os.environ.update(dagster_environment(settings))
        warnings.filterwarnings("ignore", category=dg.PreviewWarning)
        definitions = build_definitions(settings)
        years = [year.tax_year.label for year in self.career.years]
        steps: list[tuple[str, str | None]] = [("read_documents", None)]
        steps += [("ask_hmrc", year) for year in years] + [("reconcile_tax_year", year) for year in years]
        with only_one(settings), dg.DagsterInstance.get() as instance, progress("Starting") as advance:
            settle_leftovers(instance)
            for done, (job, year) in enumerate(steps):
                advance(done, len(steps), f"{job.replace('_', ' ').capitalize()} {year or ''}")
                definitions.resolve_job_def(job).execute_in_process(
                    instance=instance, partition_key=year, run_config=_QUIET
                )
            advance(len(steps), len(steps), "Reconciled")

    def tell(self) -> bool:
        """Print the year with the withheld payslip and its finding; whether they are what they should be."""
        from hmrc_pipeline.cli.results import print_people, print_rows
        from hmrc_pipeline.reconciliation import overview, people_as_json

        with self.home.database.reading() as session:
            years, people = overview(session), people_as_json(session, [self.closed], [self.person_id])
        print_rows("All tax years", years)
        print_people(people)
        findings = [finding for _, finding in _discrepancies(people)]
        return [(f["cause"], f["evidence"].get("tax_period")) for f in findings] == [
            ("missing_payslip", WITHHELD_PERIOD)
        ]

    def say_how_to_look(self) -> None:
        remark("\nNow look at it: hmrc-pipeline demo --serve   (the Dagster UI, on these very runs)")
        remark(
            "Then your own: hmrc-pipeline reconcile FOLDER   (your PDFs; nothing is kept, nothing leaves this machine)"
        )

    def serve(self, port: int) -> int:
        from hmrc_pipeline.cli.supervisor import run_dagster

        remark(f"Look at http://127.0.0.1:{port}/assets/reconciliation?view=checks")
        return run_dagster(load_settings(), host="127.0.0.1", port=port)


def _discrepancies(people: Sequence[dict[str, Any]]) -> Iterator[tuple[str, dict[str, Any]]]:
    for person in people:
        for year in person["tax_years"]:
            for employment in year["employments"]:
                for finding in employment["findings"]:
                    if finding["kind"] == "discrepancy":
                        yield year["tax_year"], finding


def prepare() -> Showcase:
    """HOME/demo with documents in its folder and the made-up person known. Refuses a database of real people."""
    own = load_settings()
    folder = own.home / "demo"
    closed = TaxYear.current(datetime.now(UTC)).previous
    career = demo_career(closed)
    _use(folder, folder / "inbox")
    settings = load_settings()
    home = open_home(settings, migrate=settings.database_url is None)  # in its own database nothing can be lost
    _refuse_real_people(home)
    write_demo_documents(career, folder / "inbox")
    return Showcase(home, career, _demo_person(home, career), closed)


def _use(folder: Path, inbox: Path) -> None:
    """Point this process and its children at the demo's HOME, and at nothing of the user's but the database."""
    for name in (
        "ALERT_URLS",
        "DOCUMENT_STORE",
        "SECRET_KEY_FILE",
        "PDF_PASSWORDS_FILE",
        "FIRST_TAX_YEAR",
        "TOLERANCE",
    ):
        os.environ.pop(f"HMRC_PIPELINE_{name}", None)
    os.environ["HMRC_PIPELINE_HOME"] = str(folder)
    os.chdir(load_settings().make_home())  # away from the user's .env
    os.environ["HMRC_PIPELINE_DOCUMENTS_FOLDER"] = str(inbox)


def _refuse_real_people(home: Home) -> None:
    with home.database.reading() as session:
        people = list_people(session, home.cipher)
    if any(not person.is_example for person in people):
        raise Problem(
            "HMRC_PIPELINE_DATABASE_URL names a database with real people in it; the demo does not mix with them. "
            "Unset it, or name an empty database."
        )


def _demo_person(home: Home, career: Career) -> str:
    employee = career.employee
    name = f"{employee.forenames} {employee.surname}"
    with home.database.writing() as session:
        return add_person(session, home.cipher, nino=employee.nino, utr=career.utr, name=name, now=datetime.now(UTC))
