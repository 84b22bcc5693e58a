"""What only HMRC's sandbox has: test users with figures, and the validator of fraud-prevention headers.

Every call here is the application's own and concerns no real person.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import httpx

from hmrc_pipeline.hmrc.apis import UnexpectedShape, load_json
from hmrc_pipeline.hmrc.application import with_secrets
from hmrc_pipeline.hmrc.client import HttpResult, exchange, open_http
from hmrc_pipeline.hmrc.endpoints import EndpointProblem, api_url, place_of
from hmrc_pipeline.hmrc.fraud_headers import BATCH, OTHER, WEB, Browser, Hop, Screen, for_browser, for_machine
from hmrc_pipeline.hmrc.limiter import Limiter, limiter_of
from hmrc_pipeline.hmrc.machine import device_id, this_machine
from hmrc_pipeline.hmrc.oauth import OAuthRefused, TokenEndpoint
from hmrc_pipeline.home import Home
from hmrc_pipeline.identifiers import InvalidIdentifier, Nino, Utr
from hmrc_pipeline.people import add_person
from hmrc_pipeline.problems import Problem
from hmrc_pipeline.tax_year import TaxYear

__all__ = ["HeaderReport", "SandboxRefused", "SeededUser", "check_headers", "seed"]

_JSON_10 = "application/vnd.hmrc.1.0+json"
_JSON_20 = "application/vnd.hmrc.2.0+json"


class SandboxRefused(Problem):
    """The sandbox did not do what was asked; the message says what to look at."""


@dataclass(frozen=True, repr=False)
class SeededUser:
    """A test user: our person, and what to sign in with at the sandbox's pages."""

    person_id: str
    user_id: str
    password: str


@dataclass(frozen=True)
class HeaderReport:
    """What the validator says of one connection method."""

    method: str
    code: str
    errors: tuple[str, ...]
    warnings: tuple[str, ...]

    def as_json(self) -> dict[str, Any]:
        return {"method": self.method, "code": self.code, "errors": list(self.errors), "warnings": list(self.warnings)}


@dataclass(frozen=True)
class _Sandbox:
    home: Home
    http: httpx.Client
    limiter: Limiter
    token: str

    def call(
        self, method: str, path: str, *, accept: str = _JSON_10, body: Any = None, headers: Mapping[str, str] = {}
    ) -> HttpResult:
        self.limiter.wait()
        sent = {"Accept": accept, "Authorization": f"Bearer {self.token}", **headers}
        url = f"{api_url(self.home.settings)}{path}"
        return exchange(self.http, self.http.build_request(method, url, json=body, headers=sent))


def _with_sandbox(
    home: Home, transport: httpx.BaseTransport | None, limiter: Limiter | None, work: Callable[[_Sandbox], Any]
) -> Any:
    if place_of(home.settings) == "HMRC":
        raise EndpointProblem("HMRC_PIPELINE_HMRC_API_URL names the real HMRC; this is for the sandbox alone")
    home, limiter = with_secrets(home), limiter or limiter_of(home)
    with open_http(transport) as http:
        limiter.wait()
        result = TokenEndpoint(home.settings, http).application_token()
        token = _object(result).get("access_token") if result.status == 200 else None
        if not isinstance(token, str):
            raise OAuthRefused(
                f"HMRC gave the application no token (status {result.status}): check HMRC_PIPELINE_HMRC_CLIENT_ID,"
                " HMRC_PIPELINE_HMRC_CLIENT_SECRET and HMRC_PIPELINE_HMRC_TOKEN_URL"
            )
        return work(_Sandbox(home, http, limiter, token))


def _object(result: HttpResult) -> dict[str, Any]:
    try:
        return load_json(result.text)
    except UnexpectedShape:
        return {}


def seed(
    home: Home,
    *,
    years: list[TaxYear],
    scenario: str = "HAPPY_PATH_1",
    now: datetime,
    transport: httpx.BaseTransport | None = None,
    limiter: Limiter | None = None,
) -> SeededUser:
    """Make a test user in Self Assessment with figures for these years, and a person of ours for them.

    Raises `SandboxRefused`, `OAuthRefused`, `NotConfigured` or `EndpointProblem`.
    """
    made: SeededUser = _with_sandbox(home, transport, limiter, lambda sandbox: _seed(sandbox, years, scenario, now))
    return made


