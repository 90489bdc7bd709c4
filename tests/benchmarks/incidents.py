"""Incidents over the API: gunicorn with 2 workers, 8 clients, the database on the same cores."""

from __future__ import annotations

import base64
import random
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

from flask import Flask
from sqlalchemy import event, text
from sqlalchemy.engine import Engine

from enforcement import webserver
from enforcement.demo.photo import draw_photo
from enforcement.people import services as people
from tests.benchmarks.clients import HOST, Ask, press
from tests.benchmarks.measuring import Row, percentile
from tests.benchmarks.places import application, load_demo, own_database, sessions

WINDOWS, WINDOW_S, WARM_S = 3, 5.0, 2.0
CLIENTS: Final = ("fujing", "xieguan", "zhifa1", "zhifa2", "zhongdui", "dadui", "juzhang", "zhihui")
READERS: Final = ("dadui",) * 8
WORDS: Final = "商户在人行道摆放货架占道经营，行人绕行机动车道。"
SPOTS: Final = text("""
    select ST_X(g), ST_Y(g) from (
      select (ST_Dump(ST_GeneratePoints(geom, 6, 5))).geom as g from area
      where county_code = '220322' and level = 'village') p
""")


def run() -> list[Row]:
    """Measure posts, lists and single incidents; then count the statements of each."""
    with own_database("incidents") as config, application(config) as app:
        load_demo(app)
        tokens = _tokens(app)
        rows = [
            row
            for name, who, ask in _asks(app)
            for row in _measured(name, [tokens[username] for username in who], ask)
        ]
        return [*rows, *_statements(app, tokens)]


def _tokens(app: Flask) -> dict[str, str]:
    with sessions(app).begin() as session:
        return {name: people.create_token(session, name) for name in CLIENTS}


def _measured(name: str, tokens: list[str], ask: Ask) -> list[Row]:
    port = webserver.free_port(HOST)
    with webserver.serving_pages(HOST, port) as process:
        webserver.wait_until_well(process, HOST, port, wait_s=30)
        press(port, tokens, ask, for_s=WARM_S)
        loads = [
            press(port, tokens, _shifted(ask, window), for_s=WINDOW_S)
            for window in range(1, WINDOWS + 1)
        ]
    count = sum(len(load.waits_ms) for load in loads)
    p50, p95 = (tuple(percentile(load.waits_ms, share) for load in loads) for share in (0.5, 0.95))
    return [
        Row(f"{name}, p50", "ms", p50, f"{count} answers to {len(tokens)} clients"),
        Row(f"{name}, p95", "ms", p95),
        Row(f"{name}, rate", "/s", tuple(load.rate for load in loads)),
    ]


def _shifted(ask: Ask, window: int) -> Ask:
    return lambda n: ask(n + window * 1_000_000)


def _asks(app: Flask) -> Iterator[tuple[str, tuple[str, ...], Ask]]:
    with sessions(app)() as session:
        spots = [(row[0], row[1]) for row in session.execute(SPOTS)]
        seen = [str(row[0]) for row in session.execute(text("select id from incident limit 80"))]
        now = session.scalar(text("select to_char(app_now(), 'YYYY-MM-DD\"T\"HH24:MI:SSOF:00')"))
    random.Random(3).shuffle(spots)

    def post(n: int) -> tuple[str, str, Any]:
        lon, lat = spots[n % len(spots)]
        return (
            "POST",
            "/incidents",
            {
                "category": "04",
                "description": WORDS,
                "lon": lon,
                "lat": lat,
                "accuracy_m": 8.5,
                "occurred_at": now,
                "key": str(uuid.uuid4()),
            },
        )

    photos = [base64.b64encode(draw_photo(n)).decode() for n in range(40)]

    def with_photo(n: int) -> tuple[str, str, Any]:
        method, path, body = post(n)
        photo = {"name": "现场.jpg", "content": photos[n % len(photos)]}
        return method, path, body | {"photos": [photo]}

    yield "POST", CLIENTS, post
    yield "POST with photo", CLIENTS, with_photo
    yield "GET list of 20", READERS, lambda _n: ("GET", "/incidents", None)
    yield "GET one", ("juzhang",) * 8, lambda n: ("GET", f"/incidents/{seen[n % 80]}", None)


def _statements(app: Flask, tokens: dict[str, str]) -> list[Row]:
    """Count the statements of one request each, connection checks and COMMIT not counted."""
    found = []
    for name, who, ask in _asks(app):
        method, path, body = ask(7)
        counts = []
        for _again in range(2):
            client, headers = app.test_client(), {"Authorization": f"Bearer {tokens[who[-1]]}"}
            body = body | {"key": str(uuid.uuid4())} if body else None
            with counted(app.extensions["enforcement.engine"]) as seen:
                answer = client.open(f"/api/v1{path}", method=method, json=body, headers=headers)
            assert answer.status_code in (200, 201), answer.text
            counts.append(float(len(seen)))
        found.append(Row(f"{name}, statements", "", (counts[-1],), "warm"))
    return found


@contextmanager
def counted(engine: Engine) -> Iterator[list[str]]:
    """Collect the statements that are sent while the block runs."""
    seen: list[str] = []

    def listen(_connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        seen.append(statement)

    event.listen(engine, "before_cursor_execute", listen)
    try:
        yield seen
    finally:
        event.remove(engine, "before_cursor_execute", listen)
