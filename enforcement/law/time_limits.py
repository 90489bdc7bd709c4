"""Time limits, one row per article, and how each is counted (procedure.md 2.1, C1-C8)."""

from __future__ import annotations

import calendar as months
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Final

from enforcement.law.articles import ACL, ALL, APL, ARL, CPL, Article
from enforcement.law.errors import CalendarExhaustedError, UnknownRuleError
from enforcement.law.workdays import Calendar, shipped


class Days(StrEnum):
    """What a period is counted in."""

    WORKING = "working"  # 工作日
    CALENDAR = "calendar"  # 自然日
    MONTHS = "months"  # 月
    HOURS = "hours"  # 小时


@dataclass(frozen=True)
class TimeLimit:
    """One period: how long, how counted, from which event, by which article."""

    id: str
    days: int
    counting: Days
    starts: str
    since: date
    article: Article
    name: str


@dataclass(frozen=True)
class Due:
    """When a period ends.

    raw -- last day as counted; due -- moved to a working day if it falls on a holiday;
    alarm -- last working day before raw. due and alarm are None where no calendar is known.
    """

    raw: date
    due: date | None
    alarm: date | None
    limit: TimeLimit

    @property
    def last(self) -> date:
        """Return the day to show: the moved one where it is known."""
        return self.due or self.raw


_P, _E = date(2021, 7, 15), date(2012, 1, 1)
# fmt: off
LIMITS: Final = (
    #         id                    n  counted in     starts with           since  article   name
    TimeLimit("decision",          90, Days.CALENDAR, "case filed",         _P,    APL[60],  "作出处罚决定"),
    TimeLimit("statement",          5, Days.WORKING,  "notice served",      _P,    APL[44],  "陈述申辩"),
    TimeLimit("hearing_request",    5, Days.WORKING,  "notice served",      _P,    APL[64],  "要求听证"),
    TimeLimit("hearing_notice",     7, Days.WORKING,  "hearing notice served", _P, APL[64],  "听证通知"),
    TimeLimit("preservation",       7, Days.WORKING,  "evidence preserved", _P,    APL[56],  "先行登记保存处理"),
    TimeLimit("service",            7, Days.WORKING,  "decision made",      _P,    APL[61],  "送达处罚决定书"),
    TimeLimit("payment",           15, Days.CALENDAR, "decision served",    _P,    APL[67],  "缴纳罚款"),
    TimeLimit("cash_to_organ",      2, Days.WORKING,  "money collected",    _P,    APL[71],  "当场收缴罚款交至机关"),
    TimeLimit("demand",            10, Days.WORKING,  "demand served",      _E,    ACL[54],  "催告履行"),
    TimeLimit("seizure",           30, Days.CALENDAR, "measure taken",      _E,    ACL[25],  "查封扣押"),
    TimeLimit("publication",        7, Days.WORKING,  "decision made",      _P,    APL[48],  "处罚决定公开"),
    TimeLimit("withdrawal",         3, Days.WORKING,  "decision changed",   _P,    APL[48],  "撤回公开信息"),
    TimeLimit("public_notice",     30, Days.CALENDAR, "notice published",   date(2024, 1, 1), CPL[95], "公告送达"),
    TimeLimit("reconsideration",   60, Days.CALENDAR, "decision served",    date(2024, 1, 1), ARL[20], "申请行政复议"),
    TimeLimit("litigation",         6, Days.MONTHS,   "decision served",    date(2017, 7, 1), ALL[46], "提起行政诉讼"),
    TimeLimit("court_application",  3, Days.MONTHS,   "litigation period ended", _E, ACL[53], "申请法院强制执行"),
)
# fmt: on
_BY_ID: Final = {limit.id: limit for limit in LIMITS}


def limit(limit_id: str) -> TimeLimit:
    """Return the limit of that id; raises UnknownRuleError."""
    try:
        return _BY_ID[limit_id]
    except KeyError:
        raise UnknownRuleError(f"没有名为 {limit_id} 的期限。") from None


def due_on(limit_id: str, start: date, calendar: Calendar | None = None) -> Due:
    """Count a limit from the day of its event; that day itself is not counted (C6).

    Raises CalendarExhaustedError where working days run beyond the known years. A period in
    calendar days or months has a raw day always; due and alarm are None beyond those years.
    """
    rule, known = limit(limit_id), calendar or shipped()
    if rule.counting is Days.WORKING:
        raw = known.add(start, rule.days)
    elif rule.counting is Days.MONTHS:
        raw = add_months(start, rule.days)
    else:
        raw = start + timedelta(days=rule.days)
    try:
        return Due(raw, known.next(raw), known.before(raw), rule)
    except CalendarExhaustedError:
        return Due(raw, None, None, rule)


def add_months(start: date, count: int) -> date:
    """Return the same day number `count` months later, or that month's last day (C6)."""
    year, month = divmod(start.year * 12 + start.month - 1 + count, 12)
    last = months.monthrange(year, month + 1)[1]
    return date(year, month + 1, min(start.day, last))
