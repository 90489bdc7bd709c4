"""Acts upon templates: a squad's patrol that comes back; and the lists of a day made from them."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, delete, func, select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from enforcement import audit, clock, once, permissions, scope
from enforcement.actor import Actor
from enforcement.errors import InvalidInputError, NotFoundError, StaleVersionError
from enforcement.i18n import _
from enforcement.ids import uuid7
from enforcement.incident import outside
from enforcement.law.terms import PatrolState
from enforcement.patrol import beat_queries, services
from enforcement.patrol.beat_models import Beat
from enforcement.patrol.models import Patrol, PatrolStop
from enforcement.patrol.plan_models import PatrolTemplate, TemplateStop
from enforcement.patrol.terms import BeatState
from enforcement.people.models import Unit
from enforcement.permissions import Permission


@dataclass(frozen=True)
class Described:
    """What a person says of a template; beats -- in order, each with its minute or None."""

    name: str
    squad_id: uuid.UUID
    weekdays: tuple[int, ...]
    starts_on: date
    beats: tuple[tuple[uuid.UUID, int | None], ...]
    every_weeks: int = 1
    ends_on: date | None = None
    from_minute: int = 510
    to_minute: int = 1020
    break_from: int | None = 690
    break_to: int | None = 780
    instructions: str = ""


@dataclass
class Made:
    """What making a day gave: the new lists, and beats that were on another list already."""

    patrols: list[Patrol] = field(default_factory=list)
    elsewhere: list[str] = field(default_factory=list)


def visible(actor: Actor) -> ColumnElement[bool]:
    """Return which templates the actor sees."""
    return scope.rows(actor, PatrolTemplate, units=(PatrolTemplate.squad_code,))


def list_all(session: Session, actor: Actor) -> list[tuple[PatrolTemplate, str, int]]:
    """Return templates with their squad's name and how many beats they have."""
    count = (
        select(func.count())
        .select_from(TemplateStop)
        .where(TemplateStop.county_code == PatrolTemplate.county_code,
               TemplateStop.template_id == PatrolTemplate.id)
        .scalar_subquery()
    )  # fmt: skip
    query = (
        select(PatrolTemplate, Unit.name, count)
        .join(Unit, (Unit.county_code == PatrolTemplate.county_code)
              & (Unit.id == PatrolTemplate.squad_id))
        .where(visible(actor))
        .order_by(PatrolTemplate.state, PatrolTemplate.squad_code, PatrolTemplate.id)
        .limit(500)
    )  # fmt: skip
    return [(row[0], row[1], row[2]) for row in session.execute(query)]


def get(
    session: Session, actor: Actor, template_id: uuid.UUID, *, lock: bool = False
) -> PatrolTemplate:
    """Return a template the actor may see; raises NotFoundError."""
    query = select(PatrolTemplate).where(visible(actor), PatrolTemplate.id == template_id)
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    found = session.scalars(query).first()
    if found is None:
        raise NotFoundError(_("没有这个周期计划。"))
    return found


def stops_of(session: Session, template: PatrolTemplate) -> list[tuple[TemplateStop, Beat]]:
    """Return the beats of a template in order."""
    query = (
        select(TemplateStop, Beat)
        .join(Beat, (Beat.county_code == TemplateStop.county_code)
              & (Beat.id == TemplateStop.beat_id))
        .where(TemplateStop.county_code == template.county_code,
               TemplateStop.template_id == template.id)
        .order_by(TemplateStop.seq)
    )  # fmt: skip
    return [(row[0], row[1]) for row in session.execute(query)]


def add(
    session: Session, actor: Actor, said: Described, *, key: str | None = None
) -> PatrolTemplate:
    """Keep a new template; raises InvalidInputError that names the field."""
    permissions.check(actor, Permission.PATROL_ASSIGN)
    earlier = once.claim(session, actor, key, "patrol:template", repr(said))
    if earlier is not None:
        return get(session, actor, earlier)
    row = PatrolTemplate(
        county_code=actor.county_code, id=uuid7(), state=BeatState.ACTIVE, version=1,
        made_by=actor.account_id, made_at=clock.now(session), **_columns(session, actor, said),
    )  # fmt: skip
    session.add(row)
    session.flush()
    _put(session, actor, row, said)
    once.done(session, actor, key, row.id)
    _record(session, actor, row, "add")
    return row


