"""Faults planted in made-up person-years, and whether explaining them names each with its exact amounts.

A planter changes what documents or HMRC say and returns the truth; how the truth is found is `reconciliation`'s.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from decimal import ROUND_FLOOR, Decimal
from itertools import combinations

from hmrc_pipeline.extraction.fields import is_amount
from hmrc_pipeline.hmrc import HmrcEmployment, HmrcYear
from hmrc_pipeline.hmrc.apis import STATE_PENSION_LUMP_SUM
from hmrc_pipeline.identifiers import PayeReference, TaxCode
from hmrc_pipeline.p60s.choose import p60_of_reading
from hmrc_pipeline.p60s.model import settle
from hmrc_pipeline.paye import rates_of, tax_due
from hmrc_pipeline.payslips.choose import payslip_of_reading
from hmrc_pipeline.payslips.duplicates import mark_duplicates
from hmrc_pipeline.people import employer_key
from hmrc_pipeline.readings.employments import Employments
from hmrc_pipeline.readings.stored import StoredReading
from hmrc_pipeline.reconciliation.assemble import cases_of
from hmrc_pipeline.reconciliation.compare import MEASURES
from hmrc_pipeline.reconciliation.explain import Explained, explain
from hmrc_pipeline.reconciliation.findings import CONTEXT
from hmrc_pipeline.simulators.career import PaidEmployment, PaidYear
from hmrc_pipeline.simulators.careers import career
from hmrc_pipeline.simulators.dice import Dice
from hmrc_pipeline.simulators.p60s import make_p60
from hmrc_pipeline.simulators.payslips import make_payslip
from hmrc_pipeline.simulators.samples import Sample
from hmrc_pipeline.tax_year import TaxYear

NOW = datetime(2027, 1, 1, tzinfo=UTC)
ZERO = Decimal("0.00")
BOXES = {"taxable_pay": "pay_this", "income_tax": "tax_this", "national_insurance": "ni_1_employee"}
Vector = dict[str, Decimal]


@dataclass
class Job:
    """One employment's papers. `untouched` are the payslips no fault was planted in yet."""

    paid: PaidEmployment
    slips: list[StoredReading]
    p60s: list[StoredReading]
    hmrc: HmrcEmployment | None
    untouched: set[str] = field(default_factory=set)

    @property
    def prints_ytd(self) -> set[str]:
        return {name.removeprefix("ytd_") for item in self.slips for name in item.amounts if name.startswith("ytd_")}


@dataclass
class Papers:
    """Everything a person's year is explained from."""

    year: TaxYear
    jobs: list[Job]
    hmrc_extra: list[HmrcEmployment] = field(default_factory=list)
    strangers: list[StoredReading] = field(default_factory=list)
    numbers: int = 9000


@dataclass(frozen=True)
class Truth:
    """What was planted, and what it explains."""

    cause: str
    vector: Mapping[str, Decimal]
    label: str = ""


Planter = Callable[[Papers, Dice], Truth | None]


def made_up_years(count: int, start: int = 0) -> Iterable[PaidYear]:
    """Person-years of every kind: five tax years, every frequency, one to three employments."""
    for seed in range(start, start + count):
        last = TaxYear(2021 + seed % 5)
        frequency = "weekly" if seed % 4 == 3 else None
        (year,) = career(seed, last=last, frequency=frequency).years  # type: ignore[arg-type]
        if seed % 5 == 4:  # a third employment, or a second
            (more,) = career(f"beside {seed}", last=last).years
            year = replace(year, employments=(*year.employments, more.employments[-1]))
        yield year


