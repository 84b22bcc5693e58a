"""`sync` against the simulated HMRC: what is asked, kept, said and never asked."""

import threading
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from pydantic import TypeAdapter

from hmrc_pipeline.database.generations import pending_years
from hmrc_pipeline.hmrc import annual_figures, due_years, exit_code, list_figures, sync
from hmrc_pipeline.hmrc.endpoints import EndpointProblem
from hmrc_pipeline.hmrc.tokens import TokensUnavailable
from hmrc_pipeline.tax_year import TaxYear
from hmrc_pipeline_tests.hmrc.support import (
    IN_WINDOW,
    NINO,
    OTHER_UTR,
    UTR,
    Y2024,
    World,
    by_api,
    make_home,
    make_world,
)

FIVE = ["individual-tax", "individual-income", "individual-employment", "individual-benefits", "national-insurance"]


def figures(world: World, person: str, year: TaxYear = Y2024) -> Any:
    with world.home.database.reading() as session:
        return annual_figures(session, person, year)


def generations(world: World) -> dict[str, int]:
    with world.home.database.reading() as session:
        return dict(pending_years(session))


def test_figures_come_home(world: World) -> None:
    person = world.person()
    world.authorise(person)
    world.state.load_scenario(UTR, "2024-25", "HAPPY_PATH_1")
    lines = world.sync(Y2024)
    assert [line.api for line in lines] == FIVE
    assert {line.state for line in lines} == {"available"}
    assert all(line.snapshot and line.asked_at for line in lines)
    assert exit_code(lines) == 0
    year = figures(world, person)
    assert [(e.paye_reference, e.employer_name, e.pay, e.tax) for e in year.employments] == [
        ("123/AB456", "Company XYZ", Decimal("22500.00"), Decimal("890.35")),
        ("456/AB456", "Company ABC", Decimal("8650.00"), Decimal("224.99")),
    ]
    assert year.absent is None
    assert year.sources == ("HMRC simulator",)
    assert generations(world) == {"2024-25": 3}  # tax, pay, the employer's name
    assert set(lines[0].as_json()) == {"person", "tax_year", "api", "state", "snapshot", "asked_at", "next_ask"}


@pytest.mark.real
def test_figures_come_home_on_postgresql(tmp_path: Any, postgres_url: str) -> None:
    world = make_world(tmp_path / "postgres", database_url=postgres_url)
    person = world.person()
    world.authorise(person)
    world.state.load_scenario(UTR, "2024-25", "HAPPY_PATH_1")
    lines = world.sync(Y2024)
    assert {line.state for line in lines} == {"available"}
    assert [e.tax for e in figures(world, person).employments] == [Decimal("890.35"), Decimal("224.99")]
    world.close()


