"""Layouts as data: TOML files that say only what differs from the generic rules, and which documents they are for.

A user's folder comes first, then the layouts shipped in `layouts/`. Drafting one belongs to `drafts`.
"""

import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import cached_property
from hashlib import sha256
from importlib.resources import files
from pathlib import Path
from typing import Any, Final

from hmrc_pipeline.extraction.fields import P60_FIELDS, PAYSLIP_FIELDS, is_amount
from hmrc_pipeline.extraction.identities import IDENTITIES, identity_of
from hmrc_pipeline.extraction.labels import Meaning, normalise
from hmrc_pipeline.extraction.layout import rows_of
from hmrc_pipeline.extraction.model import Box, Figure, ReadDocument, Word
from hmrc_pipeline.extraction.overlay import Overlay
from hmrc_pipeline.extraction.passwords import NotAPattern, Pattern
from hmrc_pipeline.money import format_amount
from hmrc_pipeline.problems import Problem

__all__ = [
    "Template",
    "TemplateProblem",
    "choose",
    "finished",
    "is_stand_in",
    "load_templates",
    "parse_template",
    "placed",
    "texts_of",
    "version_of",
]

_FIELDS: Final = frozenset(PAYSLIP_FIELDS) | frozenset(P60_FIELDS)
_SECTIONS: Final = frozenset({"payments", "deductions", "employer", "benefits", "ytd", "period", "summary", "messages"})
_ROLES: Final = frozenset({"this", "ytd", "units", "rate", "base", "balance", "amount"})
_SIDES: Final = {"payments": "payments", "deductions": "deductions", "employer": "outside", "outside": "outside"}
_SIGNS: Final = frozenset({"reversed", "positive"})
_TABLES: Final = {"template", "style", "labels", "columns", "sections", "lines", "fields", "signs", "identities"}
_OPEN: Final = "?"
_MARK: Final = "§"
_LARGEST: Final = 200_000
_KINDS: Final = frozenset({"payslip", "p60"})
_spelling: Final = normalise.__wrapped__
"""`normalise` without its memory, for the text of a whole page, which comes but once."""
_IGNORE: Final = "ignore"


class TemplateProblem(Problem):
    """A layout file cannot be used; the message names the file and what to change."""


@dataclass(frozen=True)
class Place:
    """Where an unlabelled value stands: a box on the page, or beside an anchor's top left corner."""

    field: str
    box: Box
    anchor: str | None = None


@dataclass(frozen=True)
class Template:
    """One layout. `open_questions` counts what its draft left to be answered; `password` is a pattern of passwords."""

    id: str
    version: int
    origin: str
    every: tuple[str, ...]
    one_of: tuple[str, ...]
    none_of: tuple[str, ...]
    overlay: Overlay
    places: tuple[Place, ...] = ()
    signs: Mapping[str, str] = field(default_factory=dict)
    left_out: frozenset[str] = frozenset()
    open_questions: int = 0
    password: str | None = None

    @property
    def name(self) -> str:
        return f"{self.id} {self.version}"

    @cached_property
    def words(self) -> frozenset[str]:
        """Every word a document of the layout must hold: asked first, for most documents hold not even those."""
        return frozenset(word for phrase in self.every for word in phrase.split())

    def matches(self, text: str) -> bool:
        """Whether a document whose normalised text this is has the layout."""
        has = [f" {phrase} " in text for phrase in self.every]
        one = [f" {phrase} " in text for phrase in self.one_of]
        return all(has) and (not one or any(one)) and not any(f" {phrase} " in text for phrase in self.none_of)


def texts_of(folder: Path | None = None) -> list[tuple[str, str]]:
    """File name and text of every layout: those of the user's folder first, then those shipped."""
    found: list[tuple[str, str]] = []
    if folder is not None and folder.is_dir():
        for path in sorted(folder.glob("*.toml")):
            try:
                found.append((str(path), path.read_text(encoding="utf-8")))
            except (OSError, UnicodeDecodeError):
                raise TemplateProblem(f"the layout {path} cannot be read") from None
    shipped = files("hmrc_pipeline.extraction").joinpath("layouts")
    if shipped.is_dir():
        tomls = sorted((f for f in shipped.iterdir() if f.name.endswith(".toml")), key=lambda each: each.name)
        found += [(file.name, file.read_text(encoding="utf-8")) for file in tomls]
    return found


