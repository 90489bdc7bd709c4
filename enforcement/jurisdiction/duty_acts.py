"""Acts upon single duties, for a signed-in person: add one, end one. Nothing is deleted."""

from __future__ import annotations

import uuid
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from enforcement import audit, clock, permissions
from enforcement.actor import Actor
from enforcement.errors import InvalidInputError, StepNotAllowedError
from enforcement.i18n import _
from enforcement.jurisdiction import duty_queries, plan_queries, plan_shapes
from enforcement.jurisdiction.duties import assign_responsibility
from enforcement.jurisdiction.editions import lock_county
from enforcement.jurisdiction.models import Division, Responsibility
from enforcement.jurisdiction.plan_queries import UnitRef
from enforcement.permissions import Permission
from enforcement.taxonomy.queries import for_duties


def add(
    session: Session,
    actor: Actor,
    unit_code: str,
    *,
    valid_from: date | None = None,
    area_code: str | None = None,
    geometry: Any = None,
    priority: int = 0,
    category: str | None = None,
    name: str | None = None,
    repair: bool = False,
) -> Responsibility:
    """Make a unit answer for an area (by code) or a drawn shape from a day on, by default today.

    geometry -- GeoJSON or WKT in degrees; it is drawn to the village borders near it and needs a
    name. Raises InvalidInputError naming the field, StepNotAllowedError where an equal duty holds.
    """
    permissions.check(actor, Permission.JURISDICTION_CHANGE)
    day = valid_from or clock.today(session)
    lock_county(session, actor.county_code)
    _check_day(session, day, "valid_from")
    unit = _unit(session, actor, unit_code, day)
    _check(session, actor, area_code, geometry, name, category)
    fitted = None
    if geometry is not None:
        edition = plan_queries.edition_on(session, actor.county_code, day)
        fitted = plan_shapes.fit(session, edition, geometry, "geometry", repair=repair)
    said: dict[str, Any] = {"area_code": area_code, "priority": priority, "category": category,
            "name": (name or "").strip() or None}  # fmt: skip
    wkb = bytes.fromhex(fitted.wkb) if fitted else None
    if duty_queries.has_twin(session, actor.county_code, day, wkb, unit_id=unit.id, **said):
        raise StepNotAllowedError(_("同样的责任已经有效，不必重复添加。"))
    duty = assign_responsibility(
        session,
        actor.county_code,
        unit.id,
        valid_from=day,
        shape=fitted.shape if fitted else None,
        by=actor.username,
        **said,
    )
    _told(session, actor, "duty:add", duty, unit=unit.code, valid_from=day.isoformat())
    return duty


def end(
    session: Session, actor: Actor, duty_id: uuid.UUID, on: date | None = None
) -> Responsibility:
    """End a duty: `on`, by default today, is the first day on which it no longer holds.

    On its first day, or before that day, it is called off and never holds. Raises NotFoundError,
    InvalidInputError (a day that is past), StepNotAllowedError (ended already).
    """
    permissions.check(actor, Permission.JURISDICTION_CHANGE)
    lock_county(session, actor.county_code)
    duty = duty_queries.get(session, actor.county_code, duty_id, lock=True)
    today = clock.today(session)
    day = on or today
    _check_day(session, day, "on")
    if duty.valid_to is not None and (duty.valid_to <= today or duty.valid_to == duty.valid_from):
        raise StepNotAllowedError(_("该责任已于%(day)s终止。", day=duty.valid_to))
    duty.valid_to, duty.ended_at = max(day, duty.valid_from), clock.now(session)
    session.flush()
    _told(session, actor, "duty:end", duty, valid_to=duty.valid_to.isoformat())
    return duty


def _check_day(session: Session, day: date, field: str) -> None:
    if day < clock.today(session):
        raise InvalidInputError(field, _("不能早于今天：以前的责任不可更改。"))


def _unit(session: Session, actor: Actor, code: str, day: date) -> UnitRef:
    units = plan_queries.units_on(session, actor.county_code, day)
    unit = next((one for one in units if one.code == code), None)
    if unit is None or not unit.live:
        raise InvalidInputError("unit", _("该日没有代码为%(code)s的执法单位。", code=code))
    return unit


def _check(
    session: Session,
    actor: Actor,
    area_code: str | None,
    geometry: Any,
    name: str | None,
    category: str | None,
) -> None:
    """Check what a duty is for; raises InvalidInputError naming the field."""
    if (area_code is None) == (geometry is None):
        raise InvalidInputError("area_code", _("须在区划代码与图形中选且只选一项。"))
    if geometry is not None and not (name or "").strip():
        raise InvalidInputError("name", _("自绘区域须有名称。"))
    if category is not None and category not in for_duties(session, actor.county_code):
        raise InvalidInputError("category", _("没有这个事件类别。"))
    if area_code is None:
        return
    known = select(Division.code).where(
        Division.county_code == actor.county_code, Division.code == area_code
    )
    if session.scalar(known) is None:
        raise InvalidInputError("area_code", _("本县没有代码为%(code)s的区划。", code=area_code))


def _told(session: Session, actor: Actor, act: str, duty: Responsibility, **detail: Any) -> None:
    audit.record(
        session, actor.county_code, act, "responsibility", str(duty.id),
        actor=actor, area=duty.area_code, name=duty.name, **detail,
    )  # fmt: skip
    session.flush()
