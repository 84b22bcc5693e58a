"""Counting what was refused, so that guessing is slow: so many failures in a while, then a pause.

Counts live in this process; a restart forgets them.
"""

import threading
from collections import OrderedDict, deque
from dataclasses import dataclass, field
from datetime import datetime, timedelta

__all__ = ["Failures", "Rule"]


@dataclass(frozen=True)
class Rule:
    """How many failures are borne within which time."""

    allowed: int
    within: timedelta


LOGIN_OF_A_USER = Rule(5, timedelta(minutes=15))
LOGIN_FROM_AN_ADDRESS = Rule(20, timedelta(minutes=15))
BEARER = Rule(20, timedelta(minutes=1))


@dataclass
class Failures:
    """Failures by key, such as an address. The keys seen longest ago are forgotten first."""

    remembered: int = 10_000
    _seen: "OrderedDict[str, deque[datetime]]" = field(default_factory=OrderedDict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def wait_of(self, key: str, rule: Rule, now: datetime) -> int:
        """Seconds until another try is heard; 0 when it is heard now."""
        with self._lock:
            seen = self._seen.get(key)
            while seen and now - seen[0] >= rule.within:
                seen.popleft()
            if not seen or len(seen) < rule.allowed:
                return 0
            return int((seen[0] + rule.within - now).total_seconds()) + 1

    def add(self, key: str, now: datetime) -> None:
        with self._lock:
            self._seen.setdefault(key, deque(maxlen=100)).append(now)
            self._seen.move_to_end(key)
            while len(self._seen) > self.remembered:
                self._seen.popitem(last=False)

    def forget(self, key: str) -> None:
        with self._lock:
            self._seen.pop(key, None)
