"""Patterns of passwords: which values of a person make one, and what is no pattern."""

import pytest

from hmrc_pipeline.extraction import ReaderPool, TemplateProblem, passwords_of, read_pdf
from hmrc_pipeline.extraction.passwords import Holder, NotAPattern, Pattern
from hmrc_pipeline.extraction.templates import parse_template
from hmrc_pipeline.extraction.wire import Orders
from hmrc_pipeline_tests.extraction.bad import simple

ANN = Holder("Ashgrove", "Ann", "QQ123456C")
LAYOUT = '[template]\nid = "x"\nmatch = {{ all = ["Gross"] }}\npassword = {}\n'


@pytest.mark.parametrize(
    ("pattern", "made", "why"),
    [
        ("{nino}", "QQ123456C", "the whole number"),
        ("{nino:lower}", "qq123456c", "some type it small"),
        ("{surname:upper:4}{nino:4}", "ASHGQQ12", "four letters and the first four signs"),
        ("{surname:4}{nino:digits:-4}", "Ashg3456", "the last four figures"),
        ("{nino:-4}", "456C", "the last four signs"),
        ("{forename:lower}.{surname:lower}", "ann.ashgrove", "what stands outside braces is taken as it is"),
        ("{surname:20}", "Ashgrove", "a short name is taken whole"),
    ],
)
def test_a_pattern_makes_a_password_of_what_is_known(pattern: str, made: str, why: str) -> None:
    assert Pattern(pattern).password_of(ANN) == made, why


@pytest.mark.parametrize("holder", [Holder(surname="Ashgrove"), Holder(nino="QQ123456C"), Holder()])
def test_nothing_is_made_of_what_is_not_known(holder: Holder) -> None:
    assert passwords_of(["{surname:4}{nino:4}"], [holder]) == ()


@pytest.mark.parametrize(
    ("pattern", "says"),
    [
        ("secret", "in braces"),
        ("{surname", "in braces"),
        ("{surname}}", "in braces"),
        ("{birthday}", "surname, forename, nino"),
        ("{nino.__class__}", "surname, forename, nino"),
        ("{nino:first}", "a number of characters"),
        ("{nino:0}", "a number of characters"),
        ("{nino:}", "a number of characters"),
    ],
)
def test_what_is_no_pattern_says_what_one_holds(pattern: str, says: str) -> None:
    with pytest.raises(NotAPattern, match=says):
        Pattern(pattern)
    with pytest.raises(TemplateProblem, match=f"the layout mine.toml has no pattern in password: .*{says}"):
        parse_template("mine.toml", LAYOUT.format(repr(pattern)))


@pytest.mark.parametrize(
    ("name", "surname", "forename"),
    [
        ("Ann Ashgrove", "Ashgrove", "Ann"),
        ("Ashgrove, Ann Jo", "Ashgrove", "Ann"),
        ("Mrs. Ann Jo Ashgrove", "Ashgrove", "Ann"),
        ("Ashgrove", "Ashgrove", None),
        (None, None, None),
    ],
)
def test_a_name_is_taken_apart(name: str | None, surname: str | None, forename: str | None) -> None:
    holder = Holder.of(name, None)
    assert (holder.surname, holder.forename) == (surname, forename)


def test_a_layout_carries_its_pattern_and_a_draft_may_leave_it_open() -> None:
    assert parse_template("mine.toml", LAYOUT.format("'{nino:-4}'")).password == "{nino:-4}"
    assert parse_template("mine.toml", LAYOUT.format("'?'")).password is None


def test_passwords_are_made_once_each_and_not_without_end() -> None:
    assert passwords_of(["{surname}", "{surname}", "{surname:20}"], [ANN, ANN]) == ("Ashgrove",)
    many = (Holder(surname=f"Name{number}") for number in range(30_000))
    assert len(passwords_of(["{surname}"], many)) == 20_000


def test_no_password_and_nobody_shows_in_a_repr() -> None:
    shown = f"{ANN!r} {Orders(passwords=('Ashg3456',))!r}"
    assert not [word for word in ("Ash", "Ann", "QQ12") if word in shown]


def test_a_locked_file_opens_with_one_of_many_and_else_says_nothing_of_them() -> None:
    lines = ("Payslip", "Gross Pay 2,000.00", "PAYE Tax 100.00", "NI 50.00", "Net Pay 1,850.00", "Tax code 1257L")
    content = simple(lines, password="Ashg3456")
    wrong = tuple(f"Name{number}" for number in range(200))
    assert read_pdf(content, passwords=(*wrong, "Ashg3456")).documents
    with ReaderPool(passwords=wrong) as pool:
        reading = pool.read(content)
    assert reading.documents == ()
    assert reading.error is not None
    assert "password" in reading.error
    assert "Name" not in repr(reading)
