"""The demo's HMRC: the simulator with one person's figures, and that person's authorisation to ask it.

How the simulated HMRC answers belongs to `hmrc`, what it knows to the career.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime

from hmrc_pipeline.hmrc import begin_authorisation, due_years, finish_authorisation, list_grants
from hmrc_pipeline.home import Home
from hmrc_pipeline.settings import load_settings
from hmrc_pipeline.simulators.careers import Career, as_hmrc_json
from hmrc_pipeline.simulators.hmrc import HmrcState, served, sign_in

__all__ = ["demo_hmrc"]


@contextmanager
def demo_hmrc(home: Home, career: Career, person_id: str, *, authorise_anew: bool) -> Iterator[Home]:
    """The simulator for the length of a block; the settings of this process and its children point at it.

    The person signs in when something is due, or anew when asked: the simulator forgets when it ends.
    """
    state = HmrcState()
    application = state.add_application("http://localhost:8080/oauth/callback")
    user = state.add_user(career.utr.value)
    for year, parts in career.hmrc_summary().items():
        state.load(career.utr.value, {year: {name: as_hmrc_json(body) for name, body in parts.items()}})
    with served(state) as running:
        os.environ.update(
            {
                "HMRC_PIPELINE_HMRC_API_URL": running.url,
                "HMRC_PIPELINE_HMRC_AUTHORISE_URL": f"{running.url}/oauth/authorize",
                "HMRC_PIPELINE_HMRC_TOKEN_URL": f"{running.url}/oauth/token",
                "HMRC_PIPELINE_HMRC_CLIENT_ID": application.client_id,
                "HMRC_PIPELINE_HMRC_CLIENT_SECRET": application.client_secret,
                "HMRC_PIPELINE_HMRC_REDIRECT_URI": application.redirect_uris[0],
            }
        )
        pointed = replace(home, settings=load_settings())
        if authorise_anew or not _has_been_asked(pointed, career):
            now = datetime.now(UTC)
            callback = sign_in(begin_authorisation(pointed, person_id, now=now), user)
            finish_authorisation(pointed, callback, now=now)
        yield pointed


def _has_been_asked(home: Home, career: Career) -> bool:
    with home.database.reading() as session:
        grants = list_grants(session)
    due = set(due_years(home, now=datetime.now(UTC)))
    return bool(grants) and due.isdisjoint(year.tax_year for year in career.years)
