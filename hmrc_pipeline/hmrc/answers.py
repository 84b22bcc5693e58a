"""What an HTTP answer of HMRC means. Pure: status and text in, one `Answer` out.

The distinction that matters most: 404 `NOT_FOUND` says that there are no figures; every other 404 says that the
address is wrong. Retrying belongs to `client`.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from hmrc_pipeline.hmrc.apis import UnexpectedShape, load_json, parse_summary

__all__ = ["Answer", "Outcome", "error_code", "read_answer"]

_CODE = re.compile(r"[A-Za-z][A-Za-z0-9_]{1,63}")


class Outcome(StrEnum):
    """What became of a question."""

    FOUND = "found"
    NO_DATA = "no_data"
    UNAUTHORISED = "unauthorised"
    FORBIDDEN = "forbidden"
    THROTTLED = "throttled"
    MAINTENANCE = "maintenance"
    UNAVAILABLE = "unavailable"
    UNREACHABLE = "unreachable"
    WRONG_REQUEST = "wrong_request"
    UNREADABLE = "unreadable"


TEMPORARY = frozenset({Outcome.THROTTLED, Outcome.MAINTENANCE, Outcome.UNAVAILABLE, Outcome.UNREACHABLE})
"""Worth asking again later without anybody doing anything."""


@dataclass(frozen=True, repr=False)
class Answer:
    """HMRC's answer to one question. `body` is the JSON as received, only when figures were found."""

    outcome: Outcome
    status: int | None = None
    code: str | None = None
    body: str | None = None
    duration_ms: int = 0
    asked_at: datetime | None = None
    earlier: tuple["Answer", ...] = ()
    """The calls made before this one for the same question."""

    @property
    def is_temporary(self) -> bool:
        return self.outcome in TEMPORARY

    def __repr__(self) -> str:
        return f"Answer({self.outcome.value}, status={self.status}, code={self.code})"


def read_answer(status: int, text: str, duration_ms: int = 0) -> Answer:
    """The meaning of an HTTP answer, in either of HMRC's two error shapes."""
    if status == 200:
        try:
            parse_summary(load_json(text))
        except UnexpectedShape:
            return Answer(Outcome.UNREADABLE, status, "UNEXPECTED_SHAPE", None, duration_ms)
        return Answer(Outcome.FOUND, status, None, text, duration_ms)
    code = error_code(text)
    return Answer(_outcome(status, code), status, code, None, duration_ms)


def _outcome(status: int, code: str | None) -> Outcome:
    if status == 404:
        return Outcome.NO_DATA if code == "NOT_FOUND" else Outcome.WRONG_REQUEST
    if status == 503 and code == "SCHEDULED_MAINTENANCE":
        return Outcome.MAINTENANCE
    if status >= 500 and status != 501:
        return Outcome.UNAVAILABLE
    return {401: Outcome.UNAUTHORISED, 403: Outcome.FORBIDDEN, 408: Outcome.UNAVAILABLE, 429: Outcome.THROTTLED}.get(
        status, Outcome.WRONG_REQUEST
    )


def error_code(text: str) -> str | None:
    """The code of an error body: `{"code"}`, `{"code", "errors": [{"code"}]}`, `{"statusCode", "message"}` or OAuth's
    `{"error"}`. None when there is none or it is not a bare word: free text could repeat what was asked."""
    try:
        body = load_json(text)
    except UnexpectedShape:
        return None
    errors = body.get("errors")
    first = errors[0] if isinstance(errors, list) and errors and isinstance(errors[0], Mapping) else {}
    candidates = [first.get("code") if body.get("code") in {None, "INVALID_REQUEST"} else None, body.get("code")]
    if "statusCode" in body and isinstance(body.get("message"), str):
        candidates.append(body["message"].removeprefix("ERROR_"))
    candidates.append(body.get("error"))
    for code in candidates:
        if isinstance(code, str) and _CODE.fullmatch(code):
            return code
    return None
