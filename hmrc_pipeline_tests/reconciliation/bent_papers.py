"""Faults put into papers, not into causes: figures changed, files withheld, forms issued again, answers bent.

A second opinion beside `planting`: its own people with their own shapes of a year, a payroll of a few lines, and faults
that know documents alone. What a fault ought to be called is written beside it; nothing here asks how it is found.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from decimal import ROUND_FLOOR, Decimal
from itertools import combinations

from hmrc_pipeline.hmrc import HmrcEmployment
from hmrc_pipeline.identifiers import TaxCode
from hmrc_pipeline.paye import national_insurance, period_of, rates_of, student_loan, tax_due
from hmrc_pipeline.readings.stored import StoredReading
from hmrc_pipeline.reconciliation.compare import MEASURES
from hmrc_pipeline.simulators.dice import Dice
from hmrc_pipeline.tax_year import TaxYear
from hmrc_pipeline_tests.reconciliation import planting
from hmrc_pipeline_tests.reconciliation.planting import Score, Truth

__all__ = ["FAULTS", "made_up_years", "pairs", "papers_of", "score", "singles", "solve"]

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


# -- people ---------------------------------------------------------------------------------------------------------


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


# -- faults ---------------------------------------------------------------------------------------------------------

Fault = Callable[[Papers, Dice], Truth | None]


def a_payslip_is_lost(papers: Papers, dice: Dice) -> Truth | None:
    job = dice.pick(papers.jobs)
    return _lose(job, dice, 1)


def two_payslips_running_are_lost(papers: Papers, dice: Dice) -> Truth | None:
    job = dice.pick(papers.jobs)
    return _lose(job, dice, 2)


def _lose(job: Job, dice: Dice, count: int) -> Truth | None:
    places = [
        start
        for start in range(1, len(job.slips) - count)
        if not job.touched & {item.reading_id for item in job.slips[start - 1 : start + count + 1]}
    ]
    if not places:
        return None
    start = dice.pick(places)
    lost = job.slips[start : start + count]
    job.touched |= {item.reading_id for item in job.slips[start - 1 : start + count + 1]}
    del job.slips[start : start + count]
    return Truth("missing_payslip", _compared(job, _sum(job, lost)))


def the_last_payslip_is_lost(papers: Papers, dice: Dice) -> Truth | None:
    job = dice.pick([item for item in papers.jobs if item.p60s] or papers.jobs)
    last = job.slips[-1]
    if len(papers.jobs) > 1 or not job.p60s or len(job.slips) < 4 or last.reading_id in job.touched:
        return None
    job.slips.pop()
    job.touched.add(job.slips[-1].reading_id)
    return Truth("missing_payslip", _compared(job, _sum(job, [last])))


def the_same_payslip_is_kept_twice(papers: Papers, dice: Dice) -> Truth | None:
    job = dice.pick(papers.jobs)
    item = dice.pick(job.slips)
    job.slips.append(_again(papers, item))
    return Truth("duplicate_payslip", {})


def a_payslip_is_issued_anew(papers: Papers, dice: Dice) -> Truth | None:
    """The first issue had other pay; the one issued anew and all after it know nothing of that."""
    job = dice.pick(papers.jobs)
    places = [index for index in range(1, len(job.slips) - 1) if _is_calm(job, index)]
    if not places or "taxable_pay" not in job.prints:
        return None
    right = job.slips[dice.pick(places)]
    first = _again(papers, right)
    off = dice.pounds(20, 350) * dice.pick([1, -1])
    for name in ("gross_pay", "taxable_pay", "ni_pay", "net_pay"):
        for printed in (name, f"ytd_{name}"):
            if printed in first.amounts:
                first.amounts[printed] += off
    job.slips.insert(job.slips.index(right), first)
    job.touched |= {first.reading_id, right.reading_id}
    return Truth("duplicate_payslip", {name: -first.amounts[name] for name in MEASURES if first.amounts.get(name)})


def a_figure_has_digits_swapped(papers: Papers, dice: Dice) -> Truth | None:
    job = dice.pick(papers.jobs)
    index, measure = dice.number(0, len(job.slips) - 1), dice.pick(MEASURES[:3])
    item = job.slips[index]
    amount = item.amounts.get(measure, ZERO)
    swapped = _swapped(amount)
    if not _is_calm(job, index) or abs(swapped - amount) <= 1 or amount <= 0 or len(job.slips) < 4:
        return None
    if measure not in job.prints and not job.p60s:
        return None
    item.amounts[measure] = swapped
    job.touched.add(item.reading_id)
    return Truth("misread_figure", {measure: amount - swapped})


def a_year_to_date_is_garbled(papers: Papers, dice: Dice) -> Truth | None:
    job = dice.pick(papers.jobs)
    places = [index for index in range(1, len(job.slips) - 1) if _is_calm(job, index)]
    if not places or not job.prints:
        return None
    item = job.slips[dice.pick(places)]
    item.amounts[f"ytd_{dice.pick(sorted(job.prints & set(PAY_TAX)))}"] += dice.pounds(30, 4000)
    job.touched.add(item.reading_id)
    return Truth("misread_figure", {})


def the_p60_has_another_figure(papers: Papers, dice: Dice) -> Truth | None:
    job = dice.pick(papers.jobs)
    measure = dice.pick(MEASURES[:3])
    if len(job.p60s) != 1:
        return None
    return Truth("p60_differs", _edit_p60(job.p60s[0], {measure: dice.pounds(3, 800) * dice.pick([1, -1])}))


def hmrc_holds_another_figure(papers: Papers, dice: Dice) -> Truth | None:
    job = dice.pick(papers.jobs)
    measure = dice.pick(PAY_TAX)
    if job.hmrc is None:
        return None
    return Truth("employer_reported_differently", _edit_hmrc(job, {measure: dice.pounds(3, 800) * dice.pick([1, -1])}))


def p60_and_hmrc_hold_other_figures(papers: Papers, dice: Dice) -> Truth | None:
    job = dice.pick(papers.jobs)
    if len(job.p60s) != 1 or job.hmrc is None:
        return None
    off = {name: dice.pounds(3, 800) for name in dice.pick([PAY_TAX, PAY_TAX[:1], PAY_TAX[1:]])}
    _edit_hmrc(job, off)
    return Truth("late_correction", _edit_p60(job.p60s[0], off))


def a_corrected_p60_follows(papers: Papers, dice: Dice) -> Truth | None:
    """The employer sends a replacement in which something is put right; the payslips say what they said."""
    job = dice.pick(papers.jobs)
    if len(job.p60s) != 1:
        return None
    second = _again(papers, job.p60s[0])
    off = _edit_p60(second, {name: dice.pounds(5, 600) * dice.pick([1, -1]) for name in PAY_TAX})
    if dice.chance(50):
        second.values["corrected"] = "yes"
    else:
        job.p60s[0].values["issued_on"] = f"{papers.year.starts + 1}-05-20"
        second.values["issued_on"] = f"{papers.year.starts + 1}-09-01"
    job.p60s.append(second)
    if dice.chance(50) and job.hmrc is not None:
        _edit_hmrc(job, off)
    return Truth("corrected_p60", off)


def hmrc_adds_the_job_up_twice(papers: Papers, dice: Dice) -> Truth | None:
    job = dice.pick(papers.jobs)
    if job.hmrc is None or job.hmrc.rows > 1:
        return None
    whole = _sum_all(job)
    job.hmrc = replace(job.hmrc, rows=2)
    return Truth("duplicate_employment", _edit_hmrc(job, {name: whole[name] for name in PAY_TAX if whole.get(name)}))


def hmrc_names_the_job_under_a_second_reference(papers: Papers, dice: Dice) -> Truth | None:
    job = dice.pick(papers.jobs)
    if job.hmrc is None or papers.hmrc_extra:
        return None
    whole = _sum_all(job)
    papers.hmrc_extra.append(
        HmrcEmployment("951/ZQ9", "SOMEONE ELSE", whole["taxable_pay"], whole["income_tax"], ("t",))
    )
    return Truth("duplicate_employment", {name: whole[name] for name in PAY_TAX if whole[name]})


def the_p60_counts_the_p45(papers: Papers, dice: Dice) -> Truth | None:
    job = dice.pick(papers.jobs)
    if len(job.p60s) != 1 or not job.p60s[0].amounts.get("pay_previous"):
        return None
    form = job.p60s[0].amounts
    off = {"taxable_pay": form["pay_previous"], "income_tax": form["tax_previous"]}
    return Truth("previous_employment", _edit_p60(job.p60s[0], off))


def payslips_print_another_code(papers: Papers, dice: Dice) -> Truth | None:
    """The payroll went on with the old code for the tax, and prints the new one."""
    job = dice.pick(papers.jobs)
    item, printed = job.slips[-1], TaxCode.parse(dice.pick(["1100L", "980L", "1383L", "BR"]))
    code = item.values["tax_code"]
    is_whole_year = item.amounts.get("ytd_taxable_pay") == sum(slip.amounts["taxable_pay"] for slip in job.slips)
    if not is_whole_year or code not in ("1257L", "BR") or code == printed.value or "tax_basis" in item.values:
        return None
    if job.touched or len(papers.jobs) > 1:
        return None
    period = period_of(item.pay_date, item.values["pay_frequency"])  # type: ignore[arg-type]
    tax = item.amounts["income_tax"]
    due = tax_due(
        printed, rates_of(papers.year), pay_to_date=item.amounts["ytd_taxable_pay"],
        tax_to_date=item.amounts["ytd_income_tax"] - tax, period=period.number, periods_in_year=period.in_year,
        pay_this_period=item.amounts["taxable_pay"], units=period.units,
    )  # fmt: skip
    if due.limited or abs(tax - due.this_period) < 2:
        return None
    for slip in job.slips:
        slip.values["tax_code"] = printed.value
    return Truth("wrong_tax_code", {"income_tax": tax - due.this_period})


def the_first_payslips_carry_an_old_reference(papers: Papers, dice: Dice) -> Truth | None:
    job = papers.jobs[0]
    if (
        len(papers.jobs) > 1
        or len(job.slips) != len(job.held)
        or len(job.slips) < 6
        or job.touched
        or not job.p60s
        or job.prints != set(MEASURES)
    ):
        return None
    cut = dice.number(2, len(job.slips) - 3)
    moved = sorted(job.slips, key=lambda item: str(item.pay_date))[:cut]
    for item in moved:
        item.values["paye_reference"] = "188/OLD7"
    job.touched |= {item.reading_id for item in job.slips}
    brought = moved[0].amounts["ytd_taxable_pay"] - moved[0].amounts["taxable_pay"]
    return None if brought else Truth("scheme_change", _compared(job, _sum(job, moved)))


def hmrc_holds_whole_pounds(papers: Papers, dice: Dice) -> Truth | None:
    job = dice.pick(papers.jobs)
    if job.hmrc is None or job.hmrc.pay is None or job.hmrc.tax is None:
        return None
    held = {"taxable_pay": job.hmrc.pay, "income_tax": job.hmrc.tax}
    off = {name: amount.quantize(POUND, ROUND_FLOOR) - amount for name, amount in held.items()}
    off = {name: amount for name, amount in off.items() if amount}
    return Truth("rounding", _edit_hmrc(job, off)) if off else None


def the_p60_leaves_the_last_week_out(papers: Papers, dice: Dice) -> Truth | None:
    """Paid on the last days of the year, reported in the next one."""
    job = dice.pick(papers.jobs)
    last = job.slips[-1]
    near = last.pay_date is not None and (papers.year.end - last.pay_date).days < 8
    if not near or len(job.p60s) != 1 or job.hmrc is None or last.reading_id in job.touched:
        return None
    job.touched.add(last.reading_id)
    off = {name: -amount for name, amount in job.held[last.reading_id].items() if name in MEASURES and amount}
    _edit_hmrc(job, {name: off[name] for name in PAY_TAX if name in off})
    return Truth("payslip_in_wrong_year", _edit_p60(job.p60s[0], off))


def hmrc_lists_a_state_pension(papers: Papers, dice: Dice) -> Truth | None:
    pay, tax = dice.pounds(500, 9000), dice.pounds(50, 1500)
    papers.hmrc_extra.append(HmrcEmployment("267/LS500", None, pay, tax, ("u",), "state_pension_lump_sum"))
    return Truth("state_pension_lump_sum", {"taxable_pay": pay, "income_tax": tax})


FAULTS: dict[str, Fault] = {
    fault.__name__: fault
    for fault in (
        a_payslip_is_lost,
        two_payslips_running_are_lost,
        the_last_payslip_is_lost,
        the_same_payslip_is_kept_twice,
        a_payslip_is_issued_anew,
        a_figure_has_digits_swapped,
        a_year_to_date_is_garbled,
        payslips_print_another_code,
        the_first_payslips_carry_an_old_reference,
        the_p60_has_another_figure,
        hmrc_holds_another_figure,
        p60_and_hmrc_hold_other_figures,
        a_corrected_p60_follows,
        the_p60_counts_the_p45,
        the_p60_leaves_the_last_week_out,
        hmrc_adds_the_job_up_twice,
        hmrc_names_the_job_under_a_second_reference,
        hmrc_holds_whole_pounds,
        hmrc_lists_a_state_pension,
    )
}
ANY_AMOUNT_AT_HMRC = {"hmrc_holds_another_figure", "hmrc_holds_whole_pounds"}
ANY_AMOUNT = ANY_AMOUNT_AT_HMRC | {
    "the_p60_has_another_figure",
    "p60_and_hmrc_hold_other_figures",
    "a_corrected_p60_follows",
}


# -- what faults share ----------------------------------------------------------------------------------------------


def _again(papers: Papers, item: StoredReading) -> StoredReading:
    papers.added += 1
    key = f"r{70000 + papers.added}"
    sha256 = f"{int(key[1:]):064x}"
    return replace(item, reading_id=key, sha256=sha256, values=dict(item.values), amounts=dict(item.amounts))


def _is_calm(job: Job, index: int) -> bool:
    return job.slips[index].reading_id not in job.touched


def _sum(job: Job, slips: Sequence[StoredReading]) -> dict[str, Decimal]:
    found: dict[str, Decimal] = {}
    for item in slips:
        for name, amount in job.held[item.reading_id].items():
            found[name] = found.get(name, ZERO) + amount
    return found


def _sum_all(job: Job) -> dict[str, Decimal]:
    found: dict[str, Decimal] = {}
    for amounts in job.held.values():
        for name, amount in amounts.items():
            found[name] = found.get(name, ZERO) + amount
    return found


def _compared(job: Job, amounts: Mapping[str, Decimal]) -> dict[str, Decimal]:
    """The measures anything but the payslips' own figures tells of."""
    known = {
        name for name in MEASURES if name in job.prints or (job.p60s and BOX.get(name, name) in job.p60s[0].amounts)
    }
    if job.hmrc is not None:
        known |= set(PAY_TAX)
    return {name: amount for name, amount in amounts.items() if name in known and amount}


