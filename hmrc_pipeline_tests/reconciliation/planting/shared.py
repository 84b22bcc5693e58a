"""What planters share: whether a payslip is free, and how P60 and HMRC are moved."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import ROUND_FLOOR, Decimal

from hmrc_pipeline.readings.stored import StoredReading
from hmrc_pipeline.simulators.dice import Dice
from hmrc_pipeline_tests.reconciliation.planting.papers import BOXES, ZERO, Job, Papers, Vector


def is_free(job: Job, index: int) -> bool:
    return job.slips[index].reading_id in job.untouched


def held(job: Job, item: StoredReading) -> Mapping[str, Decimal]:
    """What a payslip really held, printed or not."""
    number = int(item.reading_id[1:]) % 100
    return job.paid.slips[number].amounts


def copy(papers: Papers, item: StoredReading) -> StoredReading:
    papers.numbers += 1
    key, sha256 = f"r{papers.numbers}", f"{papers.numbers:064x}"
    return replace(item, reading_id=key, sha256=sha256, values=dict(item.values), amounts=dict(item.amounts))


def random(dice: Dice, measures: Sequence[str]) -> Vector:
    chosen = [name for name in measures if dice.chance(60)] or [measures[0]]
    return {name: dice.pounds(2, 900) * dice.pick([1, -1]) for name in chosen}


def p60_prints(job: Job, measure: str) -> bool:
    box = BOXES.get(measure, measure)
    return bool(job.p60s) and all(box in form.amounts for form in job.p60s)


def is_compared(job: Job, measure: str) -> bool:
    """Whether the payslips say anything of a measure as a whole."""
    printed = [measure in item.amounts for item in job.slips]
    return measure in job.prints_ytd or all(printed) or (measure not in ("taxable_pay",) and any(printed))


def seen_by_p60(job: Job, vector: Mapping[str, Decimal]) -> Vector:
    return {name: amount for name, amount in vector.items() if p60_prints(job, name) and is_compared(job, name)}


def shift(job: Job, vector: Mapping[str, Decimal], *, p60: bool = False, hmrc: bool = False) -> None:
    if p60:
        for form in job.p60s:
            shift_form(form, vector)
    if hmrc and job.hmrc is not None and job.hmrc.pay is not None and job.hmrc.tax is not None:
        pay, tax = vector.get("taxable_pay", ZERO), vector.get("income_tax", ZERO)
        job.hmrc = replace(job.hmrc, pay=job.hmrc.pay + pay, tax=job.hmrc.tax + tax)


def shift_form(form: StoredReading, vector: Mapping[str, Decimal]) -> None:
    for name, amount in vector.items():
        box = BOXES.get(name, name)
        if box in form.amounts:
            form.amounts[box] += amount if "loan" not in name else amount.quantize(Decimal(1), ROUND_FLOOR)
        total = {"pay_this": "pay_total", "tax_this": "tax_total"}.get(box)
        if total in form.amounts:
            form.amounts[total] += amount  # type: ignore[index]
