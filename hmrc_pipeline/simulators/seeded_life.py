"""Made-up careers that follow from a seed: for tests that must hold whatever a payroll does.

Who pays whom how is chosen here and nowhere computed; the figures are `payroll`'s.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal

from hmrc_pipeline.identifiers import Nino, PayeReference, TaxCode, Utr
from hmrc_pipeline.paye import Frequency, period_of, rates_of
from hmrc_pipeline.paye.periods import FREQUENCIES
from hmrc_pipeline.simulators.career import Career, PaidEmployment, PaidYear, calendar_months, payday
from hmrc_pipeline.simulators.dice import Dice
from hmrc_pipeline.simulators.layouts import layouts_of
from hmrc_pipeline.simulators.payroll import (
    Earning,
    Employee,
    Employer,
    Payment,
    Payroll,
    PensionKind,
    PreviousEmployment,
    Terms,
    Vest,
)
from hmrc_pipeline.tax_year import TaxYear

__all__ = ["career", "made_up_employee", "made_up_employer"]

_TITLES = ("Mr", "Mrs", "Ms", "Miss", "Dr", "Mx")
_FORENAMES = (
    "Aled", "Bronagh", "Callum", "Dilys", "Ewan", "Farida", "Gethin", "Hester", "Ines", "Jarek", "Kezia", "Lorcan",
    "Maeve", "Nnamdi", "Orla", "Piotr", "Quentin", "Rhian", "Saoirse", "Tariq", "Una", "Vikram", "Winifred", "Yusuf",
)  # fmt: skip
_SURNAMES = (
    "Abernathy", "Bannockfield", "Cardwell-Pryce", "Drumgoole", "Eastlake", "Fothergill", "Garrowby", "Holmquist",
    "Inchbald", "Jessamy", "Kettlewell", "Lovelock", "Marchbanks", "Nethercott", "O'Hanlon", "Penhaligon", "Quarmby",
    "Ravenscroft", "Szymborski", "Thistlewood", "Umfreville", "Vandermeer", "Wolstenholme", "Yarwood",
)  # fmt: skip
_STREETS = ("Mill Lane", "Orchard Rise", "Quay Street", "The Shambles", "Windmill Road", "Bracken Way", "Priory Close")
_TOWNS = (
    "Harl Bridge HB3 5RD",
    "Wexcombe WX1 2LT",
    "Nether Dunmore ND6 8BQ",
    "Castle Orrin CO9 1HJ",
    "Brackley Moor BM4 4EA",
)
_FIRST = (
    "Alderley", "Brightwater", "Cobalt", "Dunmore", "Elmsworth", "Foxglove", "Granary", "Hollin", "Ironbark", "Juniper",
    "Kestrel", "Limestone", "Merrow", "Northgate", "Orrery", "Pennywell", "Quarry", "Redmayne", "Sorrel", "Tidewater",
)  # fmt: skip
_SECOND = (
    "Analytics", "Bakeries", "Care Homes", "Distribution", "Engineering", "Foods", "Garden Centres", "NHS Trust",
    "Insurance", "Joinery", "Logistics", "Media", "Optics", "Plastics", "Recruitment", "Software", "Textiles", "Trust",
)  # fmt: skip
_FORMS = ("Ltd", "Limited", "PLC", "LLP", "(UK) Ltd", "Group Limited")
_PROVIDERS = ("Pension", "Oakmere Pension", "Harbour Pensions", "Workplace Pension", "NHS Pension", "LGPS")
_DEPARTMENTS = ("Finance", "Warehouse 2", "Sales North", "R&D", "Ward 7", "Operations")
_OTHERS = ("Union Subs", "Charity Lottery", "Season Ticket Loan", "Social Fund", "Car Parking", "Court Order")
_PERIODS: dict[Frequency, int] = {"weekly": 52, "fortnightly": 26, "four_weekly": 13, "monthly": 12}
PENNY = Decimal("0.01")


@dataclass(frozen=True)
class _Habits:
    """What an employment is like, chosen once."""

    yearly: Decimal
    hourly: bool
    codes: tuple[tuple[int, str], ...]
    letters: tuple[tuple[int, str], ...]
    sick: int | None
    statutory: str | None
    vests: bool
    benefit: Decimal | None
    other: Earning | None
    unpaid: int | None


def career(
    seed: int | str,
    *,
    last: TaxYear | None = None,
    years: int = 1,
    frequency: Frequency | None = None,
    layouts: Sequence[str] = layouts_of("everyday"),
) -> Career:
    """A made-up career of some tax years ending with `last` (2024-25 unless given); one seed, one career.

    It may hold a change of employer with or without a P45, a second job, any frequency, pension and loan, K, flat,
    Scottish and Welsh codes, codes that change or start on a week 1 basis, statutory pay, shares and refunds.
    """
    dice = Dice(seed, "career")
    ends = last or TaxYear(2024)
    employee = made_up_employee(dice)
    first = TaxYear(ends.starts - years + 1)
    terms = _terms(dice, layouts, frequency)
    paid = []
    for year in TaxYear.span(first, ends):
        employments, terms = _year(dice, employee, terms, year, layouts, frequency)
        paid.append(PaidYear(year, employments))
    return Career(employee, _utr(dice), tuple(paid))


def made_up_employee(dice: Dice) -> Employee:
    """A person who does not exist; the NINO has HMRC's example prefix."""
    names = [dice.pick(_FORENAMES)]
    if dice.chance(50):
        names.append(dice.pick(_FORENAMES))
    town, _, postcode = dice.pick(_TOWNS).partition(" ")
    rest, _, postcode = f"{town} {postcode}".rpartition(" ")
    town, _, outward = rest.rpartition(" ")
    return Employee(
        title=dice.pick(_TITLES),
        forenames=" ".join(names),
        surname=dice.pick(_SURNAMES),
        nino=Nino.parse(f"QQ{dice.number(0, 999999):06d}{dice.pick('ABCD')}"),
        address=(f"{dice.number(1, 180)} {dice.pick(_STREETS)}", town, f"{outward} {postcode}"),
    )


