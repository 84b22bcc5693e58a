"""How quick `hmrc-pipeline --help` is, beside a bare Python start in the same run.

python benchmarks/help.py
"""

import statistics
import subprocess
import sys
import time

ROUNDS = 15


def _seconds(arguments: list[str]) -> float:
    started = time.perf_counter()
    subprocess.run([sys.executable, *arguments], check=True, capture_output=True)
    return time.perf_counter() - started


def main() -> None:
    """Print medians and their ratio."""
    bare = statistics.median(_seconds(["-c", "pass"]) for _ in range(ROUNDS))
    dagster = statistics.median(_seconds(["-c", "import dagster"]) for _ in range(3))
    ours = statistics.median(_seconds(["-m", "hmrc_pipeline", "--help"]) for _ in range(ROUNDS))
    print(f"python -c pass        {bare * 1000:6.0f} ms")
    print(f"hmrc-pipeline --help  {ours * 1000:6.0f} ms   {ours / bare:.1f} times a bare start")
    print(f"import dagster        {dagster * 1000:6.0f} ms   what --help does not pay")


if __name__ == "__main__":
    main()
