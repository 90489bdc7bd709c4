"""`enforcement briefing`: the map report of an area or a unit, as figures and as files."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from enforcement.briefing import drawn, out, services, told
from enforcement.briefing.asking import Wanted
from enforcement.cli.acting import acting, as_option
from enforcement.cli.output import Output, speaks_json
from enforcement.permissions import Permission

DAY = click.DateTime(formats=["%Y-%m-%d"])
FILE = click.Path(dir_okay=False, path_type=Path)


@click.group("briefing", help="地图报告 / The map report of an area or a unit in a period.")
def briefing() -> None:
    """Group the commands."""


def what(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options that say what the report is of."""
    for option in (
        click.option("--category", metavar="CODE", help="Only this category of incidents."),
        click.option("--matter", metavar="CODE", help="The cases of this matter."),
        click.option("--last", type=DAY, help="[default: today]"),
        click.option("--first", type=DAY, help="[default: the first of the month]"),
        click.option("--township", metavar="CODE"),
        click.option("--unit", metavar="CODE", help="[default: what the account answers for]"),
    ):
        function = option(function)
    return function


def _wanted(said: dict[str, Any]) -> Wanted:
    days = {name: said.pop(name) for name in ("first", "last")}
    first, last = (one.date() if isinstance(one, datetime) else None for one in days.values())
    return Wanted(first=first, last=last, **said)


@briefing.command("show")
@what
@as_option
@speaks_json
def show(out_: Output, username: str, **said: Any) -> None:
    """Print the figures and findings."""
    with acting(username, Permission.REPORT_READ, commit=False) as (session, actor):
        data = told.as_json(services.make(session, actor, _wanted(said)))
    head = f"{data['name']} {data['first']} – {data['last']}"
    out_.result(data, "\n".join([head, *data["findings"]]))


@briefing.command("file")
@what
@click.option("--html", type=FILE, help="Write the report there, as one HTML file.")
@click.option("--pdf", type=FILE, help="Write the paper there.")
@click.option("--paper", type=click.Choice(["a4", "a3"]), default="a4", show_default=True)
@click.option("--xlsx", type=FILE, help="Write the workbook there.")
@as_option
@speaks_json
def file(
    out_: Output, username: str, html: Path | None, pdf: Path | None, paper: str,
    xlsx: Path | None, **said: Any,
) -> None:  # fmt: skip
    """Write the report to the files that are named."""
    written: dict[str, int] = {}
    with acting(username, Permission.REPORT_READ, commit=False) as (session, actor):
        made = services.make(session, actor, _wanted(said))
        if html is not None:
            text = drawn.as_html(session, actor, made)
            written[str(html)] = html.write_bytes(text.encode())
        if pdf is not None:
            written[str(pdf)] = pdf.write_bytes(out.as_pdf(session, made, paper))
        if xlsx is not None:
            written[str(xlsx)] = xlsx.write_bytes(out.as_book(made))
    if not written:
        out_.refuse("请用 --html、--pdf 或 --xlsx 指定文件")
    out_.result({"files": written}, "\n".join(f"{name} {size}" for name, size in written.items()))


COMMANDS: dict[str, click.Command] = {"briefing": briefing}
