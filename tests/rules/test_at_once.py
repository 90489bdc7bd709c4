"""Two at the same moment: the order of rules stays one, and a failed rule is told once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from enforcement import clock
from enforcement.notices import Notice
from enforcement.rules import deciding, queries, services
from enforcement.rules.deciding import Facts
from enforcement.rules.models import RuleAlarm
from enforcement.taxonomy import queries as taxonomy
from tests.asking import actor_of
from tests.rules.making import COUNTY, draft


def at_once(app: Flask, count: int, act: Callable[[Session, int], Any]) -> None:
    """Do an act in some transactions that begin together, each committed."""
    barrier, maker = Barrier(count), app.extensions["enforcement.sessions"]

    def one(n: int) -> None:
        with app.app_context(), maker.begin() as session:
            session.execute(text("select 1"))
            barrier.wait(20)
            act(session, n)

    with ThreadPoolExecutor(count) as pool:
        list(pool.map(one, range(count)))


@pytest.fixture
def live(live_app: Flask) -> Iterator[Flask]:
    """The installation whose transactions commit; its rules are off at the end."""
    yield live_app
    with live_app.app_context(), live_app.extensions["enforcement.sessions"].begin() as session:
        for one in queries.list_active(session, COUNTY):
            services.switch_off(session, actor_of(session, "xitong"), one.rule.id, "试过了")


def test_rules_that_are_added_at_once_stand_in_one_order(live: Flask) -> None:
    at_once(
        live, 4,
        lambda session, n: services.add(
            session, actor_of(session, "xitong"), draft(session, n, name=f"第{n}人"), position=1
        ),
    )  # fmt: skip
    with live.app_context(), live.extensions["enforcement.sessions"]() as session:
        rules = [one.rule for one in queries.list_active(session, COUNTY)]
    assert [rule.position for rule in rules] == [1, 2, 3, 4]
    assert {rule.name for rule in rules} == {f"第{n}人" for n in range(4)}


def test_a_failed_rule_that_many_reports_meet_at_once_is_told_once(live: Flask) -> None:
    maker = live.extensions["enforcement.sessions"]
    with live.app_context(), maker.begin() as session:
        rule = services.add(session, actor_of(session, "xitong"), draft(session))
        rule_id = rule.id
        session.execute(
            text("update routing_rule set areas = '{220322998}' where id = :id"), {"id": rule_id}
        )

    def ask(session: Session, _n: int) -> None:
        facts = Facts("04", None, None, "phone_app", "normal", clock.now(session))
        deciding.decide(session, COUNTY, facts, taxonomy.current(session, COUNTY).offered)

    at_once(live, 6, ask)
    with live.app_context(), maker() as session:
        told = select(func.count()).where(Notice.subject_id == rule_id)
        assert session.scalar(told) == 1
        assert session.scalar(select(func.count()).where(RuleAlarm.rule_id == rule_id)) == 1
