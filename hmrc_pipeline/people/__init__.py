"""Who a person is: an opaque id, encrypted NINO, UTR and name, and how a document finds its person.

Matching, adding, merging, exporting and erasing people belong here. What their documents say belongs to
`readings`; which documents there are, to `documents`.
"""

from hmrc_pipeline.people.identify import Clue, Identified, identify, mark, recognise, unmark
from hmrc_pipeline.people.imports import PeopleImportProblem, add_from_json, import_people
from hmrc_pipeline.people.leaving import erase_person, export_person
from hmrc_pipeline.people.merging import drop_nobodies, merge_people
from hmrc_pipeline.people.names import employer_key
from hmrc_pipeline.people.register import (
    PeopleConflict,
    PersonSummary,
    UnknownPerson,
    add_person,
    count_people,
    list_people,
    lock_people,
    name_of,
    nino_of,
    require_person,
    utr_of,
)

__all__ = [
    "Clue",
    "Identified",
    "PeopleConflict",
    "PeopleImportProblem",
    "PersonSummary",
    "UnknownPerson",
    "add_from_json",
    "add_person",
    "count_people",
    "drop_nobodies",
    "employer_key",
    "erase_person",
    "export_person",
    "identify",
    "import_people",
    "list_people",
    "lock_people",
    "mark",
    "merge_people",
    "name_of",
    "nino_of",
    "recognise",
    "require_person",
    "unmark",
    "utr_of",
]
