"""How far Paperless was looked through, as it is kept beside the registry. Values only; `paperless_look` moves it."""

import hashlib
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from typing import Any, Final

__all__ = ["Cursor", "Pass", "Sweep", "moment_of", "text_of"]

_FORM: Final = 1


@dataclass
class Pass:
    """A walk through what was modified, page by page: where it stands and what it will have settled."""

    floor: str
    page: int = 1
    count: int = 0
    newest: str = ""


@dataclass
class Sweep:
    """A look at all tagged documents: `listing`, then `checking` those not seen, then `withdrawing`."""

    number: int
    phase: str = "listing"
    page: int = 1
    seen: int = 0
    again: int = 0


@dataclass
class Cursor:
    """Moments are ISO texts in UTC. `step` rises with every write: who looked from an older one has been overtaken."""

    server: str = ""
    step: int = 0
    tag_names: list[str] = field(default_factory=list)
    payslip_id: int | None = None
    p60_id: int | None = None
    p60_known: bool = False
    tags_at: str | None = None
    high_water: str | None = None
    walk: Pass | None = None
    settled: list[Any] = field(default_factory=list)
    sweep: Sweep | None = None
    sweeps: int = 0
    swept_at: str | None = None
    odd: list[int] = field(default_factory=list)
    refused: str | None = None
    told: bool = False
    let_go: bool = False
    looked_at: str | None = None

    @classmethod
    def load(cls, stored: dict[str, Any], address: str) -> "Cursor":
        """The cursor for a server; what was kept of another address is forgotten, so that all is looked at anew."""
        server = hashlib.sha256(address.encode()).hexdigest()[:16]
        kept = stored.get("paperless", {})
        if kept.get("form") != _FORM or kept.get("server") != server:
            return cls(server, step=int(kept.get("step", 0)), sweeps=int(kept.get("sweeps", 0)))
        values = {name: kept[name] for name in cls.__dataclass_fields__ if name in kept}
        values["walk"] = Pass(**kept["walk"]) if kept.get("walk") else None
        values["sweep"] = Sweep(**kept["sweep"]) if kept.get("sweep") else None
        return cls(**values)

    def saved(self, stored: dict[str, Any]) -> dict[str, Any]:
        """What is stored, with this cursor in it."""
        return {**stored, "paperless": {"form": _FORM, **asdict(self)}}

    @property
    def is_finished(self) -> bool:
        """Whether the last look came to its end."""
        return self.walk is None and self.sweep is None

    @property
    def tags(self) -> list[int]:
        """The tags asked for."""
        return [tag for tag in (self.payslip_id, self.p60_id) if tag is not None]


def text_of(moment: datetime) -> str:
    """A moment as the cursor keeps it: texts compare as moments do."""
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%S.%f}"


def moment_of(text: str) -> datetime:
    """The moment a cursor keeps."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)
