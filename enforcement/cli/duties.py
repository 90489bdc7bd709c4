"""`enforcement duties`: who answers for what, plans of it, their check, balance and proposals."""

from __future__ import annotations

import json
import sys
import uuid
from datetime import date, datetime
from pathlib import Path
from typing import Any

import click

from enforcement import clock
from enforcement.cli import duty_balance
from enforcement.cli.acting import acting, as_option
from enforcement.cli.output import Output, speaks_json
from enforcement.errors import InvalidInputError
from enforcement.jurisdiction import (
    duty_acts,
    duty_queries,
    plan_activation,
    plan_coverage,
    plan_queries,
    plan_state,
    plans,
)
from enforcement.jurisdiction.duty_report import changed_json, duty_json, next_place, read_place
from enforcement.jurisdiction.plan_coverage import Coverage
from enforcement.permissions import Permission

DAY = click.DateTime(formats=["%Y-%m-%d"])
ON = click.option("--on", type=DAY, help="哪一天 / The day to ask about. [default: today]")


@click.group("duties", help="责任区划分 / Who answers for what: duties, plans, balance.")
def duties() -> None:
    """Group of the commands of duties."""


def _day(moment: datetime | None) -> date | None:
    return moment.date() if moment else None


@duties.command("list")
@click.option("--unit", help="单位代码，含下级 / Of a unit and those below it.")
@ON
@click.option("--after", help="上一页的 next / Where the page before ended.")
@as_option
@speaks_json
def list_duties(
    out: Output, unit: str | None, on: datetime | None, after: str | None, username: str
) -> None:
    """List duties by unit, with their days; --on gives those of a day."""
    with acting(username, Permission.JURISDICTION_READ, commit=False) as (session, actor):
        rows = duty_queries.list_page(
            session, actor.county_code, unit_code=unit, on=_day(on), after=read_place(after)
        )
        found = [duty_json(row) for row in rows]
    lines = [
        f"{one['unit']} {one['unit_name']}  {one['area_name'] or one['name']}"
        f"  {one['valid_from']} – {one['valid_to'] or ''}"
        for one in found
    ]
    more = next_place(rows, duty_queries.PAGE)
    out.result({"duties": found, "next": more}, "\n".join(lines) or "没有责任分工")


@duties.command("add")
@click.argument("unit")
@click.option("--area", help="区划代码 / Code of a village, township or county.")
@click.option("--shape", type=click.Path(path_type=Path), help="GeoJSON 或 WKT 文件，- 为标准输入")
@click.option("--name", help="自绘区域的名称 / Name of a drawn area.")
@click.option("--from", "from_day", type=DAY, help="自哪一天起 / First day. [default: today]")
@click.option("--priority", type=int, default=0, show_default=True)
@click.option("--category", help="只负责一类事件 / One category of incidents only.")
@click.option("--repair", is_flag=True, help="修复可修复的图形 / Mend the shape.")
@as_option
@speaks_json
def add(
    out: Output, unit: str, area: str | None, shape: Path | None, name: str | None,
    from_day: datetime | None, priority: int, category: str | None, repair: bool, username: str,
) -> None:  # fmt: skip
    """Make a UNIT (code) answer for an area or a drawn shape from a day on."""
    geometry = _text(shape, "shape") if shape else None
    with acting(username, Permission.JURISDICTION_CHANGE) as (session, actor):
        duty = duty_acts.add(
            session, actor, unit, valid_from=_day(from_day), area_code=area, geometry=geometry,
            name=name, priority=priority, category=category, repair=repair,
        )  # fmt: skip
        found = {"id": str(duty.id), "valid_from": duty.valid_from.isoformat()}
    out.result(found, f"责任 {found['id']} 自 {found['valid_from']} 起有效")


@duties.command("end")
@click.argument("duty", type=click.UUID)
@ON
@as_option
@speaks_json
def end(out: Output, duty: uuid.UUID, on: datetime | None, username: str) -> None:
    """End a DUTY: the day is the first on which it no longer holds."""
    with acting(username, Permission.JURISDICTION_CHANGE) as (session, actor):
        row = duty_acts.end(session, actor, duty, _day(on))
        found = {"id": str(row.id), "valid_to": str(row.valid_to)}
    out.result(found, f"责任 {found['id']} 于 {found['valid_to']} 终止")


@duties.command("plan")
@click.argument("name")
@ON
@click.option("--ops", type=click.Path(path_type=Path), help="操作（JSON 列表），- 为标准输入")
@click.option("--note", default="", help="说明 / A note.")
@as_option
@speaks_json
def plan(
    out: Output, name: str, on: datetime | None, ops: Path | None, note: str, username: str
) -> None:
    """Start a plan NAME from the duties of a day; --ops changes it at once, all or nothing."""
    steps = _ops(ops) if ops else None
    with acting(username, Permission.DUTY_PLAN) as (session, actor):
        made = plans.start(session, actor, name, on=_day(on), note=note)
        if steps is not None:
            changed = plans.apply(session, actor, made.id, steps, made.version)
        else:
            changed = plans.Changed(made, {})
        found = changed_json(changed)
    out.result(found, f"方案 {found['id']}（{found['name']}），第 {found['version']} 版")


