"""The proofs a caller can show: a login, a bearer token, an address of a monitor; and how each is refused.

Failures are counted, so that guessing is slow. Tokens are compared in constant time and appear nowhere.
"""

import hmac
import logging
from urllib.parse import quote, urlsplit

from pydantic import SecretStr
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from hmrc_pipeline.home import Home
from hmrc_pipeline.logins import Session, session_of
from hmrc_pipeline.settings import Settings
from hmrc_pipeline.web.caller import caller_of, is_monitor
from hmrc_pipeline.web.failures import BEARER
from hmrc_pipeline.web.routes import Proof, Row
from hmrc_pipeline.web.shared import Web, is_secure

__all__ = [
    "Refused",
    "bearer",
    "cookie_name",
    "is_monitor",
    "login",
    "may_have_session",
    "monitor",
    "same_origin",
    "same_page",
]

log = logging.getLogger(__name__)


class Refused(Exception):
    """A request that no router will see: a status, a sentence, and headers."""

    def __init__(self, status: int, sentence: str, headers: dict[str, str] | None = None) -> None:
        super().__init__(sentence)
        self.status, self.sentence, self.headers = status, sentence, headers or {}
        self.back_to = ""

    def as_json(self) -> Response:
        """For callers that are programs."""
        return JSONResponse({"error": self.sentence}, self.status, self.headers)

    def to_login(self) -> Response:
        """For people: the sign-in page, which leads back."""
        after = f"?next={quote(self.back_to, safe='')}" if self.back_to not in {"", "/"} else ""
        return RedirectResponse(f"/login{after}", 303)


def cookie_name(settings: Settings, name: str) -> str:
    """A cookie's name; over https with the prefix that lets nobody else set it."""
    return f"__Host-{name}" if is_secure(settings) else name


def may_have_session(web: Web, home: Home, request: Request, _row: Row) -> None:
    """The session of this browser, when there is one."""
    request.state.session = _session(web, home, request)


def login(web: Web, home: Home, request: Request, _row: Row) -> None:
    """Somebody is signed in. Raises `Refused`."""
    session = request.state.session = _session(web, home, request)
    if session is None:
        refused = Refused(401, "Sign in first.")
        if request.method == "GET":
            query = request.url.query
            refused.back_to = request.url.path + (f"?{query}" if query else "")
        raise refused


def same_page(request: Request) -> None:
    """A form was sent from a page of this very session. Raises `Refused`."""
    sent = request.state.form.get("form_token", "")
    if not same_origin(request) or not hmac.compare_digest(sent.encode(), request.state.session.form_token.encode()):
        raise Refused(403, "This form is not from a page of your session. Go back, load the page again, and retry.")


def same_origin(request: Request) -> bool:
    """Whether the browser does not say that another site sent this. The Host was looked at before."""
    origin = request.headers.get("origin")
    fetched = request.headers.get("sec-fetch-site", "same-origin")
    ours = origin is None or urlsplit(origin).netloc.lower() == request.headers.get("host", "").lower()
    return ours and fetched in {"same-origin", "none"}


def bearer(web: Web, home: Home, request: Request, row: Row) -> None:
    """The token of this route's setting. Raises `Refused`."""
    settings = home.settings
    setting, secret = {
        Proof.BY_CRON: ("HMRC_PIPELINE_SYNC_TOKEN", settings.sync_token),
        Proof.BY_PAPERLESS: ("HMRC_PIPELINE_WEBHOOK_TOKEN", settings.webhook_token),
    }[row.proof]
    if secret is None:
        raise Refused(403, f"This address is closed. Set {setting} to 32 characters or more to open it.")
    if _fits(request, secret):
        return
    now, key = web.clock(), f"bearer {caller_of(request, settings).address}"
    wait = web.failures.wait_of(key, BEARER, now)
    if wait:
        raise Refused(429, "Too many wrong tokens from this address.", {"Retry-After": str(wait)})
    web.failures.add(key, now)
    log.warning("%s: a wrong token or none", row.path)
    raise Refused(401, f"Send the token of {setting} as a bearer token.", {"WWW-Authenticate": "Bearer"})


def monitor(_web: Web, home: Home, request: Request, _row: Row) -> None:
    """This machine or an address of the allow-list. Raises `Refused`."""
    if not is_monitor(request, home.settings):
        raise Refused(403, "Health is told to this machine and to HMRC_PIPELINE_MONITOR_ADDRESSES.")


def _fits(request: Request, secret: SecretStr) -> bool:
    kind, _, sent = request.headers.get("authorization", "").partition(" ")
    same = hmac.compare_digest(sent.strip().encode(), secret.get_secret_value().encode())
    return same and kind.lower() == "bearer"


def _session(web: Web, home: Home, request: Request) -> Session | None:
    token = request.cookies.get(cookie_name(home.settings, "session"))
    return session_of(home, token, now=web.clock()) if token else None
