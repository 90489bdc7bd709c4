"""Who is nearest to an incident by travel time, and what speaks for and against each.

Travel is along the roads that are loaded, else the straight line times a factor; each says which.
Only people on duty with a fresh position are asked. Whether somebody must stand back (回避) is not
known here: he says so himself before he acts.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

import numpy as np
from sqlalchemy.orm import Session

from enforcement import clock, permissions
from enforcement.actor import Actor
from enforcement.errors import InvalidInputError
from enforcement.i18n import _
from enforcement.incident import queries as incidents
from enforcement.incident.models import Incident
from enforcement.law.terms import Role, UnitKind
from enforcement.live.nearest_sql import NEAREST
from enforcement.patrol import road_queries as roads
from enforcement.permissions import Permission
from enforcement.planner import travel
from enforcement.planner.roads import matrix
from enforcement.positions.looking import log_look
from enforcement.roster.terms import ONE_TURN
from enforcement.settings import queries as settings
from enforcement.wall import whole

LOOKED_AT: Final = 24
"""So many are nearest by straight line; the roads decide among them."""
SHOWN: Final = 10
FORWARDED: Final = (Role.AUXILIARY, Role.TOWNSHIP_LEADER, Role.SQUAD_LEADER, Role.DISPATCHER)
"""To whom one by one an incident is forwarded; others are sent with their squad."""


@dataclass(frozen=True)
class Candidate:
    """Somebody on duty near an incident.

    travel_s -- seconds on the way; by_road -- along loaded roads, else straight times a factor
    metres -- straight; age_s -- of his position; rest_h -- hours between his last shift and this
    one, None without one in a week; tasks -- incidents in his hands; stops -- left on his squad's
    lists of today; send -- how he is sent: assign (his squad), forward (himself) or None
    """

    person_id: uuid.UUID
    name: str
    unit_code: str | None
    unit: str | None
    role: Role | None
    travel_s: int
    by_road: bool
    metres: float
    age_s: float
    accuracy_m: float | None
    mock: bool
    by_shift: bool
    until: datetime | None
    on_duty_h: float
    rest_h: float | None
    rest_short: bool
    certified_to: Any
    fields: str | None
    tasks: int
    stops: int
    send: str | None

    @property
    def minutes(self) -> int:
        """Minutes on the way, at least one."""
        return max(1, round(self.travel_s / 60))

    @property
    def doubts(self) -> list[str]:
        """What speaks against sending him, in words."""
        found = []
        if self.certified_to is None:
            found.append(_("没有有效的执法证"))
        if self.rest_short:
            found.append(_("两班之间休息不足"))
        if self.tasks:
            found.append(_("手上有%(n)d件事件", n=self.tasks))
        if self.mock:
            found.append(_("手机说位置是模拟的"))
        return found


def find(session: Session, actor: Actor, incident_id: uuid.UUID) -> list[Candidate]:
    """Return those nearest to an incident, the fastest first; looking is logged.

    Raises NotPermittedError, NotFoundError, InvalidInputError where it has no place.
    """
    permissions.check(actor, Permission.INCIDENT_DISPATCH)
    incident = incidents.get(session, actor, incident_id)
    found = around(session, incident)
    log_look(session, actor, "nearest", incident=incident.number, count=len(found))
    return found


def around(session: Session, incident: Incident, most: int = SHOWN) -> list[Candidate]:
    """Return those nearest to an incident, for whoever may see it; nothing is logged."""
    if incident.lon is None or incident.lat is None:
        raise InvalidInputError("lon", _("该事件没有坐标，不能按距离查找。"))
    values = {
        "county": incident.county_code, "lon": incident.lon, "lat": incident.lat,
        "incident": incident.id, "on": clock.today(session), "most": LOOKED_AT,
    }  # fmt: skip
    with whole(session):  # their tasks are counted wherever they lie
        rows = session.execute(NEAREST, values).all()
    if not rows:
        return []
    seconds, by_road = _travel(session, incident, rows)
    rest = timedelta(hours=settings.value(session, incident.county_code, "roster_rest_hours"))
    now = clock.now(session)
    found = [_candidate(row, int(seconds[n]), bool(by_road[n]), now, rest)
             for n, row in enumerate(rows)]  # fmt: skip
    return sorted(found, key=lambda one: (one.travel_s, str(one.person_id)))[:most]


def _travel(session: Session, incident: Incident, rows: Sequence[Any]) -> tuple[Any, Any]:
    """Return the seconds of each to the incident, and whether they are by road."""
    assert incident.lon is not None and incident.lat is not None  # noqa: S101, PT018 -- asked before
    points = np.array([(row.lon, row.lat) for row in rows] + [(incident.lon, incident.lat)])
    flat = travel.flat(points)
    default = travel.straight(flat)[:-1, -1]
    if roads.in_use(session, incident.county_code) is None:
        return default, np.zeros(len(rows), dtype=bool)
    graph, number_of = roads.graph(session, incident.county_code)
    places = [(str(n), float(lon), float(lat)) for n, (lon, lat) in enumerate(points)]
    joined, _off_m = roads.joined(session, incident.county_code, places, number_of)
    by_road = matrix(graph, joined)[:-1, -1]
    fields = travel.straight(flat, factor=1.0, speed_kmh=roads.FIELD_KMH)[:-1, -1]
    known = by_road >= 0
    return travel.over(default, np.where(known, np.minimum(by_road, fields), by_road)), known


def _candidate(row: Any, seconds: int, by_road: bool, now: datetime, rest: timedelta) -> Candidate:
    gap = None if row.rested_from is None else row.since - row.rested_from
    on_duty = now - row.since
    role = Role(row.role) if row.role else None
    send = "forward" if role in FORWARDED else None
    return Candidate(
        row.person_id, row.name, row.unit_code, row.unit, role, seconds, by_road, row.metres,
        float(row.age_s), row.accuracy_m, bool(row.mock), row.by == "shift", row.until,
        on_duty.total_seconds() / 3600, None if gap is None else gap.total_seconds() / 3600,
        gap is not None and gap < rest and gap + on_duty > ONE_TURN, row.certified_to, row.fields,
        row.tasks, row.stops, "assign" if row.unit_kind == UnitKind.SQUAD else send,
    )  # fmt: skip


def as_json(one: Candidate) -> dict[str, Any]:
    """Return a candidate for programs; no coordinates: who dispatches needs none."""
    return {
        "person_id": str(one.person_id), "name": one.name, "unit_code": one.unit_code,
        "unit": one.unit, "travel_s": one.travel_s, "by": "road" if one.by_road else "straight",
        "metres": round(one.metres), "age_s": round(one.age_s),
        "duty": "shift" if one.by_shift else "said",
        "until": one.until.isoformat() if one.until else None,
        "on_duty_h": round(one.on_duty_h, 1),
        "rest_h": None if one.rest_h is None else round(one.rest_h, 1),
        "rest_short": one.rest_short,
        "certified_to": one.certified_to.isoformat() if one.certified_to else None,
        "certificate_fields": one.fields, "tasks": one.tasks, "stops": one.stops,
        "recusal": "unknown", "send": one.send,
    }  # fmt: skip
