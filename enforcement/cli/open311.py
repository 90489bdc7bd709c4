"""`enforcement open311`: keys of systems that may call through Open311 GeoReport v2."""

from __future__ import annotations

import uuid

import click

from enforcement.cli.acting import acting, as_option
from enforcement.cli.output import Output, speaks_json
from enforcement.open311 import queries, services
from enforcement.open311.api import client_json
from enforcement.permissions import Permission


@click.group("open311", help="Open311接口 / Open311 GeoReport v2: keys.")
def open311() -> None:
    """Group of the commands of the Open311 interface."""


@open311.group("key", help="接口密钥 / Keys of other systems.")
def key() -> None:
    """Group of the commands upon keys."""


@key.command("add")
@click.argument("name")
@click.option("--rate", type=int, default=services.USUAL_RATE, show_default=True,
              help="每分钟最多调用次数 / Calls a minute.")  # fmt: skip
@click.option(
    "--sees-description", is_flag=True, help="可以读取情况说明 / May read what people wrote."
)
@as_option
@speaks_json
def add(out: Output, name: str, rate: int, sees_description: bool, username: str) -> None:
    """Let another system call; its key is printed this once."""
    with acting(username, Permission.ACCOUNT_MANAGE) as (session, actor):
        client, secret = services.add_client(
            session, actor, name, rate_per_minute=rate, sees_description=sees_description
        )
        data = client_json(client) | {"api_key": secret}
    out.result(data, f"{data['id']} {data['name']} {secret}")


@key.command("list")
@as_option
@speaks_json
def list_command(out: Output, username: str) -> None:
    """List the systems of the county that may or might call."""
    with acting(username, Permission.ACCOUNT_MANAGE, commit=False) as (session, actor):
        rows = [client_json(row) for row in queries.list_clients(session, actor.county_code)]
    lines = [f"{row['id']} {row['name']}{'' if row['active'] else ' 已停用'}" for row in rows]
    out.result({"clients": rows}, "\n".join(lines) or "没有接口用户")


@key.command("end")
@click.argument("client_id", type=click.UUID)
@as_option
@speaks_json
def end(out: Output, client_id: uuid.UUID, username: str) -> None:
    """Refuse a key from now on."""
    with acting(username, Permission.ACCOUNT_MANAGE) as (session, actor):
        data = client_json(services.end_client(session, actor, client_id))
    out.result(data, f"{data['name']} 已停用")


COMMANDS: dict[str, click.Command] = {"open311": open311}
