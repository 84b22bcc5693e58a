"""What a person reads when something is in the way: one sentence, and what to do."""

import socket
from pathlib import Path

import pytest
from typer.testing import CliRunner

from hmrc_pipeline.cli import app
from hmrc_pipeline.cli.context import require_free
from hmrc_pipeline.cli.output import plain
from hmrc_pipeline.problems import Problem
from hmrc_pipeline.settings import SettingsProblem, load_settings


@pytest.mark.parametrize(
    ("name", "shown", "reason"),
    [
        ("payslip — März.pdf", "payslip — März.pdf", "letters of any language stay"),
        ("a\nnot read: b.pdf", "a\ufffdnot read: b.pdf", "a name is one line"),
        ("\x1b[31mred\x07.pdf", "\ufffd[31mred\ufffd.pdf", "and commands nothing"),
        ("\udcff.pdf", "\ufffd.pdf", "bytes that are no text"),
    ],
)
def test_a_name_of_a_file(name: str, shown: str, reason: str) -> None:
    assert plain(name) == shown, reason


def test_a_taken_port() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(Problem) as problem:
            require_free("127.0.0.1", port, "choose another with --port")
    said = f"Port {port} of 127.0.0.1 cannot be used (address already in use): choose another with --port."
    assert str(problem.value) == said


def test_a_home_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(SettingsProblem, match="set HMRC_PIPELINE_HOME to a folder you may write to"):
        load_settings(home=tmp_path / "file" / "home").make_home()


def test_doctor_says_so_before(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("HMRC_PIPELINE_HOME", str(tmp_path / "file" / "home"))
    done = CliRunner().invoke(app, ["doctor"])
    assert done.exit_code == 2
    assert "cannot be made: set HMRC_PIPELINE_HOME" in " ".join(done.output.split())


@pytest.mark.parametrize("version", ["1.17.0", "4.0.0", "three"])
def test_a_paperless_that_is_not_known_is_not_simulated(version: str) -> None:
    done = CliRunner().invoke(app, ["simulate", "paperless", "--version", version])
    assert done.exit_code == 2
    assert "such as 2.20.15" in " ".join(done.output.split())
