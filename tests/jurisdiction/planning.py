"""Who plans in tests, and how a plan's answers are asked of routing."""

from __future__ import annotations

import json
import uuid
from datetime import date
from typing import Any

from shapely import Polygon, to_geojson
from small_county import SMALL
from sqlalchemy import text
from sqlalchemy.orm import Session

from enforcement.actor import Actor
from enforcement.ids import uuid7
from enforcement.jurisdiction import plan_queries, plans
from enforcement.jurisdiction.plan_models import DutyPlan
from enforcement.jurisdiction.routing import route
from enforcement.law.terms import Role


def planner(
    role: Role = Role.SYSTEM_ADMIN,
    unit_code: str = "01",
    *,
    county: str = SMALL,
    username: str = "planner",
) -> Actor:
    """Return somebody of the small county who may plan."""
    return Actor(county, uuid7(), uuid7(), "规划员", username, role, uuid7(), unit_code, "单位")


def change(session: Session, actor: Actor, plan: DutyPlan, *ops: dict[str, Any]) -> plans.Changed:
    """Apply operations to a plan in its present version."""
    return plans.apply(session, actor, plan.id, list(ops), plan.version)


def rows(session: Session, plan: DutyPlan) -> list[tuple[str, str]]:
    """Return unit code and area (a polygon's name) of every row of a plan, sorted."""
    found = plan_queries.rows_of(session, plan)
    return sorted((row.unit_code, row.area_code or str(row.name)) for row in found)


def label_points(session: Session, county: str) -> dict[str, tuple[float, float]]:
    """Return a point inside each village, by code."""
    found = session.execute(
        text("SELECT code, label_lon, label_lat FROM area WHERE county_code = :county"
             " AND level = 'village' ORDER BY code"), {"county": county},
    )  # fmt: skip
    return {row.code: (row.label_lon, row.label_lat) for row in found}


def answers(session: Session, county: str, on: date) -> dict[str, str | None]:
    """Return who answers at the label point of each village on a day: code of the unit."""
    return {
        code: route(session, county, lon, lat, on).unit_code
        for code, (lon, lat) in label_points(session, county).items()
    }


def duty_rows(session: Session, county: str) -> list[tuple[Any, ...]]:
    """Return every duty of a county, to see that nothing changed."""
    found = session.execute(
        text("SELECT id, unit_id, area_code, valid_from, valid_to, ended_at FROM responsibility"
             " WHERE county_code = :county ORDER BY id"), {"county": county},
    )  # fmt: skip
    return [tuple(row) for row in found]


def row_named(session: Session, plan: DutyPlan, name: str) -> uuid.UUID:
    """Return the id of a drawn polygon of a plan by its name."""
    return next(row.id for row in plan_queries.rows_of(session, plan) if row.name == name)


def geojson(shape: Polygon) -> dict[str, Any]:
    """Return a shape as it comes out of JSON."""
    found: dict[str, Any] = json.loads(to_geojson(shape))
    return found
