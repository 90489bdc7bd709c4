"""Merge a unit into another: seen first as a plan, then carried out exactly as seen.

What stands below the unit goes with it: into the target's unit of the same name and kind where
there is one, else opened anew below the target. Everybody in post goes on in the new unit from
that day, and accounts with them. Duties for areas are not moved; the plan lists them.
"""

from __future__ import annotations

import hashlib
import uuid
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from enforcement import permissions
from enforcement.actor import Actor
from enforcement.errors import InvalidInputError, StaleVersionError
from enforcement.i18n import _, label
from enforcement.law import organisation
from enforcement.law.terms import Role, UnitKind
from enforcement.people import moving, places, turns
from enforcement.people import unit_rules as rules
from enforcement.people.history import remember
from enforcement.people.models import Organ, Person, Post, Unit, UnitEntry
from enforcement.people.units import add_unit, log
from enforcement.permissions import Permission


@dataclass(frozen=True)
class Goes:
    """One unit of the plan: into which unit it goes, None where one is opened for it."""

    unit: Unit
    into: Unit | None


@dataclass(frozen=True)
class Plan:
    """What a merger would do on a day."""

    unit: Unit
    target: Unit
    on: date
    goes: tuple[Goes, ...]
    posts: tuple[tuple[Post, str], ...]  # with the person's name
    duties: tuple[Any, ...]

    @property
    def digest(self) -> str:
        """Return the name of exactly this plan."""
        seen = (
            self.unit.id, self.target.id, self.on, self.unit.version, self.target.version,
            [(one.unit.id, one.unit.version, one.into and one.into.id) for one in self.goes],
            [(post.id, post.unit_id, post.valid_to) for post, _name in self.posts],
        )  # fmt: skip
        return hashlib.sha256(repr(seen).encode()).hexdigest()


def plan_merger(
    session: Session, actor: Actor, unit_id: uuid.UUID, target_id: uuid.UUID, on: date
) -> Plan:
    """Return what merging a unit into another from a day on would do; nothing is changed.

    Raises NotFoundError, InvalidInputError where the two cannot be merged.
    """
    permissions.check(actor, Permission.PEOPLE_MANAGE)
    unit = rules.locked(session, actor.county_code, unit_id)
    target = rules.locked(session, actor.county_code, target_id)
    _check_pair(unit, target, on)
    units = _subtree(session, unit, on)
    goes = _goes(session, units, target)
    posts = _posts(session, units, on)
    made = Plan(
        unit, target, on, goes, posts,
        tuple(places.duties(session, unit.county_code, [one.id for one in units], on)),
    )  # fmt: skip
    _check_posts(made)
    _check_organ(session, made)
    return made


def merge_unit(
    session: Session,
    actor: Actor,
    unit_id: uuid.UUID,
    target_id: uuid.UUID,
    *,
    on: date,
    reason: str,
    decree: str | None = None,
    digest: str | None = None,
) -> Unit:
    """Merge a unit into another from a day on; return the target.

    digest -- of the plan that was seen; raises StaleVersionError where it is another by now.
    """
    permissions.check(actor, Permission.PEOPLE_MANAGE)
    turns.take(session, actor.county_code)
    rules.check_reason(reason)
    plan = plan_merger(session, actor, unit_id, target_id, on)
    if digest is not None and digest != plan.digest:
        raise StaleVersionError(_("机构或者人员在预览之后已被他人更改，请重新查看。"))
    into: dict[uuid.UUID, Unit] = {}
    for one in plan.goes:  # from the top, so that a unit's parent has its place before it
        into[one.unit.id] = one.into or _open(session, actor, plan, one.unit, into)
    moving.move_posts(session, actor, [post for post, _name in plan.posts], into, on)
    for one in plan.goes:
        _end(session, actor, plan, one.unit, into[one.unit.id], reason, decree)
    return plan.target


def _check_pair(unit: Unit, target: Unit, on: date) -> None:
    rules.check_end(unit, on)
    if target.code.startswith(unit.code):
        raise InvalidInputError("target", _("不能并入自己或者自己的下级机构。"))
    if not rules.exists_on(target, on) or target.valid_to is not None:
        raise InvalidInputError(
            "target", _("%(name)s在%(day)s不存在或者将被撤销。", name=target.name, day=on)
        )
    if not organisation.may_merge_into(UnitKind(unit.kind), UnitKind(target.kind)):
        raise InvalidInputError(
            "target", _("%(kind)s不能并入%(target)s。", kind=label(UnitKind(unit.kind)),
                        target=label(UnitKind(target.kind))),
        )  # fmt: skip


