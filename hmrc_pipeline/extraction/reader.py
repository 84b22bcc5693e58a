"""Bytes in, a reading out: the one door to this wing for whoever trusts the file or is already in the sandbox.

Nothing here raises for a bad file: `FileReading.error` says in one plain sentence what is wrong with it.
"""

import time
from collections.abc import Sequence
from dataclasses import replace
from hashlib import sha256
from importlib.resources import files
from itertools import accumulate
from pathlib import Path

from hmrc_pipeline.extraction.kinds import Kind
from hmrc_pipeline.extraction.laid_out import laid_out
from hmrc_pipeline.extraction.layout import Piece
from hmrc_pipeline.extraction.model import FileReading, ReadDocument, Status, Word
from hmrc_pipeline.extraction.ocr import ocr_version
from hmrc_pipeline.extraction.overlay import NOTHING, in_force
from hmrc_pipeline.extraction.p60 import read_p60
from hmrc_pipeline.extraction.payslip import read_payslip
from hmrc_pipeline.extraction.segment import Part, documents_of
from hmrc_pipeline.extraction.soundness import is_whole
from hmrc_pipeline.extraction.templates import Template, choose, finished, texts_of, version_of
from hmrc_pipeline.extraction.words import (
    MAX_CHARACTERS,
    MAX_PAGES,
    BrokenPdf,
    EncryptedPdf,
    Page,
    TooLarge,
    is_text_usable,
    open_pdf,
    read_pages,
)

__all__ = [
    "MAX_BYTES",
    "NEEDS_OCR",
    "READER_VERSION",
    "password_of",
    "read_pdf",
    "read_words",
    "reader_version",
    "whole",
    "with_unread",
    "words_of",
]

_NOT_READING = frozenset(
    {"__init__.py", "confinement.py", "drafts.py", "identities.py", "picture_worker.py", "pictures.py", "pipes.py"}
    | {"passwords.py", "pool.py", "preview.py", "report.py", "samples.py", "spawn.py", "wire.py", "worker.py"}
)


def _version() -> str:
    """A digest of the code and data that read: any change of them can change what is read."""
    digest = sha256()
    room = files("hmrc_pipeline.extraction")
    for file in sorted(room.iterdir(), key=lambda f: f.name):
        if file.name.endswith((".py", ".toml")) and file.name not in _NOT_READING:
            digest.update(file.name.encode() + b"\0" + file.read_bytes())
    return f"1-{digest.hexdigest()[:12]}"


READER_VERSION = _version()


def reader_version(folder: Path | None) -> str:
    """What a content is read with: the reader's version, the layouts in force, the recogniser of pictures."""
    return "+".join(filter(None, (READER_VERSION, version_of(texts_of(folder)), ocr_version())))


MAX_BYTES = 25_000_000

EMPTY = "The file is empty."
NOT_A_PDF = "This is not a PDF file."
DAMAGED = "The PDF is damaged or incomplete and cannot be opened: ask for a fresh copy."
LOCKED = "The PDF is protected by a password that is not known: add it to the passwords file."
NEEDS_OCR = "needs OCR: install hmrc-pipeline[ocr]"
NO_TEXT = f"The PDF has no readable text, only pictures of it: {NEEDS_OCR}."
UNREADABLE = f"The PDF's fonts give no readable text: {NEEDS_OCR}."
NO_PAGES = "The PDF has no pages."
HALF_THERE = "a part of this file is damaged, so that figures may be missing: ask for a fresh copy"
_FEW_CHARACTERS = 20


def read_pdf(
    content: bytes,
    *,
    passwords: Sequence[str] = (),
    max_pages: int = MAX_PAGES,
    max_characters: int = MAX_CHARACTERS,
    templates: Sequence[Template] = (),
) -> FileReading:
    """Read every payslip and P60 of a PDF. Never raises for a bad file."""
    start = time.perf_counter()
    error = _refused(content)
    documents: tuple[ReadDocument, ...] = ()
    unread: tuple[int, ...] = ()
    if error is None:
        try:
            pages = _open(content, passwords, max_pages, max_characters)
            documents, error = _read(pages, content, templates)
            unread = tuple(page.number for page in pages if not page.is_read) if documents else ()
        except EncryptedPdf:
            error = LOCKED
        except BrokenPdf:
            error = DAMAGED
        except TooLarge as reason:
            error = f"The PDF is too large to be a payslip: {reason}."
    documents = whole(with_unread(documents, unread), content)
    return FileReading(documents, error, round(time.perf_counter() - start, 4), unread)


def _refused(content: bytes) -> str | None:
    if not content.strip():
        return EMPTY
    if b"%PDF-" not in content[:1024]:
        return NOT_A_PDF
    if len(content) > MAX_BYTES:
        return f"The file is larger than the {MAX_BYTES // 1_000_000} MB a payslip file may have."
    return None


def password_of(content: bytes, passwords: Sequence[str]) -> str | None:
    """The password that opens the file; None when it needs none or none fits."""
    for password in (None, *passwords):
        try:
            open_pdf(content, password).close()
        except EncryptedPdf:
            continue
        return password
    return None


