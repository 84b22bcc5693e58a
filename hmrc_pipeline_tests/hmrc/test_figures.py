"""HMRC's figures of a year: grouped, marked, by source; and those brought by hand."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from hmrc_pipeline.database.generations import finish, pending_years, work_of
from hmrc_pipeline.database.rows import Writes
from hmrc_pipeline.hmrc import BadSummary, StatedFigures, annual_figures, import_stated, import_summary, list_figures
from hmrc_pipeline.hmrc import state_figures as state
from hmrc_pipeline.hmrc.apis import dump_json
from hmrc_pipeline.hmrc.snapshots import difference
from hmrc_pipeline.home import Home
from hmrc_pipeline.identifiers import PayeReference
from hmrc_pipeline.people import add_person
from hmrc_pipeline.tax_year import TaxYear
from hmrc_pipeline_tests.hmrc.support import IN_WINDOW, Y2024, make_home

REFERENCE = "123/AB456"


@pytest.fixture
def home(tmp_path: Any) -> Home:
    return make_home(tmp_path / "home")


@pytest.fixture
def person(home: Home) -> str:
    with home.database.writing() as session:
        return add_person(session, home.cipher, name="Example Person", now=IN_WINDOW)


def year_of(home: Home, person: str, year: TaxYear = Y2024) -> Any:
    with home.database.reading() as session:
        return annual_figures(session, person, year)


def bring(home: Home, person: str, **answers: Any) -> int:
    return import_summary(home, {"2024-25": answers}, person_id=person, source="a file", now=IN_WINDOW)


def rows(field: str, *entries: tuple[str, Any]) -> dict[str, Any]:
    return {"employments": [{"employerPayeReference": ref, field: amount} for ref, amount in entries]}


def reconciled(home: Home) -> None:
    with home.database.writing() as session:
        for stage in ("payslips", "p60s", "reconciled"):
            finish(Writes(session), work_of(session, "2024-25", stage), stage)


def pending(home: Home) -> list[str]:
    with home.database.reading() as session:
        return [year for year, _ in pending_years(session)]


def test_two_rows_of_one_reference_are_added_up(home: Home, person: str) -> None:
    bring(
        home,
        person,
        income=rows("payFromEmployment", (REFERENCE, 100.10), ("123 / ab456", 200)),
        tax=rows("taxTakenOffPay", (REFERENCE, 10), (REFERENCE, 20.5)),
    )
    (employment,) = year_of(home, person).employments
    assert (employment.paye_reference, employment.pay, employment.tax) == (
        REFERENCE,
        Decimal("300.10"),
        Decimal("30.50"),
    )
    assert employment.rows == 2


def test_a_figure_hmrc_left_out_is_not_zero(home: Home, person: str) -> None:
    both = {
        "employments": [
            {"employerPayeReference": REFERENCE},
            {"employerPayeReference": REFERENCE, "payFromEmployment": 5},
        ]
    }
    bring(home, person, income=both)
    year = year_of(home, person)
    assert year.employments[0].pay is None
    assert year.employments[0].tax is None
    assert year.absent is None
    assert year.missing["tax"].startswith("not_asked: ")


def test_the_state_pension_lump_sum_is_no_employer(home: Home, person: str) -> None:
    bring(home, person, income=rows("payFromEmployment", ("267/LS500", 3000), (REFERENCE, 1)))
    kinds = {e.paye_reference: e.kind for e in year_of(home, person).employments}
    assert kinds == {"267/LS500": "state_pension_lump_sum", REFERENCE: "employment"}


def test_an_empty_list_is_an_answer(home: Home, person: str) -> None:
    bring(home, person, income={"employments": []}, tax={"employments": []})
    year = year_of(home, person)
    assert year.employments == ()
    assert year.absent.startswith("available: ")


def test_the_same_summary_twice_changes_nothing(home: Home, person: str) -> None:
    assert bring(home, person, income=rows("payFromEmployment", (REFERENCE, 5))) == 1
    reconciled(home)
    assert bring(home, person, income=rows("payFromEmployment", (REFERENCE, Decimal("5.00")))) == 0
    assert pending(home) == []
    assert bring(home, person, income=rows("payFromEmployment", (REFERENCE, 6))) == 1
    assert pending(home) == ["2024-25"]


@pytest.mark.parametrize(
    ("summary", "says", "why"),
    [
        ({"2024": []}, "2024", "not an object"),
        ({"2024-26": {}}, "2024-26", "years that do not follow"),
        ({"2024-25": {"wages": {}}}, "wages", "none of HMRC's APIs"),
        ({"2024-25": {"tax": {"employments": [{}]}}}, "employerPayeReference", "an employment without a reference"),
        ({"2024-25": {"income": rows("payFromEmployment", (REFERENCE, "5"))}}, "payFromEmployment", "text for money"),
        ({"2024-25": {"income": rows("payFromEmployment", (REFERENCE, 5)), "tax": []}}, "tax", "all or nothing"),
    ],
)
def test_bad_summaries(home: Home, person: str, summary: Any, says: str, why: str) -> None:
    with pytest.raises(BadSummary, match=says):
        import_summary(home, summary, person_id=person, source="a file", now=IN_WINDOW)
    assert list_figures(home) == [], why


def stated(pay: str, tax: str, reference: str = REFERENCE) -> StatedFigures:
    return StatedFigures(Y2024, PayeReference.parse(reference), Decimal(pay), Decimal(tax), date(2025, 8, 1))


def test_stated_figures_fill_hmrcs_place_and_say_so(home: Home, person: str) -> None:
    assert state(home, person_id=person, figures=stated("40000", "5486"), now=IN_WINDOW)
    assert state(home, person_id=person, figures=stated("100", "20", "456/B"), now=IN_WINDOW)
    assert state(home, person_id=person, figures=stated("40001", "5486"), now=IN_WINDOW), "a later statement counts"
    assert not state(home, person_id=person, figures=stated("40001", "5486"), now=IN_WINDOW)
    year = year_of(home, person)
    assert [(e.paye_reference, e.pay, e.tax) for e in year.employments] == [
        (REFERENCE, Decimal("40001.00"), Decimal("5486.00")),
        ("456/B", Decimal("100.00"), Decimal("20.00")),
    ]
    assert year.sources == ("stated by the person",)


def test_hmrcs_own_word_counts_more(home: Home, person: str) -> None:
    state(home, person_id=person, figures=stated("40000", "5486"), now=IN_WINDOW)
    for source in ("HMRC simulator", "HMRC"):
        answers = {"income": rows("payFromEmployment", (REFERENCE, len(source)))}
        import_summary(home, {"2024-25": answers}, person_id=person, source=source, now=IN_WINDOW)
    year = year_of(home, person)
    assert (year.employments[0].pay, year.employments[0].tax) == (Decimal("4.00"), Decimal("5486.00"))
    assert year.sources == ("HMRC", "stated by the person")
    assert [figure.source for figure in list_figures(home) if figure.counts] == ["HMRC", "stated by the person"]


def test_stated_figures_from_csv(home: Home, person: str) -> None:
    text = (
        "tax_year,paye_reference,pay,tax,seen_on\n"
        '2024-25,123/AB456,"40,000.00",5486,2025-08-01\n'
        "2023-24,123/AB456,1,-2.50,2025-08-01\n"
    )
    assert import_stated(home, text, person_id=person, now=IN_WINDOW) == 2
    assert year_of(home, person, TaxYear(2023)).employments[0].tax == Decimal("-2.50")
    with pytest.raises(BadSummary, match="line 3"):
        import_stated(home, text.replace("2023-24", "soon"), person_id=person, now=IN_WINDOW)


def test_what_hmrc_changed() -> None:
    before = dump_json(rows("taxTakenOffPay", ("1/A", 10), ("2/B", 1)))
    after = dump_json(rows("taxTakenOffPay", ("2/B", Decimal("1.00")), ("1/A", 12.5)))
    changes = [(change.field, change.before, change.after) for change in difference(before, after)]
    assert changes == [("employments[1/A].taxTakenOffPay", "10", "12.5")]
