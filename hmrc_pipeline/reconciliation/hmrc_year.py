"""Temporary: the shape of HMRC's year until the hmrc wing lands."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from sqlalchemy.orm import Session

from hmrc_pipeline.tax_year import TaxYear

__all__ = ["HmrcEmployment", "HmrcYear"]


@dataclass(frozen=True)
class HmrcEmployment:
    """One employment."""

    paye_reference: str
    employer_name: str | None
    pay: Decimal | None
    tax: Decimal | None
    snapshots: tuple[str, ...]
    kind: str = "employment"


@dataclass(frozen=True)
class HmrcYear:
    """One year."""

    employments: tuple[HmrcEmployment, ...]
    absent: str | None
    captured_at: datetime | None = None
    sources: tuple[str, ...] = ()
    missing: Mapping[str, str] = field(default_factory=dict)


def annual_figures(session: Session, person_id: str, tax_year: TaxYear) -> HmrcYear:
    """Nothing yet."""
    return HmrcYear((), "not_asked: HMRC was not asked for this year yet.")
