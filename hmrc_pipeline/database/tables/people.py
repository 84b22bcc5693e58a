"""The table of people: an opaque id, everything else encrypted or a blind index."""

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from hmrc_pipeline.database.types import Base

__all__ = ["Person", "PersonMark"]


class Person(Base):
    """One person. `nino_index` and `utr_index` find them; the plain values stand nowhere.

    `made_by`: document, for someone whom nobody added by hand, or user.
    """

    __tablename__ = "person"

    person_id: Mapped[str] = mapped_column(primary_key=True)
    nino_index: Mapped[str | None] = mapped_column(unique=True)
    nino_encrypted: Mapped[bytes | None]
    utr_index: Mapped[str | None] = mapped_column(unique=True)
    utr_encrypted: Mapped[bytes | None]
    name_index: Mapped[str | None] = mapped_column(index=True)
    name_encrypted: Mapped[bytes | None]
    made_by: Mapped[str] = mapped_column(default="user")
    is_example: Mapped[bool] = mapped_column(default=False)
    added_at: Mapped[datetime]

    def place(self, column: str) -> str:
        """What the ciphertext of `nino`, `utr` or `name` is bound to."""
        return f"person.{column}/{self.person_id}"


class PersonMark(Base):
    """What a person's documents print together: blind indexes of name, employer and payroll number ("" = not printed).

    Marks let a document without a NINO find its person. A firm one was told by a document with the NINO or by a
    user; others hold together the documents of someone known by name, and end when a NINO is known.
    """

    __tablename__ = "person_mark"

    person_id: Mapped[str] = mapped_column(ForeignKey("person.person_id"), primary_key=True)
    name_index: Mapped[str] = mapped_column(primary_key=True, index=True)
    employer_index: Mapped[str] = mapped_column(primary_key=True)
    payroll_index: Mapped[str] = mapped_column(primary_key=True)
    is_firm: Mapped[bool]
