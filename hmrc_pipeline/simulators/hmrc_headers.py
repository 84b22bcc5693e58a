"""The simulated validator of fraud-prevention headers: HMRC's specification 3.3, refused strictly.

Written from the specification and not from our own builder, so that each is held against the other.
"""

import ipaddress
import re
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any
from urllib.parse import unquote

__all__ = ["judge", "verdict"]

_COMMON = {"connection-method", "device-id", "timezone", "user-ids"}
_LOCAL = {"local-ips", "local-ips-timestamp", "mac-addresses", "user-agent"}
_WEB = {
    "browser-js-user-agent", "public-ip", "public-ip-timestamp", "public-port", "screens", "window-size",
}  # fmt: skip
_VENDOR = {"gov-vendor-product-name", "gov-vendor-version"}
_CLIENT = {
    "BATCH_PROCESS_DIRECT": _COMMON | _LOCAL,
    "OTHER_DIRECT": _COMMON | _LOCAL,
    "WEB_APP_VIA_SERVER": _COMMON | _WEB,
}
_REQUIRED = {
    method: {f"gov-client-{name}" for name in names}
    | _VENDOR
    | ({"gov-vendor-forwarded", "gov-vendor-public-ip"} if method == "WEB_APP_VIA_SERVER" else set())
    for method, names in _CLIENT.items()
}
_OPTIONAL = {
    "BATCH_PROCESS_DIRECT": {"gov-vendor-license-ids"},
    "OTHER_DIRECT": {"gov-vendor-license-ids", "gov-client-multi-factor"},
    "WEB_APP_VIA_SERVER": {"gov-vendor-license-ids", "gov-client-multi-factor"},
}

_ENCODED = r"(?:[A-Za-z0-9\-._~]|%[0-9A-F]{2})"
_KEY, _VALUE = f"{_ENCODED}+", f"{_ENCODED}*"
_PAIRS = re.compile(rf"{_KEY}={_VALUE}(?:&{_KEY}={_VALUE})*")
_UUID = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")
_ZONE = re.compile(r"UTC[+-](?:0\d|1[0-4]):[0-5]\d")
_MAC = re.compile(r"[0-9a-fA-F]{2}(?:%3A[0-9a-fA-F]{2}){5}")
_POSITIVE = re.compile(r"[1-9]\d{0,5}")


def verdict(headers: Mapping[str, str]) -> dict[str, Any]:
    """The body the validator answers with."""
    errors, warnings = judge(headers)
    code = "INVALID_HEADERS" if errors else "POTENTIALLY_INVALID_HEADERS" if warnings else "VALID_HEADERS"
    body: dict[str, Any] = {"specVersion": "3.3", "code": code, "message": "The headers were checked"}
    if errors:
        body["errors"] = errors
    if warnings:
        body["warnings"] = warnings
    return body


