"""Acts of the morning: put things on a squad's list, take them off, in order, hold them there.

Each act is a list of steps, done all or none, and answers with the steps that undo it. Whoever
read an older version of a list that he changes is refused, and shown what it is now.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from enforcement import clock, history, once, permissions
from enforcement.actor import Actor
from enforcement.errors import InvalidInputError, StaleVersionError, StepNotAllowedError
from enforcement.i18n import _
from enforcement.ids import uuid7
from enforcement.incident.models import Incident
from enforcement.law.terms import PatrolState
from enforcement.patrol import services
from enforcement.patrol.beat_models import Beat
from enforcement.patrol.models import Patrol, PatrolEntry, PatrolStop
from enforcement.patrol.plan_models import PatrolWish
from enforcement.patrol.pool import INCIDENT_MIN, ref_of, split
from enforcement.people.models import Unit
from enforcement.permissions import Permission

OPEN = (PatrolState.DRAFT, PatrolState.PUBLISHED, PatrolState.STARTED)


@dataclass(frozen=True)
class Step:
    """One change: a thing goes to a squad's list (None: off all lists), or is held there.

    place -- how many stops come before it, None for the end; lock -- hold it, let it go, or None
    """

    ref: str
    squad: str | None = None
    place: int | None = None
    lock: bool | None = None

    def as_json(self) -> dict[str, Any]:
        """Return the step as it is sent."""
        return {"ref": self.ref, "squad": self.squad, "place": self.place, "lock": self.lock}


@dataclass
class Day:
    """The lists of a day while they are changed, locked; by patrol the stops in order."""

    day: date
    patrols: dict[uuid.UUID, Patrol]
    stops: dict[uuid.UUID, list[PatrolStop]]

    def find(self, ref: str) -> tuple[Patrol, PatrolStop, int] | None:
        """Return the list that a thing is on, its stop and its place."""
        for patrol_id, stops in self.stops.items():
            for place, stop in enumerate(stops):
                if ref_of(stop) == ref:
                    return self.patrols[patrol_id], stop, place
        return None

    def list_of(self, squad_code: str) -> Patrol | None:
        """Return the list of a squad that is changed: a draft before one under way."""
        own = [one for one in self.patrols.values() if one.squad_code == squad_code]
        return min(own, key=lambda one: (one.state != PatrolState.DRAFT, one.number), default=None)


def change(
    session: Session,
    actor: Actor,
    day: date,
    steps: Sequence[Step],
    *,
    versions: Mapping[str, int] | None = None,
    key: str | None = None,
) -> list[Step]:
    """Do steps and return those that undo them, the last one first.

    versions -- by squad code, what the actor saw (0: no list); those of touched lists must agree.
    Raises NotPermittedError, InvalidInputError, StepNotAllowedError, StaleVersionError.
    """
    permissions.check(actor, Permission.PATROL_ASSIGN)
    if day < clock.today(session):
        raise InvalidInputError("day", _("不能修改过去的排班。"))
    if once.claim(session, actor, key, "patrol:change", [day, *steps]) is not None:
        return []
    found = load(session, actor.county_code, day)
    _check_versions(session, actor, found, steps, versions)
    undo: list[Step] = []
    touched: dict[uuid.UUID, list[dict[str, Any]]] = {}
    for step in steps:
        back, lists = _do(session, actor, found, step)
        undo = [back, *undo]
        for patrol in lists:
            touched.setdefault(patrol.id, []).append(step.as_json())
    _keep(session, actor, found, touched)
    once.done(session, actor, key, next(iter(touched), uuid7()))
    return undo


def load(session: Session, county_code: str, day: date) -> Day:
    """Return the open lists of a day with their stops, locked in the order of their ids."""
    patrols = session.scalars(
        select(Patrol)
        .where(Patrol.county_code == county_code, Patrol.patrol_on == day, Patrol.state.in_(OPEN))
        .order_by(Patrol.id).with_for_update().execution_options(populate_existing=True)
    ).all()  # fmt: skip
    stops = session.scalars(
        select(PatrolStop)
        .where(PatrolStop.county_code == county_code,
               PatrolStop.patrol_id.in_([one.id for one in patrols]))
        .order_by(PatrolStop.patrol_id, PatrolStop.seq)
        .execution_options(populate_existing=True)
    )  # fmt: skip
    found = Day(day, {one.id: one for one in patrols}, {one.id: [] for one in patrols})
    for stop in stops:
        found.stops[stop.patrol_id].append(stop)
    return found


def _check_versions(
    session: Session,
    actor: Actor,
    found: Day,
    steps: Sequence[Step],
    versions: Mapping[str, int] | None,
) -> None:
    """Raise StaleVersionError where a list that is touched is not as the actor saw it."""
    if versions is None:
        return
    squads = {step.squad for step in steps if step.squad}
    squads |= {hit[0].squad_code for step in steps if (hit := found.find(step.ref))}
    for code in sorted(squads):
        patrol = found.list_of(code)
        now = patrol.version if patrol else 0
        if versions.get(code, 0) != now:
            raise StaleVersionError(
                _("%(who)s刚修改了该中队的清单，您的修改没有保存。下面是现在的清单。",
                  who=_last_by(session, patrol)),
                current={"squad": code, "version": now, "yours": [one.as_json() for one in steps]},
            )  # fmt: skip


def _last_by(session: Session, patrol: Patrol | None) -> str:
    if patrol is None:
        return _("他人")
    query = select(PatrolEntry.by_name).where(
        PatrolEntry.county_code == patrol.county_code, PatrolEntry.patrol_id == patrol.id
    )
    return session.scalars(query.order_by(PatrolEntry.seq.desc()).limit(1)).first() or _("他人")


def _do(session: Session, actor: Actor, found: Day, step: Step) -> tuple[Step, list[Patrol]]:
    """Do one step; return the one that undoes it and the lists that it changed."""
    hit = found.find(step.ref)
    if hit is not None and hit[1].visited_at is not None:
        raise StepNotAllowedError(_("已经到场的点位不能再调整。"))
    if step.lock is not None:
        if hit is None:
            raise InvalidInputError("ref", _("该点位不在清单上。"))
        back = Step(step.ref, lock=hit[1].locked)
        hit[1].locked = step.lock
        return back, [hit[0]]
    lists: list[Patrol] = []
    back = Step(step.ref)
    stop = None
    if hit is not None:
        patrol, stop, place = hit
        services.check_reach(actor, patrol.squad_code)
        found.stops[patrol.id].pop(place)
        lists.append(patrol)
        back = Step(step.ref, patrol.squad_code, place)
    if step.squad is None:
        if stop is not None:
            session.delete(stop)
            session.flush()
        return back, lists
    target = _target(session, actor, found, step.squad)
    stop = stop or _made(session, actor, target, step.ref)
    stop.patrol_id = target.id
    own = found.stops[target.id]
    least = sum(one.visited_at is not None for one in own)
    place = len(own) if step.place is None else min(max(step.place, least), len(own))
    own.insert(place, stop)
    return back, [*lists, *([] if target in lists else [target])]


def _target(session: Session, actor: Actor, found: Day, squad_code: str) -> Patrol:
    """Return the list of a squad, made as a draft where it has none that day."""
    services.check_reach(actor, squad_code)
    patrol = found.list_of(squad_code)
    if patrol is None:
        query = select(Unit).where(Unit.county_code == actor.county_code, Unit.code == squad_code)
        unit = session.scalars(query).first()
        squad = services.squad_of(session, actor, unit.id if unit else uuid7())
        patrol = services.open_patrol(session, actor, squad, found.day, "", PatrolState.DRAFT)
        found.patrols[patrol.id], found.stops[patrol.id] = patrol, []
    return patrol


def _made(session: Session, actor: Actor, patrol: Patrol, ref: str) -> PatrolStop:
    """Return a new stop for a thing; raises InvalidInputError where there is no such thing."""
    column, thing_id = split(ref)
    table: Any = {"incident_id": Incident, "beat_id": Beat, "wish_id": PatrolWish}[column]
    row = session.get(table, (actor.county_code, thing_id))
    if row is None:
        raise InvalidInputError("ref", _("没有这个点位：%(ref)s", ref=ref))
    minutes = {"incident_id": INCIDENT_MIN}.get(column) or getattr(row, "dwell_min", None)
    stop = PatrolStop(
        county_code=actor.county_code, id=uuid7(), patrol_id=patrol.id, seq=0,
        patrol_on=patrol.patrol_on, village_code=row.village_code, lon=row.lon, lat=row.lat,
        service_min=minutes if minutes is not None else row.service_min, why={}, locked=False,
        required=column == "wish_id" and row.due_on <= patrol.patrol_on, off_list=False,
        **{column: thing_id},
    )  # fmt: skip
    session.add(stop)
    return stop


def _keep(
    session: Session, actor: Actor, found: Day, touched: Mapping[uuid.UUID, list[dict[str, Any]]]
) -> None:
    """Write down the order of changed lists and their histories; refuse a clash of two lists."""
    for patrol_id in touched:
        for seq, stop in enumerate(found.stops[patrol_id], start=1):
            stop.seq = seq
    try:
        with session.no_autoflush:
            session.flush()
    except IntegrityError as error:
        raise StepNotAllowedError(_("该点位当天已在另一份清单上。")) from error
    now = clock.now(session)
    for patrol_id, steps in touched.items():
        patrol = found.patrols[patrol_id]
        patrol.version += 1
        history.append(session, PatrolEntry.patrol_id, patrol, "change", actor, now,
                       {"steps": steps})  # fmt: skip
