"""The letter of a pack as paragraphs: to the payroll, or to HMRC where only HMRC can answer.

A draft: what only the person knows stands in square brackets. How it is set belongs to `paper` and `sheet`.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, Final

from hmrc_pipeline.money import format_pounds
from hmrc_pipeline.reconciliation.evidence.pack import Employment, Pack, spoken_day
from hmrc_pipeline.reconciliation.measures import MEASURE_NAMES
from hmrc_pipeline.reconciliation.report import finding_sentence
from hmrc_pipeline.wording import count_of

__all__ = ["Letter", "letters_of"]

_ANSWER_WITHIN: Final = timedelta(days=28)
_ABOUT_A_PAYSLIP: Final = {
    "missing_payslip": "Please send me {what}.",
    "duplicate_payslip": "Please tell me which of the two payslips of {when} is valid, and whether the other was "
    "replaced.",
    "misread_figure": "Please tell me which is right on {what}, and correct it if it is printed wrong.",
    "week_53": "Please tell me in which tax year {what} was reported, and correct the P60 or the report that does not "
    "count it where it was paid.",
    "payslip_in_wrong_year": "Please confirm the payment date of {what} and the tax year it was reported in.",
}
_REQUESTS: Final = {
    "p60_differs": "Please tell me which is right, the payslips or the P60. If it is the payslips, please give me a "
    "corrected P60 and correct the figures reported to HMRC; if it is the P60, please tell me what changed after the "
    "last payslip.",
    "employer_reported_differently": "Please tell me which figures you reported to HMRC for this employment, and "
    "correct the report if it differs from what was paid.",
    "corrected_p60": "Please confirm which of the P60s is valid.",
    "wrong_tax_code": "Please tell me which tax code you held for each payment and when you received it, and put right "
    "the tax that was taken on another.",
    "wrong_ni_letter": "Please tell me which National Insurance letter you used for each payment, and put right what "
    "was taken on another.",
    "wrong_loan_plan": "Please tell me which loan plan you were told to use and from when, and put right what was "
    "deducted on another.",
    "late_correction": "Please tell me what was corrected after the last payslip, and on which payment.",
}
_DEDUCTIONS: Final = frozenset({"wrong_tax_code", "wrong_ni_letter", "wrong_loan_plan"})
"""Causes in which no source differs from another."""
_ANYTHING_ELSE: Final = "Please tell me how this difference came about and correct the figures that are wrong."


@dataclass(frozen=True, repr=False)
class Letter:
    """One letter: head, subject and body. Lists are given as lists."""

    to: str
    sender: tuple[str, ...]
    date: str
    subject: str
    greeting: str
    opening: str
    findings: tuple[str, ...]
    requests: tuple[str, ...]
    closing: tuple[str, ...]
    employment: Employment
    is_to_hmrc: bool = False


def letters_of(pack: Pack) -> list[Letter]:
    """A letter to the payroll for each employment with something to ask, and for the person one to HMRC for each
    whose figures HMRC holds differently."""
    letters = [_to_payroll(pack, employment) for employment in pack.employments if employment.differs]
    if pack.audience == "self":
        letters += [_to_hmrc(pack, employment) for employment in pack.employments if _differs_at_hmrc(employment)]
    return letters


def _to_payroll(pack: Pack, employment: Employment) -> Letter:
    subject, opening = _disputed(pack, employment)
    answer = (
        f"Please let me have your answer by {spoken_day(pack.made_on + _ANSWER_WITHIN)}. If a figure reported to HMRC "
        "has to be corrected, please tell me when it has been done, as my tax for the year rests on it."
    )
    return Letter(
        to=f"Payroll department, {employment.called}",
        sender=tuple(_sender(pack, employment)),
        date=spoken_day(pack.made_on),
        subject=subject,
        greeting="Dear payroll team",
        opening=opening,
        findings=tuple(_findings(employment)),
        requests=tuple(dict.fromkeys(_requests(employment))),
        closing=(answer, "Yours faithfully", pack.person.name or "[your name]"),
        employment=employment,
    )


def _to_hmrc(pack: Pack, employment: Employment) -> Letter:
    """HMRC looks to the employer first: the letter says that the employer was asked."""
    year = pack.tax_year
    about = f"{employment.called}, PAYE reference {employment.paye_reference or '[PAYE reference]'}"
    return Letter(
        to="Pay As You Earn and Self Assessment, HM Revenue and Customs, BX9 1AS",
        sender=tuple(_sender(pack, employment)),
        date=spoken_day(pack.made_on),
        subject=f"Tax year {year}: your figures of my employment",
        greeting="Dear Sir or Madam",
        opening=f"The figures you hold of my employment with {about} for the tax year {year} ({_dates(pack)}) are not "
        f"those on the documents my employer gave me. The table below puts them side by side; {_attached(employment)}",
        findings=tuple(_at_hmrc(employment)),
        requests=(
            "Please tell me from which submissions of my employer your figures come, and when you received them.",
            "Please correct them if my documents are right, and tell me what that means for my tax of the year.",
        ),
        closing=(
            "I have asked my employer's payroll the same.",
            "Yours faithfully",
            pack.person.name or "[your name]",
        ),
        employment=employment,
        is_to_hmrc=True,
    )


def _disputed(pack: Pack, employment: Employment) -> tuple[str, str]:
    """Subject and first sentences: sources that differ, or deductions that are not what the payslips themselves say."""
    whose = f"of my employment with {employment.called} for the tax year {pack.tax_year} ({_dates(pack)})"
    causes = {finding["cause"] for finding in employment.to_ask}
    if causes == {"corrected_p60"} and not employment.discrepancies:
        about = "two P60s that differ"
        said = f"I have two P60s {whose}, and they differ. The table below puts one of them beside my other figures"
    elif causes <= _DEDUCTIONS and not any(employment.unexplained.values()):
        about = "deductions that are not what my payslips say"
        said = (
            f"I have recomputed the deductions {whose} from what my payslips print. Some were taken on another tax "
            "code, National Insurance letter or loan plan. The table below puts the figures of the year side by side"
        )
    else:
        about = f"{_sources(employment)} do not agree"
        said = f"I have compared the figures {whose}. They do not agree. The table below puts them side by side"
    return (
        f"Tax year {pack.tax_year}: {about}",
        f"{said}; {_attached(employment)}",
    )


def _attached(employment: Employment) -> str:
    if not employment.not_shown:
        return "the pages they come from are attached with the figures marked."
    more = count_of(employment.not_shown, "page like them is", "pages like them are")
    return f"the first and the last pages they come from are attached with the figures marked, {more} left out."


def _dates(pack: Pack) -> str:
    return f"{spoken_day(pack.tax_year.start)} to {spoken_day(pack.tax_year.end)}"


def _differs_at_hmrc(employment: Employment) -> bool:
    """Whether HMRC's figures depart from what the employer certified or, without a P60, last printed."""
    return bool(list(_at_hmrc(employment)))


