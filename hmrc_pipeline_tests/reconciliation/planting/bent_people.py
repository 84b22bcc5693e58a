"""People for the planter that knows papers alone: their own shapes of a year, and a payroll of a few lines."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal

from hmrc_pipeline.hmrc import HmrcEmployment
from hmrc_pipeline.identifiers import TaxCode
from hmrc_pipeline.paye import national_insurance, period_of, rates_of, student_loan, tax_due
from hmrc_pipeline.readings.stored import StoredReading
from hmrc_pipeline.reconciliation.compare import MEASURES
from hmrc_pipeline.simulators.dice import Dice
from hmrc_pipeline.tax_year import TaxYear

ZERO, POUND = Decimal("0.00"), Decimal(1)
ALL = (*MEASURES, "gross_pay", "ni_pay", "net_pay")
PAY_TAX = ("taxable_pay", "income_tax")
BOX = {"taxable_pay": "pay_this", "income_tax": "tax_this", "national_insurance": "ni_1_employee"}


@dataclass
class Job:
    """One employment's papers, and what its payslips held whether printed or not."""

    slips: list[StoredReading]
    p60s: list[StoredReading]
    hmrc: HmrcEmployment | None
    held: dict[str, dict[str, Decimal]]
    prints: frozenset[str]
    touched: set[str] = field(default_factory=set)


@dataclass
class Papers:
    """A person's year on paper."""

    year: TaxYear
    jobs: list[Job]
    hmrc_extra: list[HmrcEmployment] = field(default_factory=list)
    strangers: list[StoredReading] = field(default_factory=list)
    added: int = 0


@dataclass(frozen=True)
class Shape:
    """How someone is paid: how often, from which period to which, on which code, and what payslips print to date."""

    frequency: str = "monthly"
    first: int = 1
    last: int = 0
    code: str = "1257L"
    letter: str = "A"
    plan: str = ""
    brought: tuple[int, int] = (0, 0)
    """Pay and tax of a P45 handed in, in pounds."""
    to_date: str = "all"
    """What the year to date holds: `all`, `pay and tax`, `nothing`."""
    varies: bool = False
    p60: bool = True


SHAPES: tuple[tuple[Shape, ...], ...] = (
    (Shape(),),
    (Shape(varies=True, plan="2"),),
    (Shape(frequency="weekly", varies=True, to_date="pay and tax"),),
    (Shape(frequency="fortnightly", plan="1"),),
    (Shape(frequency="four_weekly", code="S1257L"),),
    (Shape(first=5, brought=(7200, 610), varies=True),),
    (Shape(varies=True), Shape(code="BR", varies=True)),
    (Shape(last=6, p60=False, varies=True), Shape(first=8, code="1257L M1", varies=True)),
    (Shape(frequency="weekly", code="C1257L", varies=True), Shape(frequency="monthly", code="D0"), Shape(code="BR")),
    (Shape(varies=True, to_date="nothing"),),
    (Shape(code="K210", varies=True, plan="4"),),
    (Shape(code="0T", letter="H", varies=True, to_date="pay and tax", plan="1"),),
)
_PERIODS = {"monthly": 12, "weekly": 52, "fortnightly": 26, "four_weekly": 13}
_PER_YEAR = {"monthly": 12, "weekly": 52, "fortnightly": 26, "four_weekly": 13}


