"""Packs made from drawn PDFs: what they show, and what an employer's never shows, in texts and in pictures."""

import hashlib
import io
import re
import shutil
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pypdfium2
import pytest
from PIL import Image

from hmrc_pipeline.documents import FolderSource, take_in
from hmrc_pipeline.extraction import ReaderPool
from hmrc_pipeline.home import Home, open_home
from hmrc_pipeline.identifiers import Nino
from hmrc_pipeline.people import add_person, list_people
from hmrc_pipeline.readings import list_documents, read_new, show_document
from hmrc_pipeline.reconciliation.evidence import NothingToShow, write_evidence
from hmrc_pipeline.settings import load_settings
from hmrc_pipeline.simulators.careers import demo_career
from hmrc_pipeline.simulators.p60s import make_p60
from hmrc_pipeline.simulators.payslips import make_payslip
from hmrc_pipeline.tax_year import TaxYear
from hmrc_pipeline_tests.reconciliation.lives import give_hmrc, reconcile

pytestmark = pytest.mark.real

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
CAREER = demo_career(TaxYear(2025))
FIRST, WHOLE = CAREER.years[0].tax_year, CAREER.years[1].tax_year
NINO = "QQ384721B"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """HOME with the demo's career; of the year with two employers the second's payslip of month 9 is withheld."""
    place = tmp_path_factory.mktemp("life")
    pdfs = place / "pdfs"
    pdfs.mkdir()
    for year in CAREER.years[:2]:
        samples = [
            make_payslip(slip) for slip in year.slips if not (slip.tax_year == FIRST and slip.period.number == 9)
        ]
        samples += [make_p60(p60) for p60 in year.p60s]
        for number, sample in enumerate(samples):
            (pdfs / f"{year.tax_year}-{number}.pdf").write_bytes(sample.content)
    home = open_home(load_settings(home=place / "home"))
    take_in(home, FolderSource(pdfs), now=NOW)
    with ReaderPool() as pool:
        read_new(home, pool, now=NOW)
    give_hmrc(home, CAREER, NOW)
    reconcile(home, CAREER.years[:2], NOW)
    home.database.engine.dispose()
    return place / "home"


@pytest.fixture
def life(folder: Path, tmp_path: Path) -> Iterator[Home]:
    """A copy of it, to do with as a test likes."""
    shutil.copytree(folder, tmp_path / "life")
    home = open_home(load_settings(home=tmp_path / "life"))
    yield home
    home.database.engine.dispose()


def texts(folder: Path) -> Iterator[tuple[str, str]]:
    """Everything a reader or a search finds in a pack: names, texts, the PDF's text, the workbook's cells."""
    for path in sorted(folder.rglob("*")):
        yield "name", path.name
        if path.suffix == ".pdf":
            document = pypdfium2.PdfDocument(path.read_bytes())
            yield path.name, "\n".join(page.get_textpage().get_text_bounded() for page in document)
            yield path.name, path.read_bytes().decode("latin-1")
        elif path.suffix == ".xlsx":
            with zipfile.ZipFile(path) as book:
                yield path.name, "\n".join(book.read(name).decode() for name in book.namelist())
        elif path.suffix == ".html":
            yield path.name, re.sub(r"base64,[A-Za-z0-9+/=]+", "", path.read_text(encoding="utf-8"))
        elif path.suffix in (".csv", ".txt", ".beancount"):
            yield path.name, path.read_text(encoding="utf-8")


def test_an_employers_pack_shows_no_nino_and_no_other_employer(life: Home, tmp_path: Path) -> None:
    written = write_evidence(life, FIRST, tmp_path / "out", audience="employer", now=NOW)
    assert {path.relative_to(tmp_path / "out").parts[0] for path in written} == {"846-CX20915"}
    named = re.compile(r"384721|3847 ?21|38 47 21|Fenwick|419.FM7731|14,?820\.00|2,?125\.20|61,?301\.11", re.IGNORECASE)
    for name, text in texts(tmp_path / "out"):
        assert not named.search(text), name
        assert "for information" not in text, "what concerns the person alone"
    assert "QQ****21B" in (tmp_path / "out/846-CX20915/letter-846-CX20915.txt").read_text(encoding="utf-8")


def test_in_an_employers_pictures_nino_and_previous_pay_are_black(life: Home, tmp_path: Path) -> None:
    write_evidence(life, FIRST, tmp_path / "employer", audience="employer", now=NOW)
    write_evidence(life, FIRST, tmp_path / "self", audience="self", now=NOW)
    pages = tmp_path / "employer/846-CX20915"
    html = (pages / "evidence.html").read_text(encoding="utf-8")
    pictures = sorted((pages / "pages").iterdir())
    assert len(pictures) == html.count("data:image/png") > 2
    blackened = {}
    for path in pictures:
        image = Image.open(path).convert("L")
        rows = image.tobytes()
        longest = max(len(run) for row in _rows(rows, image.width) for run in re.findall(rb"\x00+", row))
        blackened[path.name] = longest
    assert all(length > 60 for length in blackened.values()), "a black bar as wide as a National Insurance number"
    with Image.open(pictures[-1]) as p60:
        colours = p60.convert("L").getcolors() or []
    assert {shade: count for count, shade in colours}[0] > 5000, "four figures and the number are black"


def _rows(pixels: bytes, width: int) -> Iterator[bytes]:
    return (pixels[start : start + width] for start in range(0, len(pixels), width))


