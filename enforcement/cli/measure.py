"""`enforcement measure`: propose and carry out measures of cases, read them with their items."""

from __future__ import annotations

import uuid
from typing import Any, Final

import click
from sqlalchemy import select
from sqlalchemy.orm import Session

from enforcement.actor import Actor
from enforcement.api import next_page, read_cursor
from enforcement.case import people
from enforcement.case import queries as cases
from enforcement.case.models import CaseFile
from enforcement.cli.acting import acting, as_option, case_id
from enforcement.cli.case import values_options
from enforcement.cli.output import Output, speaks_json
from enforcement.cli.values import checked, collected
from enforcement.errors import NotFoundError
from enforcement.fields import schema_of
from enforcement.law.measure_terms import MeasureEvent, MeasureKind, MeasureState
from enforcement.measure import acts, queries, services
from enforcement.measure.api import ListQuery, in_full, shown
from enforcement.measure.models import Measure
from enforcement.permissions import Permission

DASHES: Final = {"token_normalize_func": lambda text: text.replace("_", "-")}
MAKING: Final = [event.value.replace("_", "-") for event in acts.MAKING]
EVENTS: Final = [event.value.replace("_", "-") for event in acts.FIELDS]


@click.group("measure", help="强制措施、先行登记保存 / Measures and preservation of evidence.")
def measure() -> None:
    """Group of the measure commands."""


def measure_id(session: Session, actor: Actor, named: str) -> uuid.UUID:
    """Return the id of a measure by id or number (CS…); raises NotFoundError."""
    try:
        return uuid.UUID(named)
    except ValueError:
        query = (
            select(Measure.id)
            .join(
                CaseFile,
                (CaseFile.county_code == Measure.county_code) & (CaseFile.id == Measure.case_id),
            )
            .where(cases.visible(actor), Measure.number == named.strip().upper())
        )
    found = session.scalars(query).first()
    if found is None:
        raise NotFoundError("没有找到该措施，或者您无权查看。", asked=named)
    return found


def as_text(found: dict[str, Any]) -> str:
    """Return a measure in words: its items, and each act that may follow with what is missing."""
    kind, state = MeasureKind(found["kind"]), MeasureState(found["state"])
    lines = [f"{found['number']} {kind.zh} {state.zh} 案件{found['case_number']}"
             f" 期限至{found['due_on'] or '—'}"]  # fmt: skip
    lines += [
        f"  {one['no']}. {one['name']} {one['quantity']} {one['place']} {one['fate'] or ''}"
        for one in found["items"]
    ]
    for step in found["next"]:
        shut = [gate["reason"] for gate in step["gates"] if not gate["open"]]
        mark = "✓" if not shut else "✗ " + "；".join(shut)
        lines.append(f"  → {MeasureEvent(step['event']).zh}（{step['event']}）{mark}")
    return "\n".join(lines)


@measure.command("make", context_settings=DASHES)
@click.argument("named", metavar="CASE")
@click.argument("event", type=click.Choice(MAKING))
@as_option
@values_options
@speaks_json
def make(
    out: Output, named: str, event: str, username: str, pairs: tuple[str, ...], data: str | None
) -> None:
    """Propose a measure of a case (id or AJ…), or enter one taken at once in danger."""
    wanted = MeasureEvent(event.replace("-", "_"))
    fields = acts.MAKING[wanted]
    said = checked(schema_of("Said", fields), collected(data, pairs), fields)
    said.pop("version", None)
    key = said.pop("key", None)
    with acting(username, people.door_of(services.permission_of(wanted))) as (session, actor):
        made = services.make(session, actor, case_id(session, actor, named), wanted, said, key=key)
        found = in_full(session, actor, *queries.get(session, actor, made.id))
    out.result(found, as_text(found))


@measure.command("act", context_settings=DASHES)
@click.argument("named", metavar="MEASURE")
@click.argument("event", type=click.Choice(EVENTS))
@as_option
@values_options
@speaks_json
def act(
    out: Output, named: str, event: str, username: str, pairs: tuple[str, ...], data: str | None
) -> None:
    """Carry out one act upon a measure (id or CS…); `measure fields EVENT` lists its values."""
    wanted = MeasureEvent(event.replace("-", "_"))
    fields = acts.FIELDS[wanted]
    said = checked(schema_of("Said", fields), collected(data, pairs), fields)
    key, version = said.pop("key", None), said.pop("version", None)
    with acting(username, people.door_of(services.permission_of(wanted))) as (session, actor):
        row_id = measure_id(session, actor, named)
        services.carry_out(session, actor, row_id, wanted, said, key=key, version=version)
        found = in_full(session, actor, *queries.get(session, actor, row_id))
    out.result(found, as_text(found))


@measure.command("show")
@click.argument("named", metavar="MEASURE")
@as_option
@speaks_json
def show(out: Output, named: str, username: str) -> None:
    """Show one measure: items, custody, history, and what may follow with its gates."""
    with acting(username, Permission.CASE_READ, commit=False) as (session, actor):
        row_id = measure_id(session, actor, named)
        found = in_full(session, actor, *queries.get(session, actor, row_id))
    out.result(found, as_text(found))


@measure.command("list")
@as_option
@click.option("--state", type=click.Choice(["open", *map(str, MeasureState)]))
@click.option("--kind", type=click.Choice([str(kind) for kind in MeasureKind]))
@click.option("--after", metavar="CURSOR", help="The value `next` of the page before.")
@click.option("--limit", type=int, default=queries.PAGE, show_default=True)
@speaks_json
def list_command(out: Output, username: str, **asked: Any) -> None:
    """List the measures of the cases that the account may see, the newest first."""
    query = checked(ListQuery, {name: value for name, value in asked.items() if value is not None})
    with acting(username, Permission.CASE_READ, commit=False) as (session, actor):
        found = queries.list_page(
            session, actor, state=query["state"], kind=query["kind"],
            after=read_cursor(query["after"]), limit=query["limit"],
        )  # fmt: skip
        rows = [shown(row.measure) | {"case_number": row.case_number} for row in found]
    following = next_page([row.measure for row in found], query["limit"], "proposed_at")
    lines = [
        f"{row['number']} {MeasureKind(row['kind']).zh} {MeasureState(row['state']).zh}"
        f" {row['case_number']} {row['due_on'] or '—'}"
        for row in rows
    ]
    out.result({"measures": rows, "next": following}, "\n".join(lines))


@measure.command("fields", context_settings=DASHES)
@click.argument("event", type=click.Choice([*MAKING, *EVENTS]))
@speaks_json
def fields_command(out: Output, event: str) -> None:
    """List what an act asks for."""
    wanted = MeasureEvent(event.replace("-", "_"))
    fields = {**acts.MAKING, **acts.FIELDS}[wanted]
    rows = [
        {"name": one.name, "kind": one.kind, "label": str(one.label), "required": one.required,
         "choices": [value for value, _word in one.choices()]}
        for one in fields
    ]  # fmt: skip
    lines = [
        f"{row['name']} {row['label']}{'' if row['required'] else '（可不填）'}" for row in rows
    ]
    out.result({"fields": rows}, "\n".join(lines))


COMMANDS: dict[str, click.Command] = {"measure": measure}