def made_up_employer(dice: Dice) -> Employer:
    """An employer that does not exist."""
    letters = "ABCDEFGHKLMNPRSTWXYZ"
    own = f"{dice.pick(letters)}{dice.pick(letters)}{dice.number(1000, 99999)}"
    if dice.chance(15):
        own = f"{dice.pick(letters)}{dice.number(100, 9999)}{dice.pick(letters)}"
    town = dice.pick(_TOWNS)
    return Employer(
        name=f"{dice.pick(_FIRST)} {dice.pick(_SECOND)} {dice.pick(_FORMS)}",
        paye_reference=PayeReference.parse(f"{dice.number(100, 999)}/{own}"),
        address=(f"Unit {dice.number(1, 40)}", dice.pick(_STREETS), town),
    )


def _utr(dice: Dice) -> Utr:
    rest = f"{dice.number(0, 999_999_999):09d}"
    weighted = sum(w * int(d) for w, d in zip((6, 7, 8, 9, 10, 5, 4, 3, 2), rest, strict=True))
    return Utr.parse("21987654321"[weighted % 11] + rest)


def _terms(dice: Dice, layouts: Sequence[str], frequency: Frequency | None) -> Terms:
    pension: PensionKind = dice.pick(["none", "sacrifice", "sacrifice", "net_pay", "net_pay", "relief_at_source"])
    loans = dice.pick([(), (), (), ("1",), ("2",), ("2",), ("2", "PG"), ("PG",)])
    own = dice.number(1, 99_999_999)
    usual: Frequency = dice.pick((*FREQUENCIES, "monthly", "monthly", "monthly"))
    return Terms(
        employer=made_up_employer(dice),
        payroll_number=dice.pick([f"{own % 10_000}", f"{own:08d}", f"E{own % 9_000 + 100}"]),
        frequency=frequency or usual,
        pension=pension,
        pension_rate=Decimal(dice.number(3, 9)).scaleb(-2),
        employer_rate=Decimal(dice.number(3, 12)).scaleb(-2),
        pension_provider=dice.pick(_PROVIDERS),
        loans=loans,
        layout=dice.pick(layouts),
        department=dice.pick(_DEPARTMENTS),
    )


