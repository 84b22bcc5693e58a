"""Each content is read once per reader version; what was read the same stays, what differs is superseded."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from hmrc_pipeline.database.tables import Document, FigureRow, ReadingRow, TaxYearState
from hmrc_pipeline.documents import FolderSource, take_in
from hmrc_pipeline.home import Home, open_home
from hmrc_pipeline.readings import ReadingCounts, employer_references, read_new, readings_of
from hmrc_pipeline.settings import load_settings
from hmrc_pipeline_tests.readings.fakes import FakePool, content, p60, payslip
from hmrc_pipeline_tests.rows import all_rows, row_counts

ANN = {"ni_number": "QQ123456C", "employee_name": "Ann Example", "employer_name": "Acme Ltd"}

Put = Callable[..., None]


@pytest.fixture
def put(any_home: Home, tmp_path: Path, now: datetime) -> Put:
    """Put contents into the folder and take them in; None removes a file."""
    folder = tmp_path / "docs"
    folder.mkdir()

    def put(**files: bytes | None) -> None:
        for name, data in files.items():
            if data is None:
                (folder / name).unlink()
            else:
                (folder / name).write_bytes(data)
        take_in(any_home, FolderSource(folder), now=now)

    return put


def generations(home: Home) -> dict[str, int]:
    with home.database.reading() as session:
        return {row.tax_year: row.inputs_generation for row in session.scalars(sa.select(TaxYearState))}


def readings(home: Home, **filters: Any) -> list[Any]:
    with home.database.reading() as session:
        return readings_of(session, home.cipher, **filters)


def test_what_is_counted(any_home: Home, put: Put, now: datetime) -> None:
    put(
        a=content(payslip(**ANN), payslip(**ANN, net_pay="1.00")),
        b=content(p60(surname="Example", forenames="Ann", ni_number="QQ123456C")),
        c=content({"doc_type": "other", "fields": {}}),
        d=content({**payslip(**ANN), "status": "needs_review", "reasons": ["gross less deductions is not net"]}),
        e=b"a letter",
        f=content(error="the file is locked with a password"),
        g=content(payslip(pay_date="2025-06-30")),
    )
    counts = read_new(any_home, FakePool(), now=now)
    assert counts == ReadingCounts(
        contents=7, payslips=4, p60s=1, other=1, needs_review=1, quarantined=2, unassigned=1, unreadable=0
    )
    assert read_new(any_home, FakePool(), now=now) == ReadingCounts()


def test_what_a_wing_above_is_given(any_home: Home, put: Put, now: datetime) -> None:
    slip = payslip(**ANN, tax_code="1257L", tax_period="3", ytd_net_pay="-12.50", paye_reference="123 / AB456")
    put(a=content({**slip, "lines": ["Basic pay"]}))
    read_new(any_home, FakePool(), now=now)
    (reading,) = readings(any_home, tax_year="2025-26", doc_type="payslip")
    assert reading.flows
    assert reading.values["employee_name"] == "Ann Example"
    assert reading.values["tax_code"] == "1257L"
    assert reading.amounts == {"net_pay": Decimal("2000.00"), "ytd_net_pay": Decimal("-12.50")}
    assert [line.label for line in reading.lines] == ["Basic pay"]
    with any_home.database.reading() as session:
        assert employer_references(session, reading.person_id) == {"acme": "123/AB456"}
    assert "Ann" not in repr(reading)
    assert readings(any_home, tax_year="2024-25") == []
    assert readings(any_home, person_id="p_none") == []


def test_an_employer_with_two_references_has_none(any_home: Home, put: Put, now: datetime) -> None:
    put(a=content(payslip(**ANN, paye_reference="123/AB456")), b=content(payslip(**ANN, paye_reference="124/AB456")))
    read_new(any_home, FakePool(), now=now)
    with any_home.database.reading() as session:
        assert employer_references(session, readings(any_home)[0].person_id) == {}


def test_a_first_reference_concerns_all_years(any_home: Home, put: Put, now: datetime) -> None:
    put(a=content(payslip(**ANN, pay_date="2023-06-30")), b=content(payslip(**ANN, pay_date="2024-06-30")))
    read_new(any_home, FakePool(), now=now)
    assert generations(any_home) == {"2023-24": 1, "2024-25": 1}
    put(c=content(payslip(**ANN, paye_reference="123/AB456")))
    read_new(any_home, FakePool(), now=now)
    assert generations(any_home) == {"2023-24": 2, "2024-25": 2, "2025-26": 1}
    put(d=content(payslip(**ANN, paye_reference="123/AB456", net_pay="7.00")))
    read_new(any_home, FakePool(), now=now)
    assert generations(any_home) == {"2023-24": 2, "2024-25": 2, "2025-26": 2}, "a second slip tells nothing new"


def test_both_neighbouring_years_are_told_of_a_slip_between_them(any_home: Home, put: Put, now: datetime) -> None:
    put(a=content(payslip(**ANN, pay_date="2025-04-07", tax_period="12")))
    read_new(any_home, FakePool(), now=now)
    assert generations(any_home) == {"2024-25": 1, "2025-26": 1}
    (reading,) = readings(any_home)
    assert (reading.tax_year, reading.period_tax_year, reading.values["tax_period"]) == ("2025-26", "2024-25", "12")
    put(a=None)
    assert generations(any_home) == {"2024-25": 2, "2025-26": 2}


def test_a_year_that_is_not_kept_is_listed_and_raises_nothing(any_home: Home, put: Put, now: datetime) -> None:
    put(a=content(payslip(**ANN, pay_date="2010-06-30")), b=content(payslip(**ANN | {"pay_date": "none"})))
    counts = read_new(any_home, FakePool(), now=now)
    assert generations(any_home) == {}
    assert counts.needs_review == 1, "without a date nobody can say; outside the years it is clear"
    found = {reading.status: reading.reasons for reading in readings(any_home)}
    assert found["proved"] == ("outside the years kept: 2010-11 is before 2016-17",)
    assert found["needs_review"] == ("the payment date was not found",)


def test_years_kept_may_change(any_home: Home, put: Put, now: datetime) -> None:
    put(a=content(payslip(**ANN, pay_date="2010-06-30")))
    read_new(any_home, FakePool(), now=now)
    wider = any_home.settings.model_copy(update={"first_tax_year": "2009-10"})
    read_new(Home(wider, any_home.database, any_home.cipher), FakePool(), now=now)
    assert generations(any_home) == {"2010-11": 1}
    assert [reading.reasons for reading in readings(any_home)] == [()]


def test_a_new_version_that_reads_the_same_changes_nothing(any_home: Home, put: Put, now: datetime) -> None:
    put(a=content(payslip(**ANN)))
    read_new(any_home, FakePool(), now=now, version="1")
    before = all_rows(any_home, without=("read_with",))
    pool = FakePool()
    assert read_new(any_home, pool, now=now, version="2").contents == 1
    assert len(pool.read) == 1
    assert all_rows(any_home, without=("read_with",)) == before


def test_a_new_version_supersedes_what_it_reads_otherwise(any_home: Home, put: Put, now: datetime) -> None:
    put(a=content(payslip(**ANN), p60(ni_number="QQ123456C")), b=content(payslip(**ANN, net_pay="5.00")))
    read_new(any_home, FakePool(), now=now, version="1")
    assert generations(any_home) == {"2024-25": 1, "2025-26": 1}
    read_new(any_home, FakePool(pay_date="2023-06-30"), now=now, version="2")
    assert generations(any_home) == {"2023-24": 1, "2024-25": 1, "2025-26": 2}, (
        "the year it left and the year it came to"
    )
    assert [reading.tax_year for reading in readings(any_home, doc_type="payslip")] == ["2023-24", "2023-24"]
    with any_home.database.reading() as session:
        old = session.scalars(sa.select(ReadingRow).where(ReadingRow.superseded_at.is_not(None))).all()
        assert [row.reader_version for row in old] == ["1", "1"]
        figures = sa.select(FigureRow.value).where(
            FigureRow.reading_id == old[0].reading_id, FigureRow.field == "pay_date"
        )
        assert session.scalar(figures) == "2025-06-30", "what was read before is kept"


def test_going_back_a_version_and_forward_again(any_home: Home, put: Put, now: datetime) -> None:
    put(a=content(payslip(**ANN)))
    for version, net in (("1", "1.00"), ("2", "2.00"), ("1", "1.00"), ("2", "2.00")):
        read_new(any_home, FakePool(net_pay=net), now=now, version=version)
        (reading,) = readings(any_home)
        assert reading.amounts["net_pay"] == Decimal(net)
    assert row_counts(any_home)["reading"] == 2


def test_parts_that_vanish_leave_the_year(any_home: Home, put: Put, now: datetime) -> None:
    put(a=content(payslip(**ANN), payslip(**ANN, pay_date="2024-06-30")))
    read_new(any_home, FakePool(), now=now, version="1")
    read_new(any_home, _OnlyFirst(), now=now, version="2")
    assert [reading.part for reading in readings(any_home)] == [0]
    assert generations(any_home) == {"2024-25": 2, "2025-26": 1}


class _OnlyFirst(FakePool):
    def reading(self, data: bytes) -> Any:
        found = super().reading(data)
        return type(found)(found.documents[:1])


def test_only_what_is_present_is_read_and_given(any_home: Home, put: Put, now: datetime) -> None:
    put(a=content(payslip(**ANN)), b=content(payslip(**ANN, net_pay="3.00")))
    put(a=None)
    pool = FakePool()
    read_new(any_home, pool, now=now)
    assert len(pool.read) == 1
    put(b=None)
    assert readings(any_home) == []


def test_a_missing_original_is_counted_and_read_when_it_is_back(any_home: Home, put: Put, now: datetime) -> None:
    put(a=content(payslip(**ANN)))
    (original,) = any_home.settings.originals.iterdir()
    original.unlink()
    assert read_new(any_home, FakePool(), now=now).unreadable == 1
    put()
    assert read_new(any_home, FakePool(), now=now).payslips == 1


@pytest.mark.parametrize(
    ("field", "value", "why"),
    [
        ("net_pay", "12.345", "a fraction of a penny"),
        ("net_pay", "NaN", "no number"),
        ("net_pay", "1e30", "no pay"),
        ("net_pay", "twelve", "no number"),
        ("net_pay", "Infinity", "no number"),
    ],
)
def test_amounts_that_are_none_are_flagged(
    any_home: Home, put: Put, now: datetime, field: str, value: str, why: str
) -> None:
    put(a=content(payslip(**ANN | {field: value})), b=content(payslip(**ANN, taxable_pay="1.00", net_pay=value)))
    read_new(any_home, FakePool(), now=now)
    for reading in readings(any_home):
        assert field not in reading.amounts, why


def test_texts_no_database_likes(any_home: Home, put: Put, now: datetime) -> None:
    put(a=content({**payslip(**ANN, tax_code="12\x0057L \ud800 \U0001f600"), "lines": ["Basic\x00\nPay"]}))
    read_new(any_home, FakePool(), now=now)
    (reading,) = readings(any_home)
    assert reading.values["tax_code"] == "12 57L   \U0001f600"
    assert reading.lines[0].label == "Basic  Pay"


def test_progress_is_told(any_home: Home, put: Put, now: datetime) -> None:
    put(**{f"f{number}": content(payslip(**ANN), salt=str(number)) for number in range(45)})
    told: list[tuple[int, int]] = []
    read_new(any_home, FakePool(), now=now, progress=lambda *step: told.append(step))
    assert told == [(20, 45), (40, 45), (45, 45)]


def test_processes_that_read_at_once(any_home: Home, put: Put, now: datetime) -> None:
    years = range(2017, 2026)
    slips = [payslip(**ANN, pay_date=f"{year}-06-30", net_pay=f"{n}.00") for year in years for n in range(8)]
    put(**{f"f{number}": content(slip) for number, slip in enumerate(slips)})
    with ThreadPoolExecutor(3) as pool:
        counts = list(pool.map(lambda _: read_new(any_home, FakePool(), now=now), range(3)))
    assert sum(each.payslips for each in counts) == len(slips)
    assert row_counts(any_home)["reading"] == len(slips)
    assert row_counts(any_home)["person"] == 1


def test_no_transaction_is_open_while_a_page_is_read(home: Home, tmp_path: Path, now: datetime) -> None:
    """On SQLite a second writer would wait: here it does not."""
    folder = tmp_path / "docs"
    folder.mkdir()
    for number in range(45):
        (folder / f"{number}.pdf").write_bytes(content(payslip(**ANN), salt=str(number)))
    take_in(home, FolderSource(folder), now=now)
    other = open_home(load_settings(home=home.settings.home))

    class Watching(FakePool):
        def read_many(self, contents: Any) -> Any:
            for key, reading in super().read_many(contents):
                with other.database.writing() as session:
                    session.execute(sa.text("PRAGMA user_version = 1"))
                yield key, reading

    assert read_new(home, Watching(), now=now).payslips == 45
    other.database.engine.dispose()


def test_an_erased_content_is_not_stored_by_a_reader_that_was_at_it(home: Home, tmp_path: Path, now: datetime) -> None:
    folder = tmp_path / "docs"
    folder.mkdir()
    (folder / "a.pdf").write_bytes(content(payslip(**ANN)))
    take_in(home, FolderSource(folder), now=now)

    class Slow(FakePool):
        def read_many(self, contents: Any) -> Any:
            for key, reading in super().read_many(contents):
                with home.database.writing() as session:
                    session.execute(sa.update(Document).values(erased_at=now))
                yield key, reading

    assert read_new(home, Slow(), now=now).contents == 0
    assert row_counts(home)["reading"] == 0
