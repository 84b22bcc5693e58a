"""Made-up careers unlike a textbook, as a payroll keeps them: who is paid what, on which code, in which run.

Joiners with a P45 at once, late or never, second jobs, zero-pay runs, refunds, shares, letters and codes that change.
What papers print of it belongs to `career_papers`, what goes wrong to `career_faults`.
"""

import calendar
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Final

from hmrc_pipeline.hmrc.figures import HmrcEmployment
from hmrc_pipeline.p60s.model import P60
from hmrc_pipeline.payslips.model import Payslip
from hmrc_pipeline.reconciliation.compare import MEASURES
from hmrc_pipeline.simulators.dice import Dice
from hmrc_pipeline_tests.reconciliation.planting.career_payroll import (
    PENNY,
    WEEKS,
    ZERO,
    allowance,
    emergency,
    has_plan,
    loan,
    national_insurance,
    tax,
)

Figures = dict[str, Decimal]
Code = tuple[str, str | None]

NEVER: Final = date(2026, 11, 20)
_EMPLOYERS: Final = ("Larch Foods Ltd", "Holm Engineering Ltd", "Birk Software UK Ltd", "Quay Care Ltd", "Tarn plc")
_YEARS: Final = (2018, 2019, 2020, 2021, 2022, 2023, 2024, 2024, 2025, 2025)
_SHAPES: Final = ("one",) * 4 + ("starter",) * 2 + ("leaver",) + ("changer",) * 2 + ("two",) * 2 + ("three",)
_FREQUENCIES: Final = ("monthly",) * 5 + ("weekly",) * 3 + ("fortnightly", "four_weekly")
_SALARIES: Final = (9000, 14000, 21000, 28000, 36000, 48000, 70000, 115000, 180000)
_RUNS: Final = {"monthly": 12, "weekly": 52, "fortnightly": 26, "four_weekly": 13}
_NEXT_LETTER: Final = {"M": "A", "H": "A", "A": "C", "B": "C", "J": "A"}
_IN_GROSS: Final = ("basic_pay", "bonus", "smp", "ssp", "rsu_gross")
_TAKEN: Final = ("income_tax", "national_insurance", "student_loan", "postgraduate_loan", "employee_pension")


@dataclass
class Run:
    """One pay run: what is agreed, what is printed of it, and once computed its amounts and the year to date."""

    number: int
    period: int
    day: date
    pay: Figures
    code: Code
    letter: str
    plans: tuple[str, ...]
    slip: bool = True
    operated: Code | None = None
    amounts: Figures = field(default_factory=dict)
    to_date: Figures = field(default_factory=dict)


@dataclass
class Job:
    """One employment as its payroll keeps it, and how its papers print it.

    `ytd` says which years to date a payslip prints, `shows` what else. `p45` is pay and tax of before, known from run
    `p45_from` on and, with `p45_in_ytd`, part of the year to date.
    """

    reference: str
    name: str
    number: str
    frequency: str
    runs: list[Run]
    pension: tuple[str, int] = ("none", 0)
    gross_after_sacrifice: bool = True
    p45: tuple[Decimal, Decimal] | None = None
    p45_from: int = 0
    p45_in_ytd: bool = True
    ytd: str = "all"
    shows: frozenset[str] = frozenset()
    ended: bool = False
    p60: bool = True
    p60_previous: bool = True

    def total(self, runs: int | None = None) -> Figures:
        """What the first runs, or all of them, come to."""
        return {name: sum((run.amounts.get(name, ZERO) for run in self.runs[:runs]), ZERO) for name in MEASURES}


@dataclass
class Life:
    """A person's year: the jobs, and the papers there are of them. `hmrc` is full, pounds, no_tax or absent."""

    seed: int
    year: int
    jobs: list[Job]
    hmrc: str = "full"
    today: date = NEVER
    slips: list[Payslip] = field(default_factory=list)
    p60s: list[P60] = field(default_factory=list)
    held: list[HmrcEmployment] = field(default_factory=list)
    strangers: list[Payslip] = field(default_factory=list)

    @property
    def ends(self) -> date:
        return date(self.year + 1, 4, 5)

    @property
    def is_open(self) -> bool:
        return self.today <= self.ends