def _year(
    dice: Dice,
    employee: Employee,
    terms: Terms,
    year: TaxYear,
    layouts: Sequence[str],
    frequency: Frequency | None,
) -> tuple[tuple[PaidEmployment, ...], Terms]:
    """The employments of one year, and the terms the next year goes on with."""
    paydays = list(_paydays(dice, terms.frequency, year))
    shape = dice.pick(["one", "one", "one", "move", "move", "second"])
    if shape == "one":
        return (_employment(dice, Payroll(employee, terms, year), paydays, stays=True),), terms
    other = _terms(dice, layouts, frequency)
    if shape == "second":
        main = _employment(dice, Payroll(employee, terms, year), paydays, stays=True)
        small = replace(other, loans=())
        side = _employment(
            dice, Payroll(employee, small, year), list(_paydays(dice, small.frequency, year)), stays=True, side=True
        )
        return (main, side), terms
    cut = dice.number(len(paydays) // 5 + 1, len(paydays) * 4 // 5)
    leaving = paydays[cut - 1]
    old = Payroll(employee, terms, year)
    left = _employment(dice, old, paydays[:cut], stays=False)
    before = old.p45()
    later = [day for day in _paydays(dice, other.frequency, year) if day > leaving + timedelta(days=6)]
    if not later:
        return (left,), other
    handed_over = dice.chance(75)
    new = Payroll(employee, other, year, previous=PreviousEmployment(before.pay, before.tax) if handed_over else None)
    return (left, _employment(dice, new, later, stays=True, emergency=not handed_over)), other


def _paydays(dice: Dice, frequency: Frequency, year: TaxYear) -> Iterator[date]:
    if frequency == "monthly":
        day = dice.pick([15, 25, 28, 31])
        return (payday(*when, day) for when in calendar_months(year))
    weeks = {"weekly": 1, "fortnightly": 2, "four_weekly": 4}[frequency]
    first = year.start + timedelta(days=dice.number(0, 6) + 7 * (weeks - 1) * dice.number(0, 1))
    count = (year.end - first).days // (7 * weeks) + 1
    return (first + timedelta(days=7 * weeks * index) for index in range(count))


def _employment(
    dice: Dice, payroll: Payroll, days: list[date], *, stays: bool, side: bool = False, emergency: bool = False
) -> PaidEmployment:
    habits = _habits(dice, payroll, len(days), side=side, emergency=emergency)
    slips = tuple(payroll.pay(_payment(dice, payroll.terms, habits, index, day)) for index, day in enumerate(days))
    return PaidEmployment(payroll.terms, slips, payroll.p60() if stays else None)


def _habits(dice: Dice, payroll: Payroll, count: int, *, side: bool, emergency: bool) -> _Habits:
    yearly = (
        dice.pounds(6_000, 14_000)
        if side
        else dice.pick([dice.pounds(13_000, 32_000), dice.pounds(28_000, 68_000), dice.pounds(60_000, 160_000)])
    )
    hourly = payroll.terms.frequency != "monthly" and dice.chance(70)
    letters = [(0, dice.pick("AAAAAAHMCJBV" if payroll.tax_year.starts >= 2021 else "AAAAAAHMCJB"))]
    if letters[0][1] == "M" and count > 3 and dice.chance(60):
        letters.append((count // 2, "A"))
    return _Habits(
        yearly=yearly,
        hourly=hourly,
        codes=_codes(dice, payroll, count, side=side, emergency=emergency),
        letters=tuple(letters),
        sick=dice.number(1, count) if dice.chance(25) else None,
        statutory=dice.pick(["smp", "spp", "shpp", "sap", "spbp"]) if dice.chance(12) else None,
        vests=yearly > 50_000 and payroll.terms.frequency == "monthly" and dice.chance(50),
        benefit=dice.pounds(20, 90) if dice.chance(15) else None,
        other=Earning(None, dice.pick(_OTHERS), dice.pounds(2, 40)) if dice.chance(40) else None,
        unpaid=dice.number(1, count - 1) if count > 2 and dice.chance(20) else None,
    )


def _codes(dice: Dice, payroll: Payroll, count: int, *, side: bool, emergency: bool) -> tuple[tuple[int, str], ...]:
    """(from which payment, code): usually one for the year, sometimes changed on the way."""
    year = payroll.tax_year
    plain = rates_of(year).table("").emergency_code
    nation = dice.pick(["", "", "", "", "S", "C"] if year.starts >= 2019 else ["", "", "S"])
    if side:
        return ((0, nation + dice.pick(["BR", "BR", "D0", "0T"])),)
    code = nation + dice.pick(
        [plain] * 5 + [f"{dice.number(200, 1400)}L", f"K{dice.number(20, 700)}", "1100T", "1383M", "0T"]
    )
    if emergency or dice.chance(10):
        basis = dice.pick(["M1" if payroll.terms.frequency == "monthly" else "W1", "X"])
        return (0, f"{nation}{plain} {basis}"), (max(1, count // 3), code)
    if dice.chance(25) and count > 2:
        return (0, code), (dice.number(1, count - 1), f"{nation}{dice.number(300, 1300)}L")
    return ((0, code),)


def _payment(dice: Dice, terms: Terms, habits: _Habits, index: int, day: date) -> Payment:
    number = period_of(day, terms.frequency).number
    units = Decimal(_PERIODS[terms.frequency])
    earnings = _earnings(dice, terms, habits, index, habits.yearly / units)
    vest = None
    if habits.vests and number % 3 == 2:
        gross = dice.pounds(1_500, 9_000)
        vest = Vest(gross, (gross * Decimal("0.47")).quantize(PENNY, ROUND_HALF_UP), dice.pounds(0, 60))
    code = next(text for start, text in reversed(habits.codes) if index >= start)
    letter = next(text for start, text in reversed(habits.letters) if index >= start)
    benefit = Earning(None, "Private Medical", habits.benefit) if habits.benefit else None
    others = (habits.other,) if habits.other else ()
    return Payment(day, TaxCode.parse(code), letter, earnings, vest=vest, benefit=benefit, deductions=others)


def _earnings(dice: Dice, terms: Terms, habits: _Habits, index: int, usual: Decimal) -> tuple[Earning, ...]:
    if index == habits.unpaid:
        basic = (usual / 10).quantize(PENNY, ROUND_HALF_UP)
        return (Earning("basic_pay", "", basic),)
    earnings = []
    if habits.hourly:
        hours = Decimal({"weekly": 35, "fortnightly": 70, "four_weekly": 140, "monthly": 152}[terms.frequency])
        rate = (usual / hours).quantize(PENNY, ROUND_HALF_UP)
        earnings.append(Earning("basic_pay", "", hours * rate, hours, rate))
        if dice.chance(35):
            extra, dearer = Decimal(dice.number(1, 12)), (rate * Decimal("1.5")).quantize(PENNY, ROUND_HALF_UP)
            earnings.append(Earning(None, "Overtime 1.5", extra * dearer, extra, dearer))
    else:
        earnings.append(Earning("basic_pay", "", usual.quantize(PENNY, ROUND_HALF_UP)))
    if dice.chance(8):
        earnings.append(Earning("bonus", "", (usual * dice.number(10, 90) / 100).quantize(PENNY, ROUND_HALF_UP)))
    if dice.chance(10):
        earnings.append(Earning(None, dice.pick(["Shift Allowance", "Car Allowance", "On Call"]), dice.pounds(30, 400)))
    if habits.sick == index:
        earnings.append(Earning("ssp", "", dice.pounds(40, 110)))
    if habits.statutory and index % 5 == 1:
        earnings.append(Earning(habits.statutory, "", dice.pounds(150, 900)))
    return tuple(earnings)
