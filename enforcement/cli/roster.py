"""`enforcement roster`: who is on duty, a week, gaps ahead, publishing from a template."""

from __future__ import annotations

from datetime import date, datetime

import click

from enforcement import clock
from enforcement.cli.acting import acting, as_option
from enforcement.cli.output import Output, speaks_json
from enforcement.cli.roster_fair import fair
from enforcement.errors import InvalidInputError
from enforcement.permissions import Permission
from enforcement.roster import gaps, on_duty, queries, reach, services, shown, words
from enforcement.roster.on_duty import OnCall
from enforcement.roster.pattern import monday_of
from enforcement.roster.planning import Plan
from enforcement.roster.problems import said
from enforcement.roster.terms import PlanState
from enforcement.roster.week import week_of

DAY = click.DateTime(formats=["%Y-%m-%d"])


@click.group("roster", help="值班 / The roster: who is on duty, weeks, gaps, publishing.")
def roster() -> None:
    """Group of the commands of the roster."""


@roster.command("now")
@click.argument("place", metavar="VILLAGE")
@click.option(
    "--at", metavar="TIME", help="时间，带时区 / 2026-03-02T09:00:00+08:00. [default: now]"
)
@click.option("--category", help="事件类别代码 / Category of the incident.")
@as_option
@speaks_json
def now(out: Output, place: str, at: str | None, category: str | None, username: str) -> None:
    """Say who is to be called for a VILLAGE (12 digits; a township's 9 do too), in order."""
    with acting(username, Permission.ROSTER_READ, commit=False) as (session, actor):
        reach.check_place(session, actor, place)
        moment = _moment(at) if at else clock.now(session)
        found = on_duty.on_duty(session, actor.county_code, place, moment, category)
    data = {"at": shown.local(moment), "steps": [on_duty.as_json(row) for row in found]}
    out.result(data, "\n".join(map(_step, found)))


def _moment(text: str) -> datetime:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise InvalidInputError("at", f"时间写法有误：{text}") from None
    if found.tzinfo is None:
        raise InvalidInputError("at", "时间应当带时区，例如 2026-03-02T09:15:00+08:00。")
    return found


def _step(row: OnCall) -> str:
    where = row.unit_name or "（没有对应单位）"
    if row.nobody:
        return f"{row.number}. {row.level.zh} {where}：无人值班"
    until = f"，至 {row.until.astimezone(clock.ZONE):%m-%d %H:%M}" if row.until else "（不排班）"
    paper = "，持证" if row.certified else ""
    return f"{row.number}. {row.level.zh} {where}：{row.person_name}{until}{paper}"


@roster.command("week")
@click.argument("unit")
@click.option("--day", type=DAY, help="该周的任何一天 / Any day of the week. [default: today]")
@as_option
@speaks_json
def week(out: Output, unit: str, day: datetime | None, username: str) -> None:
    """Show the week of a UNIT (code): shifts, leave, gaps."""
    with acting(username, Permission.ROSTER_READ, commit=False) as (session, actor):
        found = reach.unit_to_read(session, actor, unit)
        on = day.date() if day else clock.today(session)
        made = week_of(session, found, monday_of(on))
        out.result(shown.week_json(made), shown.week_lines(made))


@roster.command("gaps")
@click.option("--unit", help="单位代码 / Unit code. [default: all within reach]")
@click.option("--days", type=click.IntRange(1, 92), help="天数 / Days ahead. [default: setting]")
@as_option
@speaks_json
def list_gaps(out: Output, unit: str | None, days: int | None, username: str) -> None:
    """List times ahead for which people are lacking, with who could help."""
    with acting(username, Permission.ROSTER_CHANGE, commit=False) as (session, actor):
        one = reach.unit_to_read(session, actor, unit) if unit else None
        found = gaps.ahead(session, actor, unit=one, days=days)
    for year in found.missing_years:
        out.say(f"没有{year}年的工作日历，该年的办公时间没有检查。")
    data = {
        "gaps": [gaps.as_json(gap) for gap in found.gaps],
        "missing_years": list(found.missing_years),
        "more": found.more,
    }
    lines = [
        f"{gap.unit.name} {gap.kind.zh} {words.when(gap.starts_at, gap.ends_at)} 缺{gap.missing}人"
        f"；可安排：{'、'.join(name for _id, name in gap.candidates) or '无'}"
        for gap in found.gaps
    ]
    out.result(data, "\n".join(lines) or "没有空缺。")


@roster.command("publish")
@click.argument("unit")
@click.option("--template", help="模板名称 / Name of the template. [default: the only one]")
@click.option(
    "--day", type=DAY, required=True, help="第一周的任何一天 / Any day of the first week."
)
@click.option("--weeks", type=int, default=1, show_default=True, help="周数 / How many weeks.")
@click.option("--accept-short-rest", is_flag=True, help="休息不足的仍安排 / Keep short rest.")
@click.option("--apply", "applies", is_flag=True, help="预览无误后发布 / Do it; else preview.")
@as_option
@speaks_json
def publish(
    out: Output, unit: str, template: str | None, day: datetime, weeks: int,
    accept_short_rest: bool, applies: bool, username: str,
) -> None:  # fmt: skip
    """Show what publishing the template of a UNIT (code) would do; with --apply do it."""
    do = services.publish_week if applies else services.preview_week
    with acting(username, Permission.ROSTER_CHANGE) as (session, actor):
        found = reach.unit_to_read(session, actor, unit)
        names = {
            row.name: row for row in queries.list_templates(session, actor.county_code, found.id)
        }
        if template is None and len(names) == 1:
            template = next(iter(names))
        if template not in names:
            raise InvalidInputError(
                "template", f"请选择模板：{'、'.join(names) or '该单位没有模板'}"
            )
        first: date = day.date()
        plan = do(
            session, actor, names[template].id, first, weeks, accept_short_rest=accept_short_rest
        )
        data, text = shown.plan_json(plan), _planned(plan)
    out.result(data, text)


def _planned(plan: Plan) -> str:
    counts = "，".join(f"{state.zh} {len(plan.of(state))}" for state in PlanState)
    lines = [f"{'已发布' if plan.applied else '预览（未发布，加 --apply 发布）'}：{counts}"]
    for line in plan.conflicts:
        who = plan.names.get(line.person_id, "") if line.person_id else ""
        when = words.when(line.starts_at, line.ends_at)
        lines.append(f"  {when} {line.kind.zh} {who}：{said(line.problems)}")
    return "\n".join(lines)


roster.add_command(fair)
COMMANDS: dict[str, click.Command] = {"roster": roster}
