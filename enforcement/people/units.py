"""Acts upon units: open, change, rename, close. Merging has a module of its own."""

from __future__ import annotations

import uuid
from datetime import date

from sqlalchemy.orm import Session

from enforcement import audit, clock, permissions
from enforcement.actor import Actor
from enforcement.errors import InvalidInputError
from enforcement.i18n import _
from enforcement.ids import uuid7
from enforcement.law import organisation
from enforcement.law.terms import UnitKind
from enforcement.people import turns
from enforcement.people import unit_rules as rules
from enforcement.people.history import remember
from enforcement.people.models import Unit, UnitEntry
from enforcement.permissions import Permission


def add_unit(
    session: Session,
    county_code: str,
    code: str,
    name: str,
    kind: UnitKind,
    *,
    parent: Unit | None = None,
    home_code: str | None = None,
    valid_from: date,
) -> Unit:
    """Enter a unit with a code that is known, from a day on: the laying out of a county."""
    unit = Unit(
        county_code=county_code,
        id=uuid7(),
        code=code,
        name=name,
        kind=kind,
        parent_id=parent.id if parent else None,
        home_code=home_code,
        valid_from=valid_from,
    )
    session.add(unit)
    session.flush()
    return unit


def open_unit(
    session: Session,
    actor: Actor,
    *,
    name: str,
    kind: UnitKind,
    parent_id: uuid.UUID,
    valid_from: date,
    home_code: str | None = None,
    uscc: str | None = None,
    decree: str | None = None,
) -> Unit:
    """Open a unit below another from a day on; its code follows the last one below the parent.

    Raises NotFoundError (parent), InvalidInputError.
    """
    permissions.check(actor, Permission.PEOPLE_MANAGE)
    turns.take(session, actor.county_code)
    parent = rules.locked(session, actor.county_code, parent_id)
    home = home_code or (parent.home_code if kind in organisation.HOME_DIGITS else None)
    rules.check_place(session, parent, kind, home, valid_from)
    name = rules.check_name(session, parent, name)
    uscc = rules.check_credit_code(session, actor.county_code, uscc)
    unit = add_unit(
        session, actor.county_code, rules.next_code(session, parent), name, kind,
        parent=parent, home_code=home, valid_from=valid_from,
    )  # fmt: skip
    unit.uscc = uscc
    remember(session, UnitEntry, unit, "open", actor, on=valid_from, name=name, decree=decree)
    log(session, actor, "unit:open", unit, name=name, kind=kind, on=str(valid_from))
    return unit


def rename_unit(
    session: Session,
    actor: Actor,
    unit_id: uuid.UUID,
    name: str,
    *,
    on: date | None = None,
    reason: str,
    version: int | None = None,
) -> Unit:
    """Give a unit another name from a day on, today or before; the old one stays in its history.

    Papers go on naming the organ as its power list does. Raises InvalidInputError, NotFoundError.
    """
    permissions.check(actor, Permission.PEOPLE_MANAGE)
    turns.take(session, actor.county_code)
    unit = rules.locked(session, actor.county_code, unit_id, version)
    today = clock.today(session)
    day = on or today
    rules.check_reason(reason)
    rules.check_rename_day(session, unit, day, today)
    parent = session.get(Unit, (unit.county_code, unit.parent_id)) if unit.parent_id else None
    name = rules.check_name(session, parent, name, but=unit) if parent else name.strip()
    if not name or name == unit.name:
        raise InvalidInputError("name", _("请填写新的名称。"))
    before, unit.name = unit.name, name
    unit.version += 1
    remember(session, UnitEntry, unit, "rename", actor, on=day, before=before, after=name,
             reason=reason.strip())  # fmt: skip
    log(session, actor, "unit:rename", unit, before=before, after=name, on=str(day))
    return unit


def change_unit(
    session: Session,
    actor: Actor,
    unit_id: uuid.UUID,
    *,
    home_code: str | None,
    uscc: str | None,
    version: int | None = None,
) -> Unit:
    """Correct where a unit belongs and its credit code; raises InvalidInputError."""
    permissions.check(actor, Permission.PEOPLE_MANAGE)
    turns.take(session, actor.county_code)
    unit = rules.locked(session, actor.county_code, unit_id, version)
    rules.check_home(session, unit.county_code, UnitKind(unit.kind), home_code)
    uscc = rules.check_credit_code(session, unit.county_code, uscc, but=unit)
    before = {"home_code": unit.home_code, "uscc": unit.uscc}
    unit.home_code, unit.uscc = home_code, uscc
    unit.version += 1
    remember(session, UnitEntry, unit, "change", actor, before=before,
             after={"home_code": home_code, "uscc": uscc})  # fmt: skip
    log(session, actor, "unit:change", unit, before=before)
    return unit


def close_unit(
    session: Session,
    actor: Actor,
    unit_id: uuid.UUID,
    *,
    on: date,
    reason: str,
    decree: str | None = None,
    version: int | None = None,
) -> Unit:
    """Close a unit: `on` is the first day on which it no longer exists.

    Refused (InvalidInputError) while units below it are open, people are in post on that day or
    later, or valid certificates name it; such a unit is merged instead.
    """
    permissions.check(actor, Permission.PEOPLE_MANAGE)
    turns.take(session, actor.county_code)
    unit = rules.locked(session, actor.county_code, unit_id, version)
    rules.check_reason(reason)
    rules.check_end(unit, on)
    rules.check_empty(session, unit, on)
    rules.end(session, unit, on, reason, decree)
    remember(session, UnitEntry, unit, "close", actor, on=on, reason=reason.strip(), decree=decree)
    log(session, actor, "unit:close", unit, on=str(on), reason=reason.strip())
    return unit


def log(session: Session, actor: Actor, act: str, unit: Unit, **detail: object) -> None:
    """Write an act upon a unit into the audit log."""
    audit.record(session, unit.county_code, act, "unit", unit.code, actor=actor, **detail)
    session.flush()
