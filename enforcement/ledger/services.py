"""Acts of the ledger: record an ask, keep or hand on the promise, call back, pass it on."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from enforcement import audit, clock, crypto, history, once, permissions, scope
from enforcement.actor import Actor
from enforcement.document import numbering
from enforcement.errors import InvalidInputError, StaleVersionError, StepNotAllowedError
from enforcement.i18n import _, label
from enforcement.ids import uuid7
from enforcement.incident import intake, outside
from enforcement.incident.intake import Report, Sender
from enforcement.jurisdiction.models import Division
from enforcement.law import ledger as law
from enforcement.law.ledger import AskEvent, AskKind, AskNature, AskState
from enforcement.law.terms import IncidentSource
from enforcement.ledger import people, queries, reminders, watching
from enforcement.ledger.models import Ask, AskEntry
from enforcement.people.models import Person
from enforcement.permissions import Permission
from enforcement.timing import calendars

MOST: Final = 2000
COUNTED: Final = frozenset({AskEvent.FINISH, AskEvent.TAKE_AS_PETITION})
"""Acts that begin a limit, whose last day may lie beyond the calendar."""


@dataclass(frozen=True)
class Said:
    """What is written down of an ask; due_on -- None takes the default of the table.

    handler_id -- None takes the writer himself; agent_id -- who acts for the villager, of what is
    helped along or done on behalf
    """

    kind: AskKind
    matter: str
    asked_on: date
    nature: AskNature = AskNature.ORDINARY
    visitor: str | None = None
    phone: str | None = None
    village_code: str | None = None
    promise: str | None = None
    handler_id: uuid.UUID | None = None
    agent_id: uuid.UUID | None = None
    due_on: date | None = None


def record(session: Session, actor: Actor, said: Said, *, key: str | None = None) -> Ask:
    """Write an ask down; the same key gives the same row.

    Raises InvalidInputError, which names the field, and then nothing is stored.
    """
    permissions.check(actor, Permission.LEDGER_WRITE)
    earlier = once.claim(session, actor, key, "ledger:record", repr(said))
    if earlier is not None:
        return queries.get(session, actor, earlier)
    now, today = clock.now(session), clock.today(session)
    if said.asked_on > today:
        raise InvalidInputError("asked_on", _("日期不能晚于今天。"))
    phone = outside.phone(said.phone)
    village = _village(session, actor, said.village_code)
    ask = Ask(
        county_code=actor.county_code, id=uuid7(), kind=said.kind, nature=said.nature,
        matter=outside.words(said.matter, "matter", MOST, required=True) or "",
        promise=outside.words(said.promise, "promise", MOST),
        visitor_encrypted=crypto.seal(outside.words(said.visitor, "visitor", 60)),
        phone_encrypted=crypto.seal(phone),
        phone_hash=crypto.search_hash(phone) if phone else None,
        village_code=village, township_code=village[:9] if village else None,
        asked_on=said.asked_on, received_at=now, written_by=actor.account_id,
        unit_code=actor.unit_code, handler_id=_handler(session, actor, said.handler_id),
        agent_id=_agent(session, actor, said),
        due_on=_due(session, actor.county_code, said, today), state=AskState.OPEN, version=1,
    )  # fmt: skip
    count = numbering.take(session, actor.county_code, "ledger", "", today.year)
    ask.number = f"MQ{today.year}-{count:05d}"
    session.add(ask)
    session.flush()
    _remember(session, actor, ask, AskEvent.RECORD, now, {"due_on": ask.due_on})
    reminders.plan(session, ask)
    watching.uncounted(session, ask)
    once.done(session, actor, key, ask.id)
    return ask


def _village(session: Session, actor: Actor, code: str | None) -> str | None:
    """Return the village that was named, the auxiliary's own without one; raises."""
    if not code:
        own = [one for one in actor.area_codes if len(one) == 12]
        return own[0] if own else None
    if session.get(Division, (actor.county_code, code)) is None or len(code) != 12:
        raise InvalidInputError("village_code", _("没有这个村（社区）。"))
    if actor.role in scope.BY_AREA and not any(map(code.startswith, actor.area_codes)):
        raise InvalidInputError("village_code", _("只能登记本辖区的村。"))
    return code


def _handler(session: Session, actor: Actor, person_id: uuid.UUID | None) -> uuid.UUID:
    if person_id is None:
        return actor.person_id
    return _in_post(session, actor, "handler_id", person_id)


def _agent(session: Session, actor: Actor, said: Said) -> uuid.UUID | None:
    if said.agent_id is None:
        return None
    if said.kind not in law.ASSISTED:
        raise InvalidInputError("agent_id", _("只有帮办、代办才写代办人。"))
    return _in_post(session, actor, "agent_id", said.agent_id)


def _in_post(session: Session, actor: Actor, field: str, person_id: uuid.UUID) -> uuid.UUID:
    if not people.is_in_post(session, actor.county_code, person_id):
        raise InvalidInputError(field, _("没有这个人，或者他已经不在岗。"))
    return person_id


def _due(session: Session, county_code: str, said: Said, today: date) -> date | None:
    """Return the last day: as promised, else of the table; None beyond the calendar, no guess."""
    if said.due_on is not None:
        if said.due_on < today:
            raise InvalidInputError("due_on", _("期限不能早于今天。"))
        return said.due_on
    return watching.last_day(said.nature, today, calendars.current(session, county_code))


@dataclass(frozen=True)
class Told:
    """What an act says: words, another handler, a later day, how content the person is."""

    note: str | None = None
    handler_id: uuid.UUID | None = None
    until: date | None = None
    score: int | None = None
    category: str | None = None


