"""`enforcement goods`: confiscated things, the acts upon them, all custody logs of a case."""

from __future__ import annotations

import uuid
from pathlib import Path
from typing import Any, Final

import click

from enforcement.api import next_page, plain_row, read_cursor
from enforcement.case import queries as cases
from enforcement.cli.acting import acting, as_option, case_id
from enforcement.cli.case import values_options
from enforcement.cli.output import Output, speaks_json
from enforcement.cli.values import checked, collected
from enforcement.fields import schema_of
from enforcement.goods import acts, queries, services
from enforcement.goods.api import ListQuery, shown
from enforcement.law.goods_terms import GoodsEvent, GoodsState
from enforcement.permissions import Permission

FILE: Final = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group("goods", help="没收物品 / Confiscated goods.")
def goods() -> None:
    """Group of the commands about confiscated goods."""


def line_of(row: dict[str, Any]) -> str:
    """Return a thing in a line."""
    held = f"{row['place']} {row['keeper']}" if row["state"] != GoodsState.GONE else row["gone_to"]
    return f"{row['id']} {row['no']} {row['name']} {GoodsState(row['state']).zh} {held}"


@goods.command("list")
@as_option
@click.option("--state", type=click.Choice([str(one) for one in GoodsState]))
@click.option("--after", metavar="CURSOR", help="The value `next` of the page before.")
@click.option("--limit", type=int, default=queries.PAGE, show_default=True)
@speaks_json
def list_command(out: Output, username: str, **asked: Any) -> None:
    """List the confiscated things of cases that the account may see, the newest first."""
    query = checked(ListQuery, {name: value for name, value in asked.items() if value is not None})
    with acting(username, Permission.CASE_READ, commit=False) as (session, actor):
        found = queries.list_page(
            session, actor, state=query["state"], after=read_cursor(query["after"]),
            limit=query["limit"],
        )  # fmt: skip
        rows = [shown(row.item) | {"case_number": row.case_number} for row in found]
    following = next_page([row.item for row in found], query["limit"], "entered_at")
    lines = [f"{row['case_number']} {line_of(row)}" for row in rows]
    out.result({"goods": rows, "next": following}, "\n".join(lines) or "没有没收物品")


@goods.command("show")
@click.argument("named", metavar="CASE")
@as_option
@speaks_json
def show(out: Output, named: str, username: str) -> None:
    """Show the things of a case (id or AJ…), and every hand-over of its things from all logs."""
    with acting(username, Permission.CASE_READ, commit=False) as (session, actor):
        case = cases.get(session, actor, case_id(session, actor, named))
        rows = [shown(item) for item in queries.of_case(session, case)]
        moves = [
            plain_row(one, "log", "thing", "at", "giver", "taker", "place", "by_name")
            for one in queries.custody(session, case)
        ]
    lines = [line_of(row) for row in rows]
    lines += [
        f"  {one['at'][:16]} {one['thing']}：{one['giver']} → {one['taker']} {one['place']}"
        for one in moves
    ]
    out.result({"goods": rows, "custody": moves}, "\n".join(lines) or "本案没有没收物品")


@goods.command("enter")
@click.argument("named", metavar="CASE")
@as_option
@values_options
@speaks_json
def enter(out: Output, named: str, username: str, pairs: tuple[str, ...], data: str | None) -> None:
    """Enter what a case's decision confiscated; `goods fields enter` lists the values."""
    said = checked(schema_of("EnterGoods", acts.ENTER), collected(data, pairs), acts.ENTER)
    said.pop("version", None)
    said.pop("key", None)
    with acting(username, Permission.CASE_WORK) as (session, actor):
        made = services.enter(session, actor, case_id(session, actor, named), said)
        rows = [shown(item) for item in made]
    out.result({"goods": rows}, "\n".join(line_of(row) for row in rows))


@goods.command("act")
@click.argument("item_id", type=click.UUID)
@click.argument("event", type=click.Choice([event.value for event in acts.FIELDS]))
@click.option("--photo", type=FILE, help="交接照片 / A picture of the hand-over.")
@as_option
@values_options
@speaks_json
def act(
    out: Output,
    item_id: uuid.UUID,
    event: str,
    photo: Path | None,
    username: str,
    pairs: tuple[str, ...],
    data: str | None,
) -> None:
    """Carry out one act upon a thing (its id)."""
    wanted = GoodsEvent(event)
    fields = acts.FIELDS[wanted]
    said = checked(schema_of("Said", fields), collected(data, pairs), fields)
    said.pop("key", None)
    version = said.pop("version", None)
    with acting(username, services.permission_of(wanted)) as (session, actor):
        row = shown(
            services.carry_out(
                session, actor, item_id, wanted, said, version=version,
                photo=photo.read_bytes() if photo else None,
            )
        )  # fmt: skip
    out.result(row, line_of(row))


@goods.command("fields")
@click.argument("event", type=click.Choice(["enter", *(event.value for event in acts.FIELDS)]))
@speaks_json
def fields_command(out: Output, event: str) -> None:
    """List what an act asks for."""
    fields = acts.ENTER if event == "enter" else acts.FIELDS[GoodsEvent(event)]
    rows = [
        {"name": one.name, "kind": one.kind, "label": str(one.label), "required": one.required,
         "choices": [value for value, _word in one.choices()]}
        for one in fields
    ]  # fmt: skip
    lines = [
        f"{row['name']} {row['label']}{'' if row['required'] else '（可不填）'}" for row in rows
    ]
    out.result({"fields": rows}, "\n".join(lines))


COMMANDS: dict[str, click.Command] = {"goods": goods}
