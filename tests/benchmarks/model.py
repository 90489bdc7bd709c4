"""Two hundred thousand random acts upon cases: the long form of tests/case/test_model.py."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor, as_completed
from typing import Final

from enforcement.config import PROJECT
from tests.benchmarks.measuring import Row

STEPS: Final = 100
RUNS: Final = int(os.environ.get("BENCH_MODEL_RUNS", "2000"))
PARTS: Final = 8
TEST: Final = "tests/case/test_model.py"


def run() -> list[Row]:
    """Press random acts; raise CalledProcessError where a closed gate let one through."""
    start = time.perf_counter()
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        pressed = [pool.submit(_press, RUNS // PARTS) for _part in range(PARTS)]
        for done, part in enumerate(as_completed(pressed), start=1):
            if part.exception():
                pool.shutdown(wait=False, cancel_futures=True)
            part.result()
            steps, seconds = RUNS * STEPS * done // PARTS, time.perf_counter() - start
            sys.stderr.write(f"{steps} steps in {seconds:.0f} s\n")
    return [Row("random steps, none behind a closed gate", "", (float(RUNS * STEPS),)),
            Row("steps", "/s", (RUNS * STEPS / seconds,))]  # fmt: skip


def _press(runs: int) -> None:
    """Let a process of its own press acts: what it remembers of its runs is then forgotten."""
    subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", TEST],
        check=True,
        cwd=PROJECT,
        env=os.environ | {"MODEL_RUNS": str(runs), "MODEL_STEPS": str(STEPS)},
        stdout=sys.stderr,
    )
