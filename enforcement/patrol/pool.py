"""Reads: what could be visited on a day and is on no list yet: beats, incidents, follow-ups."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

from sqlalchemy import ColumnElement, and_, exists, func, select
from sqlalchemy.orm import Session

from enforcement import clock
from enforcement.errors import InvalidInputError
from enforcement.i18n import _, label
from enforcement.incident.models import Incident
from enforcement.law.terms import IncidentState
from enforcement.patrol import beat_queries
from enforcement.patrol.beat_models import Beat
from enforcement.patrol.models import PatrolStop
from enforcement.patrol.plan_models import PatrolWish
from enforcement.patrol.terms import Per, WishKind, WishState

COLUMNS: Final = {"incident": "incident_id", "beat": "beat_id", "wish": "wish_id"}
WAITING: Final = (IncidentState.OPENED, IncidentState.DISPATCHED, IncidentState.HANDLING)
MOST: Final = 1000
INCIDENT_MIN: Final = 30
# fmt: off
WORTH_MIN: Final = {  # minutes of travel that leaving one out costs; due today or late: required
    "incident": 90,
    "beat": 40,
    WishKind.MEASURE: 120, WishKind.RECHECK: 90, WishKind.CASE: 90, WishKind.PAYMENT: 60,
    WishKind.AGAIN: 60,
}
# fmt: on
OVERDUE_MOST: Final = 3.0
"""A beat not visited for its span several times over counts so many times as much, no more."""


@dataclass(frozen=True)
class Item:
    """Something that could be visited; ref -- "beat:ID", "incident:ID" or "wish:ID".

    from_minute, to_minute -- of the day, when the visit may begin; value_s -- seconds of travel
    that leaving it out costs; required -- its day has come; due_on -- the last day
    """

    ref: str
    name: str
    lon: float
    lat: float
    unit_code: str
    village_code: str | None
    service_min: int
    value_s: int
    required: bool = False
    due_on: date | None = None
    from_minute: int = 0
    to_minute: int = 1440
    note: str = ""

    @property
    def kind(self) -> str:
        """Return the kind of thing: beat, incident or wish."""
        return self.ref.partition(":")[0]


def split(ref: str) -> tuple[str, uuid.UUID]:
    """Return the column of a stop that a ref fills, and the id; raises InvalidInputError."""
    kind, _colon, named = ref.partition(":")
    try:
        return COLUMNS[kind], uuid.UUID(named)
    except (KeyError, ValueError):
        raise InvalidInputError("ref", _("没有这个点位：%(ref)s", ref=ref[:60])) from None


def ref_of(stop: PatrolStop) -> str:
    """Return the ref of a stop; "village:CODE" of one that is a village as a whole."""
    for kind, column in COLUMNS.items():
        value = getattr(stop, column)
        if value is not None:
            return f"{kind}:{value}"
    return f"village:{stop.village_code}"


def pool(session: Session, county_code: str, day: date, unit_code: str) -> list[Item]:
    """Return what could be visited for a unit on a day, the required things first."""
    found = [
        *_wishes(session, county_code, day, unit_code),
        *_incidents(session, county_code, day, unit_code),
        *_beats(session, county_code, day, unit_code),
    ]
    return sorted(found, key=lambda one: (not one.required, -one.value_s, one.ref))[:MOST]


def _below(column: Any, unit_code: str) -> ColumnElement[bool]:
    return and_(column >= unit_code, column < unit_code + "~")


def _free(table: Any, column: Any, day: date) -> ColumnElement[bool]:
    """Return the condition that a row is on no list of the day."""
    return ~exists().where(
        PatrolStop.county_code == table.county_code, column == table.id,
        PatrolStop.patrol_on == day, PatrolStop.off_list.is_(False),
    )  # fmt: skip


def _wishes(session: Session, county_code: str, day: date, unit_code: str) -> list[Item]:
    query = select(PatrolWish).where(
        PatrolWish.county_code == county_code, PatrolWish.state == WishState.OPEN,
        PatrolWish.from_on <= day, PatrolWish.lon.is_not(None), PatrolWish.lat.is_not(None),
        _below(PatrolWish.unit_code, unit_code), _free(PatrolWish, PatrolStop.wish_id, day),
    )  # fmt: skip
    return [_of_wish(one, day) for one in session.scalars(query.limit(MOST))]


def _of_wish(one: PatrolWish, day: date) -> Item:
    kind = WishKind(one.kind)
    note = " ".join(filter(None, (label(kind), one.article)))
    return Item(
        f"wish:{one.id}", one.title, one.lon or 0, one.lat or 0, one.unit_code, one.village_code,
        one.service_min, WORTH_MIN[kind] * 60, one.due_on <= day, one.due_on, note=note,
    )  # fmt: skip


def _incidents(session: Session, county_code: str, day: date, unit_code: str) -> list[Item]:
    unit = func.coalesce(Incident.handler_unit_code, Incident.responsible_unit_code)
    query = select(Incident, unit).where(
        Incident.county_code == county_code, Incident.state.in_(WAITING), _below(unit, unit_code),
        Incident.lon.is_not(None), Incident.lat.is_not(None),
        _free(Incident, PatrolStop.incident_id, day),
    )  # fmt: skip
    end = clock.midnight(day + timedelta(days=1))
    rows = session.execute(query.order_by(Incident.received_at).limit(MOST))
    return [_of_incident(one, code, end) for one, code in rows]


def _of_incident(one: Incident, unit_code: str, end: datetime) -> Item:
    due = one.stage_due_at
    return Item(
        f"incident:{one.id}", one.number, one.lon or 0, one.lat or 0, unit_code, one.village_code,
        INCIDENT_MIN, WORTH_MIN["incident"] * 60,
        due is not None and due < end and one.state != IncidentState.OPENED,
        due.astimezone(clock.ZONE).date() if due else None, note=one.description[:60],
    )  # fmt: skip


def _beats(session: Session, county_code: str, day: date, unit_code: str) -> list[Item]:
    start = clock.midnight(day)
    due = beat_queries.due_on(session, county_code, day, unit_code)
    on_list = set(
        session.scalars(
            select(PatrolStop.beat_id).where(
                PatrolStop.county_code == county_code, PatrolStop.patrol_on == day,
                PatrolStop.beat_id.is_not(None), PatrolStop.off_list.is_(False),
            )
        )
    )  # fmt: skip
    return [_of_beat(one, start) for one in due if one.id not in on_list]


def _of_beat(one: Beat, start: datetime) -> Item:
    span_days = beat_queries.SPAN_DAYS[Per(one.per)] / one.times
    since = one.last_visited_at
    spans = OVERDUE_MOST if since is None else (start - since).total_seconds() / 86400 / span_days
    value_s = round(WORTH_MIN["beat"] * 60 * min(OVERDUE_MOST, max(1.0, spans)))
    return Item(
        f"beat:{one.id}", one.name, one.lon, one.lat, one.unit_code, one.village_code,
        one.dwell_min, value_s, from_minute=one.from_minute, to_minute=one.to_minute,
        note=_("最近到访%(day)s", day=since.astimezone(clock.ZONE).date() if since else "—"),
    )  # fmt: skip
