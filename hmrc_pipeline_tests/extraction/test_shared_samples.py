"""An outside check: made-up documents drawn by others, read from a folder beside the repository.

Set HMRC_PIPELINE_SHARED_DATA to the folder that holds `payslips/`; without it the sibling `../shared/data` is tried.
"""

import json
import os
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

import pytest

from hmrc_pipeline.extraction import ReaderPool, reading_as_json
from hmrc_pipeline.identifiers import InvalidIdentifier, TaxCode

ROOT = Path(__file__).resolve().parents[2]
FOLDER = Path(os.environ.get("HMRC_PIPELINE_SHARED_DATA", ROOT.parent / "shared" / "data")) / "payslips"
pytestmark = pytest.mark.skipif(not FOLDER.is_dir(), reason=f"no shared samples in {FOLDER}")


def same(first: str, second: str) -> bool:
    try:
        return Decimal(first) == Decimal(second)
    except InvalidOperation:
        return "".join(first.upper().split()) == "".join(second.upper().split())


def expected_fields(document: dict[str, Any]) -> dict[str, str]:
    """The samples' fields in the contract's spelling: the basis apart from the code, every statutory pay a field."""
    fields = dict(document["fields"])
    try:
        code = TaxCode.parse(fields.get("tax_code", ""))
    except InvalidIdentifier:
        code = None
    if code is not None and code.basis:
        fields |= {"tax_code": code.value, "tax_basis": code.basis}
    for line in document["lines"]:
        if line["label"] == "Statutory Sick Pay":
            fields["ssp"] = line["amount"]
            if "ytd" in line:
                fields["ytd_ssp"] = line["ytd"]
    return fields


def stands(given: dict[str, Any], places: list[dict[str, Any]]) -> bool:
    x0, top, x1, bottom = given["box"]
    middles = [((p["box"][0] + p["box"][2]) / 2, (p["box"][1] + p["box"][3]) / 2, p["page"]) for p in places]
    inside = any(x0 <= x <= x1 and top <= y <= bottom and page == given["page"] for x, y, page in middles)
    wide = any(p["box"][0] - 1 <= x0 and x1 <= p["box"][2] + 1 and p["page"] == given["page"] for p in places)
    return inside or wide


def test_the_outside_samples() -> None:
    expected = {path.stem: json.loads(path.read_text(encoding="utf-8")) for path in sorted(FOLDER.glob("s*.json"))}
    passwords = sorted({sample["password"] for sample in expected.values() if sample["password"]})
    right = printed = boxes = boxes_right = review = documents = 0
    silent: list[tuple[str, str]] = []
    with ReaderPool(passwords=passwords) as reader:
        contents = ((stem, (FOLDER / f"{stem}.pdf").read_bytes()) for stem in expected)
        readings = {stem: reading_as_json(f"{stem}.pdf", reading) for stem, reading in reader.read_many(contents)}
    assert readings.keys() == expected.keys()
    for stem, sample in expected.items():
        left = list(readings[stem]["documents"])
        for document in sample["documents"]:
            wanted = expected_fields(document)
            best = max(left, key=lambda d: sum(same(d["fields"].get(n, "?"), v) for n, v in wanted.items()))
            left.remove(best)
            documents += 1
            review += best["needs_review"]
            printed += len(wanted)
            good = {name for name, value in wanted.items() if same(best["fields"].get(name, "?"), value)}
            right += len(good)
            bad = set(best["fields"]) - good
            silent.extend((stem, name) for name in bad if not best["needs_review"])
            known = [name for name in best["boxes"] if name in document["boxes"]]
            boxes += len(known)
            boxes_right += sum(stands(best["boxes"][name], document["boxes"][name]) for name in known)
        assert left == [], f"{stem} gave more documents than it holds"
    assert silent == []
    assert right >= 0.995 * printed
    assert boxes_right >= 0.99 * boxes
    assert review <= 0.03 * documents
