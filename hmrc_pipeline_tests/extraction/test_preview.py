"""Pictures of what was read: drawn in the limited worker, in the right colours and places."""

import io
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image
from typer.testing import CliRunner

from hmrc_pipeline.cli import app
from hmrc_pipeline.extraction import ReaderPool, read_pdf
from hmrc_pipeline.extraction.model import Box, Figure, ReadDocument
from hmrc_pipeline.extraction.preview import COLOURS, colour_of
from hmrc_pipeline.extraction.wire import Malformed, pictures_from
from hmrc_pipeline.simulators.careers import career
from hmrc_pipeline.simulators.documents import documents_of
from hmrc_pipeline.simulators.samples import Sample

STRIP, SCALE = 30, 2.0


@pytest.fixture(scope="module")
def slip() -> Sample:
    return next(s for _, s in documents_of(career(3, layouts=["side_by_side"])) if s.doc_type == "payslip")


def test_boxes_stand_around_the_figures_in_the_colour_of_their_proof(slip: Sample) -> None:
    with ReaderPool(pictures=True) as pool:
        reading = pool.read(slip.content)
        assert "no files written" in pool.protections
    (document,) = reading.documents
    (picture,) = reading.pictures
    image = Image.open(io.BytesIO(picture)).convert("RGB")
    for name in ("net_pay", "ni_number"):
        figure = document.figures[name]
        left, middle = figure.box.x0 * SCALE - 2, (figure.box.top + figure.box.bottom) / 2 * SCALE + STRIP
        near = {image.getpixel((int(left) + step, int(middle))) for step in (-1, 0, 1)}
        assert COLOURS[colour_of(figure, document)] in near, name
    assert colour_of(document.figures["net_pay"], document) == "proved"
    assert colour_of(document.figures["ni_number"], document) == "consistent"


def test_the_parent_draws_nothing(slip: Sample, tmp_path: Path) -> None:
    (tmp_path / "slip.pdf").write_bytes(slip.content)
    code = f"""
import sys
from pathlib import Path
from hmrc_pipeline.extraction import ReaderPool
with ReaderPool(pictures=True) as pool:
    assert pool.read(Path({str(tmp_path / "slip.pdf")!r}).read_bytes()).pictures
print([name for name in sys.modules if name in ("PIL", "hmrc_pipeline.extraction.preview")])
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
    assert read_pdf(slip.content).pictures == ()


def test_a_figure_named_by_a_failing_sum_is_red() -> None:
    figure = Figure("net_pay", "2000.00", "£2,000.00", 1, Box(0, 0, 1, 1))
    other = replace(figure, field="bonus", text="2,00")
    document = ReadDocument("payslip", "needs_review", ("gross less deductions is 1.00, net pay says 2,000.00",))
    assert colour_of(figure, document) == "failing"
    assert colour_of(other, document) == "consistent"


@pytest.mark.parametrize("plain", [None, "x", ["%%%"], [5], ["aGVsbG8="]])
def test_what_is_no_picture_is_refused(plain: object) -> None:
    with pytest.raises(Malformed):
        pictures_from(plain)


def test_the_command_writes_one_png_a_page(slip: Sample, tmp_path: Path) -> None:
    for folder in ("one", "two"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "slip.pdf").write_bytes(slip.content)
    (tmp_path / "two" / "odd.pdf").write_bytes(b"no pdf")
    done = CliRunner().invoke(app, ["extract", str(tmp_path), "--preview", str(tmp_path / "out")])
    assert done.exit_code == 2, "one of them is no PDF"
    assert {p.name for p in (tmp_path / "out").iterdir()} == {"slip-page-1.png", "slip-3-page-1.png"}
