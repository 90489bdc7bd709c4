"""`enforcement inspection`: propose an inspection of an enterprise, act upon it, read them."""

from __future__ import annotations

import uuid
from typing import Any, Final

import click
from sqlalchemy import select
from sqlalchemy.orm import Session

from enforcement.actor import Actor
from enforcement.api import next_page, read_cursor
from enforcement.cli.acting import acting, as_option
from enforcement.cli.case import values_options
from enforcement.cli.output import Output, speaks_json
from enforcement.cli.values import checked, collected
from enforcement.errors import NotFoundError
from enforcement.fields import schema_of
from enforcement.inspection import acts, queries, services
from enforcement.inspection.api import ListQuery, ProposeSchema, fields_of, in_full, shown
from enforcement.inspection.models import Inspection
from enforcement.law.inspection_terms import InspectionEvent, InspectionState
from enforcement.permissions import Permission

EVENTS: Final = [event.value for event in acts.FIELDS]


@click.group("inspection", help="涉企行政检查 / Inspections of enterprises.")
def inspection() -> None:
    """Group of the commands of inspections."""


def inspection_id(session: Session, actor: Actor, named: str) -> uuid.UUID:
    """Return the id of an inspection by id or number; raises NotFoundError."""
    try:
        return uuid.UUID(named)
    except ValueError:
        query = select(Inspection.id).where(
            queries.visible(actor), Inspection.number == named.strip().upper()
        )
    found = session.scalars(query).first()
    if found is None:
        raise NotFoundError("没有找到该检查，或者您无权查看。", asked=named)
    return found


def as_text(found: dict[str, Any]) -> str:
    """Return an inspection in words, with each act that may follow and what is missing."""
    lines = [
        f"{found['number']} {InspectionState(found['state']).zh} {found['enterprise']['name']}"
    ]
    for step in found["next"]:
        shut = [gate["reason"] for gate in step["gates"] if not gate["open"]]
        mark = "✓" if not shut else "✗ " + "；".join(shut)
        lines.append(f"  → {InspectionEvent(step['event']).zh}（{step['event']}）{mark}")
    return "\n".join(lines)


@inspection.command("propose")
@as_option
@values_options
@speaks_json
def propose(out: Output, username: str, pairs: tuple[str, ...], data: str | None) -> None:
    """Propose an inspection; `inspection fields propose` lists the values."""
    said = checked(ProposeSchema, collected(data, pairs), acts.PROPOSE)
    said.pop("version", None)
    key = said.pop("key", None)
    with acting(username, Permission.CASE_WORK) as (session, actor):
        found = in_full(session, services.propose(session, actor, said, key=key))
    out.result(found, as_text(found))


@inspection.command("act")
@click.argument("named", metavar="INSPECTION")
@click.argument("event", type=click.Choice(EVENTS))
@as_option
@values_options
@speaks_json
def act(
    out: Output, named: str, event: str, username: str, pairs: tuple[str, ...], data: str | None
) -> None:
    """Carry out one act upon an inspection (id or number)."""
    wanted = InspectionEvent(event)
    fields = fields_of(wanted)
    said = checked(schema_of("Said", fields), collected(data, pairs), fields)
    key, version = said.pop("key", None), said.pop("version", None)
    gate = said.pop("gate_code", None)
    with acting(username, services.permission_of(wanted)) as (session, actor):
        row = services.carry_out(
            session, actor, inspection_id(session, actor, named), wanted, said, gate_code=gate,
            key=key, version=version,
        )  # fmt: skip
        found = in_full(session, row)
    out.result(found, as_text(found))


@inspection.command("show")
@click.argument("named", metavar="INSPECTION")
@as_option
@speaks_json
def show(out: Output, named: str, username: str) -> None:
    """Show one inspection: its history, and what may follow with its gates."""
    with acting(username, Permission.CASE_READ, commit=False) as (session, actor):
        row = queries.get(session, actor, inspection_id(session, actor, named))
        found = in_full(session, row)
    out.result(found, as_text(found))


@inspection.command("list")
@as_option
@click.option("--state", type=click.Choice([str(state) for state in InspectionState]))
@click.option("--after", metavar="CURSOR", help="The value `next` of the page before.")
@click.option("--limit", type=int, default=queries.PAGE, show_default=True)
@speaks_json
def list_command(out: Output, username: str, **asked: Any) -> None:
    """List the inspections that the account may see, the newest first."""
    query = checked(ListQuery, {name: value for name, value in asked.items() if value is not None})
    with acting(username, Permission.CASE_READ, commit=False) as (session, actor):
        found = queries.list_page(
            session, actor, state=query["state"], after=read_cursor(query["after"]),
            limit=query["limit"],
        )  # fmt: skip
        rows = [shown(row.inspection) | {"enterprise": row.enterprise} for row in found]
    following = next_page([row.inspection for row in found], query["limit"], "proposed_at")
    lines = [
        f"{row['number']} {InspectionState(row['state']).zh} {row['enterprise']}" for row in rows
    ]
    out.result({"inspections": rows, "next": following}, "\n".join(lines))


@inspection.command("fields")
@click.argument("event", type=click.Choice(["propose", *EVENTS]))
@speaks_json
def fields_command(out: Output, event: str) -> None:
    """List what an act asks for."""
    wanted = InspectionEvent(event)
    fields = acts.PROPOSE if wanted is InspectionEvent.PROPOSE else fields_of(wanted)
    rows = [
        {"name": one.name, "kind": one.kind, "label": str(one.label), "required": one.required,
         "choices": [value for value, _word in one.choices()]}
        for one in fields
    ]  # fmt: skip
    lines = [
        f"{row['name']} {row['label']}{'' if row['required'] else '（可不填）'}" for row in rows
    ]
    out.result({"fields": rows}, "\n".join(lines))


COMMANDS: dict[str, click.Command] = {"inspection": inspection}
