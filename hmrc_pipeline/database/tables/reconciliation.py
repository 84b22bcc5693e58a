"""Tables of results: measures compared, findings explained."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from hmrc_pipeline.database.types import Base, Money

__all__ = ["CheckState", "FindingRow", "MeasureRow", "PayslipDueRow", "PredictionRow"]


class MeasureRow(Base):
    """One measure of a person, tax year and employment by source. `state` is the worst of `pairs`."""

    __tablename__ = "measure"

    tax_year: Mapped[str] = mapped_column(primary_key=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("person.person_id"), primary_key=True)
    employment: Mapped[str] = mapped_column(primary_key=True)
    measure: Mapped[str] = mapped_column(primary_key=True)
    paye_reference: Mapped[str | None]
    employer_name: Mapped[str | None]
    payslip_sum: Mapped[Money | None]
    payslip_ytd: Mapped[Money | None]
    p60: Mapped[Money | None]
    hmrc: Mapped[Money | None]
    absent: Mapped[dict[str, Any]]
    pairs: Mapped[dict[str, Any]]
    state: Mapped[str]
    unexplained: Mapped[Money | None]


class FindingRow(Base):
    """One explained difference or piece of information. `finding_id` is the same as long as the finding is."""

    __tablename__ = "finding"
    __table_args__ = (Index("ix_finding_person_year", "tax_year", "person_id"),)

    finding_id: Mapped[str] = mapped_column(primary_key=True)
    tax_year: Mapped[str]
    person_id: Mapped[str] = mapped_column(ForeignKey("person.person_id"))
    employment: Mapped[str]
    cause: Mapped[str]
    kind: Mapped[str]
    certainty: Mapped[str]
    explains: Mapped[dict[str, Any]]
    alternatives: Mapped[list[Any]]
    evidence: Mapped[dict[str, Any]]
    next_step: Mapped[str]
    found_at: Mapped[datetime]


class PayslipDueRow(Base):
    """One payslip recomputed from its own code, letter and year to date: what was due, beside what was deducted.

    NULL where the payslip does not print what the routine needs. `income_tax_agrees` is true where some reading of the
    figures gives what was deducted. `cash_income_tax_marginal` is the tax its money bears, shares standing last;
    `loan_plan` the plan most payslips follow. `unverified` names the rates no published table was read for.
    """

    __tablename__ = "payslip_due"
    __table_args__ = (Index("ix_payslip_due_person_year", "tax_year", "person_id"),)

    reading_id: Mapped[str] = mapped_column(primary_key=True)
    tax_year: Mapped[str]
    person_id: Mapped[str] = mapped_column(ForeignKey("person.person_id"))
    employment: Mapped[str]
    income_tax_due: Mapped[Money | None]
    income_tax_agrees: Mapped[bool | None]
    cash_income_tax_marginal: Mapped[Money | None]
    national_insurance_due: Mapped[Money | None]
    student_loan_due: Mapped[Money | None]
    loan_plan: Mapped[str | None]
    unverified: Mapped[list[Any]]


class PredictionRow(Base):
    """What a person's year comes to: tax deducted less tax due (positive: overpaid), with its range, and the money at
    stake. `kind`: closed or forecast. The balance is NULL where pay or tax of an employment is not known.
    """

    __tablename__ = "prediction"

    tax_year: Mapped[str] = mapped_column(primary_key=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("person.person_id"), primary_key=True)
    kind: Mapped[str | None]
    income: Mapped[Money | None]
    tax: Mapped[Money | None]
    due: Mapped[Money | None]
    balance_low: Mapped[Money | None]
    balance: Mapped[Money | None]
    balance_high: Mapped[Money | None]
    at_stake: Mapped[Money | None]
    basis: Mapped[list[Any]]


class CheckState(Base):
    """What one predicate says of one person and tax year, and what it said before that.

    `state` and `before`: passed, failed, warned or not_yet; `before` is NULL for a person not reconciled before.
    `run` is the reconciliation of the year that wrote the row: only what the last one wrote is news.
    """

    __tablename__ = "check_state"

    tax_year: Mapped[str] = mapped_column(primary_key=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("person.person_id"), primary_key=True)
    check_name: Mapped[str] = mapped_column(primary_key=True)
    state: Mapped[str]
    before: Mapped[str | None]
    run: Mapped[int]
