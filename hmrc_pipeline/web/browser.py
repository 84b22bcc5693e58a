"""What HMRC wants to know of the browser of a person who asks it through one of our pages.

How the headers are spelt belongs to `hmrc.fraud_headers`. What the browser does not tell, or only says of a
network of its own, is left out.
"""

import uuid
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from importlib.metadata import PackageNotFoundError, version

from starlette.requests import Request

from hmrc_pipeline.hmrc.fraud_headers import Browser, Hop, Screen, for_browser, is_device_id
from hmrc_pipeline.settings import Settings
from hmrc_pipeline.web.caller import caller_of
from hmrc_pipeline.web.proofs import cookie_name

__all__ = ["DEVICE", "headers_for", "known_device"]

DEVICE = "device"
"""The cookie that knows a browser again, as HMRC asks: made once, kept, nothing else is tied to it."""


def known_device(request: Request, settings: Settings) -> str | None:
    """The id this browser was given."""
    found = request.cookies.get(cookie_name(settings, DEVICE), "")
    return found if is_device_id(found) else None


def headers_for(request: Request, settings: Settings, now: datetime) -> Callable[[], Mapping[str, str]]:
    """The fraud-prevention headers of what is asked for this person."""
    told = request.state.form
    caller, ours = caller_of(request, settings), settings.public_ip or ""
    # Who comes from a network of our own has not come over the internet: HMRC is told of no address and no hop.
    over_internet = caller.address is not None and caller.address.is_global
    public, port = (str(caller.address), caller.port) if over_internet else ("", None)
    headers = for_browser(
        Browser(
            device_id=known_device(request, settings) or str(uuid.uuid4()),
            user=request.state.session.name,
            public_ip=public,
            public_port=port or 0,
            seen_at=now,
            screens=_screens(told),
            window_width=_whole(told.get("window_width")),
            window_height=_whole(told.get("window_height")),
            js_user_agent=told.get("js_user_agent", "")[:500],
            utc_offset=timedelta(minutes=_minutes(told.get("utc_offset"))),
            hops=(Hop(ours, public),) if ours and public else (),
            vendor_ip=ours,
            version=_version(),
        )
    )
    unknown = _unknown(told, public, port)
    sent = {name: value for name, value in headers.items() if name not in unknown}
    return lambda: sent


def _unknown(told: Mapping[str, str], public: str, port: int | None) -> set[str]:
    missing = set()
    if not public:
        missing |= {"Gov-Client-Public-IP", "Gov-Client-Public-IP-Timestamp", "Gov-Client-Public-Port"}
    if not port:
        missing.add("Gov-Client-Public-Port")  # our proxy did not say it
    if not (_whole(told.get("window_width")) and _whole(told.get("window_height"))):
        missing.add("Gov-Client-Window-Size")
    if not told.get("utc_offset"):
        missing.add("Gov-Client-Timezone")
    return missing


def _screens(told: Mapping[str, str]) -> tuple[Screen, ...]:
    width, height, depth = (_whole(told.get(f"screen_{name}")) for name in ("width", "height", "depth"))
    try:
        scale = float(told.get("screen_scale", ""))
    except ValueError:
        return ()
    return (Screen(width, height, scale, depth),) if width and height and depth and 0 < scale < 100 else ()


def _whole(text: str | None) -> int:
    return int(text) if text and text.isascii() and text.isdecimal() and len(text) < 6 else 0


def _minutes(text: str | None) -> int:
    sign, digits = (-1, text[1:]) if text and text[0] == "-" else (1, text)
    found = sign * _whole(digits)
    return found if abs(found) <= 14 * 60 else 0


def _version() -> str:
    try:
        return version("hmrc-pipeline")
    except PackageNotFoundError:
        return "0"