def papers_of(year: PaidYear) -> Papers:
    """The papers of a made-up year as a perfect reader reads them."""
    jobs = []
    for number, job in enumerate(year.employments):
        slips = [_reading(make_payslip(slip), 100 * number + i, year.tax_year) for i, slip in enumerate(job.slips)]
        p60s = [_reading(make_p60(job.p60), 5000 + number, year.tax_year)] if job.p60 else []
        reference = job.terms.employer.paye_reference.value
        hmrc = HmrcEmployment(reference, job.terms.employer.name, job.pay, job.tax, ("s",))
        jobs.append(Job(job, slips, p60s, hmrc, {item.reading_id for item in slips}))
    return Papers(year.tax_year, jobs)


def solve(papers: Papers) -> list[Explained]:
    """The person's year explained."""
    slips = [item for job in papers.jobs for item in job.slips]
    forms = [item for job in papers.jobs for item in job.p60s]
    readings = [*slips, *forms, *papers.strangers]
    employments = Employments(_references(readings), readings)
    payslips = [slip for item in slips if (slip := payslip_of_reading(item, employments, papers.year))]
    border = [slip for item in papers.strangers if (slip := payslip_of_reading(item, employments, papers.year))]
    certified = [form for item in forms if (form := p60_of_reading(item, employments, papers.year, NOW))]
    held = [job.hmrc for job in papers.jobs if job.hmrc] + papers.hmrc_extra
    hmrc = HmrcYear(tuple(held), None if held else "not_authorised: nobody signed in")
    sources = (mark_duplicates(payslips), settle(certified), hmrc)
    cases = cases_of("p", papers.year, *sources, today=NOW.date(), tolerance=ZERO, strangers=border)
    return [explain(case) for case in cases]


def _reading(sample: Sample, number: int, year: TaxYear) -> StoredReading:
    values = {name: value for name, value in sample.fields.items() if not is_amount(name)}
    amounts = {name: Decimal(value) for name, value in sample.fields.items() if is_amount(name)}
    pay_date = date.fromisoformat(values["pay_date"]) if "pay_date" in values else None
    key = (f"r{number}", f"{number:064x}")
    proved = (sample.doc_type, "proved", (), "p", year.label, None)
    return StoredReading(*key, 0, *proved, pay_date, values, amounts, ())  # type: ignore[arg-type]


def _references(readings: Sequence[StoredReading]) -> dict[str, str]:
    found = defaultdict(set)
    for item in readings:
        if "paye_reference" in item.values and "employer_name" in item.values:
            reference = PayeReference.parse(item.values["paye_reference"]).value
            found[employer_key(item.values["employer_name"])].add(reference)
    return {name: printed.pop() for name, printed in found.items() if len(printed) == 1}


# -- planters -------------------------------------------------------------------------------------------------------


def missing_payslip(papers: Papers, dice: Dice) -> Truth | None:
    job = dice.pick(papers.jobs)
    inside = [index for index in range(1, len(job.slips) - 1) if _is_free(job, index)]
    if not inside:
        return None
    index = dice.pick(inside)
    dropped = job.slips.pop(index)
    actual = _paid(job, dropped)
    known = {name for name in MEASURES if job.p60s or name in job.prints_ytd}
    return Truth("missing_payslip", {name: actual[name] for name in MEASURES if actual.get(name) and name in known})


def duplicate_payslip(papers: Papers, dice: Dice) -> Truth | None:
    """A payslip issued with wrong figures and then anew: the first one is still in the folder."""
    job = dice.pick(papers.jobs)
    if "taxable_pay" not in job.prints_ytd:
        return None
    inside = [index for index in range(1, len(job.slips) - 1) if _is_free(job, index)]
    if not inside:
        return None
    right = job.slips[dice.pick(inside)]
    job.untouched.discard(right.reading_id)
    wrong = _copy(papers, right)
    more = {
        "taxable_pay": dice.pounds(40, 400),
        "income_tax": dice.pounds(8, 60),
        "national_insurance": dice.pounds(3, 30),
    }
    more |= {"gross_pay": more["taxable_pay"], "ni_pay": more["taxable_pay"]}
    more["net_pay"] = more["taxable_pay"] - more["income_tax"] - more["national_insurance"]
    for name, amount in more.items():
        for printed in (name, f"ytd_{name}"):
            if printed in wrong.amounts:
                wrong.amounts[printed] += amount
    job.slips.append(wrong)
    job.slips.sort(key=lambda item: (item.pay_date, item.reading_id))
    return Truth("duplicate_payslip", {name: -wrong.amounts[name] for name in MEASURES if wrong.amounts.get(name)})


