"""Health, for monitors: whether the process lives, and whether it can work. Says nothing of anybody."""

import logging

import sqlalchemy.exc
from fastapi import APIRouter
from starlette.responses import JSONResponse, Response

from hmrc_pipeline.crypto import load_cipher
from hmrc_pipeline.database.schema import head_revision, revision_of
from hmrc_pipeline.problems import Problem
from hmrc_pipeline.web.shared import Web

__all__ = ["router"]

log = logging.getLogger(__name__)


def router(web: Web) -> APIRouter:
    """`/livez`, `/healthz` and `/readyz`."""
    area = APIRouter()

    @area.api_route("/livez", methods=["GET", "HEAD"])
    @area.api_route("/healthz", methods=["GET", "HEAD"])
    def lives() -> Response:
        return JSONResponse({"state": "alive"})

    @area.api_route("/readyz", methods=["GET", "HEAD"])
    def is_ready() -> Response:
        checks = {"database": _database(web), "key": _key(web)}
        ready = all(state == "ok" for state in checks.values())
        return JSONResponse({"state": "ready" if ready else "not ready", **checks}, 200 if ready else 503)

    return area


def _database(web: Web) -> str:
    try:
        found = revision_of(web.home().database.engine)
    except (Problem, sqlalchemy.exc.SQLAlchemyError) as error:
        log.error("not ready: %s", error if isinstance(error, Problem) else type(error).__name__)
        return "cannot be used"
    return "ok" if found == head_revision() else "is of another version of this program; run: hmrc-pipeline migrate"


def _key(web: Web) -> str:
    try:
        home = web.home()
        path = home.settings.key_file
        same = path.exists() and load_cipher(path) == home.cipher
    except (Problem, OSError) as error:
        log.error("not ready: %s", error if isinstance(error, Problem) else type(error).__name__)
        return "cannot be used"
    return "ok" if same else "is not the one this process began with"
