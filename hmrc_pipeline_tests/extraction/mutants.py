"""Damaged and hostile PDFs by the number: the same number gives the same file."""

import random
import re
import zlib
from collections.abc import Callable
from functools import cache

from hmrc_pipeline.simulators.careers import career
from hmrc_pipeline.simulators.documents import documents_of
from hmrc_pipeline_tests.extraction.bad import bomb, built, picture_only, simple

__all__ = ["HOSTILE", "mutant", "originals"]

_PAGE = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R%s>>"
_FORM = (
    b"<</Type/XObject/Subtype/Form/BBox[0 0 9 9]/Resources<</XObject<</X %d 0 R>>>>/Length 11>>"
    b"stream\n/X Do /X Do\nendstream"
)
_FONT, _HELVETICA = b"/Resources<</Font<</F 5 0 R>>>>", b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>"
_NUMBER = re.compile(rb"(?<=[ \[/<])-?\d+(?:\.\d+)?(?=[ \]/>\r\n])")
_NUMBERS = (b"0", b"-1", b"4294967295", b"2147483648", b"99999999999999999999", b"1e308", b"nan", b".")


def mutant(number: int) -> tuple[str, bytes]:
    """What was done, and the file. One in fifty is built to overload its reader, the rest are real ones damaged."""
    dice = random.Random(f"mutant {number}")
    if number % 50 == 0:
        names = list(HOSTILE)
        name = names[number // 50 % len(names)]
        return name, HOSTILE[name]()
    name = dice.choice(list(_DAMAGE))
    return name, _DAMAGE[name](bytearray(dice.choice(originals())), dice)


@cache
def originals() -> tuple[bytes, ...]:
    """Payslips and P60s of every layout, a locked one, a picture: what damage starts from."""
    drawn = {(s.layout, s.password is None): s.content for n in range(24) for _, s in documents_of(career(n))}
    return (*drawn.values(), simple(("Net Pay 1,234.50", "Gross Pay 2,000.00"), password="opensesame"), picture_only())


def _flipped(content: bytearray, dice: random.Random) -> bytes:
    for _ in range(dice.randint(1, 12)):
        content[dice.randrange(len(content))] = dice.randrange(256)
    return bytes(content)


def _cut_off(content: bytearray, dice: random.Random) -> bytes:
    return bytes(content[: dice.randrange(len(content))])


def _hollow(content: bytearray, dice: random.Random) -> bytes:
    start = dice.randrange(len(content))
    del content[start : start + dice.randint(1, 2000)]
    return bytes(content)


def _repeated(content: bytearray, dice: random.Random) -> bytes:
    start = dice.randrange(len(content))
    part = content[start : start + dice.randint(1, 3000)]
    place = dice.randrange(len(content))
    content[place:place] = part * dice.randint(1, 8)
    return bytes(content)


def _spliced(content: bytearray, dice: random.Random) -> bytes:
    other = dice.choice(originals())
    return bytes(content[: dice.randrange(len(content))]) + other[dice.randrange(len(other)) :]


def _misnumbered(content: bytearray, dice: random.Random) -> bytes:
    """Lengths, sizes, references and boxes replaced by numbers no reader expects."""
    places = list(_NUMBER.finditer(content))
    for match in sorted(dice.sample(places, min(len(places), dice.randint(1, 4))), key=lambda m: -m.start()):
        content[match.start() : match.end()] = dice.choice(_NUMBERS)
    return bytes(content)


def _looped(content: bytearray, dice: random.Random) -> bytes:
    """A reference made to point at another object: fonts that are pages, pages that are their own parents."""
    places = list(re.finditer(rb"(\d+) 0 R", content))
    for match in dice.sample(places, min(len(places), 2)):
        target = b"%d" % dice.randint(1, len(places))
        content[match.start(1) : match.end(1)] = target[: match.end(1) - match.start(1)].ljust(len(match[1]), b" ")
    return bytes(content)


def _garbled(content: bytearray, dice: random.Random) -> bytes:
    """A stream whose bytes are noise: inflating and decoding start from anything."""
    streams = list(re.finditer(rb"stream\r?\n", content))
    if not streams:
        return _flipped(content, dice)
    start = dice.choice(streams).end()
    stop = min(len(content), start + dice.randint(4, 400))
    content[start:stop] = dice.randbytes(stop - start)
    return bytes(content)


_DAMAGE: dict[str, Callable[[bytearray, random.Random], bytes]] = {
    "bytes flipped": _flipped, "cut off": _cut_off, "a part missing": _hollow, "a part repeated": _repeated,
    "two files spliced": _spliced, "wrong numbers": _misnumbered, "wrong references": _looped,
    "garbled stream": _garbled,
}  # fmt: skip


def _with_content(stream: bytes, resources: bytes = b"", *more: bytes, filters: bytes = b"/FlateDecode") -> bytes:
    packed = zlib.compress(stream, 9)
    body = b"<</Length %d/Filter%s>>stream\n%s\nendstream" % (len(packed), filters, packed)
    first = (b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[3 0 R]/Count 1>>", _PAGE % resources, body)
    return built([*first, *more])


def _own_child() -> bytes:
    return built([b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[2 0 R]/Count 1>>"])


def _own_form() -> bytes:
    """A form that draws itself twice."""
    return _with_content(b"/X Do", b"/Resources<</XObject<</X 5 0 R>>>>", _FORM % 5)


def _deep_forms() -> bytes:
    """Forms that draw two of the next each, thirty deep."""
    forms = [_FORM % (number + 6) for number in range(30)]
    return _with_content(b"/X Do", b"/Resources<</XObject<</X 5 0 R>>>>", *forms)


def _deep_arrays() -> bytes:
    return _with_content(b"q Q", b"/Extra " + b"[" * 200_000 + b"]" * 200_000)


def _huge_image() -> bytes:
    """A picture of a billion points in a few hundred bytes."""
    packed = zlib.compress(bytes(1_000_000), 9)
    picture = (
        b"<</Type/XObject/Subtype/Image/Width 32000/Height 32000/ColorSpace/DeviceGray/BitsPerComponent 8"
        b"/Filter/FlateDecode/Length %d>>stream\n%s\nendstream" % (len(packed), packed)
    )
    return _with_content(b"595 0 0 842 0 0 cm /I Do", b"/Resources<</XObject<</I 5 0 R>>>>", picture)


def _many_images() -> bytes:
    return _with_content(
        b"BI /W 900 /H 900 /BPC 8 /CS /G ID " + bytes(810_000) + b" EI " + b"q 9 0 0 9 0 0 cm Q " * 200_000
    )


def _many_words() -> bytes:
    rows = b"".join(b"1 0 0 1 60 %d Tm (Net Pay 1,234.50) Tj " % (7 * number) for number in range(60_000))
    return _with_content(b"BT /F 9 Tf " + rows + b"ET", _FONT, _HELVETICA)


def _one_long_word() -> bytes:
    word = b"BT /F 9 Tf 60 700 Td (" + b"7" * 300_000 + b") Tj ET"
    return _with_content(word, _FONT, _HELVETICA)


def _many_lines() -> bytes:
    """As many labels with amounts as the limits of characters let through, each a candidate of every sum."""
    rows = b"".join(
        b"1 0 0 1 %d %d Tm (Pension %d) Tj 1 0 0 1 %d %d Tm (%d.%02d) Tj "
        % (40 + 140 * (n % 4), 830 - 2 * (n // 4), n % 7, 120 + 140 * (n % 4), 830 - 2 * (n // 4), n % 900, n % 100)
        for n in range(1600)
    )
    head = b"1 0 0 1 40 838 Tm (Payslip Gross Pay Net Pay Tax Code 1257L) Tj "
    return _with_content(b"BT /F 2 Tf " + head + rows + b"ET", _FONT, _HELVETICA)


def _far_away() -> bytes:
    text = b"BT /F 9 Tf 1e30 0 0 1e30 1e38 -1e38 Tm (Net Pay 1,234.50 Gross Pay 2,000.00) Tj ET"
    return _with_content(text, _FONT, _HELVETICA)


def _endless_page() -> bytes:
    content = simple(("Net Pay 1,234.50 and Gross Pay 2,000.00",))
    return re.sub(rb"/MediaBox \[[^\]]*\]", b"/MediaBox [ -1e30 -1e30 1e30 1e30 ]", content)


HOSTILE: dict[str, Callable[[], bytes]] = {
    "a bomb of 56 MB": bomb,
    "a bomb of 2 GB": cache(lambda: bomb(2000)),
    "2,000 pages": cache(lambda: simple(("Net Pay 1,234.50 of your pay",), pages=2000)),
    "pages that contain themselves": _own_child,
    "a form that draws itself": _own_form,
    "forms thirty deep": _deep_forms,
    "arrays 200,000 deep": _deep_arrays,
    "a picture of a billion points": _huge_image,
    "a picture within, and 200,000 empty drawings": cache(_many_images),
    "a million characters": cache(_many_words),
    "one word of 300,000 figures": cache(_one_long_word),
    "1,600 lines with amounts": cache(_many_lines),
    "text at the end of the world": _far_away,
    "a page without end": _endless_page,
    "nothing": lambda: b"",
    "24 MB of noise with a head": cache(lambda: b"%PDF-1.7\n" + random.Random(1).randbytes(24_000_000)),
    "more than a file may have": cache(lambda: b"%PDF-1.7\n" + bytes(26_000_000)),
}
