"""NINO, UTR, PAYE reference and tax code: read in every spelling, refused by HMRC's rules, never spelt by accident."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hmrc_pipeline.identifiers import InvalidIdentifier, Nino, PayeReference, TaxCode, Utr


@pytest.mark.parametrize(
    ("text", "value", "why"),
    [
        ("QQ123456C", "QQ123456C", "plain"),
        ("qq 12 34 56 c", "QQ123456C", "as people write it"),
        ("QQ-12-34-56-C", "QQ123456C", "with hyphens"),
        ("QQ123456", "QQ123456", "old payslips print no suffix"),
        (" QQ123456C\n", "QQ123456C", "blanks around"),
    ],
)
def test_ninos(text: str, value: str, why: str) -> None:
    nino = Nino.parse(text)
    assert nino.value == value, why
    assert nino.stem == "QQ123456"
    assert nino.is_example


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "nothing"),
        ("QQ12345C", "a digit short"),
        ("QQ1234567C", "a digit long"),
        ("QQ123456E", "no suffix E"),
        ("Q1123456C", "one letter"),
        *((f"{prefix}123456C", "never issued") for prefix in ("BG", "GB", "NK", "KN", "TN", "NT", "ZZ")),
        *((f"{letter}A123456C", "never a first letter") for letter in "DFIQUV"),
        *((f"A{letter}123456C", "never a second letter") for letter in "DFIOQUV"),
        ("QQ\N{ARABIC-INDIC DIGIT ONE}23456C", "digits of another script"),
    ],
)
def test_not_ninos(text: str, why: str) -> None:
    with pytest.raises(InvalidIdentifier) as caught:
        pytest.fail(f"{Nino.parse(text)}: {why}")
    assert not text or text not in str(caught.value)


def test_a_letter_o_is_allowed_first_only() -> None:
    assert not Nino.parse("OA123456C").is_example


def test_personal_identifiers_do_not_spell_themselves() -> None:
    nino, utr = Nino.parse("QQ123456C"), Utr.parse("2234567890")
    assert "123456" not in f"{nino!r} {[nino]} {nino}"
    assert "234567" not in f"{utr!r} {[utr]} {utr}"
    assert (nino.masked, utr.masked) == ("QQ****56C", "*******890")


@given(st.integers(0, 10**9 - 1))
def test_a_utr_has_one_check_digit_and_knows_a_mistyped_one(number: int) -> None:
    """Modulus 11 with one letter of two meanings: one check digit of ten is right."""
    right = [digit for digit in range(10) if _is_utr(f"{digit}{number:09}")]
    assert len(right) == 1


@pytest.mark.parametrize("text", ["2234567890", "22345 67890", "2234567890K", "k2234567890"])
def test_utrs(text: str) -> None:
    assert Utr.parse(text).value == "2234567890"


@pytest.mark.parametrize("text", ["", "223456789", "22345678901", "1234567890", "QQ123456C", "223456789X"])
def test_not_utrs(text: str) -> None:
    assert not _is_utr(text)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("123/AB456", "123/AB456"),
        ("123AB456", "123/AB456"),
        ("123 / ab456", "123/AB456"),
        ("123/A", "123/A"),
        ("123/AB-456", "123/AB456"),
        ("120/BB12345678", "120/BB12345678"),
    ],
)
def test_paye_references(text: str, value: str) -> None:
    assert str(PayeReference.parse(text)) == value


@pytest.mark.parametrize("text", ["", "12/AB456", "123/", "ABC/123", "123/AB4567890123", "123//AB456"])
def test_not_paye_references(text: str) -> None:
    with pytest.raises(InvalidIdentifier):
        PayeReference.parse(text)


@pytest.mark.parametrize(
    ("text", "value", "nation", "kind", "number", "basis", "why"),
    [
        ("1257L", "1257L", "", "L", 1257, None, "the usual code"),
        ("1257 l", "1257L", "", "L", 1257, None, "small and apart"),
        ("S1257L", "S1257L", "S", "L", 1257, None, "Scotland"),
        ("C1257L", "C1257L", "C", "L", 1257, None, "Wales"),
        ("K475", "K475", "", "K", 475, None, "more deductions than allowances"),
        ("SK475", "SK475", "S", "K", 475, None, "the same in Scotland"),
        ("BR", "BR", "", "BR", 0, None, "basic rate"),
        ("SD2", "SD2", "S", "D2", 0, None, "Scotland has more rates"),
        ("0T", "0T", "", "0T", 0, None, "no allowance"),
        ("NT", "NT", "", "NT", 0, None, "no tax"),
        ("1131M", "1131M", "", "L", 1131, None, "marriage allowance received"),
        ("1257L M1", "1257L", "", "L", 1257, "M1", "month 1 basis"),
        ("1257L W1", "1257L", "", "L", 1257, "W1", "week 1 basis"),
        ("1257L W1/M1", "1257L", "", "L", 1257, "X", "either"),
        ("1257L X", "1257L", "", "L", 1257, "X", "non-cumulative"),
        ("1257LX", "1257L", "", "L", 1257, "X", "printed together"),
        ("BR M1", "BR", "", "BR", 0, "M1", "a rate with a basis"),
        ("K475 (M1)", "K475", "", "K", 475, "M1", "in brackets"),
        ("1257L CUMUL", "1257L", "", "L", 1257, None, "cumulative is the rule"),
        ("1257L Month 1", "1257L", "", "L", 1257, "M1", "in words"),
    ],
)
def test_tax_codes(text: str, value: str, nation: str, kind: str, number: int, basis: str | None, why: str) -> None:
    code = TaxCode.parse(text)
    assert (code.value, code.nation, code.kind, code.number, code.basis) == (value, nation, kind, number, basis), why
    assert TaxCode.parse(str(code)) == code


@pytest.mark.parametrize("text", ["", "L", "1257", "1257Q", "XK475", "D9", "KBR", "1257L M2", "QQ123456C"])
def test_not_tax_codes(text: str) -> None:
    with pytest.raises(InvalidIdentifier):
        TaxCode.parse(text)


def _is_utr(text: str) -> bool:
    try:
        Utr.parse(text)
    except InvalidIdentifier:
        return False
    return True
