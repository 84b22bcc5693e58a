"""The front page: people, years and authorisations as they stand, whatever they are called."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from hmrc_pipeline.database import raise_generation
from hmrc_pipeline.hmrc import StatedFigures, state_figures
from hmrc_pipeline.identifiers import PayeReference
from hmrc_pipeline.people import add_person
from hmrc_pipeline.tax_year import TaxYear
from hmrc_pipeline_tests.hmrc.support import NINO, OTHER_UTR, UTR
from hmrc_pipeline_tests.web.support import Site


def test_nobody_yet(site: Site) -> None:
    page = site.browser(signed_in=True).get("/").text
    assert "Nobody has authorised this" in page
    assert "People appear by themselves" in page
    assert "HMRC simulator" in page


def test_a_name_from_a_document_is_a_name(site: Site) -> None:
    name = '<img src=x onerror=alert(1)> "O\'Neil" & {{ 7*7 }}'
    with site.home.database.writing() as session:
        add_person(session, site.home.cipher, name=name, now=site.world.clock.now)
    page = site.browser(signed_in=True).get("/").text
    assert "&lt;img src=x onerror=alert(1)&gt; &#34;O&#39;Neil&#34; &amp; {{ 7*7 }}" in page


def test_where_everybody_stands(site: Site) -> None:
    first, second = site.world.person(UTR, NINO), site.world.person(OTHER_UTR)
    site.world.person(None)
    site.world.authorise(first)
    site.world.state.load_scenario(UTR, "2024-25", "HAPPY_PATH_1")
    site.world.sync()
    stated = StatedFigures(
        TaxYear(2023), PayeReference.parse("123/AB456"), Decimal("10.00"), Decimal("1.00"), date(2024, 8, 1)
    )
    state_figures(site.home, person_id=second, figures=stated, now=site.world.clock.now)
    browser = site.browser(signed_in=True)
    page = browser.get("/").text
    assert 'title="available">2024-25' in page
    assert 'title="stated">2023-24' in page
    assert 'title="not authorised">2024-25' in page
    assert f'href="/authorize?person={second}"' in page
    assert f'href="/authorize?person={first}"' not in page, "theirs has long to go"
    assert "no UTR known" in page
    for secret in (NINO, UTR, OTHER_UTR):
        assert secret not in page


def test_a_year_with_findings_says_where_they_are_told(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of the latest year that has some."""
    row = {"people": 1, "documents": 1, "needs_review": 0, "agrees": 1, "rounding": 0, "differs": 1, "unexplained": 0}
    for found, is_told in ((0, False), (2, True)):
        years = [{**row, "tax_year": year, "open_findings": found} for year in ("2023-24", "2024-25")]
        monkeypatch.setattr("hmrc_pipeline.web.front.overview", lambda _, years=years: years)
        page = site.browser(signed_in=True).get("/").text
        assert ("hmrc-pipeline explain 2024-25" in page) is is_told
        assert "hmrc-pipeline explain 2023-24" not in page


@pytest.mark.parametrize(
    ("days", "says"), [(480, "546 days left"), (61, "61 days left"), (59, "59 days left"), (-1, "must be renewed")]
)
def test_what_is_to_renew(site: Site, days: int, says: str) -> None:
    person = site.world.person()
    site.world.authorise(person)
    if days != 480:
        site.world.clock.now += timedelta(days=546 - days)
    page = site.browser(signed_in=True).get("/").text
    assert says in page
    assert ("To renew" in page) == (days < 60)
    assert (f'href="/authorize?person={person}"' in page) == (days < 60)


def test_a_client_joins_the_agents_authorisation(site: Site) -> None:
    first, second = site.world.person(UTR), site.world.person(OTHER_UTR)
    browser = site.browser(signed_in=True)
    assert "Through the agent" not in browser.get("/").text
    site.world.users[first] = site.world.state.add_user(UTR, OTHER_UTR)
    site.world.authorise(first, agent=True)
    assert f'href="/authorize?person={second}&amp;agent=1"' in browser.get("/").text
    joined = browser.get("/authorize", params={"person": second, "agent": "1"})
    assert joined.headers["Location"] == "/?said=covered"
    page = browser.get("/?said=covered").text
    assert "covers this client now" in page
    assert "Through the agent" not in page
    assert browser.get("/authorize", params={"person": "p_x", "agent": "1"}).status_code == 404


def test_who_should_wait_with_their_return(site: Site) -> None:
    person = site.world.person(UTR)
    browser = site.browser(signed_in=True)
    assert "Before the tax return is filed" not in browser.get("/").text
    with site.home.database.writing() as session:
        raise_generation(session, person, ["2024-25"])
    page = browser.get("/").text
    assert "Before the tax return is filed" in page
    assert "31 January 2026" in page


def test_many_people_come_by_the_page(site: Site) -> None:
    with site.home.database.writing() as session:
        for number in range(101):
            now = site.world.clock.now + timedelta(seconds=number)
            add_person(session, site.home.cipher, name=f"Example Number{number:03}", now=now)
    browser = site.browser(signed_in=True)
    for page, (first, last) in {1: (0, 49), 2: (50, 99), 3: (100, 100)}.items():
        text = browser.get(f"/?page={page}").text
        shown = {number for number in range(101) if f"Number{number:03}" in text}
        assert shown == set(range(first, last + 1))
        assert f"page {page} of 3" in text
    for odd in ("-5", "0", "9" * 30):
        assert browser.get(f"/?page={odd}").status_code == 200
    assert "Number000" not in browser.get("/?page=99").text


def test_what_is_said_is_ours(site: Site) -> None:
    assert "HACKED" not in site.browser(signed_in=True).get("/?said=HACKED").text
