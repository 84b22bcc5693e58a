"""An earlier dashboard's queries run on our views and show what the demo's career paid."""

import secrets
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import accumulate
from typing import Any

import pytest
import sqlalchemy as sa

from hmrc_pipeline.database.incumbent import VIEWS, what_keeps_views_empty
from hmrc_pipeline.documents import FolderSource, take_in
from hmrc_pipeline.extraction import ReaderPool
from hmrc_pipeline.home import Home, open_home
from hmrc_pipeline.readings import read_new
from hmrc_pipeline.settings import load_settings
from hmrc_pipeline.simulators.careers import demo_career
from hmrc_pipeline.simulators.demo_documents import WITHHELD_PERIOD, write_demo_documents
from hmrc_pipeline.simulators.payroll import Slip
from hmrc_pipeline.tax_year import TaxYear
from hmrc_pipeline_tests.database.panels import PANELS
from hmrc_pipeline_tests.reconciliation.lives import give_hmrc, reconcile

pytestmark = pytest.mark.real

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
LAST = TaxYear(2025)
CAREER = demo_career(LAST)
ZERO = Decimal("0.00")
Row = Sequence[Any]


def is_withheld(slip: Slip) -> bool:
    return slip.tax_year == LAST and slip.period.number == WITHHELD_PERIOD


SLIPS = sorted((slip for slip in CAREER.slips if not is_withheld(slip)), key=lambda slip: slip.pay_date)


@pytest.fixture(scope="module")
def demo(postgres_server: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Home]:
    """The demo's documents, read from their PDFs, on PostgreSQL."""
    server = sa.make_url(postgres_server).set(drivername="postgresql+psycopg2")
    name = f"t_{secrets.token_hex(6)}"
    with sa.create_engine(server, isolation_level="AUTOCOMMIT").connect() as admin:
        admin.execute(sa.text(f"CREATE DATABASE {name}"))
    url = server.set(database=name).render_as_string(hide_password=False)
    folder = tmp_path_factory.mktemp("demo")
    home = open_home(load_settings(home=folder / "home", database_url=url))
    write_demo_documents(CAREER, folder / "pdfs")
    take_in(home, FolderSource(folder / "pdfs"), now=NOW)
    with ReaderPool() as pool:
        read_new(home, pool, now=NOW)
    give_hmrc(home, CAREER, NOW)
    reconcile(home, CAREER.years, NOW)
    yield home
    home.database.engine.dispose()


@pytest.fixture
def panel(demo: Home) -> Callable[[int], list[Row]]:
    """Asks a panel's query, as a program would that knows the views alone."""

    def ask(number: int) -> list[Row]:
        with demo.database.engine.connect() as connection:
            connection.exec_driver_sql("SET search_path TO public")
            return [tuple(row) for row in connection.execute(sa.text(PANELS[number].replace(":", "\\:")))]

    return ask


def printed(slip: Slip, name: str) -> Decimal:
    return slip.amounts.get(name) or ZERO


def rsu_vest(slip: Slip) -> Decimal:
    return printed(slip, "rsu_tax_offset") + printed(slip, "rsu_excess_refund")


def rsu_gross(slip: Slip) -> Decimal:
    given = [printed(slip, name) for name in ("taxable_pay", "pension_sacrifice", "basic_pay", "bonus")]
    return given[0] + given[1] - given[2] - given[3]


def cash_tax(slip: Slip) -> Decimal:
    share = printed(slip, "gross_pay") - printed(slip, "pension_sacrifice")
    return (printed(slip, "income_tax") * share / printed(slip, "taxable_pay")).quantize(Decimal("0.01"))


def other(slip: Slip) -> Decimal:
    named = printed(slip, "basic_pay") + printed(slip, "bonus") + rsu_vest(slip)
    return max(printed(slip, "gross_pay") - named, ZERO)


def years() -> dict[TaxYear, list[Slip]]:
    found: dict[TaxYear, list[Slip]] = defaultdict(list)
    for slip in SLIPS:
        found[slip.tax_year].append(slip)
    return found


def running(*figures: Callable[[Slip], Decimal]) -> list[Row]:
    """The year to date of these figures, a row a payslip."""
    rows = []
    for slips in years().values():
        sums = [list(accumulate(figure(slip) for slip in slips)) for figure in figures]
        rows += [(slip.pay_date, *values) for slip, *values in zip(slips, *sums, strict=True)]
    return rows


def of(name: str) -> Callable[[Slip], Decimal]:
    return lambda slip: printed(slip, name)


def marginal(bands: Sequence[tuple[str, str, str]]) -> dict[date, Decimal]:
    """What the shares of each payslip bear, on top of the other income of the year so far."""
    found = {}
    for slips in years().values():
        for slip, income in zip(slips, accumulate(printed(slip, "taxable_pay") for slip in slips), strict=True):
            bearing = ZERO
            for low, high, rate in bands:
                inside = min(income, Decimal(high)) - max(income - rsu_gross(slip), Decimal(low))
                bearing += max(inside, ZERO) * Decimal(rate)
            found[slip.pay_date] = round(bearing, 2)
    return found


