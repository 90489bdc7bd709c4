"""The live map: 500 units, each with a position every five seconds, watched by 20 streams and one
page of a browser. From the commit of a position to the event, the CPU of the events process, and
what the page's scripts cost.
"""

from __future__ import annotations

import asyncio
import contextlib
import http.client
import json
import os
import threading
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

from flask import Flask
from playwright.sync_api import sync_playwright

from enforcement import clock, webserver
from enforcement.demo import DEMO_WORD
from enforcement.people import services as people
from enforcement.positions import registry
from enforcement.positions.models import Device, Protocol
from enforcement.positions.protocols.reading import Reading
from enforcement.positions.receiving import take
from tests.asking import actor_of
from tests.benchmarks.clients import HOST
from tests.benchmarks.measuring import Row, percentile
from tests.benchmarks.places import application, load_demo, own_database, sessions
from tests.benchmarks.screens import _events

UNITS, EVERY_S, CLIENTS = 500, 5.0, 20
SECONDS, PAGE_S = 30, 10
TICK = os.sysconf("SC_CLK_TCK")
FRAMES = """async (ms) => {
  let n = 0;
  const until = performance.now() + ms;
  await new Promise((done) => {
    const step = (now) => { n += 1; if (now < until) requestAnimationFrame(step); else done(); };
    requestAnimationFrame(step);
  });
  return n / (ms / 1000);
}"""


def run() -> list[Row]:
    """Measure streams first, then one page beside them."""
    with own_database("live") as config, application(config) as app:
        load_demo(app)
        with sessions(app).begin() as session:
            admin = actor_of(session, "xitong")
            devices = [
                registry.add(session, admin, f"live{n}", Protocol.JT808, label=f"车{n}")[0]
                for n in range(UNITS)
            ]
            token = people.create_token(session, "zhihui")
        stored: dict[tuple[str, float], float] = {}
        with _events(config.database_url) as (port, pid), _moving(app, devices, stored) as rate:
            waits, share = asyncio.run(_watch(port, token, stored, pid))
            note = f"p50 {percentile(waits, 0.5):.0f} ms, {len(waits):,} events, {CLIENTS} streams"
            rows = [
                Row("position stored to event, p95", "ms", (percentile(waits, 0.95),),
                    note),
                Row("CPU of the events process", "%", (100 * share,), f"{CLIENTS} streams"),
            ]  # fmt: skip
            rows += _page(app, port, pid)
            rows.append(Row("positions stored", "/s", (rate(),), f"{UNITS} units; asked for 100"))
    return rows


@contextlib.contextmanager
def _moving(
    app: Flask, devices: list[Device], stored: dict[tuple[str, float], float]
) -> Iterator[Any]:
    """Let units move in a thread of their own, each position a transaction."""
    stop, count, began = threading.Event(), [0], time.perf_counter()

    def move() -> None:
        with app.app_context(), sessions(app)() as session:
            start = clock.now(session)
            session.rollback()
            n = 0
            while not stop.is_set():
                due = began + n * EVERY_S / UNITS
                stop.wait(max(0.0, due - time.perf_counter()))
                one, turn = devices[n % UNITS], n // UNITS
                at = start + timedelta(seconds=n * EVERY_S / UNITS)
                lon = 124.1 + (n % 25) * 0.02 + turn * 0.0004
                take(session, one, [Reading(lon, 43.1 + (n % UNITS) // 25 * 0.02, at,
                                            accuracy_m=20, speed_mps=8)])  # fmt: skip
                session.commit()
                stored[str(one.id), round(at.timestamp(), 1)] = time.time()
                n += 1
                count[0] = n

    thread = threading.Thread(target=move)
    thread.start()
    try:
        yield lambda: count[0] / (time.perf_counter() - began)
    finally:
        stop.set()
        thread.join()


async def _watch(
    port: int, token: str, stored: dict[tuple[str, float], float], pid: int
) -> tuple[list[float], float]:
    """Return the milliseconds from the commit to each client, and the CPU share meanwhile."""
    came: list[tuple[str, float, float]] = []

    async def one() -> None:
        reader, writer = await asyncio.open_connection(HOST, port, limit=1 << 22)
        head = (
            f"GET /events/units HTTP/1.1\r\nHost: {HOST}\r\nAuthorization: Bearer {token}\r\n\r\n"
        )
        writer.write(head.encode())
        while line := await reader.readline():
            if line.startswith(b"data: ["):
                now = time.time()
                came.extend((row["id"], row["at"], now) for row in json.loads(line[6:]))

    tasks = [asyncio.create_task(one()) for _n in range(CLIENTS)]
    await asyncio.sleep(5)
    came.clear()
    before, began = _cpu(pid), time.perf_counter()
    await asyncio.sleep(SECONDS)
    share = (_cpu(pid) - before) / (time.perf_counter() - began)
    for task in tasks:
        task.cancel()
    waits = [1000 * (now - stored[unit, at]) for unit, at, now in came if (unit, at) in stored]
    return waits, share


def _cpu(pid: int) -> float:
    parts = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(parts[11]) + int(parts[12])) / TICK


def _page(app: Flask, events_port: int, pid: int) -> list[Row]:
    """Open the page and let it run; return frames and the time of its scripts a second."""
    port = webserver.free_port(HOST)
    os.environ["ENFORCEMENT_EVENTS_PORT"] = str(events_port)
    with webserver.serving_pages(HOST, port) as process, sync_playwright() as play:
        webserver.wait_until_well(process, HOST, port, wait_s=60)
        _first(port)
        browser = play.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1440, "height": 900})
        page.set_default_timeout(60_000)
        page.goto(f"http://{HOST}:{port}/sign-in")
        page.locator("[name=username]").fill("zhihui")
        page.locator("[name=password]").fill(DEMO_WORD)
        page.locator("main form button").first.click()
        page.wait_for_url(lambda url: "/sign-in" not in url)
        page.goto(f"http://{HOST}:{port}/live")
        page.wait_for_timeout(6000)
        cdp = page.context.new_cdp_session(page)
        cdp.send("Performance.enable")
        before = _metrics(cdp)
        frames = page.evaluate(FRAMES, PAGE_S * 1000)
        after = _metrics(cdp)
        shown = page.locator("[data-part=list] li").count()
        browser.close()
    cost = {name: after[name] - before[name] for name in ("ScriptDuration", "TaskDuration")}
    whole = after["Timestamp"] - before["Timestamp"]
    return [
        Row("frames of the page", "/s", (frames,), f"{shown} units shown"),
        Row("scripts of the page", "%", (100 * cost["ScriptDuration"] / whole,),
            f"all work of its thread {100 * cost['TaskDuration'] / whole:.0f} %"),
    ]  # fmt: skip


def _first(port: int) -> None:
    """Warm the server up."""
    connection = http.client.HTTPConnection(HOST, port, timeout=60)
    connection.request("GET", "/sign-in")
    connection.getresponse().read()
    connection.close()


def _metrics(cdp: Any) -> dict[str, float]:
    return {row["name"]: row["value"] for row in cdp.send("Performance.getMetrics")["metrics"]}
