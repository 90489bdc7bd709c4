"""What falls due is done once, by the database's clock, whatever is killed in the middle."""

from __future__ import annotations

import subprocess
import sys
import time
import uuid
from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session, sessionmaker

from enforcement import clock, due
from enforcement.audit import AuditLog
from enforcement.config import PROJECT, Config
from enforcement.db import transaction
from enforcement.due import DueStep
from enforcement.events import Event
from enforcement.worker import loop, tasks
from tests.asking import set_clock
from tests.worker.acting import TASK

COUNTY = "220322"


@pytest.fixture
def factory(app: Flask, session: Session) -> sessionmaker[Session]:
    """The session factory, whose commits the test undoes at the end."""
    found: sessionmaker[Session] = app.extensions["enforcement.sessions"]
    return found


def noted(session: Session) -> list[str]:
    query = select(AuditLog.subject).where(AuditLog.act == TASK, AuditLog.county_code == COUNTY)
    return sorted(session.scalars(query))


def test_a_step_waits_for_the_databases_clock(
    session: Session, factory: sessionmaker[Session]
) -> None:
    start = set_clock(session, "2026-03-02 09:00")
    due.schedule(session, COUNTY, TASK, uuid.uuid4(), "r", start + timedelta(minutes=3))
    assert loop.run_due(factory) == 0
    set_clock(session, "2026-03-02 09:04")
    assert loop.run_due(factory) == 1
    assert loop.run_due(factory) == 0
    assert noted(session) == ["r"]


def test_a_rule_waits_once_for_a_subject_and_can_be_taken_back(
    session: Session, factory: sessionmaker[Session]
) -> None:
    at, subject = clock.now(session), uuid.uuid4()
    for _ in range(3):
        due.schedule(session, COUNTY, TASK, subject, "r", at)
    assert session.query(DueStep).count() == 1
    due.cancel(session, COUNTY, subject, TASK)
    assert loop.run_due(factory) == 0
    due.schedule(session, COUNTY, TASK, subject, "r", at)
    assert loop.run_due(factory) == 1


def test_an_error_undoes_what_was_done_and_is_kept_for_a_person(
    session: Session, factory: sessionmaker[Session]
) -> None:
    start = set_clock(session, "2026-03-02 09:00")
    due.schedule(session, COUNTY, "test:fail", uuid.uuid4(), "bad", start)
    due.schedule(session, COUNTY, TASK, uuid.uuid4(), "good", start)
    assert loop.run_due(factory) == 2
    assert noted(session) == ["good"]
    step = session.query(DueStep).filter_by(rule="bad").one()
    assert (step.state, step.tries, step.last_error) == ("waiting", 1, "ValueError: 不行")
    assert step.next_at > start
    assert loop.run_due(factory) == 0
    for _ in range(due.MOST_TRIES):
        step.next_at = clock.now(session)
        session.flush()
        loop.run_due(factory)
        session.refresh(step)
    assert step.state == "failed"


def test_an_unknown_task_does_not_stop_the_others(
    session: Session, factory: sessionmaker[Session]
) -> None:
    at = clock.now(session)
    due.schedule(session, COUNTY, "no:such", uuid.uuid4(), "x", at)
    due.schedule(session, COUNTY, TASK, uuid.uuid4(), "y", at)
    assert loop.run_due(factory) == 2
    assert noted(session) == ["y"]


def test_old_events_go_and_the_next_cleaning_is_planned(
    session: Session, factory: sessionmaker[Session]
) -> None:
    now = clock.now(session)
    for days in (1, 6, 8, 30):
        session.add(Event(county_code=COUNTY, id=uuid.uuid4(), at=now - timedelta(days=days),
                          kind="x", act=str(days), subject_id=uuid.uuid4(), data={}))  # fmt: skip
    due.schedule(session, COUNTY, "events:prune", uuid.uuid4(), "first", now)
    session.flush()
    assert loop.run_due(factory) == 1
    assert sorted(session.scalars(select(Event.act))) == ["1", "6"]
    assert session.query(DueStep).filter_by(state="waiting", task="events:prune").count() == 1


def test_every_named_handler_exists() -> None:
    for task in tasks.HANDLERS:
        assert callable(tasks.handler(task)), task


@pytest.fixture
def workers(live_app: Flask) -> Iterator[list[subprocess.Popen[bytes]]]:
    """A list of worker processes that are killed at the end."""
    started: list[subprocess.Popen[bytes]] = []
    yield started
    for one in started:
        one.kill()
        one.wait()


def start_worker(live_app: Flask) -> subprocess.Popen[bytes]:
    config: Config = live_app.extensions["enforcement.config"]
    command = [sys.executable, "-m", "tests.worker.acting", config.database_url, str(config.var)]
    return subprocess.Popen(command, cwd=PROJECT)


def test_workers_killed_outright_lose_and_double_nothing(
    live_app: Flask, workers: list[subprocess.Popen[bytes]]
) -> None:
    count = 60
    with live_app.app_context(), transaction() as session:
        now = clock.now(session)
        due.schedule_many(
            session,
            [{"county_code": COUNTY, "task": TASK, "subject_id": uuid.uuid4(), "rule": f"{n:03d}",
              "due_at": now, "data": {"slow_s": 0.05}} for n in range(count)],
        )  # fmt: skip
    workers += [start_worker(live_app), start_worker(live_app)]
    killed, last, until = 0, 0, time.monotonic() + 400
    while last < count and time.monotonic() < until:
        time.sleep(0.1)
        with live_app.app_context(), transaction() as session:
            last = session.scalar(
                select(func.count()).select_from(DueStep)
                .where(DueStep.task == TASK, DueStep.state == "done")
            ) or 0  # fmt: skip
        if last >= 10 * (killed + 1) and killed < 4:
            workers[killed].kill()
            killed += 1
            workers.append(start_worker(live_app))
    with live_app.app_context(), transaction() as session:
        assert noted(session) == [f"{n:03d}" for n in range(count)]
    assert killed == 4