def edit(
    session: Session, actor: Actor, template_id: uuid.UUID, said: Described, *, version: int | None
) -> PatrolTemplate:
    """Change a template; lists that were made stay as they are."""
    row = _locked(session, actor, template_id, version)
    for name, value in _columns(session, actor, said).items():
        setattr(row, name, value)
    session.execute(
        delete(TemplateStop).where(
            TemplateStop.county_code == row.county_code, TemplateStop.template_id == row.id
        )
    )
    _put(session, actor, row, said)
    row.version += 1
    _record(session, actor, row, "edit")
    return row


def set_state(
    session: Session, actor: Actor, template_id: uuid.UUID, state: BeatState, *, version: int | None
) -> PatrolTemplate:
    """Retire a template or put it to use again."""
    row = _locked(session, actor, template_id, version)
    row.state, row.version = state, row.version + 1
    _record(session, actor, row, str(state))
    return row


def _locked(
    session: Session, actor: Actor, template_id: uuid.UUID, version: int | None
) -> PatrolTemplate:
    permissions.check(actor, Permission.PATROL_ASSIGN)
    row = get(session, actor, template_id, lock=True)
    services.check_reach(actor, row.squad_code)
    if version is not None and version != row.version:
        message = _("该周期计划刚被他人修改，请刷新后再操作。")
        raise StaleVersionError(message, current={"version": row.version})
    return row


def _columns(session: Session, actor: Actor, said: Described) -> dict[str, Any]:
    squad = services.squad_of(session, actor, said.squad_id)
    if not said.weekdays or not all(1 <= one <= 7 for one in said.weekdays):
        raise InvalidInputError("weekdays", _("请至少选一天。"))
    if not 1 <= said.every_weeks <= 8:
        raise InvalidInputError("every_weeks", _("应当在%(low)d与%(high)d之间。", low=1, high=8))
    if said.ends_on is not None and said.ends_on < said.starts_on:
        raise InvalidInputError("ends_on", _("结束日期不能早于开始日期。"))
    _check_shift(said)
    return {
        "name": outside.words(said.name, "name", 60, required=True), "squad_id": squad.id,
        "squad_code": squad.code, "weekdays": sorted(set(said.weekdays)),
        "every_weeks": said.every_weeks, "starts_on": said.starts_on, "ends_on": said.ends_on,
        "from_minute": said.from_minute, "to_minute": said.to_minute,
        "break_from": said.break_from, "break_to": said.break_to,
        "instructions": outside.words(said.instructions, "instructions", 2000) or "",
    }  # fmt: skip


def _check_shift(said: Described) -> None:
    if not 0 <= said.from_minute < said.to_minute <= 1440:
        raise InvalidInputError("to_minute", _("结束时间应当晚于开始时间。"))
    if (said.break_from is None) != (said.break_to is None):
        raise InvalidInputError("break_to", _("休息时间的起止必须同时填写。"))
    if said.break_from is not None and said.break_to is not None:
        inside = said.from_minute <= said.break_from < said.break_to <= said.to_minute
        if not inside:
            raise InvalidInputError("break_to", _("休息时间应当在班次以内。"))


def _put(session: Session, actor: Actor, row: PatrolTemplate, said: Described) -> None:
    """Keep the beats of a template; raises InvalidInputError for unknown or doubled ones."""
    ids = [beat_id for beat_id, _minute in said.beats]
    known = set(
        session.scalars(
            select(Beat.id).where(beat_queries.visible(actor), Beat.id.in_(ids),
                                  Beat.state == BeatState.ACTIVE)
        )
    )  # fmt: skip
    if not ids or len(set(ids)) != len(ids) or known != set(ids):
        raise InvalidInputError("beats", _("请选择点位，每个只选一次，停用的不能选。"))
    session.add_all(
        TemplateStop(county_code=row.county_code, id=uuid7(), template_id=row.id, seq=n,
                     beat_id=beat_id, planned_minute=minute)
        for n, (beat_id, minute) in enumerate(said.beats, start=1)
    )  # fmt: skip
    session.flush()


