"""`enforcement delegation`: orders by which another person approves during leave."""

from __future__ import annotations

import uuid
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from enforcement.cli.acting import acting, actor_named, as_option
from enforcement.cli.output import Output, speaks_json
from enforcement.delegation import queries, services
from enforcement.delegation.api import as_json, read_order
from enforcement.law.delegation import Approvals
from enforcement.permissions import Permission

DAY = click.DateTime(formats=["%Y-%m-%d"])


@click.group("delegation", help="代行审批 / Orders that let another person approve.")
def delegation() -> None:
    """Group of the commands of orders."""


@delegation.command("list")
@as_option
@speaks_json
def list_command(out: Output, username: str) -> None:
    """List the newest orders of the account's county."""
    with acting(username, Permission.CASE_READ, commit=False) as (session, actor):
        found = [as_json(row) for row in queries.list_page(session, actor.county_code, limit=100)]
    out.result({"orders": found}, "\n".join(_line(row) for row in found) or "没有代行审批的决定")


@delegation.command("make")
@click.option("--to", "to", required=True, metavar="USERNAME", help="代行人 / Who approves.")
@click.option("--from", "from_on", type=DAY, required=True)
@click.option("--until", "until_on", type=DAY, required=True)
@click.option(
    "--approvals", multiple=True, required=True, type=click.Choice([str(one) for one in Approvals])
)
@click.option("--number", required=True, help="决定文号 / Number of the order.")
@click.option("--reason", required=True)
@click.option(
    "--paper", type=click.Path(exists=True, dir_okay=False, path_type=Path), required=True,
    help="签署的书面决定 / The signed order, PDF or picture.",
)  # fmt: skip
@as_option
@speaks_json
def make(
    out: Output, username: str, to: str, from_on: datetime, until_on: datetime, paper: Path,
    **said: Any,
) -> None:  # fmt: skip
    """Let another account's person give the approvals of `--as` between two days."""
    with acting(username, Permission.CASE_APPROVE) as (session, actor):
        body = said | {"to_id": actor_named(session, to).person_id, "from_on": from_on.date(),
                       "until_on": until_on.date()}  # fmt: skip
        row = services.make(session, actor, read_order(body, paper.read_bytes()))
        found = as_json(row)
    out.result(found, _line(found))


@delegation.command("revoke")
@click.argument("order", type=click.UUID)
@click.option("--reason", required=True)
@as_option
@speaks_json
def revoke(out: Output, order: uuid.UUID, reason: str, username: str) -> None:
    """Take an order back from now on."""
    with acting(username, Permission.CASE_APPROVE) as (session, actor):
        found = as_json(services.revoke(session, actor, order, reason))
    out.result(found, _line(found))


def _line(row: dict[str, Any]) -> str:
    end = "已收回" if row["revoked_at"] else row["until_on"]
    return f"{row['id']} {row['number']} {row['to_name']}代{row['for_name']} {row['from_on']}—{end}"


COMMANDS: dict[str, click.Command] = {"delegation": delegation}
