"""`enforcement retention`: what is due, propose, decide, legal holds, certificates."""

from __future__ import annotations

import uuid
from datetime import datetime

import click

from enforcement.cli.acting import acting, as_option
from enforcement.cli.output import Output, speaks_json
from enforcement.law.retention import Deed
from enforcement.permissions import Permission
from enforcement.retention import holds, queries, services
from enforcement.retention.api import (
    certificate_json,
    destruction_json,
    hold_json,
    preview_json,
)
from enforcement.retention.models import DestructionState, HoldKind

DAY = click.DateTime(formats=["%Y-%m-%d"])


@click.group("retention", help="保存期限与销毁 / Retention, legal hold, destruction.")
def retention() -> None:
    """Group of the commands of retention."""


@retention.command("preview")
@as_option
@speaks_json
def preview(out: Output, username: str) -> None:
    """Print every kind with its term and what is due now."""
    with acting(username, Permission.RETENTION_READ, commit=False) as (session, actor):
        rows = [preview_json(one) for one in queries.preview(session, actor.county_code)]
    lines = [
        f"{row['kind']} {row['name']} {row['months'] or '—'}个月 {Deed(row['deed']).zh}"
        f" 到期{row['count']} 保全{row['held']} {row['basis']}"
        for row in rows
    ]
    out.result({"kinds": rows}, "\n".join(lines))


@retention.command("propose")
@click.argument("kind")
@click.option("--reason", required=True)
@as_option
@speaks_json
def propose(out: Output, username: str, kind: str, reason: str) -> None:
    """Propose to destroy what is due of a kind."""
    with acting(username, Permission.RETENTION_PROPOSE) as (session, actor):
        data = destruction_json(services.propose(session, actor, kind, reason))
    out.result(data, f"{data['id']} 待批准，{data['count']}条")


@retention.command("list")
@as_option
@speaks_json
def list_command(out: Output, username: str) -> None:
    """List what was proposed."""
    with acting(username, Permission.RETENTION_READ, commit=False) as (session, actor):
        found = queries.list_destructions(session, actor.county_code)
        rows = [destruction_json(row) for row in found]
    lines = [f"{row['id']} {row['kind']} {DestructionState(row['state']).zh} {row['count']}"
             for row in rows]  # fmt: skip
    out.result({"destructions": rows}, "\n".join(lines) or "没有提出过销毁")


@retention.command("decide")
@click.argument("destruction", type=click.UUID)
@click.option("--agree/--refuse", required=True, default=None)
@click.option("--reason", required=True)
@as_option
@speaks_json
def decide(out: Output, destruction: uuid.UUID, username: str, agree: bool, reason: str) -> None:
    """Approve somebody else's proposal or refuse it."""
    with acting(username, Permission.RETENTION_APPROVE) as (session, actor):
        row = services.decide(session, actor, destruction, agree=agree, reason=reason)
        data = destruction_json(row)
    out.result(data, DestructionState(data["state"]).zh)


@retention.command("hold")
@click.argument("kind", type=click.Choice([str(one) for one in HoldKind]))
@click.argument("named", default="")
@click.option("--from", "first_on", type=DAY)
@click.option("--until", "last_on", type=DAY)
@click.option("--reason", required=True)
@as_option
@speaks_json
def hold(
    out: Output, username: str, kind: str, named: str, reason: str,
    first_on: datetime | None, last_on: datetime | None,
) -> None:  # fmt: skip
    """Put a case, an incident, a person or days of tracks under legal hold."""
    days = [day.date() if day else None for day in (first_on, last_on)]
    with acting(username, Permission.RETENTION_HOLD) as (session, actor):
        what = holds.HoldIn(HoldKind(kind), named, reason, *days)
        data = hold_json(holds.place(session, actor, what))
    out.result(data, f"{data['id']} 已保全")


@retention.command("release")
@click.argument("hold_id", type=click.UUID, metavar="HOLD")
@click.option("--reason", required=True)
@as_option
@speaks_json
def release(out: Output, hold_id: uuid.UUID, username: str, reason: str) -> None:
    """Release a hold."""
    with acting(username, Permission.RETENTION_HOLD) as (session, actor):
        data = hold_json(holds.release(session, actor, hold_id, reason))
    out.result(data, "已解除")


@retention.command("certificates")
@as_option
@speaks_json
def certificates(out: Output, username: str) -> None:
    """List the newest certificates of destruction."""
    with acting(username, Permission.RETENTION_READ, commit=False) as (session, actor):
        found = queries.list_certificates(session, actor.county_code, limit=100)
        rows = [certificate_json(row) for row in found]
    lines = [f"{row['number']} {row['kind']} {row['rows']}条 {row['at'][:10]}" for row in rows]
    out.result({"certificates": rows}, "\n".join(lines) or "没有销毁证明")


COMMANDS: dict[str, click.Command] = {"retention": retention}
