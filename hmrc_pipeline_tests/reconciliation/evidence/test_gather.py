"""Which documents of too many are shown, and what exhibits are called."""

from itertools import islice

from hmrc_pipeline.reconciliation.evidence.gather import _ends, _names


def test_of_too_many_documents_the_first_and_the_last_are_shown() -> None:
    few, many = [str(number) for number in range(26)], [str(number) for number in range(60)]
    assert _ends(few) == few
    shown = _ends(many)
    assert len(shown) == 26
    assert (shown[0], shown[-1]) == (many[0], many[-1]), "where it began, and the P60"
    assert sorted(shown, key=many.index) == shown


def test_exhibits_go_on_after_z() -> None:
    names = list(islice(_names(), 60))
    assert names[:2] + names[25:28] == ["A", "B", "Z", "AA", "AB"]
    assert len(set(names)) == 60