def test_the_persons_pack(life: Home, tmp_path: Path) -> None:
    written = write_evidence(life, FIRST, tmp_path / "out", audience="self", now=NOW)
    names = {path.relative_to(tmp_path / "out").as_posix() for path in written}
    assert {
        "evidence.html",
        "evidence.pdf",
        "evidence.xlsx",
        "measures.csv",
        "payslips.csv",
        "documents.csv",
        "payslips.beancount",
        "hashes.txt",
        "letter-846-CX20915.txt",
    } <= names
    letter = (tmp_path / "out/letter-846-CX20915.txt").read_text(encoding="utf-8")
    assert "Please send me the payslip of tax month 9, paid about" in letter
    assert NINO in letter
    assert not any("hmrc" in name for name in names), "HMRC agrees with the P60: no letter to HMRC"
    assert all(path.stat().st_mode & 0o077 == 0 for path in written)
    for line in (tmp_path / "out/hashes.txt").read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            digest, name = line.split("  ")
            assert hashlib.sha256((tmp_path / "out" / name).read_bytes()).hexdigest() == digest
    again = {path: path.read_bytes() for path in written}
    write_evidence(life, FIRST, tmp_path / "out", audience="self", now=NOW)
    changed = {path.name for path, content in again.items() if path.read_bytes() != content}
    assert changed <= {"evidence.xlsx", "hashes.txt"}, "a workbook carries the moment it was made"


def test_marks_stand_on_the_figures(life: Home, tmp_path: Path) -> None:
    """The frame of the first mark is drawn where the reader found the pay date."""
    write_evidence(life, FIRST, tmp_path / "out", audience="self", now=NOW)
    content = (tmp_path / "out/pages/exhibit-A-page-1.png").read_bytes()
    with Image.open(io.BytesIO(content)) as picture:
        red = sum(count for count, colour in picture.getcolors(1 << 20) or [] if colour == (200, 30, 30))
    assert red > 1000
    html = (tmp_path / "out/evidence.html").read_text(encoding="utf-8")
    assert "taxable pay, year to date: £" in html
    assert "£46,481.11" in html


def test_beancount_balances(life: Home, tmp_path: Path) -> None:
    write_evidence(life, FIRST, tmp_path / "out", audience="self", now=NOW)
    text = (tmp_path / "out/payslips.beancount").read_text(encoding="utf-8")
    entries = [block for block in text.split("\n\n") if " * " in block]
    assert len(entries) == 11
    opened = set(re.findall(r"open (\S+) GBP", text))
    for entry in entries:
        postings = re.findall(r"^  ([A-Z]\S+) +(-?[0-9.]+) GBP$", entry, re.MULTILINE)
        assert sum(Decimal(amount) for _, amount in postings) == 0
        assert {account for account, _ in postings} <= opened


def test_nothing_to_show_says_why(life: Home, tmp_path: Path) -> None:
    with pytest.raises(NothingToShow, match="nothing differs in 2024-25"):
        write_evidence(life, WHOLE, tmp_path / "out", audience="employer", now=NOW)
    with pytest.raises(NothingToShow, match="nothing of 2019-20 is reconciled"):
        write_evidence(life, TaxYear(2019), tmp_path / "out", audience="self", now=NOW)
    with pytest.raises(NothingToShow, match="no person has this id"):
        write_evidence(life, FIRST, tmp_path / "out", audience="self", person_id="p_x", now=NOW)
    with life.database.writing() as session:
        add_person(session, life.cipher, nino=Nino.parse("QQ111111A"), now=NOW)
    with pytest.raises(NothingToShow, match="several people are known"):
        write_evidence(life, FIRST, tmp_path / "out", audience="self", now=NOW)


def test_a_year_in_which_all_agrees_has_a_pack_without_letter(life: Home, tmp_path: Path) -> None:
    written = write_evidence(life, WHOLE, tmp_path / "out", audience="self", now=NOW)
    assert not any(path.name.startswith("letter") for path in written)
    assert "Nothing differs." in (tmp_path / "out/evidence.html").read_text(encoding="utf-8")


def test_nothing_of_an_earlier_pack_stays(life: Home, tmp_path: Path) -> None:
    """A page of another year or person must not be sent with this one's."""
    out = tmp_path / "out"
    first = write_evidence(life, FIRST, out, audience="self", now=NOW)
    (out / "notes.txt").write_text("mine", encoding="utf-8")
    (out / "letter-846-CX20915.txt").write_text("edited", encoding="utf-8")
    second = write_evidence(life, WHOLE, out, audience="self", now=NOW)
    left = {path for path in out.rglob("*") if path.is_file()} - set(second)
    assert left == {out / "notes.txt", out / "letter-846-CX20915.txt"}, "what is the person's own stays"
    assert set(first) - set(second) - left, "the first pack had files the second has not"


def test_an_original_no_longer_kept_is_said(life: Home, tmp_path: Path) -> None:
    for item in list_documents(life):
        if any(part.tax_year == FIRST.label for part in show_document(life, item.sha256).summary.parts):
            life.originals.delete(item.sha256)
    write_evidence(life, FIRST, tmp_path / "out", audience="self", now=NOW)
    assert "the original is no longer kept" in (tmp_path / "out/evidence.html").read_text(encoding="utf-8")
    with life.database.reading() as session:
        assert len(list_people(session, life.cipher)) == 1
