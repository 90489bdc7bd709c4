"""`enforcement party`: search parties, show one, merge records and part them again."""

from __future__ import annotations

import uuid

import click

from enforcement.cli.acting import acting, as_option
from enforcement.cli.output import Output, speaks_json
from enforcement.party import queries, services
from enforcement.party.shown import brief, in_full
from enforcement.permissions import Permission


@click.group("party", help="当事人 / Parties across cases.")
def party() -> None:
    """Group of the party commands."""


@party.command("list")
@click.option("--name", default="", help="名称的一部分 / Part of the name.")
@click.option("--number", default="", help="完整号码，查询会记录 / A whole number; it is logged.")
@as_option
@speaks_json
def list_parties(out: Output, name: str, number: str, username: str) -> None:
    """List parties of cases that the account sees, the newest first."""
    with acting(username, Permission.CASE_READ) as (session, actor):
        found = queries.search(session, actor, name=name, number=number, limit=100)
        rows = [brief(one.party) | {"cases": one.cases} for one in found]
    lines = [f"{row['id']}  {row['name']}  {row['cases']}" for row in rows]
    out.result({"parties": rows}, "\n".join(lines) or "没有符合条件的当事人")


@party.command("show")
@click.argument("party_id", type=click.UUID)
@as_option
@speaks_json
def show(out: Output, party_id: uuid.UUID, username: str) -> None:
    """Show one party with its cases, consents and history."""
    with acting(username, Permission.CASE_READ, commit=False) as (session, actor):
        now = queries.surviving_id(session, actor.county_code, party_id)
        found = in_full(session, actor, queries.get(session, actor, now))
    cases = "、".join(one["number"] for one in found["cases"])
    out.result(found, f"{found['name']}：{cases}")


@party.command("merge")
@click.argument("party_id", type=click.UUID)
@click.argument("into", type=click.UUID)
@click.option("--reason", required=True)
@as_option
@speaks_json
def merge(out: Output, party_id: uuid.UUID, into: uuid.UUID, reason: str, username: str) -> None:
    """Let the record INTO stand for PARTY_ID; its cases go over."""
    with acting(username, Permission.PARTY_MERGE) as (session, actor):
        stays = services.merge(session, actor, party_id, into, reason=reason)
        found = in_full(session, actor, stays)
    out.result(found, f"已合并到 {found['name']}（{found['id']}）")


@party.command("unmerge")
@click.argument("party_id", type=click.UUID)
@click.option("--reason", required=True)
@as_option
@speaks_json
def unmerge(out: Output, party_id: uuid.UUID, reason: str, username: str) -> None:
    """Undo the merge of the record PARTY_ID."""
    with acting(username, Permission.PARTY_MERGE) as (session, actor):
        found = brief(services.unmerge(session, actor, party_id, reason=reason))
    out.result(found, f"已撤销合并：{found['name']}（{found['id']}）")


COMMANDS: dict[str, click.Command] = {"party": party}
