"""The security headers of every answer: nothing is kept, framed, guessed at or loaded from elsewhere."""

from starlette.datastructures import MutableHeaders
from starlette.types import Message

from hmrc_pipeline.web.shared import Web

__all__ = ["add_headers"]

_POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)
_ALWAYS = {
    "Content-Security-Policy": _POLICY,
    "Cache-Control": "no-store",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    # Our own forms need an Origin to be checked by; a call-back's address holds a code and is told to nobody.
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}


def add_headers(start: Message, path: str, web: Web) -> None:
    """Add the headers to the start of an answer."""
    headers = MutableHeaders(scope=start)
    for name, value in _ALWAYS.items():
        headers[name] = value
    if path.endswith("/callback"):
        headers["Referrer-Policy"] = "no-referrer"
    if web.is_secure:
        headers["Strict-Transport-Security"] = "max-age=31536000"
