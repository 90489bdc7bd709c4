"""`enforcement patrol check-in`, `visits`, `coverage`, `proof`, `flags`, `judge`."""

from __future__ import annotations

import uuid
from datetime import datetime
from pathlib import Path

import click

from enforcement import clock
from enforcement.cli.acting import acting, as_option, patrol_id
from enforcement.cli.output import Output, speaks_json
from enforcement.incident.intake import Photo
from enforcement.patrol.terms import VisitWay
from enforcement.permissions import Permission
from enforcement.proof import checking, covering, judging, proving, visiting
from enforcement.proof.api import shown
from enforcement.proof.checking import Said
from enforcement.proof.terms import CHECK_INS, Doubt, Ruling

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
MOMENT = click.DateTime(formats=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"])


@click.command("check-in", help="点位签到 / Check in at a checkpoint; CODE is its code or address.")
@click.argument("code")
@click.option("--way", type=click.Choice([str(one) for one in CHECK_INS]), default="qr")
@click.option("--lon", type=float, help="Degrees, WGS 84.")
@click.option("--lat", type=float)
@click.option("--accuracy", type=float, help="Metres.")
@click.option("--photo", type=FILE)
@click.option("--at", type=MOMENT, help="When, in China's time. [default: now]")
@click.option("--note")
@click.option("--key", help="Sent twice, it is kept once.")
@as_option
@speaks_json
def check_in(
    out: Output, code: str, way: str, lon: float | None, lat: float | None,
    accuracy: float | None, photo: Path | None, at: datetime | None, note: str | None,
    key: str | None, username: str,
) -> None:  # fmt: skip
    """Keep a check-in and say how far it was."""
    with acting(username, Permission.PATROL_WALK) as (session, actor):
        said = Said(
            VisitWay(way), at.replace(tzinfo=clock.ZONE) if at else clock.now(session), code,
            lon=lon, lat=lat, accuracy_m=accuracy, note=note,
            photo=Photo(photo.name, photo.read_bytes()) if photo else None,
        )  # fmt: skip
        data = shown(checking.check_in(session, actor, said, key=key or str(uuid.uuid4())))
    far = "" if data["within"] is not False else "，超出范围"
    metres = "没有位置" if data["distance_m"] is None else f"距点位{data['distance_m']:.0f}米"
    out.result(data, f"已签到，{metres}{far}")


@click.command("visits", help="重新计算某日到访 / Make a day's visits anew from its positions.")
@click.argument("day", type=click.DateTime(formats=["%Y-%m-%d"]))
@as_option
@speaks_json
def visits(out: Output, day: datetime, username: str) -> None:
    """Make the visits of a day anew, where checkpoints were registered or moved since."""
    with acting(username, Permission.POSITION_READ) as (session, actor):
        count = visiting.make_day(session, actor, day.date())
    out.result({"visits": count}, f"{day:%Y-%m-%d} 到访 {count} 次")


@click.command("coverage", help="巡查覆盖 / What a patrol covered; ID is the id or the number.")
@click.argument("named", metavar="ID")
@click.option("--redo", is_flag=True, help="Make it anew of what is known by now.")
@as_option
@speaks_json
def coverage(out: Output, named: str, redo: bool, username: str) -> None:
    """Show a patrol's coverage; where there is none yet it is made."""
    with acting(username, Permission.POSITION_READ) as (session, actor):
        ident = patrol_id(session, actor, named)
        row = None if redo else covering.find(session, actor, ident)
        data = covering.as_json(row or covering.make(session, actor, ident))
    lines = [f"{data['km']} km  {data['minutes']} min"]
    for name, words in (("points", "点位"), ("villages", "村")):
        lines.append(f"{words} {data[f'{name}_seen']}/{data[name]}")
    lines += [f"面积 {_percent(data['area_pct'])}", f"道路 {_percent(data['road_pct'])}"]
    lines += [f"高发格 {one['lon']:.4f},{one['lat']:.4f} {one['minutes']} min"
              for one in data["hot_cells"]]  # fmt: skip
    out.result(data, "\n".join(lines))


def _percent(value: float | None) -> str:
    return "—" if value is None else f"{value}%"


@click.command("proof", help="巡查实证 / Stops planned and actual, coverage, doubts of a patrol.")
@click.argument("named", metavar="ID")
@as_option
@speaks_json
def proof(out: Output, named: str, username: str) -> None:
    """Show what proves a patrol; looks at tracks are logged."""
    with acting(username, Permission.PATROL_READ) as (session, actor):
        data = proving.as_json(proving.proof(session, actor, patrol_id(session, actor, named)))
    lines = [f"{one['seq']}. {one['name']} {one['planned_at'] or '—'} {one['arrived_at'] or '—'}"
             f" {one['dwell_s'] // 60} min {one['distance_m'] or '—'} m {one['way'] or '—'}"
             for one in data["stops"]]  # fmt: skip
    out.result(data, "\n".join(lines))


@click.command("flags", help="待核对 / What is doubtful and waits for a leader's judgement.")
@click.option("--all", "all_", is_flag=True, help="Also what was judged.")
@as_option
@speaks_json
def flags(out: Output, all_: bool, username: str) -> None:
    """List doubtful days and check-ins with their figures."""
    with acting(username, Permission.POSITION_READ) as (session, actor):
        rows = [judging.as_json(one)
                for one in judging.list_flags(session, actor, open_only=not all_)]  # fmt: skip
    lines = [f"{one['id']} {one['on']} {one['name']} {Doubt(one['kind']).zh} {one['figures']}"
             for one in rows]  # fmt: skip
    out.result({"flags": rows}, "\n".join(lines))


@click.command("judge", help="核对 / Say what a doubtful record was.")
@click.argument("flag", type=click.UUID)
@click.argument("ruling", type=click.Choice([str(Ruling.EXPLAINED), str(Ruling.CONFIRMED)]))
@click.option("--note", required=True)
@as_option
@speaks_json
def judge(out: Output, flag: uuid.UUID, ruling: str, note: str, username: str) -> None:
    """Keep a leader's judgement; all that was said stays."""
    with acting(username, Permission.POSITION_READ) as (session, actor):
        row = judging.judge(session, actor, flag, Ruling(ruling), note)
        data = {"id": str(row.id), "state": row.state, "version": row.version}
    out.result(data, Ruling(ruling).zh)


PROOF = (check_in, visits, coverage, proof, flags, judge)
