"""The small county in force, and units of it."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from planning import planner
from small_county import SMALL, SMALL_DIVISIONS, squares
from sqlalchemy.orm import Session

from enforcement.ids import uuid7
from enforcement.jurisdiction import plans, services
from enforcement.jurisdiction.plan_models import DutyPlan
from enforcement.people.models import Unit
from tests.asking import set_clock


@pytest.fixture
def small(session: Session) -> Session:
    """The session with the small county in force."""
    services.import_divisions(session, SMALL_DIVISIONS.encode(), "small.csv")
    result = services.import_boundaries(session, squares(), "small.geojson")
    assert (result.problems, result.status) == ((), "active")
    return session


@pytest.fixture
def unit(small: Session) -> Callable[..., uuid.UUID]:
    """Make a unit of the small county; return its id."""

    def make(
        code: str, kind: str = "squad", parent: uuid.UUID | None = None, **dates: Any
    ) -> uuid.UUID:
        row = Unit(
            county_code=SMALL,
            id=uuid7(),
            code=code,
            name=f"单位 {code}",
            kind=kind,
            parent_id=parent,
            home_code=None,
            valid_from=dates.get("valid_from", date(2020, 1, 1)),
            valid_to=dates.get("valid_to"),
        )
        small.add(row)
        small.flush()
        return row.id

    return make


@pytest.fixture
def squads(small: Session, unit: Callable[..., uuid.UUID]) -> dict[str, uuid.UUID]:
    """Two brigades of two squads; the first of each answers for a township since 2020."""
    set_clock(small, "2026-03-02 09:00")
    made = {}
    for brigade in ("01.01", "01.02"):
        top = unit(brigade, "brigade")
        for n in ("01", "02"):
            made[f"{brigade}.{n}"] = unit(f"{brigade}.{n}", "squad", top)
    for code, area in (("01.01.01", "990001100"), ("01.02.01", "990001101")):
        services.assign_responsibility(
            small, SMALL, made[code], valid_from=date(2020, 1, 1), area_code=area
        )
    return made


@pytest.fixture
def plan(small: Session, squads: dict[str, uuid.UUID]) -> DutyPlan:
    """A plan made from today's duties."""
    return plans.start(small, planner(), "调整一")
