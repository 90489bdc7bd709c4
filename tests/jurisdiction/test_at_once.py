"""Two people who import one county at the same time: one follows the other, nothing is lost."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest
from flask import Flask
from small_county import SMALL, SMALL_DIVISIONS, squares
from sqlalchemy import select, text
from sqlalchemy.orm import Session, sessionmaker

from enforcement.errors import StepNotAllowedError
from enforcement.jurisdiction import duty_acts, plan_activation, plans, services
from enforcement.jurisdiction.models import Edition
from tests.asking import actor_of

WAIT_S = 30


@pytest.fixture
def factory(app: Flask) -> Iterator[sessionmaker[Session]]:
    """Sessions that commit; the small county is taken away again at the end."""
    made: sessionmaker[Session] = app.extensions["enforcement.sessions"]
    with made.begin() as session:
        services.import_divisions(session, SMALL_DIVISIONS.encode(), "small.csv")
    yield made
    with made.begin() as session:
        for table in ("area", "division", "edition", "county"):
            session.execute(text(f"delete from {table} where county_code = '{SMALL}'"))


def test_who_waits_too_long_is_told_and_the_other_import_stands(
    factory: sessionmaker[Session],
) -> None:
    with factory() as first:
        services.import_boundaries(first, squares(), "first")
        with factory() as second:
            second.execute(text("set local lock_timeout = '200ms'"))
            with pytest.raises(StepNotAllowedError, match="另一人正在导入"):
                services.import_boundaries(second, squares(), "second")
        first.commit()
    with factory() as session:
        names = session.scalars(select(Edition.source_name).where(Edition.kind == "boundaries"))
        assert list(names) == ["first"]


def test_who_changes_duties_while_another_does_is_told_and_changes_nothing(
    demo_app: Flask, county: Session
) -> None:
    admin = actor_of(county, "xitong")
    duty_acts.add(county, admin, "01.01.07.03", area_code="220322100")
    plan = plans.start(county, admin, "同时")
    plan_activation.activate(county, admin, plan.id)
    with Session(demo_app.extensions["enforcement.engine"]) as second:  # the first has not ended
        second.execute(text("set local lock_timeout = '200ms'"))
        with pytest.raises(StepNotAllowedError, match="另一人正在"):
            duty_acts.add(second, admin, "01.01.07.02", area_code="220322100")
        second.rollback()
        added = text("select count(*) from responsibility where created_by = 'xitong'")
        assert second.execute(added).scalar_one() == 0


def test_two_imports_follow_each_other_and_only_one_is_in_force(
    factory: sessionmaker[Session],
) -> None:
    started, failures = threading.Barrier(2), []

    def load(name: str) -> None:
        try:
            started.wait(WAIT_S)
            with factory.begin() as session:
                services.import_boundaries(session, squares(), name, activate=True)
        except Exception as error:
            failures.append(error)

    threads = [threading.Thread(target=load, args=(name,)) for name in ("one", "two")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(WAIT_S)
    assert failures == []
    with factory() as session:
        editions = session.scalars(select(Edition).where(Edition.kind == "boundaries")).all()
        assert sorted(edition.source_name for edition in editions) == ["one", "two"]
        assert sorted(edition.status for edition in editions) == ["active", "retired"]
