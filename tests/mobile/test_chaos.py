"""Phones on a bad network and a server that dies: every report once, every photo whole."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from enforcement import clock, files
from enforcement.config import Config
from enforcement.db import transaction
from enforcement.incident import queries
from enforcement.incident.models import Incident
from tests.case.making import home_point
from tests.mobile import phones


@pytest.fixture
def own_server(live_app: Flask) -> Iterator[phones.Server]:
    """A web process of its own on the live database, with the application's secrets."""
    config: Config = live_app.extensions["enforcement.config"]
    for name, value in (("session.key", config.secret_key), ("field.key", config.field_key)):
        _keep(config.var / "secrets" / name, value)
    server = phones.Server(
        {"ENFORCEMENT_DATABASE_URL": config.database_url, "ENFORCEMENT_VAR": str(config.var)}
    )
    yield server
    server.kill()


def _keep(path: Path, value: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(value)


def test_every_report_is_stored_once_and_every_photo_whole(
    live_app: Flask, own_server: phones.Server
) -> None:
    with live_app.app_context(), transaction() as session:
        point, now = home_point(session), clock.now(session).isoformat()
    queues = phones.reports(5, 4, point, now, seed=4, photo_bytes=60_000)
    story = phones.run(own_server, queues, seed=40, within_s=300)
    assert (story.refused, story.left, story.kills) == ([], 0, 2)
    assert min(story.did[what] for what in ("lost", "answers lost", "repeated", "late")) > 0
    assert not [what for what in story.did if what.startswith("status 5")]
    with live_app.app_context(), transaction() as session:
        stored = session.scalars(
            select(Incident).where(Incident.description.startswith("乱网4-"))
        ).all()
        expected = {str(one.fields["description"]): list(one.photos) for one in story.reports}
        assert sorted(one.description for one in stored) == sorted(expected)
        for incident in stored:
            kept = queries.photos(session, incident.county_code, incident.id)
            bytes_of = [files.read(incident.county_code, photo.sha256) for photo in kept]
            assert bytes_of == expected[incident.description]