def payslip_in_wrong_year(papers: Papers, dice: Dice) -> Truth | None:
    """The P60 and HMRC count a payslip beside 6 April in the other year than the payslips do."""
    job = dice.pick(papers.jobs)
    if not job.p60s or not job.slips or job.hmrc is None:
        return None
    last = job.slips[-1]
    if dice.chance(50):
        return _stranger_counted(papers, job, dice)
    paid = _paid(job, last)
    if last.pay_date is None or (papers.year.end - last.pay_date).days > 11 or not _is_free(job, -1):
        return None
    if job.paid.slips[-1].period.number > 52 or len(job.slips) < 4:
        return None
    job.untouched.discard(last.reading_id)
    vector = {name: -amount for name, amount in paid.items() if name in MEASURES and amount}
    _shift(job, vector, p60=True, hmrc=True)
    return Truth("payslip_in_wrong_year", _seen_by_p60(job, vector))


def _stranger_counted(papers: Papers, job: Job, dice: Dice) -> Truth | None:
    """Paid on the last days of the year for month 1 of the next; the payslip counts it there, the P60 here."""
    stranger = _copy(papers, job.slips[-1])
    day = papers.year.end - timedelta(days=dice.number(0, 3))
    amounts = {name: amount for name, amount in stranger.amounts.items() if not name.startswith("ytd_")}
    ytd = {f"ytd_{name}": amount for name, amount in amounts.items() if f"ytd_{name}" in stranger.amounts}
    values = stranger.values | {"pay_date": day.isoformat(), "tax_period": "1"}
    papers.strangers.append(replace(stranger, pay_date=day, values=values, amounts=amounts | ytd))
    vector = {name: amounts[name] for name in MEASURES if amounts.get(name)}
    if not {"taxable_pay", "income_tax"} <= vector.keys():
        papers.strangers.pop()
        return None
    _shift(job, vector, p60=True, hmrc=True)
    return Truth("payslip_in_wrong_year", _seen_by_p60(job, vector))


def misread_figure(papers: Papers, dice: Dice) -> Truth | None:
    job = dice.pick(papers.jobs)
    index = dice.number(0, len(job.slips) - 1)
    measure = dice.pick(MEASURES[:3])
    slip = job.slips[index]
    told = measure in job.prints_ytd or (job.p60s and _p60_prints(job, measure))
    if not _is_free(job, index) or not slip.amounts.get(measure) or not told or len(job.slips) < 3:
        return None
    job.untouched.discard(slip.reading_id)
    off = Decimal(dice.pick([90, 100, 300, 900, 1000, -9, 27, 40]))
    slip.amounts[measure] += off
    return Truth("misread_figure", {measure: -off})


def wrong_tax_code(papers: Papers, dice: Dice) -> Truth | None:
    """The payslips print another code than the one the tax was taken on."""
    job = dice.pick(papers.jobs)
    paid = job.paid
    operated = paid.slips[-1].code
    if len(job.slips) < 4 or operated.kind == "NT" or any("tax_code" not in item.values for item in job.slips):
        return None
    if not {"taxable_pay", "income_tax"} <= job.prints_ytd and paid.slips[0].period.number > paid.slips[0].period.units:
        return None
    if any("taxable_pay" not in item.amounts for item in job.slips):
        return None
    start = dice.number(0, len(job.slips) - 3)
    printed = TaxCode.parse(
        operated.nation + dice.pick([f"{dice.number(100, 1400)}L", f"{dice.number(100, 1400)}L", "BR", "K31"])
    )
    total = _off_at_the_end(papers, job, printed, start)
    if total is None or abs(total) < 2:
        return None
    for item in job.slips[start:]:
        item.values["tax_code"] = printed.value
        item.values.pop("tax_basis", None)
    return Truth("wrong_tax_code", {"income_tax": total})