def _open(content: bytes, passwords: Sequence[str], max_pages: int, max_characters: int) -> list[Page]:
    for password in (None, *passwords):
        try:
            return read_pages(content, password=password, max_pages=max_pages, max_characters=max_characters)
        except EncryptedPdf:
            continue
    raise EncryptedPdf("no password opens it")


def words_of(content: bytes, passwords: Sequence[str] = ()) -> tuple[Word, ...]:
    """Every word of a PDF; none of a bad file."""
    try:
        return tuple(word for page in _open(content, passwords, MAX_PAGES, MAX_CHARACTERS) for word in page.words)
    except ValueError:
        return ()


def _read(
    pages: Sequence[Page], content: bytes, templates: Sequence[Template]
) -> tuple[tuple[ReadDocument, ...], str | None]:
    if not pages:
        return (), NO_PAGES
    if not any(page.width for page in pages):
        return (), DAMAGED
    characters = accumulate(len(word.text) for page in pages for word in page.words)
    if all(number < _FEW_CHARACTERS for number in characters):
        return (), NO_TEXT if b"%%EOF" in content[-2048:] else DAMAGED
    usable = [page for page in pages if page.words and is_text_usable(page.words) and not page.is_scan]
    if not usable and any(page.is_scan for page in pages):
        return (), NO_TEXT
    if not usable:
        return (), UNREADABLE
    return read_words([page.words for page in usable], templates), None


def with_unread(
    documents: Sequence[ReadDocument], unread: Sequence[int], why: str = NEEDS_OCR
) -> tuple[ReadDocument, ...]:
    """The documents of a file with what is missing of them said: nothing half read passes as whole.

    A page that was not read may belong to the document before or after it, or be one of its own.
    """
    if not unread:
        return tuple(documents)
    flagged = [_with_gap(document, unread, why) for document in documents]
    lost = [page for page in unread if not any(page in document.pages for document in documents)]
    if lost:
        flagged.append(ReadDocument("other", "quarantined", (_gap(lost, why),), pages=tuple(lost)))
    return tuple(flagged)


def _with_gap(document: ReadDocument, unread: Sequence[int], why: str) -> ReadDocument:
    near = [page for page in unread if any(abs(page - own) <= 1 for own in document.pages)]
    if not near or document.status == "quarantined":
        return document
    status: Status = "quarantined" if document.doc_type == "other" else "needs_review"
    return replace(document, status=status, review_reasons=(_gap(near, why), *document.review_reasons))


def whole(documents: Sequence[ReadDocument], content: bytes) -> tuple[ReadDocument, ...]:
    """The documents, in review where the file is damaged inside: what it shows may be half of what was printed."""
    flows = any(document.doc_type != "other" and document.status in ("proved", "consistent") for document in documents)
    if not flows or is_whole(content):
        return tuple(documents)
    return tuple(
        document
        if document.doc_type == "other" or document.status == "quarantined"
        else replace(document, status="needs_review", review_reasons=(HALF_THERE, *document.review_reasons))
        for document in documents
    )


def _gap(pages: Sequence[int], why: str) -> str:
    named = ", ".join(str(page) for page in pages)
    several = len(pages) > 1
    subject = f"pages {named} of this file are pictures" if several else f"page {named} of this file is a picture"
    return f"{subject}, at least in part, or damaged, and {'were' if several else 'was'} not read in whole: {why}"


def read_words(pages: Sequence[Sequence[Word]], templates: Sequence[Template] = ()) -> tuple[ReadDocument, ...]:
    """The documents of pages already turned into words, with the help of the layout that matches them."""
    template = choose(templates, (word for page in pages for word in page))
    with in_force(template.overlay if template else NOTHING):
        documents = _documents([laid_out(page, template) for page in pages])
    return tuple(finished(template, document) for document in documents) if template else documents


def _documents(pages: Sequence[Sequence[Piece]]) -> tuple[ReadDocument, ...]:
    documents: list[ReadDocument] = []
    for parts in documents_of(pages):
        document = _document(parts)
        if not any(_same(document, other) for other in documents):
            documents.append(document)
    if any(document.doc_type != "other" for document in documents):
        documents = [d for d in documents if d.doc_type != "other" or d.status == "quarantined"]
    return tuple(documents)


def _document(parts: Sequence[Part]) -> ReadDocument:
    kind = _kind(parts)
    pieces = [piece for part in parts for piece in part.pieces]
    if kind.name == "p60":
        return read_p60(pieces)
    if kind.name == "payslip":
        return read_payslip(parts)
    pages = tuple(sorted({piece.page for piece in pieces}))
    status = "quarantined" if kind.name == "foreign" else "consistent"
    return ReadDocument("other", status, (kind.reason,), pages=pages)  # type: ignore[arg-type]


def _kind(parts: Sequence[Part]) -> Kind:
    for name in ("p60", "payslip", "foreign"):
        for part in parts:
            if part.kind.name == name:
                return part.kind
    return parts[0].kind


def _same(first: ReadDocument, second: ReadDocument) -> bool:
    """Whether two documents of one file print the same: a second copy."""
    if first.doc_type != second.doc_type or first.doc_type == "other" or not first.figures:
        return first.doc_type == "other" == second.doc_type and first.review_reasons == second.review_reasons
    one = {name: figure.value for name, figure in first.figures.items()}
    return one == {name: figure.value for name, figure in second.figures.items()}
