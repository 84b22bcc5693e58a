"""Every route of the web application and the proof it asks for: the one table `gate` obeys.

A route that is not here is not reachable, and a test fails for it. What a route does belongs to its router.
"""

from dataclasses import dataclass
from enum import StrEnum

__all__ = ["TABLE", "Proof", "Row", "row_of"]

KIB, MIB = 1024, 1024 * 1024


class Proof(StrEnum):
    """What a caller has to show."""

    NOTHING = "nothing"
    STATE = "state, single use, of the browser session that began it"
    LOGIN = "login"
    BY_CRON = "bearer SYNC_TOKEN"
    BY_PAPERLESS = "bearer WEBHOOK_TOKEN"
    MONITOR = "loopback or allow-list"


@dataclass(frozen=True)
class Row:
    """One route. A body larger than `largest_body` is refused; one that is not `read` is let pass unseen."""

    path: str
    methods: frozenset[str]
    who: str
    proof: Proof
    largest_body: int = 0
    reads_body: bool = True

    @property
    def is_page(self) -> bool:
        """Whether people meet it in a browser."""
        return self.proof in {Proof.NOTHING, Proof.STATE, Proof.LOGIN}


_GET, _POST = frozenset({"GET"}), frozenset({"POST"})
_READ = _GET | {"HEAD"}  # only where asking changes nothing: a call-back uses its state up
_PEOPLE, _HMRC, _MONITORS = "people with a login", "HMRC's redirect", "monitors"

TABLE: tuple[Row, ...] = (
    Row("/callback", _GET, _HMRC, Proof.STATE),
    Row("/oauth/callback", _GET, _HMRC, Proof.STATE),
    Row("/", _READ, _PEOPLE, Proof.LOGIN),
    Row("/authorize", _GET, _PEOPLE, Proof.LOGIN),
    Row("/ask", _POST, _PEOPLE, Proof.LOGIN, 16 * KIB),
    Row("/logout", _POST, _PEOPLE, Proof.LOGIN, 4 * KIB),
    Row("/login", _READ | _POST, "people before they have signed in", Proof.NOTHING, 16 * KIB),
    Row("/style.css", _READ, "people before they have signed in", Proof.NOTHING),
    Row("/icon.svg", _READ, "people before they have signed in", Proof.NOTHING),
    Row("/page.js", _READ, "people before they have signed in", Proof.NOTHING),
    Row("/sync", _POST, "cron", Proof.BY_CRON, 4 * KIB),
    Row("/webhook", _POST, "Paperless", Proof.BY_PAPERLESS, 64 * MIB, reads_body=False),
    Row("/livez", _READ, _MONITORS, Proof.MONITOR),
    Row("/healthz", _READ, _MONITORS, Proof.MONITOR),
    Row("/readyz", _READ, _MONITORS, Proof.MONITOR),
)

_BY_PATH = {row.path: row for row in TABLE}


def row_of(path: str) -> Row | None:
    """The row of a requested path; None when there is nothing at this address."""
    return _BY_PATH.get(path)
