"""What steps work with: HOME, opened in the process that uses it.

The resource holds no value: what it opens is read from the settings at run time, so that no secret stands in
a definition, a run's configuration or an event.
"""

from datetime import UTC, datetime

import dagster as dg
from pydantic import PrivateAttr

from hmrc_pipeline.home import Home, open_home
from hmrc_pipeline.logs import configure_logs
from hmrc_pipeline.settings import load_settings

__all__ = ["HomeResource"]


class HomeResource(dg.ConfigurableResource[Home]):
    """HOME as the settings of this process name it; `now` is the clock every step reads."""

    _home: Home | None = PrivateAttr(default=None)

    def opened(self) -> Home:
        """HOME, made and migrated when it is new."""
        if self._home is None:
            configure_logs()
            self._home = open_home(load_settings())
        return self._home

    def now(self) -> datetime:
        return datetime.now(UTC)
