"""Asking HMRC: one GET per question, under the limiter, with bounded back-off. Typed answers, no exceptions for them.

No token, UTR or body leaves this module in a message, a log line or an exception. Which question is worth asking
belongs to `availability`; tokens to `tokens`.
"""

import logging
import random
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from types import TracebackType

import httpx

from hmrc_pipeline.hmrc.answers import Answer, Outcome, read_answer
from hmrc_pipeline.hmrc.apis import Api
from hmrc_pipeline.hmrc.endpoints import api_url
from hmrc_pipeline.hmrc.limiter import Limiter
from hmrc_pipeline.identifiers import Utr
from hmrc_pipeline.logs import Redacting
from hmrc_pipeline.settings import Settings
from hmrc_pipeline.tax_year import TaxYear

__all__ = ["BACK_OFF", "HmrcClient", "HttpResult", "open_http"]

BACK_OFF = (1.0, 2.0, 4.0)  # seconds before the second, third and fourth try
_LARGEST_BODY = 1_000_000
_TIMEOUT = httpx.Timeout(20.0, connect=10.0)


@dataclass(frozen=True, repr=False)
class HttpResult:
    """Status, text and Retry-After of one exchange; status None when no whole answer came.

    `sent` is False only when it is certain that no byte of the request left this machine.
    """

    status: int | None
    text: str = ""
    retry_after: float | None = None
    sent: bool = True


def open_http(transport: httpx.BaseTransport | None = None) -> httpx.Client:
    """An HTTP client that follows no redirect, retries nothing and logs no address."""
    for name in ("httpx", "httpcore.connection", "httpcore.http11", "httpcore.proxy"):
        logger = logging.getLogger(name)  # they log every address asked, and ours hold a UTR
        if not any(isinstance(f, Redacting) for f in logger.filters):
            logger.addFilter(Redacting())
    # A proxy of the environment is for the world outside, never for this machine.
    direct = None if transport else {"all://127.0.0.1": None, "all://localhost": None}
    return httpx.Client(transport=transport, mounts=direct, timeout=_TIMEOUT, follow_redirects=False)


def exchange(http: httpx.Client, request: httpx.Request) -> HttpResult:
    """Send once. Never raises for what the network or the server does, so that no exception can carry a secret."""
    try:
        response = http.send(request, stream=True)
        try:
            chunks, size = [], 0
            for chunk in response.iter_bytes():
                size += len(chunk)
                if size > _LARGEST_BODY:
                    return HttpResult(None)
                chunks.append(chunk)
        finally:
            response.close()
    except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.UnsupportedProtocol):
        return HttpResult(None, sent=False)
    except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError):
        return HttpResult(None)
    text = b"".join(chunks).decode("utf-8", errors="replace")
    return HttpResult(response.status_code, text, _seconds(response.headers.get("Retry-After")))


def _seconds(text: str | None) -> float | None:
    return float(text) if text is not None and text.isdecimal() and len(text) < 6 else None


@dataclass(frozen=True)
class HmrcClient:
    """Asks HMRC's annual summaries. Use as a context manager."""

    settings: Settings
    limiter: Limiter
    http: httpx.Client
    headers: Callable[[], Mapping[str, str]]
    """Fraud-prevention headers, collected immediately before each request."""
    clock: Callable[[], datetime]
    sleep: Callable[[float], None] = time.sleep
    jitter: Callable[[], float] = field(default=random.random)

    def __enter__(self) -> "HmrcClient":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.http.close()

    def annual_summary(self, api: Api, utr: Utr, tax_year: TaxYear, access_token: str) -> Answer:
        """HMRC's answer for one person, year and API, after bounded retries of what may pass by itself.

        Raises `EndpointProblem` when HMRC_API_URL cannot be used.
        """
        url = f"{api_url(self.settings)}{api.path(utr, tax_year)}"
        accept = f"application/vnd.hmrc.{api.version_in(self.settings)}+json"
        return self.ask(url, {"Accept": accept, "Authorization": f"Bearer {access_token}"})

    def ask(self, url: str, headers: Mapping[str, str]) -> Answer:
        """GET with back-off; the last answer when every try failed."""
        answer = Answer(Outcome.UNREACHABLE)
        earlier: tuple[Answer, ...] = ()
        for pause in (*BACK_OFF, None):
            answer, retry_after = self._once(url, headers)
            answer = replace(answer, earlier=earlier)
            earlier = (*earlier, replace(answer, earlier=()))
            if not answer.is_temporary or answer.outcome is Outcome.MAINTENANCE or pause is None:
                return answer
            wait = max(pause, min(retry_after or 0.0, 30.0)) * (1 + self.jitter() / 4)
            if answer.outcome is Outcome.THROTTLED:
                self.limiter.hold(wait)  # the limit is the application's: everybody pauses
            else:
                self.sleep(wait)
        return answer

    def _once(self, url: str, headers: Mapping[str, str]) -> tuple[Answer, float | None]:
        self.limiter.wait()
        request = self.http.build_request("GET", url, headers={**self.headers(), **headers})
        asked_at, started = self.clock(), time.monotonic()
        result = exchange(self.http, request)
        duration = int((time.monotonic() - started) * 1000)
        if result.status is None:
            return Answer(Outcome.UNREACHABLE, duration_ms=duration, asked_at=asked_at), None
        return replace(read_answer(result.status, result.text, duration), asked_at=asked_at), result.retry_after
