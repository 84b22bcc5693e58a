"""A draft asks what reading leaves open, of the same pieces that reading sees."""

from pathlib import Path

import pytest

from hmrc_pipeline.extraction import load_templates, read_pdf, texts_of
from hmrc_pipeline.extraction.drafts import draft_of
from hmrc_pipeline.extraction.reader import read_words, words_of
from hmrc_pipeline.extraction.templates import parse_template
from hmrc_pipeline.simulators.careers import career
from hmrc_pipeline.simulators.documents import documents_of
from hmrc_pipeline_tests.extraction.drawn_plain import plain_words
from hmrc_pipeline_tests.extraction.drawn_shipped import DRAWN
from hmrc_pipeline_tests.extraction.typed import Line, words

SHIPPED = load_templates(texts_of())
SLIP: tuple[Line, ...] = (
    (20, 20, "Payslip"), (120, 20, "Pay date: 28 May 2024"), (320, 20, "NI number: QQ123456C"),
    (20, 40, "Gross pay"), (200, 40, "500.00/900.00"), (20, 52, "Income tax"), (200, 52, "50.00/90.00"),
    (20, 76, "Net pay"), (200, 76, "445.00/801.00"),
)  # fmt: skip


def test_a_draft_asks_only_what_is_not_known_and_can_be_read_back() -> None:
    draft = draft_of("Quayside slip", words_of(plain_words()))
    assert '"For the Revenue" = { field = "?", section = "?" }  # 38.20, 114.60' in draft
    assert '"Up to now" = "?"' in draft.split("\n[columns]")[1]
    template = parse_template("draft.toml", draft)
    assert template.id == "quayside-slip"
    assert template.open_questions > 10
    known = next(s for _, s in documents_of(career(2, layouts=["side_by_side"])) if s.doc_type == "payslip")
    drafted = draft_of("known", words_of(known.content))
    assert "Not found" not in drafted
    template = parse_template("known.toml", drafted)
    assert read_pdf(known.content, templates=[template]).documents[0].layout == "known 1"


@pytest.mark.parametrize(
    ("label", "asked", "why"),
    [
        ("Tea fund", '"Tea fund" = { field = "other", section = "deductions" }  # 5.00, 9.00',
         "a pair set without blanks is two amounts"),
        ("Student loan", "", "a label the rules know is not asked"),
    ],
)  # fmt: skip
def test_a_draft_sees_the_pieces_that_are_read(label: str, asked: str, why: str) -> None:
    draft = draft_of("slip", words(*SLIP, (20, 64, label), (200, 64, "5.00/9.00")))
    lines = draft.partition("\n[lines]\n")[2].partition("\n\n")[0]
    assert lines == asked, why


@pytest.mark.parametrize("layout", DRAWN)
def test_a_draft_extends_the_layout_that_helps_and_asks_only_the_rest(layout: str, tmp_path: Path) -> None:
    given = words_of(DRAWN[layout]()[0])
    alone, draft = draft_of("slip", given), draft_of("slip", given, SHIPPED)
    assert f'extends = "{layout}"' in draft
    assert parse_template("draft", draft).open_questions < parse_template("alone", alone).open_questions
    assert "\u00a7" not in draft, "what stands in for a caption is not printed"
    (tmp_path / "slip.toml").write_text(draft, encoding="utf-8")
    (before,) = read_words([given], SHIPPED)
    (after,) = read_words([given], load_templates(texts_of(tmp_path)))
    assert (before.layout, after.layout) == (f"{layout} 1", "slip 1")
    assert (before.status, before.figures) == (after.status, after.figures)


def test_a_draft_has_another_id_than_the_layout_it_extends() -> None:
    template = parse_template("draft.toml", draft_of("Plain words", words_of(plain_words()), SHIPPED))
    assert template.id == "plain-words-more"
