"""`enforcement ledger`: record asks of villagers, list them, act upon them."""

from __future__ import annotations

import uuid
from typing import Any

import click

from enforcement import clock
from enforcement.cli.acting import acting, as_option
from enforcement.cli.output import Output, speaks_json
from enforcement.cli.values import checked
from enforcement.law import ledger as law
from enforcement.law.ledger import AskEvent, AskKind, AskNature, AskState
from enforcement.ledger import people, queries, services, visitors
from enforcement.ledger.api import AskSchema, ToldSchema, shown
from enforcement.ledger.services import Said, Told
from enforcement.permissions import Permission

EVENTS = [str(step.event).replace("_", "-") for step in law.STEPS]


@click.group("ledger", help="民情台账 / What villagers ask for: record, list, act.")
def ledger() -> None:
    """Group of the commands upon the ledger."""


@ledger.command("add")
@as_option
@click.option("--kind", type=click.Choice([str(one) for one in AskKind]), required=True)
@click.option("--nature", type=click.Choice([str(one) for one in AskNature]))
@click.option("--matter", required=True, metavar="TEXT")
@click.option("--promise", metavar="TEXT")
@click.option("--visitor", metavar="NAME")
@click.option("--phone", metavar="NUMBER")
@click.option("--village", "village_code", metavar="CODE")
@click.option("--handler-id", metavar="UUID", help="[default: who writes it down]")
@click.option("--agent-id", metavar="UUID", help="Who acts for the villager (help, proxy).")
@click.option("--asked-on", metavar="DAY", help="[default: today]")
@click.option("--due-on", metavar="DAY", help="[default: of the table]")
@click.option("--key", metavar="K", help="The same key gives the same row.")
@speaks_json
def add(out: Output, username: str, **said: Any) -> None:
    """Write an ask down."""
    with acting(username, Permission.LEDGER_WRITE) as (session, actor):
        said["asked_on"] = said["asked_on"] or clock.today(session).isoformat()
        values = checked(AskSchema, {name: one for name, one in said.items() if one is not None})
        key = values.pop("key")
        data = shown(services.record(session, actor, Said(**values), key=key))
    out.result(data, f"{data['number']} 期限 {data['due_on'] or '—'}")


@ledger.command("list")
@as_option
@click.option("--state", type=click.Choice([str(one) for one in AskState]))
@click.option("--village", "village_code", metavar="CODE")
@click.option("--handler-id", type=click.UUID, metavar="UUID")
@click.option("--overdue", is_flag=True)
@click.option("--undated", is_flag=True, help="Whose day could not be counted.")
@speaks_json
def list_command(out: Output, username: str, **chosen: Any) -> None:
    """List the newest asks that the account may see."""
    with acting(username, Permission.LEDGER_READ, commit=False) as (session, actor):
        found = queries.list_page(session, actor, **chosen)
        rows = [shown(row.ask) | {"handler": row.handler_name} for row in found]
    lines = [f"{row['number']} {AskState(row['state']).zh} {row['due_on'] or '—'} {row['matter']}"
             for row in rows]  # fmt: skip
    out.result({"asks": rows}, "\n".join(lines) or "没有台账")


@ledger.command("people")
@click.option("--village", metavar="CODE", help="[default: the account's own area or unit]")
@as_option
@speaks_json
def people_command(out: Output, username: str, village: str | None) -> None:
    """List who may keep a promise: of the village, on duty now, of the township."""
    with acting(username, Permission.LEDGER_WRITE, commit=False) as (session, actor):
        rows = [
            {"id": str(one.person_id), "name": one.name, "unit": one.unit_name, "near": one.near}
            for one in people.for_actor(session, actor, village)
        ]
    lines = [f"{row['id']} {row['name']} {row['unit']}" for row in rows]
    out.result({"people": rows}, "\n".join(lines) or "没有人员")


@ledger.command("visitor")
@click.argument("ask_id", type=click.UUID, metavar="ID")
@click.option("--reason", required=True, metavar="TEXT", help="理由 / Kept in the audit log.")
@as_option
@speaks_json
def visitor(out: Output, ask_id: uuid.UUID, reason: str, username: str) -> None:
    """Show who asked, in clear."""
    with acting(username, Permission.LEDGER_WRITE) as (session, actor):
        found = visitors.reveal(session, actor, ask_id, reason)
    data = {"visitor": found.name, "phone": found.phone}
    out.result(data, f"{found.name or '—'} {found.phone or '—'}")


@ledger.command("act")
@click.argument("ask_id", type=click.UUID, metavar="ID")
@click.argument("event", type=click.Choice(EVENTS))
@as_option
@click.option("--note", metavar="TEXT")
@click.option("--until", metavar="DAY")
@click.option("--score", type=int)
@click.option("--handler-id", metavar="UUID")
@click.option("--category", metavar="CODE")
@click.option("--version", type=int, help="The version that was read.")
@click.option("--key", metavar="K", help="The same key acts once.")
@speaks_json
def act(out: Output, ask_id: uuid.UUID, event: str, username: str, **told: Any) -> None:
    """Carry out one act upon an ask: finish, call-back, extend, hand, pass-on, withdraw."""
    body = checked(ToldSchema, {name: one for name, one in told.items() if one is not None})
    version, key = body.pop("version"), body.pop("key")
    wanted = AskEvent(event.replace("-", "_"))
    with acting(username, Permission.LEDGER_WRITE) as (session, actor):
        row = services.act(session, actor, ask_id, wanted, Told(**body), version=version, key=key)
        data = shown(row)
    out.result(data, f"{data['number']} {wanted.zh} → {AskState(data['state']).zh}")


COMMANDS: dict[str, click.Command] = {"ledger": ledger}
