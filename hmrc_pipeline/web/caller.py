"""Who is calling: the address behind our own proxies, and whether it is this machine.

An address that a caller claims is believed from TRUSTED_PROXIES alone.
"""

import ipaddress

from starlette.requests import HTTPConnection

from hmrc_pipeline.settings import Settings
from hmrc_pipeline.web.shared import networks_of

__all__ = ["Address", "address_of", "is_monitor", "peer_of"]

Address = ipaddress.IPv4Address | ipaddress.IPv6Address


def peer_of(request: HTTPConnection) -> Address | None:
    """The other end of the connection; None when it is no network address."""
    return _address(request.client.host) if request.client else None


def address_of(request: HTTPConnection, settings: Settings) -> Address | None:
    """The caller: the nearest address that is not one of our proxies."""
    caller, trusted = peer_of(request), networks_of(settings.trusted_proxies)
    claims = [part.strip() for line in request.headers.getlist("x-forwarded-for") for part in line.split(",")]
    while claims and caller is not None and any(caller in network for network in trusted):
        caller = _address(claims.pop())
    return caller


def is_monitor(request: HTTPConnection, settings: Settings | None) -> bool:
    """Whether the caller is this machine, or stands in MONITOR_ADDRESSES (unknown before HOME is open)."""
    peer = peer_of(request)
    # On loopback with a claim of another address: a proxy of this machine, and so anybody.
    if peer is not None and peer.is_loopback and "x-forwarded-for" not in request.headers:
        return True
    caller = address_of(request, settings) if settings is not None else None
    if caller is None or settings is None:
        return False
    return any(caller in network for network in networks_of(settings.monitor_addresses))


def _address(text: str) -> Address | None:
    try:
        found = ipaddress.ip_address(text)
    except ValueError:
        return None
    return getattr(found, "ipv4_mapped", None) or found
