"""The simulated HMRC's APIs: five annual summaries, test users, test support, the header validator."""

import json
import re
import secrets
from dataclasses import dataclass
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from hmrc_pipeline.identifiers import InvalidIdentifier, Utr
from hmrc_pipeline.simulators.hmrc_data import SCENARIOS, TEST_SUPPORT, VERSIONS
from hmrc_pipeline.simulators.hmrc_headers import judge, verdict
from hmrc_pipeline.simulators.hmrc_http import error, faulty, figures, refused
from hmrc_pipeline.simulators.hmrc_state import HmrcState, User
from hmrc_pipeline.tax_year import NotATaxYear, TaxYear

__all__ = ["api_routes"]

_ACCEPT = re.compile(r"application/vnd\.hmrc\.(\d+\.\d+)\+json")
_TAX_YEAR = re.compile(r"[0-9]{4}-[0-9]{2}")
_SERVICES = ("national-insurance", "self-assessment", "mtd-income-tax")


def api_routes(state: HmrcState) -> list[Route]:
    """Every API address. What is not here answers MATCHING_RESOURCE_NOT_FOUND."""
    serve = _Apis(state)
    every = ["GET", "POST", "PUT", "PATCH", "DELETE"]
    return [
        Route("/test/fraud-prevention-headers/validate", serve.validate),
        Route("/test/fraud-prevention-headers/{api}/validation-feedback", serve.feedback),
        Route("/create-test-user/individuals", serve.create_user, methods=["POST"]),
        Route("/create-test-user/services", serve.services),
        Route("/individual-paye-test-support/sa/{utr}/{word}/annual-summary/{year}", serve.support, methods=["POST"]),
        Route("/national-insurance-test-support/sa/{utr}/annual-summary/{year}", serve.support, methods=["POST"]),
        Route("/{api}/sa/{utr}/annual-summary/{year}", serve.summary, methods=every),
    ]


@dataclass(frozen=True)
class _Apis:
    """One method for each kind of address."""

    state: HmrcState

    async def summary(self, request: Request) -> Response:
        state, api = self.state, request.path_params["api"]
        if api not in VERSIONS:
            return error("MATCHING_RESOURCE_NOT_FOUND")
        if request.method not in {"GET", "HEAD"}:
            return error("METHOD_NOT_ALLOWED")
        state.calls[api] += 1
        fault = state.faults.take("api")
        before = refused("maintenance" if state.maintenance else fault)
        if before is not None:
            return before
        with state.lock:
            state.last_headers[api] = dict(request.headers)
            answer = _gate(state, request, api) or _summary(state, request, api)
        return await faulty(fault, answer)

    async def validate(self, request: Request) -> Response:
        return _application_gate(self.state, request) or JSONResponse(verdict(request.headers))

    async def feedback(self, request: Request) -> Response:
        return _application_gate(self.state, request) or _feedback(self.state, request)

    async def create_user(self, request: Request) -> Response:
        return _application_gate(self.state, request) or await _create_user(self.state, request)

    async def services(self, _request: Request) -> Response:
        return JSONResponse({"services": [{"key": key, "name": key.replace("-", " ")} for key in _SERVICES]})

    async def support(self, request: Request) -> Response:
        word = request.path_params.get("word")
        api = "national-insurance" if word is None else TEST_SUPPORT.get(word)
        if api is None:
            return error("MATCHING_RESOURCE_NOT_FOUND")
        return _application_gate(self.state, request) or await _support(self.state, request, api)


def _gate(state: HmrcState, request: Request, api: str) -> Response | None:
    """What HMRC's platform refuses before the API itself is asked."""
    bearer = _bearer(request)
    if bearer is None:
        return error("MISSING_CREDENTIALS")
    grant = state.grant_of_access(bearer)
    if grant is None:
        return error("INVALID_CREDENTIALS")
    if api not in state.applications[grant.client_id].apis:
        return error("RESOURCE_FORBIDDEN")
    if f"read:{api}" not in grant.scope.split():
        return error("INVALID_SCOPE")
    accept = _ACCEPT.fullmatch(request.headers.get("accept", ""))
    if accept is None:
        return error("ACCEPT_HEADER_INVALID")
    if accept[1] not in VERSIONS[api]:
        return error("MATCHING_RESOURCE_NOT_FOUND")
    if state.strict_headers and judge(request.headers)[0]:
        return error("INVALID_HEADERS")
    if state.throttle and state.is_too_fast(grant.client_id):
        return error("MESSAGE_THROTTLED_OUT")
    return None


