"""Reads: beats that a person may see, which of them are due, shapes for a map."""

from __future__ import annotations

import json
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session

from enforcement import clock, scope
from enforcement.actor import Actor
from enforcement.errors import NotFoundError
from enforcement.i18n import _
from enforcement.patrol.beat_models import Beat, BeatEntry
from enforcement.patrol.terms import BeatKind, BeatState, Per
from enforcement.people.models import Unit

PAGE: Final = 50
MOST: Final = 2000
SPAN_DAYS: Final = {Per.DAY: 1, Per.WEEK: 7, Per.MONTH: 30}


@dataclass(frozen=True)
class Row:
    """A beat, the name of its unit, and whether it has not been visited for its whole span."""

    beat: Beat
    unit_name: str
    overdue: bool


def visible(actor: Actor) -> ColumnElement[bool]:
    """Return which beats the actor sees: his unit's and those below it, or of his area."""
    return scope.rows(actor, Beat, units=(Beat.unit_code,), areas=(Beat.village_code,))


def get(session: Session, actor: Actor, beat_id: uuid.UUID, *, lock: bool = False) -> Beat:
    """Return a beat the actor may see; raises NotFoundError."""
    query = select(Beat).where(visible(actor), Beat.id == beat_id)
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    found = session.scalars(query).first()
    if found is None:
        raise NotFoundError(_("没有找到该巡查点位，或者您无权查看。"))
    return found


def find_tag(session: Session, actor: Actor, tag: str) -> Beat:
    """Return the checkpoint whose code was scanned; raises NotFoundError."""
    found = session.scalars(select(Beat).where(visible(actor), Beat.tag == tag)).first()
    if found is None:
        raise NotFoundError(_("没有这个巡查码，可能已经换码，请告诉管理人员。"))
    return found


def list_page(
    session: Session,
    actor: Actor,
    *,
    kind: BeatKind | None = None,
    only_overdue: bool = False,
    retired: bool = False,
    after: tuple[str, uuid.UUID] | None = None,
    limit: int = PAGE,
) -> list[Row]:
    """Return a page of beats by unit and id, those after a cursor (unit code, id)."""
    late = overdue()
    query = (
        select(Beat, Unit.name, late)
        .outerjoin(Unit, and_(Unit.county_code == Beat.county_code, Unit.code == Beat.unit_code))
        .where(visible(actor), Beat.state == (BeatState.RETIRED if retired else BeatState.ACTIVE))
        .order_by(Beat.unit_code, Beat.id)
        .limit(limit)
    )
    if kind is not None:
        query = query.where(Beat.kind == kind)
    if only_overdue:
        query = query.where(late)
    if after is not None:
        code, beat_id = after
        later = and_(Beat.unit_code == code, Beat.id > beat_id)
        query = query.where(or_(Beat.unit_code > code, later))
    return [Row(beat, name or "", bool(due)) for beat, name, due in session.execute(query)]


def overdue() -> ColumnElement[bool]:
    """Return the condition that a beat was not visited for the whole span it is counted in."""
    since = func.coalesce(Beat.last_visited_at, Beat.made_at)
    spans = [
        and_(Beat.per == per, since < func.app_now() - timedelta(days=days))
        for per, days in SPAN_DAYS.items()
    ]
    return and_(Beat.times > 0, Beat.state == BeatState.ACTIVE, or_(*spans))


def shapes(session: Session, actor: Actor) -> dict[str, Any]:
    """Return the beats in use as a FeatureCollection, at most 2,000."""
    query = (
        select(
            Beat.id, Beat.kind, Beat.name, Beat.place_kind, Beat.unit_code, Beat.radius_m,
            overdue().label("late"), func.ST_AsGeoJSON(Beat.geom, 6).label("shape"),
        )
        .where(visible(actor), Beat.state == BeatState.ACTIVE)
        .order_by(Beat.unit_code, Beat.id)
        .limit(MOST)
    )  # fmt: skip
    return {
        "type": "FeatureCollection",
        "features": [
            {
                "type": "Feature", "id": str(row.id), "geometry": json.loads(row.shape),
                "properties": {"kind": row.kind, "name": row.name, "unit": row.unit_code,
                               "radius_m": row.radius_m, "late": bool(row.late)},
            }
            for row in session.execute(query)
        ],
    }  # fmt: skip


def shape_of(session: Session, beat: Beat) -> str:
    """Return a beat's shape as GeoJSON text."""
    query = select(func.ST_AsGeoJSON(Beat.geom, 7)).where(
        Beat.county_code == beat.county_code, Beat.id == beat.id
    )
    return str(session.scalar(query))


def history(session: Session, beat: Beat) -> list[BeatEntry]:
    """Return the acts upon a beat, the first one first."""
    query = select(BeatEntry).where(
        BeatEntry.county_code == beat.county_code, BeatEntry.beat_id == beat.id
    )
    return list(session.scalars(query.order_by(BeatEntry.seq)))


def points_of(session: Session, actor: Actor, ids: Sequence[uuid.UUID] | None) -> list[Beat]:
    """Return checkpoints in use for a sheet of codes: those named, or all; at most 500."""
    query = (
        select(Beat)
        .where(visible(actor), Beat.kind == BeatKind.POINT, Beat.state == BeatState.ACTIVE)
        .order_by(Beat.unit_code, Beat.name, Beat.id)
        .limit(500)
    )
    if ids is not None:
        query = query.where(Beat.id.in_(ids))
    return list(session.scalars(query))


def due_on(session: Session, county_code: str, day: date, unit_code: str) -> list[Beat]:
    """Return a unit's beats whose next visit is due by a day, the longest unvisited first.

    A beat asked for n times within its span is due again after the span divided by n.
    """
    start = clock.midnight(day)
    since = func.coalesce(Beat.last_visited_at, Beat.made_at - timedelta(days=365))
    spans = [
        and_(Beat.per == per, start - since >= func.make_interval(0, 0, 0, days) / Beat.times)
        for per, days in SPAN_DAYS.items()
    ]
    query = select(Beat).where(
        Beat.county_code == county_code, Beat.state == BeatState.ACTIVE, Beat.times > 0,
        Beat.unit_code >= unit_code, Beat.unit_code < unit_code + "~", or_(*spans),
    )  # fmt: skip
    return list(session.scalars(query.order_by(since, Beat.id).limit(MOST)))
