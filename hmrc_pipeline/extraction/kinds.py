"""What kind of document some pages are, by their content alone: a tag or a folder is never asked."""

from collections.abc import Sequence, Set
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from tomllib import loads
from typing import Any

from hmrc_pipeline.extraction.labels import caption_of, has_figures, normalise
from hmrc_pipeline.extraction.layout import Piece
from hmrc_pipeline.extraction.overlay import overlay
from hmrc_pipeline.extraction.phrases import Phrases
from hmrc_pipeline.extraction.values import read_nino, read_tax_code

__all__ = ["Kind", "kind_of"]

_FEW, _PLAINLY = 3, 3


@dataclass(frozen=True, slots=True)
class Kind:
    """`payslip`, `p60`, `other` or `foreign`, the sentence for the last two, and whether a page names its country."""

    name: str
    reason: str = ""
    names_country: bool = False


@cache
def _data() -> dict[str, Any]:
    return loads(files("hmrc_pipeline.extraction").joinpath("kinds.toml").read_text(encoding="utf-8"))


@cache
def _phrases() -> Phrases:
    """Every phrase that speaks for or against a kind."""
    data = _data()
    kinds = [kind["phrases"] for kind in data["kinds"].values()]
    signs = [data["payslip"][name] for name in ("titles", "net", "gross")]
    countries = [*data["british"].values(), *data["foreign"].values()]
    return Phrases({phrase for phrases in (*kinds, *signs, *countries) for phrase in phrases})


def kind_of(pieces: Sequence[Piece]) -> Kind:
    """Decide the kind of one document: as its layout says, else by its labels."""
    told = overlay().kind
    if told is not None and sum(piece.is_amount for piece in pieces) >= _FEW:
        return Kind(told)
    labels = [normalise(piece.text) for piece in pieces if piece.pence is None]
    said = set(_phrases().found_in(" ".join(labels)))
    scores = {name: _score(said, kind) for name, kind in _data()["kinds"].items()}
    reached = {name: score for name, score in scores.items() if score >= _data()["kinds"][name]["needs"]}
    payslip = _payslip_score(said, pieces)
    if reached:
        best = max(reached, key=lambda name: reached[name])
        if best == "p60" and (scores["p60"] >= 6 or payslip < _data()["payslip"]["needs"]):
            return Kind("p60")
        if best != "p60" and (best != "bill" or payslip < _data()["payslip"]["needs"]):
            says = _data()["kinds"][best]["says"]
            return Kind("other", f"This is {says}, neither a payslip nor a P60.")
    if payslip >= _data()["payslip"]["needs"]:
        return _payslip_or_foreign(said, pieces)
    country = _country(said, 2)
    if country is not None and _british_signs(said, pieces) < _PLAINLY:
        return _foreign(*country)
    return Kind("other", "This is neither a payslip nor a P60: none of their labels with figures were found.")


def _score(said: Set[str], kind: dict[str, Any]) -> int:
    return sum(kind["phrases"][phrase] for phrase in said & kind["phrases"].keys())


def _payslip_score(said: Set[str], pieces: Sequence[Piece]) -> int:
    data = _data()["payslip"]
    amounts = sum([piece.pence is not None and not piece.prose for piece in pieces])
    concepts = {piece.meaning.concept for piece in pieces if piece.pence is None and not piece.prose} - {None}
    score = 2 * (not said.isdisjoint(data["titles"])) + 2 * (not said.isdisjoint(data["net"]))
    score += 2 * (not said.isdisjoint(data["gross"])) + min(len(concepts), 4) + (amounts >= 4)
    return score if amounts >= 2 else 0


def _payslip_or_foreign(said: Set[str], pieces: Sequence[Piece]) -> Kind:
    british = _british_signs(said, pieces)
    country = _country(said, min(british + 1, 2)) if british < _PLAINLY else None
    if country is not None:
        return _foreign(*country)
    if british == 0:
        return Kind(
            "foreign",
            "This payslip is not from UK payroll: it prints no NI number, tax code, PAYE or National Insurance.",
        )
    return Kind("payslip")


def _country(said: Set[str], needed: int) -> tuple[str, str] | None:
    """The other country whose payroll the text speaks of, and the first sign of it."""
    for country, phrases in _data()["foreign"].items():
        signs = [phrase for phrase in phrases if phrase in said]
        if len(signs) >= needed:
            return str(country), str(signs[0])
    return None


def _foreign(country: str, sign: str) -> Kind:
    article = "an" if country[0] in "AI" else "a"
    return Kind("foreign", f"This is {article} {country} payslip (it speaks of {sign.upper()}), not a UK one.", True)


def _british_signs(said: Set[str], pieces: Sequence[Piece]) -> int:
    """How much speaks for a payroll of the United Kingdom; what is plain is not added to."""
    data = _data()["british"]
    signs = 2 * (not said.isdisjoint(data["strong"])) + (not said.isdisjoint(data["weak"]))
    if signs >= _PLAINLY:
        return signs
    signs += 2 * any(read_nino(piece.text) is not None for piece in pieces if not piece.is_amount)
    code = any(
        caption_of(normalise(piece.text)) == "tax_code" or read_tax_code(piece.text)
        for piece in pieces
        if not piece.is_amount and has_figures(piece.text)
    )
    return signs + 2 * code
