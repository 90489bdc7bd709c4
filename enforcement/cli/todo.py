"""`enforcement todo`: what waits for a person, the nearest limit first."""

from __future__ import annotations

import click

from enforcement.api import next_page, read_cursor
from enforcement.cli.acting import acting, as_option
from enforcement.cli.output import Output, speaks_json
from enforcement.law.terms import IncidentState
from enforcement.law.waiting import Duty
from enforcement.permissions import Permission
from enforcement.todo import queries
from enforcement.todo.queries import CASE, Todo
from enforcement.todo.shown import as_json


@click.command("todo", help="待办，按最近期限排列 / What waits, the nearest limit first.")
@click.option("--limit", type=click.IntRange(1, 100), default=queries.PAGE, show_default=True)
@click.option("--after", help="上一页给出的标记 / What the page before gave as next.")
@as_option
@speaks_json
def todo(out: Output, limit: int, after: str | None, username: str) -> None:
    """List what waits for an account: cases and the incidents that it handles."""
    with acting(username, Permission.CASE_READ, commit=False) as (session, actor):
        rows = queries.list_page(session, actor, after=read_cursor(after), limit=limit)
    data = {"items": [as_json(row) for row in rows], "next": next_page(rows, limit, "until_at")}
    out.result(data, "\n".join(_line(row) for row in rows) or "没有待办")


def _line(row: Todo) -> str:
    duty = Duty(row.duty) if row.kind == CASE else IncidentState(row.duty)
    return f"{row.last_on or '—':<10} {row.number} {duty.zh} {row.words}"


COMMANDS: dict[str, click.Command] = {"todo": todo}