TAX = marginal(
    [
        ("12570", "50270", "0.2"),
        ("50270", "100000", "0.4"),
        ("100000", "125140", "0.6"),
        ("125140", "1000000000", "0.45"),
    ]
)
NI = marginal([("12570", "50270", "0.08"), ("50270", "1000000000", "0.02")])


def test_the_window_panels_run_with_the_year(panel: Callable[[int], list[Row]]) -> None:
    assert panel(1) == running(of("basic_pay"), of("bonus"), rsu_vest, other)
    assert panel(7) == running(
        of("net_pay"),
        lambda slip: printed(slip, "income_tax") - TAX[slip.pay_date],
        lambda slip: TAX[slip.pay_date],
        of("national_insurance"),
        lambda slip: printed(slip, "employee_pension") + printed(slip, "pension_sacrifice"),
        rsu_vest,
        of("gross_pay"),
    )
    assert panel(12) == running(
        lambda slip: TAX[slip.pay_date],
        lambda slip: printed(slip, "income_tax") - TAX[slip.pay_date],
        lambda slip: printed(slip, "national_insurance") - NI[slip.pay_date],
        of("student_loan"),
        of("employee_pension"),
        of("employer_pension"),
    )
    assert any(TAX.values()), "the demo's shares bear tax"


def test_the_monthly_panels_show_each_payslip(panel: Callable[[int], list[Row]]) -> None:
    assert panel(2) == [(s.pay_date, printed(s, "gross_pay") - rsu_vest(s), printed(s, "net_pay")) for s in SLIPS]
    shown = ("student_loan", "employee_pension", "employer_pension")
    assert panel(11) == [(s.pay_date, TAX[s.pay_date], *(printed(s, name) for name in shown)) for s in SLIPS]
    shown = ("national_insurance", "student_loan", "employee_pension")
    assert panel(13) == [(s.pay_date, cash_tax(s), *(printed(s, name) for name in shown)) for s in SLIPS]


def test_the_rates(panel: Callable[[int], list[Row]]) -> None:
    rows = running(
        of("income_tax"),
        of("taxable_pay"),
        of("net_pay"),
        lambda slip: printed(slip, "gross_pay") - rsu_vest(slip),
        lambda slip: printed(slip, "net_pay") + rsu_gross(slip) - TAX[slip.pay_date] - NI[slip.pay_date],
    )
    expected = [(day, tax / pay, net / cash, kept / pay) for day, tax, pay, net, cash, kept in rows]
    for found, wanted in zip(panel(3), expected, strict=True):
        assert found[0] == wanted[0]
        assert [round(value, 12) for value in found[1:]] == [round(value, 12) for value in wanted[1:]]


def test_the_flow_keeps_every_pound(panel: Callable[[int], list[Row]]) -> None:
    flow = {(source, destination): value for source, destination, value in panel(8)}
    names = ("basic_pay", "net_pay", "income_tax", "national_insurance", "employee_pension", "student_loan")
    total = {name: sum((printed(s, name) for s in SLIPS), ZERO) for name in names}
    assert flow["Salary", "Gross"] == total["basic_pay"]
    assert flow["Bonus", "Gross"] == sum((printed(s, "bonus") for s in SLIPS), ZERO)
    assert flow["RSU", "Gross"] == sum(map(rsu_vest, SLIPS), ZERO)
    assert flow["Gross", "Net pay"] == total["net_pay"]
    assert flow["Gross", "RSU tax"] == sum(TAX.values())
    assert flow["Gross", "Cash tax"] == total["income_tax"] - sum(TAX.values())
    assert flow["Gross", "Cash NI"] == total["national_insurance"] - sum(NI.values())
    assert flow["Gross", "Pension"] == total["employee_pension"]
    assert flow["Gross", "Student loan"] == total["student_loan"]
    assert flow["Gross", "RSU offset"] == 0
    assert len(flow) == 11


def test_months_without_a_payslip(panel: Callable[[int], list[Row]]) -> None:
    status = dict(panel(4))
    paid = {f"{slip.pay_date:%Y-%m}" for slip in SLIPS}
    assert {month for month, word in status.items() if word == "ok"} == paid
    assert {month for month, word in status.items() if word == "MISSING" and month > "2023-03"} == {"2025-12"}


def test_the_detailed_table(panel: Callable[[int], list[Row]]) -> None:
    rows = panel(5)
    assert len(rows) == len(SLIPS)
    for row, slip in zip(rows, reversed(SLIPS), strict=True):
        assert row[0] == slip.pay_date
        assert row[1].casefold() == slip.employer.name.casefold()
        assert row[2] == slip.tax_year.label.replace("-", "/")
        assert row[3] == printed(slip, "gross_pay")
        assert row[12] == "regex"
        assert row[19:] == (True, None)
        gross, deducted = row[3], (row[10], row[13], row[14], row[16], row[7])
        assert gross == row[18] + sum(deducted) + sum(map(Decimal, map(str, row[17].values())))
    assert rows[-1][17] == {"Sports & Social": 4.5}


