"""`enforcement publication`: decisions that wait for publication, their review, withdrawal."""

from __future__ import annotations

import uuid
from pathlib import Path

import click

from enforcement.api import plain_row
from enforcement.cli.acting import acting, as_option, case_id
from enforcement.cli.output import Output, speaks_json
from enforcement.cli.values import save
from enforcement.errors import NotFoundError
from enforcement.law.redaction import Outcome
from enforcement.people import unit_queries
from enforcement.permissions import Permission
from enforcement.publication import cards, queries, services
from enforcement.publication.api import shown


@click.group("publication", help="决定公示 / Publication of decisions.")
def publication() -> None:
    """Group of the publication commands."""


@publication.command("list")
@as_option
@speaks_json
def list_waiting(out: Output, username: str) -> None:
    """List what waits for a review or a withdrawal, with its last day."""
    with acting(username, Permission.PUBLISH, commit=False) as (session, actor):
        found = queries.waiting(session, actor)
        rows = [
            {
                "number": one.case.number,
                "act": "withdraw" if one.publication else "review",
                "paper": str(one.document_id) if one.notice else None,
                "due_on": str(one.due_on) if one.due_on else None,
            }
            for one in found
        ]
    lines = [f"{row['number']} {row['act']} {row['due_on'] or '—'}" for row in rows]
    out.result({"waiting": rows}, "\n".join(lines) or "没有等待公开审核的决定")


@publication.command("review")
@click.argument("named", metavar="CASE")
@click.option("--outcome", type=click.Choice([str(one) for one in Outcome]), required=True)
@click.option("--reason", required=True)
@click.option("--name-person", is_flag=True, help="公开自然人姓名 / Show a natural person's name.")
@click.option("--hide", multiple=True, help="另外隐去的文字 / Further words to hide.")
@click.option("--paper", type=click.UUID, help="拆除公告的文书 / A notice of demolition, by id.")
@as_option
@speaks_json
def review(
    out: Output,
    named: str,
    outcome: str,
    reason: str,
    name_person: bool,
    hide: tuple[str, ...],
    paper: uuid.UUID | None,
    username: str,
) -> None:
    """Review the decision of a case (id or AJ…) for publication."""
    with acting(username, Permission.PUBLISH) as (session, actor):
        row = services.review(
            session, actor, case_id(session, actor, named), outcome=Outcome(outcome),
            reason=reason, name_person=name_person, hide="\n".join(hide),
            document_id=paper,
        )  # fmt: skip
        found = shown(row)
    out.result(found, f"{Outcome(outcome).zh}：{found['id']}")


@publication.command("withdraw")
@click.argument("publication_id", type=click.UUID)
@click.option("--reason", required=True)
@as_option
@speaks_json
def withdraw(out: Output, publication_id: uuid.UUID, reason: str, username: str) -> None:
    """Take a published decision back."""
    with acting(username, Permission.PUBLISH) as (session, actor):
        row = services.withdraw(session, actor, publication_id, reason=reason)
        found = plain_row(row, "publication_id", "reason", "at")
    out.result(found, "已撤回")


@publication.command("cards")
@click.argument("unit_code")
@click.option("--out", "path", type=click.Path(path_type=Path), required=True)
@as_option
@speaks_json
def print_cards(out: Output, unit_code: str, path: Path, username: str) -> None:
    """Write the cards of a unit's certified officers, and of those below it, as PDF."""
    with acting(username, Permission.PEOPLE_READ, commit=False) as (session, actor):
        unit = unit_queries.find_unit(session, actor.county_code, unit_code)
        if unit is None:
            raise NotFoundError(f"没有编码为 {unit_code} 的机构。")
        save(path, cards.sheet(session, actor, unit.id), "out")
    out.result({"pdf": str(path)}, f"已写入 {path}")


COMMANDS: dict[str, click.Command] = {"publication": publication}
