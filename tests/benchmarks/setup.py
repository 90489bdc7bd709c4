"""Seconds of `scripts/run --check`: cold, warm, and on request from a copy without .venv."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Final

from enforcement.config import PROJECT, Config
from tests.benchmarks.measuring import Row, timed
from tests.benchmarks.places import environment, folder

COLD, WARM = 2, 3
UNSET: Final = {"ENFORCEMENT_DATABASE_URL": ""}


def run(*, new_venv: bool = False) -> list[Row]:
    """Measure with fonts at hand; what apt and pip would fetch depends on the network."""
    cold: list[float] = []
    with folder() as place, environment(**UNSET):
        _check(PROJECT, place / "first")  # so that .venv agrees with the lock
        for n in range(COLD):
            cold.append(_check(PROJECT, place / f"cold{n}"))
        warm = tuple(_check(PROJECT, place / "first") for _again in range(WARM))
        fresh = [_fresh(place / "copy")] if new_venv else []
    rows = [
        Row("cold", "s", tuple(cold), "new cluster, tables, demo county, web pages; own .venv"),
        Row("warm", "s", warm, "the same folder of state again"),
    ]
    if fresh:
        rows.append(Row("cold, new .venv", "s", tuple(fresh), "pip fetches or has its cache"))
    return rows


def _check(project: Path, var: Path) -> float:
    _with_fonts(var)
    with environment(ENFORCEMENT_VAR=str(var)):
        return timed(
            lambda: subprocess.run(
                [project / "scripts" / "run", "--check"],
                check=True,
                cwd=project,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )
        )


def _with_fonts(var: Path) -> None:
    fonts = next(path for path in Config.from_env().font_dirs if path.name == "fonts")
    var.mkdir(mode=0o755, exist_ok=True)
    if not (var / "fonts").exists():
        (var / "fonts").symlink_to(fonts.resolve())


def _fresh(copy: Path) -> float:
    """Return the seconds of a copy of the last commit, its virtual environment included."""
    copy.mkdir()
    packed = subprocess.run(
        ["git", "archive", "HEAD"], cwd=PROJECT, check=True, capture_output=True
    ).stdout
    subprocess.run(["tar", "-x"], cwd=copy, input=packed, check=True)
    return _check(copy, copy / "var")
