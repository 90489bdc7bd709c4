"""Whatever is done to a plan: every village has one answer, the one that a simple model gives."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from planning import answers, change, geojson, label_points, planner
from shapely.geometry import Point, Polygon, box
from sqlalchemy.orm import Session

from enforcement.jurisdiction import plan_activation, plan_queries, plans
from enforcement.jurisdiction.plan_models import DutyPlan
from tests.asking import set_clock

COUNTY = "220322"
TODAY = date(2026, 3, 2)
PLACES = st.tuples(st.integers(0, 345), st.integers(0, 20))
OPS = st.lists(
    st.one_of(
        st.tuples(st.just("villages"), st.lists(st.integers(0, 345), min_size=1, max_size=9),
                  st.integers(0, 20)),
        st.tuples(st.just("township"), PLACES),
        st.tuples(st.just("merge"), st.integers(0, 20), st.integers(0, 20)),
        st.tuples(st.just("draw"), PLACES, st.integers(-1, 1)),
        st.tuples(st.just("change"), st.integers(0, 9), st.integers(0, 20), st.integers(-1, 1)),
        st.tuples(st.just("remove"), st.integers(0, 9)),
        st.just(("undo",)),
        st.just(("redo",)),
    ),
    min_size=1,
    max_size=12,
)  # fmt: skip


@dataclass(frozen=True)
class Drawn:
    """An exception area of the model."""

    row: uuid.UUID
    unit: str
    shape: Polygon
    priority: int


@dataclass(frozen=True)
class State:
    """Who answers for each village, and the exception areas."""

    villages: tuple[tuple[str, str | None], ...]
    drawn: tuple[Drawn, ...] = ()

    def answers(self, points: dict[str, tuple[float, float]]) -> dict[str, str | None]:
        found = dict(self.villages)
        for code, spot in points.items():
            over = [one for one in self.drawn if one.shape.covers(Point(*spot))]
            if over:
                found[code] = min(over, key=lambda one: (-one.priority, one.unit, one.row)).unit
        return found


@dataclass
class Model:
    """The plan as a person understands it, with what may be undone and done again."""

    now: State
    past: list[State] = field(default_factory=list)
    future: list[State] = field(default_factory=list)

    def become(self, state: State) -> None:
        self.past.append(self.now)
        self.now, self.future = state, []

    def undo(self) -> None:
        self.future.append(self.now)
        self.now = self.past.pop()

    def redo(self) -> None:
        self.past.append(self.now)
        self.now = self.future.pop()


class Player:
    """Plays operations upon a plan and upon the model alike."""

    def __init__(self, session: Session, plan: DutyPlan, before: dict[str, str | None]) -> None:
        self.session, self.plan, self.who = session, plan, planner(county=COUNTY)
        self.points = label_points(session, COUNTY)
        self.codes = sorted(self.points)
        self.units = [unit.code for unit in plan_queries.units_on(session, COUNTY, TODAY)
                      if unit.kind == "squad"]  # fmt: skip
        self.model = Model(State(tuple(sorted(before.items()))))

    def play(self, step: tuple[Any, ...]) -> None:
        getattr(self, step[0])(*step[1:])

    def act(self, op: dict[str, Any]) -> plans.Changed:
        return change(self.session, self.who, self.plan, op)

    def villages(self, places: list[int], unit: int) -> None:
        self.assign([self.codes[place] for place in places], self.units[unit])

    def township(self, place: tuple[int, int]) -> None:
        town = self.codes[place[0]][:9]
        self.assign([code for code in self.codes if code[:9] == town], self.units[place[1]], [town])

    def assign(self, codes: list[str], unit: str, said: list[str] | None = None) -> None:
        now = dict(self.model.now.villages)
        after = now | dict.fromkeys(codes, unit)
        if after == now:
            return
        self.act({"op": "assign", "areas": said or codes, "unit": unit})
        self.model.become(replace(self.model.now, villages=tuple(sorted(after.items()))))

    def merge(self, one: int, other: int) -> None:
        source, target, now = self.units[one], self.units[other], self.model.now
        mine = source in dict(now.villages).values() or source in {d.unit for d in now.drawn}
        if source == target or not mine:
            return
        self.act({"op": "merge", "source": source, "into": target})
        self.model.become(
            State(
                tuple((code, target if unit == source else unit) for code, unit in now.villages),
                tuple(replace(d, unit=target) if d.unit == source else d for d in now.drawn),
            )
        )

    def draw(self, place: tuple[int, int], priority: int) -> None:
        lon, lat = self.points[self.codes[place[0]]]
        shape = box(lon - 0.0005, lat - 0.0005, lon + 0.0005, lat + 0.0005)
        unit = self.units[place[1]]
        made = self.act({"op": "draw", "unit": unit, "name": "例外", "priority": priority,
                            "geometry": geojson(shape)})  # fmt: skip
        [row_id] = made.fitted
        drawn = Drawn(row_id, unit, shape, priority)
        self.model.become(replace(self.model.now, drawn=(*self.model.now.drawn, drawn)))

    def change(self, number: int, unit: int, priority: int) -> None:
        if not self.model.now.drawn:
            return
        old = self.model.now.drawn[number % len(self.model.now.drawn)]
        after = replace(old, unit=self.units[unit], priority=priority)
        if after == old:
            return
        said = {"unit": after.unit, "priority": priority}
        self.act({"op": "change", "row": str(old.row), **said})
        drawn = tuple(after if one is old else one for one in self.model.now.drawn)
        self.model.become(replace(self.model.now, drawn=drawn))

    def remove(self, number: int) -> None:
        if not self.model.now.drawn:
            return
        old = self.model.now.drawn[number % len(self.model.now.drawn)]
        self.act({"op": "remove", "row": str(old.row)})
        drawn = tuple(one for one in self.model.now.drawn if one is not old)
        self.model.become(replace(self.model.now, drawn=drawn))

    def undo(self) -> None:
        if self.model.past:
            plans.undo(self.session, self.who, self.plan.id, self.plan.version)
            self.model.undo()

    def redo(self) -> None:
        if self.model.future:
            plans.redo(self.session, self.who, self.plan.id, self.plan.version)
            self.model.redo()


def test_after_any_operations_routing_answers_as_the_model_and_the_past_stays(
    county: Session,
) -> None:
    set_clock(county, "2026-03-02 09:00")
    before = answers(county, COUNTY, TODAY)
    assert len(before) == 346
    counted = {"rows": 0, "played": 0}

    @settings(
        max_examples=25,
        deadline=None,
        derandomize=True,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(OPS)
    def holds(steps: list[tuple[Any, ...]]) -> None:
        nested = county.begin_nested()
        plan = plans.start(county, planner(county=COUNTY), "性质")
        player = Player(county, plan, before)
        for step in steps:
            player.play(step)
        day = TODAY + timedelta(days=1)
        plan_activation.activate(county, player.who, plan.id, day)
        assert answers(county, COUNTY, day) == player.model.now.answers(player.points)
        assert answers(county, COUNTY, TODAY) == before
        counted["rows"] = max(counted["rows"], len(plan_queries.rows_of(county, plan)))
        counted["played"] += len(player.model.past)
        nested.rollback()

    holds()
    assert counted["played"] > 30
    assert counted["rows"] > 20
