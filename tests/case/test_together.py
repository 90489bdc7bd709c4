"""Two people press different acts on one case at once: one wins, the other sees why."""

from __future__ import annotations

import threading
from datetime import date
from typing import Any

from flask import Flask
from sqlalchemy import text

from enforcement.case import services
from enforcement.db import transaction
from enforcement.errors import DomainError, StaleVersionError
from enforcement.law.terms import CaseEvent as E
from tests.asking import actor_of, set_clock
from tests.case.making import filed_case

ACTS: tuple[tuple[str, E, dict[str, Any]], ...] = (
    ("zhifa1", E.ORDER_CORRECTION, {"demand": "清除货架", "until_on": date(2026, 3, 20)}),
    ("juzhang", E.WITHDRAW_FILING, {"reason": "没有违法事实"}),
)
PARTY = {"party_name": "示例并行商行", "party_uscc": "91220322M0002026Y1"}


def test_of_two_acts_pressed_at_once_one_wins_and_the_other_sees_why(live_app: Flask) -> None:
    with live_app.app_context(), transaction() as session:
        case = filed_case(session, **PARTY)
        case_id, version = case.id, case.version
    start, answers = threading.Barrier(2), []

    def press(who: str, event: E, said: dict[str, Any]) -> None:
        with live_app.app_context():
            start.wait()
            try:
                with transaction() as session:
                    actor = actor_of(session, who)
                    done = services.carry_out(
                        session, actor, case_id, event, dict(said), version=version
                    )
                    answers.append(done.version)
            except DomainError as refused:
                answers.append(refused)

    threads = [threading.Thread(target=press, args=one) for one in ACTS]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    won = [one for one in answers if isinstance(one, int)]
    lost = [one for one in answers if isinstance(one, StaleVersionError)]
    assert won == [version + 1]
    assert lost[0].data["your_version"] == version
    assert lost[0].data["current"]["version"] == version + 1
    with live_app.app_context(), transaction() as session:
        set_clock(session, "2026-03-03 09:00")
        session.execute(text("update clock_shift set shift = interval '0'"))
