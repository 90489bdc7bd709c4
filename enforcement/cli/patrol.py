"""`enforcement patrol`: read patrols, start them, record stops, finish them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import click
from sqlalchemy.orm import Session

from enforcement import clock
from enforcement.api import plain_row
from enforcement.cli.acting import acting, as_option, patrol_id
from enforcement.cli.output import Output, speaks_json
from enforcement.cli.patrol_day import day, plan, prepare, publish
from enforcement.cli.patrol_proof import PROOF
from enforcement.cli.patrol_report import report
from enforcement.cli.patrol_solve import solve_command
from enforcement.cli.values import checked
from enforcement.law.terms import PatrolState, UnitKind
from enforcement.patrol import queries, services
from enforcement.patrol.api import VisitSchema, shown
from enforcement.patrol.models import Patrol
from enforcement.people.queries import list_units
from enforcement.permissions import Permission


@click.group("patrol", help="巡查 / Patrols: list, visit stops, start, finish, cancel.")
def patrol() -> None:
    """Group of the patrol commands."""


@patrol.command("list")
@as_option
@speaks_json
def list_command(out: Output, username: str) -> None:
    """List the patrols that the account may see, the latest day first."""
    with acting(username, Permission.PATROL_READ, commit=False) as (session, actor):
        rows = [
            shown(row) | {"squad_name": name} for row, name in queries.list_recent(session, actor)
        ]
    lines = [
        f"{row['number']} {row['patrol_on']} {row['squad_name']} {PatrolState(row['state']).zh}"
        for row in rows
    ]
    out.result({"patrols": rows}, "\n".join(lines))


@patrol.command("squads")
@as_option
@speaks_json
def squads(out: Output, username: str) -> None:
    """List the squads of the account's county with their codes."""
    with acting(username, Permission.PATROL_READ, commit=False) as (session, actor):
        found = list_units(session, actor.county_code, UnitKind.SQUAD, clock.today(session))
        rows = [plain_row(unit, "id", "code", "name") for unit in found]
    out.result({"squads": rows}, "\n".join(f"{row['code']} {row['name']}" for row in rows))


@patrol.command("show")
@click.argument("named", metavar="ID")
@as_option
@speaks_json
def show(out: Output, named: str, username: str) -> None:
    """Show one patrol with its stops; ID is the id or the number (XC…)."""
    with acting(username, Permission.PATROL_READ, commit=False) as (session, actor):
        data = _in_full(session, queries.get(session, actor, patrol_id(session, actor, named)))
    lines = [f"{data['number']} {data['patrol_on']} {PatrolState(data['state']).zh}"]
    lines += [
        f"  {stop['seq']}. {stop['incident_number'] or stop['village_code']} "
        f"{stop['outcome'] or '（未到）'}"
        for stop in data["stops"]
    ]
    out.result(data, "\n".join(lines))


def _in_full(session: Session, row: Patrol) -> dict[str, Any]:
    stops = queries.stops(session, row.county_code, [row.id])[row.id]
    return shown(row) | {
        "stops": [
            plain_row(
                stop, "seq", "incident_id", "village_code", "lon", "lat", "visited_at", "outcome"
            )
            | {"incident_number": incident.number if incident else None}
            for stop, incident in stops
        ]
    }


@patrol.command("visit")
@click.argument("named", metavar="ID")
@click.argument("seq", type=int)
@as_option
@click.option("--outcome", required=True, metavar="TEXT", help="What was found.")
@speaks_json
def visit(out: Output, named: str, seq: int, username: str, outcome: str) -> None:
    """Record that stop number SEQ of a patrol was visited."""
    body = checked(VisitSchema, {"outcome": outcome})
    with acting(username, Permission.PATROL_WALK) as (session, actor):
        body.pop("findings")
        stop = services.visit(session, actor, patrol_id(session, actor, named), seq, **body)
        data = plain_row(stop, "seq", "visited_at", "outcome")
    out.result(data, f"第{seq}个点位已登记：{data['outcome']}")


def _move(act: str, permission: Permission, words: str) -> click.Command:
    def carry_out(out: Output, named: str, username: str) -> None:
        with acting(username, permission) as (session, actor):
            row = services.move(session, actor, patrol_id(session, actor, named), act)
            data = shown(row)
        out.result(data, f"{data['number']} {PatrolState(data['state']).zh}")

    made: Callable[..., Any] = as_option(speaks_json(carry_out))
    return click.command(act, help=words)(click.argument("named", metavar="ID")(made))


patrol.add_command(_move("start", Permission.PATROL_WALK, "开始巡查 / Start a patrol."))
patrol.add_command(_move("finish", Permission.PATROL_WALK, "结束巡查 / Finish a patrol."))
patrol.add_command(_move("cancel", Permission.PATROL_ASSIGN, "取消巡查 / Cancel a patrol."))
for _command in (solve_command, day, prepare, plan, publish, report, *PROOF):
    patrol.add_command(_command)

COMMANDS: dict[str, click.Command] = {"patrol": patrol}
