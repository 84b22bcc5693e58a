"""Tables of readings: what one reader version read from one content."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from hmrc_pipeline.database.types import Base, Money

__all__ = ["FLOWING", "FigureRow", "LineRow", "ReadingRow"]

FLOWING = ("proved", "consistent")
"""The statuses that flow on into a tax year without anyone's word; `needs_review` waits to be accepted."""


class ReadingRow(Base):
    """One document found in a content (a file may hold several months), or one reason why none was.

    `status`: proved, consistent, needs_review, quarantined, or erased (nothing of it is kept, nor read again).
    `superseded_at` is set when a newer reader version has read something else. A newer version that reads the
    same leaves the row as it is. `assigned_by`: nino, name, payroll_number or user.
    `tax_year` is NULL outside the years kept. `period_tax_year` is the year the printed period points to when
    that is not the year of the payment date. `employer_key` is the employer's name as compared.
    `content_index` is a blind index of everything read, to tell whether a later reading differs.
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
    period_tax_year: Mapped[str | None]
    pay_date: Mapped[date | None]
    employer_key: Mapped[str | None]
    paye_reference: Mapped[str | None]
    content_index: Mapped[str]


class FigureRow(Base):
    """One value of a reading with its proof: `amount`, or else `value`; `text` and `label` as printed.

    Of a personal field, value, text and label stand in `text_encrypted` and nowhere else.
    """

    __tablename__ = "figure"

    reading_id: Mapped[str] = mapped_column(ForeignKey("reading.reading_id"), primary_key=True)
    field: Mapped[str] = mapped_column(primary_key=True)
    amount: Mapped[Money | None]
    value: Mapped[str | None]
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

    @staticmethod
    def text_place(reading_id: str, field: str) -> str:
        """What `text_encrypted` is bound to."""
        return f"figure.text/{reading_id}/{field}"


class LineRow(Base):
    """One printed pay or deduction line of a payslip."""

    __tablename__ = "reading_line"

    reading_id: Mapped[str] = mapped_column(ForeignKey("reading.reading_id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    section: Mapped[str]
    label: Mapped[str]
    amount: Mapped[Money | None]
    ytd: Mapped[Money | None]