def _off_at_the_end(papers: Papers, job: Job, printed: TaxCode, start: int) -> Decimal | None:
    """Tax deducted less tax due on the printed code at the last payslip; None where that is not told."""
    slips = job.paid.slips
    others = [j for j in papers.jobs if j is not job]
    if slips[0].period.number > slips[0].period.units and others:
        return None  # what was handed over is known to the payroll alone
    last = slips[-1]
    if last.period.is_extra:
        return None
    pay, tax = last.ytd["taxable_pay"], last.ytd["income_tax"]
    due = tax_due(
        printed,
        rates_of(papers.year),
        pay_to_date=pay,
        tax_to_date=tax - last.amounts["income_tax"],
        period=last.period.number,
        periods_in_year=last.period.in_year,
        pay_this_period=last.amounts["taxable_pay"],
        units=last.period.units,
    )
    if due.limited:
        return None
    return last.amounts["income_tax"] - due.this_period


def p60_differs(papers: Papers, dice: Dice) -> Truth | None:
    job = dice.pick(papers.jobs)
    if not job.p60s or len(job.p60s) > 1:
        return None
    vector = _random(dice, MEASURES[:3])
    vector = {name: amount for name, amount in vector.items() if _p60_prints(job, name) and _is_compared(job, name)}
    if not vector:
        return None
    _shift(job, vector, p60=True)
    return Truth("p60_differs", vector)


def employer_reported_differently(papers: Papers, dice: Dice) -> Truth | None:
    job = dice.pick(papers.jobs)
    vector = _random(dice, MEASURES[:2])
    if job.hmrc is None or not all(job.p60s or name in job.prints_ytd for name in vector):
        return None
    _shift(job, vector, hmrc=True)
    return Truth("employer_reported_differently", vector)


def corrected_p60(papers: Papers, dice: Dice) -> Truth | None:
    """A second P60 with other figures, which HMRC holds too: marked so, dated later, or without a word."""
    job = dice.pick(papers.jobs)
    if len(job.p60s) != 1 or job.hmrc is None:
        return None
    vector = _random(dice, MEASURES[:2])
    if not all(_is_compared(job, name) for name in vector):
        return None
    other = _copy(papers, job.p60s[0])
    job.p60s.append(other)
    mark = dice.number(0, 2)
    if mark == 0:
        other.values["corrected"] = "yes"
    elif mark == 1:
        job.p60s[0].values["issued_on"] = f"{papers.year.starts + 1}-05-12"
        other.values["issued_on"] = f"{papers.year.starts + 1}-08-03"
    _shift_form(other, vector)
    _shift(job, vector, hmrc=True)
    return Truth("corrected_p60", vector)


def late_correction(papers: Papers, dice: Dice) -> Truth | None:
    """Put right after the last payslip: the P60 and HMRC have it."""
    job = dice.pick(papers.jobs)
    if len(job.p60s) != 1 or job.hmrc is None:
        return None
    vector = _random(dice, MEASURES[:2])
    if not all(_is_compared(job, name) for name in vector):
        return None
    _shift(job, vector, p60=True, hmrc=True)
    return Truth("late_correction", vector)


