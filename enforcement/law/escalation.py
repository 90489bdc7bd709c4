"""Limits of incidents, and who is called when nobody acts: tables that a county may replace.

Source: procedure.md 6 (buttons, targets, 50 / 100 / 150 %); every figure is a default there.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Final

from enforcement.law.errors import CalendarExhaustedError
from enforcement.law.incidents import parent_of
from enforcement.law.terms import IncidentState, Term, Urgency
from enforcement.law.workdays import DATA, Calendar
from enforcement.law.working_time import Counted, due_at

ANY: Final = "*"
SHARE: Final = "share"


class Stage(Term):
    """What an incident waits for; each has limits and calls of its own."""

    UNANSWERED = "unanswered", "待应答", "Waiting for an answer"
    ANSWERED = "answered", "已应答待派遣", "Answered, not dispatched"
    DESK = "desk", "待受理派遣", "At the desk"
    DISPATCHED = "dispatched", "已派遣待到场", "Dispatched, not on the scene"
    HANDLE = "handle", "处置中", "Being handled"
    CHECK = "check", "待核查", "Waiting for the check"
    HOLD = "hold", "挂账待复查", "On hold"
    PASSED = "passed", "待外部办复", "Waiting for another authority"


class Does(Term):
    """What a call brings to the screen or phone of whom it reaches."""

    NOTIFY = "notify", "提醒", "Notice"
    RING = "ring", "响铃", "Ring"
    TAKE_OVER = "take_over", "响铃并可接管", "Ring, may take over"


CALLED: Final = {
    "auxiliary": "驻村辅警", "desk_a": "乡镇值班A岗", "desk_b": "乡镇值班B岗", "squad": "责任中队",
    "brigade_a": "大队A岗", "brigade_b": "大队B岗", "township_leader": "乡镇带班领导",
    "bureau_leader": "局带班领导", "command": "县指挥中心",
}  # fmt: skip
"""Whom a call may be for: the levels of the roster."""


@dataclass(frozen=True)
class Limit:
    """How long a stage may last for a category ("*": all others)."""

    category: str
    stage: Stage
    amount: float
    counted: Counted
    source: str


@dataclass(frozen=True)
class Call:
    """One row: after how long in a stage who is called. counted "share": of the stage's limit."""

    id: str
    urgency: str
    stage: Stage
    amount: float
    counted: str
    to: str
    does: Does
    source: str


@dataclass(frozen=True)
class Planned:
    """A call and when it is due."""

    call: Call
    at: datetime


def read_limits(lines: Iterable[str]) -> tuple[Limit, ...]:
    """Read rows category,stage,amount,counted,source; raises ValueError for unknown words."""
    return tuple(
        Limit(row["category"], Stage(row["stage"]), float(row["amount"]), Counted(row["counted"]),
              row["source"])
        for row in csv.DictReader(lines)
    )  # fmt: skip


def read_calls(lines: Iterable[str]) -> tuple[Call, ...]:
    """Read rows id,urgency,stage,amount,counted,to,does,source; raises ValueError."""
    found = []
    for row in csv.DictReader(lines):
        if row["urgency"] != ANY:
            Urgency(row["urgency"])
        if row["counted"] != SHARE:
            Counted(row["counted"])
        found.append(
            Call(row["id"], row["urgency"], Stage(row["stage"]), float(row["amount"]),
                 row["counted"], row["to"], Does(row["does"]), row["source"])
        )  # fmt: skip
    return tuple(found)


@cache
def limits() -> tuple[Limit, ...]:
    """Return the limits that ship with the platform."""
    with (DATA / "incident_limits.csv").open(encoding="utf-8") as file:
        return read_limits(file)


@cache
def calls() -> tuple[Call, ...]:
    """Return the calls that ship with the platform."""
    with (DATA / "escalation.csv").open(encoding="utf-8") as file:
        return read_calls(file)


