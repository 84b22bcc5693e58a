"""How many of a thing there are, as a sentence says it. Words alone; what is counted belongs to who counts."""

__all__ = ["count_of"]


def count_of(number: int, one: str, many: str | None = None) -> str:
    """`1 document`, `3 documents`; `many` where an s does not make the plural, or where a verb follows."""
    return f"{number} {one if number == 1 else many or f'{one}s'}"
