"""Sentences of a letter: those of a known form tell figures and particulars, all others label nothing."""

import pytest

from hmrc_pipeline.extraction.reader import read_words
from hmrc_pipeline.extraction.sentences import payments_told, told_entries, told_particulars
from hmrc_pipeline_tests.extraction.typed import page, words

Told = dict[str, str]


def amounts(text: str) -> Told:
    """The amounts of a sentence, each by its field and time."""
    entries = told_entries(page((30, 100, text)))
    return {f"{entry.meaning.field} {cell.role}": cell.piece.text for entry in entries for cell in entry.cells}


@pytest.mark.parametrize(
    ("text", "expected", "why"),
    [
        (
            "Taxable pay was £12,060.30 this month and £39,382.30 since 6 April.",
            {"taxable_pay this": "£12,060.30", "taxable_pay ytd": "£39,382.30"},
            "a caption, and two amounts each followed by its time",
        ),
        (
            "Your pay for National Insurance is 900.00 this fortnight and 1,800.00 so far this tax year.",
            {"ni_pay this": "900.00", "ni_pay ytd": "1,800.00"},
            "whose it is, the verb and the words of time may be others",
        ),
        (
            "Employer's NI, which we pay on top, was 10.00 this week and 20.00 year to date.",
            {"employer_ni this": "10.00", "employer_ni ytd": "20.00"},
            "who pays, said in passing, changes nothing",
        ),
        (
            "Harbour Pension - ER was 5.00 this period and 6.00 this tax year.",
            {"employer_pension this": "5.00", "employer_pension ytd": "6.00"},
            "a pension called after its provider",
        ),
        (
            "Taxable pay was nothing this month and 5.00 since 6 April.",
            {"taxable_pay ytd": "5.00"},
            "nothing is no printed amount",
        ),
        ("Taxable pay was 5.00 this month.", {"taxable_pay this": "5.00"}, "one time alone"),
        ("Taxable pay was 5.00 and 6.00 since 6 April.", {}, "the time of the first is not said"),
        ("Taxable pay was 5.00 this month and 6.00 last month.", {}, "another time than the two we ask for"),
        ("Taxable pay was 5.00 this month and 6.00 this month.", {}, "one time twice"),
        ("Taxable pay was 5.00 this month and 6.00", {}, "the sentence does not end: its next line may say anything"),
        ("Taxable pay was 5.00 this month and 6.00 since 6 April with us.", {}, "more than a time"),
        ("not all of it, taxable pay was 5.00 this month.", {}, "the end of a sentence that began elsewhere"),
        ("Taxable pay in your last job was 5.00 this month.", {}, "more than the caption"),
        ("Taxable pay, had you stayed, was 5.00 this month.", {}, "what is said in passing changes the meaning"),
        ("Employer's pension, not paid by us, was 5.00 this month.", {}, "known words in another order"),
        ("Employer's pension, before the change was 5.00 this month.", {}, "a comma that is not closed"),
        ("The shortfall in your employer's pension was 5.00 this month.", {}, "a pension with other words besides"),
        ("The works outing was 18.00 this month and 20.00 since 6 April.", {}, "no measure of a payslip"),
        ("The works outing costs 18.00 a head.", {}, "a message"),
        ("Income tax was 5.00 this month and 6.00 since 6 April.", {}, "a term of the sums stands in the table"),
    ],
)
def test_amounts_told_in_a_sentence(text: str, expected: Told, why: str) -> None:
    assert amounts(text) == expected, why


