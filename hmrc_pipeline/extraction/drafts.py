"""A draft of a layout from one document: what the generic rules understood, and a question mark for the rest.

The draft is TOML for a person to finish; reading it back belongs to `templates`.
"""

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from hmrc_pipeline.extraction.entries import entries_of
from hmrc_pipeline.extraction.entry import Entry
from hmrc_pipeline.extraction.labels import caption_of, normalise
from hmrc_pipeline.extraction.laid_out import laid_out
from hmrc_pipeline.extraction.layout import Piece
from hmrc_pipeline.extraction.model import Figure, ReadDocument, Word
from hmrc_pipeline.extraction.overlay import NOTHING, in_force
from hmrc_pipeline.extraction.reader import read_words
from hmrc_pipeline.extraction.segment import parts_of
from hmrc_pipeline.extraction.sums import SUMMARY
from hmrc_pipeline.extraction.templates import Template, choose, is_stand_in

__all__ = ["draft_of"]

_EXPECTED: Final = ("pay_date", "tax_code", "ni_number", "gross_pay", "net_pay", "income_tax", "national_insurance")
_ANCHORS: Final = 4
_HELP: Final = """\
# A draft of a layout, made from what was read. It says only what differs from the rules that hold for every payslip.
# Answer each "?" or delete its line; a "?" that stays is left out. Then: hmrc-pipeline extract FILE --preview DIR
#   [labels]    "text as printed" = the field it names, or "ignore"
#   [lines]     "text as printed" = { field = FIELD or "other", section = "payments", "deductions" or "employer" }
#   [columns]   "heading" = "this", "ytd", "units", "rate", "base" or "balance"
#   [sections]  "title" = "payments", "deductions", "employer", "benefits", "ytd", "summary" or "messages"
#   [fields.X]  at = [left, top, right, bottom] in points, for a value that has no label; anchor = "text" counts from it
"""


def draft_of(name: str, words: Iterable[Word], templates: Sequence[Template] = ()) -> str:
    """The draft's text. Of `templates` it extends the one that already helps, so that only the rest is asked."""
    pages: dict[int, list[Word]] = {}
    for word in words:
        pages.setdefault(word.page, []).append(word)
    given = [pages[number] for number in sorted(pages)]
    template = choose(templates, (word for page in given for word in page))
    documents = read_words(given, templates)
    document = documents[0] if documents else ReadDocument("other", "needs_review")
    with in_force(template.overlay if template else NOTHING):
        parts = parts_of([laid_out(page, template) for page in given])
        pieces = [piece for part in parts for piece in part.pieces if not is_stand_in(piece.text)]
        entries = [entry for part in parts for entry in entries_of(part.pieces, part.stacks)]
        texts = [_HELP, _head(name, document, pieces, template), *_remarks(document)]
        texts += _questions(pieces, entries, document)
    return "\n".join(text for text in texts if text) + "\n"


def _questions(pieces: Sequence[Piece], entries: Sequence[Entry], document: ReadDocument) -> list[str]:
    """The tables of what is not known."""
    columns, titles = _columns(pieces), list(_headings(pieces, entries, document))
    asked = {*columns, *titles}
    return [
        _table("labels", (row for row in _labels(pieces, document) if row not in asked)),
        _table("lines", _lines(entries, document)),
        _table("columns", columns),
        _table("sections", titles),
        _unlabelled(document),
    ]


def _head(name: str, document: ReadDocument, pieces: Sequence[Piece], base: Template | None) -> str:
    """Which documents the layout is for: of those of the layout it extends, only some, so that it is taken first."""
    of_base = base.every if base else ()
    known = dict.fromkeys(p.text.split(":")[0].strip() for p in pieces if _is_anchor(p))
    own = sorted((text for text in known if normalise(text) not in of_base), key=lambda text: -len(text))
    anchors = [*of_base, *own[:_ANCHORS]]
    if not anchors:
        anchors = [f"? write {_ANCHORS} texts that every document of this layout prints, and no other"]
    employer = document.value("employer_name")
    match = f"all = {_list(anchors)}" + (f", employer = {_list([employer])}" if employer else "")
    ident = re.sub(r"[^a-z0-9]+", "-", name.casefold()).strip("-") or "layout"
    extends = f"extends = {_quoted(base.id)}\n" if base else ""
    ident += "-more" if base and ident == base.id else ""
    return f"[template]\nid = {_quoted(ident)}\nversion = 1\n{extends}match = {{ {match} }}\n"


def _remarks(document: ReadDocument) -> Iterator[str]:
    yield f"# Read as {document.doc_type}, {document.status}."
    for reason in document.review_reasons:
        yield f"#   {' '.join(reason.split())}"
    missing = [name for name in _EXPECTED if name not in document.figures]
    if missing:
        yield f"# Not found: {', '.join(missing)}."
    yield ""


