"""Two hundred thousand random acts upon cases: the long form of tests/case/test_model.py."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from typing import Final

from enforcement.config import PROJECT
from tests.benchmarks.measuring import Row

STEPS: Final = 100
RUNS: Final = int(os.environ.get("BENCH_MODEL_RUNS", "2000"))
TEST: Final = "tests/case/test_model.py"


def run() -> list[Row]:
    """Press random acts; raise CalledProcessError where a closed gate let one through."""
    start = time.perf_counter()
    subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", TEST],
        check=True,
        cwd=PROJECT,
        env=os.environ | {"MODEL_RUNS": str(RUNS), "MODEL_STEPS": str(STEPS)},
        stdout=sys.stderr,
    )
    seconds = time.perf_counter() - start
    return [Row("random steps, none behind a closed gate", "", (float(RUNS * STEPS),)),
            Row("steps", "/s", (RUNS * STEPS / seconds,))]  # fmt: skip
