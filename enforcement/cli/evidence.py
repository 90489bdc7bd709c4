"""`enforcement evidence`: list and enter the evidence of a case."""

from __future__ import annotations

import uuid
from datetime import datetime
from pathlib import Path

import click

from enforcement.case import exhibits, queries, recordings
from enforcement.case.exhibit_api import shown
from enforcement.cli.acting import acting, as_option, case_id
from enforcement.cli.output import Output, speaks_json
from enforcement.clock import ZONE
from enforcement.evidence import queries as evidence
from enforcement.evidence.storing import Draft
from enforcement.law.evidence import EvidenceKind
from enforcement.permissions import Permission

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
MOMENT = click.DateTime(formats=["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"])


@click.group("evidence", help="证据 / Evidence of cases.")
def evidence_group() -> None:
    """Group of the evidence commands."""


@evidence_group.command("list")
@click.argument("named", metavar="CASE")
@as_option
@speaks_json
def list_items(out: Output, named: str, username: str) -> None:
    """List the items of a case (id or AJ…) with their hashes, and acts that lack a record."""
    with acting(username, Permission.CASE_READ, commit=False) as (session, actor):
        case = queries.get(session, actor, case_id(session, actor, named))
        items = evidence.of_case(session, case.county_code, case.id)
        entries = queries.history(session, case.county_code, case.id)
        missing = [str(one.rule.event) for one in recordings.lacking(session, case, entries, items)]
        rows = [shown(one) for one in items]
    lines = [f"{row['no']} {row['name']} {row['sha256'] or '—'}" for row in rows]
    out.result({"items": rows, "lacking": missing}, "\n".join(lines) or "本案没有证据")


@evidence_group.command("add")
@click.argument("named", metavar="CASE")
@click.argument("file", type=FILE)
@click.option("--kind", type=click.Choice([str(one) for one in EvidenceKind]), required=True)
@click.option("--name", required=True)
@click.option("--captured-at", type=MOMENT, required=True, help="北京时间 / China's time.")
@click.option("--source", required=True)
@click.option("--lon", type=float)
@click.option("--lat", type=float)
@click.option("--device")
@click.option("--replaces", type=click.UUID, help="被更正的证据 / The item that is corrected.")
@click.option("--reason")
@as_option
@speaks_json
def add(
    out: Output,
    named: str,
    file: Path,
    kind: str,
    name: str,
    captured_at: datetime,
    source: str,
    lon: float | None,
    lat: float | None,
    device: str | None,
    replaces: uuid.UUID | None,
    reason: str | None,
    username: str,
) -> None:
    """Enter FILE as an item of a case; lon, lat in degrees, WGS 84."""
    with acting(username, Permission.CASE_WORK) as (session, actor):
        draft = Draft(
            EvidenceKind(kind), name, captured_at.replace(tzinfo=ZONE), actor.name, source,
            lon=lon, lat=lat, device=device, replaces_id=replaces, reason=reason,
        )  # fmt: skip
        found = case_id(session, actor, named)
        item = shown(exhibits.add(session, actor, found, draft, file.read_bytes()))
    out.result(item, f"证据{item['no']} {item['name']} {item['sha256']}")


COMMANDS: dict[str, click.Command] = {"evidence": evidence_group}
