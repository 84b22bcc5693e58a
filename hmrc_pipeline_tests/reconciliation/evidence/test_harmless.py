"""Texts of documents nobody vouches for: no formula in a table, no markup on a page, no number left in a picture."""

import io
import zipfile
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from hmrc_pipeline.extraction.model import Box, Word
from hmrc_pipeline.reconciliation.evidence.pack import Employment, Pack, Person
from hmrc_pipeline.reconciliation.evidence.paper import as_html
from hmrc_pipeline.reconciliation.evidence.pictures import _ninos
from hmrc_pipeline.reconciliation.evidence.sheet import as_pdf
from hmrc_pipeline.reconciliation.evidence.spreadsheets import as_csv, as_workbook, harmless
from hmrc_pipeline.reconciliation.evidence.tables import Table, tables_of
from hmrc_pipeline.tax_year import TaxYear

EVIL = '=HYPERLINK("http://evil.example","<script>alert(1)</script>")'


@pytest.mark.parametrize(
    "text", [EVIL, "+1", "-1", "@SUM(1)", "\t=1", "\r=1", "\n=1", "\0=1", " =1", "\uff1d1", "\u22121"]
)
def test_a_formula_becomes_text(text: str) -> None:
    assert harmless(text) == f"'{text}"


@pytest.mark.parametrize("text", ["", "Orchard Works Ltd", "A=B", "123/AB456", "1257L", "Brown & Sons"])
def test_plain_text_stays(text: str) -> None:
    assert harmless(text) == text


def test_amounts_are_numbers_also_negative_ones() -> None:
    table = Table("t", ("Employer", "Tax", "Day"), ((EVIL, Decimal("-12.50"), date(2024, 4, 30)),))
    assert as_csv(table).splitlines()[1].endswith(",-12.50,2024-04-30")
    with zipfile.ZipFile(io.BytesIO(as_workbook([table], "t"))) as book:
        sheet = book.read("xl/worksheets/sheet1.xml").decode()
        strings = book.read("xl/sharedStrings.xml").decode()
    assert "<f>" not in sheet
    assert "hyperlink" not in sheet.lower()
    assert "<v>-12.5</v>" in sheet
    assert "=HYPERLINK" in strings


def test_no_markup_of_a_document_reaches_a_page() -> None:
    evil = "<script>alert(1)</script><b>&amp;"
    measure = {
        "measure": "income_tax",
        "payslip_sum": "1.00",
        "p60": "2.00",
        "absent": {},
        "pairs": {},
        "state": "differs",
    }
    employment = Employment("123/AB456", "123/AB456", evil, (measure,), (), {"income_tax": Decimal("1.00")}, ())
    person = Person("p_1", "Zoë <i>Łukasz</i>", "QQ123456C")
    pack = Pack("self", TaxYear(2024), person, (employment,), datetime(2026, 1, 1, tzinfo=UTC))
    tables = tables_of(pack)
    assert "<script" not in as_html(pack, [], tables, [])
    assert as_pdf(pack, [], tables, []).startswith(b"%PDF")


def row(*texts: str, gap: float = 4.0) -> list[Word]:
    words, x = [], 10.0
    for text in texts:
        words.append(Word(text, Box(x, 100, x + 6 * len(text), 110), 1))
        x += 6 * len(text) + gap
    return words


@pytest.mark.parametrize(
    ("texts", "hidden"),
    [
        (["NI", "No", "QQ123456C"], 1),
        (["NINO:QQ123456C"], 1),
        (["QQ", "12", "34", "56", "C"], 5),
        (["QQ-12-34-56-C"], 1),
        (["qq123456c"], 1),
        (["QQ123456"], 1),
        (["QQ", "123456", "C", "Tax", "code", "1257L"], 3),
        (["846/CX20915", "00306418"], 0),
        (["12,345.67", "1257L"], 0),
    ],
)
def test_every_spelling_of_the_number_is_found(texts: list[str], hidden: int) -> None:
    assert len(set(_ninos(row(*texts)))) == hidden