def judge(headers: Mapping[str, str]) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Errors and warnings about the headers of one request; names in lower case."""
    given = {
        name.lower(): value
        for name, value in headers.items()
        if name.lower().startswith(("gov-client-", "gov-vendor-"))
    }
    method = given.get("gov-client-connection-method", "")
    if method not in _REQUIRED:
        return [_say("INVALID_HEADER" if method else "MISSING_HEADER", "gov-client-connection-method")], []
    errors = [_say("MISSING_HEADER", name) for name in sorted(_REQUIRED[method] - given.keys())]
    errors += [_say("UNEXPECTED_HEADER", name) for name in sorted(given.keys() - _REQUIRED[method] - _OPTIONAL[method])]
    for name, value in sorted(given.items()):
        if not value:
            errors.append(_say("EMPTY_HEADER", name))
        elif name in _RULES and not _is_valid(name, value):
            errors.append(_say("INVALID_HEADER", name))
    warnings = [_say("MISSING_HEADER", name) for name in sorted(_OPTIONAL[method] - given.keys())]
    return errors, warnings


def _say(code: str, name: str) -> dict[str, Any]:
    return {"code": code, "message": f"{code.replace('_', ' ').lower()}: {name}", "headers": [name]}


def _is_valid(name: str, value: str) -> bool:
    nothing = re.search(r"(?i)(?:^|[=,&])(?:null|undefined|none)(?:$|[,&])", value)
    return value.isascii() and not nothing and _RULES[name](value)


def _pairs_of(value: str) -> dict[str, str] | None:
    if not _PAIRS.fullmatch(value):
        return None
    found = [pair.split("=") for pair in value.split("&")]
    keys = {unquote(key): unquote(text) for key, text in found}
    return keys if len(keys) == len(found) else None


def _is_ip(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True


def _is_encoded_ip(item: str) -> bool:
    return re.fullmatch(_KEY, item) is not None and _is_ip(unquote(item))


def _is_public(text: str) -> bool:
    return _is_ip(text) and not ipaddress.ip_address(text).is_loopback


def _is_moment(text: str) -> bool:
    try:
        return _MOMENT.fullmatch(text) is not None and datetime.fromisoformat(text) is not None
    except ValueError:
        return False


def _screens(value: str) -> bool:
    for screen in value.split(","):
        found = _pairs_of(screen)
        if found is None or found.keys() != {"width", "height", "scaling-factor", "colour-depth"}:
            return False
        whole = all(_POSITIVE.fullmatch(found[key]) for key in ("width", "height", "colour-depth"))
        if not whole or not re.fullmatch(r"\d+(?:\.\d+)?", found["scaling-factor"]):
            return False
    return True


def _window(value: str) -> bool:
    found: dict[str, str] = _pairs_of(value) or {}
    return found.keys() == {"width", "height"} and all(map(_POSITIVE.fullmatch, found.values()))


def _user_agent(value: str) -> bool:
    found = _pairs_of(value) or {}
    keys = {"os-family", "os-version", "device-manufacturer", "device-model"}
    return found.keys() == keys and bool(found["os-family"] and found["os-version"])


def _forwarded(value: str) -> bool:
    hops: list[dict[str, str]] = [_pairs_of(hop) or {} for hop in value.split(",")]
    return all(hop.keys() == {"by", "for"} and all(map(_is_ip, hop.values())) for hop in hops)


def _each(rule: Callable[[str], Any]) -> Callable[[str], bool]:
    return lambda value: all(rule(item) for item in value.split(","))


def _named(value: str) -> bool:
    found = _pairs_of(value) or {}
    return bool(found) and all(found.values())


def _factors(value: str) -> bool:
    return _each(lambda item: {"type", "timestamp", "unique-reference"} <= (_pairs_of(item) or {}).keys())(value)


_RULES: dict[str, Callable[[str], bool]] = {
    "gov-client-device-id": lambda value: _UUID.fullmatch(value) is not None,
    "gov-client-local-ips": _each(_is_encoded_ip),
    "gov-client-local-ips-timestamp": _is_moment,
    "gov-client-mac-addresses": _each(_MAC.fullmatch),
    "gov-client-timezone": lambda value: _ZONE.fullmatch(value) is not None,
    "gov-client-user-agent": _user_agent,
    "gov-client-user-ids": _named,
    "gov-client-browser-js-user-agent": lambda value: re.fullmatch(_KEY, value) is not None,
    "gov-client-public-ip": _is_public,
    "gov-client-public-ip-timestamp": _is_moment,
    "gov-client-public-port": lambda value: value.isdecimal() and value == str(int(value)) and 1 <= int(value) <= 65535
    and value not in {"80", "443"},
    "gov-client-screens": _screens,
    "gov-client-window-size": _window,
    "gov-client-multi-factor": _factors,
    "gov-vendor-forwarded": _forwarded,
    "gov-vendor-public-ip": _is_public,
    "gov-vendor-product-name": lambda value: re.fullmatch(_KEY, value) is not None,
    "gov-vendor-version": _named,
    "gov-vendor-license-ids": _named,
}  # fmt: skip