def _subtree(session: Session, unit: Unit, on: date) -> list[Unit]:
    """Return a unit and what stands below it on a day, from the top."""
    query = select(Unit).where(
        Unit.county_code == unit.county_code,
        Unit.code >= unit.code,
        Unit.code < unit.code + "~",
        or_(Unit.valid_to.is_(None), Unit.valid_to > on),
    )
    found = list(session.scalars(query.order_by(Unit.code).with_for_update()))
    late = [one.name for one in found if one.valid_from >= on or one.valid_to is not None]
    if late:
        raise InvalidInputError(
            "on", _("当日尚未设立或者另已定期撤销的下级机构：%(names)s。", names="、".join(late))
        )
    return found


def _goes(session: Session, units: list[Unit], target: Unit) -> tuple[Goes, ...]:
    """Find for each unit its twin of name and kind below what its parent goes into."""
    wanted = select(Unit).where(
        Unit.county_code == target.county_code,
        Unit.code > target.code,
        Unit.code < target.code + "~",
        Unit.valid_to.is_(None),
    )
    moved = {one.id for one in units}
    twins = {
        (one.parent_id, one.kind, one.name): one
        for one in session.scalars(wanted)
        if one.id not in moved
    }
    into: dict[uuid.UUID | None, Unit | None] = {units[0].id: target}
    for one in units[1:]:
        above = into[one.parent_id]
        into[one.id] = twins.get((above.id, one.kind, one.name)) if above else None
    return tuple(Goes(one, into[one.id]) for one in units)


def _posts(session: Session, units: list[Unit], on: date) -> tuple[tuple[Post, str], ...]:
    query = (
        select(Post, Person.name, Unit.code)
        .join(Person, and_(Person.county_code == Post.county_code, Person.id == Post.person_id))
        .join(Unit, and_(Unit.county_code == Post.county_code, Unit.id == Post.unit_id))
        .where(
            Post.county_code == units[0].county_code,
            Post.unit_id.in_([one.id for one in units]),
            or_(Post.valid_to.is_(None), Post.valid_to > on),
        )
        .order_by(Unit.code, Person.name, Post.id)
    )
    return tuple((row.Post, row.name) for row in session.execute(query))


def _check_posts(plan: Plan) -> None:
    """Refuse what the law's table of posts does not allow in the unit that takes them over."""
    into = {one.unit.id: one.into or one.unit for one in plan.goes}
    for post, name in plan.posts:
        unit, role = into[post.unit_id], Role(post.role)
        home = _home_after(plan, unit)
        wrong_home = role is Role.AUXILIARY and (post.village_code or "")[:9] != home
        if wrong_home or not organisation.may_hold(role, UnitKind(unit.kind)):
            raise InvalidInputError(
                "target", _("%(person)s（%(role)s）不能在%(unit)s任职，请先调整其任职。",
                            person=name, role=label(role), unit=unit.name),
            )  # fmt: skip
        if post.follows_id is not None and post.valid_from >= plan.on:
            raise InvalidInputError(
                "on", _("%(person)s因另一次合并的任职尚未开始，请在其开始之后再合并。", person=name)
            )


def _home_after(plan: Plan, unit: Unit) -> str | None:
    """Return the division a unit belongs to once it stands below the target."""
    goes_along = unit.home_code == plan.unit.home_code and unit.id != plan.target.id
    moved = any(one.unit.id == unit.id for one in plan.goes)
    return plan.target.home_code if goes_along and moved else unit.home_code


def _check_organ(session: Session, plan: Plan) -> None:
    key = plan.unit.county_code
    if session.get(Organ, (key, plan.unit.id)) and not session.get(Organ, (key, plan.target.id)):
        raise InvalidInputError(
            "target", _("%(name)s是执法主体，只能并入另一执法主体。", name=plan.unit.name)
        )


def _open(
    session: Session, actor: Actor, plan: Plan, unit: Unit, into: dict[uuid.UUID, Unit]
) -> Unit:
    """Open the unit that continues one below the target; it takes the credit code along."""
    parent = into[unit.parent_id] if unit.parent_id else plan.target
    made = add_unit(
        session, unit.county_code, rules.next_code(session, parent), unit.name,
        UnitKind(unit.kind), parent=parent, home_code=_home_after(plan, unit), valid_from=plan.on,
    )  # fmt: skip
    made.uscc, unit.uscc = unit.uscc, None
    session.flush()
    remember(session, UnitEntry, made, "open", actor, on=plan.on, name=made.name,
             continues=unit.code)  # fmt: skip
    return made


def _end(
    session: Session,
    actor: Actor,
    plan: Plan,
    unit: Unit,
    into: Unit,
    reason: str,
    decree: str | None,
) -> None:
    rules.end(session, unit, plan.on, reason, decree)
    unit.merged_into_id = into.id
    remember(session, UnitEntry, unit, "merge", actor, on=plan.on, into=into.code,
             name=into.name, reason=reason.strip(), decree=decree)  # fmt: skip
    remember(session, UnitEntry, into, "take_over", actor, on=plan.on, unit=unit.code,
             name=unit.name)  # fmt: skip
    log(session, actor, "unit:merge", unit, into=into.code, on=str(plan.on), reason=reason.strip())
