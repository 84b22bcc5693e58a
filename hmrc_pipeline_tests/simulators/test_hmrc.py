"""The simulated HMRC refuses what HMRC refuses, with HMRC's codes."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from hmrc_pipeline.simulators.hmrc import SCENARIOS, HmrcState, create_app, serve

UTR = "2234567890"


class Hmrc:
    """A served simulator with one application, one user and one authorisation."""

    def __init__(self) -> None:
        self.now = datetime(2025, 9, 1, 12, 0, tzinfo=UTC)
        self.state = HmrcState(clock=lambda: self.now, throttle=False)
        self.application = self.state.add_application("http://localhost/back")
        self.user = self.state.add_user(UTR)
        self.grant = self.state.grant(self.application.client_id, self.user.user_id)
        self.served = serve(create_app(self.state))
        self.http = httpx.Client(base_url=self.served.url, trust_env=False)

    def ask(self, path: str = f"/individual-tax/sa/{UTR}/annual-summary/2024-25", **headers: str) -> httpx.Response:
        given = {"Authorization": f"Bearer {self.grant.access_token}", "Accept": "application/vnd.hmrc.1.1+json"}
        return self.http.get(path, headers={name: text for name, text in (given | headers).items() if text})

    def post(self, **form: str) -> httpx.Response:
        ours = {"client_id": self.application.client_id, "client_secret": self.application.client_secret}
        return self.http.post("/oauth/token", data=ours | form)


@pytest.fixture
def hmrc() -> Iterator[Hmrc]:
    made = Hmrc()
    yield made
    made.http.close()
    made.served.stop()


@pytest.mark.parametrize(
    ("path", "headers", "status", "code", "why"),
    [
        (None, {}, 404, "NOT_FOUND", "no data for this UTR and year"),
        ("/individual-taxes/sa/1/annual-summary/2024-25", {}, 404, "MATCHING_RESOURCE_NOT_FOUND", "no such API"),
        ("/nothing", {}, 404, "MATCHING_RESOURCE_NOT_FOUND", "no such address"),
        (None, {"Accept": "application/json"}, 406, "ACCEPT_HEADER_INVALID", "no version"),
        (None, {"Accept": "application/vnd.hmrc.7.0+json"}, 404, "MATCHING_RESOURCE_NOT_FOUND", "no such version"),
        (None, {"Authorization": ""}, 401, "MISSING_CREDENTIALS", "nobody asks"),
        (None, {"Authorization": "Bearer x"}, 401, "INVALID_CREDENTIALS", "an unknown token"),
        ("/individual-tax/sa/1234567890/annual-summary/2024-25", {}, 400, "SA_UTR_INVALID", "a wrong check digit"),
        ("/individual-tax/sa/1111111111/annual-summary/2024-25", {}, 401, "UNAUTHORIZED", "somebody else's UTR"),
        (f"/individual-tax/sa/{UTR}/annual-summary/2024-26", {}, 400, "TAX_YEAR_INVALID", "years that do not follow"),
        (f"/individual-tax/sa/{UTR}/annual-summary/2024-2025", {}, 400, "TAX_YEAR_INVALID", "another spelling"),
    ],
)
def test_the_error_table(
    hmrc: Hmrc, path: str | None, headers: dict[str, str], status: int, code: str, why: str
) -> None:
    answer = hmrc.ask(*([path] if path else []), **headers)
    assert (answer.status_code, answer.json()["code"]) == (status, code), why


def test_national_insurance_answers_in_the_old_shape(hmrc: Hmrc) -> None:
    answer = hmrc.ask("/national-insurance/sa/1234567890/annual-summary/2024-25")
    assert answer.json() == {"statusCode": 400, "message": "ERROR_SA_UTR_INVALID"}


def test_figures_have_a_window(hmrc: Hmrc) -> None:
    hmrc.state.load_scenario(UTR, "2024-25", "HAPPY_PATH_1")
    hmrc.now = datetime(2025, 6, 5, tzinfo=UTC)
    assert hmrc.ask().status_code == 404
    hmrc.now = datetime(2025, 6, 6, tzinfo=UTC)
    hmrc.grant.access_until = hmrc.now
    assert hmrc.ask().status_code == 401, "an access token lives four hours"
    hmrc.state.rotate(hmrc.grant)
    assert hmrc.ask().json() == SCENARIOS["HAPPY_PATH_1"]["individual-tax"]
    hmrc.state.withdraw(UTR, "2024-25")
    assert hmrc.ask().status_code == 404


def test_no_more_than_three_a_second(hmrc: Hmrc) -> None:
    hmrc.state.throttle = True
    answers = [hmrc.ask().status_code for _ in range(5)]
    assert answers == [404, 404, 404, 429, 429]


def test_a_refresh_token_works_once(hmrc: Hmrc) -> None:
    old_access, old_refresh = hmrc.grant.access_token, hmrc.grant.refresh_token
    first = hmrc.post(grant_type="refresh_token", refresh_token=old_refresh)
    assert (first.status_code, first.json()["expires_in"]) == (200, 14400)
    assert hmrc.ask(Authorization=f"Bearer {old_access}").status_code == 401
    again = hmrc.post(grant_type="refresh_token", refresh_token=old_refresh)
    assert (again.status_code, again.json()["error"]) == (400, "invalid_grant")
    assert hmrc.ask().status_code == 404, "the new access token works"


def test_eighteen_months(hmrc: Hmrc) -> None:
    hmrc.now += timedelta(days=549)
    answer = hmrc.post(grant_type="refresh_token", refresh_token=hmrc.grant.refresh_token)
    assert answer.json()["error"] == "invalid_grant"


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"redirect_uri": "http://localhost/back/"}, "not byte for byte"),
        ({"client_id": "unknown"}, "an unknown application"),
        ({"scope": "read:everything"}, "no such scope"),
        ({"code_challenge": "x", "code_challenge_method": "plain"}, "only S256"),
        ({"response_type": "token"}, "only codes"),
    ],
)
def test_links_that_go_nowhere(hmrc: Hmrc, changed: dict[str, str], why: str) -> None:
    query = {
        "response_type": "code",
        "client_id": hmrc.application.client_id,
        "scope": "read:individual-tax",
        "redirect_uri": "http://localhost/back",
    }
    assert hmrc.http.get("/oauth/authorize", params=query).status_code == 200
    assert hmrc.http.get("/oauth/authorize", params=query | changed).status_code == 400, why


def test_a_test_user_with_data(hmrc: Hmrc) -> None:
    token = hmrc.post(grant_type="client_credentials").json()["access_token"]
    headers = {"Authorization": f"Bearer {token}", "Accept": "application/vnd.hmrc.1.0+json"}
    made = hmrc.http.post("/create-test-user/individuals", json={"serviceNames": ["self-assessment"]}, headers=headers)
    assert made.status_code == 201
    utr = made.json()["saUtr"]
    path = f"/individual-paye-test-support/sa/{utr}/income/annual-summary/2024-25"
    stored = hmrc.http.post(path, json={"scenario": "HAPPY_PATH_2"}, headers=headers)
    assert (stored.status_code, stored.json()) == (201, SCENARIOS["HAPPY_PATH_2"]["individual-income"])
    assert hmrc.http.post(path, json={"scenario": "OTHER"}, headers=headers).json()["code"] == "UNKNOWN_SCENARIO"
    assert hmrc.http.post(path, json={}).status_code == 401
