"""Words placed by hand, for tests of what their places mean."""

from hmrc_pipeline.extraction.model import Box, Word

__all__ = ["words"]


def words(*lines: tuple[float, float, str, float]) -> list[Word]:
    """Words of lines given as left edge, top, text and height; every letter half as wide as it is high."""
    found: list[Word] = []
    for x, top, text, height in lines:
        for word in text.split():
            width = 0.5 * height * len(word)
            found.append(Word(word, Box(x, top, x + width, top + height), 1))
            x += width + 0.3 * height
    return found
