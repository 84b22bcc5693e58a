"""OAuth with HMRC: the address a person signs in at, the call-back, and one POST to the token endpoint.

Nothing here stores anything or retries; `grants` keeps what comes of it, `tokens` alone refreshes.
"""

import base64
import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from urllib.parse import parse_qs, urlencode, urlsplit

import httpx

from hmrc_pipeline.hmrc.answers import error_code
from hmrc_pipeline.hmrc.apis import APIS, UnexpectedShape, load_json
from hmrc_pipeline.hmrc.client import HttpResult, exchange
from hmrc_pipeline.hmrc.endpoints import require_safe
from hmrc_pipeline.problems import Problem
from hmrc_pipeline.settings import Settings

__all__ = [
    "BadCallback",
    "NotConfigured",
    "OAuthRefused",
    "SignIn",
    "TokenEndpoint",
    "Tokens",
    "begin_sign_in",
    "read_callback",
    "read_tokens",
    "scopes_of",
]

ACCESS_LIFE = 14400  # seconds an access token lives when HMRC does not say


class NotConfigured(Problem):
    """No application at HMRC is set up; the message names the settings."""


class OAuthRefused(Problem):
    """HMRC refused, and asking again will not help; the message says what to do."""


class BadCallback(Problem):
    """The call-back is not the answer to what we asked. The message never repeats its code or state."""


@dataclass(frozen=True, repr=False)
class SignIn:
    """One authorisation that was begun: where the person goes, and what proves the call-back is its answer."""

    url: str
    state: str
    verifier: str


@dataclass(frozen=True, repr=False)
class Tokens:
    """A usable pair."""

    access_token: str
    refresh_token: str
    expires_at: datetime
    scope: str


def scopes_of(settings: Settings) -> str:
    """The scopes of the APIs in use and no others. Raises `NotConfigured` for a name that is no API."""
    wanted = [name.strip() for name in settings.hmrc_apis.split(",") if name.strip()]
    known = {api.name: api.scope for api in APIS}
    if not wanted or any(name not in known for name in wanted):
        raise NotConfigured(f"HMRC_PIPELINE_HMRC_APIS must name APIs among {', '.join(known)}")
    return " ".join(known[name] for name in known if name in wanted)


def begin_sign_in(settings: Settings) -> SignIn:
    """A fresh state and PKCE verifier, and the address to open. Raises `NotConfigured`, `EndpointProblem`."""
    client_id, _ = _application(settings)
    state, verifier = secrets.token_urlsafe(32), secrets.token_urlsafe(48)
    challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).decode().rstrip("=")
    query = {
        "response_type": "code",
        "client_id": client_id,
        "scope": scopes_of(settings),
        "redirect_uri": settings.hmrc_redirect_uri,
        "state": state,
        "code_challenge": challenge,
        "code_challenge_method": "S256",
    }
    where = require_safe(str(settings.hmrc_authorise_url), "HMRC_AUTHORISE_URL")
    return SignIn(f"{where}?{urlencode(query)}", state, verifier)


def read_callback(url: str, state: str) -> str:
    """The code in a call-back address. Raises `BadCallback`, or `OAuthRefused` when the person said no."""
    query = parse_qs(urlsplit(url).query, keep_blank_values=True)
    if any(len(values) != 1 for values in query.values()):
        raise BadCallback("the call-back names something twice")
    found = query.get("state", [""])[0]
    if not hmac.compare_digest(found.encode(), state.encode()):
        raise BadCallback("the call-back does not belong to this authorisation")
    if "error" in query:
        denied = query["error"][0] == "access_denied"
        raise OAuthRefused(
            "access was not granted at HMRC; start again when you are ready" if denied else "HMRC refused the sign-in"
        )
    code = query.get("code", [""])[0]
    if not code:
        raise BadCallback("the call-back carries no code")
    return code


def read_tokens(body: str, received_at: datetime, previous_refresh: str | None = None) -> Tokens | None:
    """The pair in a token answer; None when it holds none. A missing refresh token means the old one stays."""
    try:
        found = load_json(body)
    except UnexpectedShape:
        return None
    access, refresh = found.get("access_token"), found.get("refresh_token", previous_refresh)
    if not isinstance(access, str) or not access or not isinstance(refresh, str) or not refresh:
        return None
    seconds, scope = found.get("expires_in"), found.get("scope")
    known = isinstance(seconds, Decimal) and 0 < seconds < 10**7
    life = timedelta(seconds=int(seconds) if known else ACCESS_LIFE)  # type: ignore[arg-type]
    return Tokens(access, refresh, received_at + life, scope if isinstance(scope, str) else "")


def _application(settings: Settings) -> tuple[str, str]:
    if not settings.hmrc_client_id or not settings.hmrc_client_secret:
        raise NotConfigured(
            "no application at HMRC is set up: set HMRC_PIPELINE_HMRC_CLIENT_ID and HMRC_PIPELINE_HMRC_CLIENT_SECRET"
        )
    return settings.hmrc_client_id, settings.hmrc_client_secret.get_secret_value()


@dataclass(frozen=True)
class TokenEndpoint:
    """HMRC's token endpoint. Each method sends exactly one request and never raises for HMRC's answer."""

    settings: Settings
    http: httpx.Client

    def exchange_code(self, code: str, verifier: str) -> HttpResult:
        """Trade the code of a call-back for the first pair."""
        return self._post(
            grant_type="authorization_code",
            code=code,
            redirect_uri=self.settings.hmrc_redirect_uri,
            code_verifier=verifier,
        )

    def refresh(self, refresh_token: str) -> HttpResult:
        """Trade a refresh token, which is spent from the moment HMRC reads this."""
        return self._post(grant_type="refresh_token", refresh_token=refresh_token)

    def application_token(self) -> HttpResult:
        """A token of the application itself, for what concerns no person."""
        return self._post(grant_type="client_credentials")

    def require_configured(self) -> None:
        """Raises `NotConfigured` or `EndpointProblem` when nothing could be sent anyway."""
        _application(self.settings)
        self._url()

    def is_up(self) -> bool:
        """Whether HMRC answers at all just now, asked with nothing that could be spent."""
        result = exchange(self.http, self.http.build_request("GET", self._url()))
        return result.status is not None and result.status < 500 and result.status != 429

    def _post(self, **form: str) -> HttpResult:
        client_id, secret = _application(self.settings)
        data = {"client_id": client_id, "client_secret": secret, **form}
        return exchange(self.http, self.http.build_request("POST", self._url(), data=data))

    def _url(self) -> str:
        return require_safe(str(self.settings.hmrc_token_url), "HMRC_TOKEN_URL")


def refusal(result: HttpResult) -> str | None:
    """OAuth's error word of an answer that is not 200."""
    code = error_code(result.text)
    return code.lower() if code else None
