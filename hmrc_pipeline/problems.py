"""What goes wrong: problems the person in front of it can mend, and faults told without what they say."""

import traceback
from pathlib import Path

__all__ = ["Problem", "fault_sentence"]

_PACKAGE = Path(__file__).parent


class Problem(Exception):
    """One plain sentence that says what happened, where, and what to do. Never personal data or a secret.

    The command prints it and exits with 2, the web application answers 4xx, a run fails with it.
    """


def fault_sentence(error: BaseException) -> str:
    """What happened and where, without the error's own words: they may quote a document or a name.

    An operating system's reason is told: it speaks of files and disks, and its file name is left out.
    """
    frames = [f for f in traceback.extract_tb(error.__traceback__) if Path(f.filename).is_relative_to(_PACKAGE)]
    where = f" at {_place(frames[-1])}" if frames else ""
    why = f" ({error.strerror})" if isinstance(error, OSError) and error.strerror else ""
    return (
        f"{type(error).__name__}{where}{why}. This is a fault of hmrc-pipeline or of the machine it runs on; its text "
        "is not kept, because it may hold personal data."
    )


def _place(frame: traceback.FrameSummary) -> str:
    return f"hmrc_pipeline/{Path(frame.filename).relative_to(_PACKAGE).as_posix()}:{frame.lineno}, in {frame.name}"