def lives(count: int, start: int) -> Iterator[Life]:
    return (_life(seed) for seed in range(start, start + count))


def _life(seed: int) -> Life:
    dice = Dice(seed, "career")
    year = dice.pick(_YEARS)
    nation = dice.pick(["", "", "", "S", "S", "C"] if year > 2018 else ["", "", "S"])
    shape = dice.pick(_SHAPES)
    life = Life(seed, year, _jobs(dice, year, nation, shape))
    for job in life.jobs:
        _happens(dice, year, job)
    if shape == "starter":
        _join(dice, year, life.jobs[0], (dice.pounds(2000, 15000), dice.pounds(0, 2500)))
    for job in life.jobs:
        if shape in ("changer", "three") and job is life.jobs[1]:
            before = life.jobs[0].total()
            if before["taxable_pay"] > 0 and before["income_tax"] >= 0:
                _join(dice, year, job, (before["taxable_pay"], before["income_tax"]))
        compute(job, year)
        job.p60 = not job.ended and dice.chance(85)
        for run in job.runs:
            run.slip = run.slip or any(run.amounts.get(name) for name in MEASURES)
    life.hmrc = dice.pick(["full"] * 6 + ["absent"] * 2 + ["no_tax", "pounds"])
    if year == 2025 and dice.chance(30):
        _stop(life, date(2026, dice.number(1, 3), 20))
    if shape == "changer" and dice.chance(25):  # of the first job HMRC alone knows
        for run in life.jobs[0].runs:
            run.slip = False
    return life


def _jobs(dice: Dice, year: int, nation: str, shape: str) -> list[Job]:
    """The jobs of a year; parts of it are in hundredths."""
    place = dice.number(0, 4)
    names = [_EMPLOYERS[(place + number) % 5] for number in range(3)]
    cut = dice.number(25, 65)
    spans = {
        "one": [(0, 100, False)],
        "leaver": [(0, cut, False)],
        "starter": [(cut, 100, False)],
        "changer": [(0, cut, False), (cut + 5, 100, False)],
        "two": [(0, 100, False), (dice.pick([0, 0, 30]), 100, True)],
        "three": [(0, cut, False), (cut + 5, 100, False), (dice.pick([0, 20]), 100, True)],
    }[shape]
    return [_job(dice, year, nation, name, *span) for name, span in zip(names, spans, strict=False)]


