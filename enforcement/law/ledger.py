"""The ledger of what villagers ask for (民情台账): its words, and limits with their articles.

Source: procedure.md 6; 信访工作条例 22, 23, 34; 人民调解法 31, 33. Figures marked 默认 are defaults.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

from enforcement.law.errors import CalendarExhaustedError
from enforcement.law.terms import Term
from enforcement.law.workdays import DATA, Calendar, shipped


class AskKind(Term):
    """How an ask came, and what kind of service it is."""

    VISIT = "visit", "入户走访", "Visit to a household"
    CALLER = "caller", "群众来访", "Visitor"
    CALL = "call", "群众来电", "Telephone call"
    HELP = "help", "帮办", "Helped along"
    PROXY = "proxy", "代办", "Done on behalf"


class AskNature(Term):
    """What the law calls the ask; petitions and mediation have limits of their own."""

    ORDINARY = "ordinary", "一般事项", "Ordinary matter"
    PETITION = "petition", "信访事项", "Petition"
    MEDIATION = "mediation", "人民调解", "People's mediation"


class AskState(Term):
    """How far an ask has come."""

    OPEN = "open", "办理中", "Being dealt with"
    DONE = "done", "已办结，待回访", "Done, to be called back"
    CLOSED = "closed", "已回访", "Called back"
    PASSED = "passed", "已转事件", "Passed to an incident"
    WITHDRAWN = "withdrawn", "已撤销", "Withdrawn"


class AskEvent(Term):
    """Acts upon an ask."""

    RECORD = "record", "登记", "Record"
    FINISH = "finish", "办结"
    CALL_BACK = "call_back", "回访", "Call back"
    EXTEND = "extend", "延期", "Extend"
    TAKE_AS_PETITION = "take_as_petition", "登记为信访事项", "Register as a petition"
    HAND = "hand", "转交", "Hand to another"
    PASS_ON = "pass_on", "转为事件", "Pass to an incident"
    WITHDRAW = "withdraw", "撤销"
    COUNT = "count", "算出期限", "Due day counted"


ASSISTED = frozenset({AskKind.HELP, AskKind.PROXY})
"""Kinds in which somebody acts for the villager."""


@dataclass(frozen=True)
class AskStep:
    """An act, the states it may start from, the state it leads to (None: it stays)."""

    event: AskEvent
    sources: tuple[AskState, ...]
    target: AskState | None


STEPS = (
    AskStep(AskEvent.FINISH, (AskState.OPEN,), AskState.DONE),
    AskStep(AskEvent.CALL_BACK, (AskState.DONE,), AskState.CLOSED),
    AskStep(AskEvent.EXTEND, (AskState.OPEN,), None),
    AskStep(AskEvent.TAKE_AS_PETITION, (AskState.OPEN,), None),
    AskStep(AskEvent.HAND, (AskState.OPEN,), None),
    AskStep(AskEvent.PASS_ON, (AskState.OPEN,), AskState.PASSED),
    AskStep(AskEvent.WITHDRAW, (AskState.OPEN,), AskState.WITHDRAWN),
)


def step_for(state: AskState, event: AskEvent) -> AskStep | None:
    """Return the row of an act in a state, None where there is no such step."""
    return next((one for one in STEPS if one.event is event and state in one.sources), None)


def events_from(state: AskState) -> tuple[AskEvent, ...]:
    """Return the acts that may follow a state."""
    return tuple(one.event for one in STEPS if state in one.sources)


@dataclass(frozen=True)
class AskLimit:
    """A limit: days, how they are counted, whom it concerns, and the article."""

    id: str
    zh: str
    en: str
    amount: int
    counted: str
    asks: str
    article: str


@dataclass(frozen=True)
class AskDay:
    """A limit and its last day, None where the calendar does not reach."""

    limit: AskLimit
    on: date | None


@cache
def limits() -> dict[str, AskLimit]:
    """Return id -> limit, as they ship."""
    with (DATA / "ledger_limits.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    return {row["id"]: AskLimit(**{**row, "amount": int(row["amount"])}) for row in rows}  # type: ignore[arg-type]


def limits_of(
    nature: AskNature, received: date, done: date | None, calendar: Calendar | None = None
) -> list[AskDay]:
    """Return the limits that hold for an ask besides the promise, each with its last day.

    received, done -- the days on which they begin to run; a day beyond the calendar is None
    """
    found = []
    for limit in limits().values():
        start = done if limit.asks == AskState.DONE else received
        if limit.asks in (nature, AskState.DONE) and start is not None:
            try:
                found.append(AskDay(limit, due_on(limit.id, start, calendar)))
            except CalendarExhaustedError:
                found.append(AskDay(limit, None))
    return found


def due_on(limit_id: str, start: date, calendar: Calendar | None = None) -> date:
    """Return the last day of a limit; the day of the start is not counted.

    Raises CalendarExhaustedError where working days run beyond the loaded calendar.
    """
    limit = limits()[limit_id]
    if limit.counted == "calendar_days":
        return start + timedelta(days=limit.amount)
    return (calendar or shipped()).add(start, limit.amount)