def _labels(pieces: Sequence[Piece], document: ReadDocument) -> Iterator[str]:
    """Phrases that look like captions and are known to no rule."""
    amounts = {(piece.page, piece.row) for piece in pieces if piece.is_amount}
    for piece in pieces:
        if piece.is_amount or piece.prose or _is_known(piece) or (piece.page, piece.row) in amounts:
            continue
        text = piece.text.split(":")[0].strip()
        is_caption = piece.text.rstrip().endswith(":") or ":" in piece.text
        beside = any(p.page == piece.page and p.row == piece.row and p is not piece for p in pieces)
        if (is_caption or beside) and _is_plain(text) and not _is_value(piece, document.figures.values()):
            yield f'{_quoted(text)} = "?"'


def _lines(entries: Sequence[Entry], document: ReadDocument) -> Iterator[str]:
    """Lines and amounts whose label says nothing the rules know; what the sums placed is filled in."""
    placed = {(line.label, line.amount): line.section for line in document.lines}
    placed_by_label = {label: section for (label, _), section in placed.items()}
    for entry in entries:
        meaning = entry.meaning
        if entry.label is None or meaning.concept or meaning.decoy or meaning.role or meaning.section:
            continue
        text = entry.label.text.strip(" :")
        section = placed_by_label.get(text)
        amounts = ", ".join(cell.piece.text for cell in entry.cells)
        if section in ("payments", "deductions", "employer") and document.status == "proved":
            yield f'{_quoted(text)} = {{ field = "other", section = "{section}" }}  # {amounts}'
        elif _is_plain(text):
            yield f'{_quoted(text)} = {{ field = "?", section = "?" }}  # {amounts}'


def _columns(pieces: Sequence[Piece]) -> list[str]:
    """Phrases that no rule knows and under whose right edge two amounts stand."""
    found: list[str] = []
    for piece in pieces:
        if piece.is_amount or piece.prose or _is_known(piece) or not _is_plain(piece.text):
            continue
        under = [
            p for p in pieces
            if p.is_amount and p.page == piece.page and abs(p.box.x1 - piece.box.x1) <= 2
            and 0 < p.box.top - piece.box.bottom < 60
        ]  # fmt: skip
        if len(under) > 1:
            found.append(f'{_quoted(piece.text)} = "?"')
    return found


def _headings(pieces: Sequence[Piece], entries: Sequence[Entry], document: ReadDocument) -> Iterator[str]:
    """Phrases alone in their row that stand over lines: perhaps titles."""
    rows: dict[tuple[int, int], list[Piece]] = {}
    for piece in pieces:
        rows.setdefault((piece.page, piece.row), []).append(piece)
    for row in rows.values():
        if any(piece.is_amount or ":" in piece.text for piece in row):
            continue
        for piece in row:
            over = [
                e for e in entries
                if e.label and abs(e.label.box.x0 - piece.box.x0) < 12 and 0 < e.label.box.top - piece.box.bottom < 26
            ]  # fmt: skip
            if over and not _is_known(piece) and not _is_value(piece, document.figures.values()):
                yield f'{_quoted(piece.text)} = "?"'


def _unlabelled(document: ReadDocument) -> str:
    rows = [
        f"# {word.text} stands on page {word.page} at [{', '.join(f'{edge:.0f}' for edge in _around(word))}]"
        for word in document.unused
    ]
    return "\n".join(["# Amounts that nothing used:", *rows, "# [fields.net_pay]\n# at = [0, 0, 0, 0]"]) if rows else ""


def _around(word: Word) -> tuple[float, float, float, float]:
    return word.box.x0 - 20, word.box.top - 3, word.box.x1 + 5, word.box.bottom + 3


def _table(name: str, rows: Iterable[str]) -> str:
    found = list({row.split(" = ")[0]: row for row in rows}.values())
    return "\n".join([f"[{name}]", *found, ""]) if found else ""


def _is_known(piece: Piece) -> bool:
    meaning = piece.meaning
    text = normalise(piece.text.split(":")[0])
    return bool(meaning.concept or meaning.role or meaning.section or meaning.decoy or caption_of(text))


def _is_anchor(piece: Piece) -> bool:
    """Whether every document of the layout prints the phrase: a caption, a title or a total, never a line."""
    if piece.is_amount or piece.prose or len(piece.text.split(":")[0]) < 7:
        return False
    meaning = piece.meaning
    captions = caption_of(normalise(piece.text.split(":")[0])) not in (None, "other")
    return bool(captions or meaning.section or meaning.concept in SUMMARY)


def _is_plain(text: str) -> bool:
    words = text.split()
    return 0 < len(words) <= 5 and any(c.isalpha() for c in text) and not any(c.isdigit() for c in text)


def _is_value(piece: Piece, figures: Iterable[Figure]) -> bool:
    return any(
        figure.page == piece.page
        and figure.box.x0 - 1 <= piece.box.x0 <= figure.box.x1
        and figure.box.top - 2 <= piece.middle <= figure.box.bottom + 2
        for figure in figures
    )


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def _list(texts: Iterable[str]) -> str:
    return f"[{', '.join(_quoted(text) for text in texts)}]"
