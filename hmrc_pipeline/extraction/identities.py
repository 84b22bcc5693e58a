"""The sums of a document asked again after a person corrected a figure: N1, Y1 and P1 on the figures themselves.

Pages and candidates are not seen here; that is `solve`'s work while reading. What was proved as read must not be
made worse by a correction, what was not proved must now add up.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Final

from hmrc_pipeline.extraction.fields import STATUTORY_PAY, TAKEN
from hmrc_pipeline.extraction.model import Figure, ReadDocument
from hmrc_pipeline.money import format_amount

__all__ = ["IDENTITIES", "Recheck", "answers", "identity_of", "recheck"]

_PAID: Final = ("basic_pay", "bonus", *STATUTORY_PAY, "rsu_tax_offset", "rsu_excess_refund")
_DEDUCTED: Final = (*TAKEN, "employee_pension")
_GROWS: Final = ("gross_pay", "taxable_pay", "ni_pay")
_SUMS: Final = {
    "N1": re.compile(
        r"the payments printed add up to|gross pay .* (?:less|is) |payments .* less deductions|no sum on this payslip"
        r"|the sums hold with different|net pay is .* or |gross pay is .* or "
    ),
    "P1": re.compile(r"\w+ in previous and this employment make"),
    "Y1": re.compile(r"the year to date of "),
}
IDENTITIES: Final = frozenset(_SUMS)
"""Those a layout may leave out: N1 payments less deductions make net pay, P1 the P60's rows its total, Y1 the year to
date holds the period."""
_SPEAKS_OF: Final = {
    "pay_date": ("payment date",),
    "ni_number": ("NI number",),
    "tax_code": ("tax codes",),
    "paye_reference": ("PAYE reference",),
    "tax_year": ("the tax year",),
    "pay_this": ("no pay was found",),
    "pay_total": ("no pay was found",),
    "tax_this": ("no tax was found",),
    "tax_total": ("no tax was found",),
}


@dataclass
class Recheck:
    """What the sums say now: the identities that hold, by field, and those that fail, in words."""

    holds: dict[str, set[str]] = field(default_factory=dict)
    fails: list[str] = field(default_factory=list)

    @property
    def asked(self) -> bool:
        return bool(self.fails or any(names - {"Y1"} for names in self.holds.values()))

    @property
    def net_holds(self) -> bool:
        return "N1" in self.holds.get("net_pay", ())

    def hold(self, name: str, *fields: str) -> None:
        for each in fields:
            self.holds.setdefault(each, set()).add(name)


def recheck(document: ReadDocument, read: Mapping[str, Figure | None]) -> Recheck:
    """Ask the sums of a document again. `read` gives the figures as read of the fields a person corrected."""
    found = Recheck()
    if document.doc_type == "p60":
        _recheck_p60(document, found)
    elif document.doc_type == "payslip":
        _recheck_payslip(document, read, found)
    return found


def answers(reason: str, corrected: Mapping[str, Figure | None], sums: Recheck) -> bool:
    """Whether a reader's reason for review is settled by these corrections: asked again, or about one of them."""
    if identity_of(reason) is not None:
        return sums.asked
    for name, figure in corrected.items():
        words = (name, *_SPEAKS_OF.get(name, ()), *((figure.text,) if figure and len(figure.text) > 2 else ()))
        if any(word in reason for word in words):
            return True
    return False


def identity_of(reason: str) -> str | None:
    """The identity that a reader's reason for review says does not hold or could not be asked; None of any other."""
    return next((name for name, pattern in _SUMS.items() if pattern.match(reason)), None)


def _recheck_p60(document: ReadDocument, found: Recheck) -> None:
    for measure in ("pay", "tax"):
        this, total, previous = (_value(document.figures, f"{measure}_{row}") for row in ("this", "total", "previous"))
        if this is None or total is None:
            continue
        made = this + (previous or 0)
        if made == total:
            found.hold("P1", *(f"{measure}_{row}" for row in ("this", "total", "previous")))
        else:
            found.fails.append(
                f"{measure} in previous and this employment make {format_amount(made)}, total for year says "
                f"{format_amount(total)}"
            )


