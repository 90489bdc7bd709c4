"""`enforcement law limits` and `law due`: the table of time limits, and days counted by it."""

from __future__ import annotations

from datetime import date, datetime

import click

from enforcement.cli.output import Output, session_scope, speaks_json
from enforcement.errors import InvalidInputError
from enforcement.law.time_limits import LIMITS, Due, due_on
from enforcement.timing import limits
from enforcement.timing.shown import due_json, limit_json


@click.command("limits", help="列出全部期限 / List every time limit.")
@click.option("--on", metavar="DATE", help="只列该日有效的 / Only those in force on a day.")
@speaks_json
def list_limits(out: Output, on: str | None) -> None:
    """List the rows of the table of time limits, every version of each."""
    day = _moment("on", on) if on else None
    rows = [row for row in LIMITS if day is None or row.in_force(day)]
    lines = [
        f"{row.id:<28} {row.days:>3}{row.counting.zh} {row.name} {row.article.zh}"
        f"{'' if row.kind == 'law' else '（' + row.kind.zh + '）'}"
        for row in rows
    ]
    out.result({"limits": [limit_json(row) for row in rows]}, "\n".join(lines))


@click.command("due", help="计算期限 / Count a limit from the day of its event.")
@click.argument("limit_id", metavar="ID")
@click.option(
    "--from",
    "start",
    required=True,
    metavar="DATE",
    help="事件发生之日（不计入）或者时刻 / Day of the event (not counted), or its moment.",
)
@click.option(
    "--county", metavar="CODE",
    help="用该县导入的放假通知和参数 / Use the notices and settings of a county's database.",
)  # fmt: skip
@speaks_json
def due(out: Output, limit_id: str, start: str, county: str | None) -> None:
    """Say when a limit ends and how that was counted; a missing calendar is a refusal."""
    begins = _moment("from", start)
    found = _count(limit_id, begins, county)
    data = {"id": limit_id, "from": start, **due_json(found)}
    if found.due is None or found.alarm is None:
        message = found.how[-1].zh
        out.refuse(message, {"error": message, **data})
    text = (
        f"{found.limit.name}：至 {found.last}（按日计 {found.raw}，"
        f"提醒 {found.alarm}），{found.limit.article.zh}"
    )
    out.result(data, "\n".join([text, *(f"  {step.rule} {step.zh}" for step in found.how)]))


def _count(limit_id: str, begins: date | datetime, county: str | None) -> Due:
    if county is None:
        return due_on(limit_id, begins)
    with session_scope(commit=False) as session:
        return limits.due_on(session, county, limit_id, begins)


def _moment(name: str, text: str) -> date | datetime:
    """Return the day, or the moment, that a person wrote; raises InvalidInputError."""
    for kind in (date, datetime):
        try:
            return kind.fromisoformat(text.strip())
        except ValueError:
            continue
    raise InvalidInputError(name, f"不是日期或者时刻：{text}（应如 2026-03-02）。")
