"""Sending, against a real HTTP receiver on loopback."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from hmrc_pipeline.alerts import ChannelProblem, Channels, Message


class _Receiver(BaseHTTPRequestHandler):
    taken: list[dict[str, str]]
    answer = 200

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        type(self).taken.append(json.loads(body))
        self.send_response(type(self).answer)
        self.end_headers()

    def log_message(self, *_arguments: object) -> None:
        pass


@pytest.fixture
def receiver() -> Iterator[tuple[str, type[_Receiver]]]:
    handler = type("Handler", (_Receiver,), {"taken": [], "answer": 200})
    server = HTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"json://127.0.0.1:{server.server_port}/hook", handler
    server.shutdown()
    server.server_close()
    thread.join()


def test_a_message_reaches_a_webhook(receiver: tuple[str, type[_Receiver]]) -> None:
    url, handler = receiver
    Channels([url]).send(Message("2024-25: title", "body", is_recovery=False))
    [taken] = handler.taken
    assert (taken["title"], taken["message"]) == ("2024-25: title", "body")


def test_a_channel_that_refuses_is_a_problem_that_hides_its_address(receiver: tuple[str, type[_Receiver]]) -> None:
    url, handler = receiver
    handler.answer = 500
    with pytest.raises(ChannelProblem) as raised:
        Channels([url]).send(Message("title", "body", is_recovery=False))
    assert "127.0.0.1" not in str(raised.value)


def test_an_unknown_address_is_named_by_its_place_only() -> None:
    with pytest.raises(ChannelProblem, match="entry 2") as raised:
        Channels(["json://localhost/x", "nonsense-secret"])
    assert "nonsense" not in str(raised.value)
