"""`enforcement operations`: how the platform runs, and trying anew what the worker gave up."""

from __future__ import annotations

import uuid
from dataclasses import asdict

import click

from enforcement.cli.acting import acting, as_option
from enforcement.cli.output import Output, speaks_json
from enforcement.operations import queries, services, wording
from enforcement.operations.api import shown
from enforcement.permissions import Permission


@click.group("operations", help="平台运行 / How the platform runs.")
def operations() -> None:
    """Group of the commands on running the platform."""


@operations.command("show", help="后台任务 / What waits for the worker, and what failed.")
@as_option
@speaks_json
def show(out: Output, username: str) -> None:
    """Print the tasks that wait or failed."""
    with acting(username, Permission.ALARM_READ, commit=False) as (session, actor):
        work = queries.work(session, actor.county_code)
        steps = [shown(one) for one in queries.troubled(session, actor.county_code)]
    lines = [f"{wording.task(one.task)} 等待 {one.waiting} 落后 {one.late} 失败 {one.failed}"
             for one in work]  # fmt: skip
    lines += [f"{one['id']} {one['task']} {one['state']} {one['last_error']}" for one in steps]
    tasks = [asdict(one) | {"next_at": str(one.next_at) if one.next_at else None} for one in work]
    out.result({"tasks": tasks, "troubled": steps}, "\n".join(lines) or "没有等待的任务")


@operations.command("retry", help="再办一次 / Try a step again.")
@click.argument("step_id", type=click.UUID, metavar="ID")
@as_option
@speaks_json
def retry(out: Output, step_id: uuid.UUID, username: str) -> None:
    """Have the worker try a step again."""
    with acting(username, Permission.ALARM_CLOSE) as (session, actor):
        told = shown(services.retry(session, actor, step_id))
    out.result(told, f"{told['task']} 马上再办")


COMMANDS: dict[str, click.Command] = {"operations": operations}
