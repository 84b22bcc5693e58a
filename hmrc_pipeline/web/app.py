"""Putting the application together: the gate outside, one router per area inside."""

from collections.abc import Callable
from datetime import UTC, datetime

from fastapi import FastAPI, Request
from starlette.middleware import Middleware
from starlette.responses import JSONResponse, Response

from hmrc_pipeline.home import Home
from hmrc_pipeline.problems import Problem
from hmrc_pipeline.web import assets, authorise, front, health, login, sync, webhook
from hmrc_pipeline.web.gate import Gate
from hmrc_pipeline.web.routes import row_of
from hmrc_pipeline.web.shared import Web

__all__ = ["create_app"]


def create_app(home_factory: Callable[[], Home], *, clock: Callable[[], datetime] | None = None) -> FastAPI:
    """The application over a HOME, which is opened with the first request that needs it."""
    web = Web(home_factory, clock or (lambda: datetime.now(UTC)))
    app = FastAPI(
        title="hmrc-pipeline",
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        redirect_slashes=False,
        middleware=[Middleware(Gate, web=web)],
    )
    for area in (assets, authorise, front, health, login, sync, webhook):
        app.router.routes.extend(area.router(web).routes)

    @app.exception_handler(Problem)
    def say(request: Request, problem: Problem) -> Response:
        row = row_of(request.url.path)
        if row is None or not row.is_page:
            return JSONResponse({"error": str(problem)}, 400)
        return web.problem(
            400, f"{str(problem)[0].upper()}{str(problem)[1:]}.", getattr(request.state, "session", None)
        )

    return app
