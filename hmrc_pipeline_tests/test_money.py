"""Amounts as payrolls print them, exact to the penny."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hmrc_pipeline.money import NotMoney, format_amount, format_pounds, from_pence, parse_amount, to_pence

PENCE = st.integers(-(10**14), 10**14)


@pytest.mark.parametrize(
    ("text", "amount", "why"),
    [
        ("1234.50", "1234.50", "plain"),
        ("1,234.50", "1234.50", "thousands"),
        ("1,234,567.89", "1234567.89", "millions"),
        ("£1,234.50", "1234.50", "pounds"),
        ("£ 1,234.50", "1234.50", "a blank after the sign of pounds"),
        ("GBP 12.00", "12.00", "the currency's code"),
        ("12", "12.00", "no pence"),
        ("12.5", "12.50", "one digit of pence"),
        ("0.00", "0.00", "nought is an amount"),
        ("-12.00", "-12.00", "minus before"),
        ("12.00-", "-12.00", "minus after"),
        ("-£12.00", "-12.00", "minus before the pounds"),
        ("£-12.00", "-12.00", "minus after the pounds"),
        ("(12.00)", "-12.00", "brackets"),
        ("(£12.00)", "-12.00", "brackets around the pounds"),
        ("12.00 CR", "-12.00", "credit"),
        ("12.00 DR", "12.00", "debit"),
        ("+12.00", "12.00", "plus"),
        ("\N{MINUS SIGN}12.00", "-12.00", "a typographer's minus"),
        ("\N{EN DASH}12.00", "-12.00", "a dash"),
        ("\N{NO-BREAK SPACE}12.00 ", "12.00", "blanks around"),
    ],
)
def test_parse(text: str, amount: str, why: str) -> None:
    parsed = parse_amount(text)
    assert parsed == Decimal(amount), why
    assert str(abs(parsed)) == amount.lstrip("-"), "always two decimals"


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "nothing"),
        ("twelve", "words"),
        ("12.345", "a fraction of a penny"),
        ("1,23.00", "thousands in the wrong place"),
        ("12,00", "a comma is not a point"),
        ("--12.00", "two signs"),
        ("-12.00-", "two signs"),
        ("(-12.00)", "two signs"),
        ("(12.00", "half a bracket"),
        ("12.00)", "half a bracket"),
        ("1257L", "a tax code"),
        ("12.00 13.00", "two amounts"),
        ("$12.00", "another currency"),
        ("12:00", "a time"),
        ("1e5", "no one prints it so"),
    ],
)
def test_not_money(text: str, why: str) -> None:
    with pytest.raises(NotMoney):
        pytest.fail(f"{text!r} gave {parse_amount(text)}: {why}")


@given(PENCE)
def test_pence_and_back(pence: int) -> None:
    amount = from_pence(pence)
    assert to_pence(amount) == pence
    assert parse_amount(format_amount(amount)) == amount
    assert parse_amount(format_pounds(amount)) == amount
    assert format_amount(amount).rpartition(".")[2].isdigit()


@pytest.mark.parametrize("text", ["0.001", "-12.345", "NaN", "Infinity"])
def test_fractions_of_a_penny_are_refused(text: str) -> None:
    with pytest.raises(NotMoney):
        to_pence(Decimal(text))


def test_what_people_see() -> None:
    assert format_pounds(Decimal("-1234.5")) == "-£1,234.50"
    assert format_amount(Decimal("1234.5")) == "1234.50"
