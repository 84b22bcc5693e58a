"""The benchmarks run: on a few rows, for what they print and assert of each other, not for their times."""

import subprocess
import sys
from pathlib import Path

import hmrc_pipeline

ROOT = Path(hmrc_pipeline.__file__).parent.parent


def test_reconciling_a_small_bureau_is_measured() -> None:
    command = [sys.executable, "benchmarks/reconcile.py", "--rows", "240", "--database", "sqlite", "--times", "2"]
    run = subprocess.run(command, cwd=ROOT, env={"PYTHONPATH": "."}, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
    for told in ("best single SQL statement", "polars", "nothing to explain anew", "one person after one new payslip"):
        assert told in run.stdout
