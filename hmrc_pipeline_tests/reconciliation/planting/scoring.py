"""What was planted, and what explaining made of it."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from hmrc_pipeline.reconciliation.explain import Explained
from hmrc_pipeline.reconciliation.findings import CONTEXT
from hmrc_pipeline.simulators.dice import Dice
from hmrc_pipeline_tests.reconciliation.planting.papers import Papers, Vector, solve


@dataclass(frozen=True)
class Truth:
    """What was planted, and what it explains. `more` are amounts of it that a finding may name as well: not every
    source tells them."""

    cause: str
    vector: Mapping[str, Decimal]
    label: str = ""
    more: Mapping[str, Decimal] = field(default_factory=dict)

    def is_explained(self, explains: Mapping[str, Decimal]) -> bool:
        """Whether these are its amounts."""
        own = {name: amount for name, amount in self.vector.items() if amount}
        found = {name: amount for name, amount in explains.items() if amount}
        return own.items() <= found.items() <= {**self.more, **own}.items()


Planter = Callable[[Papers, Dice], Truth | None]


@dataclass(frozen=True)
class Score:
    """What explaining made of what was planted."""

    truths: tuple[Truth, ...]
    named: tuple[bool, ...]
    exact: tuple[bool, ...]
    told: tuple[str, ...]
    as_one: bool
    wrongly_certain: tuple[str, ...]
    unexplained: bool
    sets: int = 0
    """How many alternative sets the findings name."""

    @property
    def label(self) -> str:
        return self.truths[0].label or self.truths[0].cause

    @property
    def all_exact(self) -> bool:
        return all(self.exact)

    def is_told(self, meeting: str) -> bool:
        """Whether all is named with exact amounts; exact together where the documents hold the sum alone."""
        return self.all_exact or (meeting == "joint" and self.as_one)


def score(papers: Papers, truths: Sequence[Truth], solved: Sequence[Explained] | None = None) -> Score:
    """Whether each truth is named, or among tied alternatives, and with its exact amounts."""
    results = solve(papers) if solved is None else solved
    findings = [finding for result in results for finding in result.findings if finding.cause not in CONTEXT]
    told: list[tuple[str, Mapping[str, Decimal]]] = [(item.cause, item.explains) for item in findings]
    told += [(one.cause, one.explains) for item in findings for some in item.alternatives for one in some]
    planted = {truth.cause for truth in truths}
    gaps = [item for item in findings if item.kind == "discrepancy"]
    sets = [((item.cause, item.explains),) for item in findings]
    sets += [tuple((one.cause, one.explains) for one in some) for item in findings for some in item.alternatives]
    joint = [_as_one(truths, some) for some in sets]
    certain = tuple(item.cause for item in gaps if item.certainty == "certain" and item.cause not in planted)
    left = any(amount for result in results for amount in result.unexplained.values())
    return Score(
        tuple(truths),
        tuple(any(cause == truth.cause for cause, _ in told) for truth in truths),
        tuple(any(cause == t.cause and t.is_explained(vector) for cause, vector in told) for t in truths),
        tuple(item.cause for item in gaps),
        any(joint),
        certain,
        left,
        sum(len(item.alternatives) for item in findings),
    )


def _as_one(truths: Sequence[Truth], some: Sequence[tuple[str, Mapping[str, Decimal]]]) -> bool:
    """Whether a set names all that was planted, with amounts that are exact together."""
    planted = [(truth.cause, truth.vector) for truth in truths]
    return sorted(c for c, _ in planted) == sorted(c for c, _ in some) and _sum(planted) == _sum(some)


def _sum(parts: Iterable[tuple[str, Mapping[str, Decimal]]]) -> Vector:
    total: dict[str, Decimal] = defaultdict(Decimal)
    for _, vector in parts:
        for name, amount in vector.items():
            total[name] += amount
    return {name: amount for name, amount in total.items() if amount}
