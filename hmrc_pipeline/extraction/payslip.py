"""One payslip's pages become one read document: figures with their proof, lines, status and reasons."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal

from hmrc_pipeline.extraction.claims import Claim
from hmrc_pipeline.extraction.doubts import doubts, earnings
from hmrc_pipeline.extraction.entries import entries_of
from hmrc_pipeline.extraction.entry import HEADED, SAID, Cell, Entry
from hmrc_pipeline.extraction.fields import EMPLOYERS, PAYSLIP_FIELDS, TAKEN
from hmrc_pipeline.extraction.findings import Findings, Found, either
from hmrc_pipeline.extraction.layout import Piece
from hmrc_pipeline.extraction.model import Figure, PrintedLine, ReadDocument, Section, Status, Word
from hmrc_pipeline.extraction.particulars import particulars_of
from hmrc_pipeline.extraction.segment import Part
from hmrc_pipeline.extraction.sentences import payments_told, told_particulars
from hmrc_pipeline.extraction.strays import strays
from hmrc_pipeline.extraction.sums import Line, Worked, work_out
from hmrc_pipeline.money import format_amount, from_pence
from hmrc_pipeline.tax_year import TaxYear

__all__ = ["NO_DATE", "read_payslip"]

NO_DATE = (
    "This payslip prints no payment date, so it cannot be placed in a tax year: "
    "ask the payroll for a copy that shows the date of payment."
)
_FIELDS = frozenset(PAYSLIP_FIELDS)
_OUTSIDE = frozenset({*EMPLOYERS, "rsu_gross"})
_SURE = {SAID: 1.0, HEADED: 0.95}
"""How sure an amount of such a doubt is that no sum proves; of more doubt less."""
_USUALLY_TAKEN = frozenset({*TAKEN, "employee_pension"})


def read_payslip(parts: Sequence[Part]) -> ReadDocument:
    """Read one payslip from its parts, a page or a stretch of a page each."""
    pieces = [piece for part in parts for piece in part.pieces]
    entries = [entry for part in parts for entry in entries_of(part.pieces, part.stacks)]
    labelled = {
        id(cell.piece) for entry in entries for cell in entry.cells
        if entry.label is not None or (cell.role == "ytd" and cell.doubt == SAID)
    }  # fmt: skip
    amounts = [piece for piece in pieces if piece.pence is not None]
    loose = [piece for piece in amounts if not piece.prose and id(piece) not in labelled]
    worked = work_out(entries, [*loose, *(amount for amount, _ in payments_told(pieces))])
    findings = Findings()
    _take_chosen(findings, worked)
    _take_lines(findings, worked)
    _take_others(findings, entries, worked)
    _tell_sacrifice(findings, worked)
    figures, reasons = _particulars(parts, worked)
    period, paid = figures.get("tax_period"), figures.get("pay_date")
    year = TaxYear.of(date.fromisoformat(paid.value)).starts if paid else None
    why = doubts(findings, worked, period.value if period else None, year)
    for name, found in findings.found.items():
        if name in _FIELDS:
            figures[name] = _figure(name, found)
    reasons = [*why, *strays(entries, loose, findings, worked), *reasons]
    used = {id(cell.piece) for entry in entries for cell in entry.cells if entry.label and not entry.meaning.decoy}
    used |= {id(cell.piece) for found in findings.found.values() for _, cell in found.parts}
    status, all_reasons = _status(worked, reasons, figures)
    return ReadDocument(
        "payslip", status, all_reasons,
        {name: figures[name] for name in PAYSLIP_FIELDS if name in figures},
        tuple(_printed(worked)),
        tuple(sorted({piece.page for piece in pieces})),
        tuple([_as_word(piece) for piece in amounts if id(piece) not in used]),
    )  # fmt: skip


def _as_word(piece: Piece) -> Word:
    return Word(piece.text, piece.box, piece.page, piece.words[0].source)


def _take_chosen(findings: Findings, worked: Worked) -> None:
    holds = worked.solution.holds
    for name, (entry, cell) in worked.chosen.items():
        pence = cell.piece.pence or 0
        if name == "total_deductions":
            pence = _as_deducted(pence, worked)
        checks = ["N1"] if holds & {"net", "totals", "gross" if name == "gross_pay" else "net"} else []
        findings.offer(name, pence, 0, entry, cell, *checks)


def _as_deducted(pence: int, worked: Worked) -> int:
    """A printed total of deductions with the sign that gross pay less net pay has, where deductions are negative."""
    solution = worked.solution
    if solution.gross and solution.net and abs(solution.gross.pence - solution.net.pence) == abs(pence):
        return solution.gross.pence - solution.net.pence
    return abs(pence) if solution.negative else pence


def _take_lines(findings: Findings, worked: Worked) -> None:
    proved = worked.solution.proved
    signs = {"": -1 if worked.solution.negative else 1, "ytd_": _sign_of_year(worked)}
    for line in worked.lines:
        for prefix, cell in (("", line.this), ("ytd_", line.ytd)):
            named = _named(line, signs[prefix])
            if cell is None or named is None:
                continue
            name, factor = named
            if line.twin is not None and line.side == "outside":
                factor = _sign_of_repeat(line, line.twin, factor, signs[""])
                _repeat(findings, prefix + name, factor * (cell.piece.pence or 0), line, cell)
                continue
            if name == "pension_sacrifice" and prefix:
                factor = -1 if (cell.piece.pence or 0) < 0 else 1
            if name in EMPLOYERS and signs[""] < 0 and (cell.piece.pence or 0) < 0:
                factor = -1
            if proved and line.side == "outside" and name in TAKEN and not prefix:
                continue
            pence = factor * (cell.piece.pence or 0)
            counted = line.side != "outside" or name in _OUTSIDE
            checks = ("N1",) if proved and line.side != "outside" else ("N2",) if proved and name in _OUTSIDE else ()
            _add(findings, prefix + name, pence, line, cell, counted, checks if not prefix else ())


def _sign_of_year(worked: Worked) -> int:
    """-1 where the year's deductions are printed as negative amounts, as this period's are.

    Several tell, or the only one where the sums took it with that sign for this period.
    """
    lines = [line for line in worked.lines if line.field in _USUALLY_TAKEN or line.side == "deductions"]
    taken = [(line.pence, pence) for line in lines if line.ytd and (pence := line.ytd.piece.pence or 0)]
    negative = sum(pence < 0 for _, pence in taken) > len(taken) / 2
    told = len(taken) > 1 or any(this < 0 for this, _ in taken)
    return -1 if worked.solution.negative and negative and told else 1


def _sign_of_repeat(line: Line, twin: Line, factor: int, sign: int) -> int:
    """What makes a repeated line's amounts the contract's: the factor by which its own prints the same as the first."""
    named = _named(twin, sign)
    if named is None or line.pence == 0:
        return 1 if line.pence == 0 else factor
    return 1 if line.pence == named[1] * twin.pence else -1


def _repeat(findings: Findings, name: str, pence: int, line: Line, cell: Cell) -> None:
    """A line printed again gives what its first printing lacks: it adds nothing to a sum."""
    if name.startswith("ytd_") and name not in findings.found:
        findings.found[name] = Found(pence, 0, [(line.entry, cell)])


def _add(
    findings: Findings, name: str, pence: int, line: Line, cell: Cell, counted: bool, checks: tuple[str, ...]
) -> None:
    known = findings.found.get(name)
    if known is None:
        findings.found[name] = Found(pence, 0 if counted else 1, [(line.entry, cell)], set(checks))
    elif counted and known.doubt == 0 and known.parts[0][0] is not line.entry:
        proved = line.side != "outside" and not name.startswith("ytd_")
        if proved or _is_one_list(known.parts[0], line, cell):
            known.pence += pence
            known.parts.append((line.entry, cell))
        elif known.pence != pence:
            findings.reasons.append(either(name, known.pence, pence))
    elif counted and known.doubt > 0:
        findings.found[name] = Found(pence, 0, [(line.entry, cell)], set(checks))


def _is_one_list(first: tuple[Entry, Cell], line: Line, cell: Cell) -> bool:
    """Whether two amounts that no sum holds stand in one list under one heading, and so add up to one figure.

    Elsewhere the same amount is the figure printed again, another one a contradiction; so it is where tax is called
    the same twice.
    """
    entry, other = first
    if line.field in TAKEN and line.entry.meaning.text == entry.meaning.text:
        return False
    if line.side == "outside" and line.entry.section not in ("employer", "benefits"):
        return False
    if line.side == "outside" and other.piece.pence == cell.piece.pence:
        return False
    same = entry.title is line.entry.title and entry.relation == line.entry.relation
    return same and other.header is cell.header and entry.section == line.entry.section


def _named(line: Line, sign: int) -> tuple[str, int] | None:
    """The field a line gives and the factor that makes its amount the contract's."""
    if line.twin is not None and line.side == "outside":
        return _named(line.twin, sign)
    name = line.field
    meaning = line.entry.meaning
    if name is None:
        return None
    if meaning.concept == "pension":
        return _pension(line, sign)
    if name in _OUTSIDE:
        return name, 1
    if name in TAKEN:
        return name, -1 if line.side == "payments" else sign
    return name, 1


