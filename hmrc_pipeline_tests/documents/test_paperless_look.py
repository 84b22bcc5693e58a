"""Every new, late-tagged, edited or withdrawn document of Paperless is noticed once, and nothing else."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
import sqlalchemy as sa

from hmrc_pipeline.database.generations import pending_years
from hmrc_pipeline.database.tables import Sighting
from hmrc_pipeline.documents import (
    PaperlessProblem,
    PaperlessTagMissing,
    PaperlessUnreachable,
    fetch_announced,
    leave_nudge,
    let_go,
    look,
    look_if_due,
)
from hmrc_pipeline.home import Home
from hmrc_pipeline.readings import read_new
from hmrc_pipeline_tests.documents.paperless_server import VERSIONS, Server, paperless, present, shown, tagged, waiting
from hmrc_pipeline_tests.readings.fakes import FakePool, content, payslip


@pytest.fixture(params=VERSIONS)
def server(request: pytest.FixtureRequest) -> Iterator[Server]:
    with paperless(request.param) as running:
        yield running


@pytest.fixture
def v3() -> Iterator[Server]:
    with paperless() as running:
        yield running


def test_first_look_then_nothing(any_home: Home) -> None:
    with paperless() as server:
        server.add(12)
        server.add(3, [server.p60])
        server.add(5, [])
        looked, intake = server.follow(any_home)
        assert (looked.announced, looked.visible, intake.new) == (15, 15, 15)
        assert present(any_home) == tagged(server)
        for _ in range(3):
            looked, intake = server.follow(any_home)
            assert (looked.announced, intake) == (0, type(intake)())
        assert len(server.state.downloads) == 15


def test_sightings_keep_the_number_paperless_gives(home: Home, v3: Server) -> None:
    documents = v3.add(3)
    v3.follow(home)
    with home.database.reading() as session:
        assert sorted(session.scalars(sa.select(Sighting.paperless_id))) == sorted(documents)
    with home.database.writing() as session:  # as rows of an earlier version are
        session.execute(sa.update(Sighting).values(paperless_id=None))
    v3.clock.advance(days=92)
    v3.follow(home)
    with home.database.reading() as session:
        assert sorted(session.scalars(sa.select(Sighting.paperless_id))) == sorted(documents)


def test_late_tags(home: Home, server: Server) -> None:
    early, late = server.add(3), server.add(4, [])
    server.follow(home)
    server.clock.advance(days=92)
    server.state.edit(late[0], tags={server.payslip})
    assert server.follow(home)[1].new == 1
    server.state.bulk_tags(late[1:], add=[server.payslip])
    assert server.follow(home)[1].new == 3
    assert server.follow(home)[0].announced == 0, "the tag was seen first, then `modified` moved"
    assert sorted(server.state.downloads) == sorted(early + late)


def test_our_own_kind_of_writing_is_quiet(home: Home, server: Server) -> None:
    documents = server.add(3)
    server.follow(home)
    for _ in range(3):
        server.state.edit(documents[0], notes=[{"note": "seen"}])
        server.state.bulk_tags(documents, add=[server.state.add_tag("checked")])
        assert server.follow(home)[0].announced == 0
    assert len(server.state.downloads) == 3


def test_a_server_of_2_is_asked_for_checksums_only_of_what_was_modified(home: Home) -> None:
    with paperless("2.20.15") as server:
        documents = server.add(20)
        server.follow(home)
        assert not [call for call in server.state.calls if "metadata" in call]
        server.state.edit(documents[0], title="other")
        for _ in range(3):
            server.follow(home)
        assert len([call for call in server.state.calls if "metadata" in call]) == 1


def test_a_new_version_replaces_the_old(home: Home, v3: Server) -> None:
    documents = v3.add(3)
    v3.follow(home)
    v3.state.add_version(documents[1], b"%PDF corrected")
    _, intake = v3.follow(home)
    assert (intake.new, intake.changed) == (0, 1)
    assert present(home) == tagged(v3)


def test_reprocessing_and_an_archive_change_nothing(home: Home, v3: Server) -> None:
    number = v3.state.add_document(b"%PDF scan", [v3.payslip], archive=b"%PDF scan with text")
    v3.follow(home)
    v3.state.reprocess(number)
    assert v3.follow(home, everything=True)[0].announced == 0
    assert present(home) == tagged(v3), "the uploaded bytes, not the archive"


def test_untagged_trashed_and_restored(home: Home, server: Server) -> None:
    documents = server.add(6)
    server.follow(home)
    server.state.edit(documents[0], tags=set())
    server.state.trash([documents[1]])
    looked, _ = server.follow(home)
    assert looked.withdrawn == 2
    assert present(home) == tagged(server)
    server.state.restore([documents[1]])
    server.state.edit(documents[0], tags={server.payslip})
    looked, _ = server.follow(home)
    assert (looked.returned, looked.announced) == (2, 0)
    assert len(server.state.downloads) == 6, "the bytes are known"


def test_an_untagged_payslip_leaves_its_year(any_home: Home) -> None:
    slip = {"ni_number": "QQ123456C", "employee_name": "Ann Example", "employer_name": "Acme Ltd"}
    with paperless() as server:
        for month in (5, 6):
            server.state.add_document(content(payslip(**slip, pay_date=f"2025-{month:02}-30")), [server.payslip])
        server.follow(any_home)
        read_new(any_home, FakePool(), now=server.clock())
        before = generation(any_home)
        server.state.edit(1, tags=set())
        server.follow(any_home)
        assert generation(any_home) == before + 1, "the year is asked for again"
        server.clock.advance(days=92)
        server.state.bulk_tags([1], add=[server.payslip])
        server.follow(any_home)
        assert generation(any_home) == before + 2
        assert len(server.state.downloads) == 2


def generation(home: Home) -> int:
    with home.database.reading() as session:
        return dict(pending_years(session))["2025-26"]


def test_a_server_that_goes_down_between_pages(home: Home, v3: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in ("look", "sweep"):
        monkeypatch.setattr(f"hmrc_pipeline.documents.paperless_{module}.PAGE", 5)
    v3.add(23)
    real, pages = v3.state.next_fault, []

    def down(path: str) -> str | None:
        pages.append(path)
        return "drop" if len(pages) in range(8, 14) else real(path)

    v3.state.next_fault = down  # type: ignore[method-assign]
    with pytest.raises(PaperlessUnreachable, match="the connection broke"):
        v3.follow(home)
    assert 0 < waiting(home) < 23, "what was seen before is kept"
    with pytest.raises(PaperlessUnreachable):
        v3.follow(home)
    v3.follow(home)
    assert present(home) == tagged(v3)
    assert len(v3.state.downloads) == 23


def test_the_only_document_may_go(home: Home, server: Server) -> None:
    (number,) = server.add(1)
    server.follow(home)
    server.state.trash([number])
    assert server.follow(home)[0].withdrawn == 1
    server.state.restore([number])
    server.follow(home)
    server.state.edit(number, tags=set())
    assert server.follow(home)[0].withdrawn == 1
    assert shown(home) == 0


def test_equal_bytes_are_one_content(home: Home, v3: Server) -> None:
    for _ in range(2):
        v3.state.add_document(b"%PDF the same", [v3.payslip])
    v3.follow(home)
    assert (shown(home), len(present(home))) == (2, 1)
    v3.state.trash([1])
    v3.follow(home)
    assert (shown(home), len(present(home))) == (1, 1)


def test_a_row_that_becomes_visible_late(home: Home, server: Server) -> None:
    server.add(3)
    (late,) = server.add(1)
    server.state.documents[late].hidden_until = server.clock() + timedelta(minutes=8)
    server.add(3)
    server.follow(home)
    assert shown(home) == 6
    server.clock.advance(minutes=8)
    server.follow(home)
    assert shown(home) == 7


def test_a_row_of_last_year_is_found_by_the_count_of_all(home: Home, server: Server) -> None:
    server.add(3)
    server.follow(home)
    old = server.state.add_document(b"%PDF old", [server.payslip], modified=server.clock() - timedelta(days=400))
    server.follow(home)
    assert old in server.state.downloads


def test_one_comes_and_one_goes_at_once(home: Home, server: Server) -> None:
    """The count stays the same; the hourly look at everything finds both."""
    documents = server.add(3)
    server.follow(home)
    server.state.trash([documents[0]])
    server.state.add_document(b"%PDF old", [server.payslip], modified=server.clock() - timedelta(days=400))
    server.clock.advance(hours=1)
    server.follow(home)
    assert present(home) == tagged(server)


def test_small_steps_come_to_the_same(home: Home, server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in ("look", "sweep"):
        monkeypatch.setattr(f"hmrc_pipeline.documents.paperless_{module}.PAGE", 7)
    server.add(30)
    server.follow(home)
    server.state.import_again()  # thirty documents modified at the same moment
    moved = server.add(10)
    assert server.follow(home)[0].announced == 10
    assert server.follow(home)[0].announced == 0
    server.state.edit(moved[0], tags=set())
    server.follow(home)
    assert present(home) == tagged(server)


def test_without_time_it_goes_on_at_the_next_look(home: Home, server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in ("look", "sweep"):
        monkeypatch.setattr(f"hmrc_pipeline.documents.paperless_{module}.PAGE", 5)
    server.add(23)
    tries = iter(range(10_000))
    monkeypatch.setattr("hmrc_pipeline.documents.paperless_taking.Taking.has_time", lambda _self: next(tries) % 3 != 2)
    looks = 0
    while not server.follow(home)[0].is_finished:
        looks += 1
    assert looks > 2
    assert present(home) == tagged(server)


def test_lost_rights_withdraw_nothing(home: Home, server: Server) -> None:
    documents = server.add(20)
    server.follow(home)
    for number in documents:
        server.state.documents[number].owner = 999
    looked, _ = server.follow(home)
    assert looked.withdrawn == 0
    assert "20 of 20 documents are not to be seen any more" in str(looked.refused)
    assert server.user.token not in str(looked.refused)
    assert shown(home) == 20
    assert server.follow(home)[0].refused, "it is said as long as it is so"
    for number in documents:
        server.state.documents[number].owner = None
    looked, _ = server.follow(home)
    assert looked.refused is None
    assert shown(home) == 20


def test_one_document_and_lost_rights(home: Home, server: Server) -> None:
    (number,) = server.add(1)
    server.follow(home)
    server.state.documents[number].owner = 999
    assert server.follow(home)[0].refused
    assert shown(home) == 1


def test_a_person_may_let_go(home: Home, server: Server) -> None:
    documents = server.add(20)
    server.follow(home)
    server.state.trash(documents)
    server.state.empty_trash(documents)
    assert server.follow(home)[0].refused
    let_go(home, server.source(), now=server.clock())
    looked, _ = server.follow(home)
    assert (looked.withdrawn, looked.refused) == (20, None)


def test_many_in_the_trash_are_meant_to_be_gone(home: Home, server: Server) -> None:
    documents = server.add(30)
    server.follow(home)
    server.state.trash(documents[:25])
    looked, _ = server.follow(home)
    assert (looked.withdrawn, looked.refused) == (25, None)
    server.state.restore(documents[:25])
    assert server.follow(home)[0].returned == 25


def test_the_payslip_tag_is_gone(home: Home, server: Server) -> None:
    server.add(5)
    server.follow(home)
    server.state.delete_tag(server.payslip)
    with pytest.raises(PaperlessTagMissing, match="has no tag “payslip”"):
        server.follow(home)
    assert shown(home) == 5


def test_the_payslip_tag_was_made_anew(home: Home, server: Server) -> None:
    """Another tag of the same name, on no document: that so many lost theirs is no word of the user."""
    server.add(20)
    server.follow(home)
    server.state.delete_tag(server.payslip)
    server.state.add_tag("payslip")
    server.clock.advance(hours=2)
    looked, _ = server.follow(home)
    assert (looked.withdrawn, shown(home)) == (0, 20)
    assert looked.refused


def test_without_a_p60_tag_payslips_go_on(home: Home, server: Server) -> None:
    server.add(3)
    server.add(2, [server.p60])
    server.follow(home)
    server.state.delete_tag(server.p60)
    server.clock.advance(hours=2)
    looked, _ = server.follow(home)
    assert "P60s are not looked for" in looked.notices[0]
    assert shown(home) == 5, "what is known of P60s stays"
    server.add(1)
    assert server.follow(home)[1].new == 1


def test_an_untagged_payslip_leaves_where_there_never_was_a_p60_tag(home: Home, server: Server) -> None:
    server.state.delete_tag(server.p60)
    documents = server.add(3)
    server.follow(home)
    server.state.edit(documents[0], tags=set())
    assert server.follow(home)[0].withdrawn == 1


def test_an_upgrade_reads_nothing_again(home: Home) -> None:
    with paperless("2.20.15") as server:
        server.add(8)
        server.follow(home)
        server.state.upgrade()
        assert server.follow(home, everything=True)[0].announced == 0
        server.state.edit(1, title="other")
        assert server.follow(home)[0].announced == 0
        assert len(server.state.downloads) == 8


def test_another_server_at_the_address_is_seen_whole(home: Home, v3: Server) -> None:
    v3.add(5)
    v3.follow(home)
    with paperless() as other:
        other.clock.now = v3.clock.now - timedelta(days=30)
        other.add(5, salt="other")
        source = other.source()
        look(home, source, now=v3.clock())
        fetch_announced(home, source, now=v3.clock())
        assert present(home) == tagged(other)


def test_nobody_may_see_anything(home: Home, server: Server) -> None:
    server.state.add_document(b"%PDF", [server.payslip], owner=999)
    looked, _ = server.follow(home)
    assert "No document with the tag" in looked.notices[0]


def test_a_dead_server_and_its_recovery(home: Home, server: Server) -> None:
    server.add(3)
    dead = server.source(url="http://127.0.0.1:9")
    with pytest.raises(PaperlessUnreachable, match=r"http://127.0.0.1:9 cannot be reached: nothing answers") as problem:
        look(home, dead, now=server.clock())
    assert server.user.token not in str(problem.value)
    server.state.fail_next("/api/", *["503"] * 3)
    with pytest.raises(PaperlessProblem, match="it answered 503"):
        server.follow(home)
    server.follow(home)
    assert shown(home) == 3


def test_passing_failures_are_tried_again(home: Home, server: Server) -> None:
    server.add(3)
    server.state.fail_next("/download/", "drop", "half")
    server.state.fail_next("/api/tags/", "drop", "500")
    server.follow(home)
    assert shown(home) == 3


def test_one_file_that_cannot_be_had_holds_nothing_up(home: Home, server: Server) -> None:
    documents = server.add(4)
    server.state.fail_next(f"/{documents[1]}/download/", "500", "500", "500")
    server.follow(home)
    assert (shown(home), waiting(home)) == (3, 1)
    assert server.follow(home)[1].new == 0, "not at once again"
    server.clock.advance(minutes=2)
    assert server.follow(home)[1].new == 1


def test_untagged_before_it_was_fetched(home: Home, server: Server) -> None:
    documents = server.add(2)
    look(home, server.source(), now=server.clock())
    server.state.edit(documents[0], tags=set())
    server.follow(home)
    assert (shown(home), waiting(home)) == (1, 0)


def test_looks_come_at_their_time_or_at_a_nudge(home: Home, v3: Server) -> None:
    source = v3.source()
    assert look_if_due(home, source, now=v3.clock())
    v3.clock.advance(seconds=15)
    assert look_if_due(home, source, now=v3.clock()) is None
    v3.add(1, step=0)
    leave_nudge(home, v3.clock())
    leave_nudge(home, v3.clock())
    looked = look_if_due(home, source, now=v3.clock())
    assert looked
    assert looked.announced == 1
    v3.clock.advance(seconds=15)
    assert look_if_due(home, source, now=v3.clock()), "once more: a nudge can be quicker than the server's commit"
    v3.clock.advance(seconds=15)
    assert look_if_due(home, source, now=v3.clock()) is None
    v3.clock.advance(seconds=15)
    assert look_if_due(home, source, now=v3.clock())
