"""Temporary: the shape of HMRC's year until the hmrc wing lands."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

__all__ = ["HmrcEmployment", "HmrcYear"]


@dataclass(frozen=True)
class HmrcEmployment:
    """One employment."""

    paye_reference: str
    employer_name: str | None
    pay: Decimal | None
    tax: Decimal | None
    snapshots: tuple[str, ...] = ()


@dataclass(frozen=True)
class HmrcYear:
    """One year."""

    employments: tuple[HmrcEmployment, ...] = ()
    absent: str | None = None
    captured_at: datetime | None = None
    sources: tuple[str, ...] = ()
