"""What steps work with: HOME, opened in the process that uses it.

The resource holds no value: what it opens is read from the settings at run time, so that no secret stands in
a definition, a run's configuration or an event. What fails at work is told without its own words, for the same
reason: Dagster keeps the text of every exception.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

import dagster as dg
from pydantic import PrivateAttr

from hmrc_pipeline.home import Home, open_home
from hmrc_pipeline.logs import configure_logs
from hmrc_pipeline.problems import Problem, fault_sentence
from hmrc_pipeline.settings import load_settings

__all__ = ["HomeResource"]


class HomeResource(dg.ConfigurableResource[Home]):
    """HOME as the settings of this process name it; `now` is the clock every step reads."""

    _home: Home | None = PrivateAttr(default=None)

    @contextmanager
    def at_work(self) -> Iterator[Home]:
        """HOME, made and migrated when it is new; every step, check, sensor and schedule works inside this block.

        A `Problem` fails the step with its sentence, anything else with its kind and place. Neither brings along the
        exception it came from.
        """
        try:
            yield self._opened()
        except Problem as problem:
            raise dg.Failure(str(problem)) from None  # Dagster keeps causes and contexts unless told not to
        except Exception as error:
            raise dg.Failure(fault_sentence(error)) from None

    def _opened(self) -> Home:
        if self._home is None:
            configure_logs()
            self._home = open_home(load_settings())
        return self._home

    def now(self) -> datetime:
        return datetime.now(UTC)
