"""Captions above amounts: which heading of a grid an amount stands under.

Only the one relation `below caption` belongs here; amounts right of their label are for `entries`.
"""

from collections.abc import Sequence

from hmrc_pipeline.extraction.layout import Piece, overlap

__all__ = ["Captions"]

_REACH = 3.2
"""A caption stands at most this many line heights above the amount of its cell."""
_FAR = 14.0
"""And at most this many when rows are named for their time, as in a table of balances."""
_ASIDE = 14.0


class Captions:
    """The headings of one page's grids.

    A row of headings is a row without amounts in which at least one names a field; the others in it are headings
    too, of fields we do not know: their amounts are theirs, and not the neighbour's.
    """

    def __init__(self, bare: Sequence[Piece], pieces: Sequence[Piece]) -> None:
        with_amounts = {(p.page, p.row) for p in pieces if p.pence is not None}
        rows: dict[tuple[int, int], list[Piece]] = {}
        for piece in bare:
            rows.setdefault((piece.page, piece.row), []).append(piece)
        self._rows = [
            row
            for key, row in rows.items()
            if any(p.meaning.concept and not p.meaning.section for p in row)
            and (key not in with_amounts or len(row) > 1)
        ]

    def above(self, amount: Piece, *, far: bool = False) -> Piece | None:
        """The caption of an amount, None when it stands under none."""
        best: tuple[float, Piece] | None = None
        for row in self._rows:
            found = self._in_row(row, amount, (_FAR if far else _REACH) * amount.height)
            if found is None:
                continue
            if best is None or found.box.bottom > best[0] + 1 or _wraps(found, best[1]):
                best = (found.box.bottom, found)
        if best is None or (best[1].meaning.role and not best[1].meaning.concept):
            return None
        return best[1]

    def below(self, amount: Piece) -> Piece | None:
        """The caption set directly below an amount, as dashboards do; only where the row is captions alone."""
        bottom, height = amount.box.bottom, amount.height
        near = [
            p for row in self._rows for p in row
            if -0.3 * height <= p.box.top - bottom <= 0.8 * height and p.height <= 0.8 * height
            and p.meaning.concept and p.page == amount.page and overlap(p.box, amount.box) > 0
        ]  # fmt: skip
        return max(near, key=lambda p: overlap(p.box, amount.box), default=None)

    def _in_row(self, row: Sequence[Piece], amount: Piece, reach: float) -> Piece | None:
        top, lowest = amount.box.top, amount.box.top + 0.3 * amount.height
        above = [p for p in row if p.box.bottom <= lowest and top - p.box.bottom <= reach and p.page == amount.page]
        if not above:
            return None
        over = [p for p in above if overlap(p.box, amount.box) > 0]
        if over:
            return max(over, key=lambda p: (len(p.words) if p.meaning.concept else 0, overlap(p.box, amount.box)))
        left = [p for p in above if p.box.x1 <= amount.box.x0]
        if not left:
            return None
        nearest = max(left, key=lambda p: (p.box.x0, len(p.words)))
        return nearest if amount.box.x0 - nearest.box.x1 <= _ASIDE * amount.height else None


def _wraps(longer: Piece, shorter: Piece) -> bool:
    """Whether one caption is the other with a further line."""
    return longer.words[: len(shorter.words)] == shorter.words and len(longer.words) > len(shorter.words)
