"""Readings held against what was printed: right, missed, wrong, invented, silent, boxes, by layout and by field.

Where the documents come from belongs to the tests.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation

from hmrc_pipeline.extraction import Figure, read_pdf
from hmrc_pipeline.simulators.samples import Sample

__all__ = ["Score", "scored"]

_COLUMNS = ("documents", "review", "right", "missed", "wrong", "invented", "silent", "boxes")


@dataclass
class Score:
    """What came of some documents. `silent` names each wrong or invented value of a document that was not flagged."""

    by_layout: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    by_field: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    silent: list[tuple[str, str, str]] = field(default_factory=list)

    @property
    def all(self) -> Counter[str]:
        total: Counter[str] = Counter()
        for counts in self.by_layout.values():
            total.update(counts)
        return total

    def share_right(self) -> float:
        counts = self.all
        return counts["right"] / max(1, counts["right"] + counts["missed"] + counts["wrong"])

    def share_of_boxes(self) -> float:
        return self.all["boxes"] / max(1, self.all["boxes"] + self.all["boxes off"])

    def share_in_review(self) -> float:
        return self.all["review"] / max(1, self.all["documents"])

    def tables(self) -> str:
        """Both tables as text, a row for each layout and each field."""
        return "\n\n".join(
            _table(name, {**rows, "all": self.all})
            for name, rows in (("layout", self.by_layout), ("field", self.by_field))
        )

    def note(self, sample: Sample, what: str, *names: str) -> None:
        self.by_layout[sample.layout][what] += len(names) or 1
        for name in names:
            self.by_field[name][what] += 1


def _table(title: str, rows: dict[str, Counter[str]]) -> str:
    lines = [f"{title:28}" + "".join(f"{column:>10}" for column in _COLUMNS) + f"{'right %':>10}{'boxes %':>10}"]
    for name in sorted(rows, key=lambda name: (name == "all", name)):
        counts = rows[name]
        printed = counts["right"] + counts["missed"] + counts["wrong"]
        boxes = counts["boxes"] + counts["boxes off"]
        shares = [f"{100 * part / whole:10.2f}" if whole else f"{'-':>10}"
                  for part, whole in ((counts["right"], printed), (counts["boxes"], boxes))]  # fmt: skip
        lines.append(f"{name:28}" + "".join(f"{counts[column]:10}" for column in _COLUMNS) + "".join(shares))
    return "\n".join(lines)


def scored(samples: Iterable[Sample]) -> Score:
    """Read each sample with the generic rules alone and hold the reading against it."""
    score = Score()
    for sample in samples:
        reading = read_pdf(sample.content, passwords=[sample.password] if sample.password else [])
        assert len(reading.documents) == 1, (sample.layout, sample.name, reading.error)
        document = reading.documents[0]
        flagged = document.status not in ("proved", "consistent")
        score.note(sample, "documents")
        if flagged:
            score.note(sample, "review")
        for name in sample.fields.keys() | document.figures.keys():
            what = _compare(sample.fields.get(name), document.figures.get(name))
            score.note(sample, what, name)
            if what in ("wrong", "invented") and not flagged:
                score.note(sample, "silent", name)
                score.silent.append((sample.layout, sample.name, name))
            figure = document.figures.get(name)
            if figure is not None and name in sample.fields:
                score.note(sample, "boxes" if _stands(figure, sample) else "boxes off", name)
    return score


def _compare(printed: str | None, figure: Figure | None) -> str:
    if printed is None:
        return "invented"
    if figure is None:
        return "missed"
    return "right" if _same(figure.value, printed) else "wrong"


def _same(first: str, second: str) -> bool:
    try:
        return Decimal(first) == Decimal(second)
    except InvalidOperation:
        return "".join(first.upper().split()) == "".join(second.upper().split())


def _stands(figure: Figure, sample: Sample) -> bool:
    for place in sample.boxes[figure.field]:
        x0, top, x1, bottom = place["box"]
        across = min(figure.box.x1, x1) - max(figure.box.x0, x0)
        down = min(figure.box.bottom, bottom) - max(figure.box.top, top)
        if place["page"] == figure.page and across >= 0.5 * min(figure.box.x1 - figure.box.x0, x1 - x0) and down > 0:
            return True
    return False
