"""Layouts as data: what a file can say, which documents it is for, and that it helps only those."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from typer.testing import CliRunner

from hmrc_pipeline.cli import app
from hmrc_pipeline.extraction import ReaderPool, TemplateProblem, read_pdf, reader_version, texts_of
from hmrc_pipeline.extraction.reader import read_words, words_of
from hmrc_pipeline.extraction.samples import NotShareable, anonymised, load_samples, sample_as_json, tried
from hmrc_pipeline.extraction.templates import load_templates, parse_template
from hmrc_pipeline.settings import PREFIX
from hmrc_pipeline.simulators.careers import career
from hmrc_pipeline.simulators.documents import documents_of
from hmrc_pipeline_tests.extraction.drawn_plain import FIELDS, plain_words

SHIPPED = load_templates(texts_of())


def layout(more: str = "", match: str = 'all = ["What you made"]') -> str:
    return f'[template]\nid = "own"\nmatch = {{ {match} }}\n{more}'


def read(template: str) -> dict[str, str]:
    (document,) = read_pdf(plain_words(), templates=[parse_template("own.toml", template)]).documents
    return {name: figure.value for name, figure in document.figures.items()}


def test_without_its_layout_it_is_no_payslip_and_with_it_every_figure_is_proved() -> None:
    assert read_pdf(plain_words()).documents[0].doc_type == "other"
    (document,) = read_pdf(plain_words(), templates=SHIPPED).documents
    values = {name: figure.value for name, figure in document.figures.items()}
    assert (document.status, document.layout) == ("proved", "plain-words 1")
    assert values | FIELDS == values
    assert document.figures["net_pay"].checks == ("N1",)


def test_the_limited_worker_reads_with_the_layouts_it_is_given() -> None:
    with ReaderPool() as pool:
        assert pool.read(plain_words()).documents[0].layout == "plain-words 1"
    with ReaderPool(layouts=()) as pool:
        assert pool.read(plain_words()).documents[0].layout is None


def test_a_layout_touches_no_other_document() -> None:
    for _, sample in list(documents_of(career(5), seeded=True))[:3]:
        passwords = [sample.password or ""]
        plain, helped = (read_pdf(sample.content, passwords=passwords, templates=t) for t in ((), SHIPPED))
        assert plain.documents == helped.documents


def test_a_value_without_a_label_is_known_by_its_place_beside_an_anchor() -> None:
    text = (Path(texts_of.__code__.co_filename).parent / "layouts" / "plain-words.toml").read_text(encoding="utf-8")
    own = text.replace('"In your bank" = "net_pay"\n', '"In your bank" = "ignore"\n') + (
        '\n[fields.net_pay]\nanchor = "In your bank"\nat = [270, -10, 380, 25]\n'
    )
    for shift in (0.0, 7.5):
        (document,) = read_pdf(plain_words(shift=shift), templates=[parse_template("own.toml", own)]).documents
        net = document.figures["net_pay"]
        assert (document.status, net.value, net.label, net.relation) == (
            "proved", "414.40", None, "at its place in the layout"
        )  # fmt: skip


@pytest.mark.parametrize(
    ("more", "field", "value"),
    [
        ('[style]\ndate = "%m/%d/%Y"\n[labels]\n"Bank day" = "pay_date"', "pay_date", "2025-04-25"),
        ('[labels]\n"In all" = "taxable_pay"', "taxable_pay", "472.50"),
        ('[labels]\n"In all" = "taxable_pay"\n[columns]\n"Now" = "units"\n"Up to now" = "this"',
         "taxable_pay", "1387.50"),
        ('[lines]\n"Tea fund" = "student_loan"\n[sections]\n"What went" = "deductions"', "student_loan", "4.00"),
        ('[labels]\n"In all" = "taxable_pay"\n[signs]\ntaxable_pay = "reversed"', "taxable_pay", "-472.50"),
        ('[labels]\n"Made out to" = "?"\n"State number" = "ni_number"', "ni_number", "QQ123456C"),
    ],
)  # fmt: skip
def test_it_can_say_only_what_differs(more: str, field: str, value: str) -> None:
    assert read(layout(more))[field] == value


@pytest.mark.parametrize(
    ("changed", "left_out", "status", "why"),
    [
        ({"472.50": "470.50"}, "", "needs_review", "the payments do not make gross pay"),
        ({"472.50": "470.50"}, '"N1"', "consistent", "that sum is not asked"),
        ({"472.50": "470.50"}, '"Y1"', "needs_review", "another one was left out"),
        ({"1,387.50": "87.50"}, "", "needs_review", "the year to date is smaller than the period"),
        ({"1,387.50": "87.50"}, '"Y1"', "consistent", "that one is not asked"),
        ({"1,387.50": "87.50"}, '"N1"', "needs_review", "another one was left out"),
        ({"472.50": "470.50", "1,387.50": "87.50"}, '"N1"', "needs_review", "one of two is asked all the same"),
        ({"472.50": "470.50", "1,387.50": "87.50"}, '"N1", "Y1"', "consistent", "neither is asked"),
    ],
)
def test_of_the_identities_those_named_are_left_out(
    changed: dict[str, str], left_out: str, status: str, why: str
) -> None:
    words = [replace(word, text=changed.get(word.text, word.text)) for word in words_of(plain_words())]
    own = next(text for name, text in texts_of() if name == "plain-words.toml")
    template = parse_template("x", f"{own}\n[identities]\nleave_out = [{left_out}]\n")
    assert read_words([words], [template])[0].status == status, why


def test_the_most_demanding_layout_is_taken_and_of_equals_the_first() -> None:
    mine = parse_template("mine", layout(match='all = ["What you made", "What went", "Code from the taxman"]'))
    less = parse_template("less", layout(match='all = ["What you made"]'))
    none = parse_template(
        "none", layout(match='all = ["What you made", "What went", "Now", "Bank day"], none = ["In all"]')
    )
    chosen = read_words([words_of(plain_words())], [none, less, mine, *SHIPPED])[0]
    assert chosen.layout == "own 1"


def test_a_layout_extends_another_and_the_users_comes_first(tmp_path: Path) -> None:
    (tmp_path / "better.toml").write_text(
        '[template]\nid = "better"\nversion = 7\nextends = "plain-words"\nmatch = { all = ["What you made", '
        '"What went", "Code from the taxman", "Quayside Bakers Ltd"] }\n[lines]\n"Tea fund" = "ignore"\n'
    )
    templates = load_templates(texts_of(tmp_path))
    assert [template.id for template in templates] == ["better", *(template.id for template in SHIPPED)]
    (document,) = read_pdf(plain_words(), templates=templates).documents
    assert document.layout == "better 7"
    assert document.status == "needs_review", "without the tea fund the sums fail"
    assert reader_version(tmp_path) != reader_version(None)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("id = 1 =", "not TOML"),
        ("[labels]\n", "no \\[template\\]"),
        ('[template]\nid = "x"', "match.all"),
        (layout("[colours]\nred = 1"), "colours"),
        (layout('[labels]\n"A" = "wages"'), "wages"),
        (layout('[columns]\n"A" = "later"'), "later"),
        (layout('[sections]\n"A" = "upstairs"'), "upstairs"),
        (layout('[lines]\n"A" = { section = "attic" }'), "attic"),
        (layout("[fields.net_pay]\nat = [1, 2]"), "at = "),
        (layout('[signs]\nnet_pay = "odd"'), "odd"),
        (layout('[identities]\nleave_out = ["N9"]'), "N9"),
        ('[template]\nid = "a"\nextends = "b"\nmatch = { all = ["x"] }', "extends"),
        (layout(match='all = "x"'), "list of texts"),
    ],
)
def test_what_is_wrong_with_a_layout_is_said(text: str, says: str) -> None:
    with pytest.raises(TemplateProblem, match=says):
        load_templates([("odd.toml", text)])


def test_every_shipped_layout_has_a_sample_and_every_sample_is_read_as_expected() -> None:
    samples = list(load_samples())
    assert {template.id for template in SHIPPED} <= {sample.name for sample in samples}
    assert [tried(sample, SHIPPED) for sample in samples] == [[] for _ in samples]


def test_a_sample_tells_of_nobody_and_is_read_alike(tmp_path: Path) -> None:
    words = words_of(plain_words())
    made = anonymised("shared", words, SHIPPED)
    text = sample_as_json(made)
    amounts = [word.text for word in words if "." in word.text and any(c.isdigit() for c in word.text)]
    assert not [amount for amount in amounts if f'"{amount}"' in text]
    assert not [name for name in ("Robin", "Sample", "Quayside", "summer", "Evening") if name in text]
    (tmp_path / "shared.json").write_text(text)
    (again,) = load_samples(tmp_path)
    assert tried(again, SHIPPED) == []
    assert tried(replace(again, fields={**again.fields, "net_pay": "1.00"}), SHIPPED)


def test_a_p60_gives_no_sample() -> None:
    p60 = next(s for _, s in documents_of(career(1)) if s.doc_type == "p60")
    with pytest.raises(NotShareable):
        anonymised("p60", words_of(p60.content), SHIPPED)


def test_the_commands_from_draft_to_proof(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(f"{PREFIX}HOME", str(tmp_path / "home"))
    run, pdf = CliRunner(), tmp_path / "slip.pdf"
    pdf.write_bytes(plain_words())
    own = tmp_path / "home" / "layouts" / "slip.toml"
    assert run.invoke(app, ["payslip-template", "new", str(pdf), "--out", str(own)]).exit_code == 0
    assert 'extends = "plain-words"' in own.read_text()
    finished = next(text for name, text in texts_of() if name == "plain-words.toml")
    own.write_text(finished.replace('"plain-words"', '"mine"'))
    read = run.invoke(app, ["extract", str(pdf), "--json"])
    assert json.loads(read.stdout)["documents"][0]["layout"] == "mine 1"
    made = tmp_path / "home" / "layouts" / "samples" / "mine.json"
    assert run.invoke(app, ["payslip-template", "sample", str(pdf), "--out", str(made)]).exit_code == 0
    assert run.invoke(app, ["payslip-template", "test"]).exit_code == 0
    listed = run.invoke(app, ["payslip-template", "list"]).stdout
    assert listed.index("mine") < listed.index("plain-words")
    made.write_text(made.read_text().replace('"net_pay": "', '"net_pay": "9'))
    assert run.invoke(app, ["payslip-template", "test"]).exit_code == 1
