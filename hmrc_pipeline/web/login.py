"""Signing in and out."""

import hmac
import secrets
import uuid
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from hmrc_pipeline.home import Home
from hmrc_pipeline.logins import SESSION_LIFE, begin_session, can_anyone_sign_in, check_password, end_session
from hmrc_pipeline.settings import Settings
from hmrc_pipeline.web.browser import DEVICE, known_device
from hmrc_pipeline.web.caller import caller_of
from hmrc_pipeline.web.failures import LOGIN_FROM_AN_ADDRESS, LOGIN_OF_A_USER
from hmrc_pipeline.web.proofs import cookie_name, same_origin
from hmrc_pipeline.web.shared import Web, is_secure
from hmrc_pipeline.wording import count_of

__all__ = ["router"]

_TEN_YEARS = timedelta(days=3650)


def router(web: Web) -> APIRouter:
    """`/login` and `/logout`."""
    area = APIRouter()

    @area.api_route("/login", methods=["GET", "HEAD"])
    def ask(request: Request) -> Response:
        return _form(web, request, local(request.query_params.get("next", "/")))

    @area.post("/login")
    def sign_in(request: Request) -> Response:
        return _sign_in(web, request, request.state.form)

    @area.post("/logout")
    def sign_out(request: Request) -> Response:
        home = web.home()
        end_session(home, request.state.session.token)
        answer = RedirectResponse("/login", 303)
        _set(answer, home.settings, "session", "", timedelta(0))
        return answer

    return area


def _form(
    web: Web, request: Request, after: str, *, name: str = "", problem: str = "", status: int = 200, wait: int = 0
) -> HTMLResponse:
    """The sign-in page, with a token that only this browser can send back."""
    home = web.home()
    visit = request.cookies.get(cookie_name(home.settings, "visit")) or secrets.token_urlsafe(24)
    nobody = not can_anyone_sign_in(home)
    values = {"after": after, "name": name, "problem": problem, "nobody": nobody, "form_token": _token(home, visit)}
    page = web.page("login", None, values, status)
    _set(page, home.settings, "visit", visit, timedelta(hours=1))
    if wait:
        page.headers["Retry-After"] = str(wait)
    return page


def _sign_in(web: Web, request: Request, form: dict[str, str]) -> Response:
    home, now, after = web.home(), web.clock(), local(form.get("next", "/"))
    name, password = form.get("name", "").strip().lower()[:64], form.get("password", "")
    if not _is_our_form(home, request, form.get("form_token", "")):
        return _form(web, request, after, problem="That page was too old. Please try again.", status=403)
    address = caller_of(request, home.settings).address
    keys = {f"login {address}": LOGIN_FROM_AN_ADDRESS, f"login {address} {name}": LOGIN_OF_A_USER}
    wait = max(web.failures.wait_of(key, rule, now) for key, rule in keys.items())
    if wait:
        told = f"Too many attempts. Try again in {count_of(-(-wait // 60), 'minute')}."
        return _form(web, request, after, name=name, problem=told, status=429, wait=wait)
    if not check_password(home, name, password):
        for key in keys:
            web.failures.add(key, now)
        told = "The name or the password is wrong."
        return _form(web, request, after, name=name, problem=told, status=401)
    web.failures.forget(f"login {address} {name}")
    return _welcome(web, request, name, after)


def _welcome(web: Web, request: Request, name: str, after: str) -> Response:
    """A session under a fresh token, whatever token the browser came with."""
    home = web.home()
    session = begin_session(home, name, now=web.clock())
    # A page and not a redirection: what follows may lead to HMRC, where a form of ours must not go.
    page = web.page("welcome", session, {"after": after}) if after != "/" else RedirectResponse("/", 303)
    _set(page, home.settings, "session", session.token, SESSION_LIFE)
    _set(page, home.settings, "visit", "", timedelta(0))
    if known_device(request, home.settings) is None:
        _set(page, home.settings, DEVICE, str(uuid.uuid4()), _TEN_YEARS)
    return page


def _is_our_form(home: Home, request: Request, token: str) -> bool:
    visit = request.cookies.get(cookie_name(home.settings, "visit"), "")
    fits = hmac.compare_digest(token.encode(), _token(home, visit).encode())
    return bool(visit) and fits and same_origin(request)


def _token(home: Home, visit: str) -> str:
    return home.cipher.blind_index(visit, "web sign-in form")


def local(path: str) -> str:
    """Where to go after signing in: one of our own pages that reads, or the front."""
    parts = urlsplit(path)
    if parts.scheme or parts.netloc or parts.path != "/authorize" or not path.startswith("/authorize"):
        return "/"
    return path if parse_qs(parts.query).keys() <= {"person", "agent"} else "/"


def _set(answer: Response, settings: Settings, name: str, value: str, life: timedelta) -> None:
    answer.set_cookie(
        cookie_name(settings, name),
        value,
        max_age=int(life.total_seconds()),
        path="/",
        secure=is_secure(settings),
        httponly=True,
        samesite="lax",
    )
