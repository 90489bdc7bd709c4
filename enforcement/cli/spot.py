"""`enforcement spot`: decide on the spot, carry out the acts that follow, read what was decided."""

from __future__ import annotations

import uuid
from pathlib import Path
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
from enforcement.document import printing
from enforcement.errors import NotFoundError
from enforcement.fields import schema_of
from enforcement.law.spot_terms import SpotEvent, SpotState
from enforcement.permissions import Permission
from enforcement.spot import acts, papers, queries, services
from enforcement.spot.api import DecideSchema, ListQuery, in_full, shown
from enforcement.spot.models import SpotPenalty

DASHES: Final = {"token_normalize_func": lambda text: text.replace("_", "-")}
EVENTS: Final = [event.value.replace("_", "-") for event in acts.FIELDS]


@click.group("spot", help="当场处罚 / Penalties decided on the spot.")
def spot() -> None:
    """Group of the commands of the summary procedure."""


def spot_id(session: Session, actor: Actor, named: str) -> uuid.UUID:
    """Return the id of a penalty by id or number; raises NotFoundError."""
    try:
        return uuid.UUID(named)
    except ValueError:
        query = select(SpotPenalty.id).where(
            queries.visible(actor), SpotPenalty.number == named.strip()
        )
    found = session.scalars(query).first()
    if found is None:
        raise NotFoundError("没有找到该当场处罚，或者您无权查看。", asked=named)
    return found


def as_text(found: dict[str, Any]) -> str:
    """Return a penalty in words, with each act that may follow and what is missing."""
    lines = [f"{found['number']} {SpotState(found['state']).zh} {found['party_name']}"
             f" 罚款{found['fine_yuan']}元，已缴{found['paid_yuan']}元"]  # fmt: skip
    for step in found["next"]:
        shut = [gate["reason"] for gate in step["gates"] if not gate["open"]]
        mark = "✓" if not shut else "✗ " + "；".join(shut)
        lines.append(f"  → {SpotEvent(step['event']).zh}（{step['event']}）{mark}")
    return "\n".join(lines)


@spot.command("decide")
@as_option
@values_options
@speaks_json
def decide(out: Output, username: str, pairs: tuple[str, ...], data: str | None) -> None:
    """Decide on the spot; `spot fields decide` lists the values."""
    said = checked(DecideSchema, collected(data, pairs), acts.DECIDE)
    said.pop("version", None)
    key = said.pop("key", None)
    with acting(username, Permission.CASE_WORK) as (session, actor):
        found = in_full(session, services.decide(session, actor, said, key=key))
    out.result(found, as_text(found))


@spot.command("act", context_settings=DASHES)
@click.argument("named", metavar="PENALTY")
@click.argument("event", type=click.Choice(EVENTS))
@as_option
@values_options
@speaks_json
def act(
    out: Output, named: str, event: str, username: str, pairs: tuple[str, ...], data: str | None
) -> None:
    """Carry out one act upon a penalty (id or number)."""
    wanted = SpotEvent(event.replace("-", "_"))
    fields = acts.FIELDS[wanted]
    said = checked(schema_of("Said", fields), collected(data, pairs), fields)
    key, version = said.pop("key", None), said.pop("version", None)
    with acting(username, Permission.CASE_WORK) as (session, actor):
        row_id = spot_id(session, actor, named)
        row = services.carry_out(session, actor, row_id, wanted, said, key=key, version=version)
        found = in_full(session, row)
    out.result(found, as_text(found))


@spot.command("show")
@click.argument("named", metavar="PENALTY")
@as_option
@speaks_json
def show(out: Output, named: str, username: str) -> None:
    """Show one penalty: its history, and what may follow with its gates."""
    with acting(username, Permission.CASE_READ, commit=False) as (session, actor):
        found = in_full(session, queries.get(session, actor, spot_id(session, actor, named)))
    out.result(found, as_text(found))


@spot.command("list")
@as_option
@click.option("--state", type=click.Choice([str(state) for state in SpotState]))
@click.option("--after", metavar="CURSOR", help="The value `next` of the page before.")
@click.option("--limit", type=int, default=queries.PAGE, show_default=True)
@speaks_json
def list_command(out: Output, username: str, **asked: Any) -> None:
    """List the penalties on the spot that the account may see, the latest first."""
    query = checked(ListQuery, {name: value for name, value in asked.items() if value is not None})
    with acting(username, Permission.CASE_READ, commit=False) as (session, actor):
        found = queries.list_page(
            session, actor, state=query["state"], after=read_cursor(query["after"]),
            limit=query["limit"],
        )  # fmt: skip
        rows = [shown(row.spot) | {"party_name": row.party_name} for row in found]
    following = next_page([row.spot for row in found], query["limit"], "decided_at")
    lines = [
        f"{row['number']} {SpotState(row['state']).zh} {row['party_name']} {row['fine_yuan']}元"
        for row in rows
    ]
    out.result({"penalties": rows, "next": following}, "\n".join(lines))


@spot.command("fields", context_settings=DASHES)
@click.argument("event", type=click.Choice(["decide", *EVENTS]))
@speaks_json
def fields_command(out: Output, event: str) -> None:
    """List what an act asks for."""
    wanted = SpotEvent(event.replace("-", "_"))
    rows = [
        {"name": one.name, "kind": one.kind, "label": str(one.label), "required": one.required,
         "choices": [value for value, _word in one.choices()]}
        for one in {**acts.FIELDS, SpotEvent.DECIDE: acts.DECIDE}[wanted]
    ]  # fmt: skip
    lines = [
        f"{row['name']} {row['label']}{'' if row['required'] else '（可不填）'}" for row in rows
    ]
    out.result({"fields": rows}, "\n".join(lines))


@spot.command("print")
@click.argument("named", metavar="PENALTY")
@click.option("--host", help="打印机地址（9100端口直接打印）/ Address of the printer.")
@click.option("--port", type=click.IntRange(1, 65535), default=printing.PORT, show_default=True)
@click.option("--width", type=click.Choice(["58", "80"]), default="58", show_default=True)
@click.option("--out", "target", type=click.Path(dir_okay=False, path_type=Path),
              help="ESC/POS数据存到 / Where to write the bytes.")  # fmt: skip
@as_option
@speaks_json
def print_command(
    out: Output,
    named: str,
    host: str | None,
    port: int,
    width: str,
    target: Path | None,
    username: str,
) -> None:
    """Print the decision of a penalty (id or number) on a roll of 58 or 80 mm."""
    if host is None and target is None:
        raise click.UsageError("请给出 --host 或者 --out / give --host or --out")
    with acting(username, Permission.DOCUMENT_READ, commit=False) as (session, actor):
        row_id = spot_id(session, actor, named)
        data = papers.ticket(session, actor, row_id, int(width))
    if target is not None:
        target.write_bytes(data)
    if host is not None:
        printing.TcpPrinter(host, port).write(data)
    out.result({"bytes": len(data), "width_mm": int(width)}, f"已打印，{len(data)}字节")


COMMANDS: dict[str, click.Command] = {"spot": spot}