def duplicate_employment(papers: Papers, dice: Dice) -> Truth | None:
    """HMRC counts the employment twice: added up under its reference, or as one of its own."""
    job = dice.pick(papers.jobs)
    if job.hmrc is None or not (job.p60s or "taxable_pay" in job.prints_ytd):
        return None
    step = job.paid.slips[dice.number(max(0, len(job.paid.slips) - 4), len(job.paid.slips) - 1)]
    pay, tax = step.ytd["taxable_pay"], step.ytd["income_tax"]
    vector = {name: amount for name, amount in (("taxable_pay", pay), ("income_tax", tax)) if amount}
    if dice.chance(50):
        job.hmrc = replace(job.hmrc, rows=2 if dice.chance(50) else 1)
        _shift(job, vector, hmrc=True)
    else:
        papers.hmrc_extra.append(HmrcEmployment("913/ZZ777", job.hmrc.employer_name, pay, tax, ("s2",)))
    return Truth("duplicate_employment", vector)


def two_employments_one_reference(papers: Papers, dice: Dice) -> Truth | None:
    """A second job under the same reference: known to HMRC alone."""
    job = dice.pick(papers.jobs)
    if job.hmrc is None or not job.p60s:
        return None
    vector = {"taxable_pay": dice.pounds(800, 9000), "income_tax": dice.pounds(100, 700)}
    job.hmrc = replace(job.hmrc, rows=2)
    _shift(job, vector, hmrc=True)
    return Truth("two_employments_one_reference", vector)


def scheme_change(papers: Papers, dice: Dice) -> Truth | None:
    """The employer's PAYE reference changes on the way; the P60 of the new one certifies the whole year."""
    job = dice.pick(papers.jobs)
    paid = job.paid
    if (
        not job.p60s
        or len(job.slips) != len(paid.slips)
        or len(job.slips) < 5
        or job.hmrc is None
        or len(papers.jobs) > 1
    ):
        return None
    if any("paye_reference" not in item.values for item in job.slips):
        return None
    cut = dice.number(2, len(job.slips) - 2)
    old = "177/OLD55"
    for item in job.slips[:cut]:
        item.values["paye_reference"] = old
    restarts = dice.chance(50)
    sums = dict(paid.slips[cut - 1].ytd)
    sums["student_loan"] = sum((item.amounts.get("student_loan", ZERO) for item in job.slips[:cut]), ZERO)
    if restarts:
        for item in job.slips[cut:]:
            for name in [name for name in item.amounts if name.startswith("ytd_")]:
                item.amounts[name] -= sums.get(name.removeprefix("ytd_"), ZERO)
    vector = {name: sums[name] for name in MEASURES if sums.get(name)}
    if not {"national_insurance", "taxable_pay", "income_tax"} <= vector.keys():
        return None
    job.untouched.clear()
    known = {name for name in MEASURES if _p60_prints(job, name) or (not restarts and name in job.prints_ytd)}
    return Truth("scheme_change", {name: amount for name, amount in vector.items() if name in known})


def previous_employment(papers: Papers, dice: Dice) -> Truth | None:
    """The P60 counts the pay of a previous employment as this one's."""
    job = dice.pick(papers.jobs)
    if len(job.p60s) != 1:
        return None
    form = job.p60s[0]
    pay, tax = form.amounts.get("pay_previous"), form.amounts.get("tax_previous")
    if not pay or not tax:
        pay, tax = dice.pounds(2000, 15000), dice.pounds(100, 2000)
        form.amounts.update(pay_previous=pay, tax_previous=tax)
        for name, amount in (("pay_total", pay), ("tax_total", tax)):
            if name in form.amounts:
                form.amounts[name] += amount
    vector = {"taxable_pay": pay, "income_tax": tax}
    if not all(_is_compared(job, name) for name in vector):
        return None
    _shift(job, vector, p60=True)
    return Truth("previous_employment", vector)


def week_53(papers: Papers, dice: Dice) -> Truth | None:
    """The P60 and HMRC leave a payslip of week 53 to the next year."""
    found = [job for job in papers.jobs if job.paid.slips[-1].period.is_extra and job.p60s and _is_free(job, -1)]
    if not found or found[0].hmrc is None or len(found[0].slips) < 3:
        return None
    job = found[0]
    last = job.slips[-1]
    job.untouched.discard(last.reading_id)
    vector = {name: -amount for name, amount in _paid(job, last).items() if name in MEASURES and amount}
    _shift(job, vector, p60=True, hmrc=True)
    return Truth("week_53", _seen_by_p60(job, vector))


