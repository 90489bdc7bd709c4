"""`enforcement yearly`: the yearly statistics, their export, and the act of reporting them."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import click

from enforcement.cli.acting import acting, as_option
from enforcement.cli.output import Output, speaks_json
from enforcement.cli.values import save
from enforcement.permissions import Permission
from enforcement.yearly import book, queries, reading, services
from enforcement.yearly.api import shown

DAY = click.DateTime(formats=["%Y-%m-%d"])
FORMATS = {"json": reading.as_bytes, "csv": reading.as_csv, "xlsx": book.as_xlsx}


@click.group("yearly", help="年度统计 / Yearly statistics.")
def yearly() -> None:
    """Group of the commands on yearly statistics."""


@yearly.command("show", help="一年的数字 / The figures of a year.")
@click.argument("year", type=int)
@as_option
@speaks_json
def show(out: Output, year: int, username: str) -> None:
    """Print the figures of a year, and which were reported."""
    with acting(username, Permission.YEARLY_READ, commit=False) as (session, actor):
        told = reading.make(session, actor, year)
        rows = [shown(row) for row in queries.reports(session, actor.county_code, year)]
    lines = [f"{line.figure.zh} {_value(line)}" for line in told.lines]
    out.result({**reading.as_json(told), "submissions": rows}, "\n".join(lines))


def _value(line: reading.Line) -> str:
    if not line.counted:
        return f"不能统计：{line.figure.told[0]}"
    return "—" if line.value is None else f"{line.value:g}{line.figure.unit}"


@yearly.command("export", help="导出 / Write the figures to a file.")
@click.argument("year", type=int)
@click.argument("path", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--format", "kind", type=click.Choice(sorted(FORMATS)), default="json")
@as_option
@speaks_json
def export(out: Output, year: int, path: Path, kind: str, username: str) -> None:
    """Write the figures of a year as JSON or CSV."""
    with acting(username, Permission.YEARLY_READ, commit=False) as (session, actor):
        data = FORMATS[kind](reading.make(session, actor, year))
    save(path, data, "path")
    out.result({"path": str(path), "bytes": len(data)}, f"{path} {len(data)}")


@yearly.command("submit", help="登记上报 / Keep the figures as reported.")
@click.argument("year", type=int)
@click.option("--on", "day", type=DAY, required=True, help="The day on which they were reported.")
@click.option("--to", "receiver", required=True, help="To whom.")
@click.option("--note", help="Why they are corrected.")
@as_option
@speaks_json
def submit(
    out: Output, year: int, day: datetime, receiver: str, note: str | None, username: str
) -> None:
    """Keep the figures of a year as they are now, and that they were reported."""
    with acting(username, Permission.YEARLY_SUBMIT) as (session, actor):
        row = services.submit(session, actor, year, submitted_on=day.date(),
                              submitted_to=receiver, note=note)  # fmt: skip
        found = shown(row)
    out.result(found, f"{year} v{found['version']} {found['sha256']}")


COMMANDS: dict[str, click.Command] = {"yearly": yearly}