_LATER: Final = {
    IncidentState.PASSED_ON: (Stage.PASSED,),
    IncidentState.SUSPENDED: (Stage.HOLD,),
    IncidentState.FEEDBACK: (Stage.CHECK,),
}


def stages_of(
    state: IncidentState, urgency: Urgency, *, answered: bool, arrived: bool = False
) -> tuple[Stage, ...]:
    """Return what an incident waits for: nothing once it has ended."""
    if state in (IncidentState.RECEIVED, IncidentState.OPENED):
        if urgency is Urgency.NORMAL:
            return (Stage.DESK,)
        return (Stage.ANSWERED,) if answered else (Stage.UNANSWERED,)
    if state in (IncidentState.DISPATCHED, IncidentState.HANDLING):
        return (Stage.HANDLE,) if arrived else (Stage.DISPATCHED, Stage.HANDLE)
    return _LATER.get(state, ())


def limit_of(category: str, stage: Stage, rows: tuple[Limit, ...] | None = None) -> Limit | None:
    """Return the limit of a stage: the category's, that of level 1 above it, or that of all."""
    known = limits() if rows is None else rows
    found = {row.category: row for row in known if row.stage is stage}
    return found.get(category) or found.get(parent_of(category) or ANY) or found.get(ANY)


@dataclass(frozen=True)
class Plan:
    """What the stages that begin at a moment bring.

    calls -- who is called when; ends -- when the last stage has to be over, None without a limit
    uncounted -- what runs in working time beyond the loaded calendar: no guess, an alarm
    """

    calls: tuple[Planned, ...]
    ends: datetime | None
    uncounted: tuple[str, ...] = ()


def plan(
    category: str,
    urgency: Urgency,
    stages: tuple[Stage, ...],
    start: datetime,
    *,
    limit_rows: tuple[Limit, ...] | None = None,
    call_rows: tuple[Call, ...] | None = None,
    calendar: Calendar | None = None,
) -> Plan:
    """Return the calls of the stages that begin at a moment, and when the last has to be over."""
    planned: list[Planned] = []
    ends: datetime | None = None
    uncounted: list[str] = []
    for stage in stages:
        limit = limit_of(category, stage, limit_rows)
        try:
            if limit is not None:
                ends = due_at(start, limit.amount, limit.counted, calendar=calendar)
        except CalendarExhaustedError:
            uncounted.append(str(stage))
        for call in calls() if call_rows is None else call_rows:
            if call.stage is not stage or call.urgency not in (ANY, urgency):
                continue
            try:
                at = _moment(call, start, limit, calendar)
            except CalendarExhaustedError:
                uncounted.append(call.id)
                continue
            if at is not None:
                planned.append(Planned(call, at))
    return Plan(tuple(planned), ends, tuple(uncounted))


def plan_until(
    urgency: Urgency,
    stages: tuple[Stage, ...],
    start: datetime,
    end: datetime,
    call_rows: tuple[Call, ...] | None = None,
) -> Plan:
    """Return the calls of a limit that was set to an end: shares of the time until it."""
    planned = tuple(
        Planned(call, start + (end - start) * call.amount)
        for call in (calls() if call_rows is None else call_rows)
        if call.stage in stages and call.counted == SHARE and call.urgency in (ANY, urgency)
    )
    return Plan(planned, end)


def _moment(
    call: Call, start: datetime, limit: Limit | None, calendar: Calendar | None
) -> datetime | None:
    if call.counted != SHARE:
        return due_at(start, call.amount, Counted(call.counted), calendar=calendar)
    if limit is None:
        return None
    if limit.counted is Counted.WORKING_DAYS:
        return _share_of_days(call, start, limit, calendar)
    return due_at(start, limit.amount * call.amount, limit.counted, calendar=calendar)


def _share_of_days(
    call: Call, start: datetime, limit: Limit, calendar: Calendar | None
) -> datetime:
    """Return a share of some working days: whole days, at least one."""
    days = max(1, round(limit.amount * call.amount))
    return due_at(start, days, Counted.WORKING_DAYS, calendar=calendar)
