"""Seconds to import 346 villages, against COPY of the same rows into tables of the same kind."""

from __future__ import annotations

import io
from typing import Any, Final

from flask import Flask
from sqlalchemy import text
from sqlalchemy.orm import Session

from enforcement.jurisdiction import services
from tests.benchmarks.measuring import Row, ratio, stopwatch
from tests.benchmarks.places import application, own_database, sessions
from tests.jurisdiction.small_county import data_file

WINDOWS: Final = 4
TABLES: Final = ("division", "area")
NAME: Final = "lishu"


def run() -> list[Row]:
    """Import, copy and undo in turn; every window starts from empty tables."""
    with own_database("import") as config, application(config) as app:
        times: dict[str, list[float]] = {key: [] for key in ("divisions", "boundaries", "copy")}
        note = _window(app, {key: [] for key in times})
        for _window_no in range(WINDOWS):
            _window(app, times)
    whole = [a + b for a, b in zip(times["divisions"], times["boundaries"], strict=True)]
    return [
        Row("divisions from CSV", "s", tuple(times["divisions"]), "read, check, upsert"),
        Row("boundaries from GeoJSON", "s", tuple(times["boundaries"]), note),
        Row("both", "s", tuple(whole)),
        Row(
            "bare COPY of the same rows",
            "s",
            tuple(times["copy"]),
            "with the same keys and indexes, nothing checked or dissolved",
        ),
        ratio("both : bare COPY", whole, times["copy"]),
    ]


def _window(app: Flask, times: dict[str, list[float]]) -> str:
    with app.app_context(), sessions(app)() as session:
        divisions, boundaries = (
            data_file(f"{NAME}_{kind}") for kind in ("divisions.csv", "villages.geojson")
        )
        with stopwatch(times["divisions"]):
            services.import_divisions(session, divisions, NAME)
            session.flush()
        with stopwatch(times["boundaries"]):
            found = services.import_boundaries(session, boundaries, NAME)
            session.flush()
        assert (found.rejected, found.problems) == ((), ())
        areas = _copied(session, times["copy"])
        session.rollback()
    return f"{found.accepted} villages; {areas} areas with those dissolved and checked"


def _copied(session: Session, seconds: list[float]) -> int:
    """Copy what the import made into twins of its tables; return how many areas."""
    session.execute(text("set local role none"))  # the platform makes no tables
    cursor: Any = session.connection().connection.cursor()
    kept = {}
    for name in TABLES:
        kept[name] = io.StringIO()
        cursor.copy_expert(f"copy {name} to stdout", kept[name])
        kept[name].seek(0)
        cursor.execute(f"create table twin_{name} (like {name} including all)")
    with stopwatch(seconds):
        for name in TABLES:
            cursor.copy_expert(f"copy twin_{name} from stdin", kept[name])
    cursor.execute("select count(*) from twin_area")
    count: int = cursor.fetchone()[0]
    return count
