"""Who has authorised, who must again, and what `doctor` says of it and of the dashboard."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from hmrc_pipeline.cli import checkups
from hmrc_pipeline.hmrc.restored import remember
from hmrc_pipeline.people import add_person
from hmrc_pipeline.settings import PREFIX
from hmrc_pipeline_tests.cli.support import typed
from hmrc_pipeline_tests.hmrc.support import OTHER_UTR, UTR, World, make_world

WEB = "http://localhost:8090"


def settled_in(path: Path, monkeypatch: pytest.MonkeyPatch, **settings: Any) -> World:
    """A world whose home the command works on too; it authorises when the real clock says so."""
    world = make_world(path / "home", **settings)
    world.clock.now = datetime.now(UTC)
    monkeypatch.chdir(path)
    monkeypatch.setenv(f"{PREFIX}HOME", str(path / "home"))
    for name in ("hmrc_api_url", "hmrc_token_url", "hmrc_client_id", "hmrc_redirect_uri"):
        monkeypatch.setenv(f"{PREFIX}{name.upper()}", str(getattr(world.home.settings, name)))
    secret = world.home.settings.hmrc_client_secret
    assert secret
    monkeypatch.setenv(f"{PREFIX}HMRC_CLIENT_SECRET", secret.get_secret_value())
    for name, value in settings.items():
        monkeypatch.setenv(f"{PREFIX}{name.upper()}", str(value))
    return world


def advice(name: str) -> list[str]:
    said = typed("doctor", "--json")
    return [each["advice"] for each in said.lines[0]["checks"] if each["check"] == name]


def test_a_bureaus_list(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    world = settled_in(tmp_path, monkeypatch)
    fresh, old, none = world.person(UTR), world.person(OTHER_UTR), world.person("1111111112")
    world.person(None)
    world.authorise(fresh)
    world.clock.now -= timedelta(days=540)
    world.authorise(old)
    everyone = typed("grants", "--json").lines
    assert [(line["people"], line["state"], line["renew"]) for line in everyone] == [
        ([old], "active", True),
        ([fresh], "active", False),
        ([none], "none", True),
    ], "who has no UTR cannot be asked for"
    assert set(everyone[0]) == {"grant", "kind", "state", "people", "expires_at", "renew", "link"}
    assert everyone[2]["link"] == f"{WEB}/authorize?person={none}"
    assert [line["people"] for line in typed("grants", "--renew", "--json").lines] == [[old], [none]]
    shown = typed("grants", "--renew").out
    assert f"{WEB}/authorize?person={old}" in shown
    assert fresh not in shown
    for secret in (UTR, OTHER_UTR):
        assert secret not in str(everyone)
    assert "1 authorisation at HMRC to be renewed" in advice("authorisations")[0]
    monkeypatch.setenv(f"{PREFIX}PUBLIC_URL", "https://tax.example.org/")
    assert typed("grants", "--json").lines[2]["link"] == f"https://tax.example.org/authorize?person={none}"
    world.close()


def test_an_agents_grant_is_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    world = settled_in(tmp_path, monkeypatch)
    clients = [world.person(utr) for utr in (UTR, OTHER_UTR)]
    for client in clients:
        world.authorise(client, agent=True)
    (line,) = typed("grants", "--json").lines
    assert (line["kind"], line["people"]) == ("agent", sorted(clients))
    assert line["link"].endswith("&agent=1")
    world.close()


def test_doctor_notices_a_restored_backup_and_changes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    world = settled_in(tmp_path, monkeypatch)
    grant_id = world.authorise(world.person())
    assert advice("authorisations") == []
    (tmp_path / "home" / "locks").mkdir(exist_ok=True)
    remember(world.home, grant_id, 7)
    assert "from a backup: 1 authorisation in it is spent" in advice("authorisations")[0]
    assert world.rows("hmrc_grant")[0].state == "active"
    world.close()


@pytest.mark.real
def test_doctor_says_why_the_dashboard_is_empty(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, postgres_url: str
) -> None:
    world = settled_in(tmp_path, monkeypatch, database_url=postgres_url)
    assert "no person is known yet" in advice("dashboard")[0]
    first = world.person(UTR)
    assert advice("dashboard") == ["The dashboard's views show one person."]
    with world.home.database.writing() as session:
        add_person(session, world.home.cipher, name="Second Example", now=world.clock.now)
    assert "show one person and 2 are known: set HMRC_PIPELINE_INCUMBENT_PERSON" in advice("dashboard")[0]
    monkeypatch.setenv(f"{PREFIX}INCUMBENT_PERSON", first)
    assert advice("dashboard") == ["The dashboard's views show one person."]
    monkeypatch.setenv(f"{PREFIX}INCUMBENT_PERSON", "p_nobody")
    assert "names nobody known" in advice("dashboard")[0]
    world.close()


def test_on_sqlite_there_is_no_dashboard(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    world = settled_in(tmp_path, monkeypatch)
    assert advice("dashboard") == []
    assert list(checkups._dashboard(None)) == []
    world.close()