def load_templates(texts: Iterable[tuple[str, str]]) -> tuple[Template, ...]:
    """The layouts of these texts, in order; of one id the first counts. Raises `TemplateProblem`."""
    plain: dict[str, tuple[str, dict[str, Any]]] = {}
    for name, text in texts:
        data = _parsed(name, text)
        plain.setdefault(str(data["template"]["id"]), (name, data))
    return tuple(_template(name, _extended(name, data, plain)) for name, data in plain.values())


def parse_template(name: str, text: str) -> Template:
    """One layout by itself. Raises `TemplateProblem`."""
    return _template(name, _parsed(name, text))


def version_of(texts: Iterable[tuple[str, str]]) -> str:
    """A digest of the layouts: part of what a content was read with."""
    digest = sha256()
    for name, text in texts:
        digest.update(Path(name).name.encode() + b"\0" + text.encode() + b"\0")
    return digest.hexdigest()[:8]


def choose(templates: Sequence[Template], words: Iterable[Word]) -> Template | None:
    """The layout of these words: of several that match the one that asks for most, the user's before ours."""
    given = list(words)
    spelt = set(_spelling(" ".join([word.text for word in given])).split())
    possible = [template for template in templates if template.words <= spelt]
    if not possible:
        return None
    text = " ".join(normalise(word.text) for row in rows_of(given) for word in row)
    text = f" {' '.join(text.split())} "
    matching = [template for template in possible if template.matches(text)]
    return max(matching, key=lambda t: len(t.every) + bool(t.one_of), default=None)


def placed(template: Template, words: Sequence[Word]) -> tuple[Word, ...]:
    """The words with a stand-in caption before each value that the layout names by its place."""
    added: list[Word] = []
    for place in template.places:
        box = _box_of(place, words)
        if box is None:
            continue
        inside = [w for w in words if box.x0 <= _middle(w)[0] <= box.x1 and box.top <= _middle(w)[1] <= box.bottom]
        if inside:
            first = min(inside, key=lambda word: word.box.x0)
            edge = Box(first.box.x0 - 0.2, first.box.top, first.box.x0 - 0.1, first.box.bottom)
            added.append(Word(f"{_MARK}{place.field}:", edge, first.page, first.source))
    return (*words, *added)


def is_stand_in(label: str) -> bool:
    """Whether a label is none that the page prints, but the caption of a value known by its place."""
    return label.startswith(_MARK)


def finished(template: Template, document: ReadDocument) -> ReadDocument:
    """What the layout says of a document after it was read: signs, identities left out, values known by place."""
    figures = {name: _finished_figure(template, figure) for name, figure in document.figures.items()}
    status, reasons = document.status, document.review_reasons
    if template.left_out and status == "needs_review":
        reasons = tuple(reason for reason in reasons if identity_of(reason) not in template.left_out)
        status = status if reasons else "consistent"
    lines = tuple(line for line in document.lines if not is_stand_in(line.label))
    return replace(document, figures=figures, status=status, review_reasons=reasons, lines=lines, layout=template.name)


def _finished_figure(template: Template, figure: Figure) -> Figure:
    sign = template.signs.get(figure.field)
    if sign is not None and is_amount(figure.field):
        amount = Decimal(figure.value)
        figure = replace(figure, value=format_amount(abs(amount) if sign == "positive" else -amount))
    if figure.label is not None and is_stand_in(figure.label):
        figure = replace(figure, label=None, label_box=None, relation="at its place in the layout")
    return figure


def _middle(word: Word) -> tuple[float, float]:
    return (word.box.x0 + word.box.x1) / 2, (word.box.top + word.box.bottom) / 2


