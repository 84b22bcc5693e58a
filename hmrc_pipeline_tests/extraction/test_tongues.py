"""A page of two tongues: which half of a label speaks for both, and what is no second tongue at all."""

import random
from collections.abc import Iterator, Sequence

import pytest

from hmrc_pipeline.extraction.captioned import captioned
from hmrc_pipeline.extraction.entries import entries_of
from hmrc_pipeline.extraction.labels import caption_of, meaning_of, normalise
from hmrc_pipeline.extraction.layout import Piece, pieces_of, stacked_captions
from hmrc_pipeline.extraction.model import Box, Word
from hmrc_pipeline.extraction.particulars import particulars_of
from hmrc_pipeline.extraction.reader import read_words
from hmrc_pipeline.extraction.tongues import in_one_tongue
from hmrc_pipeline.extraction.words import read_pages
from hmrc_pipeline.simulators.careers import career
from hmrc_pipeline.simulators.payslips import make_payslip
from hmrc_pipeline.simulators.style import Style
from hmrc_pipeline_tests.extraction.placed import words

Lines = tuple[tuple[float, float, str, float], ...]

WELSH: Lines = (
    (30, 20, "Payslip / Slip Cyflog", 8), (30, 40, "Tax Code / Cod Treth: 1257L", 8), (30, 200, "Bonws / Bonus", 8),
    (200, 200, "50.00", 8), (30, 212, "Didyniadau / Deductions", 8), (30, 224, "Student Loan / Benthyciad", 8),
    (200, 224, "12.00", 8),
)  # fmt: skip
"""Enough said twice to show that a page is of two tongues."""


def labels(*lines: tuple[float, float, str, float]) -> list[str]:
    return [piece.text for piece in in_one_tongue(pieces_of(words(*lines)))]


def told(*lines: tuple[float, float, str, float]) -> set[tuple[str | None, str, str | None]]:
    pieces = in_one_tongue(pieces_of(words(*lines)))
    entries = entries_of(pieces, stacked_captions(pieces))
    return {(entry.meaning.field, cell.piece.text, cell.role) for entry in entries for cell in entry.cells}


def named(*lines: tuple[float, float, str, float]) -> dict[str, str]:
    pieces = in_one_tongue(pieces_of(words(*lines)))
    figures, _ = particulars_of(pieces, captioned(pieces, stacked_captions(pieces)))
    return {name: figure.value for name, figure in figures.items()}


@pytest.mark.parametrize(
    ("lines", "expected", "why"),
    [
        ((), ["Payslip", "Tax Code: 1257L"], "a title, and a caption with its value behind the second half"),
        ((), ["Bonus", "Deductions", "Student Loan"], "whichever half stands first"),
        (((30, 300, "Tax/Treth", 8),), ["Tax"], "set without blanks"),
        (((30, 300, "Income Tax / Pension", 8),), ["Income Tax / Pension"], "two things we know are two things"),
        (((30, 300, "Parcio Ceir / Lwfans", 8),), ["Parcio Ceir / Lwfans"], "nothing known stays as it is"),
        (((30, 300, "NI Table", 8), (31, 309, "Tabl", 8)), ["NI Table", "Tabl"], "perhaps a caption over its value"),
        (((30, 300, "This Period", 8), (30, 309, "Y Cyfnod Hwn", 8)), ["This Period"], "the heading of a column"),
        (((30, 300, "Employer's", 8), (30, 309, "Pension", 8)), ["Employer's", "Pension"], "one caption of two lines"),
        (
            ((30, 300, "Pension", 8), (200, 300, "9.00", 8), (30, 309, "Zwmba", 8), (200, 309, "2.00", 8)),
            ["Pension", "Zwmba"],
            "two lines of a list, each with its amount",
        ),
    ],
)  # fmt: skip
def test_the_known_half_speaks_for_both(lines: Lines, expected: list[str], why: str) -> None:
    found = labels(*WELSH, *lines)
    assert [text for text in expected if text in found] == expected, why
    assert not any("Cyfnod" in text or "Treth" in text for text in found), why


def test_what_both_halves_know_otherwise_means_nothing() -> None:
    both = (30.0, 300.0, "Student Loan / Pension", 8.0), (200.0, 300.0, "60.00", 8.0)
    assert (None, "60.00", "this") in told(*WELSH, *both)


