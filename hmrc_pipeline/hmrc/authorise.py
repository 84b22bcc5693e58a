"""Authorising at HMRC: begin, send the person there, take the call-back, keep the grant.

The command and the web application both begin and finish here; a call-back is good once, for a limited time, and
only for the authorisation that was begun with its state.
"""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal
from urllib.parse import parse_qs, urlsplit

import httpx
import sqlalchemy as sa

from hmrc_pipeline.database.tables.hmrc import PendingAuthorisation
from hmrc_pipeline.hmrc.application import with_secrets
from hmrc_pipeline.hmrc.client import HttpResult, open_http
from hmrc_pipeline.hmrc.endpoints import issuer_of, place_of
from hmrc_pipeline.hmrc.grants import cover, store_grant
from hmrc_pipeline.hmrc.loopback import CallbackListener
from hmrc_pipeline.hmrc.oauth import (
    BadCallback,
    NotConfigured,
    OAuthRefused,
    TokenEndpoint,
    begin_sign_in,
    read_callback,
    refusal,
)
from hmrc_pipeline.hmrc.token_stores import store_of
from hmrc_pipeline.home import Home
from hmrc_pipeline.people import require_person
from hmrc_pipeline.problems import Problem

__all__ = ["AuthorisationTimedOut", "authorise", "begin_authorisation", "finish_authorisation", "join_agent"]

LIFE = timedelta(minutes=30)
"""How long a person may take at HMRC's pages."""


class AuthorisationTimedOut(Problem):
    """Nobody came back from HMRC in time."""


def begin_authorisation(
    home: Home,
    person_id: str,
    *,
    agent: bool = False,
    now: datetime,
    life: timedelta = LIFE,
    browser: str | None = None,
) -> str:
    """The address to send the person to. What proves the call-back is kept, encrypted, until it is used or too old.

    `browser` is the secret of the browser session it is begun in; the call-back must come with the same.
    Raises `NotConfigured`, `EndpointProblem` or `UnknownPerson`.
    """
    home = with_secrets(home)
    sign_in = begin_sign_in(home.settings)
    index = home.cipher.blind_index(sign_in.state, "oauth state")
    with home.database.writing() as session:
        person = require_person(session, person_id)
        if person.is_example and place_of(home.settings) == "HMRC":
            raise NotConfigured("this is a made-up example person, who is never sent to the real HMRC")
        session.execute(sa.delete(PendingAuthorisation).where(PendingAuthorisation.expires_at < now - LIFE))
        session.add(
            PendingAuthorisation(
                state_index=index,
                person_id=person_id,
                kind="agent" if agent else "individual",
                browser_index=_browser_index(home, browser),
                verifier_encrypted=home.cipher.encrypt(sign_in.verifier, _place(index)),
                started_at=now,
                expires_at=now + life,
                used_at=None,
            )
        )
    return sign_in.url


def join_agent(home: Home, person_id: str, *, now: datetime) -> bool:
    """Let the agent's authorisation, which is in use, cover one more client, so that nobody has to sign in.

    False when there is none, or when it covers them already: then an agent signs in, to begin or to renew.
    Raises `UnknownPerson` or `StoreProblem`.
    """
    home = with_secrets(home)
    with home.database.reading() as session:
        require_person(session, person_id)
    return cover(home, person_id=person_id, issuer=issuer_of(home.settings), now=now) is not None


def finish_authorisation(
    home: Home,
    callback: str,
    *,
    now: datetime,
    browser: str | None = None,
    transport: httpx.BaseTransport | None = None,
) -> str:
    """Take a call-back address, trade its code, keep the grant; returns the grant's id.

    Raises `BadCallback` when it belongs to nothing that was begun in this browser, came too late or came before;
    `OAuthRefused` when the person or HMRC said no.
    """
    home = with_secrets(home)
    state = parse_qs(urlsplit(callback).query).get("state", [""])[0]
    store_of(home.settings, home.cipher).check()  # what could not be kept is not traded for
    pending = _claim(home, state, browser, now)
    code = read_callback(callback, state)
    return _trade(home, pending, code, now, transport)


@dataclass(frozen=True, repr=False)
class _Pending:
    person_id: str
    kind: Literal["individual", "agent"]
    verifier: str