def _edit_p60(form: StoredReading, off: Mapping[str, Decimal]) -> dict[str, Decimal]:
    for name, amount in off.items():
        box = BOX.get(name, name)
        if box in form.amounts:
            form.amounts[box] += amount
            total = {"pay_this": "pay_total", "tax_this": "tax_total"}.get(box)
            if total:
                form.amounts[total] += amount
    return {name: amount for name, amount in off.items() if BOX.get(name, name) in form.amounts}


def _edit_hmrc(job: Job, off: Mapping[str, Decimal]) -> dict[str, Decimal]:
    assert job.hmrc is not None
    pay, tax = job.hmrc.pay or ZERO, job.hmrc.tax or ZERO
    job.hmrc = replace(job.hmrc, pay=pay + off.get("taxable_pay", ZERO), tax=tax + off.get("income_tax", ZERO))
    return dict(off)


def _swapped(amount: Decimal) -> Decimal:
    """Two neighbouring digits in each other's place, the first two that differ."""
    digits = list(str(amount))
    for place in range(len(digits) - 4):
        one, other = digits[place], digits[place + 1]
        if one != other and other != "0":
            digits[place], digits[place + 1] = other, one
            return Decimal("".join(digits))
    return amount


# -- trying ---------------------------------------------------------------------------------------------------------


