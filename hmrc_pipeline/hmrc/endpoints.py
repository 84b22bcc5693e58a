"""Where HMRC is: the addresses of the settings, checked, and which HMRC stands behind them."""

import ipaddress
from typing import Literal
from urllib.parse import urlsplit

from hmrc_pipeline.problems import Problem
from hmrc_pipeline.settings import Settings

__all__ = ["EndpointProblem", "Place", "api_url", "is_loopback", "issuer_of", "place_of", "require_safe"]

Place = Literal["HMRC", "HMRC sandbox", "HMRC simulator"]


class EndpointProblem(Problem):
    """An address of HMRC in the settings cannot be used; the message names the setting."""


def is_loopback(host: str) -> bool:
    """Whether a host name means this machine."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def require_safe(url: str, setting: str) -> str:
    """The address without a trailing slash. Raises `EndpointProblem` unless it is https, or http on loopback."""
    parts = urlsplit(url)
    if not parts.hostname or parts.scheme not in {"https", "http"} or parts.username or parts.password:
        raise EndpointProblem(f"HMRC_PIPELINE_{setting} must be a full https address")
    if parts.scheme == "http" and not is_loopback(parts.hostname):
        raise EndpointProblem(f"HMRC_PIPELINE_{setting} must be https: plain http is for this machine alone")
    return url.rstrip("/")


def api_url(settings: Settings) -> str:
    """The base address of the APIs. Raises `EndpointProblem`."""
    return require_safe(str(settings.hmrc_api_url), "HMRC_API_URL")


def place_of(settings: Settings) -> Place:
    """Which HMRC the settings point at. Anything that is neither loopback nor a test host counts as the real one."""
    host = (urlsplit(str(settings.hmrc_api_url)).hostname or "").lower()
    if is_loopback(host):
        return "HMRC simulator"
    return "HMRC sandbox" if host.startswith("test-") else "HMRC"


def issuer_of(settings: Settings) -> str:
    """Who gave a grant: the token address and the application. A grant of another issuer is not used."""
    return f"{str(settings.hmrc_token_url).rstrip('/')} {settings.hmrc_client_id or ''}"
