"""Two people who arrange one person at the same time: one is told, and only one shift stands."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import delete, select, text
from sqlalchemy.orm import Session, sessionmaker

from enforcement.errors import StepNotAllowedError
from enforcement.people.models import Post
from enforcement.roster import services
from enforcement.roster.models import DutyShift
from enforcement.roster.shifts import ShiftIn
from enforcement.roster.terms import DutyKind
from tests.asking import actor_of
from tests.roster.making import moment

WAIT_S = 30
FAR = moment("2027-03-09 09:00")  # within what may be planned, beyond what the demonstration has


@pytest.fixture
def factory(demo_app: Flask) -> Iterator[sessionmaker[Session]]:
    """Sessions that commit; the shifts of that far day are taken away again at the end."""
    made: sessionmaker[Session] = demo_app.extensions["enforcement.sessions"]
    yield made
    with made.begin() as session:
        session.execute(delete(DutyShift).where(DutyShift.starts_at >= FAR - timedelta(days=1)))


def test_two_leaders_cannot_give_one_officer_two_shifts(
    demo_app: Flask, factory: sessionmaker[Session]
) -> None:
    with demo_app.app_context(), factory() as session:
        leader = actor_of(session, "zhongdui")
        officer = session.scalars(
            select(Post.person_id).where(Post.unit_id == leader.unit_id, Post.role == "officer")
        ).first()
    assert officer is not None
    started = threading.Barrier(2)
    made: list[uuid.UUID] = []
    refused: list[Any] = []

    def add(start: Any) -> None:
        try:
            with demo_app.app_context(), factory.begin() as session:
                what = ShiftIn(DutyKind.SQUAD, start, start + timedelta(hours=8), officer)
                started.wait(WAIT_S)
                made.append(services.add_shift(session, leader, leader.unit_id, what).id)
                session.execute(text("select pg_sleep(0.3)"))  # the other meets a row not committed
        except Exception as error:
            refused.append(error)

    starts = (FAR, FAR + timedelta(hours=1))
    threads = [threading.Thread(target=add, args=(start,)) for start in starts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(WAIT_S)
    [error] = refused
    assert isinstance(error, StepNotAllowedError), error
    assert "同一时间已有其他班次" in str(error)
    with factory() as session:
        there = session.scalars(
            select(DutyShift.id).where(DutyShift.starts_at >= FAR - timedelta(days=1))
        ).all()
    assert [*there] == made