def rounding(papers: Papers, dice: Dice) -> Truth | None:
    """HMRC holds whole pounds."""
    job = dice.pick(papers.jobs)
    if job.hmrc is None or job.hmrc.pay is None or job.hmrc.tax is None:
        return None
    if not all(job.p60s or name in job.prints_ytd for name in MEASURES[:2]):
        return None
    vector = {
        name: amount.quantize(Decimal(1), ROUND_FLOOR) - amount
        for name, amount in (("taxable_pay", job.hmrc.pay), ("income_tax", job.hmrc.tax))
    }
    _shift(job, vector, hmrc=True)
    shown = {name: amount for name, amount in vector.items() if amount}
    return Truth("rounding", shown) if shown else None


def student_loan_rounding(papers: Papers, dice: Dice) -> Truth | None:
    """Deducted in pence, certified in whole pounds payslip by payslip."""
    job = dice.pick(papers.jobs)
    if len(job.p60s) != 1 or not job.p60s[0].amounts.get("student_loan") or len(job.slips) != len(job.paid.slips):
        return None
    running = total = ZERO
    for number, item in enumerate(job.slips):
        if item.amounts.get("student_loan") and item.reading_id in job.untouched:
            pence = Decimal(17 + number * 7 % 61) / 100
            item.amounts["student_loan"] += pence
            total += pence
        running = total
        if "ytd_student_loan" in item.amounts:
            item.amounts["ytd_student_loan"] += running
    return Truth("student_loan_rounding", {"student_loan": -total}) if total >= 1 else None


def state_pension_lump_sum(papers: Papers, dice: Dice) -> Truth | None:
    pay, tax = dice.pounds(900, 7000), dice.pounds(100, 900)
    row = HmrcEmployment(STATE_PENSION_LUMP_SUM, None, pay, tax, ("s3",), "state_pension_lump_sum")
    papers.hmrc_extra.append(row)
    return Truth("state_pension_lump_sum", {"taxable_pay": pay, "income_tax": tax})


PLANTERS: dict[str, Planter] = {
    planter.__name__: planter
    for planter in (
        missing_payslip,
        duplicate_payslip,
        payslip_in_wrong_year,
        misread_figure,
        wrong_tax_code,
        p60_differs,
        employer_reported_differently,
        corrected_p60,
        late_correction,
        duplicate_employment,
        two_employments_one_reference,
        scheme_change,
        previous_employment,
        week_53,
        rounding,
        student_loan_rounding,
        state_pension_lump_sum,
    )
}


# -- what planters share --------------------------------------------------------------------------------------------


def _is_free(job: Job, index: int) -> bool:
    return job.slips[index].reading_id in job.untouched


def _paid(job: Job, item: StoredReading) -> Mapping[str, Decimal]:
    """What a payslip really held, printed or not."""
    number = int(item.reading_id[1:]) % 100
    return job.paid.slips[number].amounts


def _copy(papers: Papers, item: StoredReading) -> StoredReading:
    papers.numbers += 1
    key, sha256 = f"r{papers.numbers}", f"{papers.numbers:064x}"
    return replace(item, reading_id=key, sha256=sha256, values=dict(item.values), amounts=dict(item.amounts))


def _random(dice: Dice, measures: Sequence[str]) -> Vector:
    chosen = [name for name in measures if dice.chance(60)] or [measures[0]]
    return {name: dice.pounds(2, 900) * dice.pick([1, -1]) for name in chosen}


def _p60_prints(job: Job, measure: str) -> bool:
    box = BOXES.get(measure, measure)
    return bool(job.p60s) and all(box in form.amounts for form in job.p60s)