def _at_hmrc(employment: Employment) -> Iterator[str]:
    for measure in employment.measures:
        against = "p60" if "p60" in measure else "payslip_ytd"
        if measure["pairs"].get(f"{against}:hmrc") in ("differs", "rounding"):
            document = "my P60" if against == "p60" else "the year to date on my last payslip"
            name = MEASURE_NAMES[measure["measure"]]
            yield f"Of {name} you hold {_pounds(measure['hmrc'])}; {document} says {_pounds(measure[against])}."


def _sender(pack: Pack, employment: Employment) -> Iterator[str]:
    yield pack.person.name or "[your name]"
    yield "[your address]"
    numbers = sorted({slip.payroll_number for slip in employment.slips if slip.payroll_number})
    yield from [f"Payroll number {', '.join(numbers)}"] if numbers else []
    if pack.person.nino:
        yield f"National Insurance number {pack.person.nino}"
    if employment.paye_reference:
        yield f"PAYE reference {employment.paye_reference}"


def _sources(employment: Employment) -> str:
    pairs = {
        pair
        for measure in employment.measures
        for pair, state in measure["pairs"].items()
        if state in ("differs", "rounding")
    }
    named = [
        (source, name)
        for source, name in (("payslip", "my payslips"), ("p60", "my P60"), ("hmrc", "HMRC's figures"))
        if any(source in pair for pair in pairs)
    ]
    names = [name for _, name in named]
    if len(names) < 2:
        return "my payslips and their year to date"
    return " and ".join([", ".join(names[:-1]), names[-1]])


