"""Who, where and when: what is no name is not read for one."""

import pytest

from hmrc_pipeline.extraction.captioned import captioned
from hmrc_pipeline.extraction.layout import pieces_of, stacked_captions
from hmrc_pipeline.extraction.particulars import particulars_of
from hmrc_pipeline_tests.extraction.placed import words

Lines = tuple[tuple[float, float, str, float], ...]


def read(*lines: tuple[float, float, str, float]) -> dict[str, str]:
    pieces = pieces_of(words(*lines))
    figures, _ = particulars_of(pieces, captioned(pieces, stacked_captions(pieces)))
    return {name: figure.value for name, figure in figures.items()}


DEPARTMENT = (
    (30, 100, "Works Number", 8), (120, 100, "E1130", 8), (200, 100, "NI Number", 8), (280, 100, "QQ239472C", 8),
    (30, 112, "Department", 8), (120, 112, "Sales North", 8), (200, 112, "Staff no", 8), (280, 112, "E1130", 8),
)  # fmt: skip


def addressed(*block: str) -> Lines:
    return tuple((30, 100 + 10 * number, text, 8) for number, text in enumerate(block))


@pytest.mark.parametrize(
    ("lines", "field", "expected", "why"),
    [
        (
            addressed("Ann Lee", "16 Quay Street", "Harl Bridge", "CO9 1HJ"),
            "employee_name",
            "Ann Lee",
            "it comes first",
        ),
        (addressed("Mrs J van der Berg", "Harl Bridge", "CO9 1HJ"), "employee_name", "Mrs J van der Berg", "particles"),
        (
            addressed("Maria della Rosa", "Harl Bridge", "CO9 1HJ"),
            "employee_name",
            "Maria della Rosa",
            "a long one too",
        ),
        (
            addressed("Zo \N{BLACK SQUARE} L\N{BLACK SQUARE}e", "16 Quay Street", "Harl Bridge", "CO9 1HJ"),
            "employee_name",
            None,
            "a place stands within the address, though the name above cannot be read",
        ),
        (addressed("Gross pay", "Harl Bridge", "CO9 1HJ"), "employee_name", "Harl Bridge", "no street before it"),
        (((30, 100, "Employee: Ann Lee", 8),), "employee_name", "Ann Lee", "a name behind its caption"),
        (((30, 100, "Payslip for Ann Lee", 12),), "employee_name", "Ann Lee", "the form's title may lead to it"),
        (((30, 100, "Payslip for the month ended 28 Feb 2025", 12),), "employee_name", None, "no person is called the"),
        (((30, 100, "Paid by the board / Telir gan y bwrdd", 8),), "employer_name", None, "nobody is called the board"),
        (
            ((30, 100, "Paid by: The Old Mill Ltd", 8),),
            "employer_name",
            "The Old Mill Ltd",
            "but a name may have a The",
        ),
        (((30, 100, "Paid by employer / Cyflogwr", 8),), "employer_name", None, "the title of a section"),
        (((30, 100, "Paid by Voucher", 8), (200, 100, "12.00", 8)), "employer_name", None, "it leads to money"),
        (((30, 100, "Payslip for Ann Lee", 8), (200, 100, "12.00", 8)), "employee_name", "Ann Lee", "beside net pay"),
        (((30, 100, "Employer", 8), (30, 109, "Pension", 8)), "employer_name", None, "a caption over two lines"),
        (((30, 100, "Employer", 8), (30, 109, "Pennywell Trust PLC", 8)), "employer_name", "Pennywell Trust PLC", "so"),
        (DEPARTMENT, "employee_name", None, "what a department is called, though in one row with the person's number"),
    ],
)
def test_a_name(lines: Lines, field: str, expected: str | None, why: str) -> None:
    assert read(*lines).get(field) == expected, why


@pytest.mark.parametrize(
    ("text", "expected", "why"),
    [
        ("Payslip - Weekly", "weekly", "the title of the page may say how often"),
        ("Monthly pay advice", "monthly", "before it as after it"),
        ("Payslip - Week", None, "a caption of its number"),
        ("Payslip - M", None, "a letter may be anything"),
        ("Payslip", None, "a title alone says nothing"),
        ("Pension - Weekly", None, "no title of a page"),
    ],
)
def test_how_often_in_the_title_of_the_page(text: str, expected: str | None, why: str) -> None:
    assert read((30, 40, text, 12)).get("pay_frequency") == expected, why


ADDRESS = (
    (30.0, 100.0, "Una Abernathy", 8.0),
    (30.0, 110.0, "3 Orchard Rise", 8.0),
    (30.0, 120.0, "Wexcombe WX1 2LT", 8.0),
)


@pytest.mark.parametrize(
    ("lines", "expected", "why"),
    [
        (
            (*ADDRESS, (30, 150, "Dear Dr Abernathy", 8)),
            "Una Abernathy",
            "a salutation of whom the address names in full",
        ),
        (
            ((30, 100, "Una Abernathy-Lee", 8), *ADDRESS[1:], (30, 150, "Dear Dr Abernathy-Lee", 8)),
            "Una Abernathy-Lee",
            "whose name may be of two",
        ),
        ((*ADDRESS, (30, 150, "Dear Dr Holmquist", 8)), "Dr Holmquist", "the address may be another's"),
        ((*ADDRESS, (30, 150, "Dr Ulla Abernathy", 8)), "Dr Ulla Abernathy", "a title that begins a whole name"),
        (((30, 150, "Dear Dr Abernathy", 8),), "Dr Abernathy", "no fuller name is printed"),
    ],
)
def test_a_letters_salutation(lines: Lines, expected: str, why: str) -> None:
    assert read(*lines).get("employee_name") == expected, why
