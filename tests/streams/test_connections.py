"""Kept connections: one that the database closed while it rested is never handed out."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from enforcement import db
from enforcement.config import Config

KILL = text("select pg_terminate_backend(:pid)")
MINE = text("select pg_backend_pid()")


def test_a_connection_that_died_at_rest_is_replaced(
    config: Config, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(db, "IDLE_S", 0.0)
    engine = db.make_engine(config.database_url)
    with engine.connect() as first:
        dead = first.scalar(MINE)
    other = db.make_engine(config.database_url)
    with other.connect() as second:
        second.execute(KILL, {"pid": dead})
    other.dispose()
    for _again in range(3):
        with engine.connect() as connection:
            assert connection.scalar(MINE) != dead
    engine.dispose()


def test_a_connection_just_used_is_not_asked_again(config: Config) -> None:
    engine = db.make_engine(config.database_url)
    with engine.connect() as connection:
        pid = connection.scalar(MINE)
    with engine.connect() as connection:
        assert connection.scalar(MINE) == pid
        assert connection.scalar(text("show max_parallel_workers_per_gather")) == "0"
    engine.dispose()
