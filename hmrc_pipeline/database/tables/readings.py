"""Tables of readings: what one reader version read from one content."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from hmrc_pipeline.database.types import Base, Money

__all__ = ["FLOWING", "AcceptanceRow", "CorrectionRow", "FigureRow", "LineRow", "ReadFigureRow", "ReadingRow"]

FLOWING = ("proved", "consistent", "accepted")
"""The statuses that flow on into a tax year; `needs_review` waits for a correction or to be accepted."""


class ReadingRow(Base):
    """One document found in a content (a file may hold several months), or one reason why none was.

    `status`: proved, consistent, accepted (a user stands for the figures), needs_review, quarantined, or erased
    (nothing of it is kept, nor read again). `read_status` and `read_reasons` are the reader's own, before any
    correction and acceptance.
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
    read_status: Mapped[str] = mapped_column(default="")
    read_reasons: Mapped[list[Any]] = mapped_column(default=list)
    person_id: Mapped[str | None] = mapped_column(ForeignKey("person.person_id"))
    assigned_by: Mapped[str | None]
    tax_year: Mapped[str | None] = mapped_column(index=True)
    period_tax_year: Mapped[str | None]
    pay_date: Mapped[date | None]
    employer_key: Mapped[str | None]
    paye_reference: Mapped[str | None]
    content_index: Mapped[str]


class _FigureColumns:
    """What is kept of a figure, whether it counts or stands below a correction."""

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


class FigureRow(_FigureColumns, Base):
    """One value of a reading with its proof: `amount`, or else `value`; `text` and `label` as printed.

    Of a personal field, value, text and label stand in `text_encrypted` and nowhere else. `source` is text, ocr
    or user; of a user's figure the one read stands in `read_figure`.
    """

    __tablename__ = "figure"

    reading_id: Mapped[str] = mapped_column(ForeignKey("reading.reading_id"), primary_key=True)

    @staticmethod
    def text_place(reading_id: str, field: str) -> str:
        """What `text_encrypted` is bound to."""
        return f"figure.text/{reading_id}/{field}"


class ReadFigureRow(_FigureColumns, Base):
    """A figure as it was read, where a correction counts instead."""

    __tablename__ = "read_figure"

    reading_id: Mapped[str] = mapped_column(ForeignKey("reading.reading_id"), primary_key=True)

    @staticmethod
    def text_place(reading_id: str, field: str) -> str:
        """What `text_encrypted` is bound to."""
        return f"read_figure.text/{reading_id}/{field}"


class CorrectionRow(Base):
    """What a user says a field of a document is; it counts whatever a reader reads there.

    `value_encrypted` is NULL when the user says the field is not printed. `ended_at` is set when a later
    correction took its place or it was taken back.
    """

    __tablename__ = "correction"
    __table_args__ = (Index("ix_correction_content", "sha256", "part"),)

    correction_id: Mapped[str] = mapped_column(primary_key=True)
    sha256: Mapped[str] = mapped_column(ForeignKey("document.sha256"))
    part: Mapped[int]
    field: Mapped[str]
    value_encrypted: Mapped[bytes | None]
    made_at: Mapped[datetime]
    made_by: Mapped[str]
    ended_at: Mapped[datetime | None]

    @property
    def value_place(self) -> str:
        """What `value_encrypted` is bound to."""
        return f"correction.value/{self.correction_id}"


class AcceptanceRow(Base):
    """A user stands for the figures of a document, as long as they are the same: `values_index` tells."""

    __tablename__ = "acceptance"

    sha256: Mapped[str] = mapped_column(ForeignKey("document.sha256"), primary_key=True)
    part: Mapped[int] = mapped_column(primary_key=True)
    values_index: Mapped[str]
    accepted_at: Mapped[datetime]
    accepted_by: Mapped[str]


class LineRow(Base):
    """One printed pay or deduction line of a payslip."""

    __tablename__ = "reading_line"

    reading_id: Mapped[str] = mapped_column(ForeignKey("reading.reading_id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    section: Mapped[str]
    label: Mapped[str]
    amount: Mapped[Money | None]
    ytd: Mapped[Money | None]
