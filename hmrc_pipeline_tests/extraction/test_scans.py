"""Pictures of payslips: recognised where the extra is installed, believed only where sums prove them."""

import math
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal, InvalidOperation

import pytest

from hmrc_pipeline.extraction import Reader, read_pdf, reader_version
from hmrc_pipeline.extraction import ocr as recogniser
from hmrc_pipeline.extraction.model import Box, Figure, FileReading, ReadDocument, Word
from hmrc_pipeline.extraction.ocr import UNSURE, OcrPage, settled, tilt_of
from hmrc_pipeline.extraction.reader import NO_TEXT, words_of
from hmrc_pipeline.extraction.scanned import believed, read_scan, repaired, spelt
from hmrc_pipeline.simulators.careers import career
from hmrc_pipeline.simulators.documents import documents_of
from hmrc_pipeline.simulators.samples import Sample
from hmrc_pipeline.simulators.scans import as_scan

BOX = Box(10, 10, 40, 20)


def samples(number: int, start: int = 0) -> list[Sample]:
    """Scans of one document each, of as many seeds."""
    found = []
    for seed in range(start, start + number):
        drawn = [s for _, s in documents_of(career(f"scan-{seed}"), seeded=True) if not s.more]
        found.append(as_scan(drawn[seed % len(drawn)], seed=seed, ocr=seed % 3 == 0))
    return found


def same(first: str, second: str) -> bool:
    try:
        return Decimal(first) == Decimal(second)
    except InvalidOperation:
        return "".join(first.upper().split()) == "".join(second.upper().split())


def score(sample: Sample, reading: FileReading, counts: Counter[str]) -> list[str]:
    """Count what is right; the fields silently wrong."""
    document = reading.documents[0] if reading.documents else ReadDocument(doc_type="other", status="quarantined")
    counts["documents"] += 1
    counts["flagged"] += document.status not in ("proved", "consistent")
    counts["fields"] += len(sample.fields)
    silent = []
    for name in sample.fields.keys() | document.figures.keys():
        read, printed = document.value(name), sample.fields.get(name)
        right = read is not None and printed is not None and same(read, printed)
        counts["right"] += right
        if right:
            middle = document.figures[name].box
            x, y = (middle.x0 + middle.x1) / 2, (middle.top + middle.bottom) / 2
            counts["placed"] += any(
                p["box"][0] - 3 <= x <= p["box"][2] + 3 and p["box"][1] - 3 <= y <= p["box"][3] + 3
                for p in sample.boxes.get(name, ())
            )
        elif document.status in ("proved", "consistent") and read is not None:
            silent.append(f"{sample.layout} {name}: printed {printed}, read {read}")
    return silent


@pytest.fixture(scope="module")
def scan() -> Sample:
    """A scan with text of an earlier recognition behind its picture."""
    return samples(1)[0]


def test_without_the_extra_a_picture_says_what_to_install(scan: Sample) -> None:
    with Reader(recognise=False) as reader:
        reading = reader.read(scan.content)
    assert reading.error == NO_TEXT
    assert "install hmrc-pipeline[ocr]" in NO_TEXT


def test_text_behind_a_picture_is_a_hint_and_no_text(scan: Sample) -> None:
    assert len(words_of(scan.content)) > 30
    assert read_pdf(scan.content).error == NO_TEXT


def test_installing_the_extra_is_another_reader(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recogniser, "is_there", lambda: False)
    without = reader_version(None)
    monkeypatch.setattr("hmrc_pipeline.extraction.reader.ocr_version", lambda: "ocr9")
    assert reader_version(None) == f"{without}+ocr9"


def page(*words: Word, skew: float = 0.0) -> dict[int, OcrPage]:
    return {1: OcrPage(1, 595, 842, words, skew)}


def figure(name: str, value: str, *checks: str, text: str | None = None) -> Figure:
    return Figure(name, value, text or value, 1, BOX, checks=checks)


@pytest.mark.parametrize(
    ("figures", "status", "unsure", "flows", "why"),
    [
        ([figure("net_pay", "10.00", "N1")], "proved", False, True, "a sum proves it"),
        ([figure("net_pay", "10.00", "N1")], "proved", True, True, "a sum proves what the recogniser doubted"),
        ([figure("net_pay", "10.00", "N1"), figure("ni_pay", "9.00")], "proved", False, False, "no sum has ni_pay"),
        ([figure("ytd_net_pay", "10.00", "Y1")], "proved", False, True, "the year to date holds the period"),
        ([figure("ytd_net_pay", "10.00", "Y1")], "proved", True, False, "that is too weak for a doubted figure"),
        ([figure("tax_code", "1257L")], "proved", True, False, "a doubted text"),
        ([figure("net_pay", "10.00", "Y1")], "consistent", False, False, "nothing is proved"),
        ([figure("net_pay", "10.00")], "needs_review", False, False, "it was in review before"),
    ],
)
def test_what_is_believed_of_a_picture(figures: list[Figure], status: str, unsure: bool, flows: bool, why: str) -> None:
    document = ReadDocument(
        doc_type="payslip",
        status=status,
        figures={f.field: f for f in figures},  # type: ignore[arg-type]
    )
    word = Word("x", BOX, 1, UNSURE if unsure else "ocr")
    told = believed(document, [[word]], page(word))
    assert (told.status in ("proved", "consistent")) == flows, why
    assert {f.source for f in told.figures.values()} == {"ocr"}
    assert all(f.confidence < 1 for f in told.figures.values())


def test_boxes_are_those_of_the_page_as_it_lies() -> None:
    word = Word("x", BOX, 1, "ocr")
    turned = page(word, skew=0.01)[1].as_displayed(BOX)
    assert turned.x0 > BOX.x0
    assert turned.top < BOX.top
    assert page(word)[1].as_displayed(BOX) == BOX


