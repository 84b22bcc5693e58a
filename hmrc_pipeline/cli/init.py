"""`init`: asks where documents come from and whom to tell, tries what was entered, and writes `.env`.

What stands in `.env` already and is not asked about stays as it is.
"""

import os
import secrets
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from hmrc_pipeline.cli.context import moment

if TYPE_CHECKING:
    from hmrc_pipeline.documents import Advice

__all__ = ["register", "write_env"]

_PREFIX = "HMRC_PIPELINE_"


def register(app: typer.Typer) -> None:
    app.command()(init)


def init() -> None:
    """Set up step by step: where your payslips are, whom to tell. Tries what you enter and writes .env, mode 0600.

    Press Enter to keep what is shown or to leave a thing out; run it again to change something.
    """
    from hmrc_pipeline.cli.output import remark

    path = Path(".env").absolute()
    answers = {**_paperless(), **_folder(), **_alerts()}
    write_env(path, answers)
    remark(f"Written to {path}, readable by you alone. Now run: hmrc-pipeline doctor, then hmrc-pipeline up")


def _paperless() -> dict[str, str]:
    from hmrc_pipeline.documents import check_paperless
    from hmrc_pipeline.settings import SettingsProblem, load_settings

    answers = {"PAPERLESS_PAYSLIP_TAG": "payslip", "PAPERLESS_P60_TAG": "p60", **_known()}
    while url := _asked("Address of your Paperless-ngx", answers.get("PAPERLESS_URL", "")):
        answers = {
            "PAPERLESS_URL": url,
            "PAPERLESS_TOKEN": _secret("Its API token", answers.get("PAPERLESS_TOKEN", "")),
            "PAPERLESS_PAYSLIP_TAG": _asked("The tag your payslips carry", answers["PAPERLESS_PAYSLIP_TAG"]),
            "PAPERLESS_P60_TAG": _asked("The tag your P60s carry", answers["PAPERLESS_P60_TAG"]),
        }
        try:
            settings = load_settings(**{name.lower(): value or None for name, value in answers.items()})
        except SettingsProblem as problem:
            typer.secho(str(problem), fg="red", err=True)
            continue
        found = check_paperless(settings, now=moment())
        _show(found)
        if all(advice.state != "wrong" for advice in found) or typer.confirm("Keep it all the same?", err=True):
            return answers
    return {}


def _folder() -> dict[str, str]:
    while text := _asked("A folder of PDFs to watch", _known().get("DOCUMENTS_FOLDER", "")):
        folder = Path(text).expanduser().absolute()
        if folder.is_dir() or typer.confirm(f"{folder} is not there. Keep it all the same?", err=True):
            return {"DOCUMENTS_FOLDER": str(folder)}
    return {}


def _alerts() -> dict[str, str]:
    known = _known().get("ALERT_URLS", "")
    urls = _secret("Whom to tell (Apprise URLs, such as ntfys://ntfy.sh/a-topic-of-yours)", known)
    return {"ALERT_URLS": urls} if urls else {}


def _asked(question: str, known: str) -> str:
    return str(typer.prompt(question, default=known, show_default=bool(known), err=True)).strip()


def _secret(question: str, known: str) -> str:
    shown = f"{question} (not shown{'; Enter keeps the one you have' if known else ''})"
    return str(typer.prompt(shown, default=known, show_default=False, hide_input=True, err=True)).strip()


def _show(found: "list[Advice]") -> None:
    from hmrc_pipeline.cli.checkups import COLOURS

    for advice in found:
        typer.secho(f"{advice.name}: {advice.sentence}", fg=COLOURS[advice.state], err=True)


def _known() -> dict[str, str]:
    """What `.env` says by now, by our names."""
    from dotenv import dotenv_values

    found = dotenv_values(".env").items()
    return {name.removeprefix(_PREFIX): value for name, value in found if value and name.startswith(_PREFIX)}


def write_env(path: Path, answers: dict[str, str]) -> None:
    """Set these settings in `.env`: their lines are replaced, others stay. The file appears whole, mode 0600."""
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    names = {f"{_PREFIX}{name}" for name in answers}
    kept = [line for line in lines if line.removeprefix("export ").partition("=")[0].strip() not in names]
    new = [f"{_PREFIX}{name}={_quoted(value)}" for name, value in answers.items()]
    draft = path.with_name(f".env.{secrets.token_hex(4)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write("\n".join([*kept, *new]) + "\n")
    draft.replace(path)


def _quoted(value: str) -> str:
    """A value as `.env` takes it literally."""
    escaped = value.replace("\\", "\\\\").replace("'", "\\'")
    return f"'{escaped}'"
