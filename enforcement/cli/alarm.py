"""`enforcement alarm`: list what has failed and needs an administrator, close one by hand."""

from __future__ import annotations

import uuid

import click

from enforcement import alarms
from enforcement.alarms import AlarmKind
from enforcement.cli.acting import acting, as_option
from enforcement.cli.output import Output, speaks_json
from enforcement.overview.alarm_api import alarm_json
from enforcement.permissions import Permission


@click.group("alarm", help="系统报警 / What has failed: list, close.")
def alarm() -> None:
    """Group of the commands upon alarms."""


@alarm.command("list")
@click.option("--closed", is_flag=True, help="已关闭的 / The closed ones.")
@as_option
@speaks_json
def list_command(out: Output, closed: bool, username: str) -> None:
    """List the open alarms, or the last closed ones."""
    with acting(username, Permission.ALARM_READ, commit=False) as (session, actor):
        found = alarms.list_closed if closed else alarms.list_open
        rows = [alarm_json(row) for row in found(session, actor.county_code)]
    lines = [
        f"{row['id']} {row['raised_at'][:16]} {AlarmKind(row['kind']).zh} {row['name']}"
        for row in rows
    ]
    out.result({"alarms": rows}, "\n".join(lines) or "没有报警")


@alarm.command("close")
@click.argument("alarm_id", type=click.UUID, metavar="ID")
@click.option("--note", required=True, help="处理情况 / What was done.")
@as_option
@speaks_json
def close(out: Output, alarm_id: uuid.UUID, note: str, username: str) -> None:
    """Close an alarm by hand."""
    with acting(username, Permission.ALARM_CLOSE) as (session, actor):
        data = alarm_json(alarms.close(session, actor, alarm_id, note))
    out.result(data, f"已关闭：{data['name']}")


COMMANDS: dict[str, click.Command] = {"alarm": alarm}
