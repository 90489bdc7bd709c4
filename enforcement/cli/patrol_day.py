"""`enforcement patrol day|prepare|plan|publish`: a leader's morning without a browser."""

from __future__ import annotations

from datetime import date
from typing import Any

import click

from enforcement import clock
from enforcement.cli.acting import acting, as_option
from enforcement.cli.output import Output, speaks_json
from enforcement.errors import InvalidInputError
from enforcement.followup import services as followup
from enforcement.patrol import board, publishing, runs
from enforcement.patrol.terms import RunKind
from enforcement.permissions import Permission

on_option = click.option("--on", metavar="DAY", help="The day, today by default.")


def _day(session: Any, said: str | None) -> date:
    try:
        return clock.day_of(said) if said else clock.today(session)
    except ValueError:
        raise InvalidInputError("on", f"日期不对：{said}") from None


@click.command("day", help="当日清单 / A day's board: lists, loads, what is on no list.")
@on_option
@as_option
@speaks_json
def day(out: Output, on: str | None, username: str) -> None:
    """Show a day's board."""
    with acting(username, Permission.PATROL_ASSIGN, commit=False) as (session, actor):
        data = board.as_json(board.board(session, actor, _day(session, on)))
    lines = [f"{lane['squad']} {lane['name']} {len(lane['stops'])} 点 {lane['km']} km"
             for lane in data["lanes"]]  # fmt: skip
    out.result(data, "\n".join([*lines, f"待安排 {len(data['pool'])}"]))


@click.command("prepare", help="生成当日清单 / Collect what falls due, make lists of templates.")
@on_option
@as_option
@speaks_json
def prepare(out: Output, on: str | None, username: str) -> None:
    """Prepare a day."""
    with acting(username, Permission.PATROL_ASSIGN) as (session, actor):
        made = followup.prepare(session, actor, _day(session, on))
    data = {"lists": made.lists, "wishes": made.wishes, "elsewhere": list(made.elsewhere)}
    out.result(data, f"清单 {made.lists} 份，到期事项 {made.wishes} 件")


@click.command("plan", help="自动排班 / Plan a day; county is made by the worker.")
@click.option("--kind", type=click.Choice([str(one) for one in RunKind]), default="brigade")
@on_option
@as_option
@speaks_json
def plan(out: Output, kind: str, on: str | None, username: str) -> None:
    """Plan a day onto the lists, or order a plan of the county."""
    with acting(username, Permission.PATROL_ASSIGN) as (session, actor):
        asked = _day(session, on)
        if kind == RunKind.COUNTY:
            data = runs.shown(runs.order(session, actor, asked))
        else:
            done = runs.plan_now(session, actor, asked, RunKind(kind))
            data = runs.shown(done.run) | {"moved": done.moved}
    out.result(data, f"{data['state']} {data['id']} 未排上 {data['dropped']}")


@click.command("publish", help="下达 / Publish squads' lists; their phones are told.")
@click.argument("squads", nargs=-1, required=True)
@on_option
@as_option
@speaks_json
def publish(out: Output, squads: tuple[str, ...], on: str | None, username: str) -> None:
    """Publish the lists of squads by their codes."""
    with acting(username, Permission.PATROL_ASSIGN) as (session, actor):
        told = publishing.publish(session, actor, _day(session, on), squads)
        numbers = [one.number for one in told]
    out.result({"published": numbers}, "\n".join(numbers))
