"""A dispatcher's desk on 10,000 to 1,000,000 incidents: the peer's shapes, as a township user.

Sign-in, permission filter, routing, history, event and number are on; gunicorn with 2 workers, the
database and the clients share the cores. Each size is measured in one run, one after the other.
"""

from __future__ import annotations

import json
import os
import random
import sys
import uuid
from collections.abc import Callable, Iterator
from typing import Any, Final
from urllib.parse import quote

from flask import Flask
from sqlalchemy import text

from enforcement import webserver
from enforcement.demo.weeks import SAMPLES
from enforcement.incident import grams
from enforcement.people import services as people
from tests.benchmarks.clients import HOST, Ask, press
from tests.benchmarks.incidents import SPOTS, WORDS
from tests.benchmarks.measuring import Row, percentile
from tests.benchmarks.places import application, load_demo, own_database, sessions

SIZES: Final = tuple(
    int(size) for size in os.environ.get("BENCH_SIZES", "10000,100000,1000000").split(",")
)
CLIENTS: Final = tuple(int(n) for n in os.environ.get("BENCH_CLIENTS", "1,8,32").split(","))
SHAPES: Final = os.environ.get("BENCH_SHAPES", "").split(",")  # words of names; all without it
WINDOWS, WINDOW_S, WARM_S = 3, 4.0, 1.5
USER: Final = "jiexian"  # the dispatcher of one township
CHANGER: Final = "zhongdui"  # the leader of its squad, who puts on hold and resumes
HUNDREDTH: Final = 100
ARRIVES: Final = 20  # of that many requests for the map one is a new report

GROW: Final = text("""
with spot as MATERIALIZED (
  select row_number() over (order by a.code) - 1 as n, a.code, left(a.code, 9) as town,
    a.label_lon, a.label_lat, u.code as unit
  from area a join edition e on e.id = a.edition_id and e.status = 'active'
  left join responsibility r on r.area_code = left(a.code, 9) and r.valid_to is null
  left join unit u on u.id = r.unit_id
  where a.level = 'village'
), total as (select count(*) as n from spot), reporter as (
  select id from account where username = 'fujing'
), made as (
  select n, random() as dice, app_now() - random() * interval '730 days' as at
  from generate_series(:first, :last) n
), stored as (
insert into incident (county_code, id, number, category, description, state, source, occurred_at,
  received_at, lon, lat, point, raw_lon, raw_lat, datum, village_code, township_code,
  responsible_unit_code, handler_unit_code, reporter_unit_code, reported_by, version)
select '220322', gen_random_uuid(), 'B' || made.n,
  (array['01','02','03','04','V3','V4','V8','V9','V10','V11'])[1 + (made.n % 10)],
  words->>'said',
  case when dice < 0.70 then 'closed' when dice < 0.80 then 'received'
    when dice < 0.86 then 'opened' when dice < 0.91 then 'dispatched'
    when dice < 0.94 then 'handling' when dice < 0.95 then 'feedback' else 'rejected' end,
  'phone_app', at, at, lon, lat, ST_SetSRID(ST_MakePoint(lon, lat), 4490), lon, lat, 'wgs84',
  spot.code, spot.town, spot.unit, case when dice > 0.86 then spot.unit end, '01.03.01',
  reporter.id, 3
from made cross join total cross join reporter
join spot on spot.n = (made.n::bigint * 7919) % total.n
cross join lateral (select CAST(:texts AS jsonb)->(made.n % 12)::int as words) w
cross join lateral (select label_lon + (random() - 0.5) * 0.01 as lon,
  label_lat + (random() - 0.5) * 0.01 as lat) p
returning id, received_at, reported_by, description
), searched as (
  insert into incident_text (county_code, incident_id, received_at, body, initials, grams)
  select '220322', id, received_at, t->>'body', t->>'initials',
    array(select jsonb_array_elements_text(t->'grams'))
  from stored join jsonb_array_elements(CAST(:texts AS jsonb)) t on t->>'said' = description
)
insert into incident_entry (county_code, id, incident_id, seq, event, state, by, by_name, at,
  detail)
select '220322', gen_random_uuid(), id, s, (array['report','open','assign'])[s],
  (array['received','opened','dispatched'])[s], reported_by, '—', received_at, '{}'
from stored cross join generate_series(1, 3) s
""")


def run() -> list[Row]:
    """Grow the county's incidents and measure each shape at each size."""
    rows: list[Row] = []
    with own_database("desk") as config, application(config) as app:
        load_demo(app)
        with sessions(app).begin() as session:
            tokens = {who: people.create_token(session, who) for who in (USER, CHANGER)}
        have = 0
        for size in SIZES:
            _grow(app, have, size)
            have = size
            for name, ask in _asks(app):
                if not any(word in name for word in SHAPES):
                    continue
                token = tokens[CHANGER if name == "status change" else USER]
                found = _measured(name, size, token, ask)
                sys.stderr.writelines(
                    f"{row.as_json()}\n" for row in found
                )  # a long run: as it comes
                rows += found
    return rows


def _grow(app: Flask, have: int, size: int) -> None:
    """Bring the table to a size, with three entries of history each, as fast as the disk allows."""
    step, texts = 100_000, json.dumps([_text(said) for _code, said in SAMPLES])
    with app.extensions["enforcement.engine"].connect() as connection:
        for first in range(have, size, step):
            last = min(first + step, size) - 1
            connection.execute(GROW, {"first": first, "last": last, "texts": texts})
            connection.commit()
    with (
        app.extensions["enforcement.engine"]
        .connect()
        .execution_options(isolation_level="AUTOCOMMIT") as connection
    ):
        connection.execute(text("reset role"))
        connection.execute(text("vacuum analyze incident"))
        connection.execute(text("vacuum analyze incident_entry"))
        connection.execute(text("vacuum analyze incident_text"))


