"""Fraud-prevention headers, HMRC's specification 3.3: which ones, and how each is spelt. Pure.

Scheduled runs are BATCH_PROCESS_DIRECT, a run started by a person at a terminal is OTHER_DIRECT, a person pressing
a button on one of our pages is WEB_APP_VIA_SERVER. What is not known is left out, never made up. Finding out
about this machine belongs to `machine`.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal
from urllib.parse import quote

__all__ = [
    "BATCH",
    "OTHER",
    "WEB",
    "Browser",
    "Hop",
    "Machine",
    "Method",
    "Screen",
    "encode",
    "for_browser",
    "for_machine",
    "pairs",
]

Method = Literal["BATCH_PROCESS_DIRECT", "OTHER_DIRECT", "WEB_APP_VIA_SERVER"]
BATCH: Literal["BATCH_PROCESS_DIRECT"] = "BATCH_PROCESS_DIRECT"
OTHER: Literal["OTHER_DIRECT"] = "OTHER_DIRECT"
WEB: Literal["WEB_APP_VIA_SERVER"] = "WEB_APP_VIA_SERVER"

PRODUCT = "hmrc-pipeline"


@dataclass(frozen=True)
class Machine:
    """This machine just now. An empty text is something that cannot be known here, as in a container."""

    device_id: str
    local_ips: tuple[str, ...]
    mac_addresses: tuple[str, ...]
    os_family: str
    os_version: str
    manufacturer: str
    model: str
    os_user: str
    utc_offset: timedelta
    version: str


@dataclass(frozen=True)
class Screen:
    """One of a person's screens, as their browser tells."""

    width: int
    height: int
    scaling_factor: float
    colour_depth: int


@dataclass(frozen=True)
class Hop:
    """One TLS hop: the public address of the server that received, and of the client it received from."""

    by: str
    received_from: str


@dataclass(frozen=True)
class Browser:
    """A person's browser, as it tells and as our server sees it."""

    device_id: str
    user: str
    public_ip: str
    public_port: int
    seen_at: datetime
    screens: tuple[Screen, ...]
    window_width: int
    window_height: int
    js_user_agent: str
    utc_offset: timedelta
    hops: tuple[Hop, ...]
    vendor_ip: str
    version: str


def for_machine(
    method: Literal["BATCH_PROCESS_DIRECT", "OTHER_DIRECT"], machine: Machine, now: datetime
) -> dict[str, str]:
    """The headers of a request this machine makes by itself or for a person at its terminal."""
    headers = {
        "Gov-Client-Connection-Method": method,
        "Gov-Client-Device-ID": machine.device_id,
        "Gov-Client-Local-IPs": items(machine.local_ips),
        "Gov-Client-Local-IPs-Timestamp": timestamp(now) if machine.local_ips else "",
        "Gov-Client-MAC-Addresses": items(machine.mac_addresses),
        "Gov-Client-Timezone": timezone(machine.utc_offset),
        "Gov-Client-User-Agent": pairs(
            {
                "os-family": machine.os_family,
                "os-version": machine.os_version,
                "device-manufacturer": machine.manufacturer,
                "device-model": machine.model,
            }
        ),
        "Gov-Client-User-IDs": pairs({"os": machine.os_user}),
        "Gov-Vendor-Product-Name": encode(PRODUCT),
        "Gov-Vendor-Version": pairs({PRODUCT: machine.version}),
    }
    return {name: value for name, value in headers.items() if value}


def for_browser(browser: Browser) -> dict[str, str]:
    """The headers of a request made for a person on one of our pages."""
    screens = (
        pairs(
            {
                "width": str(screen.width),
                "height": str(screen.height),
                "scaling-factor": f"{screen.scaling_factor:g}",
                "colour-depth": str(screen.colour_depth),
            }
        )
        for screen in browser.screens
    )
    hops = (pairs({"by": hop.by, "for": hop.received_from}) for hop in browser.hops)
    headers = {
        "Gov-Client-Connection-Method": WEB,
        "Gov-Client-Browser-JS-User-Agent": encode(browser.js_user_agent),
        "Gov-Client-Device-ID": browser.device_id,
        "Gov-Client-Public-IP": browser.public_ip,
        "Gov-Client-Public-IP-Timestamp": timestamp(browser.seen_at),
        "Gov-Client-Public-Port": str(browser.public_port),
        "Gov-Client-Screens": ",".join(screens),
        "Gov-Client-Timezone": timezone(browser.utc_offset),
        "Gov-Client-User-IDs": pairs({PRODUCT: browser.user}),
        "Gov-Client-Window-Size": pairs({"width": str(browser.window_width), "height": str(browser.window_height)}),
        "Gov-Vendor-Forwarded": ",".join(hops),
        "Gov-Vendor-Product-Name": encode(PRODUCT),
        "Gov-Vendor-Public-IP": browser.vendor_ip,
        "Gov-Vendor-Version": pairs({f"{PRODUCT}-page": browser.version, f"{PRODUCT}-server": browser.version}),
    }
    return {name: value for name, value in headers.items() if value}


def encode(text: str) -> str:
    """Percent-encoded as RFC 3986 says: everything but letters, digits and `-._~`. The words null and undefined,
    which HMRC refuses as values, are nothing."""
    return "" if text.strip().lower() in {"", "null", "undefined", "none"} else quote(text.strip(), safe="-._~")


def items(values: Iterable[str]) -> str:
    """A list: each value encoded, the commas not; no empty ones."""
    return ",".join(encoded for value in values if (encoded := encode(value)))


def pairs(values: Mapping[str, str]) -> str:
    """Keys and values encoded, `=` and `&` not. An unknown value stays empty; all unknown is nothing."""
    encoded = [(encode(key), encode(value)) for key, value in values.items()]
    return "&".join(f"{key}={value}" for key, value in encoded) if any(value for _, value in encoded) else ""


def timestamp(moment: datetime) -> str:
    """`2026-11-20T10:11:06.120Z`: UTC with three decimals, not encoded."""
    utc = moment.astimezone(UTC)
    return f"{utc:%Y-%m-%dT%H:%M:%S}.{utc.microsecond // 1000:03d}Z"


def timezone(offset: timedelta) -> str:
    """`UTC+00:00` or `UTC-01:15`, not encoded."""
    minutes = int(offset.total_seconds()) // 60
    return f"UTC{'-' if minutes < 0 else '+'}{abs(minutes) // 60:02d}:{abs(minutes) % 60:02d}"


def is_device_id(text: str) -> bool:
    """Whether a text is a device id as we make them."""
    return re.fullmatch(r"[0-9a-f]{8}-[0-9a-f]{4}-[1-5][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}", text) is not None
