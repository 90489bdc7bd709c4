"""`enforcement money`: what is owed in a case and how it was counted; the payment notice."""

from __future__ import annotations

from typing import Any

import click

from enforcement.case import money_acts
from enforcement.case.money_api import shown
from enforcement.cli.acting import acting, as_option, case_id
from enforcement.cli.output import Output, speaks_json
from enforcement.law.money import PauseGround
from enforcement.permissions import Permission


@click.group("money", help="罚款缴纳 / The money of cases.")
def money() -> None:
    """Group of the commands about money."""


def as_text(found: dict[str, Any]) -> str:
    """Return what is owed in words: the whole, each part with its late days, each pause."""
    lines = [
        f"{found['number']} 计算至 {found['counted_on']}：罚款 {found['fine_yuan'] or '—'} 元，"
        f"已缴 {found['paid_yuan']} 元，加处罚款 {found['surcharge_yuan']} 元，"
        f"已缴加处罚款 {found['surcharge_paid_yuan']} 元"
    ]
    lines += [_part(one) for one in found["parts"]]
    lines += [
        f"  {PauseGround(one['ground']).zh} {one['from_on']} — {one['until_on'] or '进行中'}"
        f" {one['paper']}"
        for one in found["pauses"]
    ]
    return "\n".join(lines)


def _part(one: dict[str, Any]) -> str:
    return (
        f"  第{one['no']}期 {one['due_on']} 应缴 {one['amount_yuan']} 元，"
        f"已缴 {one['paid_yuan']} 元，逾期 {one['late_days']} 天"
        f"（不计 {one['paused_days']} 天），加处 {one['surcharge_yuan']} 元"
    )


@money.command("show")
@click.argument("named", metavar="CASE")
@as_option
@speaks_json
def show(out: Output, named: str, username: str) -> None:
    """Show what is owed in a case (id or AJ…) today, and how it was counted."""
    with acting(username, Permission.CASE_READ, commit=False) as (session, actor):
        found = shown(session, actor, case_id(session, actor, named))
    out.result(found, as_text(found))


@money.command("notice")
@click.argument("named", metavar="CASE")
@as_option
@speaks_json
def notice(out: Output, named: str, username: str) -> None:
    """Issue the payment notice (D44); a payment is entered by `case act CASE record_payment`."""
    with acting(username, Permission.CASE_WORK) as (session, actor):
        found = case_id(session, actor, named)
        made = money_acts.notice(session, actor, found)
        data = shown(session, actor, found) | {"notice": made.number, "document": str(made.id)}
    out.result(data, f"已制作缴款通知书 {data['notice']}")


COMMANDS: dict[str, click.Command] = {"money": money}
