"""The clock of a case: its period, what is excluded from it, how it was extended (罚60, C9).

The law has no list of excluded time; a timing profile names the kinds, its legal basis and the
extensions. Time is never excluded without a reason, a first day and a paper.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from typing import Final

from enforcement.law.counting import Step, ended
from enforcement.law.errors import UnknownRuleError
from enforcement.law.limit_terms import Whose
from enforcement.law.terms import N_, Term
from enforcement.law.time_limits import limit
from enforcement.law.workdays import DATA, DAY, Calendar, span

ANY: Final = "*"


class Excluded(Term):
    """Why time does not count."""

    HEARING = "hearing", "听证"
    PUBLIC_NOTICE = "public_notice", "公告", "Public notice"
    INSPECTION = "inspection", "检验"
    TESTING = "testing", "检测"
    QUARANTINE = "quarantine", "检疫"
    APPRAISAL = "appraisal", "鉴定"
    SUSPENSION = "suspension", "中止"


class Approval(Term):
    """How an extension is agreed to; each at most once, in this order."""

    HEAD = "head", "负责人批准", "Approved by the head"
    COLLECTIVE = "collective", "集体讨论决定", "Decided by collective discussion"


EXTENDING: Final = {
    Approval.HEAD: "decision_extension", Approval.COLLECTIVE: "decision_second_extension",
}  # fmt: skip
"""Approval -> the limit that it adds to the period."""


@dataclass(frozen=True)
class Profile:
    """How the period of a matter runs: its limit, what it may exclude, on which legal basis."""

    matter: str
    limit_id: str
    excludes: frozenset[Excluded]
    basis: str
    valid_from: date
    valid_to: date | None


@dataclass(frozen=True)
class Span:
    """Excluded days, both included; last is None while it goes on."""

    kind: Excluded
    first: date
    last: date | None
    reason: str
    paper: str


@dataclass(frozen=True)
class Extension:
    """Days added to the period in calendar days, and how that was agreed to."""

    approval: Approval
    days: int
    granted_on: date
    reason: str


@dataclass(frozen=True)
class Clock:
    """When the period of a case ends.

    allowed, excluded -- days it may take, and days that did not count until now
    stopped_on -- since when it stands still; raw is then as if it went on tomorrow
    """

    started: date
    raw: date
    due: date | None
    alarm: date | None
    allowed: int
    excluded: int
    stopped_on: date | None
    spans: tuple[Span, ...]
    extensions: tuple[Extension, ...]
    profile: Profile
    how: tuple[Step, ...]


@cache
def profiles() -> tuple[Profile, ...]:
    """Return the timing profiles that ship."""
    with (DATA / "timing_profiles.csv").open(encoding="utf-8") as file:
        return tuple(
            Profile(
                row["matter"], row["limit"],
                frozenset(Excluded(one) for one in row["excludes"].split()), row["basis"],
                date.fromisoformat(row["valid_from"]),
                date.fromisoformat(row["valid_to"]) if row["valid_to"] else None,
            )
            for row in csv.DictReader(file)
        )  # fmt: skip


def profile_of(matter_code: str, on: date) -> Profile:
    """Return the profile of a matter on a day, else that of all; raises UnknownRuleError."""
    held = {
        row.matter: row
        for row in profiles()
        if row.valid_from <= on and (row.valid_to is None or on <= row.valid_to)
    }
    found = held.get(matter_code) or held.get(ANY)
    if found is None:
        raise UnknownRuleError(f"{on} 没有有效的办案期限规则。")
    return found


def clock_of(
    started: date,
    profile: Profile,
    spans: Iterable[Span],
    extensions: Sequence[Extension],
    today: date,
    calendar: Calendar,
) -> Clock:
    """Count the period of a case day by day: days of excluded spans do not count.

    A span that goes on is taken until today. due and alarm are None beyond the calendar.
    """
    ordered = tuple(sorted(spans, key=lambda one: (one.first, one.kind)))
    rule = limit(profile.limit_id, started)
    allowed = rule.days + sum(one.days for one in extensions)
    out = frozenset(day for one in ordered for day in span(one.first, one.last or today))
    raw = _end(started, allowed, out)
    skipped = sum(started < day <= raw for day in out)
    stopped = min((one.first for one in ordered if one.last is None), default=None)
    due, alarm, moved = ended(raw, calendar, Whose.ORGAN)
    how = (*_how(started, rule.days, ordered, extensions, skipped, raw, today), *moved)
    return Clock(
        started, raw, due, alarm, allowed, skipped, stopped, ordered, tuple(extensions), profile,
        how,
    )  # fmt: skip


def _end(started: date, allowed: int, out: frozenset[date]) -> date:
    """Return the day on which `allowed` days that count have passed since the start (C6)."""
    raw = started + timedelta(days=allowed)
    left = sum(started < day <= raw for day in out)
    while left:
        raw += DAY
        left -= raw not in out
    return raw


def _how(
    started: date,
    days: int,
    spans: Sequence[Span],
    extensions: Sequence[Extension],
    skipped: int,
    raw: date,
    today: date,
) -> list[Step]:
    steps = [
        Step("C6", N_("%(start)s立案，当日不计入，自次日起算。"), {"start": started}),
        Step("C1", N_("法定期限%(n)d日，按自然日计算。"), {"n": days}),
    ]
    for one in extensions:
        text = N_("%(day)s经%(approval)s延长%(n)d日。")
        values = {"day": one.granted_on, "approval": one.approval, "n": one.days}
        steps.append(Step("R9", text, values))
    for each in spans:
        values = {"kind": each.kind, "first": each.first, "last": each.last or today}
        if each.last is None:
            text = N_("扣除%(kind)s时间：自%(first)s起，尚未结束，算至今日%(last)s。")
        else:
            text = N_("扣除%(kind)s时间：%(first)s至%(last)s。")
        steps.append(Step("C9", text, values))
    if spans:
        text = N_("重叠的日子只扣除一次，共扣除%(n)d日。")
        steps.append(Step("C9", text, {"n": skipped}))
    steps.append(Step("C1", N_("届满日%(raw)s。"), {"raw": raw}))
    return steps
