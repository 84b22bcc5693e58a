"""The web application: authorising at HMRC, asking it now, what Paperless and cron may tell us, health.

One router per area; who may reach a route is said in `routes` and kept in `gate`, never in a router. No arithmetic
and no SQL here: wings do the work.
"""

from hmrc_pipeline.web.app import create_app
from hmrc_pipeline.web.serving import open_socket, refuse_open_door, run

__all__ = ["create_app", "open_socket", "refuse_open_door", "run"]
