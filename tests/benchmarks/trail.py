"""What it costs an act that the database itself writes each changed row, and chains it.

The same acts over the API, in one process, with the triggers of the watched tables and without
them, in turns, in one run; the audit log's own chain is there both times.
"""

from __future__ import annotations

import itertools
import os
import uuid
from collections.abc import Callable, Iterator
from typing import Any, Final

from flask import Flask
from sqlalchemy import text

from enforcement.people import services as people
from tests.asking import as_owner
from tests.benchmarks.incidents import SPOTS, WORDS
from tests.benchmarks.measuring import Row, percentile, ratio, timed
from tests.benchmarks.places import application, load_demo, own_database, sessions

WINDOWS, ACTS = 6, int(os.environ.get("BENCH_TRAIL", "80"))
PLANTS: Final = ("insert", "update", "delete")
Post = Callable[[str, dict[str, Any]], Any]
WHAT: Final = {
    "report": "report an incident",
    "reject": "reject it",
}


def run() -> list[Row]:
    """Measure reports of incidents and the acts that follow, watched and unwatched in turns."""
    found: dict[tuple[str, bool], list[float]] = {}
    with own_database("trail") as config, application(config) as app:
        load_demo(app)
        with sessions(app).begin() as session:
            tokens = [people.create_token(session, name) for name in ("fujing", "juzhang")]
        post, work = (_client(app, token) for token in tokens)
        bodies = _bodies(app)
        for _n in range(20):
            _report(post, next(bodies))
        for _window in range(WINDOWS):
            for watched in (True, False):
                _watch(app, on=watched)
                spent: dict[str, list[float]] = {name: [] for name in WHAT}
                for body in itertools.islice(bodies, ACTS):
                    _timed(post, work, body, spent)
                for name, waits in spent.items():
                    found.setdefault((name, watched), []).append(percentile(waits, 0.5))
        _watch(app, on=True)
    return [row for name in WHAT for row in _told(name, found)]


def _told(name: str, found: dict[tuple[str, bool], list[float]]) -> list[Row]:
    with_, without = found[name, True], found[name, False]
    return [
        Row(f"{WHAT[name]}, p50, watched", "ms", tuple(with_), f"{ACTS} acts a window"),
        Row(f"{WHAT[name]}, p50, unwatched", "ms", tuple(without)),
        ratio(f"{WHAT[name]}, watched : unwatched", with_, without),
    ]


def _timed(post: Post, work: Post, body: dict[str, Any], spent: dict[str, list[float]]) -> None:
    made: list[Any] = []
    spent["report"].append(1000 * timed(lambda: made.append(_report(post, body))))
    told = {"note": "不属于本部门职责。", "version": made[0]["version"], "key": str(uuid.uuid4())}
    path = f"/incidents/{made[0]['id']}/reject"
    spent["reject"].append(1000 * timed(lambda: work(path, told)))


def _report(post: Post, body: dict[str, Any]) -> Any:
    return post("/incidents", body)


def _client(app: Flask, token: str) -> Post:
    client, headers = app.test_client(), {"Authorization": f"Bearer {token}"}

    def post(path: str, body: dict[str, Any]) -> Any:
        answer = client.post(f"/api/v1{path}", json=body, headers=headers)
        assert answer.status_code in (200, 201), answer.text
        return answer.json

    return post


def _bodies(app: Flask) -> Iterator[dict[str, Any]]:
    with sessions(app)() as session:
        spots = [(row[0], row[1]) for row in session.execute(SPOTS)]
        now = session.scalar(text("select to_char(app_now(), 'YYYY-MM-DD\"T\"HH24:MI:SSOF:00')"))
    for lon, lat in itertools.cycle(spots):
        yield {"category": "04", "description": WORDS, "lon": lon, "lat": lat, "accuracy_m": 8.5,
               "occurred_at": now, "key": str(uuid.uuid4())}  # fmt: skip


def _watch(app: Flask, *, on: bool) -> None:
    act = "enable" if on else "disable"
    with sessions(app).begin() as session:
        session.execute(text("delete from rate_count"))
        with as_owner(session):
            for name in session.scalars(text("select table_name from row_watched")).all():
                for plant in PLANTS:
                    session.execute(text(f"alter table {name} {act} trigger watched_{plant}"))