def _pension(line: Line, sign: int) -> tuple[str, int] | None:
    meaning = line.entry.meaning
    if line.field == "employer_pension" or (line.side == "outside" and line.entry.section == "deductions"):
        return "employer_pension", 1
    if line.side == "payments":
        amount = line.pence or ((line.ytd.piece.pence or 0) if line.ytd else 0)
        return ("pension_sacrifice", -1) if amount < 0 else None
    if line.side == "deductions":
        return ("pension_sacrifice" if meaning.sacrifice else "employee_pension"), sign
    return None


def _take_others(findings: Findings, entries: Sequence[Entry], worked: Worked) -> None:
    """Taxable pay, NI pay, and every year-to-date figure that is not in a line."""
    lines = {id(line.entry) for line in worked.lines}
    chosen = {id(cell) for _, cell in worked.chosen.values()}
    for entry in entries:
        name = entry.meaning.field
        if entry.meaning.concept == "sacrifice" and _gives_up_pay(worked):
            name = "pension_sacrifice"
        if name is None or entry.meaning.refund or (id(entry) in lines and entry.meaning.concept != "sacrifice"):
            continue
        for cell in entry.cells:
            if cell.role == "this" and name in ("taxable_pay", "ni_pay"):
                findings.offer(name, cell.piece.pence or 0, cell.doubt, entry, cell)
            elif cell.role == "ytd" and id(cell) not in chosen and not _is_anothers(name, entry, worked):
                _offer_ytd(findings, name, entry, cell, worked)


