"""`enforcement incident`: report, list, read, act upon and assign incidents."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import click
from sqlalchemy.orm import Session

from enforcement import clock
from enforcement.api import next_page, plain_row, read_cursor
from enforcement.cli.acting import acting, as_option, incident_id, squad_coded
from enforcement.cli.incident_place import confirm_place, move
from enforcement.cli.output import Output, speaks_json
from enforcement.cli.taxonomy import taxonomy
from enforcement.cli.values import checked
from enforcement.incident import importing, queries, services
from enforcement.incident.api import ACTS, ListQuery, ReportSchema
from enforcement.incident.intake import Photo, Report
from enforcement.incident.models import Incident
from enforcement.incident.said_schema import SaidSchema, said_of
from enforcement.incident.shown import shown
from enforcement.law.terms import IncidentEvent, IncidentSource, IncidentState, Outside, Urgency
from enforcement.patrol import services as patrols
from enforcement.patrol.api import shown as shown_patrol
from enforcement.permissions import Permission

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
EVENTS = [event.value.replace("_", "-") for event in ACTS]


@click.group("incident", help="事件 / Incidents: report, list, handle, assign.")
def incident() -> None:
    """Group of the incident commands."""


@incident.command("report")
@as_option
@click.option("--category", required=True, metavar="CODE", help="For example 04 or V8.")
@click.option("--description", required=True, metavar="TEXT")
@click.option("--lon", type=float, help="Degrees, WGS 84.")
@click.option("--lat", type=float, help="Degrees, WGS 84.")
@click.option("--accuracy-m", type=float, help="Metres.")
@click.option("--place", metavar="TEXT", help="The place in words.")
@click.option("--occurred-at", metavar="ISO", help="With its offset. [default: now]")
@click.option("--photo", "files", type=FILE, multiple=True, help="May be given again.")
@click.option("--key", metavar="K", help="The same key gives the same incident.")
@speaks_json
def report(
    out: Output, username: str, files: tuple[Path, ...], key: str | None, **said: Any
) -> None:
    """Report an incident and say which village it is and who answers for it."""
    with acting(username, Permission.INCIDENT_REPORT) as (session, actor):
        said["occurred_at"] = said["occurred_at"] or clock.now(session).isoformat()
        values = checked(ReportSchema, said | {"key": key})
        for name in ("key", "photos"):
            values.pop(name)
        what = Report(**values, source=IncidentSource.COMMAND)
        photos = [Photo(file.name, file.read_bytes()) for file in files]
        made = services.report(session, actor, what, photos, key=key)
        place = queries.place_of(session, made)
        names = {name: place.get(name) for name in ("village", "township", "squad", "brigade")}
        data = shown(made) | {"names": names}
    where = " ".join(name for name in names.values() if name)
    out.result(data, f"{made.number} {where or '（没有位置）'}")


@incident.command("list")
@as_option
@click.option("--state", type=click.Choice([str(state) for state in IncidentState]))
@click.option("--category", metavar="CODE")
@click.option("--township", metavar="CODE")
@click.option("--after", metavar="CURSOR", help="The value `next` of the page before.")
@click.option("--limit", type=int, default=queries.PAGE, show_default=True)
@speaks_json
def list_command(out: Output, username: str, **asked: Any) -> None:
    """List the incidents that the account may see, the newest first."""
    query = checked(ListQuery, {name: value for name, value in asked.items() if value is not None})
    with acting(username, Permission.INCIDENT_READ, commit=False) as (session, actor):
        found = queries.list_page(
            session,
            actor,
            state=query["state"],
            category=query["category"],
            township_code=query["township"],
            after=read_cursor(query["after"]),
            limit=query["limit"],
        )
        rows = [
            shown(row.incident)
            | {"village_name": row.village_name, "responsible_name": row.responsible_name}
            for row in found
        ]
    following = next_page([row.incident for row in found], query["limit"], "received_at")
    lines = [
        f"{row['number']} {IncidentState(row['state']).zh} {row['category']} "
        f"{row['village_name'] or '—'} {row['description'][:30]}"
        for row in rows
    ]
    out.result({"incidents": rows, "next": following}, "\n".join(lines))


@incident.command("show")
@click.argument("named", metavar="ID")
@as_option
@speaks_json
def show(out: Output, named: str, username: str) -> None:
    """Show one incident with its history; ID is the id or the number (SJ…)."""
    with acting(username, Permission.INCIDENT_READ, commit=False) as (session, actor):
        data = _in_full(session, queries.get(session, actor, incident_id(session, actor, named)))
    lines = [f"{data['number']} {IncidentState(data['state']).zh}：{data['description']}"]
    lines += [
        f"  {entry['at'][:16]} {IncidentEvent(entry['event']).zh} {entry['by_name']}"
        for entry in data["history"]
    ]
    out.result(data, "\n".join(lines))


def _in_full(session: Session, row: Incident) -> dict[str, Any]:
    entries = queries.history(session, row.county_code, row.id)
    photos = queries.photos(session, row.county_code, row.id)
    return shown(row) | {
        "history": [
            plain_row(entry, "seq", "event", "state", "by_name", "at", "detail")
            for entry in entries
        ],
        "photos": [{"seq": photo.seq, "sha256": photo.sha256.hex()} for photo in photos],
    }


@incident.command("act", context_settings={"token_normalize_func": lambda t: t.replace("_", "-")})
@click.argument("named", metavar="ID")
@click.argument("event", type=click.Choice(EVENTS))
@as_option
@click.option("--note", metavar="TEXT", help="Reason or result, where the act asks for one.")
@click.option("--handler", metavar="CODE", help="The unit that is sent, or the department.")
@click.option("--person-id", metavar="UUID", help="The person whose phone rings.")
@click.option("--other", metavar="NUMBER", help="Another incident: merge, link.")
@click.option("--passed-to", type=click.Choice([str(one) for one in Outside]))
@click.option("--category", metavar="CODE")
@click.option("--urgency", type=click.Choice([str(one) for one in Urgency]))
@click.option("--until", metavar="ISO", help="A new limit, or the day to look again.")
@click.option("--score", type=int, help="Satisfaction, 1 to 5.")
@click.option("--photo", "files", type=FILE, multiple=True, help="Of the result.")
@click.option("--version", type=int, help="The version that was read.")
@click.option("--key", metavar="K", help="The same key acts once.")
@speaks_json
def act(
    out: Output, named: str, event: str, username: str, files: tuple[Path, ...], **said: Any
) -> None:
    """Carry out one act upon an incident: answer, open, assign, merge, accept, checks and more."""
    wanted = IncidentEvent(event.replace("-", "_"))
    given = {name: value for name, value in said.items() if value is not None}
    body = checked(SaidSchema, given)
    with acting(username, services.PERMISSION_OF[wanted]) as (session, actor):
        photos = [Photo(file.name, file.read_bytes()) for file in files]
        told = said_of(session, actor, body, photos)
        row = services.act(
            session, actor, incident_id(session, actor, named), wanted, told,
            version=body["version"], key=body["key"],
        )  # fmt: skip
        data = shown(row)
    out.result(data, f"{data['number']} {wanted.zh} → {IncidentState(data['state']).zh}")


@incident.command("assign")
@click.argument("named", metavar="ID")
@as_option
@click.option("--squad", "code", required=True, metavar="CODE", help="For example 01.01.02.03.")
@click.option(
    "--on",
    "day",
    type=click.DateTime(formats=["%Y-%m-%d"]),
    required=True,
    help="Day of the patrol.",
)
@click.option("--instructions", default="", metavar="TEXT")
@click.option("--version", type=int, help="The version that was read.")
@click.option("--key", metavar="K", help="The same key acts once.")
@speaks_json
def assign(
    out: Output,
    named: str,
    username: str,
    code: str,
    day: datetime,
    instructions: str,
    version: int | None,
    key: str | None,
) -> None:
    """Assign a squad to an incident and put it on the squad's patrol of a day."""
    with acting(username, Permission.PATROL_ASSIGN) as (session, actor):
        found, squad = incident_id(session, actor, named), squad_coded(session, actor, code)
        patrol = patrols.send(
            session,
            actor,
            found,
            squad_id=squad.id,
            patrol_on=day.date(),
            instructions=instructions,
            version=version,
            key=key,
        )
        data = shown_patrol(patrol) | {"squad_name": squad.name}
    out.result(data, f"{data['number']} {squad.name} {data['patrol_on']}")


@incident.command("import")
@click.argument("file", type=FILE)
@click.option("--apply", "applies", is_flag=True, help="预览无误后导入 / Import it; else preview.")
@as_option
@speaks_json
def import_command(out: Output, file: Path, applies: bool, username: str) -> None:
    """Show what a spreadsheet (.xlsx, .csv) would bring; with --apply do it, all or nothing."""
    do = importing.apply if applies else importing.preview
    with acting(username, Permission.INCIDENT_DISPATCH) as (session, actor):
        found = do(session, actor, file.read_bytes(), file.name)
    for one in found.problems:
        out.say(f"第 {one.row} 行 {one.column}：{one.reason}")
    if found.problems:
        message = f"{len(found.problems)} 处有问题，没有导入。"
        out.refuse(message, {"error": message, **found.as_json()})
    word = "已导入" if found.applied else "预览（未导入，加 --apply 导入）"
    out.result(found.as_json(), f"{word}：新增 {len(found.added)}，已导入过 {found.same}")


incident.add_command(confirm_place)
incident.add_command(move)
incident.add_command(taxonomy)

COMMANDS: dict[str, click.Command] = {"incident": incident}