def _is_compared(job: Job, measure: str) -> bool:
    """Whether the payslips say anything of a measure as a whole."""
    printed = [measure in item.amounts for item in job.slips]
    return measure in job.prints_ytd or all(printed) or (measure not in ("taxable_pay",) and any(printed))


def _seen_by_p60(job: Job, vector: Mapping[str, Decimal]) -> Vector:
    return {name: amount for name, amount in vector.items() if _p60_prints(job, name) and _is_compared(job, name)}


def _shift(job: Job, vector: Mapping[str, Decimal], *, p60: bool = False, hmrc: bool = False) -> None:
    if p60:
        for form in job.p60s:
            _shift_form(form, vector)
    if hmrc and job.hmrc is not None and job.hmrc.pay is not None and job.hmrc.tax is not None:
        pay, tax = vector.get("taxable_pay", ZERO), vector.get("income_tax", ZERO)
        job.hmrc = replace(job.hmrc, pay=job.hmrc.pay + pay, tax=job.hmrc.tax + tax)


def _shift_form(form: StoredReading, vector: Mapping[str, Decimal]) -> None:
    for name, amount in vector.items():
        box = BOXES.get(name, name)
        if box in form.amounts:
            form.amounts[box] += amount if "loan" not in name else amount.quantize(Decimal(1), ROUND_FLOOR)
        total = {"pay_this": "pay_total", "tax_this": "tax_total"}.get(box)
        if total in form.amounts:
            form.amounts[total] += amount  # type: ignore[index]


# -- scoring --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Score:
    """What explaining made of what was planted."""

    truths: tuple[Truth, ...]
    named: tuple[bool, ...]
    exact: tuple[bool, ...]
    told: tuple[str, ...]
    as_one: bool
    wrongly_certain: tuple[str, ...]
    unexplained: bool
    sets: int = 0
    """How many alternative sets the findings name."""

    @property
    def label(self) -> str:
        return self.truths[0].label or self.truths[0].cause

    @property
    def all_exact(self) -> bool:
        return all(self.exact)

    def is_told(self, meeting: str) -> bool:
        """Whether all is named with exact amounts; exact together where the documents hold the sum alone."""
        return self.all_exact or (meeting == "joint" and self.as_one)


def plant(base: Papers, names: Iterable[str], dice: Dice) -> tuple[Papers, list[Truth], str] | None:
    """A copy of the papers with faults planted; None where one of them cannot be.

    The last value says how far the faults can be told apart: `apart`; `blurred`, where they meet in one figure and one
    may be of any amount; `joint`, where both may and no other figure tells either: their sum alone is known.
    """
    papers = Papers(base.year, [_copied(job) for job in base.jobs])
    truths: list[Truth] = []
    hit: list[tuple[str, set[str]]] = []
    for name in names:
        before = _figures(papers)
        truth = PLANTERS[name](papers, dice)
        if truth is None or not any(truth.vector.values()):
            return None
        truths.append(truth)
        after = _figures(papers)
        hit.append((name, {key for key in after if after[key] != before.get(key)}))
    return papers, truths, max((_meeting(one, other) for one, other in combinations(hit, 2)), default="apart")


def _meeting(one: tuple[str, set[str]], other: tuple[str, set[str]]) -> str:
    any_amount = {one[0], other[0]} & OF_ANY_AMOUNT
    if not any_amount or not one[1] & other[1]:
        return "apart"
    both_at_hmrc_alone = {one[0], other[0]} <= AT_HMRC_ALONE
    return "joint" if both_at_hmrc_alone else "blurred"


AT_HMRC_ALONE = {"employer_reported_differently", "two_employments_one_reference", "rounding"}
OF_ANY_AMOUNT = {
    "p60_differs",
    "employer_reported_differently",
    "corrected_p60",
    "late_correction",
    "two_employments_one_reference",
    "rounding",
}


