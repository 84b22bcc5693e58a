"""What a printed label means, by the data of `vocabulary.toml` and `captions.toml`.

Texts only: where a label stands and which figure is its own belong to `layout` and `entries`.
"""

import re
import tomllib
from bisect import bisect_left
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any, Final

from hmrc_pipeline.extraction.overlay import overlay, remembered
from hmrc_pipeline.extraction.phrases import CUT, Ends, Phrases, strip_anywhere, strip_start, without_unit, without_year

__all__ = [
    "NI_LETTERS", "Meaning", "caption_of", "caption_table", "captions", "could_go_on", "has_figures", "is_cut",
    "is_name_of_field", "known_words", "may_have_lost_its_end", "meaning_of", "normalise", "party_of", "vocabulary",
]  # fmt: skip

_SHORT = 9
_NO_SECTION: Final = ("not", "beside_ytd")
_ENDS: Final = ("pension", "sacrifice", "contribution", "contributions", "repayment", "exchange", "insurance")
NI_LETTERS: Final = frozenset("ABCDEFGHIJKLMNSVXZ")
_BLANKED, _REMOVED = "-\u2013\u2014/_,;|[]()=<>~", ".:'\"£*#`\u00b4\u2019\u2018\u201c\u201d"
_PLAIN = str.maketrans(_BLANKED, " " * len(_BLANKED), _REMOVED)


@lru_cache(maxsize=8192)
def normalise(text: str) -> str:
    """Lower case, punctuation gone or blank, blanks collapsed: the spelling of the data files."""
    return " ".join(text.casefold().translate(_PLAIN).split())


@lru_cache(maxsize=8192)
def has_figures(text: str) -> bool:
    """Whether any letter of the text is a figure."""
    return any(letter.isdigit() for letter in text)


@cache
def vocabulary() -> dict[str, Any]:
    """The data of `vocabulary.toml`."""
    return _load("vocabulary.toml")


@cache
def captions() -> dict[str, Any]:
    """The data of `captions.toml`."""
    return _load("captions.toml")


def _load(name: str) -> dict[str, Any]:
    return tomllib.loads(files("hmrc_pipeline.extraction").joinpath(name).read_text(encoding="utf-8"))


@dataclass(slots=True, unsafe_hash=True)
class Meaning:
    """What a label can mean. All parts may be absent; `ytd` is None when the label does not say.

    A value that nobody changes once it is told; not frozen, for that makes it several times as slow to build.
    """

    text: str
    concept: str | None = None
    ytd: bool | None = None
    employer: bool = False
    employee: bool = False
    sacrifice: bool = False
    refund: bool = False
    decoy: bool = False
    role: str | None = None
    section: str | None = None
    side: str | None = None
    ni_letter: str | None = None
    this_employment: bool = False

    @property
    def field(self) -> str | None:
        """The field of DESIGN's contract, without `ytd_`; None for totals that depend on where they stand."""
        if self.concept == "pension":
            if self.employer:
                return "employer_pension"
            return "pension_sacrifice" if self.sacrifice else "employee_pension"
        return None if self.concept in ("subtotal", "total", "sacrifice") else self.concept


@cache
def _exact() -> dict[str, str]:
    return {label: name for name, rows in vocabulary()["concepts"].items() for label in rows.get("exact", ())}


@cache
def _keyed(table: str) -> dict[str, str]:
    return {label: name for name, rows in vocabulary()[table].items() for label in rows}


@cache
def _qualifiers(name: str) -> tuple[tuple[str, ...], ...]:
    phrases = (tuple(phrase.split()) for phrase in vocabulary()["qualifiers"][name])
    return tuple(sorted(phrases, key=len, reverse=True))


@cache
def _ends(name: str) -> Ends:
    return Ends(_qualifiers(name))


@cache
def _marks(party: str) -> frozenset[str]:
    return frozenset(phrase[0] for phrase in _qualifiers(party))


@cache
def _phrases(table: str, name: str, key: str = "") -> Phrases:
    """A list of the vocabulary's phrases, empty where it has none of the name."""
    rows = vocabulary()[table].get(name, {})
    return Phrases(rows.get(key, ()) if key else rows)


def party_of(label: str) -> str | None:
    """Whose amounts a heading of a column says they are: `employee` or `employer`. Takes normalised text."""
    return _keyed("parties").get(label)


@remembered
def meaning_of(text: str) -> Meaning:
    """Everything the data files say of one printed label."""
    if (own := overlay().meanings.get(normalise(text))) is not None:
        return own
    has_remark = text.rstrip().endswith(")") and "(" in text
    return _meaning(without_unit(normalise(text)), normalise(text.split("(")[0]) if has_remark else "")


def _meaning(label: str, without_remark: str) -> Meaning:
    role = _keyed("roles").get(label)
    found = _concept_of(label)
    sections = _keyed("sections")
    section = sections.get(label) or sections.get(without_remark) or _section_of_party(label)
    if section is None and found.concept is None:
        section = _section_by_words(label)
    if without_remark and not found.decoy and (found.concept is None or found.ytd is None):
        found = _beside_remark(found, _concept_of(without_remark))
    found.role, found.section, found.side = role, section, _side_of(label)
    return found


