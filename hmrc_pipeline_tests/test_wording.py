"""One is one, none and several are many."""

import pytest

from hmrc_pipeline.wording import count_of


@pytest.mark.parametrize(
    ("number", "forms", "said"),
    [
        (1, ("document",), "1 document"),
        (0, ("document",), "0 documents"),  # none takes the plural
        (2, ("document",), "2 documents"),
        (1, ("person", "people"), "1 person"),
        (2, ("person", "people"), "2 people"),
        (1, ("file is", "files are"), "1 file is"),  # the verb goes with it
    ],
)
def test_a_count_agrees_with_its_word(number: int, forms: tuple[str, ...], said: str) -> None:
    assert count_of(number, *forms) == said
