"""Logs that cannot spell a person or a secret.

A filter on the handlers rewrites what looks like a NINO, a UTR or a credential. It is the net, not the rule:
no call should log personal data in the first place.
"""

import logging
import re
import sys

__all__ = ["Redacting", "configure_logs", "redact"]

_PATTERNS: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"(?i)\b(bearer|token|basic)\s+[A-Za-z0-9._~+/=-]{8,}"), r"\1 [secret]"),
    (
        re.compile(
            r"(?i)\b(access_token|refresh_token|client_secret|code|code_verifier|state|password|token)"
            r"(\"?\s*[=:]\s*\"?)[^\s&\"',}]+"
        ),
        r"\1\2[secret]",
    ),
    (re.compile(r"(?i)(\w+://[^\s:/@]+):[^\s@/]+@"), r"\1:[secret]@"),
    # After the credentials: half a token must not be left because its digits looked like something else.
    (re.compile(r"\b(?!00)[A-Za-z]{2} ?\d{2} ?\d{2} ?\d{2} ?[A-Da-d]?\b"), "[nino]"),
    (re.compile(r"\b[A-Za-z]{2}([.-])\d{2}\1\d{2}\1\d{2}(?:\1[A-Da-d])?\b"), "[nino]"),
    (re.compile(r"(?<![\w.])\d{10}K?(?!\w|\.\d)"), "[utr]"),
)


def redact(text: str) -> str:
    """The text with everything that looks like a NINO, a UTR or a credential replaced."""
    for pattern, replacement in _PATTERNS:
        text = pattern.sub(replacement, text)
    return text


class Redacting(logging.Filter):
    """Rewrites a record's message, arguments and exception text before any handler writes it."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg, record.args = redact(record.getMessage()), ()
        if record.exc_info:
            record.exc_text = redact(logging.Formatter().formatException(record.exc_info))
            record.exc_info = None
        return True


def configure_logs(level: int = logging.INFO) -> None:
    """Send the package's logs, redacted, to stderr. Calling it again changes nothing but the level."""
    logger = logging.getLogger("hmrc_pipeline")
    logger.setLevel(level)
    if any(isinstance(f, Redacting) for h in logger.handlers for f in h.filters):
        return
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    handler.addFilter(Redacting())
    logger.addHandler(handler)
    logger.propagate = False