@duties.command("change")
@click.argument("plan", type=click.UUID)
@click.option("--ops", type=click.Path(path_type=Path), help="操作（JSON 列表），- 为标准输入")
@click.option("--undo", is_flag=True, help="撤销上一步 / Take back the last change.")
@click.option("--redo", is_flag=True, help="重做 / Do again what was taken back.")
@click.option("--discard", is_flag=True, help="放弃方案 / Give the plan up.")
@click.option("--version", type=int, help="看到的版本 / The version seen. [default: the latest]")
@as_option
@speaks_json
def change(
    out: Output, plan: uuid.UUID, ops: Path | None, undo: bool, redo: bool, discard: bool,
    version: int | None, username: str,
) -> None:  # fmt: skip
    """Change a draft PLAN: exactly one of --ops, --undo, --redo, --discard."""
    if [ops is not None, undo, redo, discard].count(True) != 1:
        raise InvalidInputError("ops", "须在 --ops、--undo、--redo、--discard 中选且只选一项")
    steps = _ops(ops) if ops else []
    with acting(username, Permission.DUTY_PLAN) as (session, actor):
        seen = version or plan_queries.get(session, actor.county_code, plan).version
        if discard:
            done = plans.Changed(plans.discard(session, actor, plan, seen), {})
        elif undo or redo:
            done = (plans.undo if undo else plans.redo)(session, actor, plan, seen)
        else:
            done = plans.apply(session, actor, plan, steps, seen)
        found = changed_json(done)
    out.result(found, f"方案 {found['id']}，第 {found['version']} 版，{found['status']}")


@duties.command("show")
@click.argument("plan", type=click.UUID)
@ON
@as_option
@speaks_json
def show(out: Output, plan: uuid.UUID, on: datetime | None, username: str) -> None:
    """Show a PLAN: who answers for each area, polygons, check, what differs from the day."""
    with acting(username, Permission.DUTY_PLAN, commit=False) as (session, actor):
        row = plan_queries.get(session, actor.county_code, plan)
        found = plan_state.state(session, row, _day(on)).as_json()
    lines = [f"{one['name']}：{one['source'] or '无'} → {one['target'] or '无'}"
             for one in found["difference"]["areas"]]  # fmt: skip
    out.result(found, f"{len(lines)} 个村易手\n" + "\n".join(lines))


@duties.command("check")
@click.argument("plan", type=click.UUID, required=False)
@ON
@as_option
@speaks_json
def check(out: Output, plan: uuid.UUID | None, on: datetime | None, username: str) -> None:
    """Check a PLAN, or without one the duties in force: gaps, ties, rows without effect."""
    wanted = Permission.DUTY_PLAN if plan else Permission.JURISDICTION_READ
    with acting(username, wanted, commit=False) as (session, actor):
        day = _day(on) or clock.today(session)
        found, drift = _checked(session, actor.county_code, plan, day)
    data = {"on": day.isoformat(), **found.as_json(), "drift": drift}
    lines = [f"{one.severity}: {one.text}" for one in found.findings]
    out.result(data, "\n".join(lines) or "没有发现问题")


def _checked(
    session: Any, county_code: str, plan_id: uuid.UUID | None, day: date
) -> tuple[Coverage, dict[str, Any] | None]:
    if plan_id is None:
        return plan_coverage.coverage_on(session, county_code, day), None
    row = plan_queries.get(session, county_code, plan_id)
    drift = plan_activation.drift_of(session, row, day)
    return plan_coverage.coverage(session, row, day), drift.as_json()


@duties.command("activate")
@click.argument("plan", type=click.UUID)
@click.option("--from", "from_day", type=DAY, help="自哪一天起 / First day. [default: today]")
@click.option("--accept-changes", is_flag=True, help="已核对拟订以后的变化 / Changes were seen.")
@click.option("--accept-problems", is_flag=True, help="已核对检查的问题 / Problems were seen.")
@as_option
@speaks_json
def activate(
    out: Output, plan: uuid.UUID, from_day: datetime | None, accept_changes: bool,
    accept_problems: bool, username: str,
) -> None:  # fmt: skip
    """Put a draft PLAN in force from a day on; earlier days keep their duties."""
    with acting(username, Permission.JURISDICTION_CHANGE) as (session, actor):
        done = plan_activation.activate(
            session, actor, plan, _day(from_day),
            accept_changes=accept_changes, accept_problems=accept_problems,
        ).as_json()  # fmt: skip
    out.result(
        done,
        f"自 {done['activated_from']} 起有效：终止 {done['ended']}，新增 {done['added']}，"
        f"不变 {done['kept']}",
    )


def _ops(path: Path) -> Any:
    try:
        return json.loads(_text(path, "ops"))
    except ValueError as error:
        raise InvalidInputError("ops", f"{path} 不是 JSON：{error}") from error


def _text(path: Path, field: str) -> str:
    """Return the text of a file, "-" being standard input; raises InvalidInputError."""
    try:
        return sys.stdin.read() if str(path) == "-" else path.read_text(encoding="utf-8")
    except (OSError, ValueError) as error:
        raise InvalidInputError(field, f"读不了 {path}：{error}") from error


duties.add_command(duty_balance.balance)
duties.add_command(duty_balance.propose)
COMMANDS: dict[str, click.Command] = {"duties": duties}
