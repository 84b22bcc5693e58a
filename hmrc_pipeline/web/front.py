"""The front page: authorisations and when they end, people and where their years stand, asking HMRC now."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from fastapi import APIRouter, Request
from sqlalchemy.orm import Session
from starlette.responses import Response

from hmrc_pipeline.hmrc import GrantSummary, YearStanding, list_grants, reminders, standings
from hmrc_pipeline.hmrc.endpoints import place_of
from hmrc_pipeline.home import Home
from hmrc_pipeline.people import PersonSummary, count_people, list_people, name_of
from hmrc_pipeline.reconciliation import overview
from hmrc_pipeline.tax_year import LONDON
from hmrc_pipeline.web.shared import Web
from hmrc_pipeline.web.worker import Run
from hmrc_pipeline.wording import count_of

__all__ = ["router"]

PEOPLE_A_PAGE = 50
GRANTS_SHOWN = 100  # those that end first
SOON = timedelta(days=60)

_SAID = {
    "authorised": "Authorised. HMRC is asked as soon as there can be an answer; to ask now, press the button.",
    "covered": "The agent's authorisation covers this client now; nobody has to sign in.",
    "asking": "HMRC is being asked. Load this page again in a moment.",
    "busy": "HMRC is being asked already. Load this page again in a moment.",
}


@dataclass(frozen=True)
class GrantRow:
    """An authorisation as the page shows it."""

    whom: str
    page: str
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

    @area.api_route("/", methods=["GET", "HEAD"])
    def front(request: Request, page: int = 1, said: str = "") -> Response:
        return web.page("front", request.state.session, _front(web, min(max(page, 1), 1_000_000), said))

    return area


def _front(web: Web, page: int, said: str) -> dict[str, object]:
    home, now, latest = web.home(), web.clock(), web.worker.latest
    with home.database.reading() as session:
        grants, years, number = list_grants(session), overview(session), count_people(session)
        people = list_people(session, home.cipher, skip=(page - 1) * PEOPLE_A_PAGE, limit=PEOPLE_A_PAGE)
        known = standings(session, [person.person_id for person in people])
        whom = _Names(home, session)
        rows = [_grant(grant, whom, now) for grant in grants[:GRANTS_SHOWN]]
        to_renew = [grant for grant in grants if _standing(grant, now)[0] != "good"]
        renewals = [_grant(grant, whom, now) for grant in to_renew[:GRANTS_SHOWN]]
        before_filing = [
            (whom.several(reminder.people), reminder.sentence)
            for reminder in reminders(home, now=now)
            if reminder.kind == "capture_before_filing"
        ]
    has_agent = any(grant.kind == "agent" and _standing(grant, now)[0] != "bad" for grant in grants)
    covering = {person_id: grant for grant in grants for person_id in grant.people}
    return {
        "said": _SAID.get(said, ""),
        "place": place_of(home.settings),
        "configured": _is_configured(home),
        "running": latest is not None and latest.ended_at is None,
        "latest": _told(latest),
        "grants": rows,
        "grants_in_all": len(grants),
        "to_renew": renewals,
        "to_renew_in_all": len(to_renew),
        "before_filing": before_filing,
        "people": [_person(p, covering.get(p.person_id), known.get(p.person_id, []), now) for p in people],
        "people_in_all": number,
        "has_agent": has_agent,
        "page": page,
        "pages": max(1, -(-number // PEOPLE_A_PAGE)),
        "years": list(reversed(years)),
    }


@dataclass(frozen=True)
class _Names:
    """What people are called, looked up for the few that are shown."""

    home: Home
    session: Session

    def several(self, people: Sequence[str]) -> str:
        names = [name_of(self.session, self.home.cipher, person) or person for person in people[:3]]
        return ", ".join(names) + (f" and {len(people) - 3} more" if len(people) > 3 else "")


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
    told = f"Last asked {at}: {count_of(len(run.lines), 'question')} looked at, figures for {figures}."
    return f"{told} {again} must authorise again." if again else told


def _standing(grant: GrantSummary, now: datetime) -> tuple[str, str]:
    """A colour and a word for where a grant stands."""
    if grant.state != "active" or grant.expires_at <= now:
        return "bad", "must be renewed"
    if grant.uncertain:
        return "soon", "being looked at"
    return ("good" if grant.expires_at - now > SOON else "soon"), "in use"


def _grant(grant: GrantSummary, whom: _Names, now: datetime) -> GrantRow:
    left = (grant.expires_at - now).days
    tone, state = _standing(grant, now)
    return GrantRow(
        whom=whom.several(grant.people),
        page=grant.page,
        kind=grant.kind,
        granted_on=_day(grant.granted_at),
        ends_on=_day(grant.expires_at),
        left=f"{count_of(left, 'day')} left" if left > 0 else "ended",
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
