"""Serving the application with uvicorn: where it may be bound, and quietly, because addresses hold codes."""

import os
import signal
import socket
from types import FrameType

import uvicorn
from fastapi import FastAPI

from hmrc_pipeline.hmrc.endpoints import is_loopback
from hmrc_pipeline.home import Home
from hmrc_pipeline.logins import can_anyone_sign_in
from hmrc_pipeline.problems import Problem

__all__ = ["CannotServe", "open_socket", "refuse_open_door", "run"]


class CannotServe(Problem):
    """The address cannot be bound, or must not be."""


def refuse_open_door(home: Home, host: str) -> None:
    """Raises `CannotServe` when others could reach the application and nobody has a login."""
    if not is_loopback(host) and not can_anyone_sign_in(home):
        raise CannotServe(
            f"the web application is not opened on {host or 'every address'} before there is a login. "
            "Run: hmrc-pipeline user add NAME"
        )


def open_socket(host: str, port: int) -> socket.socket:
    """A listening socket. Raises `CannotServe`."""
    try:
        family, *_, address = socket.getaddrinfo(host or None, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[
            0
        ]
        return socket.create_server(address[:2], family=family, backlog=256)
    except OSError as error:
        reason = os.strerror(error.errno).lower() if error.errno and error.errno > 0 else "no such address"
        raise CannotServe(
            f"the web application cannot listen on {host}, port {port} ({reason}): choose another with "
            "HMRC_PIPELINE_WEB_PORT or --port"
        ) from None


def run(app: FastAPI, listener: socket.socket) -> None:
    """Serve until SIGINT or SIGTERM; requests that are being answered are."""
    config = uvicorn.Config(
        app,
        log_config=None,
        access_log=False,  # it would spell codes; the gate writes one that cannot
        proxy_headers=False,  # `caller` decides whom to believe
        server_header=False,
        ws="none",
        lifespan="off",
        limit_concurrency=256,
        h11_max_incomplete_event_size=32 * 1024,
        timeout_keep_alive=10,
        timeout_graceful_shutdown=10,
    )
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, _stopped)
    uvicorn.Server(config).run([listener])


def _stopped(_number: int, _frame: FrameType | None) -> None:
    """uvicorn has stopped by the signal and passes it on: that is all there was to do."""
