"""A strict stand-in for HMRC, served over HTTP: for `demo`, for tests, and while HMRC's approval is awaited.

It refuses what HMRC refuses and answers with HMRC's codes. Everything in it is made up.
"""

import contextlib
import re
import socket
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass

import httpx
import uvicorn
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp

from hmrc_pipeline.hmrc.client import open_http
from hmrc_pipeline.simulators.hmrc_data import SCENARIOS
from hmrc_pipeline.simulators.hmrc_http import error
from hmrc_pipeline.simulators.hmrc_oauth import oauth_routes
from hmrc_pipeline.simulators.hmrc_routes import api_routes
from hmrc_pipeline.simulators.hmrc_state import Application, HmrcState, User

__all__ = ["SCENARIOS", "Application", "HmrcState", "Served", "User", "create_app", "run", "serve", "sign_in"]


def create_app(state: HmrcState) -> Starlette:
    """The simulated HMRC as an ASGI application over `state`, which may be changed while it is served."""

    async def not_found(_request: Request, problem: Exception) -> Response:
        status = problem.status_code if isinstance(problem, HTTPException) else 404
        return error("METHOD_NOT_ALLOWED" if status == 405 else "MATCHING_RESOURCE_NOT_FOUND")

    async def faults(request: Request) -> Response:
        body = await request.json()
        state.faults.add(str(body["place"]), *map(str, body["faults"]))
        return JSONResponse({"waiting": {place: list(queue) for place, queue in state.faults.waiting.items()}})

    async def calls(_request: Request) -> Response:
        return JSONResponse({"calls": state.calls, "posts_of_a_refresh_token": sorted(state.refreshes.values())})

    switchboard = [Route("/_simulator/faults", faults, methods=["POST"]), Route("/_simulator/calls", calls)]
    routes = [*switchboard, *oauth_routes(state), *api_routes(state)]
    return Starlette(routes=routes, exception_handlers={404: not_found, 405: not_found, HTTPException: not_found})


@dataclass(frozen=True)
class Served:
    """An application served in a background thread of this process. A context manager; `url` is its base address."""

    url: str
    server: uvicorn.Server
    thread: threading.Thread

    def stop(self) -> None:
        """Stop serving. Doing it twice is harmless."""
        self.server.should_exit = True
        self.thread.join(timeout=10)

    def __enter__(self) -> "Served":
        return self

    def __exit__(self, *_problem: object) -> None:
        self.stop()


def serve(app: ASGIApp, port: int = 0) -> Served:
    """Serve on 127.0.0.1 in the background; port 0 takes a free one. Raises `OSError` when the port is taken."""
    listener = socket.create_server(("127.0.0.1", port))
    server = uvicorn.Server(_config(app))
    thread = threading.Thread(target=server.run, args=([listener],), name="simulated-hmrc", daemon=True)
    thread.start()
    deadline = time.monotonic() + 10
    while not server.started and thread.is_alive() and time.monotonic() < deadline:
        time.sleep(0.01)
    return Served(f"http://127.0.0.1:{listener.getsockname()[1]}", server, thread)


def run(app: ASGIApp, port: int) -> None:
    """Serve on 127.0.0.1 in the foreground until interrupted."""
    with socket.create_server(("127.0.0.1", port)) as listener:
        uvicorn.Server(_config(app)).run([listener])


def _config(app: ASGIApp) -> uvicorn.Config:
    # No access log: it would spell codes and UTRs.
    return uvicorn.Config(app, log_config=None, log_level="critical", access_log=False, lifespan="off", ws="none")


def sign_in(authorise_url: str, user: User, *, grant: bool = True) -> str:
    """Go through the sign-in and consent pages as a person would; the call-back address HMRC sends them to.

    Raises `RuntimeError` when a page says no.
    """
    base = httpx.URL(authorise_url)
    with open_http() as http:
        page = http.get(authorise_url)
        form = {"journey": _journey(page), "user_id": user.user_id, "password": user.password}
        page = http.post(base.copy_with(path="/oauth/sign-in", query=None), data=form)
        form = {"journey": _journey(page), "answer": "grant" if grant else "deny"}
        page = http.post(base.copy_with(path="/oauth/grant", query=None), data=form)
    if page.status_code != 303:
        raise RuntimeError("the simulated HMRC did not send the person back")
    return page.headers["Location"]


def _journey(page: httpx.Response) -> str:
    found = re.search(r'name="journey" value="([^"]+)"', page.text)
    if page.status_code != 200 or found is None:
        raise RuntimeError("the simulated HMRC refused the sign-in")
    return found[1]


@contextlib.contextmanager
def served(state: HmrcState, port: int = 0) -> Iterator[Served]:
    """The simulated HMRC for the length of a block."""
    with serve(create_app(state), port) as running:
        yield running
