"""The verbs of HMRC's side, against the simulator: what they print, what they exit with, what they never say."""

import shutil
import socket
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from hmrc_pipeline.hmrc import begin_authorisation, finish_authorisation
from hmrc_pipeline.home import open_home
from hmrc_pipeline.identifiers import Utr
from hmrc_pipeline.people import add_person
from hmrc_pipeline.settings import PREFIX, load_settings
from hmrc_pipeline.simulators.hmrc import HmrcState, create_app, serve, sign_in
from hmrc_pipeline_tests.cli.support import typed
from hmrc_pipeline_tests.conftest import skip_or_fail

UTR = "2234567890"


@pytest.fixture
def hmrc(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[HmrcState]:
    """A simulated HMRC that the settings of the environment point at, and an empty home."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        redirect = f"http://localhost:{free.getsockname()[1]}/oauth/callback"
    state = HmrcState(throttle=False)
    application = state.add_application(redirect)
    with serve(create_app(state)) as running:
        settings = {
            "HOME": str(tmp_path / "home"),
            "HMRC_API_URL": running.url,
            "HMRC_TOKEN_URL": f"{running.url}/oauth/token",
            "HMRC_AUTHORISE_URL": f"{running.url}/oauth/authorize",
            "HMRC_CLIENT_ID": application.client_id,
            "HMRC_CLIENT_SECRET": application.client_secret,
            "HMRC_REDIRECT_URI": redirect,
            "FIRST_TAX_YEAR": "2023-24",
        }
        for name, value in settings.items():
            monkeypatch.setenv(f"{PREFIX}{name}", value)
        monkeypatch.chdir(tmp_path)
        yield state


def person_of(utr: str = UTR) -> str:
    home = open_home(load_settings())
    with home.database.writing() as session:
        return add_person(session, home.cipher, utr=Utr.parse(utr), now=datetime.now(UTC))


@pytest.mark.real
def test_from_a_seeded_test_user_to_figures_with_a_real_browser(hmrc: HmrcState) -> None:
    if not any(map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))):
        skip_or_fail("no Chromium is installed")
    pytest.importorskip("playwright")
    seeded = typed("sandbox", "seed", "--tax-year", "2024-25")
    assert seeded.code == 0, seeded
    (made,) = seeded.lines
    assert set(made) == {"person", "user_id", "password"}
    assert made["password"] not in seeded.err
    assert typed("sync", "--json").code == 3, "nobody has authorised yet"
    done = typed("authorise", "--person", made["person"], "--headless", given=seeded.out)
    assert (done.code, done.out) == (0, ""), done
    assert "Authorised." in done.err
    for secret in (made["password"], made["user_id"], "state=", "code="):
        assert secret not in done.err
    told = typed("sync", "--json", "--tax-year", "2024-25")
    assert told.code == 0
    assert {line["state"] for line in told.lines} == {"available"}
    listed = typed("hmrc-figures", "list", "--json").lines
    assert {(line["tax_year"], line["source"], line["counts"]) for line in listed} == {
        ("2024-25", "HMRC simulator", True)
    }
    wrong = typed("authorise", "--person", made["person"], "--headless", given='{"user_id": "x", "password": "y"}')
    assert wrong.code == 2
    assert "sign-in pages" in wrong.err


@pytest.mark.parametrize("given", ["", "{", "[]", '{"user_id": "x"}', '"x"'])
def test_headless_wants_its_credentials_on_standard_input(hmrc: HmrcState, given: str) -> None:
    refused = typed("authorise", "--person", person_of(), "--headless", given=given)
    assert refused.code == 2
    assert "standard input must be one JSON object" in refused.err


def test_headless_is_never_for_the_real_hmrc(hmrc: HmrcState, monkeypatch: pytest.MonkeyPatch) -> None:
    person = person_of()
    for setting in ("HMRC_API_URL", "HMRC_AUTHORISE_URL"):
        with monkeypatch.context() as real:
            real.setenv(f"{PREFIX}{setting}", "https://www.tax.service.gov.uk/oauth/authorize")
            refused = typed("authorise", "--person", person, "--headless", given='{"user_id": "x", "password": "y"}')
            assert refused.code == 2
            assert "only a person signs in" in refused.err


def test_nobody_has_this_id(hmrc: HmrcState) -> None:
    refused = typed("authorise", "--person", "p_nobody", "--no-browser")
    assert (refused.code, "no person has this id" in refused.err) == (2, True)


def test_ways_to_authorise_exclude_each_other(hmrc: HmrcState) -> None:
    assert typed("authorise", "--person", person_of(), "--headless", "--paste").code == 2


def test_the_headers_pass_the_validator(hmrc: HmrcState) -> None:
    reports = typed("check-headers", "--json")
    assert reports.code == 0, reports
    assert [line["method"] for line in reports.lines] == ["BATCH_PROCESS_DIRECT", "OTHER_DIRECT", "WEB_APP_VIA_SERVER"]
    assert all(line["errors"] == [] for line in reports.lines)
    table = typed("check-headers")
    assert table.code == 0
    assert "WEB_APP_VIA_SERVER" in table.out


@pytest.mark.parametrize(
    ("words", "method"), [([], "OTHER_DIRECT"), (["--scheduled"], "BATCH_PROCESS_DIRECT")], ids=["person", "timer"]
)
def test_hmrc_is_told_who_asks(hmrc: HmrcState, words: list[str], method: str) -> None:
    """A strict HMRC takes what the command sends, whether a person typed it or a timer runs it."""
    hmrc.strict_headers = True
    hmrc.load_scenario(UTR, "2024-25", "HAPPY_PATH_1")
    person, user, home = person_of(), hmrc.add_user(UTR), open_home(load_settings())
    url = begin_authorisation(home, person, now=datetime.now(UTC))
    finish_authorisation(home, sign_in(url, user), now=datetime.now(UTC))
    said = typed("sync", "--tax-year", "2024-25", "--json", *words)
    assert said.code == 0
    assert {line["state"] for line in said.lines} == {"available"}
    assert {sent["gov-client-connection-method"] for sent in hmrc.last_headers.values()} == {method}


def test_an_error_of_the_validator_is_exit_1(hmrc: HmrcState, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hmrc_pipeline.hmrc.fraud_headers.timezone", lambda _offset: "GMT")
    reports = typed("check-headers", "--json")
    assert reports.code == 1
    assert any("gov-client-timezone" in error for line in reports.lines for error in line["errors"])


def test_a_sandbox_that_does_not_know_us_is_exit_2(hmrc: HmrcState) -> None:
    for known in list(hmrc.applications.values()):
        hmrc.applications[known.client_id] = replace(known, client_secret="changed")
    for words in (["check-headers"], ["sandbox", "seed"]):
        refused = typed(*words)
        assert refused.code == 2
        assert "HMRC_PIPELINE_HMRC_CLIENT_SECRET" in refused.err


STATED = [
    "2024-25",
    "--paye-reference",
    "123/AB456",
    "--pay",
    "40000.00",
    "--tax",
    "5486.00",
    "--seen-on",
    "2025-08-01",
]


def test_figures_stated_by_hand(hmrc: HmrcState, tmp_path: Path) -> None:
    person = person_of()
    assert "Kept" in typed("hmrc-figures", "set", *STATED).err
    assert "known already" in typed("hmrc-figures", "set", *STATED, "--person", person).err
    file = tmp_path / "stated.csv"
    file.write_text("tax_year,paye_reference,pay,tax,seen_on\n2023-24,123/AB456,39000.00,-12.00,2024-08-01\n")
    assert "1 kept" in typed("hmrc-figures", "import", str(file)).err
    listed = typed("hmrc-figures", "list", "--json").lines
    assert {(line["tax_year"], line["source"]) for line in listed} == {
        ("2024-25", "stated by the person"),
        ("2023-24", "stated by the person"),
    }
    shown = typed("hmrc-figures", "list").out
    assert person in shown, "an id can be copied"


@pytest.mark.parametrize(
    ("option", "value"),
    [
        (0, "2024"),
        (2, "AB456"),
        (4, "forty"),
        (4, "1.234"),
        (4, "999999999999999999999.00"),
        (6, ""),
        (8, "tomorrow"),
        (8, "2999-01-01"),
        (8, "2024-04-05"),
    ],
)
def test_figures_that_cannot_be(hmrc: HmrcState, option: int, value: str) -> None:
    person_of()
    words = [*STATED]
    words[option] = value if option else "20-24"
    assert typed("hmrc-figures", "set", *words).code == 2
    assert typed("hmrc-figures", "list", "--json").out == ""


@pytest.mark.parametrize("content", [b"\xff\xfe\x00nonsense", b"tax_year\n\x00\n", b"a,b\n1\n"])
def test_a_file_that_is_no_list_of_figures(hmrc: HmrcState, tmp_path: Path, content: bytes) -> None:
    person_of()
    file = tmp_path / "stated.csv"
    file.write_bytes(content)
    assert typed("hmrc-figures", "import", str(file)).code == 2


def test_whose_figures(hmrc: HmrcState, tmp_path: Path) -> None:
    assert "no person is known yet" in typed("hmrc-figures", "set", *STATED).err
    person_of()
    person_of("1111111111")
    assert "2 people" in typed("hmrc-figures", "set", *STATED).err
    assert "no person has this id" in typed("hmrc-figures", "set", *STATED, "--person", "p_x").err
    (tmp_path / "bad.csv").write_text("tax_year,pay\n2024-25,1.00\n")
    bad = typed("hmrc-figures", "import", str(tmp_path / "bad.csv"), "--person", person_of())
    assert bad.code == 2
    assert "line 2 cannot be read" in bad.err
