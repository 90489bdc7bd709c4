"""The operations map over up to a million cases, against Folium's own ways for the same points.

Sizes: BENCH_MAPS=10000,100000,1000000. Folium gets what it is made for: the rows are read from the
same database in one statement, its scripts come from this machine, points are drawn on a canvas.
"""

from __future__ import annotations

import contextlib
import http.client
import math
import os
import random
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any, Final

import folium
from flask import Flask
from folium.plugins import FastMarkerCluster
from playwright.sync_api import Browser, sync_playwright
from sqlalchemy import text
from werkzeug.serving import make_server

from enforcement import webserver
from enforcement.atlas import folding
from enforcement.demo import COUNTY_CODE, DEMO_WORD
from gis.map_page import page as map_page
from tests.benchmarks.clients import HOST
from tests.benchmarks.measuring import Row, percentile, ratio
from tests.benchmarks.places import (
    application,
    filling,
    load_demo,
    own_database,
    sessions,
    vacuum,
)

SIZES: Final = tuple(
    int(n) for n in os.environ.get("BENCH_MAPS", "10000,100000,1000000").split(",")
)
COMPARED: Final = 100_000
OPENINGS: Final = 9
TILES, WINDOWS = 300, 3
ZOOMS: Final = (6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16)
GROW: Final = text("""
with squad as (
  select id, code, row_number() over (order by code) - 1 as n
  from unit where kind = 'squad' and county_code = :county
), village as (
  select a.code, a.label_lon as lon, a.label_lat as lat,
    row_number() over (order by a.code) - 1 as n
  from area a join edition e on e.county_code = a.county_code and e.id = a.edition_id
  where a.county_code = :county and a.level = 'village' and e.status = 'active'
), placed as (
  select n.n, v.code, v.n as village,
    v.lon + 0.006 * sqrt(-2 * ln(1 - random())) * cos(2 * pi() * random()) as lon,
    v.lat + 0.004 * sqrt(-2 * ln(1 - random())) * sin(2 * pi() * random()) as lat
  from generate_series(:first, :last) as n(n) join village v
    on v.n = floor(power(n.n * 0.6180339887 - floor(n.n * 0.6180339887), 2)
      * (select count(*) from village))::bigint
)
insert into case_file (county_code, id, number, state, matter_code, cause, act, place, acted_on,
  squad_id, unit_code, registered_at, filed_on, decision_due_on, proposal_approved, endorsed,
  paid_yuan, version, lon, lat, point, village_code, township_code)
select :county, gen_random_uuid(), 'B' || p.n,
  case when p.n % 10 = 0 then 'filed' when p.n % 10 = 1 then 'served' else 'closed' end,
  'M' || lpad((1 + p.n % 12)::text, 2, '0'), '占用城市道路案', '占道', '示例大街',
  app_now()::date - 10, squad.id, squad.code, app_now() - p.n * interval '5 minutes',
  app_now()::date - 5, app_now()::date + 85, false, false, 0, 1, p.lon, p.lat,
  st_setsrid(st_makepoint(p.lon, p.lat), 4490), p.code, left(p.code, 9)
from placed p join squad on squad.n = p.village % (select count(*) from squad)
""")
POINTS: Final = text("select lon, lat from case_file where lon is not null order by id limit :n")
OURS: Final = "document.querySelector('.map-many, .map-canvas canvas')"
THEIRS: Final = (
    "document.readyState === 'complete' && document.querySelector("
    "'.leaflet-overlay-pane canvas, .leaflet-marker-icon')"
)
WATCH: Final = """
const look = () => (%s) ? requestAnimationFrame(() => requestAnimationFrame(() => {
  console.log(`usable ${performance.now()}`);
})) : setTimeout(look, 10);
look();
"""
"""Told on the console: to ask the page for it would have the browser do other work meanwhile."""


