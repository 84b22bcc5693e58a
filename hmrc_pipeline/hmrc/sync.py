"""`sync`: ask HMRC what is worth asking, for everybody, and keep every answer.

What is worth asking is decided in `availability`, what is written down in `ledger`. No transaction is open while
HMRC is asked.
"""

import logging
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal

import httpx
import sqlalchemy as sa

from hmrc_pipeline.database.tables.people import Person
from hmrc_pipeline.hmrc.answers import Answer, Outcome
from hmrc_pipeline.hmrc.application import with_secrets
from hmrc_pipeline.hmrc.availability import Verdict, blocked, is_worth_asking, is_worth_saying
from hmrc_pipeline.hmrc.client import HmrcClient, open_http
from hmrc_pipeline.hmrc.endpoints import api_url, place_of
from hmrc_pipeline.hmrc.fraud_headers import BATCH, OTHER
from hmrc_pipeline.hmrc.grants import grant_of
from hmrc_pipeline.hmrc.leases import lease
from hmrc_pipeline.hmrc.ledger import (
    Question,
    SyncLine,
    questions_of,
    record_answer,
    record_fetches,
    record_verdicts,
)
from hmrc_pipeline.hmrc.limiter import Limiter, limiter_of
from hmrc_pipeline.hmrc.machine import headers_of
from hmrc_pipeline.hmrc.oauth import NotConfigured, OAuthRefused, TokenEndpoint
from hmrc_pipeline.hmrc.restored import refuse_restored
from hmrc_pipeline.hmrc.token_stores import store_of
from hmrc_pipeline.hmrc.tokens import NeedsReauthorisation, TokenBroker, TokensUnavailable
from hmrc_pipeline.home import Home
from hmrc_pipeline.identifiers import Utr
from hmrc_pipeline.people import utr_of
from hmrc_pipeline.tax_year import TaxYear

__all__ = ["sync"]

log = logging.getLogger(__name__)

TURN = 3600.0  # seconds a second sync waits for its turn
PATIENCE = 3  # questions in a row that HMRC left unanswered before the rest waits for the next sync


def sync(
    home: Home,
    *,
    years: list[TaxYear] | Literal["due"],
    force: bool = False,
    now: datetime,
    transport: httpx.BaseTransport | None = None,
    started_by: Literal["schedule", "person"] = "schedule",
    headers: Callable[[], Mapping[str, str]] | None = None,
    limiter: Limiter | None = None,
    sleep: Callable[[float], None] = time.sleep,
) -> list[SyncLine]:
    """Ask HMRC for everybody and these years (`"due"`: every year kept), where an answer is worth a call.

    With `force` also where it is not. `started_by` decides which fraud-prevention headers are sent; a page of ours
    gives its own `headers`. A second sync waits for its turn. Raises `EndpointProblem`, `LeaseBusy` or `StoreProblem`.
    """
    home = with_secrets(home)
    api_url(home.settings)  # a wrong address is said before anything else
    limiter = limiter or limiter_of(home)
    started = time.monotonic()

    def clock() -> datetime:
        return now + timedelta(seconds=time.monotonic() - started)

    with lease(home, "sync", timeout=TURN), open_http(transport) as http:
        broker = TokenBroker(
            home, TokenEndpoint(home.settings, http), limiter, clock, store_of(home.settings, home.cipher)
        )
        refuse_restored(home, now=now)
        broker.recover()
        apis = frozenset(name.strip() for name in home.settings.hmrc_apis.split(","))
        method = BATCH if started_by == "schedule" else OTHER
        client = HmrcClient(home.settings, limiter, http, headers or headers_of(home, method, clock), clock, sleep)
        wanted = years if years != "due" else list(TaxYear.span(home.settings.first_year, TaxYear.current(now)))
        run = _Sync(home, client, broker, clock, force=force, only_due=years == "due", apis=apis)
        return run.everybody(sorted(wanted, reverse=True))


@dataclass
class _Asked:
    """One person while they are asked for."""

    person_id: str
    utr: Utr | None
    grant_id: str | None
    block: str | None


