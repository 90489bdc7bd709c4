"""`enforcement rules`: list, add, switch off and try the rules that send incidents to a unit."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

import click

from enforcement.cli.acting import acting, as_option
from enforcement.cli.output import Output, speaks_json
from enforcement.cli.values import checked
from enforcement.permissions import Permission
from enforcement.rules import dry_run, queries, services, words
from enforcement.rules.api import AddBody, TryBody, draft_from, shown


@click.group("rules", help="派单规则 / Rules that send incidents to a unit.")
def rules() -> None:
    """Group of the commands of the rules."""


def rule_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options that describe a rule."""
    options = (
        click.option("--name", required=True, help="名称 / Its name."),
        click.option("--unit", required=True, metavar="CODE", help="派给 / Unit, e.g. 01.01.02."),
        click.option("--category", "categories", multiple=True, metavar="CODE",
                     help="类别，可重复 / 01 covers 0102; may be given again."),
        click.option("--area", "areas", multiple=True, metavar="CODE",
                     help="乡镇或村代码，可重复 / Township or village; may be given again."),
        click.option("--weekday", "weekdays", multiple=True, type=click.IntRange(1, 7),
                     help="星期 / 1 is Monday; may be given again."),
        click.option("--from", "from_time", metavar="HH:MM", help="开始时间 / China's time."),
        click.option("--to", "to_time", metavar="HH:MM", help="结束时间 / May lie past midnight."),
        click.option("--source", "sources", multiple=True, help="来源 / For example button."),
        click.option("--urgency", "urgencies", multiple=True, help="red, green, normal."),
        click.option("--valid-from", metavar="DAY", help="[default: today]"),
        click.option("--valid-to", metavar="DAY", help="第一天不再适用 / First day without it."),
        click.option("--note", help="说明 / A note."),
        click.option("--position", type=click.IntRange(1), help="第几条 / [default: the last]"),
    )  # fmt: skip
    for option in reversed(options):
        function = option(function)
    return function


def _body(schema: Any, said: dict[str, Any]) -> dict[str, Any]:
    given = {
        name: list(value) if isinstance(value, tuple) else value
        for name, value in said.items()
        if value not in (None, ())
    }
    return checked(schema, given)


@rules.command("list")
@as_option
@speaks_json
def list_rules(out: Output, username: str) -> None:
    """List the rules in order, and say which cannot decide today."""
    with acting(username, Permission.RULE_READ, commit=False) as (session, actor):
        rows = queries.list_active(session, actor.county_code)
    lines = [
        f"{one.rule.position}. {one.rule.name} → {one.unit.name}（{one.rule.id}）"
        + "".join(f"\n   失效：{why}" for why in words.failures(one.broken))
        for one in rows
    ]
    data = [shown(one.rule, one.unit.code) | {"broken": list(one.broken)} for one in rows]
    empty = "没有规则：事件按界线和责任区派给责任单位。"
    out.result({"rules": data}, "\n".join(lines) or empty)


@rules.command("add")
@rule_options
@as_option
@speaks_json
def add(out: Output, username: str, **said: Any) -> None:
    """Add a rule; the first that matches decides."""
    body = _body(AddBody, said)
    position = body.pop("position")
    with acting(username, Permission.RULE_CHANGE) as (session, actor):
        draft = draft_from(session, actor.county_code, body)
        rule = services.add(session, actor, draft, position=position)
        data = shown(rule, said["unit"])
    out.result(data, f"已新增第 {data['position']} 条规则：{data['name']}（{data['id']}）")


@rules.command("off")
@click.argument("rule_id", type=click.UUID)
@click.option("--reason", required=True, help="理由 / Why.")
@as_option
@speaks_json
def off(out: Output, rule_id: uuid.UUID, reason: str, username: str) -> None:
    """Switch a rule off for good."""
    with acting(username, Permission.RULE_CHANGE) as (session, actor):
        rule = services.switch_off(session, actor, rule_id, reason)
        data = {"id": str(rule.id), "name": rule.name, "active": rule.active}
    out.result(data, f"已停用规则：{data['name']}")


@rules.command("dry-run")
@rule_options
@click.option("--rule", "rule_id", metavar="ID", help="修改哪一条 / Instead of this rule.")
@click.option("--months", type=int, default=dry_run.MONTHS, show_default=True)
@as_option
@speaks_json
def try_rule(out: Output, username: str, **said: Any) -> None:
    """Say what a rule would have done with the incidents of the last months; store nothing."""
    body = _body(TryBody, said)
    asked = {name: body.pop(name) for name in ("rule_id", "position", "months")}
    with acting(username, Permission.RULE_READ, commit=False) as (session, actor):
        draft = draft_from(session, actor.county_code, body)
        found = dry_run.run(session, actor, draft, **asked)
    lines = [f"近 {found.months} 个月 {found.total} 件，{found.moved} 件会派给另一单位"]
    lines += [
        f"  {row['from_name'] or '—'} → {row['to_name'] or '—'}：{row['incidents']}"
        for row in found.units
    ]
    out.result(found.as_json(), "\n".join(lines))


COMMANDS: dict[str, click.Command] = {"rules": rules}