def _tell_sacrifice(findings: Findings, worked: Worked) -> None:
    """T1: a pension deducted before National Insurance is salary given up, whatever its label says.

    Neither a net-pay pension nor relief at source lowers the earnings for NI: only a sacrifice does.
    """
    pension, gross, ni_pay = (findings.found.get(name) for name in ("employee_pension", "gross_pay", "ni_pay"))
    if pension is None or gross is None or ni_pay is None or "pension_sacrifice" in findings.found:
        return
    bases = earnings(gross.pence, worked)
    if not worked.solution.proved or pension.pence <= 0 or ni_pay.pence in bases:
        return
    if ni_pay.pence + pension.pence not in bases:
        return
    for prefix in ("", "ytd_"):
        moved = findings.found.pop(f"{prefix}employee_pension", None)
        if moved is not None:
            moved.checks.add("T1")
            findings.found[f"{prefix}pension_sacrifice"] = moved


def _is_anothers(name: str, entry: Entry, worked: Worked) -> bool:
    """Whether the sums chose another amount than the one beside this year to date: both are then of another measure."""
    this, chosen = entry.cell("this"), worked.chosen.get(name)
    return this is not None and chosen is not None and abs(this.piece.pence or 0) != abs(chosen[1].piece.pence or 0)


def _offer_ytd(findings: Findings, name: str, entry: Entry, cell: Cell, worked: Worked) -> None:
    pence = cell.piece.pence or 0
    doubt = cell.doubt + (1 if entry.meaning.this_employment else 0)
    if name == "employee_pension" and entry.meaning.text.split()[-1:] in _CUT_BEFORE_PARTY:
        return
    if name == "employee_pension" and not entry.meaning.employee:
        if any(x.entry.label is entry.label and x.side == "outside" and x.pence and not x.twin for x in worked.lines):
            return  # no deduction of this period bears the label: the sums left it out
        sides = {n for line in worked.lines if (n := (_named(line, 1) or ("", 1))[0]) in _PENSIONS}
        if sides == {"employer_pension"}:
            return
    if name == "employee_pension" and _gives_up_pay(worked):
        name = "pension_sacrifice"
    if name == "pension_sacrifice":
        pence = abs(pence)
    if name == "total_deductions":
        pence *= _sign_of_year(worked)
    known = findings.found.get(f"ytd_{name}")
    if known is not None and known.doubt == 0 and known.pence == pence:
        return
    findings.offer(f"ytd_{name}", pence, doubt, entry, cell)


