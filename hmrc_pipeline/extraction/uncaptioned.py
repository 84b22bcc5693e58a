"""Particulars whose captions are not in the text, as on pre-printed forms: known by their form and their place.

Used only for what no caption gave. Each rule takes a value only when exactly one phrase can be it.
"""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

from hmrc_pipeline.extraction import values
from hmrc_pipeline.extraction.addresses import POSTCODE
from hmrc_pipeline.extraction.captioned import Claim
from hmrc_pipeline.extraction.labels import caption_of, captions, has_figures, known_words, meaning_of, normalise
from hmrc_pipeline.extraction.layout import Piece
from hmrc_pipeline.extraction.model import Word
from hmrc_pipeline.extraction.names import may_be_employer, may_be_person
from hmrc_pipeline.extraction.overlay import remembered

__all__ = ["uncaptioned", "unnamed_employer", "without_amounts"]

_OWN_NUMBERS = frozenset({"payroll_number", "ni_number"})
_BELOW = 2.6
_LEADING = 1.6
_STRICT_CODE = re.compile(r"[SC]?(?:K\d{1,4}|\d{2,4}[LMNT]|BR|D[01]|0T)(?: ?(?:X|W1|M1|W1/M1))?")
_STRICT_REFERENCE = re.compile(r"\d{3}\s?/\s?[A-Z]{1,3}\d{1,6}[A-Z]?")
_TITLES = ("payslip", "pay slip", "pay advice", "wage slip", "statement of earnings", "pay statement", "payment advice")
_NOT_NAMES = ("page", "confidential", "private", "summary", "statement", "details", "period", "total", "pay", "bank")


def without_amounts(pieces: Sequence[Piece]) -> list[Piece]:
    """The phrases that label no amount, which may be particulars."""
    texts: list[Piece] = []
    for piece, after in zip(pieces, (*pieces[1:], None), strict=True):
        labels = after is not None and after.pence is not None and after.row == piece.row
        if piece.pence is None and not piece.prose and not labels:
            texts.append(piece)
    return texts


def uncaptioned(texts: Sequence[Piece], have: set[str], has_date_caption: bool) -> list[Claim]:
    """Claims for the particulars in none of `have` that these phrases make."""
    claims: list[Claim] = []
    claims.extend(_by_form(texts, have, has_date_caption))
    names = [] if "employee_name" in have else list(_employee_names(texts))
    if len({claim.value.casefold() for claim in names}) == 1:
        claims.append(names[0])
    if "employer_name" not in have:
        claims.extend(unnamed_employer(texts, {claim.value for claim in names}))
    if "payroll_number" not in have:
        claims.extend(_number_beside(texts, have))
    return claims


def _claim(field: str, value: str, words: tuple[Word, ...], relation: str) -> Claim:
    return Claim(field, value, words, None, None, relation, 3)


def _by_form(texts: Sequence[Piece], have: set[str], has_date_caption: bool) -> Iterator[Claim]:
    found: dict[str, dict[str, Claim]] = {}

    def note(field: str, value: str | None, piece: Piece) -> None:
        if value is not None and field not in have:
            claim = _claim(field, value, piece.words, "known by its form")
            found.setdefault(field, {}).setdefault(value, claim)

    for piece in texts:
        for field, value in _forms(piece.text):
            note(field, value, piece)
        if not has_date_caption and has_figures(piece.text):
            note("pay_date", values.read_date(piece.text), piece)
    for claims in found.values():
        if len(claims) == 1:
            yield next(iter(claims.values()))


@lru_cache(maxsize=4096)
def _forms(text: str) -> tuple[tuple[str, str], ...]:
    """What a whole phrase can be by its form alone, dates left out."""
    return tuple((field, value) for field, value in _read_forms(text) if value is not None)


def _read_forms(text: str) -> Iterator[tuple[str, str | None]]:
    if has_figures(text):
        yield "ni_number", _whole_nino(text)
        if _STRICT_REFERENCE.fullmatch(text):
            yield "paye_reference", values.read_paye_reference(text)
        if normalise(text).startswith(("month", "week", "mth", "wk", "tax month", "tax week")):
            yield "tax_period", values.read_period(text)
    if _STRICT_CODE.fullmatch(text):
        read = values.read_tax_code(text)
        yield "tax_code", read[0] if read else None
    yield "pay_frequency", _long_frequency(text)


def _whole_nino(text: str) -> str | None:
    squeezed = re.sub(r"[\s-]", "", text)
    return values.read_nino(squeezed) if 8 <= len(squeezed) <= 9 else None


