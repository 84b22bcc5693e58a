"""Whether the file holds together: a compressed stream cut or changed gives half a page, and pdfium says nothing.

Only the streams' own checksums are asked. What a page shows belongs to `words`; pictures are left alone, for a spot
in one hides no text.
"""

import re
import zlib
from collections.abc import Iterator
from typing import Final

__all__ = ["is_whole"]

_WORD: Final = b"stream"
_BEGINS: Final = re.compile(rb"stream\r?\n")
_ENCRYPTED: Final = re.compile(rb"/Encrypt\b")
_OTHER_FILTERS: Final = re.compile(rb"/(?:LZW|RunLength|ASCIIHex|DCT|JPX|CCITTFax|JBIG2|Crypt)|/Subtype\s*/Image\b")
_DICTIONARY: Final = 4_000
_MOST: Final = 8_000_000
_CHUNK: Final = 1 << 20
_SIGNS: Final = bytes(range(33, 33 + 85))
_LANE: Final = 8
_BASE: Final = bytes((value - 33) % 256 for value in range(256))


def is_whole(content: bytes) -> bool:
    """False when a stream of text, fonts or structure cannot be unfolded to its end; True where nothing can be told."""
    if _ENCRYPTED.search(content):
        return True
    for at, start in _streams(content):
        told = content[max(content.rfind(b"obj", max(0, at - _DICTIONARY), at), 0) : at]
        if b"/FlateDecode" not in told or _OTHER_FILTERS.search(told) or told.count(b"/FlateDecode") > 1:
            continue
        stop = content.find(b"endstream", start)
        folded: bytes | None = content[start : stop if stop >= 0 else len(content)]
        if b"/ASCII85Decode" in told:
            folded = _from_85(folded or b"")
        if folded is None or not _unfolds(folded):
            return False
    return True


def _streams(content: bytes) -> Iterator[tuple[int, int]]:
    """Where the word before each stream stands and where the stream begins."""
    at = content.find(_WORD)
    while at >= 0:
        match = _BEGINS.match(content, at)
        if match is not None and content[max(0, at - 3) : at] != b"end":
            yield at, match.end()
        at = content.find(_WORD, at + len(_WORD))


def _unfolds(folded: bytes) -> bool:
    unfolding, size = zlib.decompressobj(), 0
    try:
        while not unfolding.eof and size < _MOST:
            piece = unfolding.decompress(folded, _CHUNK)
            if not piece and not unfolding.eof:
                return False
            size, folded = size + len(piece), unfolding.unconsumed_tail
    except zlib.error:
        return False
    return True


def _from_85(text: bytes) -> bytes | None:
    """Bytes of ASCII base 85, None where it is none.

    `base64` reads letter by letter; here all groups of five are worked out at once, as lanes of one long number.
    """
    signs = b"".join(text.partition(b"~>")[0].split()).replace(b"z", b"!!!!!")
    if signs.translate(None, _SIGNS):
        return None
    spare = -len(signs) % 5
    values = (signs + b"u" * spare).translate(_BASE)
    count, total = len(values) // 5, 0
    for place in range(5):
        lanes = bytearray(_LANE * count)
        lanes[_LANE - 1 :: _LANE] = values[place::5]
        total = total * 85 + int.from_bytes(lanes, "big")
    lanes = bytearray(total.to_bytes(_LANE * count, "big"))
    if any(lanes[_LANE - 5 :: _LANE]):
        return None
    unfolded = bytearray(4 * count)
    for place in range(4):
        unfolded[place::4] = lanes[_LANE - 4 + place :: _LANE]
    return bytes(unfolded[: 4 * count - spare])
