"""`enforcement drill`: start a drill of reachability, list them, show who was silent."""

from __future__ import annotations

import uuid
from pathlib import Path

import click

from enforcement.cli.acting import acting, as_option
from enforcement.cli.output import Output, speaks_json
from enforcement.drills import exporting, queries, services
from enforcement.drills.api import drill_json, report_json
from enforcement.permissions import Permission


@click.group("drill", help="联络演练 / Drills of reachability: start, list, show.")
def drill() -> None:
    """Group of the commands upon drills."""


@drill.command("start")
@click.option("--hours", type=int, help="多少小时内应答 / Until when an answer counts.")
@click.option("--retest", type=click.UUID, metavar="ID", help="Only those this drill found silent.")
@click.option("--key", metavar="K", help="The same key is one drill.")
@as_option
@speaks_json
def start(
    out: Output, hours: int | None, retest: uuid.UUID | None, key: str | None, username: str
) -> None:
    """Ask every village point for a test press, and ring every duty phone, marked as a drill."""
    with acting(username, Permission.DRILL_RUN) as (session, actor):
        made = services.start(session, actor, hours=hours, retest_of=retest, key=key)
        data = report_json(queries.report(session, made))
    out.result(data, f"{data['id']} 已开始，共 {data['asked']} 个")


@drill.command("list")
@as_option
@speaks_json
def list_command(out: Output, username: str) -> None:
    """List the last drills."""
    with acting(username, Permission.DRILL_RUN, commit=False) as (session, actor):
        rows = [
            drill_json(row.drill) | {"asked": row.asked, "reached": row.reached}
            for row in queries.list_drills(session, actor.county_code)
        ]
    lines = [f"{row['id']} {row['started_at'][:16]} {row['reached']}/{row['asked']}"
             for row in rows]  # fmt: skip
    out.result({"drills": rows}, "\n".join(lines) or "没有演练")


@drill.command("show")
@click.argument("drill_id", type=click.UUID)
@as_option
@speaks_json
def show(out: Output, drill_id: uuid.UUID, username: str) -> None:
    """Show how a drill stands and who is silent."""
    with acting(username, Permission.DRILL_RUN, commit=False) as (session, actor):
        found = queries.get(session, actor.county_code, drill_id)
        data = report_json(queries.report(session, found))
    lines = [f"{data['reached']}/{data['asked']}"]
    lines += [
        f"  {one['name']}：服务点 {one['points_reached']}/{one['points']}，"
        f"值班电话 {one['phones_reached']}/{one['phones']}"
        for one in data["groups"]
    ]
    lines += [f"  未应答 {one['township_name'] or ''} {one['name']}" for one in data["silent"]]
    out.result(data, "\n".join(lines))


@drill.command("export")
@click.argument("drill_id", type=click.UUID)
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--by-township", is_flag=True, help="各乡镇数量 / The counts of each township.")
@as_option
@speaks_json
def export(out: Output, drill_id: uuid.UUID, file: Path, by_township: bool, username: str) -> None:
    """Write a drill's report to FILE, .csv or .xlsx."""
    suffix = "csv" if file.suffix == ".csv" else "xlsx"
    make = exporting.by_township if by_township else exporting.spreadsheet
    with acting(username, Permission.DRILL_RUN, commit=False) as (session, actor):
        drill_row = queries.get(session, actor.county_code, drill_id)
        data = make(queries.report(session, drill_row), suffix)
    file.write_bytes(data)
    out.result({"file": str(file), "bytes": len(data)}, f"已写入 {file}")


COMMANDS: dict[str, click.Command] = {"drill": drill}
