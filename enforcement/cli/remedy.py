"""`enforcement remedy`: reconsiderations and lawsuits, the nearest day to reply first."""

from __future__ import annotations

from typing import Any

import click

from enforcement.api import next_page, read_cursor
from enforcement.case import remedies
from enforcement.cli.acting import acting, as_option
from enforcement.cli.output import Output, speaks_json
from enforcement.law.execution_terms import RemedyKind, RemedyOutcome
from enforcement.permissions import Permission


@click.group("remedy", help="复议和诉讼 / Reconsiderations and lawsuits; acts are `case act`.")
def remedy() -> None:
    """Group of the commands of remedies."""


@remedy.command("list")
@click.option("--ended", is_flag=True, help="已终结的 / Those that ended.")
@click.option("--limit", type=click.IntRange(1, 100), default=remedies.PAGE, show_default=True)
@click.option("--after", help="上一页给出的标记 / What the page before gave as next.")
@as_option
@speaks_json
def list_command(out: Output, ended: bool, limit: int, after: str | None, username: str) -> None:
    """List remedies that the account may see: unanswered ones by their last day first."""
    with acting(username, Permission.CASE_READ, commit=False) as (session, actor):
        rows = remedies.list_page(
            session, actor, ended=ended, after=read_cursor(after), limit=limit
        )
        found = [remedies.listed_json(row) for row in rows]
    data = {"remedies": found, "next": next_page(rows, limit, "sort_at")}
    out.result(data, "\n".join(_line(row) for row in found) or "没有复议和诉讼")


def _line(row: dict[str, Any]) -> str:
    done = RemedyOutcome(row["outcome"]).zh if row["outcome"] else row["replied_on"] or "待答复"
    kind = RemedyKind(row["kind"]).zh
    return f"{row['answer_due_on'] or '—':<10} {row['case_number']} {kind} {row['organ']} {done}"


COMMANDS: dict[str, click.Command] = {"remedy": remedy}
