"""What may open a locked document: the passwords of the user's files, and those its layouts make of known people.

Gathered in memory for the moment of reading; kept nowhere.
"""

from pathlib import Path

from hmrc_pipeline.extraction import load_templates, passwords_of, read_passwords, texts_of
from hmrc_pipeline.extraction.passwords import Holder
from hmrc_pipeline.home import Home
from hmrc_pipeline.people import list_people, nino_of

__all__ = ["known_passwords"]


def known_passwords(home: Home, *files: Path | None, layouts: Path | None = None) -> tuple[str, ...]:
    """The passwords to try, those of files first. `layouts` is the folder of layouts, that of HOME unless given.

    Raises `Problem` for a file that cannot be read, `TemplateProblem` for a layout that is wrong.
    """
    written = read_passwords(home.settings.pdf_passwords_file, *files)
    templates = load_templates(texts_of(layouts or home.settings.layouts))
    patterns = [template.password for template in templates if template.password is not None]
    made = passwords_of(patterns, _holders(home)) if patterns else ()
    return tuple(dict.fromkeys((*written, *made)))


def _holders(home: Home) -> list[Holder]:
    with home.database.reading() as session:
        found = []
        for person in list_people(session, home.cipher):
            nino = nino_of(session, home.cipher, person.person_id)
            found.append(Holder.of(person.name, nino.value if nino else None))
        return found