def _gives_up_pay(worked: Worked) -> bool:
    """Whether all the pension the person pays on this slip is salary given up: its year to date is that too."""
    own = {named[0] for line in worked.lines if (named := _named(line, 1))} & _PENSIONS - {"employer_pension"}
    other = any(
        line.entry.meaning.concept == "sacrifice" and line.this and line.side != "outside" for line in worked.lines
    )
    return own == {"pension_sacrifice"} and not other


_CUT_BEFORE_PARTY = [["employe"[:size]] for size in range(1, 8)]
"""Last words of a label cut off before it says whether it is the employer's or the employee's."""
_PENSIONS = frozenset({"employee_pension", "employer_pension", "pension_sacrifice"})


def _particulars(parts: Sequence[Part], worked: Worked) -> tuple[dict[str, Figure], list[str]]:
    figures: dict[str, Figure] = {}
    reasons: list[str] = []
    for part in parts:
        found, why = particulars_of(part.pieces, [*part.claims, *_told(part, worked)])
        reasons.extend(why)
        for name, figure in found.items():
            figures.setdefault(name, figure)
    if "ni_letter" not in figures:
        letters = [line.entry for line in worked.lines if line.entry.meaning.ni_letter]
        if len(letters) == 1 and letters[0].label:
            word = letters[0].label.words[-1]
            letter = letters[0].meaning.ni_letter or ""
            figures["ni_letter"] = Figure(
                "ni_letter", letter, word.text, word.page, word.box, letters[0].label.text, letters[0].label.box,
                "part of the label",
            )  # fmt: skip
    return figures, reasons


def _told(part: Part, worked: Worked) -> list[Claim]:
    """The particulars told in sentences, with the date of the payment that the sums prove to be the net pay."""
    claims = told_particulars(part.pieces)
    net = worked.solution.net if worked.solution.holds else None
    if net is None:
        return claims
    return [*claims, *(claim for amount, claim in payments_told(part.pieces) if amount.pence == net.pence)]


def _figure(name: str, found: Found) -> Figure:
    entry, cell = found.parts[0]
    relation = entry.relation
    text = cell.piece.text
    if len(found.parts) > 1:
        relation = f"sum of {len(found.parts)} lines"
        text = " + ".join(c.piece.text for _, c in found.parts)
    label = entry.label
    sure = 1.0 if found.checks else _SURE.get(cell.doubt, 0.9)
    return Figure(
        name, format_amount(from_pence(found.pence)), text, cell.piece.page, cell.piece.box,
        label.text if label else None, label.box if label else None, relation,
        cell.piece.words[0].source, sure, tuple(sorted(found.checks)),
    )  # fmt: skip


def _status(worked: Worked, reasons: Sequence[str], figures: Mapping[str, Figure]) -> tuple[Status, tuple[str, ...]]:
    solution = worked.solution
    found = [*solution.fails, *solution.ties, *reasons]
    if "pay_date" not in figures:
        return "quarantined", (NO_DATE, *found)
    if found:
        return "needs_review", tuple(dict.fromkeys(found))
    if solution.proved:
        return "proved", ()
    if solution.holds:
        return "consistent", ()
    return "needs_review", ("no sum on this payslip could be checked: gross pay, deductions and net pay do not meet",)


def _printed(worked: Worked) -> list[PrintedLine]:
    sections: dict[str, Section] = {"payments": "payments", "added": "payments", "deductions": "deductions"}
    printed: list[PrintedLine] = []
    for line in worked.lines:
        section = sections.get(line.side, "other")
        named = line.field in EMPLOYERS or line.entry.meaning.employer
        if line.side == "outside" and (named or line.entry.section in ("employer", "deductions")):
            section = "employer"
        label = line.entry.label.text.strip(" :") if line.entry.label else ""
        printed.append(PrintedLine(section, label, _pounds(line.this), _pounds(line.ytd)))
    return printed


def _pounds(cell: Cell | None) -> Decimal | None:
    return from_pence(cell.piece.pence) if cell is not None and cell.piece.pence is not None else None
