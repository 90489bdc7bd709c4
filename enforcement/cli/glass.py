"""`enforcement glass`: ask for break-glass access, decide, end; all grants with their looks."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any

import click

from enforcement import clock
from enforcement.cli.acting import acting, as_option
from enforcement.cli.output import Output, speaks_json
from enforcement.glass import queries, services
from enforcement.glass.api import as_json
from enforcement.glass.models import GlassKind, GlassState
from enforcement.permissions import Permission


@click.group("glass", help="应急授权查看 / Break-glass access.")
def glass() -> None:
    """Group of the commands of grants."""


@glass.command("ask")
@click.argument("kind", type=click.Choice([str(one) for one in GlassKind]))
@click.argument("number")
@click.option("--reason", required=True, help="理由 / Why.")
@click.option("--hours", type=click.FloatRange(0.25), required=True, help="多久 / For how long.")
@as_option
@speaks_json
def ask(out: Output, username: str, kind: str, number: str, reason: str, hours: float) -> None:
    """Ask to see one case or incident by its number."""
    with acting(username, Permission.GLASS_ASK) as (session, actor):
        until = clock.now(session) + timedelta(hours=hours)
        what = services.Request(GlassKind(kind), number, reason, until)
        found = as_json(services.ask(session, actor, what))
    out.result(found, _line(found))


@glass.command("list")
@as_option
@speaks_json
def list_command(out: Output, username: str) -> None:
    """List what the account asked for."""
    with acting(username, Permission.GLASS_ASK, commit=False) as (session, actor):
        rows = [as_json(row) for row in queries.list_mine(session, actor)]
    _print(out, rows)


@glass.command("waiting")
@as_option
@speaks_json
def waiting(out: Output, username: str) -> None:
    """List what waits for a decision, and what stands."""
    with acting(username, Permission.GLASS_DECIDE, commit=False) as (session, actor):
        rows = [as_json(row) for row in queries.list_open(session, actor)]
    _print(out, rows)


@glass.command("decide")
@click.argument("grant", type=click.UUID)
@click.option("--agree/--refuse", required=True, default=None)
@click.option("--reason", required=True)
@as_option
@speaks_json
def decide(out: Output, grant: uuid.UUID, username: str, agree: bool, reason: str) -> None:
    """Agree to somebody else's request or refuse it."""
    with acting(username, Permission.GLASS_DECIDE) as (session, actor):
        found = as_json(services.decide(session, actor, grant, agree=agree, reason=reason))
    out.result(found, _line(found))


@glass.command("end")
@click.argument("grant", type=click.UUID)
@as_option
@speaks_json
def end(out: Output, grant: uuid.UUID, username: str) -> None:
    """End a grant before its time."""
    with acting(username, Permission.SELF) as (session, actor):
        found = as_json(services.end(session, actor, grant))
    out.result(found, _line(found))


@glass.command("all")
@as_option
@speaks_json
def every(out: Output, username: str) -> None:
    """List all grants of the county with how often somebody looked."""
    with acting(username, Permission.AUDIT_READ, commit=False) as (session, actor):
        found = queries.list_page(session, actor.county_code, limit=100)
        rows = [as_json(row.grant) | {"looks": row.looks} for row in found]
    _print(out, rows)


def _print(out: Output, rows: list[dict[str, Any]]) -> None:
    out.result({"grants": rows}, "\n".join(_line(row) for row in rows) or "没有应急授权")


def _line(row: dict[str, Any]) -> str:
    looks = f" 查看{row['looks']}次" if "looks" in row else ""
    state = GlassState(row["state"]).zh
    return f"{row['id']} {row['number']} {row['name']} 到{row['until'][:16]} {state}{looks}"


COMMANDS: dict[str, click.Command] = {"glass": glass}