def _beside_remark(whole: Meaning, short: Meaning) -> Meaning:
    """What a label says that ends in a remark in brackets: what the whole leaves open, the words before it tell."""
    employer = whole.employer or short.employer
    of_short = "employer_ni" if employer and short.concept == "national_insurance" else short.concept
    return Meaning(
        whole.text,
        concept=whole.concept or of_short,
        ytd=short.ytd if whole.ytd is None else whole.ytd,
        employer=employer,
        employee=whole.employee or short.employee,
        sacrifice=whole.sacrifice or short.sacrifice,
        refund=whole.refund or short.refund,
        decoy=short.decoy,
        ni_letter=whole.ni_letter or short.ni_letter,
        this_employment=whole.this_employment or short.this_employment,
    )


def _section_of_party(label: str) -> str | None:
    """`Your deductions` are deductions, `company deductions` are the employer's."""
    words = label.split()
    for party in ("employer", "employee"):
        kept = list(words)
        if len(words) > 1 and strip_anywhere(kept, _marks(party)) and len(kept) == len(words) - 1:
            section = _keyed("sections").get(" ".join(kept))
            if section in ("payments", "deductions"):
                return "employer" if party == "employer" else section
    return None


def _section_by_words(label: str) -> str | None:
    title = without_year(label)
    if not 2 <= title.count(" ") + 1 <= 6 or has_figures(title) or _phrases("section_words", "not").any_in(title):
        return None
    words = vocabulary()["section_words"]
    names = (name for name in words if name not in _NO_SECTION)
    found = next((name for name in names if _phrases("section_words", name).any_in(title)), None)
    if found != "ytd":
        return found if title == label else None
    told = {word for phrase in _phrases("section_words", "ytd").found_in(title) for word in phrase.split()}
    return found if set(title.split()) - told <= set(words["beside_ytd"]) else None


def _concept_of(label: str) -> Meaning:
    exact = _exact()
    words = label.split()
    if not words:
        return Meaning(label)
    decoy = _phrases("decoys", "anywhere").any_in(label)
    if label in exact:
        return _finished(label, exact[label], None, False, False)
    strip_start(words, _qualifiers("signs"))
    ytd = True if _ends("ytd").strip(words) else None
    if ytd is None and _ends("period").strip(words):
        ytd = False
    this_employment = _ends("employment").strip(words)
    core = " ".join(words)
    if core in exact and not decoy:
        return _finished(label, exact[core], ytd, False, False, this_employment=this_employment)
    employer = strip_anywhere(words, _marks("employer"))
    employee = not employer and strip_anywhere(words, _marks("employee"))
    core = " ".join(words)
    if core in _keyed("refunds"):
        return Meaning(label, _keyed("refunds")[core], ytd, employer, employee, refund=True)
    if decoy:
        return Meaning(label, None, ytd, employer, employee, decoy=True)
    concept, letter = _core_concept(core, label)
    if concept is None and (employer or employee) and _is_pension_of_party(core):
        concept = "pension"
    if concept is None and len(label) >= CUT and _last_word_cut(words[-1] if words else ""):
        concept = "pension"
    return _finished(label, concept, ytd, employer, employee, letter, this_employment)


def _is_pension_of_party(core: str) -> bool:
    """Whether a label says a pension beside its party: `Contribution`, or a provider's name before `Pen`."""
    return core in vocabulary()["concepts"]["pension"]["with_party"] or core.endswith(" pen")


def _core_concept(core: str, label: str) -> tuple[str | None, str | None]:
    exact = _exact()
    if core in exact:
        return exact[core], None
    head, _, tail = core.rpartition(" ")
    if len(tail) == 1 and tail.upper() in NI_LETTERS and exact.get(head) == "national_insurance":
        return "national_insurance", tail.upper()
    beginnings, anywhere = _loose_names()
    for name, prefixes in _loose_concepts().items() if core.startswith(beginnings) or anywhere.any_in(core) else ():
        found = core.startswith(prefixes) or _phrases("concepts", name, "anywhere").any_in(core)
        if found and not _phrases("concepts", name, "not").any_in(core):
            return name, None
    return (_cut_short(core) if len(label) >= CUT else None), None


@cache
def _loose_concepts() -> dict[str, tuple[str, ...]]:
    """The concepts known by a part of a label, with the beginnings that tell them."""
    concepts = vocabulary()["concepts"].items()
    loose = {name: rows for name, rows in concepts if "anywhere" in rows or "prefix" in rows}
    return {name: tuple(f"{prefix} " for prefix in rows.get("prefix", ())) for name, rows in loose.items()}


@cache
def _loose_names() -> tuple[tuple[str, ...], Phrases]:
    """All beginnings and all parts of labels that tell a concept: most labels have none of them."""
    concepts = vocabulary()["concepts"].values()
    beginnings = tuple(beginning for prefixes in _loose_concepts().values() for beginning in prefixes)
    return beginnings, Phrases({phrase for rows in concepts for phrase in rows.get("anywhere", ())})


