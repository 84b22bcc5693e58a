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

from hmrc_pipeline.simulators.careers import demo_career
from hmrc_pipeline.simulators.demo_documents import demo_documents
from hmrc_pipeline.simulators.hmrc import Served, run, serve
from hmrc_pipeline.simulators.paperless_routes import answer
from hmrc_pipeline.simulators.paperless_state import PaperlessState, SimulatedDocument, SimulatedUser
from hmrc_pipeline.tax_year import TaxYear

__all__ = ["PaperlessState", "Served", "SimulatedDocument", "SimulatedUser", "create_app", "fill", "run", "serve"]

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


def fill(state: PaperlessState, payslip: int, p60: int) -> int:
    """Upload the demo's three tax years, tagged; how many documents there are."""
    career = demo_career(TaxYear.current(state.clock()).previous)
    samples = demo_documents(career)
    for sample in samples:
        tag = p60 if sample.doc_type == "p60" else payslip
        state.add_document(sample.content, [tag], file_name=sample.name, owner=None)
    return len(samples)
