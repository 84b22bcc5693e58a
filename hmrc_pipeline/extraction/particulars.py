"""Who, where and when of a payslip: the one best claim for each particular, or the words of a conflict."""

from collections import defaultdict
from collections.abc import Iterator, Sequence, Set
from dataclasses import replace
from functools import cache
from itertools import pairwise
from typing import Final

from hmrc_pipeline.extraction.captioned import Claim, figure_of
from hmrc_pipeline.extraction.labels import captions, has_figures, known_words, meaning_of, normalise
from hmrc_pipeline.extraction.layout import Piece, joined_box
from hmrc_pipeline.extraction.model import Figure
from hmrc_pipeline.extraction.overlay import remembered
from hmrc_pipeline.extraction.uncaptioned import uncaptioned, without_amounts
from hmrc_pipeline.extraction.values import PAID, read_letter, read_payment

__all__ = ["particulars_of"]

_MATTERS = frozenset({"ni_number", "pay_date", "tax_code", "paye_reference", "tax_period"})
_LETTERS: Final = frozenset({"category", "letter", "table"})
_SAID: Final = frozenset({"pay_date", "ni_letter"})
_NO_FIELDS: Final = frozenset({"not_pay_date", "pay_date_weak", "other"})
_NAMES: Final = frozenset({"employee_name", "employer_name", "surname", "forenames"})


def particulars_of(pieces: Sequence[Piece], given: Sequence[Claim]) -> tuple[dict[str, Figure], list[str]]:
    """Figures by field, and reasons for review where two different values claim one field.

    `given` are the claims the captions make.
    """
    claims = [claim for each in given if not _speaks(claim := _trimmed(each))]
    have = {claim.field for claim in claims}
    if not have >= _SAID:
        claims.extend(claim for piece in pieces for claim in _said(piece, claims) if claim.field not in have)
        have = {claim.field for claim in claims}
    if "pay_date" not in have:
        starts = set(_starts(pieces, claims))
        claims = [_as_pay_date(claim, starts) for claim in claims]
        have = {claim.field for claim in claims}
    has_dates = bool(have & {"pay_date", "not_pay_date"})
    found = uncaptioned(_without_glue(without_amounts(pieces)), have, has_dates)
    claims.extend(claim for claim in found if not _speaks(claim))
    by_field: dict[str, list[Claim]] = defaultdict(list)
    for claim in claims:
        by_field[claim.field].append(claim)
    figures: dict[str, Figure] = {}
    reasons: list[str] = []
    for field in sorted(by_field.keys() - _NO_FIELDS):
        chosen, conflict = _choose(field, by_field[field], claims)
        figures[field] = figure_of(chosen, confidence=0.8 if chosen.rank == 3 else 1.0)
        if conflict:
            reasons.append(conflict)
    return figures, reasons


def _said(piece: Piece, claims: Sequence[Claim]) -> Iterator[Claim]:
    """`Paid Friday 13 December 2024`, and `category A` in the line of the NI number: particulars told in words."""
    first, rest = piece.words[0], piece.words[1:]
    word = normalise(first.text) if rest else ""
    if word in PAID and (when := read_payment([each.text for each in rest])) is not None:
        day, at = when
        label = piece.words[: at + 1]
        text, box = " ".join(each.text for each in label), joined_box([each.box for each in label])
        yield Claim("pay_date", day, rest[at:], text, box, "behind its caption", 1, word)
    if word not in _LETTERS or len(rest) > 1 or first.text.endswith(":"):
        return
    beside = any(abs(c.words[0].box.top - first.box.top) <= 1 for c in claims if c.field == "ni_number")
    if beside and (letter := read_letter(rest[0].text)) is not None:
        yield Claim("ni_letter", letter, rest, first.text, first.box, "behind its caption", 1, word)


def _trimmed(claim: Claim) -> Claim:
    """A name without the strokes that part it from what follows in its line."""
    words = claim.words
    while claim.field in _NAMES and len(words) > 1 and not normalise(words[-1].text):
        words = words[:-1]
    if words is claim.words:
        return claim
    return replace(claim, words=words, value=" ".join(word.text for word in words).strip(" ,:"))


def _speaks(claim: Claim) -> bool:
    """Whether what is claimed for a name is the caption of an amount, or a piece of a sentence: it begins as one,
    speaks to the reader, or says how and when a payment is made."""
    if claim.field not in _NAMES:
        return False
    words = normalise(claim.value).split()
    if meaning_of(claim.value).concept and known_words() >= set(words):
        return True
    data = captions()["sentences"]
    how = set(words) <= set(data["means"]) or read_payment([word.text for word in claim.words]) is not None
    return how or words[0] in data["glue"] or bool(set(words) & set(data["voices"]))