@dataclass(frozen=True)
class _Sums:
    """The parts of N1, None where the page does not give one."""

    paid: Decimal | None
    taken: Decimal | None
    gross: Decimal | None
    total: Decimal | None
    net: Decimal | None

    def gap(self, name: str) -> Decimal | None:
        """By how much one of the three sums misses; None when a part is absent."""
        pairs = {
            "payments": (self.paid, self.gross),
            "deductions": (self.gross, self.taken, self.net),
            "total": (self.gross, self.total, self.net),
        }[name]
        if any(part is None for part in pairs):
            return None
        first, *others = (part for part in pairs if part is not None)
        return first - sum(others, Decimal(0))


def _recheck_payslip(document: ReadDocument, read: Mapping[str, Figure | None], found: Recheck) -> None:
    before = dict(document.figures)
    for name, figure in read.items():
        before.pop(name, None)
        if figure is not None:
            before[name] = figure
    was, now = _sums(document, before, {}), _sums(document, document.figures, before)
    was_proved = document.status in ("proved", "consistent")
    gaps = {name: now.gap(name) for name in ("payments", "deductions", "total")}
    usual = {name: (was.gap(name) if was_proved else None) or Decimal(0) for name in gaps}
    met = {name: gap == usual[name] for name, gap in gaps.items() if gap is not None}
    if met.get("payments"):
        found.hold("N1", "gross_pay", *_PAID)
    elif "payments" in met and now.paid is not None and now.gross is not None:
        found.fails.append(
            f"the payments printed add up to {format_amount(now.paid)}, gross pay says {format_amount(now.gross)}"
        )
    over_net = [name for name in ("deductions", "total") if name in met]
    if over_net and all(met[name] for name in over_net):
        found.hold("N1", "net_pay", "gross_pay", "total_deductions", "pension_sacrifice", *_DEDUCTED)
    for name in over_net:
        if not met[name]:
            taken = now.taken if name == "deductions" else now.total
            said = "the deductions printed" if name == "deductions" else "total deductions"
            found.fails.append(
                f"gross pay {_text(now.gross)} less {said} {_text(taken)} is not net pay {_text(now.net)}"
            )
    _recheck_time(document.figures, found)


def _text(value: Decimal | None) -> str:
    return "" if value is None else format_amount(value)


def _sums(document: ReadDocument, figures: Mapping[str, Figure], before: Mapping[str, Figure]) -> _Sums:
    """The sums with these figures: printed lines, moved by what was corrected since `before`."""
    paid, taken = (_printed(document, section) for section in ("payments", "deductions"))
    given_up = _value(before, "pension_sacrifice")
    as_payment = given_up is not None and any(
        line.section == "payments" and line.amount == -given_up for line in document.lines
    )
    if before:
        paid = _moved(paid, _PAID, figures, before)
        taken = _moved(taken, (*_DEDUCTED, *(() if as_payment else ("pension_sacrifice",))), figures, before)
        if as_payment and paid is not None:
            paid -= (_value(figures, "pension_sacrifice") or 0) - (given_up or 0)
    total = _value(figures, "total_deductions")
    return _Sums(paid, taken, _value(figures, "gross_pay"), total, _value(figures, "net_pay"))


def _printed(document: ReadDocument, section: str) -> Decimal | None:
    amounts = [line.amount for line in document.lines if line.section == section and line.amount is not None]
    if not amounts:
        return None
    total = sum(amounts, Decimal(0))
    negative = section == "deductions" and sum(amount < 0 for amount in amounts) > len(amounts) / 2
    return -total if negative else total


def _moved(
    total: Decimal | None, names: Iterable[str], figures: Mapping[str, Figure], before: Mapping[str, Figure]
) -> Decimal | None:
    moved = [(_value(figures, name) or Decimal(0)) - (_value(before, name) or Decimal(0)) for name in names]
    return None if total is None else total + sum(moved, Decimal(0))


def _recheck_time(figures: Mapping[str, Figure], found: Recheck) -> None:
    for name in figures:
        this, ytd = _value(figures, name), _value(figures, f"ytd_{name}")
        if this is None or ytd is None:
            continue
        if ytd >= this >= 0 or ytd <= this < 0:
            found.hold("Y1", f"ytd_{name}")
        elif name in _GROWS and this > ytd >= 0:
            found.fails.append(f"the year to date of {name} is smaller than this period's amount")


def _value(figures: Mapping[str, Figure], name: str) -> Decimal | None:
    figure = figures.get(name)
    try:
        return Decimal(figure.value) if figure else None
    except ArithmeticError:
        return None