def papers_of(papers: Papers) -> Papers:
    return papers


def solve(papers: Papers) -> object:
    return planting.solve(papers)  # type: ignore[arg-type]


def score(papers: Papers, truths: Sequence[Truth]) -> Score:
    return planting.score(papers, truths)  # type: ignore[arg-type]


def singles(base: Papers, seed: int | str) -> Iterable[tuple[str, Score]]:
    """Every fault alone, where this person's papers allow it."""
    for name in FAULTS:
        bent = _bent(base, (name,), Dice(seed, f"paper {name}"))
        if bent is not None:
            yield name, score(bent[0], bent[1])


def pairs(base: Papers, seed: int | str, count: int) -> Iterable[tuple[tuple[str, str], str, Score]]:
    """So many pairs of faults, and how far each can be told apart."""
    every = list(combinations(FAULTS, 2))
    for number in range(count):
        dice = Dice(seed, f"papers {number}")
        pair = dice.pick(every)
        bent = _bent(base, pair, dice)
        if bent is not None:
            yield pair, bent[2], score(bent[0], bent[1])


def _bent(base: Papers, names: Sequence[str], dice: Dice) -> tuple[Papers, list[Truth], str] | None:
    papers, truths, hit = _copied(base), [], []
    for name in names:
        before = _figures(papers)
        truth = FAULTS[name](papers, dice)
        if truth is None:
            return None
        after = _figures(papers)
        hit.append({key for key in after if after[key] != before.get(key)})
        truths.append(replace(truth, label=name))
    return papers, *_knowable(papers, truths, hit)


