"""Answers of the simulated HMRC: its error table, and responses that fail on purpose."""

import asyncio
import json
from collections.abc import Mapping
from typing import Any

from starlette.responses import JSONResponse, Response
from starlette.types import Receive, Scope, Send

__all__ = ["Broken", "error", "faulty", "figures"]

_ERRORS = {
    "MISSING_CREDENTIALS": (401, "Authentication information is not provided"),
    "INVALID_CREDENTIALS": (401, "Invalid Authentication information provided"),
    "UNAUTHORIZED": (401, "Bearer token is missing or not authorized"),
    "RESOURCE_FORBIDDEN": (403, "The application is not subscribed to this API"),
    "INVALID_SCOPE": (403, "Cannot access the required resource. Ensure this token has all the required scopes."),
    "NOT_FOUND": (404, "Resource was not found"),
    "MATCHING_RESOURCE_NOT_FOUND": (404, "A resource with the name in the request can not be found in the API"),
    "METHOD_NOT_ALLOWED": (405, "The request method is not supported"),
    "ACCEPT_HEADER_INVALID": (406, "The accept header is missing or invalid"),
    "MESSAGE_THROTTLED_OUT": (429, "The request for the API is throttled as you have exceeded your quota."),
    "INTERNAL_SERVER_ERROR": (500, "Internal server error"),
    "SERVER_ERROR": (503, "Service unavailable"),
    "SCHEDULED_MAINTENANCE": (503, "The service is undergoing scheduled maintenance"),
    "SA_UTR_INVALID": (400, "The provided SA UTR is invalid"),
    "TAX_YEAR_INVALID": (400, "The provided Tax Year is invalid"),
    "UNKNOWN_SCENARIO": (400, "Unknown scenario"),
    "INVALID_HEADERS": (400, "The fraud prevention headers are missing or invalid"),
}


def error(code: str, *, old_shape: bool = False) -> JSONResponse:
    """An error in HMRC's shape, or in the older one that National Insurance answers with."""
    status, message = _ERRORS[code]
    if old_shape:
        return JSONResponse({"statusCode": status, "message": f"ERROR_{code}"}, status)
    return JSONResponse({"code": code, "message": message}, status)


def figures(body: Any, status: int = 200) -> Response:
    """Figures as JSON; text is sent as it stands, so that a data set can hold numbers digit for digit."""
    text = body if isinstance(body, str) else json.dumps(body)
    return Response(text, status, media_type="application/json")


class Broken(Response):
    """A response that drops the connection, after none or half of its body."""

    def __init__(self, whole: Response | None) -> None:
        super().__init__(b"" if whole is None else whole.body, 200)
        self.whole = whole

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        transport = getattr(getattr(receive, "__self__", None), "transport", None)
        if self.whole is not None:
            await send({"type": "http.response.start", "status": 200, "headers": self.whole.raw_headers})
            half = bytes(self.whole.body)[: len(self.whole.body) // 2]
            await send({"type": "http.response.body", "body": half, "more_body": True})
        if transport is None:
            raise ConnectionResetError
        transport.close()
        await asyncio.sleep(0)
        raise asyncio.CancelledError


async def faulty(fault: str | None, answer: Response) -> Response:
    """The answer after a fault has had its way with it."""
    name, _, argument = (fault or "").partition(":")
    if name == "delay":
        await asyncio.sleep(float(argument))
    changed: Mapping[str, Response] = {
        "drop_after": Broken(None),
        "half_body": Broken(answer),
        "broken_json": Response(bytes(answer.body)[: len(answer.body) // 2], 200, media_type="application/json"),
        "500_after": JSONResponse({"error": "server_error"}, 500),
    }
    return changed.get(name, answer)


def refused(fault: str | None) -> Response | None:
    """What a fault answers before anything has happened; None when it lets the request through."""
    answers: Mapping[str, Response] = {
        "drop_before": Broken(None),
        "500_before": JSONResponse({"error": "server_error"}, 500),
        "503_before": error("SERVER_ERROR"),
        "maintenance": error("SCHEDULED_MAINTENANCE"),
        "throttled": error("MESSAGE_THROTTLED_OUT"),
    }
    return answers.get(fault or "")
