"""Runs the demo and kills itself at a step of its way.

python -m hmrc_pipeline_tests.system.killed STEP

A step is a statement sent to any database, ours or Dagster's, a commit, or a file put in place. With step 0 it runs
to its end and prints how many steps there were.
"""

import sys

from hmrc_pipeline.cli.showcase import prepare
from hmrc_pipeline_tests.dying import die_at

__all__: list[str] = []


def main(kill_at: int) -> None:
    """Run, or die trying."""
    steps = die_at(kill_at)
    showcase = prepare()
    with showcase.hmrc_online(authorise_anew=False):
        showcase.run()
    sys.stdout.write(f"{steps()}\n")


if __name__ == "__main__":
    main(int(sys.argv[1]))
