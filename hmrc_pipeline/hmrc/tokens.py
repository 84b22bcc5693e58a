"""The token broker: the only component that refreshes at HMRC.

HMRC's refresh tokens work once, each refresh kills the access token before it, and a pair that is lost cannot be
had again without the person. So: never start a refresh that could not be stored; write down what will be spent
before it is spent; store the answer before reading it; try once more, and only once, when the end of a refresh is
not known; and call a lost grant lost, loudly. Readers ask for the access token at the time of use and keep none.
"""

import logging
import os
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NoReturn, TypeVar

import sqlalchemy as sa
from sqlalchemy.orm import Session

from hmrc_pipeline.database.tables.hmrc import Grant, GrantTokens
from hmrc_pipeline.hmrc.client import HttpResult
from hmrc_pipeline.hmrc.endpoints import issuer_of
from hmrc_pipeline.hmrc.grants import ACTIVE, NEEDS_REAUTHORISATION, REPLACED, expires_on, seal, unseal
from hmrc_pipeline.hmrc.leases import LeaseBusy, LeaseLost, lease
from hmrc_pipeline.hmrc.limiter import Limiter
from hmrc_pipeline.hmrc.oauth import NotConfigured, OAuthRefused, TokenEndpoint, Tokens, refusal
from hmrc_pipeline.hmrc.restored import is_restored, remember
from hmrc_pipeline.hmrc.spool import Spool
from hmrc_pipeline.hmrc.token_stores import StoreProblem, TokenStore, TokensUnavailable
from hmrc_pipeline.home import Home

__all__ = ["STEPS", "AccessToken", "NeedsReauthorisation", "TokenBroker", "TokensUnavailable"]

log = logging.getLogger(__name__)
T = TypeVar("T")

STEPS = ("lease", "preflight", "intent", "posted", "spooled", "stored", "unspooled", "used")
"""The named steps of a refresh, in order. Tests kill the process after each."""

MARGIN = timedelta(minutes=2)  # an access token this close to its end is renewed before it is used
_STORE_PAUSES = (0.0, 0.2, 1.0, 3.0)
_ROOM = 8 * 1024 * 1024


class NeedsReauthorisation(RuntimeError):
    """The grant is of no use any more; a person has to sign in at HMRC again."""

    def __init__(self, grant_id: str, reason: str) -> None:
        super().__init__(f"authorisation {grant_id} is no longer usable ({reason}): authorise again")
        self.grant_id, self.reason = grant_id, reason


@dataclass(frozen=True, repr=False)
class AccessToken:
    """An access token and the generation it belongs to. `confirmed`: HMRC has accepted this generation before."""

    value: str
    grant_id: str
    generation: int
    confirmed: bool


@dataclass(frozen=True, repr=False)
class _Held:
    """A grant as it stands in the database."""

    grant_id: str
    state: str
    reason: str | None
    issuer: str
    granted_at: datetime
    generation: int
    intent_generation: int | None
    intent_fingerprint: str | None
    attempts: int
    tokens: Tokens | None
    older: Tokens | None
    confirmed: bool

    @property
    def uncertain(self) -> bool:
        """A refresh was begun with this generation's token, and how it ended is not known."""
        return self.intent_generation == self.generation


