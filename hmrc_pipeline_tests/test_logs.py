"""The net under the rule: what looks like a NINO, a UTR or a credential does not reach a log."""

import io
import logging

import pytest

from hmrc_pipeline.logs import Redacting, configure_logs, redact


@pytest.mark.parametrize(
    ("text", "redacted"),
    [
        ("of QQ123456C now", "of [nino] now"),
        ("of qq 12 34 56 c now", "of [nino] now"),
        ("utr 1234567890.", "utr [utr]."),
        ("QQ-12-34-56-C", "[nino]"),
        ("utr 1234567890K", "utr [utr]"),
        ("Authorization: Bearer abcdef0123456789", "Authorization: Bearer [secret]"),
        ('{"access_token": "abc", "n": 1}', '{"access_token": "[secret]", "n": 1}'),
        ("/callback?code=abc&state=def", "/callback?code=[secret]&state=[secret]"),
        ("postgresql://me:s3cret@host/db", "postgresql://me:[secret]@host/db"),
        ("£1,234.50 of 2024-25, 123/AB456", "£1,234.50 of 2024-25, 123/AB456"),
        ("sha256 0123456789abcdef", "sha256 0123456789abcdef"),
    ],
)
def test_redact(text: str, redacted: str) -> None:
    assert redact(text) == redacted


@pytest.fixture
def stream() -> io.StringIO:
    return io.StringIO()


@pytest.fixture
def logger(stream: io.StringIO) -> logging.Logger:
    logger = logging.Logger("test")
    handler = logging.StreamHandler(stream)
    handler.addFilter(Redacting())
    logger.addHandler(handler)
    return logger


def test_arguments_and_exceptions_are_redacted(logger: logging.Logger, stream: io.StringIO) -> None:
    try:
        raise RuntimeError("no QQ123456C here")
    except RuntimeError:
        logger.exception("failed for %s", "QQ 12 34 56 C")
    assert "123456" not in stream.getvalue()
    assert "12 34" not in stream.getvalue()
    assert stream.getvalue().count("[nino]") >= 2
    assert "RuntimeError" in stream.getvalue()


def test_configuring_twice_is_configuring_once() -> None:
    logger = logging.getLogger("hmrc_pipeline")
    before = list(logger.handlers), logger.level, logger.propagate
    try:
        configure_logs()
        configure_logs(logging.DEBUG)
        ours = [handler for handler in logger.handlers if any(isinstance(f, Redacting) for f in handler.filters)]
        assert len(ours) == 1
        assert logger.level == logging.DEBUG
    finally:
        logger.handlers[:], logger.level, logger.propagate = before
