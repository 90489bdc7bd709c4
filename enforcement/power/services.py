"""The one question (R1), and the acts upon the list: withdraw, suspend, restore an item."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import date
from typing import Final

from sqlalchemy.orm import Session

from enforcement import audit, clock, permissions
from enforcement.actor import Actor
from enforcement.errors import InvalidInputError, StepNotAllowedError
from enforcement.i18n import _, label
from enforcement.law.matters import Matter, matter
from enforcement.law.power import Answer, Ask, Item, excluded, judge, unlisted
from enforcement.law.power_terms import ActType, ItemStatus
from enforcement.people.models import Unit
from enforcement.permissions import Permission
from enforcement.power import queries
from enforcement.power.models import PowerItem

NEXT: Final = {
    ItemStatus.IN_FORCE: (ItemStatus.SUSPENDED, ItemStatus.WITHDRAWN),
    ItemStatus.SUSPENDED: (ItemStatus.IN_FORCE, ItemStatus.WITHDRAWN),
    ItemStatus.WITHDRAWN: (),
}


def may(
    session: Session,
    county_code: str,
    unit_id: uuid.UUID,
    act_type: ActType,
    matter_code: str,
    place_code: str,
    on: date,
    *,
    decided_on: date | None = None,
    filed_on: date | None = None,
    item_id: uuid.UUID | None = None,
    provision_id: uuid.UUID | None = None,
) -> Answer:
    """Answer whether a unit may do an act upon a matter at a place, and in whose name and seal.

    on -- day of the unlawful act; decided_on -- day on which the organ acts, `on` by default;
    filed_on, item_id, provision_id -- of a running case: the day it was filed and what it pinned;
    place_code -- division of any level. Raises UnknownRuleError, NoResultFound (unit).
    """
    row = matter(matter_code)
    unit = session.get_one(Unit, (county_code, unit_id))
    barred = excluded(row)
    if barred is not None:
        return barred
    ask = Ask(act_type, row, place_code, on, decided_on or on, filed_on, provision_id)
    found = queries.candidates(session, county_code, row.code, unit.code, item_id=item_id)
    return _best(found, ask) or _unlisted(session, unit, row)


def may_at(
    session: Session,
    county_code: str,
    unit_id: uuid.UUID,
    act_type: ActType,
    matter_code: str,
    places: Sequence[str],
    on: date,
) -> dict[str, Answer]:
    """Return place -> answer of `may` for those places where the unit may, in one read."""
    row, unit = matter(matter_code), session.get_one(Unit, (county_code, unit_id))
    if excluded(row) is not None:
        return {}
    found = queries.candidates(session, county_code, row.code, unit.code)
    answers = {place: _best(found, Ask(act_type, row, place, on, on)) for place in places}
    return {place: one for place, one in answers.items() if one is not None and one.allowed}


def _best(found: Sequence[Item], ask: Ask) -> Answer | None:
    """Return the answer of the item that allows, else of the last one; None without items."""
    answers = [judge(item, ask) for item in found if item.act_type is ask.act_type]
    answers = answers or [judge(item, ask) for item in found]
    best = next((one for one in answers if one.allowed), None)
    return best or (answers[-1] if answers else None)


def _unlisted(session: Session, unit: Unit, row: Matter) -> Answer:
    holders = queries.list_holders(session, unit.county_code, row.code)
    return unlisted(row, unit.name, holders)


def set_status(
    session: Session,
    actor: Actor,
    item_id: uuid.UUID,
    status: ItemStatus,
    *,
    on: date | None = None,
    reason: str,
) -> PowerItem:
    """Withdraw (收回), suspend or restore an item from a day on, by default today.

    Running cases keep the rule of their filing and are flagged. Raises NotFoundError,
    NotPermittedError, InvalidInputError, StepNotAllowedError (a withdrawn item stays so).
    """
    permissions.check(actor, Permission.POWER_CHANGE)
    item = queries.get(session, actor.county_code, item_id, lock=True).item
    day = on or clock.today(session)
    _check_change(item, status, day, reason)
    before, item.status = item.status, status
    item.status_on = None if status is ItemStatus.IN_FORCE else day
    item.status_reason = reason.strip()
    session.flush()
    audit.record(
        session, item.county_code, f"power:{status}", "power_item", item.code,
        actor=actor, before=before, on=day.isoformat(), reason=item.status_reason,
    )  # fmt: skip
    return item


def _check_change(item: PowerItem, status: ItemStatus, day: date, reason: str) -> None:
    if not reason.strip():
        raise InvalidInputError("reason", _("请写明理由。"))
    if day < item.valid_from:
        raise InvalidInputError("on", _("日期不能早于该事项的生效日期。"))
    if status not in NEXT[ItemStatus(item.status)]:
        raise StepNotAllowedError(
            _(
                "事项%(code)s现为“%(now)s”，不能改为“%(wanted)s”。",
                code=item.code,
                now=label(ItemStatus(item.status)),
                wanted=label(status),
            )
        )
