"""The gate before every route: the table of `routes`, applied once and centrally.

It looks at the address, the method, the Host, the proof and the size of the body, in this order, before any router
runs; what it refuses, no router sees. It also writes the access log: method, route, status and time alone.
"""

import asyncio
import logging
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from hmrc_pipeline.home import Home
from hmrc_pipeline.problems import Problem, fault_sentence
from hmrc_pipeline.web import proofs
from hmrc_pipeline.web.headers import add_headers
from hmrc_pipeline.web.proofs import Refused
from hmrc_pipeline.web.routes import Proof, Row, row_of
from hmrc_pipeline.web.shared import Web, is_known_host

__all__ = ["Gate"]

log = logging.getLogger(__name__)

BODY_SECONDS = 30.0
_METHODS = frozenset({"GET", "HEAD", "POST"})


class Gate:
    """ASGI middleware around the application."""

    def __init__(self, app: ASGIApp, web: Web) -> None:
        self.app, self.web = app, web

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            if scope["type"] == "lifespan":
                await self.app(scope, receive, send)
            return
        request, row, started = Request(scope, receive), row_of(scope["path"]), time.monotonic()
        status: list[int] = []

        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                status.append(message["status"])
                add_headers(message, scope["path"], self.web)
            await send(message)

        try:
            await self._answer(request, row, sending)
        except Exception as error:
            log.error("%s failed: %s", row.path if row else "-", fault_sentence(error))
            if not status:
                failed = self._refusal(row, Refused(500, "Something broke here. The log says where; try again."))
                await failed(scope, receive, sending)
        milliseconds = int((time.monotonic() - started) * 1000)
        method = scope["method"] if scope["method"] in _METHODS else "-"
        is_routine = row is not None and row.proof is Proof.MONITOR and status[:1] == [200]
        level = logging.DEBUG if is_routine else logging.INFO
        log.log(level, "%s %s %s %d ms", method, row.path if row else "-", status[0] if status else 0, milliseconds)

    async def _answer(self, request: Request, row: Row | None, send: Send) -> None:
        try:
            if row is None:
                raise Refused(404, "There is nothing at this address.")
            if request.method not in row.methods:
                raise Refused(405, "This address is not asked like that.", {"Allow": ", ".join(sorted(row.methods))})
            receive = await self._let_in(request, row)
        except Refused as refused:
            await self._refusal(row, refused)(request.scope, request.receive, send)
            return
        await self.app(request.scope, receive, send)

    async def _let_in(self, request: Request, row: Row) -> Receive:
        """What the router may read, once everything is proved. Raises `Refused`."""
        home = await self._home(row)
        if home is not None and row.is_page and not is_known_host(home.settings, request.headers.get("host", "")):
            raise Refused(421, "This application does not answer to this name. Set HMRC_PIPELINE_PUBLIC_URL.")
        if home is not None:
            await run_in_threadpool(_PROOFS[row.proof], self.web, home, request, row)
        elif not proofs.is_monitor(request, None):
            raise Refused(403, "Health is told to this machine and to HMRC_PIPELINE_MONITOR_ADDRESSES.")
        if not row.reads_body:
            return request.receive
        body = await _body(request, row.largest_body)
        request.state.form = _form(request, body)
        if row.proof is Proof.LOGIN and request.method == "POST":
            proofs.same_page(request)
        return _replay(body)

    async def _home(self, row: Row) -> Home | None:
        try:
            return await run_in_threadpool(self.web.home)
        except Problem as problem:
            if row.proof is Proof.MONITOR:
                return None  # that is what monitors are there to be told
            log.error("cannot be opened: %s", problem)
            raise Refused(503, "The database, the key or Vault cannot be used just now; the log says why.") from None

    def _refusal(self, row: Row | None, refused: Refused) -> Response:
        if row is not None and row.is_page and row.proof is not Proof.NOTHING:
            if refused.status == 401:
                return refused.to_login()
            page = self.web.problem(refused.status, refused.sentence)
            page.headers.update(refused.headers)
            return page
        return refused.as_json()


_PROOFS: dict[Proof, Callable[[Web, Home, Request, Row], None]] = {
    Proof.NOTHING: lambda _web, _home, _request, _row: None,
    Proof.STATE: proofs.may_have_session,
    Proof.LOGIN: proofs.login,
    Proof.BY_CRON: proofs.bearer,
    Proof.BY_PAPERLESS: proofs.bearer,
    Proof.MONITOR: proofs.monitor,
}


async def _body(request: Request, largest: int) -> bytes:
    """The whole body, when it is small enough and comes in time."""
    announced = request.headers.get("content-length", "0")
    if not announced.isdecimal() or int(announced) > largest:
        raise Refused(413, "This is larger than anything expected here.")
    chunks: list[bytes] = []
    size = 0
    try:
        async with asyncio.timeout(BODY_SECONDS):
            async for chunk in request.stream():
                size += len(chunk)
                if size > largest:
                    raise Refused(413, "This is larger than anything expected here.")
                chunks.append(chunk)
    except TimeoutError:
        raise Refused(408, "The request took too long to arrive.") from None
    return b"".join(chunks)


def _form(request: Request, body: bytes) -> dict[str, str]:
    """The fields of a form; nothing for anything else."""
    if request.headers.get("content-type", "").partition(";")[0].strip() != "application/x-www-form-urlencoded":
        return {}
    try:
        fields = parse_qs(body.decode(), keep_blank_values=True, max_num_fields=50)
    except ValueError:
        raise Refused(400, "This form cannot be read.") from None
    return {name: values[0] for name, values in fields.items() if len(values) == 1}


def _replay(body: bytes) -> Receive:
    waiting: list[dict[str, Any]] = [{"type": "http.request", "body": body, "more_body": False}]

    async def receive() -> Message:
        return waiting.pop() if waiting else await _never()

    return receive


async def _never() -> Message:
    await asyncio.Event().wait()
    return {"type": "http.disconnect"}
