"""What labels mean and what values can be: one row a reason."""

import pytest

from hmrc_pipeline.extraction import values
from hmrc_pipeline.extraction.labels import caption_of, captions, meaning_of, normalise, vocabulary
from hmrc_pipeline.extraction.layout import amount_of
from hmrc_pipeline.extraction.overlay import Overlay, in_force

LABELS = [
    ("Total Gross Pay TD", "gross_pay", True, "Sage's year to date"),
    ("Employer's NI YTD", "employer_ni", True, "party and column of time in one label"),
    ("EE's NI YTD", "national_insurance", True, "umbrella"),
    ("HMRC Payment NIERS", "employer_ni", None, "umbrella's own words"),
    ("NEST Corporation - ER", "employer_pension", None, "a provider with its party"),
    ("NEST Corporation - EE", "employee_pension", None, "a provider with its party"),
    ("Ee Pension TD (inc AVC)", "employee_pension", True, "a remark after the column of time"),
    ("Pens Sal Sac", "pension_sacrifice", None, "short for a salary sacrifice"),
    ("USSNS+", "pension_sacrifice", None, "the universities' scheme by sacrifice"),
    ("NI A", "national_insurance", None, "the category letter in the label"),
    ("National Insurance - A", "national_insurance", None, "the category letter in the label"),
    ("Ni'able Pay", "ni_pay", None, "ADP's apostrophe"),
    ("P.A.Y.E.", "income_tax", None, "full stops"),
    ("Gross PTD", "gross_pay", False, "Oracle's period to date"),
    ("Employee Contribution", "employee_pension", None, "the party alone tells it is a pension"),
    ("Employer Contribution", "employer_pension", None, "the party alone tells it is a pension"),
    ("Parental Bereavement Pa", "spbp", None, "cut short by a narrow column"),
    ("Gross Earning", "gross_pay", None, "cut short by one letter"),
    ("Annual Salary", None, None, "a rate of pay is no payment"),
    ("Pensionable Pay", None, None, "a basis is no contribution"),
    ("Loan balance outstanding", None, None, "a balance is no deduction"),
    ("Give As You Earn", None, None, "a deduction without a field of its own"),
    ("Cost to employer", None, None, "information"),
]


@pytest.mark.parametrize(("label", "field", "ytd", "why"), LABELS)
def test_what_a_label_means(label: str, field: str | None, ytd: bool | None, why: str) -> None:
    meaning = meaning_of(label)
    assert (meaning.field, meaning.ytd) == (field, ytd), why


TITLES = [
    ("EARNINGS", "payments"),
    ("Employers Contribution", "employer"),
    ("Year to date (this employment only)", "ytd"),
    ("Benefits taxed through payroll", "benefits"),
    ("Taxes", "deductions"),
    ("Employer PAYE reference", None),
    ("Total deductions", None),
]


@pytest.mark.parametrize(("title", "section"), TITLES)
def test_titles_of_sections(title: str, section: str | None) -> None:
    assert meaning_of(title).section == section


DATES = [
    ("28 January 2025", "2025-01-28"), ("28/01/25", "2025-01-28"), ("28.01.2025", "2025-01-28"),
    ("28-JAN-25", "2025-01-28"), ("31MAR2025", "2025-03-31"), ("2025-03-31", "2025-03-31"),
    ("Friday 5th April 2024", "2024-04-05"), ("April 5, 2024", "2024-04-05"), ("03/04/2024", "2024-04-03"),
    ("31/02/2024", None), ("01/01/2024 - 31/01/2024", None), ("12345", None), ("28/01/1889", None),
]  # fmt: skip


@pytest.mark.parametrize(("text", "iso"), DATES)
def test_british_dates(text: str, iso: str | None) -> None:
    assert values.read_date(text) == iso


CODES = [
    ("1257L", ("1257L", None)), ("S1257L M1", ("S1257L", "M1")), ("C1100L W1/M1", ("C1100L", "X")),
    ("K475", ("K475", None)), ("1257LX", ("1257L", "X")), ("BR", ("BR", None)), ("D0 W1", ("D0", "W1")),
    ("0T", ("0T", None)), ("NT", ("NT", None)), ("1257L CUMUL", ("1257L", None)), ("1257L (Week 1)", ("1257L", "W1")),
    ("12345", None), ("Ltd", None), ("A", None),
]  # fmt: skip


@pytest.mark.parametrize(("text", "code"), CODES)
def test_tax_codes_with_their_basis(text: str, code: tuple[str, str | None] | None) -> None:
    assert values.read_tax_code(text) == code


PERIODS = [
    ("Month 9", "9"), ("M09", "9"), ("Wk 23", "23"), ("7", "7"), ("40 Jan 2026", "40"), ("Period 12 of 12", "12"),
    ("Tax Month 3", "3"), ("57", None), ("December 2024", None), ("01/12/2024 - 31/12/2024", None),
]  # fmt: skip


@pytest.mark.parametrize(("text", "period"), PERIODS)
def test_periods(text: str, period: str | None) -> None:
    assert values.read_period(text) == period


AMOUNTS = [
    ("1,234.50", 123450), ("\N{POUND SIGN}12.00", 1200), ("-12.00", -1200), ("12.00-", -1200), ("(12.00)", -1200),
    ("-\N{POUND SIGN}12.00", -1200), ("\N{POUND SIGN}-12.00", -1200), ("12.00CR", -1200), ("0.00", 0),
    ("1,23.50", None), ("12.0", None), ("12.3456", None), ("28.01.2025", None), ("5.00%", None), ("-12.00-", None),
]  # fmt: skip


@pytest.mark.parametrize(("text", "pence"), AMOUNTS)
def test_amounts_as_printed(text: str, pence: int | None) -> None:
    assert amount_of(text) == pence


def test_every_spelling_in_the_data_is_written_as_labels_are_compared() -> None:
    tables = [
        *(rows.get("exact", []) for rows in vocabulary()["concepts"].values()),
        *vocabulary()["roles"].values(), *vocabulary()["sections"].values(), *captions()["fields"].values(),
    ]  # fmt: skip
    wrong = [label for labels in tables for label in labels if normalise(label) != label]
    assert wrong == []


def test_no_name_of_a_figure_stands_for_two() -> None:
    named = [(label, name) for name, rows in vocabulary()["concepts"].items() for label in rows.get("exact", [])]
    double = [(label, name) for label, name in named if name != dict(named)[label]]
    assert double == []


def test_captions_cut_short_still_ask_for_the_same() -> None:
    assert caption_of("employer paye referenc") == "paye_reference"
    assert caption_of("national insurance numb") == "ni_number"


def test_what_a_layout_says_counts_while_it_is_in_force_alone() -> None:
    """Answers are remembered: those of one layout must not be given to another, nor to none."""
    told = [Overlay(captions={"who": name}, dates=(form,)) for name, form in (("surname", "%d|%m|%Y"), ("other", "%m"))]
    for _ in range(2):
        assert caption_of("who") is values.read_date("05|04|2025") is None
        with in_force(told[0]):
            assert caption_of("who") == "surname"
            assert values.read_date("05|04|2025") == "2025-04-05"
        with in_force(told[1]):
            assert caption_of("who") == "other"
            assert values.read_date("05|04|2025") is None