def run() -> list[Row]:
    """Grow the cases; measure tiles and the opening of the page, then Folium's pages."""
    rows: list[Row] = []
    seconds: dict[str, list[float]] = {}
    kilobytes: dict[str, list[float]] = {}
    p95: dict[int, tuple[float, ...]] = {}
    with own_database("maps") as config, application(config) as app:
        load_demo(app)
        have = 0
        for size in SIZES:
            rows += _grown(app, have, size)
            have = size
            with _pages() as port:
                lately = f"?state=all&since={_days_ago(app, 30)}"
                asked = (("open", ""), ("all", "?state=all"), ("30 days'", lately))
                for what, query in asked:
                    windows = _tiles(app, port, query)
                    found = tuple(percentile(one, 0.95) for one in windows)
                    middle = percentile([ms for one in windows for ms in one], 0.5)
                    rows.append(Row(f"tile of {what} cases, p95, {size:,}", "ms", found,
                                    f"p50 {middle:.1f} ms, {TILES} tiles a window"))  # fmt: skip
                    if what == "open":
                        p95[size] = found
                with sync_playwright() as play:
                    ours = _openings(play, f"http://{HOST}:{port}", "/map?state=all&kinds=case",
                                     OURS, sign_in=True)  # fmt: skip
            rows.append(Row(f"map usable, {size:,}", "s", tuple(ours[0]), "cold cache"))
            rows.append(Row(f"map, bytes, {size:,}", "kB", tuple(ours[1])))
            if size == COMPARED:
                seconds["ours"], kilobytes["ours"] = ours
        if COMPARED in SIZES:
            for name, make in (("GeoJson", _geojson), ("FastMarkerCluster", _cluster)):
                with _folium(app, make) as port, sync_playwright() as play:
                    theirs = _openings(play, f"http://{HOST}:{port}", "/", THEIRS)
                seconds[name], kilobytes[name] = theirs
                rows += [
                    Row(f"Folium {name} usable, {COMPARED:,}", "s", tuple(theirs[0])),
                    Row(f"Folium {name}, bytes, {COMPARED:,}", "kB", tuple(theirs[1])),
                    ratio(f"ours : {name}, time", seconds["ours"], theirs[0]),
                    ratio(f"ours : {name}, bytes", kilobytes["ours"], theirs[1]),
                ]
    if len(p95) > 1:
        rows.append(ratio(f"tile p95, {max(p95):,} : {min(p95):,}", p95[max(p95)], p95[min(p95)]))
    return rows


def _grown(app: Flask, have: int, size: int) -> list[Row]:
    """Insert what is missing, fold it, and let the planner know."""
    start = time.perf_counter()
    with sessions(app).begin() as session:
        session.execute(text("select setseed(0.42)"))
        with filling(session, "case_file", "watched_insert"):
            session.execute(GROW, {"county": COUNTY_CODE, "first": have, "last": size - 1})
    inserted = time.perf_counter() - start
    start = time.perf_counter()
    with sessions(app).begin() as session:
        folding.fold(session, COUNTY_CODE)
    folded = time.perf_counter() - start
    vacuum(app)
    count = size - have
    return [Row(f"insert {count:,} cases, with their changes", "µs", (inserted / count * 1e6,)),
            Row(f"fold {count:,} changes", "µs", (folded / count * 1e6,))]  # fmt: skip


def _days_ago(app: Flask, days: int) -> str:
    with sessions(app)() as session:
        return str(session.scalar(text("select app_now()::date - :n"), {"n": days}))


@contextlib.contextmanager
def _pages() -> Iterator[int]:
    port = webserver.free_port(HOST)
    with webserver.serving_pages(HOST, port) as process:
        webserver.wait_until_well(process, HOST, port, wait_s=120)
        yield port


def _tiles(app: Flask, port: int, query: str) -> list[list[float]]:
    """Return the milliseconds of tiles that hold cases, as a browser that is signed in asks."""
    cookie = _cookie(port)
    with sessions(app)() as session:
        places = session.execute(text("select lon, lat from case_file where lon is not null "
                                      "order by id limit 1000")).all()  # fmt: skip
        session.rollback()
    dice = random.Random(7)
    connection = http.client.HTTPConnection(HOST, port, timeout=60)
    found = []
    for _window in range(WINDOWS):
        with sessions(app).begin() as session:  # the limit is for people
            session.execute(text("delete from rate_count"))
        spent = []
        for n in range(TILES):
            z = ZOOMS[n % len(ZOOMS)]
            x, y = _tile_of(*dice.choice(places), z)
            start = time.perf_counter()
            connection.request("GET", f"/map/tiles/{z}/{x}/{y}{query}", headers={"Cookie": cookie})
            answer = connection.getresponse()
            body = answer.read()
            spent.append(1000 * (time.perf_counter() - start))
            assert answer.status == 200, body[:200]
        found.append(spent)
    connection.close()
    return found


