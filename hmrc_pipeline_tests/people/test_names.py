"""Which spellings of names and payroll numbers mean the same."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hmrc_pipeline.people.names import employer_key, name_key, payroll_key


@pytest.mark.parametrize(
    ("first", "second", "same", "why"),
    [
        ("Ann Example", "ANN EXAMPLE", True, "payrolls print capitals"),
        ("Mrs Ann Example", "Ann Example", True, "titles say nothing"),
        ("EXAMPLE, Ann", "Ann Example", True, "a P60 gives the surname first"),
        ("Ann-Marie Example", "Ann Marie Example", True, "hyphens are dropped by some printers"),
        ("Siân O'Example", "Sian OExample", True, "accents and apostrophes are dropped by some printers"),
        ("A Example", "Ann Example", False, "an initial may be somebody else"),
        ("Ann Example", "Ann Example Smith", False, "another surname"),
        ("Dr", "Mr", False, "a title alone is all there is to compare"),
    ],
)
def test_names_of_people(first: str, second: str, same: bool, why: str) -> None:
    assert (name_key(first) == name_key(second)) is same, why


@pytest.mark.parametrize(
    ("first", "second", "same", "why"),
    [
        ("Acme Ltd", "ACME LIMITED", True, "the same company form"),
        ("Acme & Sons Ltd.", "Acme and Sons Limited", True, "an ampersand is read as and"),
        ("The Acme Company", "Acme", True, "article and form say nothing"),
        ("Acme UK Ltd", "Acme Ltd", False, "another company of the group"),
        ("Limited", "Company", False, "a form alone is a name"),
    ],
)
def test_names_of_employers(first: str, second: str, same: bool, why: str) -> None:
    assert (employer_key(first) == employer_key(second)) is same, why


@pytest.mark.parametrize(
    ("first", "second", "same"), [("00042", "42", True), (" 4-2 ", "42", True), ("42", "43", False), ("000", "0", True)]
)
def test_payroll_numbers(first: str, second: str, same: bool) -> None:
    assert (payroll_key(first) == payroll_key(second)) is same


@given(st.text(max_size=40))
def test_keys_are_stable(text: str) -> None:
    assert name_key(name_key(text)) == name_key(text)
    assert employer_key(text) == employer_key(text.upper().lower()) or not text.isascii()
