"""Routing rules: a dry run over stored incidents, and what rules cost a report."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from datetime import date
from datetime import time as clock_time
from typing import Any, Final

from sqlalchemy.orm import Session

from enforcement import clock
from enforcement.actor import Actor
from enforcement.people import queries as people
from enforcement.people.unit_queries import list_open
from enforcement.rules import deciding, dry_run, services
from enforcement.rules.checking import KINDS
from enforcement.rules.deciding import Facts
from enforcement.rules.drafts import Draft
from enforcement.taxonomy import queries as taxonomy
from tests.benchmarks.desk import _grow as grow
from tests.benchmarks.measuring import Row
from tests.benchmarks.places import application, load_demo, own_database, sessions

SIZE: Final = int(os.environ.get("BENCH_SIZES", "100000").split(",")[-1])
WINDOWS: Final = 5
RULES: Final = 10
ASKS: Final = 200


def run() -> list[Row]:
    """Grow the county's incidents, give it rules, and try one more."""
    with own_database("rules") as config, application(config) as app:
        load_demo(app)
        grow(app, 0, SIZE)
        with app.app_context(), sessions(app)() as session:
            actor = people.find_actor_by_name(session, "xitong")
            assert actor is not None
            units = [one.id for one in list_open(session, actor.county_code,
                                                 clock.today(session), KINDS)]  # fmt: skip
            new = _draft(units[-1], ("04",))
            rows = _tried(session, actor, new, "no rules yet")
            for n in range(RULES):
                services.add(session, actor, _draft(units[n], ("V8", "01"), n))
            rows += _tried(session, actor, new, f"{RULES} rules")
            return [*rows, _asked(session, actor)]


def _draft(unit_id: Any, categories: tuple[str, ...], n: int = 0) -> Draft:
    night = (clock_time(20), clock_time(6, n)) if n else (None, None)
    return Draft(
        name=f"试算{n}", unit_id=unit_id, valid_from=date(2020, 1, 1), categories=categories,
        from_time=night[0], to_time=night[1],
    )  # fmt: skip


def _tried(session: Session, actor: Actor, new: Draft, what: str) -> list[Row]:
    rows = []
    for months in (dry_run.MONTHS, dry_run.MOST_MONTHS):
        found = dry_run.run(session, actor, new, months=months)
        times = _timed(lambda: dry_run.run(session, actor, new, months=months))  # noqa: B023
        name = f"dry run, {what}, {months} months: {found.total:,} of {SIZE:,} incidents"
        rows.append(Row(name, "s", times, f"{found.moved:,} would move"))
    return rows


def _timed(do: Callable[[], Any]) -> tuple[float, ...]:
    times = []
    for _window in range(WINDOWS):
        start = time.perf_counter()
        do()
        times.append(time.perf_counter() - start)
    return tuple(times)


def _asked(session: Session, actor: Actor) -> Row:
    """Return what asking the rules adds to one report."""
    offered = taxonomy.current(session, actor.county_code).offered
    facts = Facts("04", None, None, "phone_app", "normal", clock.now(session))

    def ask() -> None:
        for _n in range(ASKS):
            deciding.decide(session, actor.county_code, facts, offered)

    times = tuple(one / ASKS * 1000 for one in _timed(ask))
    return Row(f"asking {RULES} rules about one report", "ms", times)
