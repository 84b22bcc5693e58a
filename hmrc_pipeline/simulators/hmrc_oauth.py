"""The simulated HMRC's sign-in pages and token endpoint."""

import base64
import hashlib
import html
import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, urlencode

from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from hmrc_pipeline.simulators.hmrc_http import faulty, refused
from hmrc_pipeline.simulators.hmrc_state import ACCESS_LIFE, SCOPES, HmrcState, SimulatedGrant

__all__ = ["oauth_routes"]

_KIND = "bearer"

_PAGE = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{title}</title></head>
<body><p><strong>Simulated HMRC: nothing here is real</strong></p><h1>{title}</h1>{content}</body></html>"""

_SIGN_IN = """<p>{message}</p><form method="post" action="/oauth/sign-in">
<input type="hidden" name="journey" value="{journey}">
<label>Government Gateway user ID <input name="user_id" id="user_id" autocomplete="off"></label>
<label>Password <input name="password" id="password" type="password" autocomplete="off"></label>
<button type="submit" id="continue">Sign in</button></form>"""

_CONSENT = """<p>An application asks to see: {scopes}. The authorisation ends after 18 months.</p>
<form method="post" action="/oauth/grant"><input type="hidden" name="journey" value="{journey}">
<button type="submit" name="answer" value="grant" id="givePermission">Give permission</button>
<button type="submit" name="answer" value="deny" id="denyPermission">Do not give permission</button></form>"""


def oauth_routes(state: HmrcState) -> list[Route]:
    """`/oauth/authorize`, its two forms, and `/oauth/token`."""
    pages = _Pages(state, {})
    return [
        Route("/oauth/authorize", pages.authorise),
        Route("/oauth/sign-in", pages.sign_in, methods=["POST"]),
        Route("/oauth/grant", pages.grant, methods=["POST"]),
        Route("/oauth/token", pages.token, methods=["GET", "POST"]),
    ]


@dataclass(frozen=True)
class _Pages:
    """The pages, and the journeys through them that were begun and not ended."""

    state: HmrcState
    journeys: dict[str, dict[str, str]]

    async def authorise(self, request: Request) -> Response:
        query = dict(request.query_params)
        problem = _wrong_request(self.state, query)
        if problem:
            return _page("Something is wrong with this link", f"<p>{html.escape(problem)}</p>", 400)
        journey = secrets.token_urlsafe(24)
        self.journeys[journey] = query
        return _page("Sign in", _SIGN_IN.format(journey=journey, message=""))

    async def sign_in(self, request: Request) -> Response:
        form = await _form(request)
        journey = form.get("journey", "")
        if journey not in self.journeys:
            return _page("Start again", "<p>This sign-in has ended.</p>", 400)
        user = self.state.users.get(form.get("user_id", ""))
        if user is None or not secrets.compare_digest(user.password, form.get("password", "")):
            return _page("Sign in", _SIGN_IN.format(journey=journey, message="The user ID or password is wrong."), 400)
        self.journeys[journey]["user_id"] = user.user_id
        scopes = html.escape(self.journeys[journey]["scope"])
        return _page("Give permission", _CONSENT.format(journey=journey, scopes=scopes))

    async def grant(self, request: Request) -> Response:
        form = await _form(request)
        query = self.journeys.get(form.get("journey", ""), {})
        if "user_id" not in query:
            return _page("Start again", "<p>This sign-in has ended.</p>", 400)
        del self.journeys[form["journey"]]
        answer: dict[str, str] = {"state": query["state"]} if "state" in query else {}
        if form.get("answer") == "grant":
            where, challenge = query["redirect_uri"], query.get("code_challenge")
            answer["code"] = self.state.issue_code(
                query["client_id"], query["user_id"], query["scope"], where, challenge
            )
        else:
            answer |= {
                "error": "access_denied",
                "error_description": "user denied the authorization",
                "error_code": "USER_DENIED_AUTHORIZATION",
            }
        return RedirectResponse(f"{query['redirect_uri']}?{urlencode(answer)}", 303)

    async def token(self, request: Request) -> Response:
        if request.method != "POST":
            return refused("maintenance" if self.state.maintenance else None) or _refuse("invalid_request", 405)
        self.state.calls["token"] += 1
        fault = "maintenance" if self.state.maintenance else self.state.faults.take("token")
        before = refused(fault)
        if before is not None:
            return before
        form = await _form(request)
        with self.state.lock:
            answer = _token(self.state, form, omit_refresh=fault == "omit_refresh_token")
        return await faulty(fault, answer) if answer.status_code == 200 else answer


def _wrong_request(state: HmrcState, query: Mapping[str, str]) -> str | None:
    application = state.applications.get(query.get("client_id", ""))
    scopes = set(query.get("scope", "").split())
    if application is None:
        return "The client_id is unknown."
    if query.get("redirect_uri") not in application.redirect_uris:
        return "The redirect_uri is not registered, byte for byte, for this application."
    if query.get("response_type") != "code":
        return "The response_type must be code."
    if not scopes or not scopes <= SCOPES:
        return "The scope is invalid."
    if "code_challenge" in query and query.get("code_challenge_method") != "S256":
        return "The code_challenge_method must be S256."
    return None


def _token(state: HmrcState, form: Mapping[str, str], *, omit_refresh: bool) -> Response:
    application = state.applications.get(form.get("client_id", ""))
    if application is None or not secrets.compare_digest(application.client_secret, form.get("client_secret", "")):
        return _refuse("invalid_client", 401)
    match form.get("grant_type"):
        case "client_credentials":
            access = secrets.token_urlsafe(32)
            state.application_tokens[access] = (application.client_id, state.clock())
            return JSONResponse(_token_answer(access, ""))
        case "authorization_code":
            return _first_pair(state, form, application.client_id)
        case "refresh_token":
            posted = form.get("refresh_token", "")
            state.refreshes[posted] += 1
            grant = state.grant_to_refresh(posted)
            if grant is None or grant.client_id != application.client_id:
                state.calls["refresh SPENT"] += 1
                return _refuse("invalid_grant", 400)
            state.rotate(grant)
            state.calls["refresh"] += 1
            return _pair(grant, omit_refresh=omit_refresh)
        case _:
            return _refuse("unsupported_grant_type", 400)


def _first_pair(state: HmrcState, form: Mapping[str, str], client_id: str) -> Response:
    code = state.codes.pop(form.get("code", ""), None)
    if code is None or state.clock() >= code.until or code.client_id != client_id:
        return _refuse("invalid_grant", 400)
    if form.get("redirect_uri") != code.redirect_uri:
        return _refuse("invalid_grant", 400)
    if code.challenge is not None:
        digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        if base64.urlsafe_b64encode(digest).decode().rstrip("=") != code.challenge:
            return _refuse("invalid_grant", 400)
    return _pair(state.grant(client_id, code.user_id, code.scope))


def _pair(grant: SimulatedGrant, *, omit_refresh: bool = False) -> Response:
    pair = _token_answer(grant.access_token, grant.scope)
    if not omit_refresh:
        pair["refresh_token"] = grant.refresh_token
    return Response(json.dumps(pair), media_type="application/json", headers={"Cache-Control": "no-store"})


def _token_answer(access_token: str, scope: str) -> dict[str, Any]:
    seconds = int(ACCESS_LIFE.total_seconds())
    return {"access_token": access_token, "token_type": _KIND, "expires_in": seconds, "scope": scope}


def _refuse(word: str, status: int) -> Response:
    return JSONResponse({"error": word, "error_description": word.replace("_", " ")}, status)


async def _form(request: Request) -> dict[str, str]:
    if request.headers.get("content-type", "").split(";")[0] != "application/x-www-form-urlencoded":
        return {}
    fields = parse_qs((await request.body()).decode(), keep_blank_values=True)
    return {name: values[0] for name, values in fields.items() if len(values) == 1}


def _page(title: str, content: str, status: int = 200) -> Response:
    return HTMLResponse(_PAGE.format(title=title, content=content), status, headers={"Cache-Control": "no-store"})
