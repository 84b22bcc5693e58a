"""Writing to Paperless: what was asked for, once, and never over what a user put there."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from hmrc_pipeline import readings as review
from hmrc_pipeline.database.tables import WrittenBack
from hmrc_pipeline.documents import PaperlessUnreachable, fetch_announced, look
from hmrc_pipeline.home import Home, open_home
from hmrc_pipeline.p60s import choose_p60s
from hmrc_pipeline.payslips import choose_payslips
from hmrc_pipeline.readings import read_new
from hmrc_pipeline.reconciliation import reconcile_year
from hmrc_pipeline.settings import load_settings
from hmrc_pipeline.tax_year import TaxYear
from hmrc_pipeline.write_back import WriteBackCounts, write_back
from hmrc_pipeline_tests.documents.paperless_server import VERSIONS, Server, paperless
from hmrc_pipeline_tests.readings.fakes import FakePool, content, p60, payslip

YEAR = TaxYear.parse("2024-25")
ANN = {"ni_number": "QQ123456C", "employee_name": "Ann Example", "employer_name": "Acme Ltd"}
ACME = {**ANN, "paye_reference": "123/AB456"}


@pytest.fixture(params=VERSIONS)
def server(request: pytest.FixtureRequest) -> Iterator[Server]:
    with paperless(request.param) as running:
        yield running


class Desk:
    """A home that follows the server and writes back what the settings name."""

    def __init__(self, server: Server, folder: Path, parts: str) -> None:
        self.server = server
        token = server.user.token
        settings = load_settings(
            home=folder, paperless_url=server.url, paperless_token=token, paperless_write_back=parts
        )
        self.home: Home = open_home(settings)

    def slips(self, count: int, *, net: str = "1500.00") -> list[int]:
        return [
            self.server.state.add_document(
                content(
                    payslip(
                        **ACME,
                        pay_date=f"2024-{month + 4:02}-28",
                        tax_period=str(month),
                        pay_frequency="monthly",
                        taxable_pay="2000.00",
                        income_tax="200.00",
                        net_pay=net,
                    )
                ),
                [self.server.payslip],
            )
            for month in range(1, count + 1)
        ]

    def p60(self, pay: str) -> int:
        return self.server.state.add_document(content(form_of(pay)), [self.server.p60])

    def work(self) -> WriteBackCounts:
        self.server.clock.advance(seconds=30)
        now, source = self.server.clock(), self.server.source()
        self.looked = look(self.home, source, now=now)
        fetch_announced(self.home, source, now=now)
        read_new(self.home, FakePool(), now=now)
        choose_payslips(self.home, YEAR)
        choose_p60s(self.home, YEAR)
        reconcile_year(self.home, YEAR, now=now)
        return self.write()

    def write(self) -> WriteBackCounts:
        return write_back(self.home, YEAR, now=self.server.clock())

    def fields(self, number: int) -> dict[str, str]:
        names = {key: row["name"] for key, row in self.server.state.custom_fields.items()}
        return {names[key]: value for key, value in self.server.state.documents[number].custom_fields.items()}

    def tags(self, number: int) -> set[str]:
        return {self.server.state.tags[tag].name for tag in self.server.state.documents[number].tags}

    def notes(self, number: int) -> list[str]:
        return [note["note"] for note in self.server.state.documents[number].notes]


@pytest.fixture
def desk(server: Server, tmp_path: Path) -> Iterator[Desk]:
    made = Desk(server, tmp_path / "home", "amounts,status,notes")
    yield made
    made.home.database.engine.dispose()


def posts(server: Server) -> int:
    return sum(call.startswith("POST") for call in server.state.calls)


def test_nothing_is_written_unless_asked_for(server: Server, tmp_path: Path) -> None:
    desk = Desk(server, tmp_path / "home", "")
    desk.slips(2)
    assert desk.work() == WriteBackCounts()
    assert posts(server) == 0
    desk.home.database.engine.dispose()


def test_everything_once_and_no_loop(desk: Desk, server: Server) -> None:
    slips, form = desk.slips(2), desk.p60("5000.00")
    assert desk.work().written == 3
    assert desk.fields(slips[0]) == {
        "Payslip taxable pay": "GBP2000.00",
        "Payslip income tax": "GBP200.00",
        "Payslip net pay": "GBP1500.00",
    }
    assert desk.fields(form) == {"P60 pay": "GBP5000.00", "P60 tax": "GBP400.00"}
    assert desk.tags(form) == {"p60", "hmrc-differs"}
    assert any("hmrc-pipeline, tax year 2024-25" in note for number in (*slips, form) for note in desk.notes(number))
    sent = posts(server)
    for _ in range(3):
        assert desk.work() == WriteBackCounts()
        assert desk.looked.announced == 0, "our own writing starts nothing"
    assert posts(server) == sent
    assert len(server.state.downloads) == 3


def test_the_status_follows(desk: Desk) -> None:
    (slip, _), form = desk.slips(2), desk.p60("5000.00")
    desk.work()
    assert desk.tags(slip) == {"payslip", "hmrc-differs"}
    desk.server.state.trash([form])
    desk.p60("4000.00")
    desk.work()
    assert desk.tags(slip) == {"payslip", "hmrc-agrees"}


def test_what_a_user_put_changed_or_removed_stays(desk: Desk) -> None:
    first, second = desk.slips(2)
    state = desk.server.state
    state.custom_fields[1] = {"id": 1, "name": "Payslip net pay", "data_type": "monetary"}
    state.custom_fields[2] = {"id": 2, "name": "mine", "data_type": "string"}
    state.documents[first].custom_fields = {1: "GBP1.00", 2: "kept"}
    assert desk.work().left_alone == 1
    assert desk.fields(first)["Payslip net pay"] == "GBP1.00"
    assert desk.fields(first)["mine"] == "kept"
    del state.documents[second].custom_fields[1]
    state.edit(first, tags={desk.server.payslip})
    desk.work()
    assert "Payslip net pay" not in desk.fields(second)
    assert desk.tags(first) == {"payslip"}


def test_a_correction_is_written_over_our_own_value(desk: Desk) -> None:
    (slip,) = desk.slips(1)
    desk.work()
    corrected = payslip(**ACME, pay_date="2024-05-28", tax_period="1", pay_frequency="monthly", net_pay="1600.00")
    document = desk.server.state.documents[slip]
    document.versions[-1].content = content(corrected)
    desk.server.state.edit(slip)
    desk.work()
    assert desk.fields(slip)["Payslip net pay"] == "GBP1600.00"


def test_notes_tell_no_amount_unless_amounts_are_asked_for(server: Server, tmp_path: Path) -> None:
    desk = Desk(server, tmp_path / "home", "notes")
    slips, form = desk.slips(2), desk.p60("5000.00")
    desk.work()
    notes = [note for number in (*slips, form) for note in desk.notes(number)]
    assert notes
    assert not any("£" in note or "Ann" in note for note in notes)
    assert not server.state.custom_fields
    desk.home.database.engine.dispose()


def test_what_is_refused_is_not_tried_again_for_a_day(desk: Desk) -> None:
    desk.server.state.custom_fields[1] = {"id": 1, "name": "Payslip net pay", "data_type": "string"}
    desk.slips(1)
    assert desk.work().refused == 1
    sent = posts(desk.server)
    assert desk.write() == WriteBackCounts()
    assert posts(desk.server) == sent
    desk.server.state.custom_fields[1]["data_type"] = "monetary"
    desk.server.clock.now += timedelta(days=1)
    assert desk.write().written == 1


def test_a_lost_answer_is_made_good(desk: Desk) -> None:
    slips, form = desk.slips(2), desk.p60("5000.00")
    desk.server.state.fail_next("/notes/", "half")
    with pytest.raises(PaperlessUnreachable):
        desk.work()
    for _ in range(2):
        desk.work()
    notes = [note for number in (*slips, form) for note in desk.notes(number)]
    assert notes
    assert len(notes) == len(set(zip(notes, notes, strict=True))) or len(notes) <= 2
    for number in (*slips, form):
        assert len(desk.notes(number)) == len(set(desk.notes(number))), "no note twice"


def test_a_note_goes_when_its_finding_closes_and_a_users_stays(desk: Desk) -> None:
    slips, form = desk.slips(2), desk.p60("5000.00")
    desk.work()
    state = desk.server.state
    written = {number: desk.notes(number) for number in (*slips, form)}
    assert any(written.values())
    for number in (*slips, form):
        users = {"id": 10_000 + number, "note": f"hmrc-pipeline, tax year {YEAR}: mine", "user": {"id": 99}}
        state.edit(number, notes=[users, *state.documents[number].notes])
    replace(desk, form, form_of("4000.00"))
    counts = desk.work()
    assert counts.taken_back == sum(map(len, written.values()))
    for number in (*slips, form):
        assert desk.notes(number) == [f"hmrc-pipeline, tax year {YEAR}: mine"]
    assert desk.work() == WriteBackCounts()
    assert not any(row["aspect"].startswith("note:") for row in ledger(desk))


def test_a_note_is_replaced_when_its_finding_says_something_else(desk: Desk) -> None:
    desk.slips(2)
    form = desk.p60("5000.00")
    desk.work()
    before = all_notes(desk)
    replace(desk, form, form_of("6000.00"))
    desk.work()
    assert all_notes(desk)
    assert not set(all_notes(desk)) & set(before)
    assert len(all_notes(desk)) == len(before)


def test_a_note_that_a_user_removed_is_not_written_again(desk: Desk) -> None:
    slips, form = desk.slips(2), desk.p60("5000.00")
    desk.work()
    for number in (*slips, form):
        desk.server.state.edit(number, notes=[])
    desk.work()
    assert all_notes(desk) == []


@pytest.mark.parametrize(
    ("reading", "why", "reason"),
    [
        (b"no pdf", "the file is not a PDF", "what cannot be read is told where it lies"),
        (
            content({**payslip(**ACME, pay_date="2024-05-28"), "status": "needs_review", "reasons": ["1.00 is 2.00"]}),
            "do not prove each other",
            "figures in review are not spelled",
        ),
        (content(payslip(pay_date="2024-05-28", net_pay="1.00")), "whose it is", "what names nobody waits for a name"),
    ],
)
def test_what_waits_is_tagged_with_the_reason(desk: Desk, reading: bytes, why: str, reason: str) -> None:
    number = desk.server.state.add_document(reading, [desk.server.payslip])
    desk.work()
    assert desk.tags(number) == {"payslip", "hmrc-review"}, reason
    (note,) = desk.notes(number)
    assert why in note, reason
    assert "1.00" not in note
    assert desk.work() == WriteBackCounts()
    replace(desk, number, payslip(**ACME, pay_date="2024-06-28", tax_period="2", pay_frequency="monthly"))
    desk.work()
    assert desk.tags(number) == {"payslip", "hmrc-read"}
    assert desk.notes(number) == []


def test_outside_the_years_kept_is_read_and_no_more(desk: Desk) -> None:
    number = desk.server.state.add_document(content(payslip(**ACME, pay_date="2009-05-28")), [desk.server.payslip])
    desk.work()
    assert desk.tags(number) == {"payslip", "hmrc-read"}
    assert desk.notes(number) == []


def test_what_is_ignored_or_untagged_is_left_without_our_tag_and_notes(desk: Desk) -> None:
    (first, second, third), form = desk.slips(3), desk.p60("5000.00")
    desk.work()
    assert desk.tags(form) == {"p60", "hmrc-differs"}
    review.ignore(desk.home, desk.server.state.documents[first].newest.sha256, now=desk.server.clock())
    state = desk.server.state
    state.edit(second, tags=state.documents[second].tags - {desk.server.payslip})
    state.trash([third])
    desk.server.clock.advance(hours=2)
    desk.work()
    assert desk.tags(first) == {"payslip"}
    assert desk.tags(second) == set()
    assert desk.notes(first) == desk.notes(second) == []
    assert desk.tags(third) == {"payslip", "hmrc-differs"}, "the trash is not written to"
    references = {row["reference"] for row in ledger(desk) if not row["aspect"].startswith("amount:")}
    assert references == {f"paperless/{form}"}


def test_a_document_that_may_not_be_changed_holds_up_no_other(desk: Desk) -> None:
    slips = desk.slips(2)
    closed = desk.server.state.documents[slips[0]]
    closed.owner, closed.viewers = 1, {desk.server.user.id}
    counts = desk.work()
    assert counts.refused > 0
    assert desk.fields(slips[0]) == {}
    assert desk.tags(slips[0]) == {"payslip"}
    assert desk.fields(slips[1])["Payslip net pay"] == "GBP1500.00"
    sent = posts(desk.server)
    assert desk.work() == WriteBackCounts()
    assert posts(desk.server) == sent
    closed.owner = None
    desk.server.clock.now += timedelta(days=1)
    assert desk.write().written == 1
    assert desk.fields(slips[0])["Payslip net pay"] == "GBP1500.00"


def test_a_note_that_could_not_be_saved_is_no_success(desk: Desk) -> None:
    slips, form = desk.slips(2), desk.p60("5000.00")
    desk.server.state.notes_fail = True
    assert desk.work().refused > 0
    desk.server.state.notes_fail = False
    desk.server.clock.now += timedelta(days=1)
    desk.write()
    assert [note for number in (*slips, form) for note in desk.notes(number)]


def test_a_right_to_remove_notes_that_is_missing_holds_up_nothing(desk: Desk) -> None:
    desk.slips(2)
    form = desk.p60("5000.00")
    desk.work()
    desk.server.user.rights.discard("delete_note")
    replace(desk, form, form_of("4000.00"))
    assert desk.work().refused > 0
    assert desk.tags(form) == {"p60", "hmrc-agrees"}
    assert desk.write() == WriteBackCounts(), "and is not asked again for a day"
    desk.server.user.rights.add("delete_note")
    desk.server.clock.now += timedelta(days=1)
    assert desk.write().taken_back > 0
    assert all_notes(desk) == []


def form_of(pay: str) -> dict[str, Any]:
    names = {name: value for name, value in ACME.items() if name != "employee_name"}
    return p60(**names, surname="Example", forenames="Ann", pay_this=pay, tax_this="400.00")


def replace(desk: Desk, number: int, reading: dict[str, Any]) -> None:
    """The document shows other bytes."""
    document = desk.server.state.documents[number]
    document.versions[-1].content = content(reading)
    desk.server.state.edit(number)


def all_notes(desk: Desk) -> list[str]:
    return [note for number in desk.server.state.documents for note in desk.notes(number)]


def ledger(desk: Desk) -> list[dict[str, str]]:
    with desk.home.database.reading() as session:
        return [dict(row._mapping) for row in session.execute(sa.select(WrittenBack.__table__))]
