"""The demo's career: one made-up employee with everything that makes a payslip hard to check by hand.

What a career is belongs to `career`.
"""

from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal

from hmrc_pipeline.identifiers import Nino, PayeReference, TaxCode, Utr
from hmrc_pipeline.simulators.career import Career, PaidEmployment, PaidYear, calendar_months, payday
from hmrc_pipeline.simulators.payroll import (
    Earning,
    Employee,
    Employer,
    Payment,
    Payroll,
    PreviousEmployment,
    Slip,
    Terms,
    Vest,
)
from hmrc_pipeline.tax_year import TaxYear

__all__ = ["DEMO_EMPLOYEE", "demo_career"]

DEMO_EMPLOYEE = Employee(
    title="Ms",
    forenames="Imogen Ruth",
    surname="Ashgrove",
    nino=Nino.parse("QQ384721B"),
    address=("Flat 6, 41 Tannery Lane", "Wexcombe", "WX4 7QP"),
)
_DEMO_UTR = Utr.parse("2234567890")
_OLD = Terms(
    employer=Employer(
        "Fenwick Marlow Printing Ltd",
        PayeReference.parse("419/FM7731"),
        ("Unit 9 Station Works", "Harl Bridge", "HB2 6TN"),
    ),
    payroll_number="1187",
    pension="net_pay",
    pension_rate=Decimal("0.05"),
    employer_rate=Decimal("0.04"),
    pension_provider="Oakmere Pension",
    loans=("2",),
    layout="single_list",
    department="Prepress",
)
_NEW = Terms(
    employer=Employer(
        "Corvane Systems UK Limited",
        PayeReference.parse("846/CX20915"),
        ("11 Lantern Quay", "London", "EC9V 4ZD"),
    ),
    payroll_number="00306418",
    pension="sacrifice",
    pension_rate=Decimal("0.06"),
    employer_rate=Decimal("0.09"),
    loans=("2",),
    layout="adp",
    department="ENG PLATFORM",
)
_SALARIES = (Decimal("61200"), Decimal("64800"), Decimal("68400"))
_OLD_SALARY = Decimal("46800")
_BONUS_RATES = (Decimal("0.05"), Decimal("0.09"), Decimal("0.105"))
_OLD_MONTHS = 4
_VESTS = {2: ("3318.42", "3904.77"), 5: ("3561.09", "4127.35"), 8: ("3742.86", "4080.13"), 11: ("2987.54", "4266.91")}
"""Value of the shares that vest in a calendar month: in the second and in the third year."""
_FIRST_VESTS = {11: "2450.18", 2: "2618.93"}


def demo_career(last_closed: TaxYear) -> Career:
    """Three tax years of one made-up employee, the last of them `last_closed`.

    She changes employer after month 4 of the first year and hands in her P45; the new employer pays a salary with
    sacrifice, a bonus each March and shares that vest every quarter. A plan 2 loan runs throughout.
    """
    first = last_closed.previous.previous
    years = [_demo_first_year(first)]
    for index, year in enumerate((first.next, last_closed), 1):
        vests = {month: Decimal(values[index - 1]) for month, values in _VESTS.items()}
        payroll = Payroll(DEMO_EMPLOYEE, _NEW, year)
        slips = tuple(_demo_pay(payroll, index, when, vests) for when in calendar_months(year))
        years.append(PaidYear(year, (PaidEmployment(_NEW, slips, payroll.p60()),)))
    return Career(DEMO_EMPLOYEE, _DEMO_UTR, tuple(years))


def _demo_first_year(year: TaxYear) -> PaidYear:
    months = list(calendar_months(year))
    old = Payroll(DEMO_EMPLOYEE, _OLD, year)
    old_slips = tuple(_demo_old_pay(old, when) for when in months[:_OLD_MONTHS])
    new = Payroll(DEMO_EMPLOYEE, _NEW, year, previous=PreviousEmployment(old.p45().pay, old.p45().tax))
    vests = {month: Decimal(value) for month, value in _FIRST_VESTS.items()}
    new_slips = tuple(_demo_pay(new, 0, when, vests) for when in months[_OLD_MONTHS:])
    return PaidYear(year, (PaidEmployment(_OLD, old_slips, None), PaidEmployment(_NEW, new_slips, new.p60())))


def _demo_old_pay(payroll: Payroll, when: tuple[int, int]) -> Slip:
    salary = Earning("basic_pay", "", _pence(_OLD_SALARY / 12))
    club = Earning(None, "Sports & Social", Decimal("4.50"))
    code = TaxCode.parse("1257L")
    return payroll.pay(Payment(payday(*when, 31), code, "A", (salary,), deductions=(club,)))


def _demo_pay(payroll: Payroll, index: int, when: tuple[int, int], vests: Mapping[int, Decimal]) -> Slip:
    month = when[1]
    earnings = [Earning("basic_pay", "", _pence(_SALARIES[index] / 12))]
    if month == 3:
        earnings.append(Earning("bonus", "", _pence(_SALARIES[index] * _BONUS_RATES[index])))
    vest = _sold_to_cover(vests[month]) if month in vests else None
    code = TaxCode.parse("1257L")
    return payroll.pay(Payment(payday(*when, 25), code, "A", tuple(earnings), vest=vest))


def _sold_to_cover(value: Decimal) -> Vest:
    """Whole shares are sold for 47 % of the value; what they bring beyond it is paid back."""
    offset = _pence(value * Decimal("0.47"))
    share = Decimal("61.37")
    return Vest(value, offset, share - offset % share)


def _pence(amount: Decimal) -> Decimal:
    return amount.quantize(Decimal("0.01"), ROUND_HALF_UP)
