"""Who answers for what, and the decisions that were taken by it."""

from __future__ import annotations

import uuid
from datetime import date
from typing import Any

from geoalchemy2.shape import from_shape
from shapely.geometry import MultiPolygon, Polygon
from sqlalchemy.orm import Session

from enforcement import clock
from enforcement.errors import InvalidInputError
from enforcement.ids import uuid7
from enforcement.jurisdiction.models import Responsibility, RoutingDecision
from enforcement.jurisdiction.routing import Routing
from enforcement.jurisdiction.terms import DecisionBasis
from gis.srid import STORAGE_SRID


def assign_responsibility(
    session: Session,
    county_code: str,
    unit_id: uuid.UUID,
    *,
    valid_from: date,
    area_code: str | None = None,
    shape: Polygon | MultiPolygon | None = None,
    valid_to: date | None = None,
    priority: int = 0,
    category: str | None = None,
    name: str | None = None,
    by: str = "system",
) -> Responsibility:
    """Make a unit answer for a division or a polygon (degrees, EPSG:4490), for one category or all.

    valid_to -- the first day on which it no longer does. Raises InvalidInputError.
    """
    if (area_code is None) == (shape is None):
        raise InvalidInputError("area_code", "须在区划代码与图形中选且只选一项")
    if valid_to is not None and valid_to <= valid_from:
        raise InvalidInputError("valid_to", "终止日须在起始日之后")
    duty = Responsibility(
        county_code=county_code,
        id=uuid7(),
        unit_id=unit_id,
        area_code=area_code,
        geom=_stored(shape) if shape is not None else None,
        valid_from=valid_from,
        valid_to=valid_to,
        priority=priority,
        category=category,
        name=name,
        created_at=clock.now(session),
        created_by=by,
    )
    session.add(duty)
    session.flush()
    return duty


def record_routing(
    session: Session,
    routing: Routing,
    *,
    basis: DecisionBasis = DecisionBasis.ROUTED,
    replaces_id: uuid.UUID | None = None,
    decided_by: uuid.UUID | None = None,
    reason: str | None = None,
    confirm: bool | None = None,
) -> RoutingDecision:
    """Store what `route` answered; the row is never changed afterwards.

    replaces_id -- the decision before it; decided_by -- account of the person behind the change
    confirm -- False where a person has confirmed; None keeps what routing says
    """
    decision = RoutingDecision(
        county_code=routing.county_code,
        id=uuid7(),
        decided_at=clock.now(session),
        lon=routing.lon,
        lat=routing.lat,
        on_day=routing.on_day,
        category=routing.category,
        edition_id=routing.edition_id,
        village_code=routing.village_code,
        township_code=routing.township_code,
        unit_id=routing.unit_id,
        brigade_id=routing.brigade_id,
        rule=routing.rule,
        border_m=routing.border_m,
        confirm=routing.confirm if confirm is None else confirm,
        basis=basis,
        replaces_id=replaces_id,
        decided_by=decided_by,
        reason=reason,
    )
    session.add(decision)
    session.flush()
    return decision


def _stored(shape: Polygon | MultiPolygon) -> Any:
    multi = shape if isinstance(shape, MultiPolygon) else MultiPolygon([shape])
    return from_shape(multi, srid=STORAGE_SRID)
