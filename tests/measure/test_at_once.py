"""Two at the same moment: of two heads one acts, and numbers on the spot stay without gaps."""

from __future__ import annotations

from typing import Any

from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from enforcement import clock
from enforcement.errors import StaleVersionError
from enforcement.law.measure_terms import MeasureEvent as M
from enforcement.law.measure_terms import MeasureState
from enforcement.measure import queries, services
from enforcement.measure.models import Measure
from enforcement.spot import services as spot
from tests.asking import actor_of
from tests.rules.test_at_once import at_once
from tests.spot.making import decision


def in_force(session: Session) -> Measure:
    """Return the demonstration's seizure."""
    return session.scalars(select(Measure).where(Measure.state == MeasureState.IN_FORCE)).one()


def test_of_two_different_acts_at_once_one_wins_and_the_other_sees_why(live_app: Flask) -> None:
    maker = live_app.extensions["enforcement.sessions"]
    with live_app.app_context(), maker() as session:
        seen = in_force(session)
    acts: list[tuple[M, dict[str, Any]]] = [
        (M.EXTEND, {"reason": "案情复杂"}),
        (M.DISPOSE, {"items": "1", "fate": "hand_over", "reason": "无害化处理"}),
    ]
    won: list[M] = []
    told: list[StaleVersionError] = []

    def act(session: Session, n: int) -> None:
        event, said = acts[n]
        try:
            services.carry_out(session, actor_of(session, "juzhang"), seen.id, event, said,
                               version=seen.version)  # fmt: skip
            won.append(event)
        except StaleVersionError as refused:
            told.append(refused)

    at_once(live_app, 2, act)
    assert (len(won), len(told)) == (1, 1)
    assert told[0].data["current"]["version"] == seen.version + 1
    with live_app.app_context(), maker() as session:
        now = in_force(session)
        decided = [one.no for one in queries.items(session, now) if one.fate]
        assert (now.extended, decided) == ((True, []) if won == [M.EXTEND] else (False, [1]))


def test_decisions_made_at_once_are_numbered_without_gap_or_double(live_app: Flask) -> None:
    numbers: list[str] = []

    def decide(session: Session, n: int) -> None:
        said = decision(session, place=f"示例东路{n}号", acted_at=clock.now(session))
        numbers.append(spot.decide(session, actor_of(session, "zhifa1"), said).number)

    at_once(live_app, 4, decide)
    counted = sorted(int(one.rpartition("〕")[2].removesuffix("号")) for one in numbers)
    assert counted == list(range(counted[0], counted[0] + 4))
