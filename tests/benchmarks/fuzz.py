"""Made-up calls of every operation of the OpenAPI document, by every role: how many go wrong.

Size: BENCH_FUZZ=5 calls of each operation by each role, within the document and beside it.
Every second call names what exists.
"""

from __future__ import annotations

import os
from itertools import product
from typing import Final

import click

from tests.benchmarks.measuring import Row
from tests.benchmarks.places import application, load_demo, own_database
from tests.conftest import rolled_back
from tests.web.fuzzing import MODES, ONE_EACH, Fuzz

NUMBER: Final = int(os.environ.get("BENCH_FUZZ", "5"))


def run() -> list[Row]:
    """Ask, and count; what goes wrong is printed on stderr as it does."""
    with own_database("fuzz") as config, application(config) as app:
        load_demo(app)
        with rolled_back(app) as session:
            fuzz = Fuzz(app, session)
            for operation in fuzz.operations:
                told = len(fuzz.wrong)
                for role, mode in product(ONE_EACH, MODES):
                    fuzz.try_out(operation, role, mode, NUMBER)
                for one in fuzz.wrong[told:]:
                    click.echo(f"{one.role} {one.call}\n  {one.why}", err=True)
    what = f"{len(fuzz.operations)} operations × {len(ONE_EACH)} roles"
    counts = ("calls", fuzz.calls), ("unforeseen answers", len(fuzz.wrong))
    return [Row(what, unit, (float(count),)) for unit, count in counts]
