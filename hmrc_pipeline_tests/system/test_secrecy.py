"""Sentinels through the whole pipeline, failures included: in clear they come to rest nowhere.

What may hold them are columns that are encrypted, and there nothing is readable; so the list of places where a
sentinel may be found is empty.
"""

import base64
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
import sqlalchemy as sa

from hmrc_pipeline.simulators.careers import Career, as_hmrc_json
from hmrc_pipeline.simulators.documents import documents_of
from hmrc_pipeline.simulators.hmrc import HmrcState, Served, create_app, serve, sign_in
from hmrc_pipeline.simulators.oddities import not_a_pdf, truncated
from hmrc_pipeline.simulators.payslips import make_payslip
from hmrc_pipeline.simulators.style import Style
from hmrc_pipeline.tax_year import TaxYear
from hmrc_pipeline_tests.system import sentinels
from hmrc_pipeline_tests.system.support import clean_environment, free_port, run

pytestmark = pytest.mark.real

YEAR = "2024-25"
CLIENT_SECRET, CHANNEL, PDF_PASSWORD, DATABASE = (
    "clientsecretVxQ7-sentinel",
    "channelKp93Lm-sentinel",
    "pdfpasswordTr55-sentinel",
    "databaseWw21Nz-sentinel",
)
FAULTS = {
    "hmrc_pipeline.pipeline.assets.documents:take_in_all": "read_documents",
    "hmrc_pipeline.pipeline.assets.documents:read_new": "read_documents",
    "hmrc_pipeline.pipeline.assets.hmrc:sync": f"ask_hmrc:{YEAR}",
    "hmrc_pipeline.pipeline.assets.years:reconcile_year": f"reconcile_tax_year:{YEAR}",
    "hmrc_pipeline.pipeline.checks:check_results": f"reconcile_tax_year:{YEAR}",
}
"""Functions of wings that are made to fail, quoting every sentinel, and the job that calls them."""


