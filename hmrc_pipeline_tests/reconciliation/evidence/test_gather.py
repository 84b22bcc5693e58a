"""Which documents of too many are shown, what exhibits are called, what an employer is not told."""

from itertools import islice

from hmrc_pipeline.reconciliation.evidence.gather import _ends, _for_employer, _names
from hmrc_pipeline.reconciliation.evidence.pack import Employment
from hmrc_pipeline.reconciliation.report import finding_sentence


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


def test_an_employer_is_not_told_what_all_employments_come_to() -> None:
    balance = {
        "cause": "predicted_balance",
        "kind": "information",
        "next_step": "£7,516.50 tax underpaid",
        "evidence": {},
    }
    scheme = {"cause": "scheme_change", "kind": "discrepancy", "next_step": "paid under 419/FM7731 too", "evidence": {}}
    findings = tuple({**each, "certainty": "likely", "explains": {}, "alternatives": []} for each in (balance, scheme))
    shown = _for_employer(Employment("846/CX1", "846/CX1", "Corvane Ltd", (), findings, {}, ()))
    said = [finding_sentence(finding) for finding in shown.findings]
    assert said == ["The employer's PAYE reference changed. This is likely."]
