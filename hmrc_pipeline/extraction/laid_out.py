"""The words of a page become its pieces: every step between the two, in the one order in which they are right.

Whoever reads a page and whoever drafts a layout from it see the same pieces. Each step has a module of its own.
"""

from collections.abc import Sequence

from hmrc_pipeline.extraction.codes import without_codes
from hmrc_pipeline.extraction.layout import Piece, pieces_of
from hmrc_pipeline.extraction.model import Word
from hmrc_pipeline.extraction.strokes import with_amounts_parted
from hmrc_pipeline.extraction.templates import Template, placed
from hmrc_pipeline.extraction.tongues import in_one_tongue
from hmrc_pipeline.extraction.upright import without_upright

__all__ = ["laid_out"]


def laid_out(words: Sequence[Word], template: Template | None = None) -> Sequence[Piece]:
    """The pieces of one page, row by row from the top, each row from the left.

    A layout's overlay must be in force meanwhile: what words mean tells where one phrase ends and the next begins.
    """
    standing = without_upright(words)
    if template is not None:
        standing = placed(template, standing)
    return in_one_tongue(without_codes(pieces_of(with_amounts_parted(standing))))
