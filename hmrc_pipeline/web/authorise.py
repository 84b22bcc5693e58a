"""Authorising at HMRC: the way there for one person, and the call-back.

A call-back counts once, for a limited time, in the browser session that began it; one that does not fit uses
nothing up.
"""

from urllib.parse import urlsplit

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from hmrc_pipeline.hmrc import begin_authorisation, finish_authorisation, join_agent
from hmrc_pipeline.people import UnknownPerson
from hmrc_pipeline.problems import Problem
from hmrc_pipeline.settings import Settings
from hmrc_pipeline.web.routes import Proof, row_of
from hmrc_pipeline.web.shared import Web, is_known_host

__all__ = ["router"]


class WrongReturn(Problem):
    """HMRC would send the person somewhere else than to this application."""


def router(web: Web) -> APIRouter:
    """`/authorize`, `/callback` and `/oauth/callback`."""
    area = APIRouter()

    @area.get("/authorize")
    def begin(request: Request, person: str = "", agent: bool = False) -> Response:
        home, session = web.home(), request.state.session
        try:
            if agent and join_agent(home, person, now=web.clock()):
                return RedirectResponse("/?said=covered", 303)
            _require_return(home.settings, request.headers["host"])
            url = begin_authorisation(home, person, agent=agent, now=web.clock(), browser=session.token)
        except UnknownPerson:
            return web.problem(404, "No person has this id. The front page lists everyone.", session)
        return RedirectResponse(url, 303)

    @area.get("/callback")
    @area.get("/oauth/callback")
    def finish(request: Request) -> Response:
        session = request.state.session
        if session is None:
            told = (
                "This browser is not signed in, so this is not the answer to anything it began. Sign in, start again."
            )
            return web.problem(403, told)
        finish_authorisation(web.home(), str(request.url), now=web.clock(), browser=session.token)
        return RedirectResponse("/?said=authorised", 303)

    return area


def _require_return(settings: Settings, host: str) -> None:
    """HMRC sends the person back to the redirect URI: that must be here, under the name the browser knows."""
    parts = urlsplit(settings.hmrc_redirect_uri)
    row = row_of(parts.path)
    if row is None or row.proof is not Proof.STATE or not is_known_host(settings, parts.netloc):
        raise WrongReturn(
            f"HMRC would send people to {parts.scheme}://{parts.netloc}{parts.path}, which is not this application. "
            f"Register {settings.web_address}/oauth/callback at HMRC's Developer Hub and set "
            "HMRC_PIPELINE_HMRC_REDIRECT_URI to it; or authorise with: hmrc-pipeline authorise"
        )
    if parts.netloc.lower() != host.lower():
        raise WrongReturn(
            f"HMRC sends people back to {parts.netloc}: open this application as {parts.scheme}://{parts.netloc}/, "
            "sign in there, and start again"
        )