def _text(said: str) -> dict[str, Any]:
    body = grams.plain(said)
    return {"said": said, "body": body, "initials": grams.initials(body),
            "grams": grams.grams(said)}  # fmt: skip


def _measured(name: str, size: int, token: str, ask: Ask) -> list[Row]:
    port, rows = webserver.free_port(HOST), []
    with webserver.serving_pages(HOST, port) as process:
        webserver.wait_until_well(process, HOST, port, wait_s=120)
        press(port, [token] * 8, ask, for_s=WARM_S)
        for count in CLIENTS:
            loads = [
                press(port, [token] * count, _shifted(ask, count * 100 + window), for_s=WINDOW_S)
                for window in range(WINDOWS)
            ]
            what = f"{name}, {size:,} incidents, {count} clients"
            waits = [load.waits_ms for load in loads]
            p50 = percentile([w for one in waits for w in one], 0.5)
            rows.append(Row(what, "/s", tuple(load.rate for load in loads)))
            p95 = tuple(percentile(one, 0.95) for one in waits)
            rows.append(Row(f"{what}, p95", "ms", p95, f"p50 {p50:.1f} ms"))
    return rows


def _shifted(ask: Ask, window: int) -> Ask:
    return lambda n: ask(n + window * 1_000_000)


def _asks(app: Flask) -> Iterator[tuple[str, Ask]]:
    """Give the peer's shapes: create, lists, map, one incident, a change of state."""
    with sessions(app)() as session:
        spots = [(row[0], row[1]) for row in session.execute(SPOTS)]
        town, unit = session.execute(text(
            "select u.home_code, (select code from unit where id = r.unit_id) from account a"
            " join post p on p.id = a.post_id join unit u on u.id = p.unit_id"
            " join responsibility r on r.area_code = u.home_code and r.valid_to is null"
            " where a.username = :name"), {"name": USER}).one()  # fmt: skip
        seen = [str(row[0]) for row in session.execute(text(
            "select id from incident where township_code = :town and number like 'B%'"
            " order by random() limit 400"), {"town": town})]  # fmt: skip
        busy = [str(row[0]) for row in session.execute(text(
            "update incident set state = 'handling' where (county_code, id) in (select county_code,"
            " id from incident where responsible_unit_code = :unit and number like 'B%'"
            " limit 384) returning id"), {"unit": unit})]  # fmt: skip
        busy = busy[: len(busy) // max(CLIENTS) * max(CLIENTS)]  # no two clients upon one incident
        session.commit()
        west, south, east, north = session.execute(text(
            "select ST_XMin(e), ST_YMin(e), ST_XMax(e), ST_YMax(e) from (select ST_Extent(geom) e"
            " from area where code = :town) x"), {"town": town}).one()  # fmt: skip
        now = session.scalar(text("select to_char(app_now(), 'YYYY-MM-DD\"T\"HH24:MI:SSOF:00')"))
        deep = session.execute(text(
            "select to_char(received_at at time zone 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"')"
            " || '~' || id from incident where township_code = :town and state in"
            " ('received','opened','dispatched','handling','feedback')"
            " order by received_at desc, id desc offset :n limit 1"),
            {"town": town, "n": 20 * HUNDREDTH}).scalar()  # fmt: skip
    random.Random(3).shuffle(spots)
    since = "2020-01-01T00:00:00Z"
    page = f"/incidents?open=true&unit={unit}&since={since}"

    def create(n: int) -> tuple[str, str, Any]:
        lon, lat = spots[n % len(spots)]
        body = {"category": "04", "description": WORDS, "lon": lon, "lat": lat, "accuracy_m": 8.5,
                "occurred_at": now, "key": str(uuid.uuid4())}  # fmt: skip
        return "POST", "/incidents", body

    turn: dict[str, int] = dict.fromkeys(busy, 0)

    def change(n: int) -> tuple[str, str, Any]:
        one = busy[n % len(busy)]
        turn[one] += 1
        act = "suspend" if turn[one] % 2 else "resume"
        body = {"note": "等设备", "until": "2099-01-01T09:00:00+08:00"}
        return "POST", f"/incidents/{one}/{act}", body

    boxed = f"/incidents/points?bbox={west},{south},{east},{north}&zoom=11"
    fixed: dict[str, Callable[[int], tuple[str, str, Any]]] = {
        "list of 20": lambda _n: ("GET", page, None),
        "map of the township": lambda _n: ("GET", boxed, None),
        "search, a sixth of all": lambda _n: ("GET", f"/incidents/search?q={quote('占道')}", None),
        "search, by initials": lambda _n: ("GET", "/incidents/search?q=ljwy", None),
        "search, of nothing": lambda _n: ("GET", f"/incidents/search?q={quote('喆记')}", None),
        "detail": lambda n: ("GET", f"/incidents/{seen[n % len(seen)]}", None),
    }
    if deep:
        fixed["list, hundredth page"] = lambda _n: ("GET", f"{page}&after={deep}", None)

    def arriving(n: int) -> tuple[str, str, Any]:
        return ("GET", boxed, None) if n % ARRIVES else create(n)

    yield "create", create
    yield from fixed.items()
    yield "map, a report arriving every 20th request", arriving
    yield "status change", change