@dataclass(frozen=True)
class TokenBroker:
    """Hands out access tokens, refreshing when needed. Safe to use from any number of processes and threads.

    `checkpoint` is called with the name of each step of `STEPS` once it is done.
    """

    home: Home
    endpoint: TokenEndpoint
    limiter: Limiter
    clock: Callable[[], datetime]
    store: TokenStore
    checkpoint: Callable[[str], None] = lambda _step: None
    lease_timeout: float = 90.0

    def access_token(self, grant_id: str, *, rejected: AccessToken | None = None) -> AccessToken:
        """The grant's access token, refreshed when it has run out or is the one HMRC `rejected`.

        Raises `NeedsReauthorisation`, `TokensUnavailable`, `OAuthRefused` or `NotConfigured`.
        """
        usable = self._usable(self._load(grant_id), rejected)
        return usable or _shielded(lambda: self._renew(grant_id, rejected))

    def used(self, token: AccessToken) -> None:
        """HMRC accepted this token: what was kept in case it would not is let go."""
        if token.confirmed:
            return
        with self.home.database.writing() as session:
            row = session.get(GrantTokens, (token.grant_id, token.generation))
            if row is not None and row.used_at is None:
                row.used_at = self.clock()
            older = sa.and_(GrantTokens.grant_id == token.grant_id, GrantTokens.generation < token.generation)
            forgotten = list(session.scalars(sa.select(GrantTokens.generation).where(older)))
            session.execute(sa.delete(GrantTokens).where(older))
        for generation in forgotten:
            self.store.forget(token.grant_id, generation)
        self.checkpoint("used")

    def recover(self) -> list[str]:
        """Settle every refresh whose end is not known; the grants that are now certain."""
        waiting = Spool.of(self.home).grants_waiting()
        with self.home.database.reading() as session:
            begun = sa.and_(Grant.state == ACTIVE, Grant.intent_generation == Grant.generation)
            known = sa.and_(Grant.state != REPLACED, Grant.grant_id.in_(waiting))
            open_ones = list(session.scalars(sa.select(Grant.grant_id).where(sa.or_(begun, known))))
        settled = []
        for grant_id in open_ones:
            with suppress(TokensUnavailable, NeedsReauthorisation, OAuthRefused, NotConfigured):
                self.access_token(grant_id)
                settled.append(grant_id)
        return settled

    def _usable(self, held: _Held, rejected: AccessToken | None) -> AccessToken | None:
        waiting = held.uncertain and held.state == NEEDS_REAUTHORISATION and Spool.of(self.home).waiting(held.grant_id)
        if held.state != ACTIVE and not waiting:
            raise NeedsReauthorisation(held.grant_id, held.reason or "reauthorise")
        if held.issuer != issuer_of(self.home.settings):
            raise NeedsReauthorisation(held.grant_id, "issuer")
        now = self.clock()
        if now >= expires_on(held.granted_at):
            self._lost(held, "eighteen_months")
        if held.uncertain or held.tokens is None or held.tokens.expires_at - MARGIN <= now:
            return None
        if rejected is not None and rejected.generation >= held.generation:
            return None
        return AccessToken(held.tokens.access_token, held.grant_id, held.generation, held.confirmed)

    def _renew(self, grant_id: str, rejected: AccessToken | None) -> AccessToken:
        usable = None
        why = "HMRC's token answer was not whole; it is tried once more at the next sync"
        try:
            with lease(self.home, f"grant_{grant_id}", timeout=self.lease_timeout) as still_ours:
                self.checkpoint("lease")
                self._drain(grant_id)
                held = self._load(grant_id)
                usable = self._usable(held, rejected)
                if usable is None:
                    if is_restored(self.home, grant_id, held.generation):
                        self._lost(held, "restored")
                    self._refresh(held, still_ours)
                    usable = self._usable(self._load(grant_id), None)
        except (LeaseBusy, LeaseLost) as problem:
            why = str(problem)
        except sa.exc.SQLAlchemyError:  # what was written down before is enough to go on from
            why = "the database cannot be written; the next sync goes on from what was written down before"
        if usable is None:
            raise TokensUnavailable(why)
        return usable

    def _refresh(self, held: _Held, still_ours: Callable[[], None]) -> None:
        spend, generation, attempt = self._to_spend(held)
        self._preflight()
        self.checkpoint("preflight")
        self.limiter.wait()
        still_ours()
        self._intend(held, spend, generation, attempt)
        self.checkpoint("intent")
        still_ours()
        result = self.endpoint.refresh(spend)
        self.checkpoint("posted")
        if result.status == 200:
            self._store(held.grant_id, held.generation, seal(result.text, self.clock(), spend))
        else:
            self._failed(held, result, attempt)

    def _to_spend(self, held: _Held) -> tuple[str, int, int]:
        """The refresh token to send, its generation, and whether this is its first or its one recovery attempt."""
        if held.tokens is not None and not held.uncertain:
            return held.tokens.refresh_token, held.generation, 1
        tokens, generation = (held.tokens, held.generation) if held.uncertain else (held.older, held.generation - 1)
        if tokens is None or held.intent_generation != generation or held.attempts >= 2:
            self._lost(held, "reauthorise")
        if held.intent_fingerprint != self._fingerprint(tokens.refresh_token):
            self._lost(held, "reauthorise")
        return tokens.refresh_token, generation, held.attempts + 1

    def _preflight(self) -> None:
        """Everything that could keep an answer from being stored is looked at before anything is spent."""
        home = self.home.settings.make_home()
        space = os.statvfs(home)
        if space.f_bavail * space.f_frsize < _ROOM:
            raise TokensUnavailable("the disk is full: no refresh is begun that could not be stored")
        probe = self.home.cipher.encrypt("probe", "probe")
        if self.home.cipher.decrypt(probe, "probe") != b"probe":
            raise TokensUnavailable("the key file does not decrypt what it encrypts")
        self.endpoint.require_configured()
        self.store.check()
        self.limiter.wait()
        if not self.endpoint.is_up():
            raise TokensUnavailable("HMRC's token service does not answer; nothing was spent")

    def _intend(self, held: _Held, spend: str, generation: int, attempt: int) -> None:
        """Write down what is about to be spent. This is also the proof that the database can be written."""
        written = False
        with suppress(sa.exc.SQLAlchemyError), self.home.database.writing() as session:
            grant = self._locked(session, held.grant_id)
            if (grant.generation, grant.intent_attempts) == (held.generation, held.attempts):
                grant.intent_generation, grant.intent_attempts = generation, attempt
                grant.intent_fingerprint, grant.intent_at = self._fingerprint(spend), self.clock()
                written = True
        if not written:
            raise TokensUnavailable("the database cannot be written; nothing was spent")

    def _failed(self, held: _Held, result: HttpResult, attempt: int) -> NoReturn:
        word, status = refusal(result), result.status
        if status == 400 and word not in {"invalid_client", "unauthorized_client"}:
            self._lost(held, "reauthorise")
        if result.sent and (status is None or status < 400 or status >= 500):
            if attempt >= 2:
                self._lost(held, "reauthorise")
            raise TokensUnavailable("HMRC's answer to a refresh was lost; it is tried once more at the next sync")
        with self.home.database.writing() as session:  # certainly not processed: as if nothing had been sent
            grant = self._locked(session, held.grant_id)
            grant.intent_generation, grant.intent_attempts = held.intent_generation, held.attempts
            grant.intent_fingerprint = held.intent_fingerprint
        if status is None or status == 429:
            raise TokensUnavailable("HMRC could not be reached; nothing was spent")
        raise OAuthRefused(
            "HMRC does not accept our application: check HMRC_PIPELINE_HMRC_CLIENT_ID, HMRC_PIPELINE_HMRC_CLIENT_SECRET"
            " and HMRC_PIPELINE_HMRC_TOKEN_URL"
        )

    def _store(self, grant_id: str, generation: int, record: bytes) -> None:
        spool, path = Spool.of(self.home), None
        with suppress(OSError):
            path = spool.put(grant_id, generation + 1, record)
        self.checkpoint("spooled")
        stored = False
        for pause in _STORE_PAUSES:
            time.sleep(pause)
            with suppress(sa.exc.SQLAlchemyError, OSError, StoreProblem):
                stored = self._commit(grant_id, generation + 1, record)
                break
        if not stored:
            log.error("grant %s: a token answer could not be written to the database", grant_id)
            where = "it waits in HOME/spool" if path else "it could not be written to HOME/spool either"
            raise TokensUnavailable(f"HMRC's token answer could not be stored in the database; {where}")
        self.checkpoint("stored")
        remember(self.home, grant_id, generation + 1)
        if path is not None:
            spool.remove(path)
        self.checkpoint("unspooled")

    def _commit(self, grant_id: str, generation: int, record: bytes) -> bool:
        """The one write: tokens as received and the grant's new generation. False when the grant has moved on."""
        self.store.keep(grant_id, generation, record)
        with self.home.database.writing() as session:
            grant = self._locked(session, grant_id)
            if grant.generation != generation - 1 or grant.state == REPLACED:
                return False
            self.store.write(session, grant_id, generation, record, self.clock())
            grant.generation, grant.state, grant.reason = generation, ACTIVE, None
            grant.changed_at = self.clock()
        return True

    def _drain(self, grant_id: str) -> None:
        """Bring answers that waited on disk into the database."""
        spool = Spool.of(self.home)
        for spooled in spool.waiting(grant_id):
            held = self._load(grant_id)
            if spooled.generation == held.generation + 1 and held.intent_generation is not None:
                self._commit(grant_id, spooled.generation, spooled.record)
            if spooled.generation <= held.generation + 1:
                spool.remove(spooled.path)
        held = self._load(grant_id)
        kept = self.store.found(grant_id, held.generation + 1) if held.uncertain else None
        if kept is not None:
            self._commit(grant_id, held.generation + 1, kept)

    def _lost(self, held: _Held, reason: str) -> NoReturn:
        with self.home.database.writing() as session:
            grant = self._locked(session, held.grant_id)
            if grant.state == ACTIVE and grant.generation == held.generation:
                grant.state, grant.reason, grant.changed_at = NEEDS_REAUTHORISATION, reason, self.clock()
                log.warning("grant %s needs re-authorisation (%s)", held.grant_id, reason)
        raise NeedsReauthorisation(held.grant_id, reason)

    def _load(self, grant_id: str) -> _Held:
        with self.home.database.reading() as session:
            grant = session.get(Grant, grant_id)
            if grant is None:
                raise NeedsReauthorisation(grant_id, "no_grant")
            query = sa.select(GrantTokens).where(GrantTokens.grant_id == grant_id)
            rows = {row.generation: row for row in session.scalars(query)}
        # outside the transaction: the store may be reached over the network
        current = rows.get(grant.generation)
        return _Held(
            grant_id,
            grant.state,
            grant.reason,
            grant.issuer,
            grant.granted_at,
            grant.generation,
            grant.intent_generation,
            grant.intent_fingerprint,
            grant.intent_attempts,
            self._open(current),
            self._open(rows.get(grant.generation - 1)) if grant.state == ACTIVE else None,
            current is not None and current.used_at is not None,
        )

    def _open(self, row: GrantTokens | None) -> Tokens | None:
        if row is None:
            return None
        return unseal(self.store.read(row.grant_id, row.generation, row.tokens_encrypted))

    def _locked(self, session: Session, grant_id: str) -> Grant:
        return session.scalars(sa.select(Grant).where(Grant.grant_id == grant_id).with_for_update()).one()

    def _fingerprint(self, token: str) -> str:
        return self.home.cipher.blind_index(token, "refresh token")


def _shielded(work: Callable[[], T]) -> T:
    """Run to the end in a thread of its own: an interrupt of the caller waits until what was spent is stored."""
    results: list[T] = []
    problems: list[BaseException] = []

    def run() -> None:
        try:
            results.append(work())
        except BaseException as problem:  # handed to the caller below
            problems.append(problem)

    thread = threading.Thread(target=run, name="token-broker", daemon=False)
    thread.start()
    interrupted: BaseException | None = None
    while thread.is_alive():
        try:
            thread.join()
        except BaseException as interrupt:  # waits for the end, then goes on its way
            interrupted = interrupt
    if interrupted is not None:
        raise interrupted
    if problems:
        raise problems[0]
    return results[0]
