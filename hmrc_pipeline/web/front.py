"""The front page: authorisations and when they end, people and where their years stand, asking HMRC now."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from fastapi import APIRouter, Request
from starlette.responses import Response

from hmrc_pipeline.hmrc import GrantSummary, YearStanding, list_grants, standings
from hmrc_pipeline.hmrc.endpoints import place_of
from hmrc_pipeline.hmrc.reminders import reminders
from hmrc_pipeline.home import Home
from hmrc_pipeline.people import PersonSummary, list_people
from hmrc_pipeline.reconciliation import overview
from hmrc_pipeline.tax_year import LONDON
from hmrc_pipeline.web.shared import Web
from hmrc_pipeline.web.worker import Run

__all__ = ["router"]

PEOPLE_A_PAGE = 50
SOON = timedelta(days=60)

_SAID = {
    "authorised": "Authorised. HMRC is asked as soon as there can be an answer; to ask now, press the button.",
    "asking": "HMRC is being asked. Load this page again in a moment.",
    "busy": "HMRC is being asked already. Load this page again in a moment.",
}


@dataclass(frozen=True)
class GrantRow:
    """An authorisation as the page shows it."""

    whom: str
    people: tuple[str, ...]
    kind: str
    granted_on: str
    ends_on: str
    left: str
    tone: str
    state: str


@dataclass(frozen=True)
class PersonRow:
    """A person as the page shows them."""

    person_id: str
    name: str
    state: str
    until: str
    tone: str
    years: Sequence[YearStanding]
    can_be_asked: bool
    action: str


def router(web: Web) -> APIRouter:
    """`/`."""
    area = APIRouter()

    @area.get("/")
    def front(request: Request, page: int = 1, said: str = "") -> Response:
        return web.page("front", request.state.session, _front(web, max(page, 1), said))

    return area


def _front(web: Web, page: int, said: str) -> dict[str, object]:
    home, now, latest = web.home(), web.clock(), web.worker.latest
    with home.database.reading() as session:
        grants, people, years = list_grants(session), list_people(session, home.cipher), overview(session)
        shown = people[(page - 1) * PEOPLE_A_PAGE : page * PEOPLE_A_PAGE]
        known = standings(session, [person.person_id for person in shown])
    names = {person.person_id: person.name or person.person_id for person in people}
    covering = {person_id: grant for grant in grants for person_id in grant.people}
    rows = [_grant(grant, names, now) for grant in grants]
    return {
        "said": _SAID.get(said, ""),
        "place": place_of(home.settings),
        "configured": _is_configured(home),
        "running": latest is not None and latest.ended_at is None,
        "latest": _told(latest),
        "grants": rows,
        "to_renew": [row for row in rows if row.tone != "good"],
        "before_filing": _before_filing(home, names, now),
        "people": [_person(p, covering.get(p.person_id), known.get(p.person_id, []), now) for p in shown],
        "people_in_all": len(people),
        "page": page,
        "pages": max(1, -(-len(people) // PEOPLE_A_PAGE)),
        "years": list(reversed(years)),
    }


def _before_filing(home: Home, names: dict[str, str], now: datetime) -> list[tuple[str, str]]:
    """Who should wait with their return, and why: HMRC's figures are not captured yet."""
    return [
        (_several([names.get(person, person) for person in reminder.people]), reminder.sentence)
        for reminder in reminders(home, now=now)
        if reminder.kind == "capture_before_filing"
    ]


def _several(names: Sequence[str]) -> str:
    return ", ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "")


def _is_configured(home: Home) -> bool:
    return bool(home.settings.hmrc_client_id and home.settings.hmrc_client_secret)


def _told(run: Run | None) -> str:
    if run is None or run.ended_at is None:
        return ""
    at = f"{run.ended_at.astimezone(LONDON):%-d %B, %H:%M}"
    if run.problem:
        return f"Last asked {at}: {run.problem}."
    figures = sum(line.state in {"available", "changed"} for line in run.lines)
    again = len({line.person_id for line in run.lines if line.needs_reauthorisation})
    told = f"Last asked {at}: {len(run.lines)} questions looked at, figures for {figures}."
    return f"{told} {again} must authorise again." if again else told


def _grant(grant: GrantSummary, names: dict[str, str], now: datetime) -> GrantRow:
    left = (grant.expires_at - now).days
    tone = "good" if grant.expires_at - now > SOON else "soon"
    state = "in use"
    if grant.state != "active" or grant.expires_at <= now:
        tone, state = "bad", "must be renewed"
    elif grant.uncertain:
        tone, state = "soon", "being looked at"
    whom = [names.get(person_id, person_id) for person_id in grant.people]
    return GrantRow(
        whom=_several(whom),
        people=grant.people,
        kind=grant.kind,
        granted_on=_day(grant.granted_at),
        ends_on=_day(grant.expires_at),
        left=f"{left} days left" if left > 0 else "ended",
        tone=tone,
        state=state,
    )


def _person(
    person: PersonSummary, grant: GrantSummary | None, years: Sequence[YearStanding], now: datetime
) -> PersonRow:
    until = ""
    if not person.has_utr:
        state, tone, action = "no UTR known", "none", ""
    elif grant is None:
        state, tone, action = "not authorised", "none", "Authorise"
    elif grant.state != "active" or grant.expires_at <= now:
        state, tone, action = "authorise again", "bad", "Authorise"
    else:
        is_near = grant.expires_at - now <= SOON
        state, until = "authorised", _day(grant.expires_at)
        tone, action = ("soon", "Renew") if is_near else ("good", "")
    name = person.name or "(no name printed)"
    return PersonRow(person.person_id, name, state, until, tone, years[:8], bool(action), action)


def _day(moment: datetime) -> str:
    return f"{moment.astimezone(LONDON):%-d %B %Y}"
