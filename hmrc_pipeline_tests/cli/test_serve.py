"""`serve` and `user`: who may sign in, what is not opened to others, how it starts and stops."""

import signal
import socket
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from hmrc_pipeline.home import Home, open_home
from hmrc_pipeline.logins import add_user, check_password, disable_user, passwords
from hmrc_pipeline.problems import Problem
from hmrc_pipeline.settings import PREFIX, SettingsProblem, load_settings
from hmrc_pipeline.web import open_socket, refuse_open_door
from hmrc_pipeline_tests.cli.support import started, typed

PASSWORD = "correct horse battery"


@pytest.fixture
def own_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Home]:
    """The home the command works on."""
    monkeypatch.setenv(f"{PREFIX}HOME", str(tmp_path / "home"))
    monkeypatch.setattr(passwords, "_LOG_N", 4)
    monkeypatch.chdir(tmp_path)
    home = open_home(load_settings())
    yield home
    home.database.engine.dispose()


def test_users_come_and_go(own_home: Home) -> None:
    assert "Added" in typed("user", "add", "sam", "--from-stdin", given=f"{PASSWORD}\n").err
    assert check_password(own_home, "sam", PASSWORD)
    assert "changed" in typed("user", "add", "sam", "--from-stdin", given="another long password").err
    assert not check_password(own_home, "sam", PASSWORD)
    assert "Added" in typed("user", "add", "alex", given=f"{PASSWORD}\n{PASSWORD}\n").err
    assert PASSWORD not in typed("user", "add", "eve", given=f"{PASSWORD}\n{PASSWORD}\n").out
    typed("user", "disable", "alex")
    assert [(u["name"], u["disabled_at"] is None) for u in typed("user", "list", "--json").lines] == [
        ("alex", False),
        ("eve", True),
        ("sam", True),
    ]
    assert "disabled" in typed("user", "list").out
    typed("user", "add", "alex", "--from-stdin", given=PASSWORD)
    assert check_password(own_home, "alex", PASSWORD)


@pytest.mark.parametrize(
    ("name", "password"),
    [
        ("sam", "short"),
        ("sam", ""),
        ("sam", "x" * 1025),
        ("sam", "aaaabbbbcccc"),
        ("sam-the-longest", "Sam-The-Longest"),
        ("Sam", PASSWORD),
        ("", PASSWORD),
        ("sam example", PASSWORD),
        ("x" * 65, PASSWORD),
        ("<b>", PASSWORD),
    ],
)
def test_users_that_cannot_be(own_home: Home, name: str, password: str) -> None:
    refused = typed("user", "add", name, "--from-stdin", given=password)
    assert refused.code == 2
    assert not password or password not in refused.err
    assert typed("user", "list", "--json").out == ""


def test_disabling_nobody(own_home: Home) -> None:
    assert typed("user", "disable", "nobody").code == 2


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "", "192.168.1.7", "tax.example.org"])
def test_not_opened_to_others_before_there_is_a_login(own_home: Home, host: str, now: object) -> None:
    with pytest.raises(Problem, match="user add"):
        refuse_open_door(own_home, host)
    refused = typed("serve", "--host", host, "--port", "0")
    assert refused.code == 2
    assert "user add NAME" in refused.err
    add_user(own_home, "sam", PASSWORD, now=now)  # type: ignore[arg-type]
    refuse_open_door(own_home, host)
    disable_user(own_home, "sam", now=now)  # type: ignore[arg-type]
    with pytest.raises(Problem, match="user add"):
        refuse_open_door(own_home, host)


@pytest.mark.parametrize("host", ["127.0.0.1", "::1", "localhost"])
def test_loopback_is_open_at_once(own_home: Home, host: str) -> None:
    refuse_open_door(own_home, host)


def test_up_refuses_too(own_home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(f"{PREFIX}WEB_HOST", "0.0.0.0")
    refused = typed("up")
    assert refused.code == 2
    assert "user add NAME" in refused.err


def test_a_taken_port() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken, pytest.raises(Problem, match="cannot listen"):
        open_socket("127.0.0.1", taken.getsockname()[1])
    with pytest.raises(Problem, match="cannot listen"):
        open_socket("no such host", 1)


@pytest.mark.parametrize("name", ["SYNC_TOKEN", "WEBHOOK_TOKEN"])
def test_short_tokens_are_refused(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setenv(f"{PREFIX}{name}", "SHORTSENTINEL")
    with pytest.raises(SettingsProblem, match=name) as problem:
        load_settings()
    assert "SHORTSENTINEL" not in str(problem.value)


@pytest.mark.parametrize("name", ["TRUSTED_PROXIES", "MONITOR_ADDRESSES", "PUBLIC_IP"])
def test_addresses_that_are_none(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setenv(f"{PREFIX}{name}", "proxy.example.org")
    with pytest.raises(SettingsProblem, match=name):
        load_settings()


@pytest.mark.real
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_starts_answers_and_stops(tmp_path: Path, number: signal.Signals) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    serving = started("serve", "--port", str(port), home=tmp_path / "home")
    try:
        answer = _wait_for(f"http://127.0.0.1:{port}/readyz")
        assert answer == 200
        httpx.get(f"http://127.0.0.1:{port}/callback?code=CODESENTINEL&state=STATESENTINEL", trust_env=False)
        httpx.get(f"http://127.0.0.1:{port}/SENTINEL?SENTINEL", trust_env=False)
        with socket.create_connection(("127.0.0.1", port)) as rude:
            rude.sendall(b"SENTINEL\r\n\r\n")
            rude.recv(1000)
        serving.send_signal(number)
        out, err = serving.communicate(timeout=20)
    finally:
        serving.kill()
    assert serving.returncode == 0, err
    assert f"http://127.0.0.1:{port}/" in err
    assert "GET /callback 403" in err
    assert "SENTINEL" not in out + err


def _wait_for(address: str) -> int | None:
    until = time.monotonic() + 30
    while time.monotonic() < until:
        try:
            return httpx.get(address, trust_env=False).status_code
        except httpx.HTTPError:
            time.sleep(0.1)
    return None