CELLS: Lines = (
    (30, 100, "Rhif Gweithiwr", 8), (120, 105, "E7070", 8), (30, 110, "Employee Number", 8),
    (30, 140, "NI Category", 8), (120, 145, "C", 8), (30, 150, "Categori YG", 8),
    (200, 250, "This Period", 8), (300, 250, "Year to Date", 8),
    (200, 259, "Y Cyfnod Hwn", 8), (300, 259, "Y Flwyddyn", 8),
    (30, 270, "Taxable Pay", 8), (200, 275, "900.00", 8), (300, 275, "2,700.00", 8), (30, 280, "Cyflog Trethadwy", 8),
)  # fmt: skip


def test_the_value_of_a_cell_stands_between_its_two_captions() -> None:
    assert {"payroll_number": "E7070", "ni_letter": "C", "tax_code": "1257L"}.items() <= named(*WELSH, *CELLS).items()
    assert {("taxable_pay", "900.00", "this"), ("taxable_pay", "2,700.00", "ytd")} <= told(*WELSH, *CELLS)


@pytest.mark.parametrize(
    ("lines", "why"),
    [
        (WELSH[:3], "too few"),
        ((*WELSH, *((30.0, 300.0 + 12 * n, "Gross Pay", 8.0) for n in range(6))), "more is said once than twice"),
        (
            ((30, 20, "Tax / NI", 8), (30, 40, "Hours / Rate", 8), (30, 60, "Week 1/Month 1", 8)),
            "a stroke alone is no second tongue",
        ),
    ],
)  # fmt: skip
def test_a_page_of_one_tongue_is_left_alone(lines: Lines, why: str) -> None:
    assert labels(*lines) == [piece.text for piece in pieces_of(words(*lines))], why


@pytest.mark.parametrize(
    ("row", "expected", "why"),
    [
        (((30, "Salary"), (120, "01/07/24"), (200, "31/07/24"), (300, "800.00")), "basic_pay", "dates it is for"),
        (((30, "Bonus"), (120, "01 Jul 24"), (300, "800.00")), "bonus", "a day in words"),
        (((30, "Pay Date"), (120, "31/07/24"), (300, "800.00")), None, "a caption keeps its own value"),
    ],
)
def test_dates_between_a_label_and_its_amount(
    row: tuple[tuple[float, str], ...], expected: str | None, why: str
) -> None:
    assert told(*((x, 100, text, 8) for x, text in row)) == {(expected, "800.00", "this")}, why


def _is_label(piece: Piece) -> bool:
    meaning = piece.meaning if piece.pence is None and not piece.prose else meaning_of("")
    known = meaning.concept or meaning.role or meaning.section or caption_of(normalise(piece.text))
    return bool(known) and not any(mark in piece.text for mark in "/(:")


def _backwards(word: str) -> str:
    return "".join(letter for letter in word[::-1].casefold() if letter.isalnum()).capitalize() + "yq"


def _twice(piece: Piece, foreign_first: bool) -> Iterator[Word]:
    """A label in its own place with its words spelt backwards besides: all in letters less than half as large."""
    texts = [word.text for word in piece.words]
    halves = [texts, [_backwards(text) for text in texts]]
    line = " / ".join(" ".join(half) for half in (halves[::-1] if foreign_first else halves))
    wide, half = (piece.box.x1 - piece.box.x0) / len(line), piece.height / 5
    at = 0
    for text in line.split(" "):
        x0, middle = piece.box.x0 + at * wide, piece.middle
        yield Word(text, Box(x0, middle - half, x0 + len(text) * wide, middle + half), piece.page)
        at += len(text) + 1


def _doubled(page: Sequence[Word], foreign_first: bool) -> list[Word]:
    """A page with each of its labels said twice, the second time in a language nobody knows."""
    pieces = pieces_of(page)
    return [w for p in pieces for w in (_twice(p, foreign_first) if _is_label(p) else p.words)]


@pytest.mark.parametrize("layout", ["side_by_side", "grid", "ward", "pocket"])
@pytest.mark.parametrize("foreign_first", [False, True])
def test_a_second_tongue_changes_no_figure(layout: str, foreign_first: bool) -> None:
    slips = random.Random(5).sample(list(career(8_401).slips), 2)
    for slip in slips:
        sample = make_payslip(slip, layout=layout, style=Style.seeded(8_401))
        pages = [_doubled(page.words, foreign_first) for page in read_pages(sample.content)]
        (document,) = read_words(pages)
        assert {name: figure.value for name, figure in document.figures.items()} == sample.fields