def _box_of(place: Place, words: Sequence[Word]) -> Box | None:
    if place.anchor is None:
        return place.box
    wanted = place.anchor.split()
    for row in rows_of(words):
        texts = [normalise(word.text) for word in row]
        for at in range(len(row) - len(wanted) + 1):
            if texts[at : at + len(wanted)] == wanted:
                left, top = row[at].box.x0, row[at].box.top
                box = place.box
                return Box(left + box.x0, top + box.top, left + box.x1, top + box.bottom)
    return None


def _parsed(name: str, text: str) -> dict[str, Any]:
    if len(text) > _LARGEST:
        raise TemplateProblem(f"the layout {name} is too long")
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise TemplateProblem(f"the layout {name} is not TOML: {error}") from None
    unknown = set(data) - _TABLES
    if unknown:
        raise TemplateProblem(f"the layout {name} has a table [{sorted(unknown)[0]}], which nothing reads")
    if not isinstance(data.get("template"), dict) or not data["template"].get("id"):
        raise TemplateProblem(f"the layout {name} has no [template] with an id")
    return data


def _extended(name: str, data: dict[str, Any], others: Mapping[str, tuple[str, dict[str, Any]]]) -> dict[str, Any]:
    """The layout on top of the ones it extends; what it says itself counts."""
    seen = {data["template"]["id"]}
    while (base := data["template"].get("extends")) is not None:
        if base in seen or base not in others:
            raise TemplateProblem(f"the layout {name} extends {base!r}, which is not there or extends it in turn")
        seen.add(base)
        under = others[base][1]
        merged = {table: {**under.get(table, {}), **data.get(table, {})} for table in {*under, *data}}
        merged["template"] = {**data["template"], "extends": under["template"].get("extends")}
        data = merged
    return data


def _template(name: str, data: dict[str, Any]) -> Template:
    about, check = data["template"], _Checker(name)
    match = about.get("match", {})
    every, one_of, none_of = (check.phrases(match, key) for key in ("all", "any", "none"))
    employers = check.phrases(match, "employer")
    if not (every or one_of or employers):
        raise TemplateProblem(f"the layout {name} does not say which documents it is for: write match.all")
    meanings, captions, sides = _labels(data, check)
    kind = check.one_of("template", about.get("kind", "payslip"), _KINDS)
    places = tuple(check.place(field_name, given) for field_name, given in data.get("fields", {}).items())
    for place in places:
        _take_label(f"{_MARK}{place.field}", place.field, meanings, captions)
    signs = {key: check.one_of("signs", sign, _SIGNS) for key, sign in data.get("signs", {}).items() if sign != _OPEN}
    dates = data.get("style", {}).get("date", ())
    formats = (dates,) if isinstance(dates, str) else tuple(dates)
    return Template(
        id=str(about["id"]), version=int(about.get("version", 1)), origin=name,
        every=every, one_of=(*one_of, *employers), none_of=none_of,
        overlay=Overlay(meanings, captions, sides, formats, kind),
        places=places, signs=signs,
        left_out=frozenset(check.one_of("identities", each, IDENTITIES) for each in _left_out(data)),
        open_questions=_count_open(data), password=check.password(about.get("password")),
    )  # fmt: skip


def _left_out(data: Mapping[str, Any]) -> list[Any]:
    given = data.get("identities", {}).get("leave_out", [])
    return given if isinstance(given, list) else [given]


def _labels(data: dict[str, Any], check: "_Checker") -> tuple[dict[str, Meaning], dict[str, str], dict[str, str]]:
    meanings: dict[str, Meaning] = {}
    captions: dict[str, str] = {}
    sides: dict[str, str] = {}
    for label, name in data.get("labels", {}).items():
        if name not in (_OPEN, _IGNORE):
            check.field(name)
        if name != _OPEN:
            _take_label(label, name, meanings, captions)
    for label, role in data.get("columns", {}).items():
        if role != _OPEN:
            text = normalise(label)
            meanings[text] = Meaning(text, role=check.one_of("columns", role, _ROLES))
    for label, section in data.get("sections", {}).items():
        if section != _OPEN:
            text = normalise(label)
            meanings[text] = Meaning(text, section=check.one_of("sections", section, _SECTIONS))
    for label, line in data.get("lines", {}).items():
        _take_line(label, {"field": line} if isinstance(line, str) else line, check, meanings, sides)
    return meanings, captions, sides


