"""What verbs begin with: HOME, the clock, who runs them, a free port."""

import os
import socket
from datetime import UTC, datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from hmrc_pipeline.home import Home

__all__ = ["moment", "opened_home", "require_free", "whoever"]


def opened_home() -> "Home":
    """HOME as the settings name it, made when it is new."""
    from hmrc_pipeline.home import open_home
    from hmrc_pipeline.logs import configure_logs
    from hmrc_pipeline.settings import load_settings

    configure_logs()
    return open_home(load_settings())


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