def _seed(sandbox: _Sandbox, years: list[TaxYear], scenario: str, now: datetime) -> SeededUser:
    wanted = {"serviceNames": ["national-insurance", "self-assessment", "mtd-income-tax"]}
    result = sandbox.call("POST", "/create-test-user/individuals", body=wanted)
    user = _object(result)
    if result.status != 201 or not {"userId", "password", "saUtr"} <= user.keys():
        raise SandboxRefused(
            f"the sandbox made no test user (status {result.status}): subscribe the application to Create Test User"
        )
    utr, nino = Utr.parse(str(user["saUtr"])), _nino(user.get("nino"))
    for year in years:
        for path in (
            f"/individual-paye-test-support/sa/{utr.value}/{word}/annual-summary/{year.label}"
            for word in ("employments", "income", "tax", "benefits")
        ):
            _store(sandbox, path, _JSON_20, scenario)
        _store(
            sandbox, f"/national-insurance-test-support/sa/{utr.value}/annual-summary/{year.label}", _JSON_10, scenario
        )
    with sandbox.home.database.writing() as session:
        person_id = add_person(session, sandbox.home.cipher, nino=nino, utr=utr, now=now)
    return SeededUser(person_id, str(user["userId"]), str(user["password"]))


def _nino(text: object) -> Nino | None:
    try:
        return Nino.parse(str(text))
    except InvalidIdentifier:
        return None


def _store(sandbox: _Sandbox, path: str, accept: str, scenario: str) -> None:
    result = sandbox.call("POST", path, accept=accept, body={"scenario": scenario})
    if result.status != 201:
        api = path.split("/")[1]
        raise SandboxRefused(f"{api} refused the test data (status {result.status}): subscribe the application to it")


def check_headers(
    home: Home,
    *,
    clock: Callable[[], datetime],
    transport: httpx.BaseTransport | None = None,
    limiter: Limiter | None = None,
) -> list[HeaderReport]:
    """What HMRC's validator says of each connection method. Raises as `seed` does."""
    reports: list[HeaderReport] = _with_sandbox(home, transport, limiter, lambda s: _check(s, clock))
    return reports


def _check(sandbox: _Sandbox, clock: Callable[[], datetime]) -> list[HeaderReport]:
    identity = device_id(sandbox.home)
    builders: dict[str, Callable[[], dict[str, str]]] = {
        BATCH: lambda: for_machine(BATCH, this_machine(identity, clock()), clock()),
        OTHER: lambda: for_machine(OTHER, this_machine(identity, clock()), clock()),
        WEB: lambda: for_browser(example_browser(identity, clock())),
    }
    return [_report(sandbox, method, build()) for method, build in builders.items()]


def _report(sandbox: _Sandbox, method: str, headers: Mapping[str, str]) -> HeaderReport:
    result = sandbox.call("GET", "/test/fraud-prevention-headers/validate", headers=headers)
    found = _object(result)
    if result.status != 200 or not isinstance(found.get("code"), str):
        raise SandboxRefused(
            f"the validator did not answer (status {result.status}): subscribe the application to Test Fraud"
            " Prevention Headers"
        )
    return HeaderReport(method, found["code"], _told(found.get("errors")), _told(found.get("warnings")))


def _told(problems: object) -> tuple[str, ...]:
    if not isinstance(problems, list):
        return ()
    return tuple(
        f"{problem.get('code')}: {', '.join(map(str, problem.get('headers', [])))}: {problem.get('message')}"
        for problem in problems
        if isinstance(problem, Mapping)
    )


def example_browser(identity: str, now: datetime) -> Browser:
    """A made-up browser behind one proxy, for asking the validator about the web application's headers."""
    return Browser(
        device_id=identity,
        user="example",
        public_ip="198.51.100.7",
        public_port=52811,
        seen_at=now,
        screens=(Screen(1920, 1080, 1.25, 24),),
        window_width=1256,
        window_height=803,
        js_user_agent="Mozilla/5.0 (X11; Linux x86_64) Gecko/20100101 Firefox/145.0",
        utc_offset=timedelta(0),
        hops=(Hop("203.0.113.6", "198.51.100.7"),),
        vendor_ip="203.0.113.6",
        version="0.1.0",
    )
