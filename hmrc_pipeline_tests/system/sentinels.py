"""A made-up person whose every word is a sentinel, and the search for those words wherever data can come to rest."""

import base64
import sqlite3
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path
from urllib.parse import quote

import sqlalchemy as sa

from hmrc_pipeline.identifiers import Nino, Utr
from hmrc_pipeline.simulators.careers import Career, PaidYear, demo_career
from hmrc_pipeline.simulators.payroll import Employee
from hmrc_pipeline.tax_year import TaxYear

__all__ = ["FILE_WORD", "PERSON", "UTR", "WORDS", "found_in", "sentinel_career", "spellings"]

PERSON = Employee(
    title="Ms",
    forenames="Zébulonne Hortensia",
    surname="Quillfeather",
    nino=Nino.parse("QQ918273A"),
    address=("77 Sentinelmews Row", "Nowhereton", "ZZ9 9ZZ"),
)
UTR = Utr.parse("1918273645")
FILE_WORD = "Hortensiaspayslip"
WORDS = ("QQ918273A", UTR.value, "Zébulonne", "Hortensia", "Quillfeather", FILE_WORD, "Sentinelmews")


def sentinel_career(last_closed: TaxYear) -> Career:
    """The demo's career, lived by the person of the sentinels."""
    career = demo_career(last_closed)
    years = tuple(
        PaidYear(
            year.tax_year,
            tuple(
                replace(
                    job,
                    slips=tuple(replace(slip, employee=PERSON) for slip in job.slips),
                    p60=replace(job.p60, employee=PERSON) if job.p60 else None,
                )
                for job in year.employments
            ),
        )
        for year in career.years
    )
    return Career(PERSON, UTR, years)


def spellings(word: str) -> set[bytes]:
    """The ways a word may lie about, in small letters: encodings, escapes, base64 at every alignment, hex, reversed,
    spaced."""
    ways = {word, word[::-1]}
    if len(word) == 9 and word[2:8].isdigit():
        parts = [word[:2], word[2:4], word[4:6], word[6:8], word[8:]]
        for gap in (" ", "-", ".", "\u00a0", "  "):
            ways |= {gap.join(parts), gap.join([word[:2], word[2:8], word[8:]]), gap.join(parts)[::-1]}
        ways.add(word[:8])
    if word.isdigit():
        ways.add(" ".join([word[:5], word[5:]]))
    found: set[bytes] = set()
    for way in ways:
        found |= {way.encode(), way.encode("utf-16-le"), way.encode("utf-16-be"), way.encode("latin-1")}
        found |= {way.encode("ascii", "backslashreplace"), quote(way).encode()}
        found.add(_json(way))
        for cased in (way, way.upper(), way.lower()):
            found |= {cased.encode().hex().encode(), *_base64(cased.encode())}
    return {spelling.lower() for spelling in found if len(spelling) >= 8}


def _json(way: str) -> bytes:
    return "".join(c if c.isascii() else f"\\u{ord(c):04x}" for c in way).encode()


def _base64(data: bytes) -> set[bytes]:
    """What base64 makes of the word inside a longer text, whatever comes before and after it."""
    found = set()
    for before in range(3):
        encoded = base64.b64encode(b"\0" * before + data + b"\0" * 3)
        first = -(-before * 8 // 6)
        last = (before + len(data)) * 8 // 6
        for text in (encoded, encoded.replace(b"+", b"-").replace(b"/", b"_")):
            found.add(text[first:last])
    return found


def found_in(place: str, data: bytes, words: Iterable[str]) -> list[str]:
    """Which words stand in these bytes, in any spelling; `place` says where that was."""
    folded = data.lower()
    return [f"{place}: {word}" for word in words if any(spelling in folded for spelling in _spellings(word))]


_spellings = cache(spellings)


def search_files(root: Path, words: Iterable[str]) -> list[str]:
    """Search every file below `root` and its name; databases cell by cell too, with what is compressed unpacked."""
    words = list(words)
    found: list[str] = []
    for path in sorted(root.rglob("*")):
        found += found_in("a file name", str(path.relative_to(root)).encode(), words)
        if path.is_file() and not path.is_symlink():
            found += found_in(str(path), path.read_bytes(), words)
            if path.suffix == ".db":
                for table, cell in _sqlite_cells(path):
                    found += found_in(f"{path}: {table}", cell, words)
    return found


def search_postgres(url: str, words: Iterable[str]) -> list[str]:
    """Search every cell of every table of a database."""
    words = list(words)
    found: list[str] = []
    engine = sa.create_engine(sa.make_url(url).set(drivername="postgresql+psycopg2"))
    with engine.connect() as connection:
        tables = connection.execute(
            sa.text(
                "SELECT table_schema, table_name FROM information_schema.tables "
                "WHERE table_type = 'BASE TABLE' AND table_schema NOT IN ('pg_catalog', 'information_schema')"
            )
        ).all()
        for schema, table in tables:
            for row in connection.execute(sa.text(f'SELECT * FROM "{schema}"."{table}"')):
                for cell in row:
                    for data in _unpacked(bytes(cell) if isinstance(cell, memoryview | bytes) else str(cell).encode()):
                        found += found_in(f"{schema}.{table}", data, words)
    engine.dispose()
    assert tables
    return sorted(set(found))


def _sqlite_cells(path: Path) -> Iterator[tuple[str, bytes]]:
    connection = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
    tables = [row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
    for table in tables:
        cells = b"\n".join(
            data
            for row in connection.execute(f'SELECT * FROM "{table}"')
            for cell in row
            for data in _unpacked(cell if isinstance(cell, bytes) else str(cell).encode())
        )
        yield table, cells
    connection.close()


def _unpacked(data: bytes) -> Iterator[bytes]:
    yield data
    try:
        yield zlib.decompress(data)
    except zlib.error:
        return