def _long_frequency(text: str) -> str | None:
    """How often the person is paid, in a whole phrase, or beside the title of the page: `Payslip - Weekly`."""
    said = normalise(text)
    for title in _TITLES:
        if said != (rest := said.removeprefix(f"{title} ").removesuffix(f" {title}")):
            text = rest
    return values.frequency_of(text) if len(text) > 4 and normalise(text) not in ("week", "calendar month") else None


@remembered
def _is_person(text: str) -> bool:
    words = text.split()
    if not 2 <= len(words) <= 5 or not may_be_person(text):
        return False
    meaning = meaning_of(text)
    plain = text[0].isupper() and all(_is_word_of_name(word) for word in words)
    named = meaning.concept or meaning.role or meaning.section or set(meaning.text.split()) & set(_NOT_NAMES)
    employer = set(meaning.text.split()) & set(captions()["employer"]["suffixes"])
    return plain and not named and not employer and not any(t in meaning.text for t in _TITLES)


def _is_word_of_name(word: str) -> bool:
    is_word = re.fullmatch(r"[^\W\d_][\w'\u2019.-]*", word) is not None
    return is_word and (word[0].isupper() or word in captions()["names"]["particles"])


def _employee_names(texts: Sequence[Piece]) -> Iterator[Claim]:
    titles = captions()["names"]["titles"]
    titled = [p for p in texts if p.text.split()[0].casefold().strip(".") in titles and _is_person(p.text)]
    heads = [piece for piece in texts if _is_person(piece.text) and _heads_address(piece, texts)]
    if titled:
        addressed = _addressed(titled[0], heads)
        chosen, relation = (addressed, "heads the postal address") if addressed else (titled[0], "begins with a title")
        yield _claim("employee_name", chosen.text, chosen.words, relation)
        return
    for piece in heads:
        inside = any(p.row < piece.row and abs(p.box.x0 - piece.box.x0) <= 2 and p is not piece for p in heads)
        if not inside:
            first = next(p for p in texts if p.text == piece.text)
            yield _claim("employee_name", piece.text, first.words, "heads the postal address")
    if heads:
        return
    beside = [p for p in texts if _is_nobody_else(p, texts) and _beside_own_number(p, texts)]
    if len({p.text for p in beside}) == 1:
        yield _claim("employee_name", beside[0].text, beside[0].words, "beside the person's own number")
    elif not beside:
        yield from _opposite_company(texts)


def _addressed(titled: Piece, heads: Sequence[Piece]) -> Piece | None:
    """The person whose whole name heads a postal address, where a title and the end of the name only address them, as
    in letters; None where the title begins a whole name."""
    surname = titled.text.partition(" ")[2].casefold()
    whole = [piece for piece in heads if piece is not titled and piece.text.casefold().endswith(f" {surname}")]
    return whole[0] if len({piece.text for piece in whole}) == 1 else None


def _opposite_company(texts: Sequence[Piece]) -> Iterator[Claim]:
    """The person named in the row that heads the page, in letters as large as the company's and larger than all others.

    A department or a place is told by words that payslips use.
    """
    tallest = max((p.height for p in texts), default=0.0)
    heads = [p for p in texts if p.height >= tallest - 0.2]
    if len(heads) != 2 or heads[0].row != heads[1].row or heads[0].row != min(p.row for p in texts):
        return
    for person, company in (heads, heads[::-1]):
        ending = company.meaning.text.rpartition(" ")[2]
        if (
            ending in captions()["employer"]["suffixes"]
            and _is_person(person.text)
            and known_words().isdisjoint(person.meaning.text.split())
        ):
            yield _claim("employee_name", person.text, person.words, "heads the page beside the company")


def _is_nobody_else(piece: Piece, texts: Sequence[Piece]) -> bool:
    """Whether a phrase is made of a person's words and none of a payslip's, and answers no other caption."""
    own = _is_person(piece.text) and known_words().isdisjoint(piece.meaning.text.split())
    return own and not _is_anothers(piece, texts)


def _is_anothers(piece: Piece, texts: Sequence[Piece]) -> bool:
    """Whether the caption of something else stands right before the phrase in its row: `Department  Sales North`."""
    before = [p for p in texts if p.row == piece.row and p.page == piece.page and p.box.x1 <= piece.box.x0]
    last = max(before, key=lambda p: p.box.x1, default=None)
    return last is not None and caption_of(normalise(last.text)) == "other"


