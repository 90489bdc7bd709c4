"""Twenty phones, two hundred incidents, a bad network and a server that is killed twice.

The long form of tests/mobile/test_chaos.py: checks that each incident is stored once and each
photo byte-equal, and tells how long that took and what the network did.
"""

from __future__ import annotations

import os
from typing import Final

from flask import Flask
from sqlalchemy import select

from enforcement import clock, files
from enforcement.db import transaction
from enforcement.incident import queries
from enforcement.incident.models import Incident
from tests.benchmarks.measuring import Row
from tests.benchmarks.places import application, load_demo, own_database
from tests.case.making import home_point
from tests.mobile import phones

PHONES: Final = int(os.environ.get("BENCH_PHONES", "20"))
EACH: Final = 10
PHOTO_BYTES: Final = 400_000
SEED: Final = 200


def run() -> list[Row]:
    """Let the phones send; raise RuntimeError where anything is lost, doubled or changed."""
    with own_database("phones") as config, application(config) as app:
        load_demo(app)
        with app.app_context(), transaction() as session:
            point, now = home_point(session), clock.now(session).isoformat()
        queues = phones.reports(PHONES, EACH, point, now, SEED, PHOTO_BYTES)
        server = phones.Server({})
        try:
            story = phones.run(server, queues, seed=SEED, within_s=900)
        finally:
            server.kill()
        wrong = _wrong(app, story)
        if wrong:
            raise RuntimeError("; ".join(wrong[:5]))
    return _rows(story)


def _wrong(app: Flask, story: phones.Story) -> list[str]:
    """Return what is not as it was sent."""
    found = [f"{story.left} left, {story.kills} kills"] if story.left or story.kills != 2 else []
    expected = {str(one.fields["description"]): list(one.photos) for one in story.reports}
    with app.app_context(), transaction() as session:
        query = select(Incident).where(Incident.description.startswith(f"乱网{SEED}-"))
        stored = session.scalars(query).all()
        if sorted(one.description for one in stored) != sorted(expected):
            found.append(f"{len(stored)} incidents of {len(expected)} reports")
        for one in stored:
            kept = queries.photos(session, one.county_code, one.id)
            if [files.read(one.county_code, row.sha256) for row in kept] != expected.get(
                one.description
            ):
                found.append(f"photos of {one.description}")
    return found + story.refused


def _rows(story: phones.Story) -> list[Row]:
    photos = [photo for one in story.reports for photo in one.photos]
    size = sum(len(photo) for photo in photos) / 1e6
    count = len(story.reports)
    did = ", ".join(f"{what} {n:,}" for what, n in sorted(story.did.items()))
    return [
        Row(f"{count} incidents of {PHONES} phones, each stored once", "s", (story.seconds,), did),
        Row("photos, each byte-equal", "", (float(len(photos)),), f"{size:.0f} MB"),
        Row("kills of the server with SIGKILL", "", (float(story.kills),)),
    ]
