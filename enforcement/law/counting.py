"""How a period was counted, step by step: sentences with their values, for a page to print."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from typing import Any, Final

from enforcement.law.articles import ACL, ALI, APL, ARL, Article
from enforcement.law.errors import CalendarExhaustedError
from enforcement.law.limit_terms import Days, Whose
from enforcement.law.terms import N_, Term
from enforcement.law.workdays import DAY, Calendar, span

WORKING_BY: Final = {"罚": APL[85], "强": ACL[69], "复": ARL[88], "许可": ALI[82]}
"""The law's own article that says which of its periods run in working days (C1-C4)."""


@dataclass(frozen=True)
class Step:
    """One step of a count: which rule (C1-C9), a text to translate and what stands in it."""

    rule: str
    text: str
    values: dict[str, Any]

    @property
    def zh(self) -> str:
        """Return the step in Chinese."""
        return self.text % {
            name: value.zh if isinstance(value, (Term, Article)) else value
            for name, value in self.values.items()
        }


def counted(
    counting: Days,
    number: int,
    article: Article,
    start: date,
    end: date | datetime,
    calendar: Calendar,
) -> tuple[Step, ...]:
    """Return how the raw day came about; end -- a moment for limits in hours."""
    if counting is Days.HOURS:
        text = N_("按小时连续计算%(n)d小时，昼夜和节假日都计入，至%(end)s。")
        return (Step("C5", text, {"n": number, "end": f"{end:%Y-%m-%d %H:%M}"}),)
    first = Step("C6", N_("%(start)s当日不计入，自次日起算。"), {"start": start})
    if counting is Days.MONTHS:
        text = N_("按月计算%(n)d个月，至对应日%(end)s；没有对应日的，为当月最后一日。")
        return (first, Step("C6", text, {"n": number, "end": end}))
    if counting is Days.CALENDAR:
        text = N_("按自然日计算%(n)d日，至%(end)s。")
        return (first, Step("C1", text, {"n": number, "end": end}))
    by = WORKING_BY.get(article.short)
    if by is None:
        text, values = N_("按工作日计算%(n)d日，至%(end)s。"), {"n": number, "end": end}
    else:
        text = N_("依照%(by)s按工作日计算%(n)d日，至%(end)s。")
        values = {"n": number, "end": end, "by": by}
    return (first, *_passed(start + DAY, end, calendar), Step("C8", text, values))


def _passed(first: date, last: date, calendar: Calendar) -> Iterator[Step]:
    """Give the runs of days that were not counted, and the weekend days that were."""

    def kind(day: date) -> str | None:
        if calendar.is_working(day):
            return None
        return calendar.name_of(day)

    for name, run in groupby(span(first, last), kind):
        days = list(run)
        if name is not None:
            yield _skipped(name, days)
        else:
            for day in days:
                if day in calendar.worked:
                    yield Step("C8", N_("%(day)s调休上班，计入。"), {"day": day})


def _skipped(name: str, days: list[date]) -> Step:
    if len(days) == 1:
        return Step("C8", N_("跳过%(first)s（%(name)s）。"), {"first": days[0], "name": name})
    values = {"first": days[0], "last": days[-1], "name": name}
    return Step("C8", N_("跳过%(first)s至%(last)s（%(name)s）。"), values)


def ended(
    raw: date, calendar: Calendar, whose: Whose
) -> tuple[date | None, date | None, tuple[Step, ...]]:
    """Return the moved day, the alarm day and why; None, None beyond the known years (C7)."""
    try:
        due, alarm = calendar.next(raw), calendar.before(raw)
    except CalendarExhaustedError as error:
        text = N_("没有%(year)d年的工作日历，不能判断是否顺延；请导入国务院节假日安排通知。")
        return None, None, (Step("C8", text, {"year": error.year}),)
    if due == raw:
        moved = Step("C7", N_("%(raw)s是工作日，不顺延。"), {"raw": raw})
    else:
        text = N_("%(raw)s是%(name)s，顺延至其后第一个工作日%(due)s。")
        moved = Step("C7", text, {"raw": raw, "due": due, "name": calendar.name_of(raw)})
    text = N_("提醒日%(alarm)s，是%(raw)s之前最后一个工作日。")
    if whose is Whose.ORGAN and due != raw:
        text = N_(
            "提醒日%(alarm)s，是%(raw)s之前最后一个工作日；行政机关应当在此前办理，不靠顺延。"
        )
    return due, alarm, (moved, Step("C7", text, {"alarm": alarm, "raw": raw}))
