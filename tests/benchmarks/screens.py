"""From the insert to the screen: one page among 1 and 500 listeners of one events process."""

from __future__ import annotations

import asyncio
import contextlib
import os
import random
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from flask import Flask
from playwright.sync_api import Page, sync_playwright
from sqlalchemy import text

from enforcement import webserver
from enforcement.demo import DEMO_WORD
from enforcement.incident import services
from enforcement.law.terms import Urgency
from enforcement.people import services as people
from tests.asking import actor_of
from tests.benchmarks.clients import HOST
from tests.benchmarks.measuring import Row
from tests.benchmarks.places import application, load_demo, own_database, sessions
from tests.case.making import report_of

REPORTS, LISTENERS = 40, (1, 500)
PAUSE_S = 0.4
"""Between two reports: desks hear about one at a time, not a storm."""
WATCH = """() => {
  window.seen = {};
  const look = () => {
    for (const link of document.querySelectorAll("a[data-id]")) {
      window.seen[link.dataset.id] ??= Date.now();
    }
  };
  look();
  new MutationObserver(look).observe(document.body, { childList: true, subtree: true });
}"""


def run() -> list[Row]:
    """Measure the way of a report to the dispatcher's desk."""
    rows: list[Row] = []
    with own_database("screens") as config, application(config) as app:
        load_demo(app)
        with sessions(app).begin() as session:
            token = people.create_token(session, "jiexian")
        before = 0.0
        for count in LISTENERS:
            with _events(config.database_url) as (port, pid), _listening(port, token, count - 1):
                waits, kb = _measure(app, port), _memory_kb(pid)
            waits.sort()
            p50, p95 = waits[len(waits) // 2], waits[int(len(waits) * 0.95)]
            rows.append(Row(f"insert to DOM, p95, {count} listeners", "ms", (p95,),
                            f"p50 {p50:.0f} ms, {len(waits)} reports"))  # fmt: skip
            rows.append(Row(f"memory of the events process, {count} listeners", "kB", (kb,)))
            before = before or kb
        each = (kb - before) / (LISTENERS[-1] - LISTENERS[0])
        rows.append(Row("memory per listener", "kB", (each,)))
    return rows


@contextlib.contextmanager
def _events(database_url: str) -> Iterator[tuple[int, int]]:
    """Run an events process of its own."""
    port = webserver.free_port(HOST)
    code = (
        "import uvicorn; uvicorn.run('enforcement.streams.app:build', factory=True,"
        f" host='{HOST}', port={port}, log_level='warning')"
    )
    environment = os.environ | {"ENFORCEMENT_DATABASE_URL": database_url}
    process = subprocess.Popen([sys.executable, "-c", code], env=environment)
    try:
        time.sleep(4)
        yield port, process.pid
    finally:
        process.terminate()
        process.wait(10)


@contextlib.contextmanager
def _listening(port: int, token: str, count: int) -> Iterator[None]:
    """Keep so many other streams open, in a process of their own."""
    code = f"import tests.benchmarks.screens as s; s.listen({port}, {token!r}, {count})"
    process = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE)
    assert process.stdout is not None
    assert process.stdout.readline().strip() == b"ready"
    try:
        yield
    finally:
        process.terminate()
        process.wait(10)


def listen(port: int, token: str, count: int) -> None:
    """Open streams and read them until the end; say "ready" once all are open."""
    asyncio.run(_listen(port, token, count))


async def _listen(port: int, token: str, count: int) -> None:
    async def one() -> None:
        reader, writer = await asyncio.open_connection(HOST, port)
        head = f"GET /events HTTP/1.1\r\nHost: {HOST}\r\nAuthorization: Bearer {token}\r\n\r\n"
        writer.write(head.encode())
        while b"hello" not in await reader.readline():
            pass
        tasks.append(asyncio.create_task(_read(reader)))

    tasks: list[asyncio.Task[None]] = []
    for first in range(0, count, 20):
        await asyncio.gather(*[one() for _n in range(first, min(first + 20, count))])
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    await asyncio.Event().wait()


async def _read(reader: asyncio.StreamReader) -> None:
    while await reader.read(4096):
        pass


def _memory_kb(pid: int) -> float:
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return float(next(line for line in lines if line.startswith("VmRSS")).split()[1])


def _measure(app: Flask, events_port: int) -> list[float]:
    """Return the milliseconds from each commit until the desk's page shows the report."""
    with sessions(app).begin() as session:  # a queue shows the most urgent sixty
        session.execute(text("update incident set state = 'rejected' where urgency = 'red'"))
    port = webserver.free_port(HOST)
    os.environ["ENFORCEMENT_EVENTS_PORT"] = str(events_port)
    with webserver.serving_pages(HOST, port) as process, sync_playwright() as play:
        webserver.wait_until_well(process, HOST, port, wait_s=30)
        browser = play.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        page = browser.new_page()
        _sign_in(page, port)
        page.goto(f"http://{HOST}:{port}/desk")
        page.wait_for_timeout(3000)
        page.evaluate(WATCH)
        at = {_report(app): time.time() for _n in range(REPORTS)}
        page.wait_for_timeout(3000)
        seen: dict[str, Any] = page.evaluate("window.seen")
        browser.close()
    return [seen[one] - 1000 * moment for one, moment in at.items()]


def _sign_in(page: Page, port: int) -> None:
    page.goto(f"http://{HOST}:{port}/sign-in")
    page.locator("[name=username]").fill("jiexian")
    page.locator("[name=password]").fill(DEMO_WORD)
    page.locator("main form button").first.click()
    page.wait_for_url(lambda url: "/sign-in" not in url)


def _report(app: Flask) -> str:
    """Report; wait a little before, so that the moment after it is the commit's."""
    time.sleep(PAUSE_S + random.random() / 5)
    with app.app_context(), sessions(app).begin() as session:
        what = report_of(session, urgency=Urgency.RED, category="V7")
        made = services.report(session, actor_of(session, "fujing"), what)
        return str(made.id)