@cache
def _sorted(kind: str) -> tuple[str, ...]:
    return tuple(sorted({"names": _exact, "words": known_words, "captions": caption_table}[kind]()))


def _beginning_with(start: str, names: tuple[str, ...]) -> tuple[str, ...]:
    """Those of sorted names that begin so."""
    return names[bisect_left(names, start) : bisect_left(names, start + "\uffff")]


def _last_word_cut(word: str) -> bool:
    """Whether a long label ends in the beginning of `pension`."""
    return len(word) >= 4 and "pensions".startswith(word)


def _cut_short(core: str) -> str | None:
    """The one concept a label stands for that a narrow column cut off."""
    if len(core) < _SHORT:
        return None
    longer = [(label, _exact()[label]) for label in _beginning_with(core, _sorted("names"))]
    barely = {concept for label, concept in longer if len(label) <= len(core) + 2}
    whole = barely or {concept for _, concept in longer}
    return whole.pop() if len(whole) == 1 else None


def _finished(
    label: str,
    concept: str | None,
    ytd: bool | None,
    employer: bool,
    employee: bool,
    letter: str | None = None,
    this_employment: bool = False,
) -> Meaning:
    rows = vocabulary()["concepts"].get(concept, {})
    sacrifice = concept is not None and (
        _phrases("concepts", concept, "sacrifice").any_in(label) or _ends_cut(label, rows.get("sacrifice", []))
    )
    if employer and "party" in rows:
        concept = rows["party"]
    elif employer and concept not in (None, "pension", "employer_ni"):
        concept = None
    return Meaning(
        label, concept, ytd, employer or concept == "employer_ni", employee, sacrifice,
        ni_letter=letter, this_employment=this_employment,
    )  # fmt: skip


@lru_cache(maxsize=8192)
def is_name_of_field(label: str) -> bool:
    """Whether a normalised label is, word for word, one of the names of a field, perhaps with words of time."""
    if label in _exact():
        return True
    words = label.split()
    _ends("ytd").strip(words)
    _ends("period").strip(words)
    return " ".join(words) in _exact()


@lru_cache(maxsize=2048)
def may_have_lost_its_end(label: str) -> bool:
    """Whether a narrow column may have cut off what a normalised label said of time at its end."""
    words = label.split()
    if len(words) < 2 or label in _exact():
        return False
    if any(phrase[0].startswith(words[-1]) for phrase in _qualifiers("ytd") if phrase != (words[-1],)):
        return True
    return words[-1] not in _ENDS and any(word.startswith(words[-1]) for word in _ENDS)


@lru_cache(maxsize=2048)
def is_cut(label: str) -> bool:
    """Whether a normalised label visibly ends within a word."""
    head, _, last = label.rpartition(" ")
    if len(last) == 1:
        return head in _exact() and _exact()[head] != "national_insurance"
    return last not in known_words() and bool(_beginning_with(last, _sorted("words")))


@lru_cache(maxsize=2048)
def could_go_on(label: str) -> bool:
    """Whether a label that may be cut off could be the beginning of another field's name."""
    words = label.split()
    _ends("ytd").strip(words)
    core = " ".join(words)
    mine = _exact().get(core)
    longer = _beginning_with(core if mine else f"{core} ", _sorted("names"))
    if any(_exact()[name] != mine for name in longer):
        return True
    rows = vocabulary()["concepts"]["pension"]
    parties = (*vocabulary()["qualifiers"]["employer"], *rows["sacrifice"])
    is_pension = _phrases("concepts", "pension", "anywhere").any_in(core)
    return is_pension and is_cut(label) and any(p.startswith(words[-1]) for p in parties)


def _ends_cut(label: str, phrases: list[str]) -> bool:
    """Whether a label ends in the beginning of one of the longer words."""
    last = label.rpartition(" ")[2]
    return len(label) >= CUT and len(last) > 3 and any(len(p) > 6 and p.startswith(last) for p in phrases)


def _side_of(label: str) -> str | None:
    return next((side for side in ("deductions", "payments") if _phrases("side", side).any_in(label)), None)


@cache
def caption_table() -> dict[str, str]:
    """The particular each caption names."""
    return {label: name for name, rows in captions()["fields"].items() for label in rows}


@remembered
def caption_of(words: str) -> str | None:
    """The particular a caption names, also one cut short by a narrow column. Takes normalised text."""
    told, table = overlay(), caption_table()
    if words in told.captions:
        return told.captions[words]
    if words in told.meanings:
        return None
    if words in table or len(words) < CUT:
        return table.get(words)
    whole = {table[label] for label in _beginning_with(words, _sorted("captions"))}
    return whole.pop() if len(whole) == 1 else None


@cache
def known_words() -> frozenset[str]:
    """Every word the data files spell: the words of payslips and P60s."""
    rules = "".join(
        files("hmrc_pipeline.extraction").joinpath(name).read_text(encoding="utf-8")
        for name in ("vocabulary.toml", "captions.toml", "kinds.toml")
    )
    words = {word for quoted in re.findall(r'"([^"\n]*)"', rules) for word in normalise(quoted).split()}
    return frozenset(word for word in words if not word.isdigit()) | {""}
