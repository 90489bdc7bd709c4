"""The map report of a month over many incidents: page, map, one HTML file, paper, workbook.

Size: BENCH_BRIEFING=1000000 incidents of three years, thick around the villages of a county.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from datetime import date
from typing import Any, Final

from flask import Flask
from sqlalchemy import text
from sqlalchemy.orm import Session

from enforcement.briefing import drawn, out, services
from enforcement.briefing.asking import Wanted
from enforcement.demo import COUNTY_CODE
from tests.asking import Pages, actor_of, set_clock
from tests.benchmarks.measuring import Row, percentile, timed
from tests.benchmarks.places import (
    application,
    filling,
    load_demo,
    own_database,
    sessions,
    vacuum,
)

SIZE: Final = int(os.environ.get("BENCH_BRIEFING", "1000000"))
NOW: Final = "2026-03-31 18:00"
FIRST, LAST = date(2026, 3, 1), date(2026, 3, 31)
WINDOWS, LOOKS = 3, 10
GROW: Final = text("""
with squad as (
  select code, row_number() over (order by code) - 1 as n
  from unit where kind = 'squad' and county_code = :county
), village as (
  select a.code, a.label_lon as lon, a.label_lat as lat,
    row_number() over (order by a.code) - 1 as n
  from area a join edition e on e.county_code = a.county_code and e.id = a.edition_id
  where a.county_code = :county and a.level = 'village' and e.status = 'active'
), placed as (
  select n.n, v.code, v.n as village,
    v.lon + 0.006 * sqrt(-2 * ln(1 - random())) * cos(2 * pi() * random()) as lon,
    v.lat + 0.004 * sqrt(-2 * ln(1 - random())) * sin(2 * pi() * random()) as lat,
    app_now() - random() * interval '1095 days' as at
  from generate_series(1, :size) as n(n) join village v
    on v.n = floor(power(n.n * 0.6180339887 - floor(n.n * 0.6180339887), 2)
      * (select count(*) from village))::bigint
)
insert into incident (county_code, id, number, category, description, state, source, occurred_at,
  received_at, datum, version, lon, lat, point, village_code, township_code,
  responsible_unit_code, arrived_at)
select :county, gen_random_uuid(), 'B' || p.n, (array['01', '02', '04', 'V8'])[1 + p.n % 4], '占道',
  case when p.n % 5 = 0 then 'received' else 'closed' end, 'phone_app', p.at, p.at, 'wgs84', 1,
  p.lon, p.lat, st_setsrid(st_makepoint(p.lon, p.lat), 4490), p.code, left(p.code, 9), squad.code,
  case when p.n % 3 > 0 then p.at + (5 + p.n % 90) * interval '1 minute' end
from placed p join squad on squad.n = p.village % (select count(*) from squad)
""")
BUSIEST: Final = text("""
select township_code from incident where county_code = :county and received_at >= :since
group by 1 order by count(*) desc limit 1
""")


def run() -> list[Row]:
    """Grow the incidents, then make the report of a township, a brigade and the county."""
    with own_database("briefing") as config, application(config) as app:
        app.config["WTF_CSRF_ENABLED"] = False
        load_demo(app)
        rows = [_grown(app)]
        with sessions(app)() as session:
            town = session.scalar(BUSIEST, {"county": COUNTY_CODE, "since": FIRST}) or ""
            unit = actor_of(session, "dadui").unit_code
        for name, asked in (
            ("township", {"township": town}), ("brigade", {"unit": unit}), ("county", {})
        ):  # fmt: skip
            rows += _pages(app, name, asked)
            rows += _files(app, name, asked)
        return rows


def _grown(app: Flask) -> Row:
    """Write the incidents; triggers, indexes and keys come after, none of them is measured here."""
    start = time.perf_counter()
    with sessions(app).begin() as session:
        set_clock(session, NOW)
        session.execute(text("select setseed(0.42)"))
        with filling(session, "incident", "user"):
            session.execute(GROW, {"county": COUNTY_CODE, "size": SIZE})
    spent = time.perf_counter() - start
    vacuum(app)
    return Row(f"insert {SIZE:,} incidents", "µs", (spent / SIZE * 1e6,))


def _pages(app: Flask, name: str, asked: dict[str, str]) -> list[Row]:
    """Return milliseconds of the page and of its map, asked for by a browser that is signed in."""
    browser = Pages(app)("juzhang")
    said = "&".join([*(f"{key}={value}" for key, value in asked.items()),
                     f"first={FIRST}", f"last={LAST}"])  # fmt: skip

    def look(path: str) -> Callable[[], Any]:
        def once() -> None:
            answer = browser.get(f"{path}?{said}")
            assert answer.status_code == 200, answer.text[:300]

        return once

    rows = []
    for what, path in (("page", "/briefing"), ("map in its frame", "/briefing/frame")):
        timed(look(path))
        windows = [
            [1000 * timed(look(path)) for _look in range(LOOKS)] for _window in range(WINDOWS)
        ]
        rows.append(Row(f"{what} of a {name}, p95", "ms",
                        tuple(percentile(one, 0.95) for one in windows),
                        f"{SIZE:,} incidents in the database"))  # fmt: skip
    return rows


def _files(app: Flask, name: str, asked: dict[str, str]) -> list[Row]:
    """Return the seconds of each file, and the size of the HTML."""
    with app.test_request_context(), sessions(app)() as session:
        chief = actor_of(session, "juzhang")
        made = services.make(session, chief, Wanted(first=FIRST, last=LAST, **asked))
        html = drawn.as_html(session, chief, made)
        note = f"{made.now.received:,} incidents in the month"

        def spent(make: Callable[[Session], Any]) -> tuple[float, ...]:
            return tuple(timed(lambda: make(session)) for _window in range(WINDOWS))

        return [
            Row(f"HTML of a {name}, size", "kB", (len(html.encode()) / 1000,), note),
            Row(f"HTML of a {name}", "s", spent(lambda it: drawn.as_html(it, chief, made))),
            Row(f"PDF A4 of a {name}", "s", spent(lambda it: out.as_pdf(it, made))),
            Row(f"workbook of a {name}", "s", spent(lambda _it: out.as_book(made))),
        ]
