"""From an upload to Paperless to the year's new check result, with `up` and its intervals as they are.

One command on a clone whose packages are installed, about fifteen minutes for the twenty uploads it makes:

    .venv/bin/python benchmarks/paperless_latency.py [COUNT]

Runs the simulated Paperless and `hmrc-pipeline up` on a fresh HOME and free ports, uploads made-up payslips at odd
moments, one after the other, and prints the seconds each took until Dagster held a new check result of its tax year.
The figures of a busy machine are the machine's: the load beside them says how busy it was.
"""

import hashlib
import os
import random
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import warnings
from datetime import UTC, datetime
from pathlib import Path

import httpx
import sqlalchemy as sa

TAG = 1


def main(count: int) -> None:
    from hmrc_pipeline.simulators.careers import demo_career
    from hmrc_pipeline.simulators.demo_documents import demo_documents
    from hmrc_pipeline.simulators.paperless import PaperlessState, create_app, serve
    from hmrc_pipeline.tax_year import TaxYear

    warnings.filterwarnings("ignore", category=DeprecationWarning)  # Dagster's own, of a call it has no other for
    state = PaperlessState()
    state.add_tag("payslip")
    state.add_tag("p60")
    user = state.add_user("pipeline")
    samples = demo_documents(demo_career(TaxYear.current(datetime.now(UTC)).previous))[:count]
    with tempfile.TemporaryDirectory(prefix="hmrc-latency-") as folder, serve(create_app(state)) as server:
        home = Path(folder) / "home"
        environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith("HMRC_PIPELINE_")},
            "HMRC_PIPELINE_HOME": str(home),
            "HMRC_PIPELINE_PAPERLESS_URL": server.url,
            "HMRC_PIPELINE_PAPERLESS_TOKEN": user.token,
            "HMRC_PIPELINE_WEB_PORT": str(free_port()),
            "DAGSTER_HOME": str(home / "dagster"),
        }
        os.environ["DAGSTER_HOME"] = environment["DAGSTER_HOME"]
        command = [sys.executable, "-m", "hmrc_pipeline", "up", "--port", str(free_port())]
        up = subprocess.Popen(command, env=environment, cwd=folder, start_new_session=True)
        try:
            print_figures(measure(home, server.url, user.token, samples))
        finally:
            os.killpg(up.pid, signal.SIGINT)
            up.wait(60)


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


def measure(home: Path, url: str, token: str, samples: list) -> list[float]:
    import dagster as dg

    dice = random.Random(7)
    while not (home / "hmrc.db").exists() or not (home / "dagster" / "dagster.yaml").exists():
        time.sleep(0.5)
    time.sleep(30)
    engine = sa.create_engine(f"sqlite:///{home}/hmrc.db")
    took = []
    with dg.DagsterInstance.get() as instance:
        for sample in samples:
            time.sleep(dice.uniform(0, 30))
            started = time.time()
            upload(url, token, sample)
            ended = wait_for(engine, instance, hashlib.sha256(sample.content).hexdigest(), started)
            took.append(ended - started)
            print(f"{sample.name}: {took[-1]:.1f} s", flush=True)
    return took


def upload(url: str, token: str, sample) -> None:
    sent = httpx.post(
        f"{url}/api/documents/post_document/",
        headers={"Authorization": f"Token {token}", "Accept": "application/json; version=9"},
        files={"document": (sample.name, sample.content)},
        data={"tags": [str(TAG)]},
    )
    sent.raise_for_status()


def wait_for(engine: sa.Engine, instance, sha256: str, started: float) -> float:
    """The moment of the first check result of the document's year after the year was reconciled with it."""
    import dagster as dg

    done = sa.text(
        "select r.tax_year from reading r join tax_year_state s on s.tax_year = r.tax_year "
        "where r.sha256 = :sha and s.reconciled_generation = s.inputs_generation"
    )
    while time.time() - started < 300:
        time.sleep(0.25)
        with engine.connect() as connection:
            year = connection.execute(done, {"sha": sha256}).scalar()
        if year is None:
            continue
        records = instance.get_event_records(
            dg.EventRecordsFilter(dg.DagsterEventType.ASSET_CHECK_EVALUATION, after_timestamp=started),
            limit=50,
            ascending=False,
        )
        mine = [
            record.event_log_entry.timestamp
            for record in records
            if record.event_log_entry.dagster_event.asset_check_evaluation_data.partition == year
        ]
        if mine:
            return max(mine)
    raise SystemExit("no check result within five minutes")


def print_figures(took: list[float]) -> None:
    load = os.getloadavg()[2]
    print(f"{len(took)} uploads: median {statistics.median(took):.1f} s, worst {max(took):.1f} s (load {load:.1f})")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 20)
