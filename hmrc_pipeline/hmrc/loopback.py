"""The listener for HMRC's call-back on this machine: 127.0.0.1, one path, one shot, for a limited time.

A request with another Host, path or state is refused and changes nothing: it neither succeeds nor uses up the one
shot. What the call-back means is read by `authorise`.
"""

import hmac
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from hmrc_pipeline.hmrc.endpoints import EndpointProblem

__all__ = ["CallbackListener"]

_LOOPBACK = ("localhost", "127.0.0.1")
_DONE = "<h1>Thank you</h1><p>You can close this window and go back to the terminal.</p>"
_NO = "<h1>Not here</h1>"


class CallbackListener:
    """Waits for one call-back at a redirect URI such as `http://localhost:8080/oauth/callback`. A context manager.

    Raises `EndpointProblem` when the URI is not plain http on this machine, or its port is taken.
    """

    def __init__(self, redirect_uri: str) -> None:
        parts = urlsplit(redirect_uri)
        if parts.scheme != "http" or parts.hostname not in _LOOPBACK or parts.query or parts.fragment:
            raise EndpointProblem(
                "HMRC_PIPELINE_HMRC_REDIRECT_URI is not on this machine: use the web application, or paste the code"
            )
        self.path, port = parts.path or "/", parts.port or 80
        self.hosts = {parts.netloc.lower()} | {f"{host}:{port}" for host in _LOOPBACK}
        if port == 80:
            self.hosts |= set(_LOOPBACK)
        self.state: str | None = None
        self.callback: str | None = None
        self._lock = threading.Lock()
        self._came = threading.Event()
        try:
            self._server = _Server(("127.0.0.1", port), _Handler)
        except OSError:
            raise EndpointProblem(
                f"port {port} of HMRC_PIPELINE_HMRC_REDIRECT_URI is in use: stop what uses it, or paste the code"
            ) from None
        self._server.listener = self
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)

    def __enter__(self) -> "CallbackListener":
        self._thread.start()
        return self

    def __exit__(self, *_problem: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    def expect(self, state: str) -> None:
        """The state whose call-back is waited for; before this every request is refused."""
        self.state = state

    def wait(self, timeout: float) -> str | None:
        """The call-back's path and query; None when none came in time."""
        self._came.wait(timeout)
        with self._lock:
            self.state = None  # late ones are refused
            return self.callback

    def give_up(self) -> None:
        """Stop waiting: nobody will come."""
        self._came.set()

    def take(self, target: str, hosts: list[str]) -> bool:
        """Whether this request is the one call-back waited for."""
        parts = urlsplit(target)
        if len(hosts) != 1 or hosts[0].lower() not in self.hosts or parts.netloc or parts.path != self.path:
            return False
        query = parse_qs(parts.query, keep_blank_values=True)
        if any(len(values) != 1 for values in query.values()) or not ({"code", "error"} & query.keys()):
            return False
        with self._lock:
            if self.state is None or self.callback is not None:
                return False
            if not hmac.compare_digest(query.get("state", [""])[0].encode(), self.state.encode()):
                return False
            self.callback = target
        self._came.set()
        return True


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    allow_reuse_address = True
    listener: CallbackListener

    def handle_error(self, _request: Any, _client_address: Any) -> None:
        """A broken connection is nobody's concern, and its traceback could spell a code."""


class _Handler(BaseHTTPRequestHandler):
    server_version, sys_version = "hmrc-pipeline", ""
    timeout = 5  # a connection that says nothing is let go
    server: _Server

    def do_GET(self) -> None:
        taken = self.server.listener.take(self.path, self.headers.get_all("Host") or [])
        page = (_DONE if taken else _NO).encode()
        self.send_response(200 if taken else 404)
        for name, value in (
            ("Content-Type", "text/html; charset=utf-8"),
            ("Content-Length", str(len(page))),
            ("Cache-Control", "no-store"),
            ("Referrer-Policy", "no-referrer"),
            ("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'"),
            ("Connection", "close"),
        ):
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(page)

    def log_message(self, *_what: Any) -> None:
        """Nothing: the request line holds the code."""