def test_a_second_sync_waits_for_its_turn(world: World) -> None:
    world.authorise(world.person())
    world.state.load_scenario(UTR, "2024-25", "HAPPY_PATH_1")
    world.state.faults.add("api", *["delay:0.05"] * 5)
    threads = [threading.Thread(target=world.sync, args=(Y2024,)) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert world.count("hmrc_fetch") == 5, "what the first asked, the others need not ask"


def test_ten_years_of_many_who_cannot_be_asked_for_is_quick(world: World) -> None:
    world.home = make_home_like(world, first_tax_year="2016-17")
    for _ in range(20):
        world.person(None)
    started = time.monotonic()
    lines = world.sync()
    assert {(line.state, line.reason) for line in lines} == {("not_registered", "no_utr")}
    assert {line.tax_year for line in lines} == {"2024-25", "2023-24"}, "the years HMRC may still have figures of"
    assert time.monotonic() - started < 10
    again = world.rows("hmrc_availability")
    world.sync()
    assert world.rows("hmrc_availability") == again


def test_asking_again_changes_nothing(world: World) -> None:
    person = world.person()
    world.authorise(person)
    world.state.load_scenario(UTR, "2024-25", "HAPPY_PATH_2")
    world.sync(Y2024)
    before = generations(world), world.count("hmrc_snapshot"), world.count("hmrc_availability")
    world.clock.now += timedelta(days=8)
    world.sync(Y2024)
    assert (generations(world), world.count("hmrc_snapshot"), world.count("hmrc_availability")) == before
    assert world.count("hmrc_fetch") == 10
    assert figures(world, person).captured_at >= world.clock.now


def test_a_refresh_of_unknown_end_is_settled_though_nothing_is_due(world: World) -> None:
    grant_id = world.authorise(world.person())
    world.state.load_scenario(UTR, "2024-25", "HAPPY_PATH_1")
    world.sync()
    assert due_years(world.home, now=world.clock.now) == []
    world.clock.now += timedelta(hours=5)
    world.state.faults.add("token", "drop_before")
    with pytest.raises(TokensUnavailable):
        world.broker().access_token(grant_id)
    assert due_years(world.home, now=world.clock.now) == [Y2024]
    world.sync(Y2024)
    assert world.state.calls["refresh"] == 1
    assert due_years(world.home, now=world.clock.now) == []


def test_not_before_it_is_worth_a_call(world: World) -> None:
    person = world.person()
    world.authorise(person)
    world.state.load_scenario(UTR, "2024-25", "HAPPY_PATH_2")
    world.sync(Y2024)
    calls = world.count("hmrc_fetch")
    world.clock.now += timedelta(days=1)
    assert {line.state for line in world.sync(Y2024)} == {"available"}
    assert world.sync() != []  # 2023-24 and the open year were not asked for yet
    assert world.sync() == []
    assert world.count("hmrc_fetch") == calls + 1  # one call for 2023-24, of which HMRC has nothing
    world.sync(Y2024, force=True)
    assert world.count("hmrc_fetch") == calls + 6


def test_a_year_without_figures_is_one_call(world: World) -> None:
    world.authorise(world.person())
    lines = world.sync(Y2024)
    assert {line.state for line in lines} == {"not_yet"}
    assert {line.next_ask for line in lines} == {lines[0].next_ask}
    assert world.count("hmrc_fetch") == 1
    assert "hmrc-figures set" in lines[0].sentence


def test_the_open_year_is_not_asked_for(world: World) -> None:
    world.authorise(world.person())
    lines = world.sync(TaxYear(2025))
    assert {line.state for line in lines} == {"not_yet"}
    assert world.count("hmrc_fetch") == 0
    assert lines[0].next_ask is not None
    assert lines[0].next_ask.date().isoformat() == "2026-06-06"


def test_a_later_404_deletes_nothing(world: World) -> None:
    person = world.person()
    world.authorise(person)
    world.state.load_scenario(UTR, "2024-25", "HAPPY_PATH_2")
    world.sync(Y2024)
    before = figures(world, person), generations(world), world.count("hmrc_snapshot")
    world.state.withdraw(UTR, "2024-25")
    world.clock.now = datetime(2025, 12, 20, tzinfo=UTC)
    lines = world.sync(Y2024)
    assert {line.state for line in lines} == {"gone"}
    assert all(line.snapshot for line in lines)
    assert (figures(world, person), generations(world), world.count("hmrc_snapshot")) == before


def test_a_changed_figure_is_a_new_snapshot_and_raises_the_year(world: World) -> None:
    person = world.person()
    world.authorise(person)
    world.state.load_scenario(UTR, "2024-25", "HAPPY_PATH_2")
    world.sync(Y2024)
    before = generations(world)["2024-25"]
    world.state.load(
        UTR, {"2024-25": {"tax": {"employments": [{"employerPayeReference": "111/AAA", "taxTakenOffPay": 3000.5}]}}}
    )
    world.clock.now += timedelta(days=8)
    lines = by_api(world.sync(Y2024))
    assert lines["individual-tax"].state == "changed"
    assert lines["individual-income"].state == "available"
    assert figures(world, person).employments[0].tax == Decimal("3000.50")
    assert generations(world)["2024-25"] == before + 1
    assert world.count("hmrc_snapshot") == 6


def test_what_hmrc_changed_is_told_field_by_field(world: World) -> None:
    world.authorise(world.person())
    world.state.load_scenario(UTR, "2024-25", "HAPPY_PATH_1")
    world.sync(Y2024)
    assert all(item.changes == () for item in list_figures(world.home)), "a first answer changes nothing"
    for tax in (1.5, 2.25):
        row = {"employerPayeReference": "123/AB456", "taxTakenOffPay": tax}
        world.state.load(UTR, {"2024-25": {"tax": {"employments": [row]}}})
        world.clock.now += timedelta(days=8)
        world.sync(Y2024)
    of_tax = [item for item in list_figures(world.home) if item.api == "individual-tax"]
    newest = max(of_tax, key=lambda item: item.captured_at)
    assert newest.as_json()["changes"] == [
        {"field": "employments[123/AB456].taxTakenOffPay", "before": "1.5", "after": "2.25"}
    ]


def test_equal_content_in_another_spelling_is_the_same_snapshot(world: World) -> None:
    world.authorise(world.person())
    first = '{"employments":[{"employerPayeReference":"1 23/AB","taxTakenOffPay":10},{"employerPayeReference":"9"}]}'
    second = (
        '{ "employments": [{"employerPayeReference":"9"},{"taxTakenOffPay":10.00,"employerPayeReference":"1 23/AB"}]}'
    )
    world.state.load(UTR, {"2024-25": {"tax": first}})
    world.sync(Y2024)
    world.state.load(UTR, {"2024-25": {"tax": second}})
    world.clock.now += timedelta(days=8)
    world.sync(Y2024)
    assert world.count("hmrc_snapshot") == 1


@pytest.mark.parametrize(
    ("fault", "calls", "why"),
    [
        ("503_before", 2, "an HMRC that stumbles is asked again at once"),
        ("500_before", 2, "likewise"),
        ("throttled", 2, "too fast: everybody pauses, then it is asked again"),
        ("drop_before", 2, "a dropped connection too: a question costs nothing"),
        ("half_body", 2, "half an answer is none"),
    ],
)
def test_what_passes_by_itself(world: World, fault: str, calls: int, why: str) -> None:
    world.authorise(world.person())
    world.state.load_scenario(UTR, "2024-25", "HAPPY_PATH_2")
    world.state.faults.add("api", fault)
    lines = world.sync(Y2024)
    assert {line.state for line in lines} == {"available"}, why
    assert world.count("hmrc_fetch") == 4 + calls, why


def test_maintenance_ends_the_asking(world: World) -> None:
    world.authorise(world.person())
    world.authorise(world.person(OTHER_UTR))
    world.state.faults.add("api", "maintenance")
    lines = world.sync(Y2024)
    assert world.count("hmrc_fetch") == 1
    assert len(lines) == 10
    assert all(line.problem and line.is_temporary for line in lines)
    assert exit_code(lines) == 0


def test_a_silent_hmrc_is_left_alone(world: World) -> None:
    for utr in (UTR, OTHER_UTR, "6666666666"):
        world.authorise(world.person(utr))
    world.state.faults.add("api", *["500_before"] * 100)
    lines = world.sync()
    assert world.count("hmrc_fetch") == 3 * 4
    assert all(line.is_temporary for line in lines if line.tax_year != "2025-26")
    assert exit_code(lines) == 2, "nobody is left to believe that HMRC was asked"


def test_a_wrong_address_is_never_no_data(world: World) -> None:
    person = world.person()
    world.authorise(person)
    broken = World(
        make_home_like(world, hmrc_api_url=f"{world.served.url}/wrong"), world.state, world.served, world.clock
    )
    lines = broken.sync(Y2024)
    assert {line.state for line in lines} == {"not_asked"}
    assert {line.as_json()["state"] for line in lines} == {"not_yet"}, "its contract has six words"
    assert "HMRC_API_URL" in (lines[0].problem or "")
    assert exit_code(lines) == 2


def make_home_like(world: World, **changed: Any) -> Any:
    values = {"hmrc_api_url": world.home.settings.hmrc_api_url} | changed
    url = TypeAdapter(type(world.home.settings.hmrc_api_url)).validate_python(values["hmrc_api_url"])
    return replace(world.home, settings=world.home.settings.model_copy(update={**changed, "hmrc_api_url": url}))


@pytest.mark.parametrize(
    ("version", "code", "why"),
    [("9.9", "MATCHING_RESOURCE_NOT_FOUND", "a version that HMRC does not serve is a wrong address")],
)
def test_a_wrong_version(world: World, version: str, code: str, why: str) -> None:
    world.authorise(world.person())
    world.home = make_home_like(world, hmrc_individual_tax_version=version)
    world.state.load_scenario(UTR, "2024-25", "HAPPY_PATH_2")
    lines = by_api(world.sync(Y2024))
    assert code in (lines["individual-tax"].problem or ""), why
    assert lines["individual-income"].state == "available", "the others go on"
    assert exit_code(lines.values()) == 2


def test_one_without_a_grant_does_not_stop_the_others(world: World) -> None:
    alone, granted, without_utr = world.person(OTHER_UTR), world.person(), world.person(None)
    world.authorise(granted)
    world.state.load_scenario(UTR, "2024-25", "HAPPY_PATH_2")
    lines = world.sync(Y2024)
    states = {(line.person_id, line.state) for line in lines}
    assert states == {(alone, "not_authorised"), (granted, "available"), (without_utr, "not_registered")}
    assert exit_code(lines) == 3
    assert f"authorise --person {alone}" in figures(world, alone).absent
    assert "person add" in figures(world, without_utr).absent


def test_an_api_we_are_not_subscribed_to(world: World) -> None:
    client_id = str(world.home.settings.hmrc_client_id)
    application = world.state.applications[client_id]
    world.state.applications[client_id] = replace(application, apis=application.apis - {"individual-tax"})
    world.authorise(world.person())
    world.state.load_scenario(UTR, "2024-25", "HAPPY_PATH_2")
    lines = by_api(world.sync(Y2024))
    assert lines["individual-tax"].state == "not_authorised"
    assert "Developer Hub" in lines["individual-tax"].sentence
    assert lines["individual-income"].state == "available"
    assert exit_code(lines.values()) == 0


def test_somebody_elses_utr_needs_authorisation(world: World) -> None:
    person = world.person()
    world.users[person] = world.state.add_user(OTHER_UTR)
    world.authorise(person)
    lines = world.sync(Y2024)
    assert {line.state for line in lines} == {"not_authorised"}
    assert world.state.calls["refresh"] == 1, "one refresh, one retry, and no more"
    assert exit_code(lines) == 3


def test_nothing_is_configured(tmp_path: Any, world: World) -> None:
    world.home = make_home(tmp_path / "bare", hmrc_api_url=world.served.url, hmrc_client_id=None)
    person = world.person()
    lines = world.sync(Y2024)
    assert {line.state for line in lines} == {"not_authorised"}
    assert "HMRC_CLIENT_ID" in figures(world, person).absent
    assert exit_code(lines) == 0
    assert figures(world, person, TaxYear(2020)).absent.startswith("not_asked: ")


def test_an_example_person_is_never_sent_to_the_real_hmrc(tmp_path: Any, world: World) -> None:
    world.home = make_home(tmp_path / "real", hmrc_api_url="https://api.service.hmrc.gov.uk", hmrc_client_id="x")
    person = world.person(nino=NINO)
    lines = world.sync(Y2024, transport=Forbidden())
    assert {(line.state, line.reason) for line in lines} == {("not_registered", "example")}
    assert world.count("hmrc_fetch") == 0
    assert "made-up" in figures(world, person).absent


class Forbidden:
    def handle_request(self, request: Any) -> Any:
        raise AssertionError("nothing may be sent")

    def close(self) -> None: ...

    def __enter__(self) -> "Forbidden":
        return self

    def __exit__(self, *_: object) -> None: ...


@pytest.mark.parametrize(
    ("url", "allowed", "why"),
    [
        ("http://api.service.hmrc.gov.uk", False, "plain http beyond this machine would send a token in clear"),
        ("http://127.0.0.1:1", True, "the simulator"),
        ("http://localhost:1", True, "the simulator"),
        ("http://localhost.example.org", False, "not this machine"),
        ("https://test-api.service.hmrc.gov.uk", True, "HMRC's sandbox"),
    ],
)
def test_addresses(tmp_path: Any, url: str, allowed: bool, why: str) -> None:
    home = make_home(tmp_path, hmrc_api_url=url)
    if allowed:
        assert sync(home, years=[Y2024], now=IN_WINDOW) == [], why
    else:
        with pytest.raises(EndpointProblem, match="HMRC_API_URL"):
            sync(home, years=[Y2024], now=IN_WINDOW)
