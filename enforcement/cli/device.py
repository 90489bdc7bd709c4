"""`enforcement device`: register what sends positions, list it, print what is stored of it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click
from sqlalchemy.orm import Session

from enforcement import permissions
from enforcement.actor import Actor
from enforcement.cli.acting import actor_named
from enforcement.cli.output import Output, session_scope, speaks_json
from enforcement.cli.person import person_named
from enforcement.errors import InvalidInputError, NotFoundError
from enforcement.law.terms import Role
from enforcement.people.queries import find_names_of_role
from enforcement.permissions import Permission
from enforcement.positions import gpx_files, queries, registry
from enforcement.positions.models import Device, Protocol

SPOKEN = [str(one) for one in (Protocol.OSMAND, Protocol.OWNTRACKS, Protocol.JT808)]
WHO = click.option("--as", "username", metavar="USERNAME",
                   help="办理人 / Who acts. [default: the only system administrator]")  # fmt: skip


@click.group("device", help="定位设备 / Devices that send positions: add, list, fixes.")
def device() -> None:
    """Group of the commands upon devices."""


@contextmanager
def managing(username: str | None, *, commit: bool = True) -> Iterator[tuple[Session, Actor]]:
    """Give a session and the administrator who acts; raises NotFoundError, NotPermittedError."""
    with session_scope(commit=commit) as session:
        names = [username] if username else find_names_of_role(session, Role.SYSTEM_ADMIN)
        if len(names) != 1:
            raise InvalidInputError("as", "请用 --as 说明由谁办理（须是系统管理员）。")
        actor = actor_named(session, names[0])
        permissions.check(actor, Permission.DEVICE_MANAGE)
        yield session, actor


@device.command("add")
@click.argument("ident")
@click.option("--protocol", required=True, type=click.Choice(SPOKEN))
@click.option("--person", "named", metavar="PERSON", help="携带人 / Who carries it.")
@click.option("--vehicle", is_flag=True, help="车载终端，不属于个人 / Of a vehicle, of no person.")
@click.option("--label", metavar="TEXT", help="例如车牌 / For example the plate.")
@click.option("--strict", is_flag=True, help="必须出示密钥 / Must show its key.")
@WHO
@speaks_json
def add(
    out: Output, ident: str, protocol: str, named: str | None, vehicle: bool, label: str | None,
    strict: bool, username: str | None,
) -> None:  # fmt: skip
    """Register a device under what it calls itself; its key is printed this once."""
    if named and vehicle:
        raise InvalidInputError("vehicle", "车载终端不属于个人：--person 和 --vehicle 只能选一个。")
    with managing(username) as (session, actor):
        person_id = person_named(session, actor, named) if named else None
        made, key = registry.add(
            session, actor, ident, Protocol(protocol), person_id=person_id, label=label,
            strict=strict,
        )  # fmt: skip
        data = {"id": str(made.id), "ident": made.ident, "protocol": protocol, "key": key}
    out.result(data, f"{data['id']} {ident} {key}")


@device.command("list")
@WHO
@speaks_json
def list_command(out: Output, username: str | None) -> None:
    """List the newest devices in service with when they were heard."""
    with managing(username, commit=False) as (session, actor):
        rows = [
            {"id": str(row.device.id), "ident": row.device.ident, "protocol": row.device.protocol,
             "label": row.device.label, "person": row.person, "heard_at": row.heard_at,
             "fixed_at": row.fixed_at}
            for row in queries.list_devices(session, actor)
        ]  # fmt: skip
    lines = [f"{row['protocol']} {row['ident']} {row['person'] or row['label'] or ''}"
             f" {row['heard_at'] or '—'}" for row in rows]  # fmt: skip
    out.result({"devices": rows}, "\n".join(lines) or "没有设备")


@device.command("fixes")
@click.argument("ident")
@click.option("--limit", type=click.IntRange(1, queries.MOST_FIXES), default=1000)
@WHO
@speaks_json
def fixes(out: Output, ident: str, limit: int, username: str | None) -> None:
    """Print what is stored of a device, the oldest position first."""
    with managing(username, commit=False) as (session, actor):
        found = named_device(session, actor, ident)
        rows = [queries.plain(one) for one in
                queries.list_fixes(session, actor.county_code, found.id, limit=limit)]  # fmt: skip
    out.result({"ident": ident, "fixes": [_moments(row) for row in rows]},
               "\n".join(map(_line, rows)) or "没有位置")  # fmt: skip


@device.command("gpx")
@click.argument("ident")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@WHO
@speaks_json
def gpx(out: Output, ident: str, file: Path, username: str | None) -> None:
    """Keep the positions of a GPX file for a device; a file is taken once."""
    with managing(username) as (session, actor):
        found = named_device(session, actor, ident)
        kept = gpx_files.take(session, actor, file.read_bytes(), file.name, found.id)
    data = {"stored": kept.stored, "known": kept.known, "off_duty": kept.off_duty}
    out.result(data, f"新存 {kept.stored}，已有 {kept.known}，不在岗未存 {kept.off_duty}")


@device.command("key")
@click.argument("ident")
@WHO
@speaks_json
def key(out: Output, ident: str, username: str | None) -> None:
    """Give a device a new key, printed this once; a terminal may register anew."""
    with managing(username) as (session, actor):
        made, secret = registry.give_key(session, actor, named_device(session, actor, ident).id)
    out.result({"id": str(made.id), "key": secret}, secret)


@device.command("retire")
@click.argument("ident")
@WHO
@speaks_json
def retire(out: Output, ident: str, username: str | None) -> None:
    """Take a device out of service; it is refused from now on."""
    with managing(username) as (session, actor):
        made = registry.retire(session, actor, named_device(session, actor, ident).id)
    out.result({"id": str(made.id), "retired_at": made.retired_at}, f"{ident} 已停用")


def named_device(session: Session, actor: Actor, ident: str) -> Device:
    """Return the device of a name; raises NotFoundError."""
    found = queries.find_named(session, actor, ident)
    if found is None:
        raise NotFoundError(f"没有登记过设备 {ident}。", asked=ident)
    return found


def _moments(row: dict[str, Any]) -> dict[str, Any]:
    return {name: value.isoformat() if hasattr(value, "isoformat") else value
            for name, value in row.items()}  # fmt: skip


def _line(row: dict[str, Any]) -> str:
    marks = "、".join(row["marks"] or ())
    return f"{row['fixed_at'].isoformat()} {row['lon']:.6f} {row['lat']:.6f} {marks}".rstrip()


COMMANDS: dict[str, click.Command] = {"device": device}