def made_up_years(count: int, start: int = 0) -> Iterable[Papers]:
    """People of every shape, in five tax years."""
    for seed in range(start, start + count):
        year = TaxYear(2021 + seed // len(SHAPES) % 5)
        jobs = [_job(seed, n, year, shape) for n, shape in enumerate(SHAPES[seed % len(SHAPES)])]
        yield Papers(year, jobs)


def _job(seed: int, number: int, year: TaxYear, shape: Shape) -> Job:
    dice = Dice(seed, f"bent {number}")
    employer = f"{dice.pick(['Hazel', 'Birch', 'Rowan', 'Alder'])} {('Mill', 'Dock', 'Farm')[number]} {seed} Ltd"
    who = {"employer_name": employer, "paye_reference": f"{120 + number}/QX{1000 + seed}", "payroll_number": f"{seed}7"}
    count = _PERIODS[shape.frequency]
    usual = Decimal(dice.number(1900_00, 6200_00) * 12 // _PER_YEAR[shape.frequency]).scaleb(-2)
    code, ytd = TaxCode.parse(shape.code), dict.fromkeys(ALL, ZERO)
    brought = Decimal(shape.brought[0]), Decimal(shape.brought[1])
    slips, held = [], {}
    for index in range(shape.first, (shape.last or count) + 1):
        pay = usual + (dice.pounds(0, 700) - 300 if shape.varies else ZERO)
        day = _payday(year, shape.frequency, index)
        amounts = _payment(year, shape, code, pay, day, (ytd, brought))
        ytd = {name: ytd[name] + amounts.get(name, ZERO) for name in ALL}
        key = f"r{number}{index:02d}"
        printed = {"all": ALL, "pay and tax": PAY_TAX, "nothing": ()}[shape.to_date]
        to_date = {f"ytd_{name}": ytd[name] for name in printed if ytd[name] or name in amounts}
        if "ytd_taxable_pay" in to_date:
            to_date["ytd_taxable_pay"] += brought[0]
            to_date["ytd_income_tax"] += brought[1]
        basis = {"tax_basis": code.basis} if code.basis else {}
        values = who | basis | {
            "pay_date": day.isoformat(), "tax_period": str(period_of(day, shape.frequency).number),  # type: ignore[arg-type]
            "tax_code": code.value, "ni_letter": shape.letter, "pay_frequency": shape.frequency,
        }  # fmt: skip
        slips.append(_reading(key, "payslip", year, day, values, amounts | to_date))
        held[key] = amounts
    p60s = [_p60(year, number, who, shape, ytd, brought)] if shape.p60 else []
    hmrc = HmrcEmployment(who["paye_reference"], employer.upper(), ytd["taxable_pay"], ytd["income_tax"], ("s",))
    return Job(
        slips, p60s, hmrc, held, frozenset({"all": MEASURES, "pay and tax": PAY_TAX, "nothing": ()}[shape.to_date])
    )


def _payday(year: TaxYear, frequency: str, index: int) -> date:
    if frequency == "monthly":
        month = (index + 2) % 12 + 1
        return date(year.starts + (month < 4), month, 24)
    weeks = {"weekly": 1, "fortnightly": 2, "four_weekly": 4}[frequency]
    return year.start + timedelta(days=7 * weeks * index - 4)


def _payment(
    year: TaxYear,
    shape: Shape,
    code: TaxCode,
    pay: Decimal,
    day: date,
    so_far: tuple[Mapping[str, Decimal], tuple[Decimal, Decimal]],
) -> dict[str, Decimal]:
    ytd, brought = so_far
    rates, period = rates_of(year), period_of(day, shape.frequency)  # type: ignore[arg-type]
    tax = tax_due(
        code, rates, pay_to_date=ytd["taxable_pay"] + pay + brought[0], tax_to_date=ytd["income_tax"] + brought[1],
        period=period.number, periods_in_year=period.in_year, pay_this_period=pay, units=period.units,
    ).this_period  # fmt: skip
    ni = national_insurance(shape.letter, rates, earnings=pay, pay_date=day, frequency=shape.frequency).employee  # type: ignore[arg-type]
    found = {"gross_pay": pay, "taxable_pay": pay, "ni_pay": pay, "income_tax": tax, "national_insurance": ni}
    if shape.plan:
        found["student_loan"] = student_loan(shape.plan, rates, earnings=pay, frequency=shape.frequency)  # type: ignore[arg-type]
    return found | {"net_pay": pay - tax - ni - found.get("student_loan", ZERO)}


def _p60(
    year: TaxYear,
    number: int,
    who: Mapping[str, str],
    shape: Shape,
    ytd: Mapping[str, Decimal],
    brought: tuple[Decimal, Decimal],
) -> StoredReading:
    amounts = {
        "pay_this": ytd["taxable_pay"], "tax_this": ytd["income_tax"],
        "pay_total": ytd["taxable_pay"] + brought[0], "tax_total": ytd["income_tax"] + brought[1],
        "ni_1_employee": ytd["national_insurance"],
    }  # fmt: skip
    amounts |= {"pay_previous": brought[0], "tax_previous": brought[1]} if brought[0] else {}
    amounts |= {"student_loan": ytd["student_loan"]} if shape.plan else {}
    values = {**who, "tax_year": year.label, "tax_code": shape.code, "ni_1_letter": shape.letter}
    return _reading(f"r{9000 + number}", "p60", year, None, values, amounts)


def _reading(
    key: str, doc_type: str, year: TaxYear, day: date | None, values: Mapping[str, str], amounts: Mapping[str, Decimal]
) -> StoredReading:
    sha256 = f"{int(key[1:]):064x}"
    return StoredReading(
        key, sha256, 0, doc_type, "proved", (), "p", year.label, None, day, dict(values), dict(amounts), ()
    )
