"""The table of P60s a tax year counts."""

from datetime import date
from typing import Any

from sqlalchemy import ForeignKey, Index, false
from sqlalchemy.orm import Mapped, mapped_column

from hmrc_pipeline.database.types import Base, Money

__all__ = ["P60Row"]


class P60Row(Base):
    """One P60 of a person, tax year and employment. `current` is false for one that a corrected P60 replaces.

    `ni_rows` lists the letters: `{"letter", "lel", "lel_pt", "pt_uel", "employee"}` with amounts as text in
    pounds; `national_insurance` is the sum of the employee column. An amount not printed is NULL. `corrected` says
    that the form is marked as one that takes an earlier one's place, `issued_on` its printed date of issue. `made_from`
    as of a payslip.
    """

    __tablename__ = "p60"
    __table_args__ = (Index("ix_p60_person_year", "tax_year", "person_id", "employment"),)

    reading_id: Mapped[str] = mapped_column(ForeignKey("reading.reading_id"), primary_key=True)
    tax_year: Mapped[str]
    person_id: Mapped[str] = mapped_column(ForeignKey("person.person_id"))
    employment: Mapped[str]
    paye_reference: Mapped[str | None]
    employer_name: Mapped[str | None]
    payroll_number: Mapped[str | None]
    tax_code: Mapped[str | None]
    tax_basis: Mapped[str | None]
    status: Mapped[str]
    current: Mapped[bool]
    replaced_by: Mapped[str | None]
    corrected: Mapped[bool] = mapped_column(default=False, server_default=false())
    issued_on: Mapped[date | None]
    made_from: Mapped[str | None]
    ni_rows: Mapped[list[Any]]
    national_insurance: Mapped[Money | None]
    pay_previous: Mapped[Money | None]
    tax_previous: Mapped[Money | None]
    pay_this: Mapped[Money | None]
    tax_this: Mapped[Money | None]
    pay_total: Mapped[Money | None]
    tax_total: Mapped[Money | None]
    student_loan: Mapped[Money | None]
    postgraduate_loan: Mapped[Money | None]
    smp: Mapped[Money | None]
    spp: Mapped[Money | None]
    shpp: Mapped[Money | None]
    sap: Mapped[Money | None]
    spbp: Mapped[Money | None]
    sncp: Mapped[Money | None]
