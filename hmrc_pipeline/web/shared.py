"""What every router and the gate share: HOME, the clock, pages, counted failures, the running sync.

Opening HOME belongs here because the application starts, and says that it lives, before the database does.
"""

import ipaddress
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.responses import HTMLResponse

from hmrc_pipeline.hmrc.application import with_secrets
from hmrc_pipeline.hmrc.endpoints import is_loopback
from hmrc_pipeline.home import Home
from hmrc_pipeline.logins import Session
from hmrc_pipeline.settings import Settings
from hmrc_pipeline.web.failures import Failures
from hmrc_pipeline.web.worker import SyncWorker

__all__ = ["Web", "is_known_host", "is_secure", "networks_of"]


def _environment() -> Environment:
    return Environment(
        loader=PackageLoader("hmrc_pipeline.web"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


@dataclass
class Web:
    """The parts of one running application."""

    home_factory: Callable[[], Home]
    clock: Callable[[], datetime]
    failures: Failures = field(default_factory=Failures)
    templates: Environment = field(default_factory=_environment)
    _home: Home | None = None
    _worker: SyncWorker | None = None
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def home(self) -> Home:
        """HOME, opened once. Raises `Problem` while it cannot be opened; the next call tries again."""
        with self._lock:
            if self._home is None:
                self._home = with_secrets(self.home_factory())
            return self._home

    @property
    def is_secure(self) -> bool:
        """Whether people reach us by https; False while that is not known."""
        return self._home is not None and is_secure(self._home.settings)

    @property
    def worker(self) -> SyncWorker:
        """The one sync of this process."""
        home = self.home()
        with self._lock:
            if self._worker is None:
                self._worker = SyncWorker(home, self.clock)
            return self._worker

    def page(
        self, name: str, session: Session | None, values: Mapping[str, Any] | None = None, status: int = 200
    ) -> HTMLResponse:
        """A page from its template."""
        html = self.templates.get_template(f"{name}.html").render(session=session, **(values or {}))
        return HTMLResponse(html, status)

    def problem(self, status: int, sentence: str, session: Session | None = None, heading: str = "") -> HTMLResponse:
        """A page that says what is wrong and what to do."""
        headings = {403: "This is not allowed", 404: "There is nothing here", 429: "Not so fast"}
        values = {"heading": heading or headings.get(status, "That did not work"), "sentence": sentence}
        return self.page("problem", session, values, status)


def networks_of(text: str) -> list[ipaddress.IPv4Network | ipaddress.IPv6Network]:
    """The networks a setting names."""
    return [ipaddress.ip_network(part) for part in text.split(",") if part]


def is_secure(settings: Settings) -> bool:
    """Whether people reach us by https."""
    return settings.public_url is not None and settings.public_url.scheme == "https"


def is_known_host(settings: Settings, host: str) -> bool:
    """Whether a Host header means us: the public address, a name of this machine, or a bare address.

    A name that somebody else has pointed at us (DNS rebinding) is none of these.
    """
    try:
        name = urlsplit(f"//{host}").hostname or ""
    except ValueError:
        return False
    if settings.public_url is not None and host.lower() == urlsplit(str(settings.public_url)).netloc.lower():
        return True
    if is_loopback(name) or name == settings.web_host.lower():
        return True
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True
