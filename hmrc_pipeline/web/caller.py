"""Who is calling: the address behind our own proxies, and whether it is this machine.

An address that a caller claims is believed from TRUSTED_PROXIES alone.
"""

import ipaddress
from dataclasses import dataclass
from urllib.parse import urlsplit

from starlette.requests import HTTPConnection

from hmrc_pipeline.settings import Settings
from hmrc_pipeline.web.shared import networks_of

__all__ = ["Address", "Caller", "caller_of", "is_monitor", "peer_of"]

Address = ipaddress.IPv4Address | ipaddress.IPv6Address


@dataclass(frozen=True)
class Caller:
    """An address and the port it called from; None where they are not known."""

    address: Address | None
    port: int | None


def peer_of(request: HTTPConnection) -> Caller:
    """The other end of the connection."""
    return Caller(_address(request.client.host), request.client.port) if request.client else Caller(None, None)


def caller_of(request: HTTPConnection, settings: Settings) -> Caller:
    """The nearest address that is not one of our proxies; its port when the proxy says it."""
    caller, trusted = peer_of(request), networks_of(settings.trusted_proxies)
    claims = [part.strip() for line in request.headers.getlist("x-forwarded-for") for part in line.split(",")]
    while claims and caller.address is not None and any(caller.address in network for network in trusted):
        caller = _claimed(claims.pop())
    return caller


def _claimed(text: str) -> Caller:
    """`198.51.100.7`, `198.51.100.7:52811`, `2001:db8::7` or `[2001:db8::7]:52811`."""
    bare = _address(text)
    if bare is not None:
        return Caller(bare, None)
    try:
        parts = urlsplit(f"//{text}")
        return Caller(_address(parts.hostname or ""), parts.port)
    except ValueError:
        return Caller(None, None)


def is_monitor(request: HTTPConnection, settings: Settings | None) -> bool:
    """Whether the caller is this machine, or stands in MONITOR_ADDRESSES (unknown before HOME is open)."""
    peer = peer_of(request).address
    # On loopback with a claim of another address: a proxy of this machine, and so anybody.
    if peer is not None and peer.is_loopback and "x-forwarded-for" not in request.headers:
        return True
    caller = caller_of(request, settings).address if settings is not None else None
    if caller is None or settings is None:
        return False
    return any(caller in network for network in networks_of(settings.monitor_addresses))


def _address(text: str) -> Address | None:
    try:
        found = ipaddress.ip_address(text)
    except ValueError:
        return None
    return getattr(found, "ipv4_mapped", None) or found
