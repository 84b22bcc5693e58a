"""A stand-in for Vault's KV version 2 over HTTP: check-and-set, versions, a token, and a switch to fail."""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

TOKEN = "vault-token-for-tests"


class Vault(ThreadingHTTPServer):
    """Serves `secret/`; `held` is what it keeps, by path."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.held: dict[str, list[dict[str, Any]]] = {}
        self.sealed = False
        self.thread = threading.Thread(target=self.serve_forever, args=(0.02,), daemon=True)
        self.thread.start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"

    def stop(self) -> None:
        self.shutdown()
        self.server_close()


class _Handler(BaseHTTPRequestHandler):
    server: Vault

    def _answer(self, status: int, body: Any = None) -> None:
        text = b"" if body is None else json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def _refused(self) -> bool:
        if self.server.sealed:
            self._answer(503, {"errors": ["Vault is sealed"]})
        elif self.headers.get("X-Vault-Token") != TOKEN:
            self._answer(403, {"errors": ["permission denied"]})
        else:
            return False
        return True

    def do_GET(self) -> None:
        if self._refused():
            return
        versions = self.server.held.get(self.path.partition("/data/")[2].partition("?")[0])
        if not versions:
            self._answer(404, {"errors": []})
            return
        self._answer(200, {"data": {"data": versions[-1], "metadata": {"version": len(versions)}}})

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if self._refused():
            return
        versions = self.server.held.setdefault(self.path.partition("/data/")[2], [])
        cas = body.get("options", {}).get("cas")
        if cas is not None and cas != len(versions):
            self._answer(400, {"errors": ["check-and-set parameter did not match the current version"]})
            return
        versions.append(body["data"])
        self._answer(200, {"data": {"version": len(versions)}})

    def do_PUT(self) -> None:
        self.do_POST()

    def do_DELETE(self) -> None:
        if not self._refused():
            self.server.held.pop(self.path.partition("/metadata/")[2], None)
            self._answer(204)

    def log_message(self, *_what: Any) -> None:
        """Nothing."""
