"""A hold and a batch never overlap: the one that comes second waits, and sees the first."""

from __future__ import annotations

import threading
import time

from flask import Flask
from sqlalchemy import text

from enforcement.db import transaction
from enforcement.retention import holds, running
from enforcement.retention.holds import HoldIn
from enforcement.retention.models import HoldKind
from tests.asking import actor_of
from tests.retention.making import COUNTY

WAITS = text("select count(*) from pg_locks where locktype = 'advisory' and not granted")


def waiting(app: Flask) -> bool:
    """Tell whether somebody waits for the county's lock, looking for some seconds."""
    for _n in range(200):
        with app.app_context(), transaction() as session:
            if session.scalar(WAITS):
                return True
        time.sleep(0.05)
    return False


def test_a_hold_waits_for_the_batch_under_way(live_app: Flask) -> None:
    placed: list[bool] = []

    def place() -> None:
        with live_app.app_context(), transaction() as session:
            what = HoldIn(HoldKind.PERSON, "zhifa1", "调查")
            row = holds.place(session, actor_of(session, "fazhi"), what)
            placed.append(True)
            holds.release(session, actor_of(session, "fazhi"), row.id, "试验结束")

    thread = threading.Thread(target=place)
    with live_app.app_context(), transaction() as session:
        running.share(session, COUNTY)  # a batch is under way
        thread.start()
        assert waiting(live_app)
        assert placed == []
    thread.join(30)
    assert placed == [True]