def _tile_of(lon: float, lat: float, z: int) -> tuple[int, int]:
    row = (1 - math.log(math.tan(math.pi / 4 + math.radians(lat) / 2)) / math.pi) / 2
    return int((lon + 180) / 360 * 2**z), int(row * 2**z)


def _cookie(port: int) -> str:
    """Sign in by a browser, whose cookie the requests then carry."""
    with sync_playwright() as play:
        browser = _browser(play)
        context = browser.new_context()
        _sign_in(context.new_page(), f"http://{HOST}:{port}")
        found = "; ".join(f"{one['name']}={one['value']}" for one in context.cookies())
        browser.close()
    return found


def _sign_in(page: Any, base: str) -> None:
    page.goto(f"{base}/sign-in")
    page.locator("[name=username]").fill("juzhang")
    page.locator("[name=password]").fill(DEMO_WORD)
    page.locator("main form button").first.click()
    page.wait_for_url(lambda url: "/sign-in" not in url)


def _browser(play: Any) -> Browser:
    found: Browser = play.chromium.launch(
        executable_path=os.environ.get("CHROMIUM", "/usr/bin/chromium"), args=["--no-sandbox"]
    )
    return found


def _openings(
    play: Any, base: str, path: str, usable: str, *, sign_in: bool = False
) -> tuple[list[float], list[float]]:
    """Return seconds until a page is usable and the kB it sent, with an empty cache each time."""
    browser = _browser(play)
    seconds, kilobytes = [], []
    cookies: Any = []
    if sign_in:
        context = browser.new_context()
        _sign_in(context.new_page(), base)
        cookies = context.cookies()
        context.close()
    for opening in range(2 * OPENINGS):  # bytes are counted apart, as counting takes time
        context = browser.new_context(viewport={"width": 1440, "height": 900})
        context.add_cookies(cookies)
        page = context.new_page()
        sent = [0.0]
        if opening >= OPENINGS:
            wire = context.new_cdp_session(page)
            wire.send("Network.enable")
            wire.on("Network.loadingFinished",
                    lambda event, sent=sent: sent.append(event["encodedDataLength"]))  # fmt: skip
        page.add_init_script(WATCH % usable)
        with page.expect_console_message(
            lambda said: said.text.startswith("usable"), timeout=300_000
        ) as told:
            page.goto(f"{base}{path}", timeout=300_000, wait_until="commit")
        page.wait_for_load_state("networkidle" if sign_in else "load", timeout=300_000)
        if opening < OPENINGS:
            seconds.append(float(told.value.text.split()[1]) / 1000)
        else:
            kilobytes.append(sum(sent) / 1000)
        context.close()
    browser.close()
    return seconds, kilobytes


@contextlib.contextmanager
def _folium(app: Flask, make: Callable[[Any, list[Any]], None]) -> Iterator[int]:
    """Serve a Folium page that is made anew, rows and all, for each request."""
    site = Flask("folium-page", static_folder=app.static_folder)

    @site.get("/")
    def index() -> str:
        with sessions(app)() as session:
            rows = session.execute(POINTS, {"n": COMPARED}).all()
        target = folium.Map(location=[43.3, 124.3], zoom_start=9, tiles=None, prefer_canvas=True,
                            maxZoom=19)  # fmt: skip
        make(target, [tuple(row) for row in rows])
        return map_page(target, "n", lambda name: f"/static/{name}")

    server = make_server(HOST, 0, site, threaded=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield server.server_port
    finally:
        server.shutdown()


def _geojson(target: Any, points: list[tuple[float, float]]) -> None:
    features = [
        {"type": "Feature", "properties": {},
         "geometry": {"type": "Point", "coordinates": [round(lon, 6), round(lat, 6)]}}
        for lon, lat in points
    ]  # fmt: skip
    folium.GeoJson({"type": "FeatureCollection", "features": features},
                   marker=folium.CircleMarker(radius=5)).add_to(target)  # fmt: skip


def _cluster(target: Any, points: list[tuple[float, float]]) -> None:
    cluster: Any = FastMarkerCluster  # untyped in Folium
    dot = "function (row) { return L.circleMarker([row[0], row[1]], { radius: 5 }); }"
    cluster([[round(lat, 6), round(lon, 6)] for lon, lat in points], callback=dot).add_to(target)
