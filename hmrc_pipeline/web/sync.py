"""Asking HMRC: `POST /sync` for cron, `POST /ask` for a person at a page. One at a time.

What is worth asking is decided in `hmrc`.
"""

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Request
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from starlette.concurrency import run_in_threadpool
from starlette.responses import JSONResponse, RedirectResponse, Response

from hmrc_pipeline.tax_year import NotATaxYear, TaxYear
from hmrc_pipeline.web.browser import headers_for
from hmrc_pipeline.web.shared import Web
from hmrc_pipeline.web.worker import Run

__all__ = ["router"]


class Wanted(BaseModel):
    """What `POST /sync` may be told; nothing has to be."""

    model_config = ConfigDict(extra="forbid", strict=True)

    tax_year: str = "due"
    force: bool = False
    wait: Annotated[int, Field(ge=0, le=600)] = 0


def router(web: Web) -> APIRouter:
    """`/sync` and `/ask`."""
    area = APIRouter()

    @area.post("/sync")
    async def start(request: Request) -> Response:
        return await run_in_threadpool(_sync, web, await request.body())

    @area.post("/ask")
    def ask(request: Request) -> Response:
        started = web.worker.start("due", headers=headers_for(request, web.home().settings, web.clock()))
        return RedirectResponse(f"/?said={'asking' if started else 'busy'}", 303)

    return area


def _sync(web: Web, body: bytes) -> Response:
    try:
        wanted = Wanted.model_validate_json(body) if body.strip() else Wanted()
        years = _years(web, wanted.tax_year)
    except (ValidationError, NotATaxYear):
        example = '{"tax_year": "due", "force": false, "wait": 60}'
        return JSONResponse({"error": f"Send nothing, or JSON such as {example}."}, 400)
    started = web.worker.start(years, force=wanted.force)
    run = web.worker.wait(wanted.wait) if wanted.wait else web.worker.latest
    if run is None or run.ended_at is None:
        return JSONResponse({"state": "started" if started else "running"}, 202)
    return Response("".join(_lines(run)), media_type="application/x-ndjson")


def _years(web: Web, text: str) -> list[TaxYear] | Literal["due"]:
    if text == "due":
        return "due"
    return [TaxYear.current(web.clock()) if text == "current" else TaxYear.parse(text)]


def _lines(run: Run) -> Iterator[str]:
    """What `sync --json` prints, and how it ended."""
    for line in run.lines:
        yield json.dumps(line.as_json()) + "\n"
    took: timedelta = (run.ended_at or run.began_at) - run.began_at
    end: dict[str, Any] = {"state": "done", "exit_code": run.exit_code, "seconds": round(took.total_seconds(), 1)}
    yield json.dumps(end | ({"error": run.problem} if run.problem else {})) + "\n"
