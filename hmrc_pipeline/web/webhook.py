"""`POST /webhook`: Paperless says that something has changed. A nudge is left, and nothing more.

What Paperless sends (JSON, JSON within a string, `{}`, form fields, a whole document) is let pass unread: the
sources are asked for the truth. A lost call costs a moment, because they are looked at anyway.
"""

from fastapi import APIRouter, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import JSONResponse, Response

from hmrc_pipeline.documents import leave_nudge
from hmrc_pipeline.web.routes import row_of
from hmrc_pipeline.web.shared import Web

__all__ = ["router"]


def router(web: Web) -> APIRouter:
    """`/webhook`."""
    area = APIRouter()

    @area.post("/webhook")
    async def nudged(request: Request) -> Response:
        await run_in_threadpool(leave_nudge, web.home(), web.clock())
        row = row_of("/webhook")
        left = row.largest_body if row else 0
        async for chunk in request.stream():  # to its end, so that the sender is not cut off
            left -= len(chunk)
            if left < 0:
                return JSONResponse({"state": "noted", "error": "the rest was not listened to"}, 413)
        return JSONResponse({"state": "noted"}, 202)

    return area
