"""Lone working: "I am alone at …, ask me again in N minutes", until he says that he is well.

What a phone kept without a network says how long it waited: moments are the database's, whatever
the phone's clock shows. What was planned belongs to a turn; the next word of a person begins anew.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from enforcement import clock, due, events, history, once, permissions
from enforcement.actor import Actor
from enforcement.errors import InvalidInputError, StepNotAllowedError
from enforcement.i18n import _
from enforcement.ids import uuid7
from enforcement.notices import Notice
from enforcement.permissions import Permission
from enforcement.safety import queries, whom
from enforcement.safety.models import AloneEntry, AloneWatch
from enforcement.settings import queries as settings

TASK: Final = "safety:alone"
LONGEST_MIN: Final = 480
LONGEST_WAIT: Final = timedelta(hours=12)
GRACE: Final = timedelta(minutes=1)
"""Words that waited on a phone come one after another: so long nothing is rung between them."""
LONGEST: Final = 100


@dataclass(frozen=True)
class Word:
    """What somebody says of himself.

    waited_s -- how long it lay on his phone; lon, lat -- degrees, WGS 84, of that moment
    minutes -- when he is to be asked again; None: as before, at first as the county has set
    """

    place: str = ""
    minutes: int | None = None
    waited_s: float = 0.0
    lon: float | None = None
    lat: float | None = None
    accuracy_m: float | None = None


def start(session: Session, actor: Actor, what: Word, *, key: str | None = None) -> AloneWatch:
    """Begin to be asked after, or go on at another place; the same key changes nothing more.

    Raises InvalidInputError for a place without words or minutes out of bounds.
    """
    permissions.check(actor, Permission.INCIDENT_REPORT)
    place = what.place.strip()
    earlier = _earlier(session, actor, key, "start", what)
    if earlier is not None:
        return earlier
    if not place or len(place) > LONGEST:
        raise InvalidInputError("place", _("请写明在什么地方，最多%(n)d个字。", n=LONGEST))
    row = queries.find_open(session, actor, lock=True)
    now = clock.now(session)
    if row is None:
        row = _new(session, actor, now)
    row.place, row.minutes = place, _minutes(session, actor, what, None)
    row.lon, row.lat, row.accuracy_m = what.lon, what.lat, what.accuracy_m
    row.township_code = whom.township_of(
        session, actor.county_code, actor.person_id, actor.unit_code, what.lon, what.lat
    )
    row.ask_at = _said_at(what, now) + timedelta(minutes=row.minutes)
    session.add(row)
    session.flush()
    _go_on(session, actor, row, "start", what, now)
    once.done(session, actor, key, row.id)
    return row


def well(session: Session, actor: Actor, what: Word, *, key: str | None = None) -> AloneWatch:
    """Say "I am well": the time begins anew and an alarm ends, unless the word is too old for it.

    Raises StepNotAllowedError where he is not asked after.
    """
    permissions.check(actor, Permission.INCIDENT_REPORT)
    earlier = _earlier(session, actor, key, "well", what)
    if earlier is not None:
        return earlier
    row, now = _mine(session, actor), clock.now(session)
    row.minutes = _minutes(session, actor, what, row.minutes)
    row.ask_at = max(row.ask_at, _said_at(what, now) + timedelta(minutes=row.minutes))
    if row.ask_at > now:
        _go_on(session, actor, row, "well", what, now)
    else:
        _remember(session, actor, row, "late_word", now, what)
    once.done(session, actor, key, row.id)
    return row


def end(session: Session, actor: Actor, what: Word, *, key: str | None = None) -> AloneWatch:
    """Say that one is no longer alone; raises StepNotAllowedError where he is not asked after."""
    permissions.check(actor, Permission.INCIDENT_REPORT)
    earlier = _earlier(session, actor, key, "end", what)
    if earlier is not None:
        return earlier
    row, now = _mine(session, actor), clock.now(session)
    row.state, row.ended_at, row.turn = "ended", now, row.turn + 1
    due.cancel(session, row.county_code, row.id, TASK)
    _remember(session, actor, row, "end", now, what)
    _silence(session, row, now)
    tell(session, row, "end")
    once.done(session, actor, key, row.id)
    return row


def answer(session: Session, actor: Actor, watch_id: uuid.UUID, words: str) -> AloneWatch:
    """Take an alarm upon oneself, with words: the command centre is not called any more.

    Raises NotPermittedError, NotFoundError, InvalidInputError without words, StepNotAllowedError
    where nothing rings.
    """
    permissions.check(actor, Permission.SAFETY_ANSWER)
    row = queries.get(session, actor, watch_id, lock=True)
    said = words.strip()[:200]
    if not said:
        raise InvalidInputError("words", _("请写明怎样处理，例如：已电话联系。"))
    if row.state != "open" or row.alarmed_at is None or row.answered_at is not None:
        raise StepNotAllowedError(_("现在没有报警需要处理。"))
    now = clock.now(session)
    row.answered_at, row.answered_by_name, row.turn = now, actor.name, row.turn + 1
    due.cancel(session, row.county_code, row.id, TASK)
    history.append(session, AloneEntry.watch_id, row, "answer", actor, now, {"words": said})
    _silence(session, row, now)
    tell(session, row, "answer")
    return row


def _earlier(
    session: Session, actor: Actor, key: str | None, act: str, what: Word
) -> AloneWatch | None:
    said = [what.place.strip(), what.minutes, what.lon, what.lat]
    found = once.claim(session, actor, key, f"alone:{act}", said)
    return None if found is None else session.get_one(AloneWatch, (actor.county_code, found))


def _new(session: Session, actor: Actor, now: datetime) -> AloneWatch:
    return AloneWatch(
        county_code=actor.county_code, id=uuid7(), person_id=actor.person_id,
        account_id=actor.account_id, unit_code=actor.unit_code, state="open", began_at=now, turn=0,
    )  # fmt: skip


def _mine(session: Session, actor: Actor) -> AloneWatch:
    row = queries.find_open(session, actor, lock=True)
    if row is None:
        raise StepNotAllowedError(_("您没有开始单独执勤计时。"))
    return row


def _minutes(session: Session, actor: Actor, what: Word, before: int | None) -> int:
    found = what.minutes or before or settings.value(session, actor.county_code, "alone_minutes")
    if not 1 <= found <= LONGEST_MIN:
        raise InvalidInputError("minutes", _("请填写1至%(n)d分钟。", n=LONGEST_MIN))
    return found


def _said_at(what: Word, now: datetime) -> datetime:
    return now - min(timedelta(seconds=max(0.0, what.waited_s)), LONGEST_WAIT)


def _go_on(
    session: Session, actor: Actor, row: AloneWatch, event: str, what: Word, now: datetime
) -> None:
    """Begin a turn: what rang is silent, warning and alarm are planned."""
    row.turn += 1
    row.alarmed_at = row.answered_at = row.answered_by_name = row.escalated_at = None
    due.cancel(session, row.county_code, row.id, TASK)
    warn = settings.value(session, row.county_code, "alone_warn_minutes")
    alarm_at = max(row.ask_at, now + GRACE) if what.waited_s else row.ask_at
    plan(session, row, "warn", min(max(row.ask_at - timedelta(minutes=warn), now), alarm_at))
    plan(session, row, "alarm", alarm_at)
    _remember(session, actor, row, event, now, what)
    _silence(session, row, now)
    tell(session, row, event)


def plan(session: Session, row: AloneWatch, does: str, at: datetime) -> None:
    """Have the worker warn, ring or call the county at a moment, unless a person speaks first."""
    due.schedule(session, row.county_code, TASK, row.id, f"{row.turn}:{does}", at,
                 turn=row.turn, does=does)  # fmt: skip


def _remember(
    session: Session, actor: Actor, row: AloneWatch, event: str, now: datetime, what: Word
) -> None:
    detail: dict[str, Any] = {"ask_at": row.ask_at, "minutes": row.minutes, "place": row.place}
    if what.waited_s:
        detail["waited_s"] = round(what.waited_s)
    history.append(session, AloneEntry.watch_id, row, event, actor, now, detail)


def _silence(session: Session, row: AloneWatch, now: datetime) -> None:
    """Nobody need hear any more what rang about it."""
    session.execute(
        update(Notice)
        .where(Notice.county_code == row.county_code, Notice.subject_id == row.id,
               Notice.heard_at.is_(None))
        .values(heard_at=now)
    )  # fmt: skip


def tell(session: Session, row: AloneWatch, act: str) -> None:
    """Tell the screens within reach; ids only."""
    events.publish(session, row.county_code, "alone", act, row.id,
                   units=(row.unit_code,), areas=(row.township_code,))  # fmt: skip


def history_of(session: Session, row: AloneWatch) -> list[AloneEntry]:
    """Return what was said and rung, in order."""
    query = select(AloneEntry).where(
        AloneEntry.county_code == row.county_code, AloneEntry.watch_id == row.id
    )
    return list(session.scalars(query.order_by(AloneEntry.seq)))