def _figures(papers: Papers) -> dict[str, Decimal | None]:
    """What the P60s and HMRC say, figure by figure."""
    found: dict[str, Decimal | None] = {}
    for number, job in enumerate(papers.jobs):
        if job.hmrc is not None:
            found |= {f"{number} hmrc pay": job.hmrc.pay, f"{number} hmrc tax": job.hmrc.tax}
        for form in job.p60s[-1:]:
            found |= {f"{number} p60 {box}": form.amounts.get(box) for box in (*BOXES.values(), "student_loan")}
    return found


def _copied(job: Job) -> Job:
    slips = [replace(item, values=dict(item.values), amounts=dict(item.amounts)) for item in job.slips]
    forms = [replace(item, values=dict(item.values), amounts=dict(item.amounts)) for item in job.p60s]
    return Job(job.paid, slips, forms, job.hmrc, set(job.untouched))


def score(papers: Papers, truths: Sequence[Truth]) -> Score:
    """Whether each truth is named, or among tied alternatives, and with its exact amounts."""
    results = solve(papers)
    findings = [finding for result in results for finding in result.findings if finding.cause not in CONTEXT]
    told: list[tuple[str, Mapping[str, Decimal]]] = [(item.cause, item.explains) for item in findings]
    told += [(one.cause, one.explains) for item in findings for some in item.alternatives for one in some]
    planted = {truth.cause for truth in truths}
    gaps = [item for item in findings if item.kind == "discrepancy"]
    sets = [((item.cause, item.explains),) for item in findings]
    sets += [tuple((one.cause, one.explains) for one in some) for item in findings for some in item.alternatives]
    joint = [_as_one(truths, some) for some in sets]
    certain = tuple(item.cause for item in gaps if item.certainty == "certain" and item.cause not in planted)
    left = any(amount for result in results for amount in result.unexplained.values())
    return Score(
        tuple(truths),
        tuple(any(cause == truth.cause for cause, _ in told) for truth in truths),
        tuple(any(cause == t.cause and _same(vector, t.vector) for cause, vector in told) for t in truths),
        tuple(item.cause for item in gaps),
        any(joint),
        certain,
        left,
        sum(len(item.alternatives) for item in findings),
    )


def _as_one(truths: Sequence[Truth], some: Sequence[tuple[str, Mapping[str, Decimal]]]) -> bool:
    """Whether a set names all that was planted, with amounts that are exact together."""
    planted = [(truth.cause, truth.vector) for truth in truths]
    return sorted(c for c, _ in planted) == sorted(c for c, _ in some) and _sum(planted) == _sum(some)


def _sum(parts: Iterable[tuple[str, Mapping[str, Decimal]]]) -> Vector:
    total: dict[str, Decimal] = defaultdict(Decimal)
    for _, vector in parts:
        for name, amount in vector.items():
            total[name] += amount
    return {name: amount for name, amount in total.items() if amount}


def _same(one: Mapping[str, Decimal], other: Mapping[str, Decimal]) -> bool:
    return {k: v for k, v in one.items() if v} == {k: v for k, v in other.items() if v}


def singles(base: Papers, seed: int | str) -> Iterable[tuple[str, Score]]:
    """Every cause planted alone in one person-year, where it can be."""
    for name in PLANTERS:
        for attempt in range(4):
            planted = plant(base, [name], Dice(seed, f"{name} {attempt}"))
            if planted is not None:
                yield name, score(planted[0], planted[1])
                break


def pairs(base: Papers, seed: int | str, count: int) -> Iterable[tuple[tuple[str, str], str, Score]]:
    """So many pairs of causes planted in one person-year, and how far each pair can be told apart."""
    every = list(combinations(PLANTERS, 2))
    for number in range(count):
        dice = Dice(seed, f"pair {number}")
        pair = dice.pick(every)
        planted = plant(base, pair, dice)
        if planted is not None:
            yield pair, planted[2], score(planted[0], planted[1])
