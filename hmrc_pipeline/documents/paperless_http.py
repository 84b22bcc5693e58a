"""One request to Paperless-ngx: headers, time limits, bounded tries, and what a refusal means in one sentence.

Redirects are never followed: an unknown path answers with a redirect to a login page that would end as 200.
No body, no header and no token leaves this module in a message, a log line or an exception. Which routes there
are belongs to `paperless`.
"""

import json
import logging
import ssl
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import httpx

from hmrc_pipeline.documents.source import SourceUnavailable
from hmrc_pipeline.logs import Redacting

__all__ = [
    "API_VERSION",
    "NotPaperless",
    "PaperlessAbsent",
    "PaperlessForbidden",
    "PaperlessHttp",
    "PaperlessProblem",
    "PaperlessRefused",
    "PaperlessRejected",
    "PaperlessUnreachable",
]

API_VERSION = "9"
"""The one version that Paperless-ngx 2.20 and 3 both serve."""

_TRIES = 3
_PAUSES = (0.5, 2.0)
_LONGEST_PAUSE = 10.0
_LARGEST_ANSWER = 64_000_000
_LARGEST_FILE = 100_000_000
_UNTRUSTED = (
    "its certificate is not one this machine trusts; if it is your own, let SSL_CERT_FILE name the file with your "
    "authority's certificate"
)
_TEMPORARY = frozenset({429, 500, 502, 503, 504})


class PaperlessProblem(SourceUnavailable):
    """Paperless cannot be used as it stands; the message names its address and what to do, never the token."""


class PaperlessUnreachable(PaperlessProblem):
    """No whole answer came, or the server says that it cannot answer now. It may pass by itself."""


class PaperlessRefused(PaperlessProblem):
    """The token is wrong, or its user lacks a right."""


class PaperlessForbidden(PaperlessRefused):
    """The token is good; its user lacks a right, to a kind of thing or to this one document."""


class NotPaperless(PaperlessProblem):
    """What answers there is no Paperless-ngx of a version we can talk to."""


class PaperlessRejected(PaperlessProblem):
    """The server refuses the values sent. Trying again changes nothing."""


class PaperlessAbsent(LookupError):
    """There is no such thing there, or the token's user may not see it."""


@dataclass(frozen=True, repr=False)
class _Answer:
    status: int
    headers: httpx.Headers
    body: bytes


