"""`enforcement rehoming`: work that should change hands, and a ruling upon it."""

from __future__ import annotations

import uuid
from datetime import datetime

import click

from enforcement import clock
from enforcement.cli.acting import acting, as_option, unit_coded
from enforcement.cli.output import Output, speaks_json
from enforcement.permissions import Permission
from enforcement.rehoming import acts, queries, services
from enforcement.rehoming.services import Choice
from enforcement.rehoming.terms import Ruling


@click.group("rehoming", help="辖区变更移交 / Work that changes hands.")
def rehoming() -> None:
    """Group of the commands on work that changes hands."""


@rehoming.command("list")
@as_option
@click.option("--edition", type=click.UUID, help="What this draft of boundaries would bring.")
@click.option("--plan", type=click.UUID, help="What this draft plan of duties would bring.")
@click.option("--on", type=click.DateTime(formats=["%Y-%m-%d"]), help="[default: today]")
@speaks_json
def list_command(
    out: Output,
    username: str,
    edition: uuid.UUID | None,
    plan: uuid.UUID | None,
    on: datetime | None,
) -> None:
    """List the open work that should change hands."""
    with acting(username, Permission.REHOME, commit=False) as (session, actor):
        day = on.date() if on else clock.today(session)
        if edition is not None:
            items = acts.if_edition(session, actor, edition, day)
        elif plan is not None:
            items = acts.if_plan(session, actor, plan, day)
        else:
            items = queries.pending(session, actor, day)
        data = [acts.item_json(item) for item in items]
    lines = [
        f"{row['number']} {row['from_name'] or '—'} → {row['to_name'] or '（请选择单位）'}"
        for row in data
    ]
    out.result({"on": str(day), "pending": data}, "\n".join(lines) or "没有需要移交的工作")


@rehoming.command("decide")
@click.argument("ruling", type=click.Choice([str(one) for one in Ruling]))
@as_option
@click.option("--reason", required=True, metavar="TEXT")
@click.option("--only", "numbers", multiple=True, metavar="NUMBER", help="[default: all]")
@click.option("--to", "to_code", metavar="CODE", help="Another unit than the proposed one.")
@speaks_json
def decide(
    out: Output,
    ruling: str,
    username: str,
    reason: str,
    numbers: tuple[str, ...],
    to_code: str | None,
) -> None:
    """Hand over (moved) or keep (kept) the listed work, all or none."""
    with acting(username, Permission.REHOME) as (session, actor):
        to_id = unit_coded(session, actor.county_code, to_code, "to").id if to_code else None
        items = queries.pending(session, actor, clock.today(session))
        chosen = [
            Choice(item.key, item.work.version, to_id)
            for item in items
            if not numbers or item.work.number in numbers
        ]
        batch = services.decide(session, actor, chosen, Ruling(ruling), reason)
        data = acts.batch_json(batch)
    out.result(data, f"{Ruling(ruling).zh}：{data['count']} 项")


COMMANDS: dict[str, click.Command] = {"rehoming": rehoming}