def _knowable(papers: Papers, truths: list[Truth], hit: Sequence[set[str]]) -> tuple[list[Truth], str]:
    """The truths as far as the documents hold them, and how the two meet.

    Of two gaps in the payslips only what the year to date prints can be told apart; without any, their sum. A lost
    payslip that one other figure tells of and a change of that figure leave their sum.
    """
    names = {truth.label for truth in truths}
    meets = len(hit) == 2 and bool(hit[0] & hit[1]) and bool(ANY_AMOUNT & names)
    meeting = "joint" if meets and names <= ANY_AMOUNT_AT_HMRC else "blurred" if meets else "apart"
    lost = {truth.label for truth in truths if truth.cause == "missing_payslip"}
    if len(truths) < 2 or not lost:
        return truths, meeting
    prints = frozenset.intersection(*(job.prints for job in papers.jobs))
    if len(lost) == 2:
        both: dict[str, Decimal] = {}
        for name in (name for truth in truths for name in truth.vector):
            both[name] = sum((truth.vector.get(name, ZERO) for truth in truths), ZERO)
        if not prints:
            return [replace(truths[0], vector=both)], "joint"
        told = [{k: v for k, v in truth.vector.items() if k in prints} for truth in truths]
        return [replace(t, vector=v) for t, v in zip(truths, told, strict=True)], meeting
    if "the_last_payslip_is_lost" in lost and "p60_and_hmrc_hold_other_figures" in names:
        return truths, "joint"
    other = next(truth for truth in truths if truth.label not in lost)
    alone = {"national_insurance", "student_loan"} if other.label == "the_p60_has_another_figure" else set()
    untold = not prints and other.label in ("a_figure_has_digits_swapped", "p60_and_hmrc_hold_other_figures")
    if untold or (other.vector.keys() & alone - (prints if "the_last_payslip_is_lost" not in lost else set())):
        return truths, "joint"
    return truths, meeting


def _figures(papers: Papers) -> dict[str, object]:
    found: dict[str, object] = {}
    for number, job in enumerate(papers.jobs):
        if job.hmrc is not None:
            found |= {f"{number} hmrc pay": job.hmrc.pay, f"{number} hmrc tax": job.hmrc.tax}
        for form in job.p60s[-1:]:
            found |= {f"{number} p60 {name}": amount for name, amount in form.amounts.items()}
    return found


def _copied(base: Papers) -> Papers:
    def copy(item: StoredReading) -> StoredReading:
        return replace(item, values=dict(item.values), amounts=dict(item.amounts))

    jobs = [
        Job([copy(i) for i in job.slips], [copy(i) for i in job.p60s], job.hmrc, job.held, job.prints)
        for job in base.jobs
    ]
    return Papers(base.year, jobs)
