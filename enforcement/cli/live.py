"""`enforcement live`: where the units on duty are, and who is nearest to an incident."""

from __future__ import annotations

import json

import click

from enforcement.cli.acting import acting, as_option, incident_id
from enforcement.cli.output import Output, speaks_json
from enforcement.live import board, nearest
from enforcement.permissions import Permission


@click.group("live", help="在岗位置 / Live positions: units, nearest.")
def live() -> None:
    """Group of the commands upon live positions."""


@live.command("units")
@as_option
@speaks_json
def units(out: Output, username: str) -> None:
    """List the units on duty whom the account may look at; the look is logged."""
    with acting(username, Permission.LIVE_READ) as (session, actor):
        found = board.look(session, actor, "command")
    rows = json.loads(found.units)
    lines = [f"{row['name']} {row['unit'] or ''} {row['lon']},{row['lat']}" for row in rows]
    out.result({"units": rows}, "\n".join(lines) or "没有在岗单位 / nobody")


@live.command("nearest")
@click.argument("incident")
@as_option
@speaks_json
def near(out: Output, incident: str, username: str) -> None:
    """List who on duty is nearest to an incident (id or number) by travel time; logged."""
    with acting(username, Permission.INCIDENT_DISPATCH) as (session, actor):
        found = nearest.find(session, actor, incident_id(session, actor, incident))
        rows = [nearest.as_json(one) for one in found]
    lines = [f"{row['travel_s']} s ({row['by']}) {row['name']} {row['unit'] or ''}" for row in rows]
    out.result({"candidates": rows}, "\n".join(lines) or "附近没有在岗人员 / nobody near")


COMMANDS: dict[str, click.Command] = {"live": live}