def _claim(home: Home, state: str, browser: str | None, now: datetime) -> _Pending:
    """Use up a pending authorisation. One that is foreign, another browser's, used or late is not touched."""
    index = home.cipher.blind_index(state, "oauth state")
    with home.database.writing() as session:
        row = session.get(PendingAuthorisation, index, with_for_update=True)
        ours = row is not None and row.browser_index == _browser_index(home, browser)
        if not state or row is None or not ours or row.used_at is not None:
            raise BadCallback("the call-back does not belong to an authorisation that was begun here")
        if now >= row.expires_at:
            raise BadCallback("the call-back came too late: start again")
        row.used_at = now
        verifier = home.cipher.decrypt_text(row.verifier_encrypted, _place(index))
        return _Pending(row.person_id, "agent" if row.kind == "agent" else "individual", verifier)


def _trade(home: Home, pending: _Pending, code: str, now: datetime, transport: httpx.BaseTransport | None) -> str:
    with open_http(transport) as http:
        result = TokenEndpoint(home.settings, http).exchange_code(code, pending.verifier)
    if result.status != 200:
        raise OAuthRefused(_why(result))
    return store_grant(
        home,
        people=[pending.person_id],
        kind=pending.kind,
        issuer=issuer_of(home.settings),
        body=result.text,
        now=now,
    )


def _why(result: HttpResult) -> str:
    if result.status is None:
        return "HMRC could not be reached to finish the authorisation: start again"
    if result.status == 400 and refusal(result) == "invalid_grant":
        return "HMRC did not accept the code, which is good once and for ten minutes: start again"
    return (
        f"HMRC refused to finish the authorisation (status {result.status}): check HMRC_PIPELINE_HMRC_CLIENT_ID,"
        " HMRC_PIPELINE_HMRC_CLIENT_SECRET and HMRC_PIPELINE_HMRC_REDIRECT_URI"
    )


def authorise(
    home: Home,
    person_id: str,
    *,
    agent: bool = False,
    show: Callable[[str], None],
    open_browser: Callable[[str], object] | None = None,
    paste: Callable[[], str] | None = None,
    timeout: float = 600.0,
    now: Callable[[], datetime],
    transport: httpx.BaseTransport | None = None,
) -> str:
    """Authorise from a terminal; returns the grant's id.

    `show` is given the address. With `paste` the person pastes the address they were sent to, or the bare code;
    otherwise a listener on the redirect URI's loopback address waits for the call-back, and `open_browser` opens
    the address when given. Raises `AuthorisationTimedOut`, and what begin and finish raise.
    """
    home, life = with_secrets(home), timedelta(seconds=timeout)
    if paste is not None:
        url = begin_authorisation(home, person_id, agent=agent, now=now(), life=life)
        show(url)
        return finish_authorisation(home, _as_callback(paste(), url), now=now(), transport=transport)
    with CallbackListener(home.settings.hmrc_redirect_uri) as listener:  # before anything is shown or begun
        url = begin_authorisation(home, person_id, agent=agent, now=now(), life=life)
        listener.expect(parse_qs(urlsplit(url).query)["state"][0])
        show(url)
        problems: list[Exception] = []
        if open_browser is not None:
            _open(open_browser, url, listener, problems)
        callback = listener.wait(timeout)
    if callback is None and problems:
        raise problems[0]
    if callback is None:
        raise AuthorisationTimedOut("nobody came back from HMRC in time: start again")
    return finish_authorisation(home, callback, now=now(), transport=transport)


def _open(
    open_browser: Callable[[str], object], url: str, listener: CallbackListener, problems: list[Exception]
) -> None:
    """Open the address beside the listener, which must not wait for a browser that holds the terminal."""

    def run() -> None:
        try:
            open_browser(url)
        except Exception as problem:  # told to whoever waits for the call-back
            problems.append(problem)
            listener.give_up()

    threading.Thread(target=run, name="browser", daemon=True).start()


def _as_callback(pasted: str, url: str) -> str:
    """A pasted address as it is; a bare code joined to the state it must belong to, which PKCE proves."""
    text = pasted.strip()
    if "?" in text:
        return text
    if not text or not set(text) <= _CODE_LETTERS:
        raise BadCallback("what was pasted is neither the address nor a code")
    return f"pasted:?code={text}&state={parse_qs(urlsplit(url).query)['state'][0]}"


_CODE_LETTERS = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~")


def _browser_index(home: Home, browser: str | None) -> str | None:
    return None if browser is None else home.cipher.blind_index(browser, "oauth browser")


def _place(index: str) -> str:
    return f"hmrc_pending_authorisation.verifier/{index}"
