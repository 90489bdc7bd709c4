"""A backup and its drill: a cluster of its own with many incidents and attachments.

ENFORCEMENT_BENCH_INCIDENTS (1000000) and ENFORCEMENT_BENCH_BYTES (5 GB) say how many.
"""

from __future__ import annotations

import json
import os
import random
import uuid
from typing import Any, Final

from click.testing import CliRunner
from flask import Flask
from sqlalchemy import create_engine, text
from sqlalchemy.pool import NullPool

from enforcement import cluster, files
from enforcement.cli import main
from enforcement.config import Config
from tests.benchmarks.desk import _grow as grow
from tests.benchmarks.measuring import Row, timed
from tests.benchmarks.places import application, environment, folder, load_demo, sessions
from tests.seed import bring_up

COUNTY: Final = "220322"
PAPER: Final = 512 * 1024


def run() -> list[Row]:
    """Fill a cluster, back it up twice, restore it in a drill."""
    incidents = int(os.environ.get("ENFORCEMENT_BENCH_INCIDENTS", "1000000"))
    size = int(os.environ.get("ENFORCEMENT_BENCH_BYTES", str(5 * 10**9)))
    fonts = str(Config.from_env().var / "fonts")
    with folder() as place:
        var = place / "var"
        with environment(ENFORCEMENT_VAR=str(var), ENFORCEMENT_DATABASE_URL="",
                         ENFORCEMENT_FONTS=fonts):  # fmt: skip
            try:
                return _measured(Config.from_env(), incidents, size)
            finally:
                cluster.server(var).remove()


def _measured(config: Config, incidents: int, size: int) -> list[Row]:
    with cluster.running(config):
        bring_up(config, config.database_url)
        with application(config) as app:
            load_demo(app)
            _fill(app, incidents, size)
        bytes_ = _value(config, "select pg_database_size(current_database())")
        note = f"{incidents} incidents, {bytes_ / 2**30:.2f} GB; {size / 10**9:.2f} GB of files"
        first = timed(lambda: _command("backup", "make"))
        again = timed(lambda: _command("backup", "make"))
        verified = timed(lambda: _command("backup", "verify"))
        said = _command("backup", "drill")
    assert said["well"], said
    held = sum(path.stat().st_size for path in (config.var / "backup").rglob("*")
               if path.is_file())  # fmt: skip
    seconds: dict[str, float] = said["seconds"]
    return [
        Row("first backup", "min", (first / 60,), note),
        Row("next backup", "min", (again / 60,), "files are there already"),
        Row("verify", "min", (verified / 60,), "every sealed byte opened"),
        Row("drill", "min", (seconds["total"] / 60,), f"{said['checks'][1]['looked_at']} tables"),
        *(Row(f"drill: {part}", "s", (value,)) for part, value in seconds.items()),
        Row("place", "GB", (held / 10**9,), "two backups, sealed"),
    ]


def _fill(app: Flask, incidents: int, size: int) -> None:
    """Grow the county's incidents with their texts and entries; keep papers of random bytes."""
    grow(app, 0, incidents)
    maker = random.Random(7)
    with app.app_context():
        for first in range(0, size, PAPER * 200):
            with sessions(app).begin() as session:
                for at in range(first, min(first + PAPER * 200, size), PAPER):
                    data = maker.randbytes(min(PAPER, size - at))
                    files.store(session, COUNTY, data, name=f"{at}.bin",
                                media_type="application/octet-stream", by=uuid.uuid4())  # fmt: skip


def _value(config: Config, sql: str) -> Any:
    with create_engine(config.database_url, poolclass=NullPool).connect() as connection:
        return connection.scalar(text(sql))


def _command(*words: str) -> dict[str, Any]:
    result = CliRunner().invoke(main, [*words, "--json"])
    assert result.exit_code == 0, (words, result.output, result.exception)
    found: dict[str, Any] = json.loads(result.stdout)
    return found