def test_reported_and_computed_year_to_date(panel: Callable[[int], list[Row]]) -> None:
    """Only the first employer prints the year to date of gross pay; the second's is read with its P45."""
    rows = panel(6)
    with_gross = [slip for slip in SLIPS if "Fenwick" in slip.employer.name]
    assert [row[0] for row in rows] == [slip.pay_date for slip in with_gross]
    for _, ytd_gross, gross, ytd_taxable, taxable, ytd_tax, tax in rows:
        assert (ytd_gross, ytd_taxable, ytd_tax) == (gross, taxable, tax)


def test_the_p60_panel(panel: Callable[[int], list[Row]]) -> None:
    expected = []
    for year in CAREER.years:
        slips = years()[year.tax_year]
        (p60,) = year.p60s
        certified = (p60.pay, p60.tax, sum((row.employee for row in p60.ni_rows), ZERO))
        sums = [sum((printed(s, n) for s in slips), ZERO) for n in ("gross_pay", "income_tax", "national_insurance")]
        label = year.tax_year.label.replace("-", "/")
        expected.append((label, p60.employer.name, *(a - b for a, b in zip(sums, certified, strict=True))))
    assert panel(9) == expected
    assert expected[1][3:] == (0, 0)


def test_the_hmrc_panel(panel: Callable[[int], list[Row]]) -> None:
    found = {(row[0], row[1]): row[2:] for row in panel(10)}
    assert set(found) == {
        ("2023/24", "419/FM7731"),
        ("2023/24", "846/CX20915"),
        ("2024/25", "846/CX20915"),
        ("2025/26", "846/CX20915"),
    }
    for year in CAREER.years[1:]:
        (p60,) = year.p60s
        gross = sum((printed(s, "gross_pay") for s in years()[year.tax_year]), ZERO)
        tax = sum((printed(s, "income_tax") for s in years()[year.tax_year]), ZERO)
        row = found[year.tax_year.label.replace("-", "/"), "846/CX20915"]
        assert row == (p60.pay, gross, p60.pay - gross, p60.tax - tax, None)


def test_the_yearly_receipt_and_year_over_year(panel: Callable[[int], list[Row]]) -> None:
    expected = []
    for year, slips in years().items():
        sacrificed = sum((printed(s, "pension_sacrifice") for s in slips), ZERO)
        salary = sum((printed(s, "basic_pay") for s in slips), ZERO)
        bonus = sum((printed(s, "bonus") for s in slips), ZERO)
        shares = sum(map(rsu_gross, slips), ZERO)
        expected.append((year.label.replace("-", "/"), salary - sacrificed, sacrificed, bonus, shares))
    assert panel(16) == expected
    rows = panel(17)
    sums = running(lambda slip: printed(slip, "taxable_pay") + printed(slip, "pension_sacrifice"))
    assert [row[2] for row in rows] == [row[1] for row in sums]
    assert {row[1].year for row in rows} <= {2025, 2026}


def test_every_panel_has_a_query(demo: Home) -> None:
    assert sorted(PANELS) == [*range(1, 14), 16, 17]
    with demo.database.engine.connect() as connection:
        assert what_keeps_views_empty(connection) == []
        columns = sa.inspect(connection).get_columns("payslip", schema="payslip_ingest")
    types = {column["name"]: str(column["type"]).lower() for column in columns}
    assert types["other_deductions"] == "jsonb"
    assert {types[name] for name in ("gross_pay", "cash_income_tax", "ytd_tax_paid")} == {"numeric"}
    assert types["validated"] == "boolean"
    assert len(VIEWS) == 5


def test_documents_of_paperless_are_named_by_their_number(demo: Home) -> None:
    """Payslips and P60s of a folder have no number; the least one counts where Paperless shows a content twice."""
    number = sa.text("SELECT count(*), count(paperless_doc_id) FROM payslip_ingest.payslip")
    with demo.database.engine.begin() as connection:
        total, numbered = connection.execute(number).one()
        assert total > 0
        assert numbered == 0
        connection.execute(sa.text("UPDATE hmrc_pipeline.sighting SET paperless_id = 41"))
        connection.execute(
            sa.text(
                "INSERT INTO hmrc_pipeline.sighting SELECT sighting_id || 'x', 'paperless', reference_index || 'x', "
                "reference_encrypted, fingerprint, sha256, first_seen_at, NULL, NULL, 7 FROM hmrc_pipeline.sighting"
            )
        )
        for view in ("payslip", "p60_reference"):
            found = connection.scalars(sa.text(f"SELECT paperless_doc_id FROM payslip_ingest.{view}"))
            assert set(found) == {7}
        connection.rollback()
