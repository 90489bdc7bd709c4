"""A hundred random changes by somebody who owns the database: how many the verification names.

BENCH_TAMPER=100 trials, BENCH_TAMPER_SEED=1. Each is one random draw of its kind, with triggers
off (session_replication_role = replica), verified as `enforcement audit verify` and `enforcement
files check` do, and undone. Raises RuntimeError where one was not found.
"""

from __future__ import annotations

import json
import os
import random
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from click.testing import CliRunner
from sqlalchemy.orm import Session

from enforcement.cli import main
from enforcement.trail import checkpoints
from tests.benchmarks.measuring import Row, stopwatch
from tests.benchmarks.places import application, load_demo, own_database, sessions
from tests.trail import tampering

TRIALS: Final = int(os.environ.get("BENCH_TAMPER", "100"))
SEED: Final = int(os.environ.get("BENCH_TAMPER_SEED", "1"))
FILE: Final = "byte of a stored file"
ACTS: Final = 200


def run() -> list[Row]:
    """Load the county, let some days of acts go by, then tamper, each kind in turn."""
    dice, seconds = random.Random(SEED), list[float]()
    trials, found, named = Counter[str](), Counter[str](), Counter[str]()
    kinds = [*tampering.KINDS, FILE]
    with own_database("tamper") as config, application(config) as app, app.app_context():
        load_demo(app)
        with sessions(app).begin() as session:
            tampering.act_on(session, ACTS)
        with sessions(app).begin() as session:
            for code in checkpoints.counties(session):
                checkpoints.make(session, code)
        with sessions(app).begin() as session:
            tampering.act_on(session, ACTS)
        with tampering.owner(config.database_url) as session:
            _require_well(session)
            for n in range(TRIALS):
                kind = kinds[n % len(kinds)]
                with stopwatch(seconds):
                    seen, said = _trial(session, dice, kind, config.files_dir)
                trials[kind] += 1
                found[kind] += seen
                named[kind] += said
    rows = [Row(kind, "found", (float(found[kind]),), f"of {trials[kind]}; named {named[kind]}")
            for kind in kinds if trials[kind]]  # fmt: skip
    whole, told = sum(found.values()), sum(named.values())
    rows.append(Row("all", "found", (float(whole),), f"of {TRIALS}; named {told}"))
    rows.append(Row("one verification", "s", tuple(seconds)))
    if told < TRIALS:
        raise RuntimeError(f"{TRIALS - told} were not named: {[row.as_json() for row in rows]}")
    return rows


def _trial(session: Session, dice: random.Random, kind: str, folder: Path) -> tuple[bool, bool]:
    """Return whether a change was found, and whether its place was named."""
    if kind == FILE:
        return _file(dice, folder)
    touch, found = tampering.trial(session, dice, kind)
    return bool(found), touch.is_named(found)


def _file(dice: random.Random, folder: Path) -> tuple[bool, bool]:
    path = dice.choice(sorted(_files(folder)))
    with tampering.flipped(path, dice):
        result = CliRunner().invoke(main, ["files", "check", "--json"])
    said = json.loads(result.stdout)["bad"]
    return result.exit_code == 1, said == [path.relative_to(folder).as_posix()]


def _files(folder: Path) -> Iterator[Path]:
    yield from (path for path in folder.glob("*/??/*") if path.is_file())


def _require_well(session: Session) -> None:
    found = tampering.verified(session)
    if found:
        raise RuntimeError(f"not well before anything was touched: {found[:3]}")
