"""What verbs begin with: HOME, the clock, who runs them, a free port."""

import os
import socket
from datetime import UTC, datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from hmrc_pipeline.home import Home
    from hmrc_pipeline.settings import Settings
    from hmrc_pipeline.tax_year import TaxYear

__all__ = ["hint_at_changes", "moment", "opened_home", "passwords_to_try", "require_free", "whoever"]


def opened_home() -> "Home":
    """HOME as the settings name it, made when it is new."""
    from hmrc_pipeline.home import open_home
    from hmrc_pipeline.logs import configure_logs
    from hmrc_pipeline.settings import load_settings

    configure_logs()
    return open_home(load_settings())


def hint_at_changes(home: "Home", year: "TaxYear") -> None:
    """Say it where what is shown of a year is older than what is known of it."""
    from hmrc_pipeline.cli.output import remark
    from hmrc_pipeline.database.generations import pending_years

    with home.database.reading() as session:
        pending = [label for label, _generation in pending_years(session)]
    if year.label in pending:
        remark(
            f"Something of {year} has changed since: `hmrc-pipeline up` reconciles it by itself, "
            "`hmrc-pipeline reconcile --keep FOLDER` at once."
        )


def passwords_to_try(settings: "Settings", password_file: "Path | None" = None) -> tuple[str, ...]:
    """What may open a locked PDF, for a command that keeps nothing: HOME is opened only where it is there already, and
    only where a layout makes passwords of the people in it."""
    from hmrc_pipeline.extraction import load_templates, read_passwords, texts_of
    from hmrc_pipeline.home import open_home
    from hmrc_pipeline.readings import known_passwords

    makes_some = any(template.password for template in load_templates(texts_of(settings.layouts)))
    if not makes_some or not settings.key_file.exists():
        return read_passwords(settings.pdf_passwords_file, password_file)
    return known_passwords(open_home(settings), password_file)


def moment() -> datetime:
    """The clock of the command."""
    return datetime.now(UTC)


def whoever() -> str:
    """The name of the account that runs the command: who said a word about a document."""
    import getpass

    try:
        return getpass.getuser()
    except (OSError, KeyError):
        return "unknown"


def require_free(host: str, port: int, remedy: str) -> None:
    """Raises `Problem` when the port cannot be listened on; `remedy` says how to choose another."""
    from hmrc_pipeline.problems import Problem

    try:
        socket.create_server((host, port)).close()
    except OSError as error:
        why = os.strerror(error.errno).lower() if error.errno else "it is no address of this machine"
        raise Problem(f"Port {port} of {host} cannot be used ({why}): {remedy}.") from None
