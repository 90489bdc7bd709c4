"""The roster after many years: who is on duty, the county's gaps, a unit's week, with 1M shifts."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from enforcement import clock
from enforcement.people.models import Unit
from enforcement.people.queries import find_actor_by_name
from enforcement.roster import gaps
from enforcement.roster.on_duty import on_duty
from enforcement.roster.pattern import monday_of
from enforcement.roster.week import week_of
from tests.benchmarks.measuring import Row, percentile, timed
from tests.benchmarks.places import application, load_demo, own_database, sessions, vacuum

COUNTY = "220322"
SHIFTS = 1_000_000
WINDOWS = 5
EACH = 200  # calls in a window
FILL = text("""
    insert into duty_shift (county_code, id, unit_id, kind, person_id, starts_at, ends_at, state,
      by_hand, version, made_at)
    select county_code, gen_random_uuid(), unit_id, kind, person_id, day, day + interval '24 hours',
      'planned', false, 1, day
    from (
      select s.county_code, s.unit_id, s.kind, s.person_id, timestamptz '2024-01-01 08:30+08'
        - row_number() over (partition by s.person_id order by s.kind, n) * interval '2 days' as day
      from (select distinct county_code, unit_id, kind, person_id from duty_shift
            where person_id is not null and kind in ('a', 'b')) s
      cross join generate_series(1, :days) n
    ) past
    limit :most
""")


def run() -> list[Row]:
    """Fill the demonstration county's posts with the shifts of many years, then ask."""
    with own_database("roster") as config, application(config) as app:
        load_demo(app)
        with app.app_context(), sessions(app).begin() as session:
            people = session.scalar(
                text("select count(distinct (unit_id, kind, person_id)) from duty_shift"
                     " where person_id is not null and kind in ('a', 'b')")
            )  # fmt: skip
            days = -(-SHIFTS // (people or 1)) + 1
            filling = timed(lambda: session.execute(FILL, {"days": days, "most": SHIFTS}))
            count = session.scalar(text("select count(*) from duty_shift"))
        vacuum(app)
        with app.app_context(), sessions(app)() as session:
            return [Row("fill", "s", (filling,), f"{count} shifts in all"), *_ask(session)]


def _ask(session: Session) -> list[Row]:
    now, chance = clock.now(session), random.Random(7)
    villages = session.scalars(
        text("select code from division where county_code = :county and level = 'village'"),
        {"county": COUNTY},
    ).all()
    centre = find_actor_by_name(session, "zhihui")
    unit = session.query(Unit).filter_by(county_code=COUNTY, code="01.11").one()
    assert centre is not None

    def duty() -> Any:
        at = now - timedelta(hours=chance.uniform(0, 100 * 24))
        return on_duty(session, COUNTY, chance.choice(villages), at)

    found = [
        ("who is on duty (one statement)", EACH, duty),
        ("gaps of the county, 14 days", 10, lambda: gaps.ahead(session, centre)),
        ("a unit's week", 20, lambda: week_of(session, unit, monday_of(now.date()))),
    ]
    return [row for name, count, act in found for row in _rows(name, count, act)]


def _rows(name: str, count: int, act: Callable[[], Any]) -> list[Row]:
    timed(act)
    windows = [[timed(act) * 1000 for _call in range(count)] for _window in range(WINDOWS)]
    return [
        Row(name, "ms", tuple(percentile(one, 0.5) for one in windows), "median"),
        Row(name, "ms", tuple(percentile(one, 0.95) for one in windows), "95th percentile"),
    ]
