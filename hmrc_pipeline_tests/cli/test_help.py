"""The command's help: quick, complete, and a teacher."""

import subprocess
import sys

import pytest
from typer.main import get_command

from hmrc_pipeline.cli import app

HEAVY = ("dagster", "pandas", "sqlalchemy", "httpx", "fastapi", "pypdfium2", "pydantic", "cryptography", "reportlab")
HEAVY += ("jinja2", "uvicorn", "playwright")

VERBS = [
    ["demo"],
    ["up"],
    ["reconcile"],
    ["extract"],
    ["documents", "list"],
    ["documents", "show"],
    ["documents", "retry"],
    ["documents", "assign"],
    ["documents", "correct"],
    ["documents", "accept"],
    ["documents", "ignore"],
    ["documents", "let-go"],
    ["doctor"],
    ["payslip-template", "new"],
    ["payslip-template", "sample"],
    ["payslip-template", "test"],
    ["payslip-template", "list"],
    ["init"],
    ["person", "add"],
    ["person", "import"],
    ["person", "list"],
    ["person", "merge"],
    ["person", "export"],
    ["person", "erase"],
    ["authorise"],
    ["grants"],
    ["sync"],
    ["simulate", "hmrc"],
    ["hmrc-figures", "list"],
    ["hmrc-figures", "set"],
    ["hmrc-figures", "import"],
    ["sandbox", "seed"],
    ["check-headers"],
    ["serve"],
    ["user", "add"],
    ["user", "list"],
    ["user", "disable"],
    ["simulate", "paperless"],
    ["migrate"],
    ["explain"],
    ["evidence"],
]


def test_help_loads_nothing_heavy() -> None:
    code = f"""
import sys
from hmrc_pipeline.cli import app
try:
    app(["--help"])
except SystemExit:
    pass
print([name for name in {HEAVY!r} if name in sys.modules], file=sys.stderr)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "reconcile" in done.stdout
    assert done.stderr.strip() == "[]"


@pytest.mark.parametrize("verb", VERBS, ids=" ".join)
def test_every_verb_says_what_it_does(verb: list[str]) -> None:
    command = get_command(app)
    for word in verb:
        command = command.commands[word]  # type: ignore[attr-defined]
    assert command.help
    assert len(command.help.split()) >= 4
    for paragraph in command.help.split("\n\n"):
        assert "\n" not in paragraph, "it would break in mid-sentence on a terminal of another width"
        assert paragraph[0].isupper()
        assert paragraph[-1] in ".?:", f"cut off: {paragraph}"


def test_no_option_takes_a_secret_or_an_identifier() -> None:
    """NINO, UTR, passwords and tokens would stand in the process list."""

    def options(command: object) -> set[str]:
        found = {name for parameter in getattr(command, "params", []) for name in parameter.opts}
        for child in getattr(command, "commands", {}).values():
            found |= options(child)
        return found

    forbidden = {"--nino", "--utr", "--password", "--token", "--secret", "--client-secret", "--code"}
    assert not options(get_command(app)) & forbidden
