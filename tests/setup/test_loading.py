"""What only few acts need is loaded with the first of them, not whenever a program starts."""

from __future__ import annotations

import subprocess
import sys

import pytest

from enforcement.config import Config

SELDOM = {"aiohttp", "authlib", "docx", "pyhanko", "pypinyin", "pyvrp", "scipy"}
SERVES = {"alembic", "folium", "openpyxl", "pikepdf", "pyogrio", "typst"}
COMMAND = "from enforcement import create_app; create_app(serves=False); import enforcement.cli"
SERVER = "from enforcement import create_app; create_app()"


@pytest.mark.parametrize(("start", "not_yet"), [(COMMAND, SELDOM | SERVES), (SERVER, SELDOM)])
def test_a_program_starts_without_what_few_acts_need(
    start: str, not_yet: set[str], base_config: Config
) -> None:
    told = f"{start}; import sys; print(*sys.modules)"
    run = subprocess.run(
        [sys.executable, "-c", told], capture_output=True, text=True, check=True,
        env={"ENFORCEMENT_VAR": str(base_config.var)},
    )  # fmt: skip
    loaded = set(run.stdout.split())
    assert "sqlalchemy" in loaded
    assert loaded & not_yet == set()
