"""A strict stand-in for Paperless-ngx 2.20 and 3, served over HTTP: for trying out, for `demo`, and for tests.

It does what was seen on live servers, above all what surprises: see `paperless_lists` for filters that are ignored,
`paperless_routes` for redirects and refusals, `paperless_state` for what moves `modified` and what does not.
"""

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from hmrc_pipeline.simulators.hmrc import Served, run, serve
from hmrc_pipeline.simulators.paperless_routes import answer
from hmrc_pipeline.simulators.paperless_state import PaperlessState, SimulatedDocument, SimulatedUser

__all__ = ["PaperlessState", "Served", "SimulatedDocument", "SimulatedUser", "create_app", "run", "serve"]

_METHODS = ["GET", "POST", "PATCH", "DELETE"]


def create_app(state: PaperlessState, prefix: str = "") -> Starlette:
    """The simulated Paperless as an ASGI application over `state`; with `prefix`, below that path."""

    async def api(request: Request) -> Response:
        if prefix:
            request.scope["path"] = request.scope["path"].removeprefix(prefix)
        return await answer(state, request)

    async def login(_request: Request) -> Response:
        return JSONResponse({"detail": "a login page"})  # a client that follows redirects takes it for an answer

    routes = [
        Route(f"{prefix}/api/{{rest:path}}", api, methods=_METHODS),
        Route("/accounts/login/", login),
    ]
    return Starlette(routes=routes, middleware=[Middleware(GZipMiddleware, minimum_size=500)])
