"""Runs jobs of the pipeline as `demo` does, on the instance of DAGSTER_HOME, in a process that can be made to fail.

python -m hmrc_pipeline_tests.system.drive [MODULE:FUNCTION!]JOB[:TAX_YEAR]...

With a function before the `!` that function, which an asset calls, raises an exception that quotes the environment's
SENTINELS in every way it can. Prints for each job whether it succeeded.
"""

import importlib
import os
import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import dagster as dg

from hmrc_pipeline.pipeline.build import build_definitions

LOUD = {"loggers": {"console": {"config": {"log_level": "DEBUG"}}}}


@contextmanager
def broken(target: str, text: str) -> Iterator[None]:
    """`module:function` raises a chain of exceptions whose every text and argument is `text`."""
    if not target:
        yield
        return
    module, _, name = target.partition(":")
    place = importlib.import_module(module)

    def fail(*_arguments: Any, **_options: Any) -> Any:
        secret = {"quoted": text}
        try:
            raise KeyError(text)
        except KeyError as error:
            raise ValueError(f"cannot read {text!r} of {secret}") from error

    whole = getattr(place, name)
    setattr(place, name, fail)
    yield
    setattr(place, name, whole)


def main(arguments: list[str]) -> None:
    """Run what the arguments say."""
    warnings.filterwarnings("ignore", category=dg.PreviewWarning)
    definitions = build_definitions()
    with dg.DagsterInstance.get() as instance:
        for argument in arguments:
            target, _, wanted = argument.rpartition("!")
            job, _, year = wanted.partition(":")
            with broken(target, os.environ.get("SENTINELS", "")):
                result = definitions.resolve_job_def(job).execute_in_process(
                    instance=instance, partition_key=year or None, raise_on_error=False, run_config=LOUD
                )
            sys.stdout.write(f"{wanted} {'succeeded' if result.success else 'failed'}\n")


if __name__ == "__main__":
    main(sys.argv[1:])
