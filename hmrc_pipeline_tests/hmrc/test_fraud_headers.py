"""Fraud-prevention headers: golden strings, properties, the validator's verdict, and mutants it must refuse."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hmrc_pipeline.hmrc.endpoints import EndpointProblem
from hmrc_pipeline.hmrc.fraud_headers import BATCH, OTHER, WEB, Machine, encode, for_browser, for_machine, pairs
from hmrc_pipeline.hmrc.machine import device_id
from hmrc_pipeline.hmrc.sandbox import check_headers, example_browser, seed
from hmrc_pipeline.home import Home
from hmrc_pipeline.simulators.hmrc_headers import judge, verdict
from hmrc_pipeline_tests.hmrc.support import Y2024, World

NOW = datetime(2026, 11, 20, 10, 11, 6, 120_999, tzinfo=UTC)
DEVICE = "beec798b-b366-47fa-b1f8-92cede14a1ce"
MACHINE = Machine(
    device_id=DEVICE,
    local_ips=("fc00::", "10.1.2.3"),
    mac_addresses=("ea:43:1a:5d:21:45", "10:12:cc:fa:aa:32"),
    os_family="Windows",
    os_version="Server 2012",
    manufacturer="Dell Inc.",
    model="OptiPlex 980",
    os_user="domain\\alice",
    utc_offset=timedelta(hours=-1, minutes=-15),
    version="1.6.0",
)


def test_golden_batch() -> None:
    assert for_machine(BATCH, MACHINE, NOW) == {
        "Gov-Client-Connection-Method": "BATCH_PROCESS_DIRECT",
        "Gov-Client-Device-ID": "beec798b-b366-47fa-b1f8-92cede14a1ce",
        "Gov-Client-Local-IPs": "fc00%3A%3A,10.1.2.3",
        "Gov-Client-Local-IPs-Timestamp": "2026-11-20T10:11:06.120Z",
        "Gov-Client-MAC-Addresses": "ea%3A43%3A1a%3A5d%3A21%3A45,10%3A12%3Acc%3Afa%3Aaa%3A32",
        "Gov-Client-Timezone": "UTC-01:15",
        "Gov-Client-User-Agent": "os-family=Windows&os-version=Server%202012&device-manufacturer=Dell%20Inc."
        "&device-model=OptiPlex%20980",
        "Gov-Client-User-IDs": "os=domain%5Calice",
        "Gov-Vendor-Product-Name": "hmrc-pipeline",
        "Gov-Vendor-Version": "hmrc-pipeline=1.6.0",
    }


def test_golden_other_differs_in_its_method_alone() -> None:
    batch, other = for_machine(BATCH, MACHINE, NOW), for_machine(OTHER, MACHINE, NOW)
    assert {name for name in batch if batch[name] != other[name]} == {"Gov-Client-Connection-Method"}


def test_golden_web() -> None:
    browser = replace(example_browser(DEVICE, NOW), public_ip="2001:db8::7", js_user_agent="A/1 (b; c)")
    assert for_browser(browser) == {
        "Gov-Client-Connection-Method": "WEB_APP_VIA_SERVER",
        "Gov-Client-Browser-JS-User-Agent": "A%2F1%20%28b%3B%20c%29",
        "Gov-Client-Device-ID": DEVICE,
        "Gov-Client-Public-IP": "2001:db8::7",
        "Gov-Client-Public-IP-Timestamp": "2026-11-20T10:11:06.120Z",
        "Gov-Client-Public-Port": "52811",
        "Gov-Client-Screens": "width=1920&height=1080&scaling-factor=1.25&colour-depth=24",
        "Gov-Client-Timezone": "UTC+00:00",
        "Gov-Client-User-IDs": "hmrc-pipeline=example",
        "Gov-Client-Window-Size": "width=1256&height=803",
        "Gov-Vendor-Forwarded": "by=203.0.113.6&for=198.51.100.7",
        "Gov-Vendor-Product-Name": "hmrc-pipeline",
        "Gov-Vendor-Public-IP": "203.0.113.6",
        "Gov-Vendor-Version": "hmrc-pipeline-page=0.1.0&hmrc-pipeline-server=0.1.0",
    }


@given(st.text(max_size=40))
def test_encoding_is_ascii_and_can_be_undone(text: str) -> None:
    encoded = encode(text)
    assert re.fullmatch(r"(?:[A-Za-z0-9\-._~]|%[0-9A-F]{2})*", encoded)
    assert unquote(encoded) in {text.strip(), ""}


@given(st.dictionaries(st.text(min_size=1, max_size=8), st.text(max_size=12), max_size=4))
def test_separators_are_ours_alone(values: dict[str, str]) -> None:
    spelt = pairs(values)
    assert spelt.count("=") in {0, len(values)}
    assert spelt.count("&") in {0, len(values) - 1}


@given(
    st.text(max_size=20), st.text(min_size=1, max_size=20), st.lists(st.ip_addresses().map(str), min_size=1, max_size=4)
)
def test_whatever_a_machine_is_called_the_validator_agrees(model: str, user: str, ips: list[str]) -> None:
    named = user if encode(user) else "someone"
    machine = replace(MACHINE, model=model, os_user=named, local_ips=tuple(ips))
    assert judge(for_machine(OTHER, machine, NOW))[0] == []


def test_what_is_not_known_is_left_out() -> None:
    container = replace(MACHINE, manufacturer="", model="", os_user="", mac_addresses=(), local_ips=())
    headers = for_machine(BATCH, container, NOW)
    assert headers["Gov-Client-User-Agent"].endswith("device-manufacturer=&device-model=")
    gone = {"Gov-Client-User-IDs", "Gov-Client-MAC-Addresses", "Gov-Client-Local-IPs", "Gov-Client-Local-IPs-Timestamp"}
    assert not gone & headers.keys()


def all_three() -> dict[str, dict[str, str]]:
    return {
        BATCH: for_machine(BATCH, MACHINE, NOW),
        OTHER: for_machine(OTHER, MACHINE, NOW),
        WEB: for_browser(example_browser(DEVICE, NOW)),
    }


@pytest.mark.parametrize("method", [BATCH, OTHER, WEB])
def test_the_validator_finds_no_error(method: str) -> None:
    found = verdict(all_three()[method])
    assert "errors" not in found
    blamed = {name for warning in found["warnings"] for name in warning["headers"]}
    assert blamed <= {"gov-client-multi-factor", "gov-vendor-license-ids"}


MUTANTS: dict[str, Callable[[str], str | None]] = {
    "left out": lambda value: None,
    "empty": lambda value: "",
    "the word null": lambda value: "null",
    "not ASCII": lambda value: value + "é",
    "a trailing comma": lambda value: value + ",",
    "a trailing ampersand": lambda value: value + "&",
    "a stray blank": lambda value: " " + value + " x",
}
PARTICULAR = [
    (BATCH, "Gov-Client-Timezone", "UTC%2B00%3A00", "encoded"),
    (BATCH, "Gov-Client-Timezone", "Europe/London", "a name"),
    (BATCH, "Gov-Client-Local-IPs", "fc00::,10.1.2.3", "colons not encoded"),
    (BATCH, "Gov-Client-Local-IPs", "10.1.2.3%2C10.1.2.4", "an encoded separator"),
    (BATCH, "Gov-Client-Local-IPs-Timestamp", "2026-11-20T10%3A11%3A06.120Z", "encoded"),
    (BATCH, "Gov-Client-Local-IPs-Timestamp", "2026-11-20T10:11:06Z", "no milliseconds"),
    (BATCH, "Gov-Client-Local-IPs-Timestamp", "2026-13-20T10:11:06.120Z", "no such month"),
    (BATCH, "Gov-Client-MAC-Addresses", "ea:43:1a:5d:21:45", "colons not encoded"),
    (BATCH, "Gov-Client-Device-ID", "device", "not a UUID"),
    (BATCH, "Gov-Client-User-IDs", "os=domain\\alice", "a backslash not encoded"),
    (BATCH, "Gov-Client-User-IDs", "os=null", "the word null"),
    (BATCH, "Gov-Client-User-Agent", "os-family%3DWindows", "an encoded separator"),
    (BATCH, "Gov-Client-Connection-Method", "BATCH", "no such method"),
    (BATCH, "Gov-Vendor-Version", "1.6.0", "no key"),
    (WEB, "Gov-Client-Public-Port", "443", "the server's port"),
    (WEB, "Gov-Client-Public-Port", "65536", "no such port"),
    (WEB, "Gov-Client-Public-IP", "127.0.0.1", "not public"),
    (WEB, "Gov-Client-Screens", "width=0&height=1&scaling-factor=1&colour-depth=24", "not positive"),
    (WEB, "Gov-Client-Window-Size", "width=1.5&height=1", "not whole"),
    (WEB, "Gov-Vendor-Forwarded", "for=198.51.100.7", "half a hop"),
]


@pytest.mark.parametrize("method", [BATCH, OTHER, WEB])
@pytest.mark.parametrize("mutant", MUTANTS)
def test_mutants_are_refused(method: str, mutant: str) -> None:
    headers = all_three()[method]
    for name, value in headers.items():
        changed = MUTANTS[mutant](value)
        mutated = {k: v for k, v in {**headers, name: changed}.items() if v is not None}
        assert judge(mutated)[0], f"{name}: {mutant}"


@pytest.mark.parametrize(("method", "name", "value", "why"), PARTICULAR)
def test_particular_mutants_are_refused(method: str, name: str, value: str, why: str) -> None:
    assert judge({**all_three()[method], name: value})[0], why


def test_headers_of_another_method_are_refused() -> None:
    assert judge({**all_three()[BATCH], "Gov-Client-Public-IP": "198.51.100.7"})[0]


def test_the_device_id_is_made_once(home: Home) -> None:
    first = device_id(home)
    assert device_id(home) == first
    assert (home.settings.home / "device-id").stat().st_mode & 0o077 == 0


def test_check_headers_against_the_simulated_validator(world: World) -> None:
    reports = check_headers(world.home, clock=lambda: NOW, limiter=world.limiter())
    assert [(report.method, report.errors) for report in reports] == [(BATCH, ()), (OTHER, ()), (WEB, ())]


@pytest.mark.parametrize(("started_by", "method"), [("schedule", BATCH), ("person", OTHER)])
def test_a_strict_hmrc_takes_our_requests(world: World, started_by: str, method: str) -> None:
    world.state.strict_headers = True
    world.authorise(world.person())
    world.state.load_scenario("2234567890", "2024-25", "HAPPY_PATH_1")
    lines = world.sync(Y2024, headers=dict)
    assert all("INVALID_HEADERS" in (line.problem or "") for line in lines)
    lines = world.sync(Y2024, force=True, started_by=started_by)
    assert {line.state for line in lines} == {"available"}
    assert world.state.last_headers["individual-tax"]["gov-client-connection-method"] == method


def test_a_seeded_user_has_figures(world: World) -> None:
    made = seed(world.home, years=[Y2024], now=world.clock.now, limiter=world.limiter())
    world.users[made.person_id] = world.state.users[made.user_id]
    world.authorise(made.person_id)
    assert {line.state for line in world.sync(Y2024)} == {"available"}


def test_never_against_the_real_hmrc(world: World) -> None:
    settings: Any = world.home.settings.model_copy(update={"hmrc_api_url": "https://api.service.hmrc.gov.uk"})
    with pytest.raises(EndpointProblem, match="sandbox alone"):
        check_headers(replace(world.home, settings=settings), clock=lambda: NOW)
