"""`enforcement indicators`: the figures of a period, counting them anew, and checking them."""

from __future__ import annotations

from datetime import datetime

import click

from enforcement.cli.acting import acting, as_option
from enforcement.cli.output import Output, speaks_json
from enforcement.indicators import reading, services
from enforcement.permissions import Permission

DAY = click.DateTime(formats=["%Y-%m-%d"])


@click.group("indicators", help="指标 / Indicators.")
def indicators_group() -> None:
    """Group of the commands on indicators."""


@indicators_group.command("list", help="一段时间的指标 / The indicators of a period.")
@click.option("--first", type=DAY, help="[default: the first of the month]")
@click.option("--last", type=DAY, help="[default: today]")
@click.option("--township", help="Only of this township (code).")
@click.option("--unit", help="Only of this unit (code).")
@as_option
@speaks_json
def list_(
    out: Output, first: datetime | None, last: datetime | None, township: str | None,
    unit: str | None, username: str,
) -> None:  # fmt: skip
    """Print every indicator with its value."""
    days = [one.date() if one else None for one in (first, last)]
    with acting(username, Permission.REPORT_READ) as (session, actor):
        asked = reading.read(session, actor, *days, township=township, unit=unit)
        found = [reading.as_json(line) for line in reading.table(session, actor, asked)]
    lines = [f"{row['zh']} {_shown(row['value'])}{row['unit']}" for row in found]
    out.result({"items": found}, "\n".join(lines))


def _shown(value: float | None) -> str:
    return "—" if value is None else f"{value:g}"


@indicators_group.command("refresh", help="计入新的变化 / Count what changed.")
@as_option
@speaks_json
def refresh(out: Output, username: str) -> None:
    """Count the subjects that changed; the worker does it each minute."""
    with acting(username, Permission.REPORT_READ) as (session, actor):
        found = services.refresh(session, actor.county_code)
    out.result({"subjects": found}, "\n".join(f"{name} {n}" for name, n in found.items()))


@indicators_group.command("rebuild", help="全部重新计算 / Count everything anew.")
@as_option
@speaks_json
def rebuild(out: Output, username: str) -> None:
    """Throw the counted rows away and count all again."""
    with acting(username, Permission.SETTING_CHANGE) as (session, actor):
        found = services.rebuild(session, actor)
    out.result({"rows": found}, "\n".join(f"{name} {n}" for name, n in found.items()))


@indicators_group.command("check", help="与完整查询核对 / Compare with the full queries.")
@as_option
@speaks_json
def check(out: Output, username: str) -> None:
    """Compare rows and sums with the full queries; ends with 1 where they differ."""
    with acting(username, Permission.REPORT_READ) as (session, actor):
        found = services.check(session, actor)
    words = "一致 / right" if found.right else f"不一致 / wrong: {found.wrong}, {found.days}"
    out.result({"rows": found.rows, "wrong": found.wrong, "days": found.days,
                "right": found.right}, f"{found.rows}: {words}")  # fmt: skip
    if not found.right:
        raise SystemExit(1)


COMMANDS: dict[str, click.Command] = {"indicators": indicators_group}