@dataclass(repr=False)
class PaperlessHttp:
    """Requests to one server. `deadline`, a moment of `clock`, ends every wait before it; None is no end."""

    base: str
    token: str
    transport: httpx.BaseTransport | None = None
    patience: float = 20.0
    deadline: float | None = None
    clock: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep
    version: str | None = None
    """What the server said it is (`3.0.5`), once something was asked."""
    clock_header: str | None = None
    """The `Date` of the last answer."""
    _client: httpx.Client | None = field(default=None, init=False)

    def get(self, path: str, params: Mapping[str, str] | None = None, *, always: bool = False) -> Any:
        """The JSON at a path, tried again when the failure may pass. Raises `PaperlessAbsent`, `PaperlessProblem`.

        With `always` every Paperless has it: where it is absent, something else answers.
        """
        try:
            return self._json(self._ask("GET", path, params=dict(params or {})))
        except PaperlessAbsent:
            if always:
                raise self._foreign() from None
            raise

    def file(self, path: str, params: Mapping[str, str]) -> bytes:
        """The bytes at a path. Raises `PaperlessAbsent`, `PaperlessProblem`."""
        return self._ask("GET", path, params=dict(params), largest=_LARGEST_FILE, accept="*/*").body

    def post(self, path: str, body: Any, *, repeat: bool) -> Any:
        """The JSON answer to a post. Only with `repeat` is it sent again after an answer was lost."""
        return self._json(self._ask("POST", path, body=body, tries=_TRIES if repeat else 1))

    def delete(self, path: str, params: Mapping[str, str]) -> None:
        """Take something away, asked once: an answer that is lost is an error. Raises as `post` does."""
        self._ask("DELETE", path, params=dict(params), tries=1)

    def close(self) -> None:
        if self._client is not None:
            self._client.close()
            self._client = None

    def _ask(
        self,
        method: str,
        path: str,
        *,
        params: dict[str, str] | None = None,
        body: Any = None,
        tries: int = _TRIES,
        largest: int = _LARGEST_ANSWER,
        accept: str = f"application/json; version={API_VERSION}",
    ) -> _Answer:
        request = self._http().build_request(
            method, f"{self.base}{path}", params=params or None, json=body, headers={"Accept": accept}
        )
        failed = "it did not answer"
        for attempt in range(tries):
            pause = _PAUSES[min(attempt, len(_PAUSES) - 1)]
            try:
                answer = self._once(request, largest)
            except _Lost as lost:
                failed = str(lost)
            else:
                self._remember(answer)
                if answer.status not in _TEMPORARY:
                    return self._judge(answer, method, path)
                failed = f"it answered {answer.status}"
                pause = max(pause, _retry_after(answer))
            if attempt + 1 == tries or not self._wait(pause):
                break
        raise PaperlessUnreachable(
            f"Paperless at {self.base} cannot be reached: {failed}. Nothing is lost; it is tried again by itself."
        )

    def _once(self, request: httpx.Request, largest: int) -> _Answer:
        """Send once. What the network does becomes `_Lost`, so that no exception can carry the request."""
        limit = self.patience if self.deadline is None else min(self.patience, self.deadline - self.clock())
        if limit <= 0:
            raise _Lost("there was no time left to wait for it")
        ends = self.clock() + max(limit, 60.0 if largest == _LARGEST_FILE else limit)
        request.extensions["timeout"] = httpx.Timeout(limit, connect=min(limit, 10.0)).as_dict()
        try:
            response = self._http().send(request, stream=True)
            try:
                body = self._body(response, largest, ends)
            finally:
                response.close()
        except httpx.ConnectTimeout:
            raise _Lost("it did not answer in time") from None
        except httpx.ConnectError as error:
            raise _Lost(_UNTRUSTED if _is_about_trust(error) else "nothing answers at this address") from None
        except httpx.TimeoutException:
            raise _Lost(f"it took longer than {limit:.0f} seconds") from None
        except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError):
            raise _Lost("the connection broke") from None
        return _Answer(response.status_code, response.headers, body)

    def _body(self, response: httpx.Response, largest: int, ends: float) -> bytes:
        chunks, size = [], 0
        for chunk in response.iter_bytes():
            size += len(chunk)
            if size > largest:
                raise PaperlessRejected(f"Paperless at {self.base} sent more than {largest // 1_000_000} MB at once")
            if self.clock() > ends:
                raise _Lost("it took too long")
            chunks.append(chunk)
        return b"".join(chunks)

    def _judge(self, answer: _Answer, method: str, path: str) -> _Answer:
        status, where = answer.status, f"Paperless at {self.base}"
        if 200 <= status < 300:
            return answer
        if status == 401:
            raise PaperlessRefused(
                f"{where} does not accept the token: make one in Paperless under My Profile and set "
                "HMRC_PIPELINE_PAPERLESS_TOKEN"
            )
        if status == 403:
            needs = (
                "view documents and tags"
                if method == "GET"
                else "change these documents, and to add tags, fields and notes"
            )
            raise PaperlessForbidden(
                f"{where} refuses {path} to the token's user: give that user the rights to {needs}"
            )
        if status == 404:
            raise PaperlessAbsent(f"{where} does not have it")
        if status == 406:
            raise NotPaperless(f"{where} does not serve version {API_VERSION} of its API: 2.20 or newer is needed")
        if 300 <= status < 400:
            raise NotPaperless(
                f"{where} answers {path.split('?')[0]} with a redirect: HMRC_PIPELINE_PAPERLESS_URL must be "
                "the address Paperless itself answers at, with https and its path if it has one"
            )
        raise PaperlessRejected(f"{where} refuses what was asked of {path.split('?')[0]} ({status})")

    def _json(self, answer: _Answer) -> Any:
        try:
            if "json" not in answer.headers.get("Content-Type", ""):
                raise ValueError
            return json.loads(answer.body, parse_float=str)
        except ValueError:
            raise self._foreign() from None

    def _foreign(self) -> NotPaperless:
        return NotPaperless(
            f"what answers at {self.base} is not Paperless: set HMRC_PIPELINE_PAPERLESS_URL to its address"
        )

    def _remember(self, answer: _Answer) -> None:
        self.version = answer.headers.get("X-Version", self.version)
        self.clock_header = answer.headers.get("Date", self.clock_header)

    def _wait(self, seconds: float) -> bool:
        """Pause; False when the deadline would pass meanwhile."""
        if self.deadline is not None and self.clock() + seconds >= self.deadline:
            return False
        self.sleep(seconds)
        return True

    def _http(self) -> httpx.Client:
        if self._client is None:
            for name in ("httpx", "httpcore.connection", "httpcore.http11", "httpcore.proxy"):
                logger = logging.getLogger(name)
                if not any(isinstance(f, Redacting) for f in logger.filters):
                    logger.addFilter(Redacting())
            # A proxy of the environment is for the world outside, never for this machine.
            direct = None if self.transport else {"all://127.0.0.1": None, "all://localhost": None}
            self._client = httpx.Client(
                transport=self.transport,
                mounts=direct,
                follow_redirects=False,
                headers={"Authorization": f"Token {self.token}"},
            )
        return self._client


class _Lost(Exception):
    """No whole answer came."""


def _is_about_trust(error: BaseException | None) -> bool:
    """Whether a connection failed because of the server's certificate."""
    while error is not None and not isinstance(error, ssl.SSLCertVerificationError):
        error = error.__cause__ or error.__context__
    return error is not None


def _retry_after(answer: _Answer) -> float:
    text = answer.headers.get("Retry-After", "")
    return min(float(text), _LONGEST_PAUSE) if text.isdecimal() and len(text) < 6 else 0.0
