"""The table of payslips a tax year counts: one row per payslip chosen from the readings."""

from datetime import date

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from hmrc_pipeline.database.types import Base, Money

__all__ = ["PayslipRow"]


class PayslipRow(Base):
    """One payslip of a person and tax year. `employment` is the PAYE reference, or the employer's name until
    a document gives the reference. `counted` is false for a second copy, whose original is `duplicate_of`.
    An amount the payslip does not print is NULL. `made_from` names the content read and the program that chose; what
    was made from the same is not made again. NULL: not known.
    """

    __tablename__ = "payslip"
    __table_args__ = (Index("ix_payslip_person_year", "tax_year", "person_id", "employment"),)

    reading_id: Mapped[str] = mapped_column(ForeignKey("reading.reading_id"), primary_key=True)
    tax_year: Mapped[str]
    person_id: Mapped[str] = mapped_column(ForeignKey("person.person_id"))
    employment: Mapped[str]
    paye_reference: Mapped[str | None]
    employer_name: Mapped[str | None]
    payroll_number: Mapped[str | None]
    pay_date: Mapped[date]
    tax_period: Mapped[int | None]
    pay_frequency: Mapped[str | None]
    tax_code: Mapped[str | None]
    tax_basis: Mapped[str | None]
    ni_letter: Mapped[str | None]
    status: Mapped[str]
    counted: Mapped[bool]
    duplicate_of: Mapped[str | None]
    made_from: Mapped[str | None]
    basic_pay: Mapped[Money | None]
    bonus: Mapped[Money | None]
    smp: Mapped[Money | None]
    ssp: Mapped[Money | None]
    spp: Mapped[Money | None]
    shpp: Mapped[Money | None]
    sap: Mapped[Money | None]
    spbp: Mapped[Money | None]
    sncp: Mapped[Money | None]
    rsu_gross: Mapped[Money | None]
    rsu_tax_offset: Mapped[Money | None]
    rsu_excess_refund: Mapped[Money | None]
    pension_sacrifice: Mapped[Money | None]
    employee_pension: Mapped[Money | None]
    employer_pension: Mapped[Money | None]
    gross_pay: Mapped[Money | None]
    taxable_pay: Mapped[Money | None]
    ni_pay: Mapped[Money | None]
    income_tax: Mapped[Money | None]
    national_insurance: Mapped[Money | None]
    employer_ni: Mapped[Money | None]
    student_loan: Mapped[Money | None]
    postgraduate_loan: Mapped[Money | None]
    total_deductions: Mapped[Money | None]
    net_pay: Mapped[Money | None]
    ytd_basic_pay: Mapped[Money | None]
    ytd_bonus: Mapped[Money | None]
    ytd_smp: Mapped[Money | None]
    ytd_ssp: Mapped[Money | None]
    ytd_spp: Mapped[Money | None]
    ytd_shpp: Mapped[Money | None]
    ytd_sap: Mapped[Money | None]
    ytd_spbp: Mapped[Money | None]
    ytd_sncp: Mapped[Money | None]
    ytd_rsu_gross: Mapped[Money | None]
    ytd_rsu_tax_offset: Mapped[Money | None]
    ytd_rsu_excess_refund: Mapped[Money | None]
    ytd_pension_sacrifice: Mapped[Money | None]
    ytd_employee_pension: Mapped[Money | None]
    ytd_employer_pension: Mapped[Money | None]
    ytd_gross_pay: Mapped[Money | None]
    ytd_taxable_pay: Mapped[Money | None]
    ytd_ni_pay: Mapped[Money | None]
    ytd_income_tax: Mapped[Money | None]
    ytd_national_insurance: Mapped[Money | None]
    ytd_employer_ni: Mapped[Money | None]
    ytd_student_loan: Mapped[Money | None]
    ytd_postgraduate_loan: Mapped[Money | None]
    ytd_total_deductions: Mapped[Money | None]
    ytd_net_pay: Mapped[Money | None]
