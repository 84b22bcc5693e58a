"""Bad files built in memory: bombs, truncations, pictures, passwords."""

import io
import zlib

from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

__all__ = ["bomb", "built", "locked", "picture_only", "private_letters", "simple"]


def built(objects: list[bytes]) -> bytes:
    """A PDF of these objects; the first is the catalogue."""
    out, places = b"%PDF-1.4\n", []
    for number, body in enumerate(objects, start=1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    size = len(objects) + 1
    trailer = b"trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % (size, len(out))
    return out + b"xref\n0 %d\n0000000000 65535 f \n" % size + table + trailer


def bomb(megabytes: int = 56) -> bytes:
    """Under a kilobyte of PDF whose one page unfolds through two stacked Flate filters."""
    outer, inner = zlib.compressobj(9), zlib.compressobj(9)
    pieces = [outer.compress(inner.compress(b"q " * 500_000)) for _ in range(megabytes)]
    stream = b"".join([*pieces, outer.compress(inner.flush()), outer.flush()])
    return built(
        [
            b"<</Type/Catalog/Pages 2 0 R>>",
            b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
            b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R>>",
            b"<</Length %d/Filter[/FlateDecode/FlateDecode]>>stream\n%s\nendstream" % (len(stream), stream),
        ]
    )


def simple(lines: tuple[str, ...], *, password: str | None = None, pages: int = 1) -> bytes:
    """Lines of text on each page, behind a password when one is given."""
    out = io.BytesIO()
    encrypt = StandardEncryption(password, ownerPassword="owner", strength=128) if password else None
    canvas = Canvas(out, invariant=True, encrypt=encrypt)
    for _ in range(pages):
        for number, line in enumerate(lines):
            canvas.drawString(60, 760 - 16 * number, line)
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def locked(lines: tuple[str, ...]) -> bytes:
    """A PDF that opens with `opensesame`."""
    return simple(lines, password="opensesame")


def picture_only() -> bytes:
    """A scan: one picture, no text."""
    from PIL import Image, ImageDraw

    picture = Image.new("L", (600, 800), 255)
    ImageDraw.Draw(picture).text((60, 60), "Net Pay 1,234.50", fill=0)
    out = io.BytesIO()
    canvas = Canvas(out, invariant=True)
    canvas.drawImage(ImageReader(picture), 0, 0, 595, 842)
    canvas.save()
    return out.getvalue()


def private_letters() -> bytes:
    """Text whose font maps every letter into Unicode's private area."""
    cmap = (
        b"/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /x def "
        b"1 begincodespacerange <00> <ff> endcodespacerange 1 beginbfrange <20> <7e> <e020> endbfrange endcmap end end"
    )
    text = b"BT /F 12 Tf 60 700 Td (Net Pay 1234.50 Gross Pay 2000.00 PAYE Tax 300.00) Tj ET"
    return built(
        [
            b"<</Type/Catalog/Pages 2 0 R>>",
            b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
            b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<</F 5 0 R>>>>>>",
            b"<</Length %d>>stream\n%s\nendstream" % (len(text), text),
            b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica/ToUnicode 6 0 R>>",
            b"<</Length %d>>stream\n%s\nendstream" % (len(cmap), cmap),
        ]
    )