def _without_glue(pieces: Sequence[Piece]) -> list[Piece]:
    """The phrases, those set as sentences without what leads to their particular."""
    leads = _leads()
    return [_without_lead(piece) if normalise(piece.words[0].text) in leads else piece for piece in pieces]


def _without_lead(piece: Piece) -> Piece:
    """`For Ann Lee, works number 12` as the name alone; other phrases are left as they are."""
    name = _name_in(tuple([word.text for word in piece.words]))
    if name is None:
        return piece
    *words, last = piece.words[name]
    words.append(replace(last, text=last.text.rstrip(",")))
    text, box = " ".join(word.text for word in words), joined_box([word.box for word in words])
    return Piece(text, box, piece.page, piece.row, tuple(words), prose=piece.prose, meaning=meaning_of(text))


@remembered
def _name_in(texts: tuple[str, ...]) -> slice | None:
    """Which of a phrase's words are a name behind words that lead to one, up to a comma."""
    said = [normalise(text) for text in texts]
    openings = [lead.split() for lead in captions()["sentences"]["leads"]]
    start = max((len(lead) for lead in openings if said[: len(lead)] == lead), default=0)
    if not 0 < start < len(texts) or not texts[start][:1].isupper():
        return None
    stop = next((at for at, text in enumerate(texts[start:], start + 1) if text.endswith(",")), len(texts))
    return None if has_figures(" ".join(texts[start:stop])) else slice(start, stop)


@cache
def _leads() -> frozenset[str]:
    return frozenset(lead.split()[0] for lead in captions()["sentences"]["leads"])


def _starts(pieces: Sequence[Piece], claims: Sequence[Claim]) -> Iterator[tuple[float, int]]:
    """Left edge and page of every word that begins a phrase or follows the value of another caption."""
    taken = {id(word) for claim in claims for word in claim.words}
    for piece in pieces:
        yield piece.words[0].box.x0, piece.page
        yield from ((b.box.x0, b.page) for a, b in pairwise(piece.words) if id(a) in taken)


def _as_pay_date(claim: Claim, starts: Set[tuple[float, int]]) -> Claim:
    """`Date: 28/01/2025` is the pay date when nothing else is; `Enrolment date` is another.

    `starts` are the left edges and pages of words with which a caption can begin.
    """
    if claim.field != "pay_date_weak" or claim.label_box is None:
        return claim
    if (claim.label_box.x0, claim.words[0].page) not in starts:
        return replace(claim, field="not_pay_date")
    return Claim("pay_date", claim.value, claim.words, claim.label, claim.label_box, claim.relation, 2, claim.caption)


def _choose(field: str, claims: Sequence[Claim], everything: Sequence[Claim]) -> tuple[Claim, str | None]:
    if len(claims) == 1:
        return claims[0], None
    ordered = sorted(claims, key=lambda c: c.rank)
    if field == "tax_period":
        ordered = sorted(ordered, key=lambda c: _period_rank(c, everything))
    if field in ("employee_name", "employer_name"):
        ordered = sorted(ordered, key=lambda c: (not c.caption.endswith("name"), c.rank))
    chosen = ordered[0]
    others = {c.value for c in ordered if c.rank <= 2} - {chosen.value}
    if field not in _MATTERS or not others or field == "tax_period":
        return chosen, None
    if field == "ni_number" and all(other[:8] == chosen.value[:8] for other in others):
        return max(ordered, key=lambda c: len(c.value)), None
    words = {"ni_number": "NI numbers", "pay_date": "payment dates", "tax_code": "tax codes"}
    return chosen, f"two different {words.get(field, 'PAYE references')} are printed"


def _period_rank(claim: Claim, everything: Sequence[Claim]) -> tuple[int, int, int]:
    """Among tax week, tax month and plain period, the one that fits the frequency and the date."""
    weekly = any(c.field == "pay_frequency" and c.value != "monthly" for c in everything)
    names_week = "week" in claim.caption or "wk" in claim.caption
    names_month = "month" in claim.caption or "mth" in claim.caption
    misfit = (names_month and weekly) or (names_week and not weekly)
    return int(misfit), int("tax" not in claim.caption), claim.rank
