"""`enforcement map`: the counted cells of the operations map."""

from __future__ import annotations

import click

from enforcement.atlas import folding
from enforcement.cli.output import Output, session_scope, speaks_json
from enforcement.cli.roads import county_of


@click.group("map", help="态势图的计数 / The counted cells of the operations map.")
def atlas() -> None:
    """Group of the commands of the map."""


@atlas.command("check")
@click.option("--county", "county_code", metavar="CODE", help="[default: the only county]")
@speaks_json
def check(out: Output, county_code: str | None) -> None:
    """Compare the cells with a full count of incidents and cases; say where they differ."""
    with session_scope() as session:
        wrong = folding.wrong(session, county_of(session, county_code))
    if wrong:
        out.refuse(
            f"有 {len(wrong)} 个格子的计数不对，请运行 enforcement map rebuild", {"wrong": wrong}
        )
    out.result({"wrong": []}, "所有格子的计数都对")


@atlas.command("rebuild")
@click.option("--county", "county_code", metavar="CODE", help="[default: the only county]")
@speaks_json
def rebuild(out: Output, county_code: str | None) -> None:
    """Count the cells anew; reports and acts on cases wait meanwhile."""
    with session_scope() as session:
        count = folding.rebuild(session, county_of(session, county_code))
    out.result({"rows": count}, f"已重新计数：{count} 条")


COMMANDS = {"map": atlas}
