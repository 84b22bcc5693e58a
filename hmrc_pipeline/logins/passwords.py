"""Passwords as scrypt records: made slowly, compared in constant time. Nothing is stored here."""

import base64
import hashlib
import hmac
import os
import threading

__all__ = ["hash_password", "is_password"]

_LOG_N, _R, _P = 15, 8, 3  # 32 MiB, about a quarter of a second
_one_at_a_time = threading.BoundedSemaphore(2)  # each takes 32 MiB: a storm of sign-ins must not take the machine


def hash_password(password: str) -> str:
    """A record `scrypt:log2(N):r:p:salt:key` that only this password fits."""
    salt = os.urandom(16)
    return f"scrypt:{_LOG_N}:{_R}:{_P}:{_text(salt)}:{_text(_key(password, salt, _LOG_N, _R, _P))}"


def is_password(password: str, record: str) -> bool:
    """Whether the password fits the record. Takes the same time when it does not."""
    kind, log_n, r, p, salt, key = record.split(":")
    if kind != "scrypt":
        return False
    found = _key(password, base64.b64decode(salt), int(log_n), int(r), int(p))
    return hmac.compare_digest(found, base64.b64decode(key))


def _key(password: str, salt: bytes, log_n: int, r: int, p: int) -> bytes:
    memory = 128 * r * (2**log_n + p + 2)
    with _one_at_a_time:
        return hashlib.scrypt(password.encode(), salt=salt, n=2**log_n, r=r, p=p, maxmem=memory, dklen=32)


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode()