class World:
    """A user's machine, the simulated HMRC, and everything that was said and must not be found."""

    def __init__(self, folder: Path, database_url: str | None, dagster_url: str | None) -> None:
        self.home = folder / "home"
        self.databases = [url for url in (database_url, dagster_url) if url]
        self.words: set[str] = {*sentinels.WORDS, CLIENT_SECRET, CHANNEL, PDF_PASSWORD, DATABASE}
        self.said: list[str] = []
        self.documents = folder / "documents"
        passwords = folder / "passwords"
        passwords.write_text(PDF_PASSWORD)
        (folder / "tmp").mkdir()
        self.searched = [self.home, folder / "tmp"]
        self.redirect = f"http://localhost:{free_port()}/oauth/callback"
        self.state = HmrcState()
        application = self.state.add_application(self.redirect, client_secret=CLIENT_SECRET)
        self.user = self.state.add_user(sentinels.UTR.value)
        self.hmrc: Served = serve(create_app(self.state))
        self.env = clean_environment(
            self.home,
            TMPDIR=str(folder / "tmp"),
            DAGSTER_HOME=str(self.home / "dagster"),
            HMRC_PIPELINE_HOME=str(self.home / "ours"),
            HMRC_PIPELINE_DOCUMENTS_FOLDER=str(self.documents),
            HMRC_PIPELINE_PDF_PASSWORDS_FILE=str(passwords),
            HMRC_PIPELINE_ALERT_URLS=f"json://me:{CHANNEL}@127.0.0.1:9/hook",
            HMRC_PIPELINE_HMRC_API_URL=self.hmrc.url,
            HMRC_PIPELINE_HMRC_AUTHORISE_URL=f"{self.hmrc.url}/oauth/authorize",
            HMRC_PIPELINE_HMRC_TOKEN_URL=f"{self.hmrc.url}/oauth/token",
            HMRC_PIPELINE_HMRC_REDIRECT_URI=self.redirect,
            HMRC_PIPELINE_HMRC_CLIENT_ID=application.client_id,
            HMRC_PIPELINE_HMRC_CLIENT_SECRET=CLIENT_SECRET,
        )
        (self.home / "dagster").mkdir()
        storage = ""
        if database_url and dagster_url:
            self.env["HMRC_PIPELINE_DATABASE_URL"] = _with_password(database_url)
            self.env["DAGSTER_PG_URL"] = _with_password(dagster_url)
            storage = "storage: {postgres: {postgres_url: {env: DAGSTER_PG_URL}}}\n"
        # Dagster's own log files of what steps print are kept, unlike in our settings: they are searched too.
        (self.home / "dagster" / "dagster.yaml").write_text(f"telemetry: {{enabled: false}}\n{storage}")

    def command(self, module: str, *arguments: str, text: str | None = None, codes: tuple[int, ...] = (0,)) -> str:
        done = run(*arguments, module=module, text=text, env=self.env, cwd=self.home)
        self.said += [done.stdout, done.stderr]
        assert done.returncode in codes, done.stderr
        return done.stdout

    def drive(self, *arguments: str) -> list[str]:
        return self.command("hmrc_pipeline_tests.system.drive", *arguments).splitlines()

    def authorise(self, person: str) -> None:
        """The real way: the command listens, the person signs in at HMRC, HMRC sends them back."""
        process = subprocess.Popen(
            [sys.executable, "-m", "hmrc_pipeline", "authorise", "--person", person, "--no-browser"],
            env=self.env,
            cwd=self.home,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        assert process.stdout
        address = process.stdout.readline().strip()  # the person must see this address: it is not searched
        callback = sign_in(address, self.user)
        self.words |= {parse_qs(urlsplit(address).query)["state"][0], parse_qs(urlsplit(callback).query)["code"][0]}
        assert httpx.get(callback).status_code == 200
        self.said += process.communicate(timeout=30)
        assert process.returncode == 0

    def tokens(self) -> None:
        for grant in self.state.grants:
            self.words |= {grant.access_token, grant.refresh_token}

    def findings(self) -> list[str]:
        found = sentinels.found_in("stdout or stderr", "\n".join(self.said).encode(), self.words)
        for folder in self.searched:
            found += sentinels.search_files(folder, self.words)
        for url in self.databases:
            found += sentinels.search_postgres(url, self.words)
        return found


def _with_password(url: str) -> str:
    """The server trusts whoever connects on its socket: a password goes along and must be found nowhere."""
    return sa.make_url(url).set(password=DATABASE).render_as_string(hide_password=False)


@pytest.fixture(scope="module")
def career() -> Career:
    return sentinels.sentinel_career(TaxYear.parse("2025-26"))


@pytest.fixture(params=["sqlite", "postgresql"])
def world(request: pytest.FixtureRequest, tmp_path: Path, career: Career) -> Iterator[World]:
    urls = (None, None)
    if request.param == "postgresql":
        urls = (request.getfixturevalue("postgres_url"), request.getfixturevalue("other_postgres_url"))
    made = World(tmp_path, *urls)
    for year, parts in career.hmrc_summary().items():
        made.state.load(sentinels.UTR.value, {year: {name: as_hmrc_json(body) for name, body in parts.items()}})
    fill(made.documents, career)
    yield made
    made.hmrc.stop()


def fill(folder: Path, career: Career) -> None:
    """A year of documents under telling names, and files of every kind that cannot be read."""
    below = folder / sentinels.FILE_WORD / "Quillfeather"
    below.mkdir(parents=True)
    for figures, sample in documents_of(career):
        if figures.tax_year.label == YEAR:
            (below / f"QQ918273A {sentinels.FILE_WORD} {sample.name}").write_bytes(sample.content)
    slip = next(slip for slip in career.slips if slip.tax_year.label == "2025-26")
    sample = make_payslip(slip)
    undated = make_payslip(slip, without=("pay_date", "tax_period"))
    unproved = make_payslip(slip, without=("ni_number", "net_pay", "gross_pay", "total_deductions"))
    locked = make_payslip(slip, style=Style(password=PDF_PASSWORD))
    strange = make_payslip(slip, style=Style(password="nobody knows"))
    for name, content in {
        "undated": undated.content,
        "unproved": unproved.content,
        "locked": locked.content,
        "strange": strange.content,
        "truncated": truncated(sample.content),
        "not a pdf": not_a_pdf() + b"QQ918273A Quillfeather",
        "empty": b"",
    }.items():
        (below / f"Quillfeather {name}.pdf").write_bytes(content)


def test_sentinels_come_to_rest_nowhere_in_clear(world: World) -> None:
    person = sentinels.PERSON
    told = {"nino": person.nino.value, "utr": sentinels.UTR.value, "name": f"{person.forenames} {person.surname}"}
    person_id = world.command("hmrc_pipeline", "person", "add", "--from-stdin", text=json.dumps(told)).strip()
    world.authorise(person_id)
    world.tokens()
    assert world.drive(
        "read_documents", f"ask_hmrc:{YEAR}", f"reconcile_tax_year:{YEAR}", "reconcile_tax_year:2025-26"
    ) == [
        "read_documents succeeded",
        f"ask_hmrc:{YEAR} succeeded",
        f"reconcile_tax_year:{YEAR} succeeded",
        "reconcile_tax_year:2025-26 succeeded",
    ]
    world.env["SENTINELS"] = " ".join(sorted(world.words))
    assert world.drive(*(f"{target}!{job}" for target, job in FAULTS.items())) == [
        f"{job} failed" for job in FAULTS.values()
    ]
    grant = world.state.grants[0]
    grant.access_until = world.state.clock()  # refused: one refresh, then the answer
    world.state.faults.add("api", "500_before", "half_body", "broken_json")
    world.command("hmrc_pipeline", "sync", "--tax-year", "2023-24", "--force", "--json", codes=(0, 2))
    world.tokens()
    world.state.faults.add("token", "drop_after")
    grant.access_until = world.state.clock()
    world.drive(f"ask_hmrc:{YEAR}")
    world.hmrc.stop()
    world.command("hmrc_pipeline", "sync", "--tax-year", "2023-24", "--force", codes=(0, 2, 3))
    masked = world.command("hmrc_pipeline", "person", "list", "--json")
    world.said.remove(masked)  # tells the name to whoever asks for the list: what it says is the next line's
    assert json.loads(masked)["nino_masked"] not in person.nino.value
    failed = world.command(
        "hmrc_pipeline", "person", "add", "--from-stdin", text='{"nino": "QQ918273", "utr": 1}', codes=(2,)
    )
    assert failed == ""

    assert world.findings() == []

    everything = (world.databases and [search(url) for url in world.databases]) or [read_all(world.home)]
    assert any(b"846/CX20915" in kept for kept in everything), "the search does see what is kept in clear"
    assert any(b"is not kept, because it may hold personal data" in kept for kept in everything)
    assert len(world.words) > 14


def read_all(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())


def search(url: str) -> bytes:
    found = [word for word in ("846/CX20915", "is not kept, because it may hold personal data") if hits(url, word)]
    return "\n".join(found).encode()


def hits(url: str, word: str) -> list[str]:
    return sentinels.search_postgres(url, [word])


def test_the_search_finds_every_spelling() -> None:
    """A search that finds nothing must be shown to find."""
    clear = "NINO qq 91 82 73 a of Zébulonne QUILLFEATHER, 1-2"
    for data in (
        clear.encode(),
        clear.encode("utf-16"),
        json.dumps({"x": clear}).encode(),
        base64.b64encode(b"x" + clear.encode()),
        base64.b64encode(b"xy" + clear.encode()),
        clear.encode().hex().encode(),
        clear[::-1].encode(),
    ):
        assert len(sentinels.found_in("", data, ["QQ918273A", "Zébulonne", "Quillfeather"])) == 3, data
    assert sentinels.found_in("", b"nothing of the kind", ["QQ918273A", "Quillfeather"]) == []


def test_reconcile_and_extract_keep_nothing(world: World) -> None:
    """What they print is the person's own; nothing is left in HOME or among temporary files."""
    year = str(world.documents)
    before = sorted(world.home.rglob("*"))
    for arguments in (("reconcile", year, "--json"), ("extract", year, "--json")):
        done = run(*arguments, env=world.env)
        assert done.returncode in (0, 1, 2), done.stderr
        assert sentinels.found_in("stderr", done.stderr.encode(), {PDF_PASSWORD, CLIENT_SECRET, CHANNEL}) == []
    assert sorted(world.home.rglob("*")) == before
    assert list((world.home.parent / "tmp").iterdir()) == []
