"""`enforcement incident confirm-place` and `move`: acts upon the place of an incident."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import click

from enforcement.cli.acting import acting, as_option, incident_id
from enforcement.cli.output import Output, speaks_json
from enforcement.incident import places, queries
from enforcement.incident.shown import shown
from enforcement.permissions import Permission


@click.command("confirm-place")
@click.argument("named", metavar="ID")
@as_option
@click.option("--village", metavar="CODE", help="Without it the villages to choose from are shown.")
@click.option("--version", type=int, help="The version that was read.")
@speaks_json
def confirm_place(
    out: Output, named: str, username: str, village: str | None, version: int | None
) -> None:
    """Confirm which village a point near a border belongs to."""
    with acting(username, Permission.INCIDENT_READ) as (session, actor):
        found = incident_id(session, actor, named)
        if village is None:
            near = places.choices(session, queries.get(session, actor, found))
            data: dict[str, Any] = {"choices": [asdict(one) for one in near]}
            lines = [
                f"{one.code} {one.name}（{one.unit_name or '暂无单位'}，{one.distance_m:.0f} 米）"
                for one in near
            ]
            out.result(data, "\n".join(lines))
            return
        data = shown(places.confirm(session, actor, found, village, version=version))
    out.result(data, f"{data['number']} 已核实：{data['village_code']}")


@click.command("move", context_settings={"ignore_unknown_options": True})
@click.argument("named", metavar="ID")
@click.argument("lon", type=float)
@click.argument("lat", type=float)
@as_option
@click.option("--reason", metavar="TEXT", help="Without it only what would change is shown.")
@click.option("--version", type=int, help="The version that was read.")
@speaks_json
def move(
    out: Output,
    named: str,
    lon: float,
    lat: float,
    username: str,
    reason: str | None,
    version: int | None,
) -> None:
    """Correct the position of an incident (degrees, WGS 84)."""
    with acting(username, Permission.INCIDENT_READ) as (session, actor):
        found = incident_id(session, actor, named)
        seen = places.preview_move(session, actor, found, lon, lat)
        changes = [asdict(one) for one in seen.changes]
        data: dict[str, Any] = {"changes": changes}
        if reason is not None:
            moved = places.move(session, actor, found, lon, lat, reason, version=version)
            data |= shown(moved)
    lines = [f"{one['word']}：{one['before'] or '—'} → {one['after'] or '—'}" for one in changes]
    out.result(data, "\n".join(lines) or "村和责任单位都不变")