def _findings(employment: Employment) -> Iterator[str]:
    for finding in employment.to_ask:
        told = finding_sentence({**finding, **_IN_A_LETTER, "alternatives": _single(finding)})
        yield " ".join(filter(None, (told, _printed(finding))))
    for measure, amount in employment.unexplained.items():
        if amount:
            yield f"{format_pounds(amount)} {MEASURE_NAMES[measure]} is left without a cause I could find."


def _printed(finding: Mapping[str, Any]) -> str:
    """What the payslips print, where the finding is that something else is so."""
    evidence = finding["evidence"]
    if finding["cause"] == "wrong_tax_code":
        taken = f"; the tax is what {evidence['operated_code']} gives" if "operated_code" in evidence else ""
        return f"The payslips print {evidence['printed_code']}{taken}."
    if finding["cause"] == "wrong_ni_letter" and "printed_letter" in evidence:
        letters = evidence["printed_letter"], evidence["operated_letter"]
        return f"The payslips print letter {letters[0]}; the contributions are those of letter {letters[1]}."
    if finding["cause"] == "wrong_loan_plan" and "usual_plan" in evidence:
        plans = evidence["usual_plan"], evidence["operated_plan"]
        return f"Most payslips deduct as on plan {plans[0]}; these as on plan {plans[1]}."
    if finding["cause"] == "misread_figure" and {"figure", "printed", "expected"} <= evidence.keys():
        figure = evidence["figure"]
        name = MEASURE_NAMES.get(figure.removeprefix("ytd_"), figure.replace("_", " "))
        ytd = " (year to date)" if figure.startswith("ytd_") else ""
        printed, expected = _pounds(evidence["printed"]), _pounds(evidence["expected"])
        return f"I read {printed} of {name}{ytd}; the other figures give {expected}."
    return ""


_IN_A_LETTER: Final = {"next_step": "", "until": None}
"""What to do stands in the requests, and the letter has its own day."""


def _single(finding: Mapping[str, Any]) -> list[Any]:
    """The alternatives of one cause: ways to combine several are for the person to think over."""
    return [causes for causes in finding["alternatives"] if len(causes) == 1]


def _requests(employment: Employment) -> Iterator[str]:
    for finding in employment.to_ask:
        yield _request(finding)
    if any(employment.unexplained.values()):
        yield _ANYTHING_ELSE


def _request(finding: Mapping[str, Any]) -> str:
    evidence = finding["evidence"]
    when = _when(evidence)
    if finding["cause"] in _ABOUT_A_PAYSLIP and when:
        paid = "paid about" if finding["cause"] == "missing_payslip" else "paid on"
        what = f"{'the payslip' if 'tax_period' in evidence else 'the payslips'} of {when}{_paid(evidence, paid)}"
        return _ABOUT_A_PAYSLIP[finding["cause"]].format(what=what, when=when)
    return _REQUESTS.get(finding["cause"], _ANYTHING_ELSE)


def _when(evidence: Mapping[str, Any]) -> str | None:
    unit = evidence.get("unit", "tax period")
    if "tax_period" in evidence:
        return f"{unit} {evidence['tax_period']}"
    if evidence.get("tax_periods"):
        return f"{unit}s {_listed([str(period) for period in evidence['tax_periods']])}"
    return None


def _paid(evidence: Mapping[str, Any], paid: str) -> str:
    if "pay_date" in evidence:
        return f", {paid} {spoken_day(date.fromisoformat(evidence['pay_date']))}"
    days = [spoken_day(date.fromisoformat(day)) for day in evidence.get("pay_dates", [])]
    return f", {paid} {_listed(days)}" if days else ""


def _listed(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def _pounds(text: str) -> str:
    return format_pounds(Decimal(text))