@pytest.mark.parametrize(
    ("text", "expected", "why"),
    [
        ("Your tax code is 1257L.", {"tax_code": "1257L"}, "the full stop is none of the code"),
        ("Your tax code is 1257L M1.", {"tax_code": "1257L", "tax_basis": "M1"}, "with its basis"),
        (
            "Your tax code is 0T and your National Insurance number QQ 12 34 56 C.",
            {"tax_code": "0T", "ni_number": "QQ123456C"},
            "the verb may be left out of the second clause",
        ),
        ("Your National Insurance category letter is A.", {"ni_letter": "A"}, "a letter is never the article"),
        ("Our employer PAYE reference is 393/EX46450.", {"paye_reference": "393/EX46450"}, "the firm's own"),
        ("You are paid monthly and this is how:", {"pay_frequency": "monthly"}, "how often, whatever follows"),
        ("You are paid every four weeks.", {"pay_frequency": "four_weekly"}, "in several words"),
        ("You are paid well.", {}, "how often is not said"),
        ("Your tax code was 1257L.", {}, "what was is past"),
        ("Your tax code is 1257L from next month.", {}, "the value is more than a code"),
        ("Your tax code is 1257L", {}, "the sentence does not end"),
        ("Your new tax code is 1257L.", {}, "no caption we know"),
        ("If your tax code is 1257L.", {}, "a condition"),
        ("tax code is 1257L.", {}, "the end of a sentence that began elsewhere"),
        ("Your tax code is under review.", {}, "not the grammar of the value"),
        ("Your National Insurance category letter is attached.", {}, "not the grammar of the value"),
        ("Your tax code is 0T and your holiday is booked.", {}, "a clause that is none of ours"),
    ],
)
def test_particulars_told_in_a_sentence(text: str, expected: Told, why: str) -> None:
    assert {claim.field: claim.value for claim in told_particulars(page((30, 100, text)))} == expected, why


@pytest.mark.parametrize(
    ("text", "expected", "why"),
    [
        ("We paid 80.00 into your bank account on 11 October 2024.", [("80.00", "2024-10-11")], "amount and day"),
        ("You were paid £80.00 by BACS on Friday 11/10/2024.", [("£80.00", "2024-10-11")], "by other means"),
        ("We paid 80.00 into your bank account.", [], "no day"),
        ("We paid 80.00 for the works outing on 11 October 2024.", [], "for something else"),
        ("HMRC paid 80.00 into your bank account on 11 October 2024.", [], "paid by another"),
        ("We paid 80.00 into your account on 11 October 2024", [], "the sentence does not end"),
    ],
)
def test_payments_told_in_a_sentence(text: str, expected: list[tuple[str, str]], why: str) -> None:
    found = payments_told(page((30, 100, text)))
    assert [(amount.text, claim.value) for amount, claim in found] == expected, why


LETTER = (
    (30.0, 100.0, "Payslip for tax month 7"),
    (30, 160, "Salary"), (400, 160, "1,000.00"),
    (30, 175, "Gross pay"), (400, 175, "1,000.00"),
    (30, 190, "Income tax"), (400, 190, "150.00"),
    (30, 205, "National Insurance"), (400, 205, "50.00"),
    (30, 220, "Total deductions"), (400, 220, "200.00"),
)  # fmt: skip
NET = ((30.0, 235.0, "Net pay"), (400.0, 235.0, "800.00"))


@pytest.mark.parametrize(
    ("lines", "paid", "day", "net", "why"),
    [
        (NET, "800.00", "2024-10-11", "800.00", "the payment of the net pay, as the sums prove"),
        (NET, "80.00", None, "800.00", "another payment: its day is no pay date"),
        ((), "800.00", "2024-10-11", "800.00", "the sums prove it to be the net pay that nothing else tells"),
        ((), "80.00", None, None, "no sum makes it the net pay"),
    ],
)
def test_a_payment_is_that_of_the_payslip_where_the_sums_prove_it(
    lines: tuple[tuple[float, float, str], ...], paid: str, day: str | None, net: str | None, why: str
) -> None:
    sentence = (30.0, 130.0, f"We paid {paid} into your bank account on 11 October 2024.")
    (document,) = read_words([words(*LETTER, *lines, sentence)])
    assert (document.value("pay_date"), document.value("net_pay")) == (day, net), why
