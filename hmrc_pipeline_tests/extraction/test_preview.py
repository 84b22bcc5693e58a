"""Pictures of what was read: drawn in the limited worker, in the right colours and places."""

import io
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image
from typer.testing import CliRunner

from hmrc_pipeline.cli import app
from hmrc_pipeline.extraction import load_templates, read_pdf, texts_of
from hmrc_pipeline.extraction.model import Box, Figure, ReadDocument
from hmrc_pipeline.extraction.pictures import draw_pages
from hmrc_pipeline.extraction.preview import COLOURS, colour_of, previewed
from hmrc_pipeline.simulators.careers import career, demo_career
from hmrc_pipeline.simulators.documents import documents_of
from hmrc_pipeline.simulators.payslips import make_payslip
from hmrc_pipeline.simulators.samples import Sample
from hmrc_pipeline.simulators.style import Style
from hmrc_pipeline.tax_year import TaxYear
from hmrc_pipeline_tests.extraction.drawn_guide import lantern_slip
from hmrc_pipeline_tests.extraction.test_guide import FINISHED

STRIP, SCALE = 30, 2.0


@pytest.fixture(scope="module")
def slip() -> Sample:
    return next(s for _, s in documents_of(career(3, layouts=["side_by_side"])) if s.doc_type == "payslip")


def test_boxes_stand_around_the_figures_in_the_colour_of_their_proof(slip: Sample) -> None:
    reading = read_pdf(slip.content)
    (document,) = reading.documents
    (picture,) = previewed(slip.content, reading)
    image = Image.open(io.BytesIO(picture)).convert("RGB")
    for name in ("net_pay", "ni_number"):
        figure = document.figures[name]
        left, middle = figure.box.x0 * SCALE - 2, (figure.box.top + figure.box.bottom) / 2 * SCALE + STRIP
        near = {image.getpixel((int(left) + step, int(middle))) for step in (-1, 0, 1)}
        assert COLOURS[colour_of(figure, document)] in near, name
    assert colour_of(document.figures["net_pay"], document) == "proved"
    assert colour_of(document.figures["ni_number"], document) == "consistent"


def test_the_process_that_asks_opens_no_page(slip: Sample, monkeypatch: pytest.MonkeyPatch) -> None:
    reading = read_pdf(slip.content)

    def opened(*_: object, **__: object) -> None:
        raise AssertionError("a file nobody vouches for is opened in the limited process alone")

    monkeypatch.setattr("pypdfium2.PdfDocument", opened)
    assert len(previewed(slip.content, reading)) == 1


def test_no_name_of_a_field_hides_a_figure(tmp_path: Path) -> None:
    """The ink of every number on the page is there in the picture; its rows stand closer than names are tall."""
    (tmp_path / "lantern.toml").write_text(FINISHED)
    content = lantern_slip()
    reading = read_pdf(content, templates=load_templates(texts_of(tmp_path)))
    assert "ytd_national_insurance" in reading.documents[0].figures
    (page,) = draw_pages(content, [1])
    (picture,) = previewed(content, reading)
    raw = Image.frombytes("RGB", (page.width, page.height), page.pixels).convert("L")
    shown = Image.open(io.BytesIO(picture)).convert("L").crop((0, STRIP, page.width, STRIP + page.height))
    faded = []
    for word in page.words:
        if any(letter.isdigit() for letter in word.text):
            edges = tuple(int(edge * page.scale) for edge in (word.box.x0, word.box.top, word.box.x1, word.box.bottom))
            before, after = (sum(image.crop(edges).histogram()[:70]) for image in (raw, shown))
            faded += [word.text] if after < 0.9 * before else []
    assert faded == []


def test_a_page_that_cannot_be_drawn_has_no_picture(slip: Sample) -> None:
    assert previewed(b"%PDF-1.4 and nothing else", read_pdf(slip.content)) == []
    assert previewed(slip.content, read_pdf(b"no pdf")) == []


@pytest.mark.parametrize("degrees", [0.0, 90.0])
def test_a_locked_and_a_turned_page_are_drawn_too(degrees: float) -> None:
    drawn = make_payslip(
        demo_career(TaxYear(2025)).years[0].slips[0], style=Style(password="sesame", rotate=degrees > 0)
    )
    reading = read_pdf(drawn.content, passwords=["sesame"])
    (picture,) = previewed(drawn.content, reading, passwords=["wrong", "sesame"])
    image = Image.open(io.BytesIO(picture)).convert("RGB")
    figure = reading.documents[0].figures["net_pay"]
    left, middle = figure.box.x0 * SCALE - 2, (figure.box.top + figure.box.bottom) / 2 * SCALE + STRIP
    near = {image.getpixel((int(left) + step, int(middle))) for step in (-1, 0, 1)}
    assert COLOURS["proved"] in near


def test_a_figure_named_by_a_failing_sum_is_red() -> None:
    figure = Figure("net_pay", "2000.00", "£2,000.00", 1, Box(0, 0, 1, 1))
    other = replace(figure, field="bonus", text="2,00")
    document = ReadDocument("payslip", "needs_review", ("gross less deductions is 1.00, net pay says 2,000.00",))
    assert colour_of(figure, document) == "failing"
    assert colour_of(other, document) == "consistent"


def test_the_command_writes_one_png_a_page(slip: Sample, tmp_path: Path) -> None:
    for folder in ("one", "two"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "slip.pdf").write_bytes(slip.content)
    (tmp_path / "two" / "odd.pdf").write_bytes(b"no pdf")
    done = CliRunner().invoke(app, ["extract", str(tmp_path), "--preview", str(tmp_path / "out")])
    assert done.exit_code == 2, "one of them is no PDF"
    assert {p.name for p in (tmp_path / "out").iterdir()} == {"slip-page-1.png", "slip-3-page-1.png"}
