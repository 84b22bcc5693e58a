"""Tokens, codes, secrets, UTRs and NINOs are nowhere in clear: database, files, logs, exceptions."""

import logging
import traceback
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from hmrc_pipeline.crypto import Undecryptable
from hmrc_pipeline.database.tables.hmrc import GrantTokens
from hmrc_pipeline.hmrc.authorise import begin_authorisation, finish_authorisation
from hmrc_pipeline.hmrc.oauth import BadCallback
from hmrc_pipeline.hmrc.tokens import NeedsReauthorisation, TokensUnavailable
from hmrc_pipeline.simulators.hmrc import sign_in
from hmrc_pipeline_tests.hmrc.support import UTR, Y2024, World

NINO = "QQ765432A"


def everything_in(home: Path) -> bytes:
    return b"".join(path.read_bytes() for path in home.rglob("*") if path.is_file())


def test_nothing_secret_comes_to_rest_in_clear(world: World, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    secrets: set[str] = {UTR, NINO, str(world.home.settings.hmrc_client_secret.get_secret_value())}  # type: ignore[union-attr]
    said: list[str] = []
    person = world.person(nino=NINO)
    url = begin_authorisation(world.home, person, now=world.clock.now)
    secrets.add(parse_qs(urlsplit(url).query)["state"][0])
    callback = sign_in(url, world.users[person])
    secrets.add(parse_qs(urlsplit(callback).query)["code"][0])
    finish_authorisation(world.home, callback, now=world.clock.now)
    for bad in (callback, callback.replace("state=", "state=x")):
        with pytest.raises(BadCallback) as problem:
            finish_authorisation(world.home, bad, now=world.clock.now)
        said.append("".join(traceback.format_exception(problem.value)))
    grant = world.state.grants[0]
    secrets |= {grant.access_token, grant.refresh_token}
    world.state.load_scenario(UTR, "2024-25", "HAPPY_PATH_1")
    world.state.faults.add("api", "500_before", "drop_before", "half_body", "broken_json")
    said += [repr(line) + line.sentence for line in world.sync(Y2024)]
    grant.access_until = world.clock.now  # the next call is a 401: one refresh, one retry
    world.sync(Y2024, force=True)
    secrets |= {grant.access_token, grant.refresh_token}
    grant.access_until, grant.revoked = world.clock.now, True
    said += [repr(line) + line.sentence for line in world.sync(Y2024, force=True)]
    with pytest.raises(NeedsReauthorisation) as lost:
        world.broker().access_token(world.rows("hmrc_grant")[0].grant_id)
    said.append("".join(traceback.format_exception(lost.value)))
    world.home.database.engine.dispose()
    heap = everything_in(world.home.settings.home)
    spoken = caplog.text + "".join(said)
    assert len(secrets) == 9
    for secret in secrets:
        assert secret.encode() not in heap
        assert secret not in spoken
    assert b"employerPayeReference" in heap, "the search does find what is there"


def test_exceptions_hold_no_trace_of_a_request(world: World) -> None:
    person = world.person()
    grant_id = world.authorise(person)
    world.state.faults.add("token", "drop_after")
    world.clock.now = world.clock.now.replace(hour=23)
    with pytest.raises(TokensUnavailable) as problem:
        world.broker().access_token(grant_id)
    chain: BaseException | None = problem.value
    while chain is not None:
        assert type(chain).__module__.startswith("hmrc_pipeline")
        chain = chain.__context__


def test_a_ciphertext_moved_to_another_grant_does_not_open(world: World) -> None:
    first, second = world.authorise(world.person()), world.authorise(world.person("1111111111"))
    with world.home.database.writing() as session:
        moved = session.get(GrantTokens, (first, 1))
        target = session.get(GrantTokens, (second, 1))
        assert moved is not None
        assert target is not None
        target.tokens_encrypted = moved.tokens_encrypted
    with pytest.raises(Undecryptable):
        world.broker().access_token(second)