def _take_line(
    label: str, line: Mapping[str, Any], check: "_Checker", meanings: dict[str, Meaning], sides: dict[str, str]
) -> None:
    text, name, side = normalise(label), line.get("field", "other"), line.get("section")
    if name == _OPEN:
        return
    if name == _IGNORE:
        meanings[text] = Meaning(text, decoy=True)
        return
    if name != "other":
        check.field(name)
    known = _meaning(text, name) if name != "other" else Meaning(text)
    if side is not None and side != _OPEN:
        sides[text] = _SIDES[check.one_of("lines", side, _SIDES)]
        known = replace(known, side=side if side in ("payments", "deductions") else None)
        if side == "employer":
            known = replace(known, employer=True)
    meanings[text] = known


def _take_label(label: str, name: str, meanings: dict[str, Meaning], captions: dict[str, str]) -> None:
    text = normalise(label)
    if name == _IGNORE:
        meanings[text] = Meaning(text, decoy=True)
        captions[text] = "other"
    elif is_amount(name):
        meanings[text] = _meaning(text, name)
    else:
        captions[text] = name
        meanings[text] = Meaning(text)


def _meaning(text: str, name: str) -> Meaning:
    """What a label means that stands for this field."""
    ytd = True if name.startswith("ytd_") else None
    bare = name.removeprefix("ytd_")
    if bare in ("employee_pension", "employer_pension", "pension_sacrifice"):
        return Meaning(
            text, "pension", ytd, employer=bare == "employer_pension", employee=bare == "employee_pension",
            sacrifice=bare == "pension_sacrifice",
        )  # fmt: skip
    return Meaning(text, bare, ytd, employer=bare == "employer_ni")


def _count_open(data: Mapping[str, Any]) -> int:
    return sum(_count_open(value) if isinstance(value, dict) else value == _OPEN for value in data.values())


class _Checker:
    """Looks at what a layout says, and names the file in what it finds wrong."""

    def __init__(self, name: str) -> None:
        self._name = name

    def field(self, name: Any) -> str:
        if name not in _FIELDS:
            raise TemplateProblem(f"the layout {self._name} names the field {name!r}, which there is not")
        return str(name)

    def one_of(self, table: str, word: Any, known: Iterable[str]) -> str:
        if word not in known:
            raise TemplateProblem(
                f"the layout {self._name} says {word!r} in [{table}]: write one of {', '.join(sorted(known))}"
            )
        return str(word)

    def phrases(self, match: Mapping[str, Any], key: str) -> tuple[str, ...]:
        given = match.get(key, [])
        if not isinstance(given, list) or not all(isinstance(each, str) for each in given):
            raise TemplateProblem(f"the layout {self._name}: match.{key} must be a list of texts")
        return tuple(phrase for each in given if (phrase := normalise(each)))

    def password(self, given: Any) -> str | None:
        if given in (None, _OPEN):
            return None
        try:
            return Pattern(str(given)).text
        except NotAPattern as problem:
            raise TemplateProblem(f"the layout {self._name} has no pattern in password: {problem}") from None

    def place(self, name: str, given: Any) -> Place:
        self.field(name)
        at = given.get("at") if isinstance(given, dict) else None
        if not isinstance(at, list) or len(at) != 4 or not all(isinstance(edge, int | float) for edge in at):
            raise TemplateProblem(f"the layout {self._name}: [fields.{name}] needs at = [left, top, right, bottom]")
        anchor = given.get("anchor")
        return Place(name, Box(*(float(edge) for edge in at)), normalise(anchor) if anchor else None)