@dataclass
class _Sync:
    home: Home
    client: HmrcClient
    broker: TokenBroker
    clock: Callable[[], datetime]
    force: bool
    only_due: bool
    apis: frozenset[str]
    silences: int = 0
    maintained: bool = False
    refreshed: set[str] = field(default_factory=set)
    unusable: dict[str, SyncLine] = field(default_factory=dict)
    """Grants whose tokens could not be had: they are not tried again in this sync."""
    refusal: str | None = None

    def everybody(self, years: list[TaxYear]) -> list[SyncLine]:
        with self.home.database.reading() as session:
            people = session.execute(sa.select(Person.person_id, Person.is_example).order_by(Person.person_id)).all()
        lines: list[SyncLine] = []
        for person_id, is_example in people:
            asked = self._person(person_id, is_example)
            with self.home.database.reading() as session:
                source = place_of(self.home.settings)
                questions = questions_of(session, person_id, years, source, self.clock())
            if asked.block is not None:
                lines += self._all_blocked(asked.block, [q for year in years for q in questions[year]])
                continue
            for year in years:
                lines += self._year(asked, year, [q for q in questions[year] if q.api.name in self.apis])
        return lines

    def _all_blocked(self, reason: str, questions: list[Question]) -> list[SyncLine]:
        """A person who cannot be asked for: nothing is sent, and what is said fits one transaction."""
        now = self.clock()
        open_ones = [q for q in questions if q.api.name in self.apis and self._is_due(q, now)]
        verdict = blocked(reason, now)
        fresh = record_verdicts(self.home, [(q, verdict) for q in open_ones if q.known.reason != reason])
        known = {(q.year, q.api): q for q in fresh}
        return [
            known.get((q.year, q.api), q).line()
            for q in questions
            if q.api.name in self.apis and (not self.only_due or (q in open_ones and is_worth_saying(q.year, now)))
        ]

    def _person(self, person_id: str, is_example: bool) -> _Asked:
        settings = self.home.settings
        with self.home.database.reading() as session:
            utr = utr_of(session, self.home.cipher, person_id)
            grant = grant_of(session, person_id)
        block = None
        if is_example and place_of(settings) == "HMRC":
            block = "example"
        elif utr is None:
            block = "no_utr"
        elif not settings.hmrc_client_id:
            block = "not_configured"
        elif grant is None:
            block = "no_grant"
        return _Asked(person_id, utr, grant.grant_id if grant else None, block)

    def _year(self, asked: _Asked, year: TaxYear, questions: list[Question]) -> list[SyncLine]:
        now = self.clock()
        lines: list[SyncLine] = []
        leader: SyncLine | None = None
        for question in questions:
            if not self._is_due(question, now):
                lines += [] if self.only_due else [question.line()]
            elif asked.block is not None:
                lines.append(self._blocked(question, asked.block))
            elif leader is not None:
                lines.append(self._follow(question, leader))
            else:
                lines.append(self._ask(asked, question))
                if self._speaks_for_all(lines[-1]):
                    leader = lines[-1]
        return lines

    def _is_due(self, question: Question, now: datetime) -> bool:
        return self.force or is_worth_asking(question.known, question.year, now)

    def _speaks_for_all(self, line: SyncLine) -> bool:
        """A year HMRC has nothing of, and never had, is one call and not five; nor is a silent HMRC asked on."""
        return line.is_temporary or (not self.force and line.problem is None and line.reason in _NOTHING)

    def _ask(self, asked: _Asked, question: Question) -> SyncLine:
        grant_id = asked.grant_id or ""
        if self.refusal is not None:
            return question.line(problem=self.refusal)
        if self.silences >= PATIENCE:
            return question.line(
                problem="HMRC does not answer just now; it is asked at the next sync",
                is_temporary=True,
                is_announced=self.maintained,
            )
        if grant_id in self.unusable:
            told = self.unusable[grant_id]
            return question.line(problem=told.problem, is_temporary=told.is_temporary)
        try:
            answer = self._call(asked, question)
        except NeedsReauthorisation as problem:
            asked.block = problem.reason
            return self._blocked(question, problem.reason)
        except (TokensUnavailable, OAuthRefused, NotConfigured) as problem:
            line = question.line(problem=str(problem), is_temporary=isinstance(problem, TokensUnavailable))
            self.unusable[grant_id] = line
            if not line.is_temporary:
                self.refusal = line.problem  # our application is refused: so it is for everybody
            log.warning("authorisation %s: %s", grant_id, problem)
            return line
        self.silences = self.silences + 1 if answer.is_temporary else 0
        if answer.outcome is Outcome.MAINTENANCE:
            self.silences, self.maintained = PATIENCE, True
        line = record_answer(self.home, question, answer, answer.asked_at or self.clock())
        if line.problem:
            log.warning("%s %s: %s", question.api.name, question.year, line.problem)
        return line

    def _call(self, asked: _Asked, question: Question) -> Answer:
        """Ask with the stored token; when HMRC refuses it, once more with the newer stored or a refreshed one."""
        if asked.grant_id is None or asked.utr is None:
            raise NeedsReauthorisation(asked.person_id, "no_grant")
        token = self.broker.access_token(asked.grant_id)
        answer = self.client.annual_summary(question.api, asked.utr, question.year, token.value)
        if answer.outcome is Outcome.UNAUTHORISED and asked.grant_id not in self.refreshed:
            self.refreshed.add(asked.grant_id)
            with self.home.database.writing() as session:
                record_fetches(session, question, answer, self.clock())
            token = self.broker.access_token(asked.grant_id, rejected=token)
            answer = self.client.annual_summary(question.api, asked.utr, question.year, token.value)
        if answer.outcome in {Outcome.FOUND, Outcome.NO_DATA}:
            self.broker.used(token)
        return answer

    def _blocked(self, question: Question, reason: str) -> SyncLine:
        """The person cannot be asked for. Figures that stand keep standing."""
        if question.known.reason == reason:
            return question.line()
        (told,) = record_verdicts(self.home, [(question, blocked(reason, self.clock()))])
        return told.line()

    def _follow(self, question: Question, leader: SyncLine) -> SyncLine:
        """Not asked, because the answer just had speaks for this API too."""
        if leader.problem:
            return question.line(
                problem=leader.problem, is_temporary=leader.is_temporary, is_announced=leader.is_announced
            )
        verdict = Verdict(leader.state, leader.reason, leader.next_ask)  # type: ignore[arg-type]
        told = record_verdicts(self.home, [(question, verdict)])
        return (told[0] if told else question).line()


_NOTHING = frozenset({"not_open", "not_reconciled", "never_seen"})