def _record(session: Session, actor: Actor, row: PatrolTemplate, act: str) -> None:
    audit.record(session, row.county_code, f"patrol_template:{act}", "patrol_template",
                 str(row.id), actor=actor, name=row.name, version=row.version)  # fmt: skip


def falls_on(row: PatrolTemplate, day: date) -> bool:
    """Tell whether a template's patrol is to be walked on a day."""
    if row.state != BeatState.ACTIVE or day < row.starts_on:
        return False
    if (row.ends_on is not None and day > row.ends_on) or day.isoweekday() not in row.weekdays:
        return False
    first = row.starts_on - timedelta(days=row.starts_on.isoweekday() - 1)
    return (day - first).days // 7 % row.every_weeks == 0


def make_day(session: Session, actor: Actor, day: date) -> Made:
    """Make the drafts of a day from the templates below the actor's unit; made ones stay.

    A beat that is on another list of the day already is left out and named.
    """
    permissions.check(actor, Permission.PATROL_ASSIGN)
    if day < clock.today(session):
        raise InvalidInputError("day", _("不能修改过去的排班。"))
    made = Made()
    rows = session.scalars(
        select(PatrolTemplate)
        .where(visible(actor), PatrolTemplate.squad_code >= actor.unit_code,
               PatrolTemplate.squad_code < actor.unit_code + "~")
        .order_by(PatrolTemplate.squad_code, PatrolTemplate.id)
    )  # fmt: skip
    for row in [one for one in rows if falls_on(one, day)]:
        if not _exists(session, row, day):
            _make(session, actor, row, day, made)
    return made


def _exists(session: Session, row: PatrolTemplate, day: date) -> bool:
    query = select(Patrol.id).where(
        Patrol.county_code == row.county_code, Patrol.template_id == row.id,
        Patrol.patrol_on == day,
    )  # fmt: skip
    return session.scalar(query) is not None


def _make(session: Session, actor: Actor, row: PatrolTemplate, day: date, made: Made) -> None:
    squad = session.get_one(Unit, (row.county_code, row.squad_id))
    if squad.valid_to is not None and squad.valid_to <= day:
        return
    patrol = services.open_patrol(
        session, actor, squad, day, row.instructions, PatrolState.DRAFT, template_id=row.id,
        from_minute=row.from_minute, to_minute=row.to_minute, break_from=row.break_from,
        break_to=row.break_to,
    )  # fmt: skip
    made.patrols.append(patrol)
    made.elsewhere += _fill(session, patrol, stops_of(session, row))


def _fill(
    session: Session, patrol: Patrol, stops: Sequence[tuple[TemplateStop, Beat]]
) -> list[str]:
    """Put beats on a new list; return the names of those that are on another one that day."""
    midnight = clock.midnight(patrol.patrol_on)
    rows: list[dict[str, Any]] = [
        {"county_code": patrol.county_code, "id": uuid7(), "patrol_id": patrol.id,
         "patrol_on": patrol.patrol_on, "seq": stop.seq, "beat_id": beat.id, "lon": beat.lon,
         "lat": beat.lat, "village_code": beat.village_code, "service_min": beat.dwell_min,
         "required": True, "why": {"template": True, "unit": beat.unit_code},
         "planned_at": None if stop.planned_minute is None
         else midnight + timedelta(minutes=stop.planned_minute)}
        for stop, beat in stops if beat.state == BeatState.ACTIVE
    ]  # fmt: skip
    if not rows:
        return []
    put = (
        insert(PatrolStop)
        .values(rows)
        .on_conflict_do_nothing(
            index_elements=["county_code", "patrol_on", "beat_id"],
            index_where=text("not off_list"),
        )
        .returning(PatrolStop.beat_id)
    )
    taken = set(session.scalars(put))
    return [beat.name for _stop, beat in stops if beat.id not in taken]