def act(
    session: Session,
    actor: Actor,
    ask_id: uuid.UUID,
    event: AskEvent,
    told: Told,
    *,
    version: int | None = None,
    key: str | None = None,
) -> Ask:
    """Carry out one act of the table: lock the row, ask the law, change, append history.

    Raises NotFoundError, StaleVersionError, StepNotAllowedError, InvalidInputError.
    """
    permissions.check(actor, Permission.LEDGER_WRITE)
    earlier = once.claim(session, actor, key, f"ledger:{event}", [ask_id, repr(told)])
    if earlier is not None:
        return queries.get(session, actor, earlier)
    ask = queries.get(session, actor, ask_id, lock=True)
    if version is not None and version != ask.version:
        raise StaleVersionError(
            _("这条台账刚被他人修改，请刷新后再操作。"),
            your_version=version, current={"version": ask.version, "state": ask.state},
        )  # fmt: skip
    step = law.step_for(AskState(ask.state), event)
    if step is None:
        raise StepNotAllowedError(
            _("台账%(number)s现为“%(state)s”，不能执行“%(act)s”。", number=ask.number,
              state=label(AskState(ask.state)), act=label(event))
        )  # fmt: skip
    now = clock.now(session)
    detail = _CHANGES[event](session, actor, ask, told, now)
    ask.version += 1
    if step.target is not None:
        ask.state = step.target
        reminders.forget(session, ask)
    if event in COUNTED:
        watching.uncounted(session, ask)
    _remember(session, actor, ask, event, now, {"note": _words(told), **detail})
    once.done(session, actor, key, ask.id)
    return ask


def _words(told: Told) -> str | None:
    return outside.words(told.note, "note", MOST)


def _need_words(told: Told) -> str:
    return outside.words(told.note, "note", MOST, required=True) or ""


def _finish(_s: Session, _a: Actor, ask: Ask, told: Told, now: datetime) -> dict[str, Any]:
    ask.result, ask.done_at = _need_words(told), now
    return {}


def _call_back(_s: Session, _a: Actor, ask: Ask, told: Told, _now: datetime) -> dict[str, Any]:
    if told.score is None or not 1 <= told.score <= 5:
        raise InvalidInputError("score", _("请选择1到5分。"))
    ask.score = told.score
    return {"score": told.score}


def _extend(session: Session, _a: Actor, ask: Ask, told: Told, _now: datetime) -> dict[str, Any]:
    _need_words(told)
    if ask.extended:
        raise StepNotAllowedError(_("延期只能申请一次。"))
    if told.until is None or told.until <= (ask.due_on or clock.today(session)):
        raise InvalidInputError("until", _("新的期限应晚于现在的期限。"))
    last = law.due_on("petition_extended", clock.local_day(ask.received_at))
    if ask.nature == AskNature.PETITION and told.until > last:
        raise InvalidInputError("until", _("信访事项最长延到%(day)s。", day=last))
    ask.extended = True
    return _until(session, ask, told.until)


def _until(session: Session, ask: Ask, day: date) -> dict[str, Any]:
    """Give an ask another due day; its reminders move with it."""
    before, ask.due_on = ask.due_on, day
    reminders.forget(session, ask)
    reminders.plan(session, ask)
    return {"before": before, "until": day}


def _petition(session: Session, _a: Actor, ask: Ask, _told: Told, _n: datetime) -> dict[str, Any]:
    if ask.nature == AskNature.PETITION:
        raise StepNotAllowedError(_("已经登记为信访事项。"))
    ask.nature = AskNature.PETITION
    return _until(session, ask, law.due_on("petition_done", clock.local_day(ask.received_at)))


def _hand(session: Session, actor: Actor, ask: Ask, told: Told, _now: datetime) -> dict[str, Any]:
    if told.handler_id is None:
        raise InvalidInputError("handler_id", _("请选择人员。"))
    ask.handler_id = _handler(session, actor, told.handler_id)
    name = session.scalar(
        select(Person.name).where(
            Person.county_code == ask.county_code, Person.id == ask.handler_id
        )
    )
    return {"person": name}


def _pass_on(session: Session, actor: Actor, ask: Ask, told: Told, now: datetime) -> dict[str, Any]:
    noon = datetime.combine(ask.asked_on, time(12), clock.ZONE)
    promised = f"\n（已答应：{ask.promise}）" if ask.promise else ""
    what = Report(
        category=told.category or "V6",
        description=f"{ask.matter}{promised}",
        occurred_at=min(noon, now),
        source=IncidentSource.DESK,
        village_code=ask.village_code,
        reporter_name=crypto.unseal(ask.visitor_encrypted),
        reporter_phone=crypto.unseal(ask.phone_encrypted),
    )
    made = intake.take(session, Sender.of(actor), what).incident
    ask.incident_id = made.id
    return {"incident": made.number}


def _withdraw(_s: Session, _a: Actor, _ask: Ask, told: Told, _now: datetime) -> dict[str, Any]:
    _need_words(told)
    return {}


_CHANGES: Final = {
    AskEvent.FINISH: _finish,
    AskEvent.CALL_BACK: _call_back,
    AskEvent.EXTEND: _extend,
    AskEvent.TAKE_AS_PETITION: _petition,
    AskEvent.HAND: _hand,
    AskEvent.PASS_ON: _pass_on,
    AskEvent.WITHDRAW: _withdraw,
}


def _remember(
    session: Session, actor: Actor, ask: Ask, event: AskEvent, at: datetime, detail: dict[str, Any]
) -> None:
    """Append to the history, and to the audit log without the words that were said."""
    history.append(session, AskEntry.ask_id, ask, event, actor, at, detail, seq=ask.version)
    audit.record(
        session, ask.county_code, f"ledger:{event}", "ask", ask.number, actor=actor,
        state=str(ask.state), version=ask.version,
    )  # fmt: skip
