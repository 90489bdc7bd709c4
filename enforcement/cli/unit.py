"""`enforcement unit`: the tree of units; open, rename, close and merge them."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import click
from sqlalchemy.orm import Session

from enforcement import clock
from enforcement.actor import Actor
from enforcement.cli.acting import acting, as_option, unit_coded
from enforcement.cli.output import Output, speaks_json
from enforcement.law.terms import UnitKind
from enforcement.people import acts, services, telling, unit_queries
from enforcement.people.models import Unit
from enforcement.permissions import Permission

DAY = click.DateTime(formats=["%Y-%m-%d"])


def day_of(moment: datetime | None) -> date | None:
    """Return the day that an option names."""
    return moment.date() if moment else None


@click.group("unit", help="机构 / Units: list, open, rename, close, merge.")
def unit() -> None:
    """Group of the commands upon units."""


@unit.command("list")
@click.option("--on", type=DAY, help="哪一天的机构 / The tree of which day. [default: today]")
@click.option(
    "--which", type=click.Choice(["open", "closed", "all"]), default="open", show_default=True,
    help="存续、已撤销或者全部 / Open, closed or all.",
)  # fmt: skip
@as_option
@speaks_json
def list_command(out: Output, on: datetime | None, which: str, username: str) -> None:
    """List the tree of units as it was on a day, with people and certificates."""
    with acting(username, Permission.PEOPLE_READ, commit=False) as (session, actor):
        day = day_of(on) or clock.today(session)
        found = telling.nodes_told(unit_queries.tree(session, actor.county_code, day, which=which))
    lines = [f"{row['code']:<14} {row['name']}  {row['all_people']} / {row['all_certified']}"
             for row in found]  # fmt: skip
    out.result({"on": day.isoformat(), "units": found}, "\n".join(lines))


@unit.command("open")
@click.argument("name")
@click.option("--kind", required=True, type=click.Choice([str(kind) for kind in UnitKind]))
@click.option("--parent", required=True, metavar="CODE", help="上级单位 / Unit above, by code.")
@click.option("--from", "since", type=DAY, help="设立日期 / First day. [default: today]")
@click.option("--home", metavar="CODE", help="所在区划 / Division it belongs to.")
@click.option("--uscc", help="统一社会信用代码 / Credit code of an organ.")
@click.option("--decree", help="文号 / Number of the decree.")
@as_option
@speaks_json
def open_command(
    out: Output, name: str, kind: str, parent: str, since: datetime | None, home: str | None,
    uscc: str | None, decree: str | None, username: str,
) -> None:  # fmt: skip
    """Open a unit NAME below another; its code is given by the platform."""
    with acting(username, Permission.PEOPLE_MANAGE) as (session, actor):
        said = {
            "name": name, "kind": kind, "parent": parent, "home_code": home, "uscc": uscc,
            "decree": decree, "valid_from": day_of(since) or clock.today(session),
        }  # fmt: skip
        made = session.get_one(Unit, (actor.county_code, acts.open_unit(session, actor, said)))
        found = telling.unit_told(made)
    out.result(found, f"已设立 {found['code']} {found['name']}")


def _coded(session: Session, actor: Actor, code: str) -> Unit:
    return unit_coded(session, actor.county_code, code, "unit")


@unit.command("rename")
@click.argument("code")
@click.argument("name")
@click.option("--on", type=DAY, help="自哪一天起 / First day. [default: today]")
@click.option("--reason", required=True, help="理由 / Why.")
@as_option
@speaks_json
def rename(
    out: Output, code: str, name: str, on: datetime | None, reason: str, username: str
) -> None:
    """Give the unit of a CODE another NAME; the old one stays in its history."""
    with acting(username, Permission.PEOPLE_MANAGE) as (session, actor):
        row = _coded(session, actor, code)
        services.rename_unit(session, actor, row.id, name, on=day_of(on), reason=reason)
        found = telling.unit_told(row)
    out.result(found, f"已更名 {found['code']} {found['name']}")


@unit.command("close")
@click.argument("code")
@click.option("--on", type=DAY, help="自该日起不再存在 / First day without it. [default: today]")
@click.option("--reason", required=True, help="理由 / Why.")
@click.option("--decree", help="文号 / Number of the decree.")
@as_option
@speaks_json
def close(
    out: Output, code: str, on: datetime | None, reason: str, decree: str | None, username: str
) -> None:
    """Close the unit of a CODE; refused while people or open units hang on it."""
    with acting(username, Permission.PEOPLE_MANAGE) as (session, actor):
        row = _coded(session, actor, code)
        day = day_of(on) or clock.today(session)
        services.close_unit(session, actor, row.id, on=day, reason=reason, decree=decree)
        found = telling.unit_told(row)
    out.result(found, f"已撤销 {found['code']} {found['name']}，自 {found['valid_to']} 起")


@unit.command("merge")
@click.argument("code")
@click.argument("target")
@click.option("--on", type=DAY, help="合并日期 / First day. [default: today]")
@click.option("--reason", help="理由；与 --apply 一同填写 / Why, with --apply.")
@click.option("--decree", help="文号 / Number of the decree.")
@click.option("--apply", "applies", is_flag=True, help="预览无误后合并 / Do it; else preview.")
@click.option("--digest", help="预览的编号 / The plan that was seen.")
@as_option
@speaks_json
def merge(
    out: Output, code: str, target: str, on: datetime | None, reason: str | None,
    decree: str | None, applies: bool, digest: str | None, username: str,
) -> None:  # fmt: skip
    """Show what merging the unit CODE into TARGET would do; with --apply do it."""
    with acting(username, Permission.PEOPLE_MANAGE, commit=applies) as (session, actor):
        row = _coded(session, actor, code)
        said: dict[str, Any] = {
            "target": target, "on": day_of(on) or clock.today(session), "reason": reason or "",
            "decree": decree, "digest": digest,
        }  # fmt: skip
        plan = telling.plan_told(acts.merge_plan(session, actor, row.id, said))
        if applies:
            acts.merge_unit(session, actor, row.id, said)
    word = "已合并" if applies else "预览（未合并，加 --apply 合并）"
    text = f"{word}：{plan['unit']} → {plan['target']}，人员 {len(plan['people'])}"
    out.result(plan | {"applied": applies}, text)


COMMANDS: dict[str, click.Command] = {"unit": unit}
