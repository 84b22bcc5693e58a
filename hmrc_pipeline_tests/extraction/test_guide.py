"""docs/layouts.md is true: followed word for word in an empty folder it ends with a proved payslip."""

import re
import shlex
from pathlib import Path

import pytest

from hmrc_pipeline.extraction import load_templates, read_pdf, texts_of
from hmrc_pipeline.extraction.reader import words_of
from hmrc_pipeline_tests.cli.support import Said, typed
from hmrc_pipeline_tests.extraction.drawn_guide import lantern_slip

DOCS = Path(__file__).resolve().parents[2] / "docs"
GUIDE = (DOCS / "layouts.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```(\w*)\n(.*?)```", GUIDE, re.DOTALL)
COMMANDS = [line for _, block in BLOCKS for line in block.splitlines() if line.startswith("hmrc-pipeline ")]
(FINISHED,) = (block for kind, block in BLOCKS if kind == "toml")
HOME_IN_GUIDE = "~/.local/share/hmrc-pipeline"


def test_the_example_is_the_one_drawn_and_no_shipped_layout_reads_it() -> None:
    content = (DOCS / "slip.pdf").read_bytes()
    assert words_of(content) == words_of(lantern_slip())
    (document,) = read_pdf(content, templates=load_templates(texts_of())).documents
    assert (document.doc_type, document.layout) == ("other", None)


def test_the_guide_ends_with_a_proved_payslip(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HMRC_PIPELINE_HOME", str(tmp_path / "home"))
    monkeypatch.chdir(tmp_path)
    (tmp_path / "slip.pdf").write_bytes((DOCS / "slip.pdf").read_bytes())
    own = tmp_path / "home" / "layouts" / "lantern.toml"

    def follow(command: str, *more: str) -> Said:
        _, *words = shlex.split(command.replace(HOME_IN_GUIDE, str(tmp_path / "home")))
        return typed(*words, *more)

    first, drafted, again, sampled, tried = COMMANDS[:5]
    assert "neither a payslip nor a P60" in " ".join(follow(first).out.split())
    assert follow(drafted).code == 0
    for kind, block in BLOCKS:
        lines = [line for line in block.splitlines() if "?" in line] if not kind else []
        assert not [line for line in lines if line not in own.read_text()]
    assert 'id = "lantern"' in own.read_text()
    own.write_text(FINISHED)
    assert follow(again).code == 0
    assert (tmp_path / "pictures" / "slip-page-1.png").exists()
    (document,) = follow(first.partition(" --preview")[0], "--json").lines[0]["documents"]
    assert (document["status"], document["layout"]) == ("proved", "lantern 1")
    assert document["fields"]["net_pay"] == "1674.80"
    assert follow(sampled).code == 0
    assert follow(tried).code == 0
