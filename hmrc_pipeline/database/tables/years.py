"""Tables of what changed: the generation of each tax year and of each person in it."""

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from hmrc_pipeline.database.types import Base

__all__ = ["ChangedPerson", "TaxYearState"]


class TaxYearState(Base):
    """How far the inputs of a tax year have come, and how far each stage has followed.

    `reconciliations` counts the runs that reconciled somebody. `reconciled_with` says with what everybody's results
    were made that has no generation (program, settings, the time of year); NULL when not everybody's were made alike.
    """

    __tablename__ = "tax_year_state"

    tax_year: Mapped[str] = mapped_column(primary_key=True)
    inputs_generation: Mapped[int] = mapped_column(default=0)
    payslips_generation: Mapped[int] = mapped_column(default=0)
    p60s_generation: Mapped[int] = mapped_column(default=0)
    reconciled_generation: Mapped[int] = mapped_column(default=0)
    reconciliations: Mapped[int] = mapped_column(default=0)
    reconciled_with: Mapped[str | None]


class ChangedPerson(Base):
    """The newest generation of a tax year in which a person's inputs changed.

    `reconciled_sum` is a weighted sum of the figures the stored results were made from; NULL when there are none.
    """

    __tablename__ = "changed_person"
    __table_args__ = (Index("ix_changed_person_generation", "tax_year", "generation"),)

    tax_year: Mapped[str] = mapped_column(primary_key=True)
    person_id: Mapped[str] = mapped_column(primary_key=True)
    generation: Mapped[int]
    reconciled_sum: Mapped[int | None]
