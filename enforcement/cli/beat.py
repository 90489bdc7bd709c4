"""`enforcement beat`: areas, routes and checkpoints: list, import, proposals, sheets of codes."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

import click
from flask import current_app

from enforcement import clock
from enforcement.cli.acting import acting, as_option
from enforcement.cli.output import Output, speaks_json
from enforcement.cli.values import checked
from enforcement.config import Config
from enforcement.patrol import beat_files, beats, proposing, sheets
from enforcement.patrol import beat_queries as queries
from enforcement.patrol.beat_api import BeatSchema, ImportQuery, described, shown
from enforcement.patrol.terms import BeatKind, Per
from enforcement.people import unit_queries as units
from enforcement.permissions import Permission
from gis.datum import Datum
from gis.readers.limits import read_limited


@click.group("beat", help="巡区和点位 / Areas, routes, checkpoints: list, add, import, codes.")
def beat() -> None:
    """Group of the commands upon beats."""


@beat.command("list")
@click.option("--kind", type=click.Choice([str(one) for one in BeatKind]))
@click.option("--late", is_flag=True, help="只列超期未到的 / Overdue ones only.")
@as_option
@speaks_json
def list_command(out: Output, kind: str | None, late: bool, username: str) -> None:
    """List the first beats that the account may see, by unit."""
    chosen = BeatKind(kind) if kind else None
    with acting(username, Permission.PATROL_READ, commit=False) as (session, actor):
        found = queries.list_page(session, actor, kind=chosen, only_overdue=late, limit=200)
        rows = [shown(one.beat) | {"unit_name": one.unit_name, "late": one.overdue}
                for one in found]  # fmt: skip
    lines = [f"{row['id']} {row['unit_name']} {row['name']}{' 超期' if row['late'] else ''}"
             for row in rows]  # fmt: skip
    out.result({"beats": rows}, "\n".join(lines) or "没有巡查点位")


@beat.command("add")
@click.argument("kind", type=click.Choice([str(one) for one in BeatKind]))
@click.argument("name")
@click.option("--unit", required=True, metavar="CODE", help="The unit that answers for it.")
@click.option("--geometry", required=True, metavar="WKT", help="WKT or GeoJSON, lon before lat.")
@click.option("--times", type=int, default=1, show_default=True)
@click.option("--per", type=click.Choice([str(one) for one in Per]), default="week")
@click.option("--radius", type=int, metavar="M")
@as_option
@speaks_json
def add(
    out: Output, kind: str, name: str, unit: str, geometry: str, times: int, per: str,
    radius: int | None, username: str,
) -> None:  # fmt: skip
    """Register a beat."""
    said = {"kind": kind, "name": name, "unit_code": unit, "geometry": geometry, "times": times,
            "per": per, "radius_m": radius}  # fmt: skip
    body = checked(BeatSchema, said)
    with acting(username, Permission.PATROL_ASSIGN) as (session, actor):
        made = beats.add(session, actor, described(body))
        data = shown(made) | {"tag": made.tag}
    out.result(data, f"{data['id']} {data['name']}")


@beat.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--unit", required=True, metavar="CODE", help="The unit that answers for them.")
@click.option("--datum", type=click.Choice([str(one) for one in Datum]), default="wgs84")
@click.option("--times", type=int, default=1, show_default=True)
@click.option("--per", type=click.Choice([str(one) for one in Per]), default="week")
@click.option("--apply", is_flag=True, help="Register them; else it is only checked.")
@as_option
@speaks_json
def import_command(
    out: Output, file: Path, unit: str, datum: str, times: int, per: str, apply: bool,
    username: str,
) -> None:  # fmt: skip
    """Read points, routes and areas from GPX, KML or GeoJSON."""
    said = {"unit_code": unit, "times": times, "per": per, "datum": datum, "apply": apply}
    query = checked(ImportQuery, said)
    query.pop("apply"), query.pop("datum")
    with acting(username, Permission.PATROL_ASSIGN, commit=apply) as (session, actor):
        shared: dict[str, Any] = query | {"per": Per(query["per"])}
        rows = beat_files.read(read_limited(file), Datum(datum), shared)
        made = beat_files.take(session, actor, rows) if apply else []
        told = [{"row": one.row, "name": one.name, "kind": one.kind, "problem": one.problem}
                for one in rows]  # fmt: skip
        data = {"rows": told, "made": [str(one.id) for one in made]}
    lines = [f"{one['row']} {one['kind'] or '—'} {one['name']} {one['problem'] or ''}"
             for one in told]  # fmt: skip
    out.result(data, "\n".join([*lines, f"已导入 {len(made)} 个"]))


@beat.command("proposals")
@as_option
@speaks_json
def proposals(out: Output, username: str) -> None:
    """Say where a checkpoint is missing: many incidents, villages long not visited."""
    with acting(username, Permission.PATROL_ASSIGN, commit=False) as (session, actor):
        hot = [dataclasses.asdict(one) for one in proposing.hot_spots(session, actor)]
        unvisited = [dataclasses.asdict(one) for one in proposing.unvisited(session, actor)]
    lines = [f"高发 {one['name']} {one['count']}" for one in hot]
    lines += [f"未到 {one['name']} {one['days'] or '从未'}" for one in unvisited]
    out.result({"hot_spots": hot, "unvisited": unvisited}, "\n".join(lines))


@beat.command("codes")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@as_option
@speaks_json
def codes(out: Output, file: Path, username: str) -> None:
    """Write the sheets of QR codes of all checkpoints in use as PDF."""
    with acting(username, Permission.PATROL_ASSIGN, commit=False) as (session, actor):
        config: Config = current_app.extensions["enforcement.config"]
        base = (config.public_url or "").rstrip("/")
        points = queries.points_of(session, actor, None)
        names = {one.code: one.name for one in units.list_open(
            session, actor.county_code, clock.today(session))}  # fmt: skip
        pdf = sheets.codes(
            points, lambda one: f"{base}/patrols/code/{one.tag}", unit_names=names,
            font_dirs=config.font_dirs, at=clock.now(session),
        )  # fmt: skip
    file.write_bytes(pdf)
    out.result({"points": len(points), "file": str(file)}, f"{file}: {len(points)}")


COMMANDS: dict[str, click.Command] = {"beat": beat}