def _summary(state: HmrcState, request: Request, api: str) -> Response:
    utr, year = request.path_params["utr"], request.path_params["year"]
    old_shape = api == "national-insurance"
    try:
        Utr.parse(utr)
    except InvalidIdentifier:
        return error("SA_UTR_INVALID", old_shape=old_shape)
    try:
        label = TaxYear.parse(year).label
    except NotATaxYear:
        label = ""
    if not _TAX_YEAR.fullmatch(year) or label != year:
        return error("TAX_YEAR_INVALID", old_shape=old_shape)
    grant = state.grant_of_access(_bearer(request) or "")
    user = state.users.get(grant.user_id) if grant else None
    if user is None or utr not in user.utrs:
        return error("UNAUTHORIZED")
    body = state.summary(utr, year, api)
    return error("NOT_FOUND", old_shape=old_shape) if body is None else figures(body)


def _bearer(request: Request) -> str | None:
    kind, _, token = request.headers.get("authorization", "").partition(" ")
    return token if kind == "Bearer" and token else None


def _application_gate(state: HmrcState, request: Request) -> Response | None:
    bearer = _bearer(request)
    if bearer is None:
        return error("MISSING_CREDENTIALS")
    if bearer not in state.application_tokens:
        return error("INVALID_CREDENTIALS")
    if _ACCEPT.fullmatch(request.headers.get("accept", "")) is None:
        return error("ACCEPT_HEADER_INVALID")
    return None


def _feedback(state: HmrcState, request: Request) -> Response:
    """What the validator thought of the last request to an API."""
    api, wanted = request.path_params["api"], request.query_params.get("connectionMethod")
    headers = state.last_headers.get(api, {})
    method = headers.get("gov-client-connection-method")
    if not headers or (wanted and method != wanted):
        return JSONResponse({"requests": []})
    found = verdict(headers)
    ours = [name for name in headers if name.startswith(("gov-client-", "gov-vendor-"))]
    judged = [
        {"header": name, "value": headers[name], "code": "INVALID_HEADER" if _blames(found, name) else "VALID_HEADER"}
        for name in sorted(ours)
    ]
    return JSONResponse({"requests": [{"method": "GET", "code": found["code"], "headers": judged}]})


def _blames(found: dict[str, Any], name: str) -> bool:
    return any(name in problem["headers"] for problem in found.get("errors", []))


async def _create_user(state: HmrcState, request: Request) -> Response:
    wanted = (await _json(request)).get("serviceNames")
    if not isinstance(wanted, list) or not set(wanted) <= set(_SERVICES):
        return JSONResponse({"code": "INVALID_REQUEST", "message": "serviceNames is missing or unknown"}, 400)
    utr, nino = _fresh_utr(state), f"QQ{secrets.randbelow(10**6):06d}A"
    made = state.add_user(utr)
    person = {
        "firstName": "Example",
        "lastName": "Person",
        "dateOfBirth": "1980-01-01",
        "address": {"line1": "1 Example Street", "line2": "Exampletown", "postcode": "ZZ1 1ZZ"},
    }
    details: dict[str, Any] = {
        "userId": made.user_id,
        "password": made.password,
        "userFullName": "Example Person",
        "emailAddress": "example@example.org",
        "individualDetails": person,
        "nino": nino,
    }
    if "self-assessment" in wanted:
        details["saUtr"] = utr
    state.users[made.user_id] = User(made.user_id, made.password, made.utrs, details)
    return JSONResponse(details, 201)


def _fresh_utr(state: HmrcState) -> str:
    taken = {utr for user in state.users.values() for utr in user.utrs}
    while True:
        tail = f"{secrets.randbelow(10**9):09d}"
        for check in "123456789":
            try:
                utr = Utr.parse(check + tail).value
            except InvalidIdentifier:
                continue
            if utr not in taken:
                return utr


async def _support(state: HmrcState, request: Request, api: str) -> Response:
    utr, year = request.path_params["utr"], request.path_params["year"]
    scenario = (await _json(request)).get("scenario", "HAPPY_PATH_1")
    if scenario not in SCENARIOS:
        return error("UNKNOWN_SCENARIO")
    if not any(utr in user.utrs for user in state.users.values()):
        return error("SA_UTR_INVALID")
    with state.lock:
        state.load(utr, {year: {api: SCENARIOS[scenario][api]}})
    return figures(SCENARIOS[scenario][api], 201)


async def _json(request: Request) -> dict[str, Any]:
    try:
        found = json.loads(await request.body())
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