@pytest.mark.parametrize(
    ("read", "meant"),
    [
        ("1O0.00", "100.00"),
        ("1,2S4.5O", "1,254.50"),
        ("99l.10", "991.10"),
        ("1.234.50", "1,234.50"),
        ("DO", "D0"),
        ("OT", "0T"),
        ("l257L", "1257L"),
    ],
)
def test_repairs_by_grammar_are_recorded(read: str, meant: str) -> None:
    mended, repairs = repaired([[Word(read, BOX, 1, "ocr")]])
    assert mended[0][0].text == meant
    assert repairs == {BOX: read}
    assert repaired([[Word(read, BOX, 1, "text")]])[1] == {}, "a page's own text is never repaired"


@pytest.mark.parametrize("read", ["Total", "Oslo", "100.00", "SO", "Bill", "BOB", "1257L", "31.01.2025"])
def test_what_fits_no_grammar_stays(read: str) -> None:
    assert repaired([[Word(read, BOX, 1, "ocr")]])[1] == {}


@pytest.fixture
def slip_as_recognised(scan: Sample, monkeypatch: pytest.MonkeyPatch) -> Callable[..., FileReading]:
    """A slip read as a scan whose words a stand-in recognises, some of them wrongly."""
    drawn = next(s for _, s in documents_of(career(3, layouts=["side_by_side"])) if s.doc_type == "payslip")

    def read(**misread: str) -> FileReading:
        words = tuple(
            replace(word, text=misread.get(word.text, word.text), source="ocr") for word in words_of(drawn.content)
        )
        monkeypatch.setattr(
            "hmrc_pipeline.extraction.scanned.recognise",
            lambda content, numbers, password: [OcrPage(1, 595, 842, words, 0.0)] if numbers else [],
        )
        return read_scan(scan.content)

    return read


def test_a_repair_counts_only_where_a_sum_then_holds(slip_as_recognised: Callable[..., FileReading]) -> None:
    right = slip_as_recognised().documents[0]
    net, tax = right.figures["net_pay"], right.figures["income_tax"]
    assert (right.status, net.source, net.checks) == ("proved", "ocr", ("N1",))
    blurred = net.text.replace("1", "l", 1).replace("0", "O", 1).replace("5", "S", 1).replace("8", "B", 1)
    assert blurred != net.text
    mended = slip_as_recognised(**{net.text: blurred}).documents[0]
    assert (mended.status, mended.value("net_pay")) == ("proved", net.value)
    assert mended.figures["net_pay"].text == blurred
    assert "repaired from" in mended.figures["net_pay"].relation
    worse = {net.text: blurred, tax.text: "77.77"}
    broken = slip_as_recognised(**worse).documents[0]
    assert broken.status == "needs_review"
    assert broken.value("net_pay") != net.value


@pytest.mark.parametrize(
    ("read", "meant"),
    [
        (["Nlable", "Pay"], ["NIable", "Pay"]),
        (["EMPLOYER", "PENSIO"], ["EMPLOYER", "PENSION"]),
        (["Oslo", "Grant"], ["Oslo", "Grant"]),
        (["1O0.00"], ["1O0.00"]),
    ],
)
def test_only_labels_the_rules_know_are_respelt(read: list[str], meant: list[str]) -> None:
    assert [word.text for word in spelt([Word(text, BOX, 1, "ocr") for text in read])] == meant


@pytest.mark.parametrize("degrees", [-1.0, -0.3, 0.0, 0.8])
def test_the_tilt_of_the_paper_is_measured(degrees: float) -> None:
    angle = math.radians(degrees)
    across, down = math.cos(angle), math.sin(angle)
    level = [(x - 300.0, y - 420.0) for y in range(60, 700, 23) for x in (60, 210, 480)]
    middles = [(x * across - y * down + 300, x * down + y * across + 420) for x, y in level]
    assert math.degrees(tilt_of(middles, 600, 840)) == pytest.approx(degrees, abs=0.06)


def test_boxes_are_settled_on_rows_and_columns() -> None:
    jumpy = [Word("Pay", Box(50, 10, 70, 22), 1), Word("5.00", Box(200, 11, 220.4, 23), 1)]
    jumpy += [
        Word("Tax", Box(50.6, 40, 70, 52), 1),
        Word("1.00", Box(201, 40.4, 220, 52.4), 1),
        Word("CR", Box(226, 40, 235, 52), 1),
    ]
    pay, five, tax, one, sign = settled(jumpy)
    assert (pay.box.top, pay.box.bottom) == (five.box.top, five.box.bottom)
    assert pay.box.x0 == tax.box.x0
    assert five.box.x1 == one.box.x1
    assert sign.box.x0 - one.box.x1 < 3


@pytest.mark.usefixtures("ocr")
def test_a_few_scans_are_read() -> None:
    counts: Counter[str] = Counter()
    with Reader() as reader:
        silent = [line for sample in samples(2) for line in score(sample, reader.read(sample.content), counts)]
    assert silent == []
    assert counts["right"] >= 0.9 * counts["fields"]


@pytest.mark.usefixtures("ocr")
@pytest.mark.long
@pytest.mark.timeout(7200)
def test_sixty_scans() -> None:
    counts: Counter[str] = Counter()
    silent: list[str] = []
    with Reader() as reader:
        for sample in samples(60, start=100):
            silent += score(sample, reader.read(sample.content), counts)
            print(dict(counts), silent[-3:], flush=True)
    assert silent == []
    assert counts["right"] >= 0.98 * counts["fields"]
    assert counts["placed"] >= 0.99 * counts["right"]
