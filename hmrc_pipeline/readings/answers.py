"""Documents as plain data: for `--json`, and the list of those that need a look.

What is in the answer for the document's owner (names, paths) is never in the one for everybody.
"""

from dataclasses import asdict
from typing import Any

from hmrc_pipeline.home import Home
from hmrc_pipeline.money import format_amount
from hmrc_pipeline.readings.review import DocumentDetail, DocumentSummary, PartDetail, PartSummary, list_documents

__all__ = ["detail_as_json", "needs_a_look", "sentences_of", "state_of", "summary_as_json"]


def state_of(part: PartSummary) -> str:
    """One word: the status, or `unassigned` for a document of nobody known."""
    return "unassigned" if part.is_unassigned else part.status


def needs_a_look(home: Home) -> list[dict[str, Any]]:
    """Every document in review, quarantine or of nobody known, by its id: fit for the UI, no name of anybody."""
    return [
        {"document": item.document_id, "part": part.part, "state": state_of(part), "reason": part.reason}
        for item in list_documents(home)
        if not (item.is_withdrawn or item.is_ignored)
        for part in item.parts
        if state_of(part) in ("needs_review", "quarantined", "unassigned")
    ]


def summary_as_json(item: DocumentSummary) -> dict[str, Any]:
    """One line of `documents list --json`."""
    return {
        "id": item.document_id,
        "sha256": item.sha256,
        "seen_as": list(item.seen_as),
        "first_seen_at": item.first_seen_at.isoformat(),
        "withdrawn": item.is_withdrawn,
        "ignored": item.is_ignored,
        "read": item.is_read,
        "documents": [_part(part) for part in item.parts],
    }


def detail_as_json(detail: DocumentDetail) -> dict[str, Any]:
    """`documents show --json`: the summary, with figures and lines in each document."""
    answer = summary_as_json(detail.summary)
    answer["documents"] = [{**_part(part.summary), **_content(part)} for part in detail.parts]
    return answer


def _part(part: PartSummary) -> dict[str, Any]:
    return {
        "part": part.part,
        "doc_type": part.doc_type,
        "status": part.status,
        "reasons": list(part.reasons),
        "person": part.person_id,
        "assigned_by": part.assigned_by,
        "tax_year": part.tax_year,
        "pay_date": part.pay_date.isoformat() if part.pay_date else None,
    }


def _content(part: PartDetail) -> dict[str, Any]:
    lines = [
        {
            "section": line.section,
            "label": line.label,
            "amount": None if line.amount is None else format_amount(line.amount),
            "ytd": None if line.ytd is None else format_amount(line.ytd),
        }
        for line in part.lines
    ]
    said = [
        {
            "field": word.field,
            "value": word.value,
            "by": word.by,
            "at": word.at.isoformat(),
            "ended_at": word.ended_at.isoformat() if word.ended_at else None,
        }
        for word in part.said
    ]
    changes = [{**asdict(change), "read_at": change.read_at.isoformat()} for change in part.changes]
    figures = [asdict(figure) for figure in part.figures]
    return {"figures": figures, "lines": lines, "said": said, "changes": changes}


def sentences_of(part: dict[str, Any]) -> list[str]:
    """What users said of a document of `detail_as_json`, and what a newer reader read differently, in sentences."""
    sentences = []
    for word in part["said"]:
        day, ended = word["at"][:10], " (no longer counts)" if word["ended_at"] else ""
        what = f"{word['field']} is {word['value'] or 'not printed'}" if word["field"] else "the figures are right"
        sentences.append(f"{word['by']} said on {day}: {what}{ended}")
    for change in part["changes"]:
        before, after = (change[when] or "nothing" for when in ("before", "after"))
        sentences.append(
            f"{change['field']} changed from {before} to {after} when read anew on {change['read_at'][:10]}"
        )
    return sentences