def _job(dice: Dice, year: int, nation: str, name: str, first: int, last: int, second: bool) -> Job:
    frequency = dice.pick(_FREQUENCIES)
    days = _pay_days(dice, year, frequency)
    start = first * len(days) // 100
    end = max(start + 3, last * len(days) // 100)
    salary = dice.pick([5000, 9000, 16000, 30000]) if second else dice.pick(_SALARIES)
    regular = (Decimal(salary) / _RUNS[frequency]).quantize(PENNY)
    by_the_hour = dice.chance(40)
    code: Code = (nation + dice.pick(["BR", "D0", "0T", "BR"]) if second else _code(dice, year, nation), None)
    letter = dice.pick("AAAAAAAAMHCBJ")
    plans = tuple(
        p for p in dice.pick([(), (), (), (), ("1",), ("2",), ("2", "PG"), ("PG",), ("4",)]) if has_plan(year, p)
    )
    runs = []
    for place, (period, day) in enumerate(days[start:end], start + 1):
        basic = (regular * dice.number(60, 140) / 100).quantize(PENNY) if by_the_hour else regular
        runs.append(Run(place, period, day, {"basic_pay": basic}, code, letter, plans))
    likely = {"period": 85, "frequency": 70, "zeros": 60, "letter": 80, "number": 100}
    return Job(
        reference=f"{dice.number(100, 999)}/{dice.pick('ABXZ')}{dice.pick('ABEW')}{dice.number(100, 99999)}",
        name=name,
        number=str(dice.number(1, 9999)),
        frequency=frequency,
        runs=runs,
        pension=dice.pick([("none", 0), ("none", 0), ("sacrifice", 3), ("sacrifice", 8), ("net", 5), ("relief", 5)]),
        gross_after_sacrifice=dice.chance(60),
        ytd=dice.pick(["all"] * 4 + ["core"] * 3 + ["lean", "two", "none"]),
        shows=frozenset(name for name, percent in likely.items() if dice.chance(percent)),
        ended=end < len(days),
    )


def _pay_days(dice: Dice, year: int, frequency: str) -> list[tuple[int, date]]:
    """Every payday of a tax year with its tax month or week; a month's moves back from weekends and holidays."""
    start, end = date(year, 4, 6), date(year + 1, 4, 5)
    if frequency != "monthly":
        weeks = WEEKS[frequency]
        first = start + timedelta(dice.number(0, 7 * weeks - 1))
        days = [first + timedelta(7 * weeks * run) for run in range(54)]
        return [(-(-((day - start).days // 7 + 1) // weeks) * weeks, day) for day in days if day <= end]
    usual = dice.pick([15, 20, 25, 28, 31])
    found = []
    for month in range(1, 13):
        in_year, number = (year, month + 3) if month < 10 else (year + 1, month - 9)
        day = date(in_year, number, min(usual, calendar.monthrange(in_year, number)[1]))
        while day.weekday() > 4 or (day.month, day.day) in {(12, 25), (12, 26), (1, 1)}:
            day -= timedelta(1)
        found.append((month, day))
    return found


def _code(dice: Dice, year: int, nation: str) -> str:
    plain = allowance(year)
    odd = [f"{plain + 126}M", f"{plain - 126}N", f"{dice.number(200, 1100)}L", f"{dice.number(5, 900)}T", "0T"]
    return nation + dice.pick([f"{plain}L"] * 5 + odd + [f"K{dice.number(20, 700)}"])


def _nation(job: Job) -> str:
    return job.runs[0].code[0][0] if job.runs[0].code[0][0] in "SC" else ""


def _basis(job: Job) -> str:
    return "M1" if job.frequency == "monthly" else "W1"


def _happens(dice: Dice, year: int, job: Job) -> None:
    """What happens to people."""
    last = len(job.runs) - 1
    if dice.chance(25):
        job.runs[dice.number(0, last)].pay["bonus"] = dice.pounds(100, 6000)
    if job.frequency == "monthly" and dice.chance(15):
        _vest(dice, job)
    if last > 4 and dice.chance(15):
        _unpaid(dice, job)
    if last > 5 and dice.chance(8):  # sick or maternity pay
        first, name = dice.number(1, last - 3), dice.pick(["smp", "ssp"])
        for run in job.runs[first : first + 3]:
            usual = run.pay["basic_pay"]
            run.pay |= {"basic_pay": (usual / 10).quantize(PENNY), name: (usual * 2 / 5).quantize(PENNY)}
    if last > 3:
        _changes(dice, year, job, last)


def _changes(dice: Dice, year: int, job: Job, last: int) -> None:
    """Another code, letter or loan from some run on."""
    if dice.chance(30):
        _change_of_code(dice, year, job)
    if dice.chance(10):
        for run in job.runs[dice.number(1, last) :]:
            run.letter = _NEXT_LETTER.get(run.letter, "A")
    if dice.chance(10):
        plans: tuple[str, ...] = () if job.runs[0].plans else ("1",)
        for run in job.runs[dice.number(1, last) :]:
            run.plans = plans


def _vest(dice: Dice, job: Job) -> None:
    """Shares each quarter, sold to cover their tax; what was sold too much comes back a month later."""
    for place in range(dice.number(0, 2), len(job.runs), 3):
        value = dice.pounds(800, 15000)
        job.runs[place].pay |= {"rsu_gross": value, "rsu_tax_offset": value}
        if place + 1 < len(job.runs) and dice.chance(60):
            job.runs[place + 1].pay["rsu_excess_refund"] = dice.pounds(5, 200)


def _unpaid(dice: Dice, job: Job) -> None:
    """Runs without pay, of which some payrolls make no payslip."""
    first = dice.number(1, len(job.runs) - 3)
    for run in job.runs[first : first + dice.number(1, 2)]:
        run.pay["basic_pay"] = ZERO
        run.slip = job.ytd not in ("all", "core") or dice.chance(50)


def _change_of_code(dice: Dice, year: int, job: Job) -> None:
    first, code = dice.number(1, len(job.runs) - 2), _code(dice, year, _nation(job))
    basis = dice.pick([None, None, None, _basis(job)])
    again = dice.number(first + 1, len(job.runs)) if dice.chance(50) else len(job.runs)
    for place, run in enumerate(job.runs[first:], first):
        run.code = (code, basis if place < again else None)


def _join(dice: Dice, year: int, job: Job, before: tuple[Decimal, Decimal]) -> None:
    """One joins inside the year, with a P45 at once, after two runs, or with none: an emergency basis or nothing."""
    how = dice.pick(["at once", "at once", "later", "emergency", "nothing"])
    job.p45_in_ytd, job.p60_previous = dice.chance(60), dice.chance(85)
    if how in ("at once", "later"):
        job.p45 = before
    if job.ytd == "two":  # pay and tax to date alone do not tell a P45 from payslips that are missing
        job.ytd = "lean"
    if how == "later" and len(job.runs) > 4:
        job.p45_from, job.p45_in_ytd = 2, False
    if how in ("later", "emergency"):
        code = _nation(job) + dice.pick([emergency(year), "0T"])
        for run in job.runs[:2] if how == "later" else job.runs:
            run.code = (code, _basis(job))


def _stop(life: Life, today: date) -> None:
    """The year still runs: payslips up to a day, no P60, nothing at HMRC."""
    life.today, life.hmrc = today, "absent"
    for job in life.jobs:
        job.runs, job.ended = [run for run in job.runs if run.day <= today], False
    life.jobs = [job for job in life.jobs if len(job.runs) > 1]


def compute(job: Job, year: int) -> None:
    """Give every run its amounts and the year to date, as the payroll computes them."""
    total: Figures = {}
    for place, run in enumerate(job.runs):
        before = job.p45 if job.p45 and place >= job.p45_from else (ZERO, ZERO)
        paid = total.get("taxable_pay", ZERO) + before[0], total.get("income_tax", ZERO) + before[1]
        run.amounts = _amounts(job, run, year, paid)
        for name, amount in run.amounts.items():
            total[name] = total.get(name, ZERO) + amount
        carried = before if job.p45_in_ytd else (ZERO, ZERO)
        run.to_date = total | {
            "taxable_pay": total["taxable_pay"] + carried[0],
            "income_tax": total["income_tax"] + carried[1],
        }


def _amounts(job: Job, run: Run, year: int, paid: tuple[Decimal, Decimal]) -> Figures:
    amounts = {name: amount for name, amount in run.pay.items() if amount}
    kind, rate = job.pension
    given = (run.pay["basic_pay"] * rate / 100).quantize(PENNY)
    gross = sum((run.pay.get(name, ZERO) for name in _IN_GROSS), ZERO)
    nicable = gross - given if kind == "sacrifice" else gross
    taxable = nicable - given if kind == "net" else nicable
    if given:
        name = "pension_sacrifice" if kind == "sacrifice" else "employee_pension"
        amounts[name] = (given * 4 / 5).quantize(PENNY) if kind == "relief" else given
    held_back = given if kind == "sacrifice" and not job.gross_after_sacrifice else ZERO
    gross = nicable + held_back
    amounts |= {"gross_pay": gross, "taxable_pay": taxable, "ni_pay": nicable}
    code, basis = run.operated or run.code
    amounts["income_tax"] = tax(code, basis, year, paid, taxable, run.period, job.frequency)
    amounts["national_insurance"] = national_insurance(run.letter, run.day, job.frequency, nicable)
    for plan in run.plans:
        amounts["postgraduate_loan" if plan == "PG" else "student_loan"] = loan(plan, year, nicable, job.frequency)
    taken = sum((amounts.get(name, ZERO) for name in (*_TAKEN, "rsu_tax_offset")), ZERO) + held_back
    return amounts | {"total_deductions": taken, "net_pay": gross - taken + amounts.get("rsu_excess_refund", ZERO)}
