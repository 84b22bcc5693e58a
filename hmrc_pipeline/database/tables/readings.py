"""Tables of readings: what one reader version read from one content."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from hmrc_pipeline.database.types import Base, Money

__all__ = ["FigureRow", "LineRow", "ReadingRow"]


class ReadingRow(Base):
    """One document found in a content (a file may hold several months), or one reason why none was.

    `status`: proved, consistent, needs_review or quarantined. `superseded_at` is set when a newer reader
    version has read the same content. `assigned_by`: nino, name, payroll_number or user.
    """

    __tablename__ = "reading"
    __table_args__ = (
        UniqueConstraint("sha256", "reader_version", "part"),
        Index("ix_reading_person_year", "person_id", "tax_year"),
    )

    reading_id: Mapped[str] = mapped_column(primary_key=True)
    sha256: Mapped[str] = mapped_column(ForeignKey("document.sha256"))
    part: Mapped[int]
    reader_version: Mapped[str]
    read_at: Mapped[datetime]
    superseded_at: Mapped[datetime | None]
    doc_type: Mapped[str]
    status: Mapped[str] = mapped_column(index=True)
    reasons: Mapped[list[Any]]
    person_id: Mapped[str | None] = mapped_column(ForeignKey("person.person_id"))
    assigned_by: Mapped[str | None]
    tax_year: Mapped[str | None] = mapped_column(index=True)
    pay_date: Mapped[date | None]


class FigureRow(Base):
    """One value of a reading with its proof. Personal text stands in `text_encrypted`, never in `text`."""

    __tablename__ = "figure"

    reading_id: Mapped[str] = mapped_column(ForeignKey("reading.reading_id"), primary_key=True)
    field: Mapped[str] = mapped_column(primary_key=True)
    amount: Mapped[Money | None]
    text: Mapped[str | None]
    text_encrypted: Mapped[bytes | None]
    label: Mapped[str | None]
    page: Mapped[int | None]
    box: Mapped[list[Any] | None]
    label_box: Mapped[list[Any] | None]
    relation: Mapped[str | None]
    source: Mapped[str]
    confidence: Mapped[float]
    checks: Mapped[list[Any]]


class LineRow(Base):
    """One printed pay or deduction line of a payslip."""

    __tablename__ = "reading_line"

    reading_id: Mapped[str] = mapped_column(ForeignKey("reading.reading_id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    section: Mapped[str]
    label: Mapped[str]
    amount: Mapped[Money | None]
    ytd: Mapped[Money | None]