def _beside_own_number(piece: Piece, texts: Sequence[Piece]) -> bool:
    """Whether the phrase shares a row with the caption of the person's payroll or NI number, or heads one with both."""
    for line in texts:
        above = 0 < piece.box.top - line.box.top <= 2.2 * piece.height and abs(line.box.x0 - piece.box.x0) <= 2
        if above and (line.text[0].isdigit() or _is_person(line.text)):
            return False
    row = [p for p in texts if p.row == piece.row and p is not piece]
    if set(_captions_of(row)) & _OWN_NUMBERS:
        return True
    below = [p for p in texts if 0 < p.box.top - piece.box.top <= _BELOW * piece.height]
    heads = any(abs(p.box.x0 - piece.box.x0) <= 2 for p in below)
    rows = {p.row for p in below}
    return heads and any(set(_captions_of([p for p in below if p.row == r])) >= _OWN_NUMBERS for r in rows)


def _captions_of(row: Sequence[Piece]) -> Iterator[str | None]:
    for piece in row:
        for start in range(len(piece.words)):
            for stop in range(start + 1, min(start + 5, len(piece.words) + 1)):
                yield caption_of(normalise(" ".join(word.text for word in piece.words[start:stop])))


def _heads_address(piece: Piece, texts: Sequence[Piece]) -> bool:
    """Whether lines with the same left edge follow, the last of them ending in a postcode; and none of the address
    stands before it, as a street does with its number."""
    above = [p for p in texts if p.row < piece.row and abs(p.box.x0 - piece.box.x0) <= 2]
    nearest = max(above, key=lambda p: p.box.bottom, default=None)
    if (
        nearest is not None
        and piece.box.top - nearest.box.bottom <= _LEADING * piece.height
        and _is_street(nearest.text)
    ):
        return False
    column = [p for p in texts if p.row > piece.row and abs(p.box.x0 - piece.box.x0) <= 2]
    before = piece
    for line in column[:7]:
        if line.box.top - before.box.bottom > _LEADING * piece.height or caption_of(normalise(line.text)):
            return False
        if POSTCODE.search(line.text):
            return True
        before = line
    return False


def _is_street(text: str) -> bool:
    """`16 Quay Street`, `Flat 2`: words with a number; no date, and nothing a payslip's caption asks for."""
    words = [word for word in text.split() if not has_figures(word)]
    return (
        has_figures(text)
        and bool(words)
        and not values.read_date(text)
        and caption_of(normalise(" ".join(words))) is None
    )


def unnamed_employer(texts: Sequence[Piece], people: set[str]) -> Iterator[Claim]:
    """The phrase that ends as a company does; else the one heading larger than all other text."""
    suffixes = captions()["employer"]["suffixes"]
    usable = [p for p in texts if len(p.words) <= 8 and p.text not in people and _is_employer(p.text)]
    ended = [p for p in usable if p.meaning.text.split()[-1] in suffixes and len(p.words) > 1]
    if ended:
        tallest = max(p.height for p in ended)
        top = [p for p in ended if p.height >= tallest - 0.2]
        if len({p.text for p in top}) == 1:
            yield _claim("employer_name", top[0].text, top[0].words, "named as a company")
        return
    if not usable or not texts:
        return
    usual = sorted(p.height for p in texts)[len(texts) // 2]
    tallest = max(p.height for p in usable)
    top = [p for p in usable if p.height >= tallest - 0.2]
    if tallest >= 1.2 * usual and len(top) == 1 and len(top[0].words) > 1:
        yield _claim("employer_name", top[0].text, top[0].words, "the largest heading")


@remembered
def _is_employer(text: str) -> bool:
    if not text[0].isupper() or ":" in text or "," in text or "\N{COPYRIGHT SIGN}" in text:
        return False
    meaning = meaning_of(text)
    words = set(meaning.text.split())
    if not words or words & set(captions()["employer"]["not_employer"]):
        return False
    if meaning.concept or meaning.role or meaning.section or any(title in meaning.text for title in _TITLES):
        return False
    return not values.read_date(text) and not POSTCODE.search(text) and may_be_employer(text)


def _number_beside(texts: Sequence[Piece], have: set[str]) -> Iterator[Claim]:
    """On a form whose captions are a picture: the one plain number in the row of the NINO or the person's name."""
    if have & {"employee_name", "ni_number"}:
        return
    for piece in texts:
        if _whole_nino(piece.text) is None:
            continue
        row = [p for p in texts if p.row == piece.row and p is not piece]
        numbers = [p for p in row if re.fullmatch(r"\d{2,9}", p.text)]
        if len(numbers) == 1 and not any(caption_of(normalise(p.text)) for p in row):
            yield _claim("payroll_number", numbers[0].text, numbers[0].words, "beside the NI number, without caption")
        return
