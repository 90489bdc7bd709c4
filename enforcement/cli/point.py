"""`enforcement point`: register village points, list them, give new keys, press as a device."""

from __future__ import annotations

import uuid

import click

from enforcement.cli.acting import acting, as_option
from enforcement.cli.output import Output, session_scope, speaks_json
from enforcement.ids import uuid7
from enforcement.law.terms import Urgency
from enforcement.permissions import Permission
from enforcement.points import pressing, queries, services
from enforcement.points.pressing import Press
from enforcement.points.signing import signature, signed_point


@click.group("point", help="村级服务点 / Village points: add, list, press, key.")
def point() -> None:
    """Group of the commands upon village points."""


@point.command("add")
@click.argument("village")
@click.argument("name")
@click.option("--place", metavar="TEXT", help="The place in words.")
@click.option("--phone", metavar="NUMBER")
@as_option
@speaks_json
def add(
    out: Output, village: str, name: str, place: str | None, phone: str | None, username: str
) -> None:
    """Register a point in the village of a 12-digit code; its key is printed this once."""
    with acting(username, Permission.PEOPLE_MANAGE) as (session, actor):
        made, secret = services.add(session, actor, village, name, place=place, phone=phone)
        data = {"id": str(made.id), "name": made.name, "key": secret}
    out.result(data, f"{data['id']} {data['name']} {secret}")


@point.command("list")
@click.option("--silent", is_flag=True, help="只列失联的 / Silent ones only.")
@as_option
@speaks_json
def list_command(out: Output, silent: bool, username: str) -> None:
    """List the first points of the county by village."""
    with acting(username, Permission.PEOPLE_MANAGE, commit=False) as (session, actor):
        rows = [
            {"id": str(row.point.id), "name": row.point.name, "village": row.village,
             "active": row.point.active, "silent": row.silent,
             "last_seen_at": row.point.last_seen_at}
            for row in queries.list_points(session, actor, only_silent=silent)
        ]  # fmt: skip
    lines = [f"{row['id']} {row['village']} {row['name']}{' 失联' if row['silent'] else ''}"
             for row in rows]  # fmt: skip
    out.result({"points": rows}, "\n".join(lines) or "没有服务点")


@point.command("key")
@click.argument("point_id", type=click.UUID)
@as_option
@speaks_json
def key(out: Output, point_id: uuid.UUID, username: str) -> None:
    """Give a point a new key, printed this once; the old one is refused from now on."""
    with acting(username, Permission.PEOPLE_MANAGE) as (session, actor):
        _made, secret = services.replace_key(session, actor, point_id)
    out.result({"id": str(point_id), "key": secret}, secret)


@point.command("press")
@click.argument("point_id", type=click.UUID)
@click.argument("button", type=click.Choice(["red", "green"]))
@click.option("--key", "secret", required=True, metavar="KEY", help="The key of the point.")
@click.option("--nonce", metavar="TEXT", help="The same nonce is one press. [default: a new one]")
@click.option("--test", is_flag=True, help="测试，不报警 / A test: nobody is called.")
@speaks_json
def press(
    out: Output, point_id: uuid.UUID, button: str, secret: str, nonce: str | None, test: bool
) -> None:
    """Press a button as the device would, with the point's key."""
    what = Press(Urgency(button), nonce or str(uuid7()), test=test)
    with session_scope() as session:
        signed = what.nonce.encode()
        found = signed_point(session, point_id, signed, signature(secret, signed))
        answer = pressing.press(session, found, what)
    out.result(answer, answer["number"] or "测试成功")


COMMANDS: dict[str, click.Command] = {"point": point}
