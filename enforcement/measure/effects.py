"""What each act changes in a measure and its items, once the gates were found open."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy.orm import Session

from enforcement import clock
from enforcement.actor import Actor
from enforcement.errors import InvalidInputError
from enforcement.i18n import _
from enforcement.ids import uuid7
from enforcement.law.measure_terms import Fate, MeasureKind, MeasureState
from enforcement.law.measure_terms import MeasureEvent as E
from enforcement.law.measures import HOURS_TO_REPORT, due_of
from enforcement.measure.models import CustodyEntry, Measure, MeasureItem
from enforcement.measure.things import chosen
from enforcement.timing import calendars


@dataclass(frozen=True)
class Doing:
    """One act under way upon a measure; `photo` -- hash of a picture of the item."""

    session: Session
    actor: Actor
    measure: Measure
    items: list[MeasureItem]
    said: dict[str, Any]
    now: datetime
    photo: bytes | None = None

    def past(self, name: str) -> datetime:
        """Return a moment that was said; raises InvalidInputError where it has not come yet."""
        value: datetime = self.said[name]
        if value > self.now:
            raise InvalidInputError(name, _("时间不能在将来。"))
        if self.measure.taken_at is not None and value < self.measure.taken_at:
            raise InvalidInputError(name, _("时间不能早于措施实施的时间。"))
        return value


Effect = Callable[[Doing], dict[str, Any]]


def _approve(do: Doing) -> dict[str, Any]:
    do.measure.approved_at = do.now
    return {}


def _take(do: Doing) -> dict[str, Any]:
    """Carry the measure out: today, with a witness where the party is absent (强18)."""
    at = do.past("at")
    if clock.local_day(at) != clock.local_day(do.now):
        raise InvalidInputError("at", _("决定书和清单在今天出具，实施时间应当是今天。"))
    approved = do.measure.approved_at
    if approved is not None and at < approved.replace(second=0, microsecond=0):
        raise InvalidInputError("at", _("实施时间不能早于批准时间。"))
    if do.said.get("absent") and not do.said.get("witness"):
        raise InvalidInputError("witness", _("当事人不到场的，须邀请见证人到场签名。"))
    do.measure.taken_at = at
    return _count(do)


def _at_once(do: Doing) -> dict[str, Any]:
    """Act in danger before any approval: it is to be reported within 24 hours (强19)."""
    more = _take(do)
    do.measure.confirm_until = do.said["at"] + timedelta(hours=HOURS_TO_REPORT)
    return more | {"confirm_until": do.measure.confirm_until}


def _count(do: Doing) -> dict[str, Any]:
    """Count the last day anew from what is known of the measure."""
    row = do.measure
    if row.taken_at is None:
        return {}
    row.due_on = due_of(
        MeasureKind(row.kind), clock.local_day(row.taken_at),
        extended=row.extended, excluded_days=row.excluded_days,
        calendar=calendars.current(do.session, row.county_code),
    ).raw  # fmt: skip
    return {"due_on": row.due_on}


def _extend(do: Doing) -> dict[str, Any]:
    """Give a measure thirty days more (强25)."""
    before, do.measure.extended = do.measure.due_on, True
    return {"before_on": before} | _count(do)


def _exclude(do: Doing) -> dict[str, Any]:
    """Leave a testing period out of the count, both days included (强25(3))."""
    first, last = do.said["from_on"], do.said["to_on"]
    taken = do.measure.taken_at
    if taken is None or first < clock.local_day(taken):
        raise InvalidInputError("from_on", _("检测期间不能早于措施实施的日期。"))
    if last < first:
        raise InvalidInputError("to_on", _("结束日期不能早于开始日期。"))
    if do.measure.due_on is not None and first > do.measure.due_on:
        raise InvalidInputError("from_on", _("检测期间应当在措施期限届满前开始。"))
    before, days = do.measure.due_on, (last - first).days + 1
    do.measure.excluded_days += days
    return {"days": days, "before_on": before} | _count(do)


def _dispose(do: Doing) -> dict[str, Any]:
    fate = Fate(do.said["fate"])
    if fate is Fate.SEIZE and do.measure.kind != MeasureKind.PRESERVE:
        raise InvalidInputError("fate", _("只有先行登记保存的物品可以转为查封、扣押。"))
    left = [one for one in do.items if one.fate is None]
    items = chosen(do.said.get("items"), left, why=_("只能写尚未处理的物品。"))
    for one in items:
        one.fate = fate
    if all(one.fate for one in do.items):
        do.measure.state = MeasureState.RELEASED
    return {"items": [one.no for one in items]}


def _release(do: Doing) -> dict[str, Any]:
    for one in do.items:
        one.fate = one.fate or Fate.RETURN
    return {}


def _hand_out(do: Doing) -> dict[str, Any]:
    at = do.past("at")
    left = [one for one in do.items if one.fate and one.given_at is None]
    items = chosen(do.said.get("items"), left, why=_("只能写已作处理决定、尚未交付的物品。"))
    for one in items:
        one.given_at, one.given_to = at, do.said["receiver"]
    if all(one.given_at for one in do.items):
        do.measure.state, do.measure.ended_at = MeasureState.ENDED, do.now
    return {"items": [one.no for one in items]}


def _keep(do: Doing) -> dict[str, Any]:
    """Enter a hand-over of items in the custody log, in the order of time."""
    at = do.past("at")
    held = [one for one in do.items if one.given_at is None]
    items = chosen(do.said.get("items"), held, why=_("只能写仍在保管的物品。"))
    for one in items:
        do.session.add(
            CustodyEntry(
                county_code=do.measure.county_code, id=uuid7(), measure_id=do.measure.id,
                item_id=one.id, at=at, place=do.said["place"], from_name=do.said["from_name"],
                to_name=do.said["to_name"], condition=do.said.get("condition"),
                photo_sha256=do.photo, by=do.actor.account_id, by_name=do.actor.name,
                recorded_at=do.now,
            )
        )  # fmt: skip
        one.place = do.said["place"]
    return {"items": [one.no for one in items]}


EFFECTS: Final[dict[E, Effect]] = {
    E.APPROVE: _approve,
    E.CONFIRM: _approve,
    E.CARRY_OUT: _take,
    E.ACT_AT_ONCE: _at_once,
    E.EXTEND: _extend,
    E.EXCLUDE: _exclude,
    E.DISPOSE: _dispose,
    E.DISAGREE: _release,
    E.HAND_OUT: _hand_out,
    E.KEEP: _keep,
}
