"""`enforcement patrol report`: a period's patrols as figures, Excel, PDF and a map file."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import click

from enforcement.cli.acting import acting, as_option
from enforcement.cli.output import Output, speaks_json
from enforcement.overview import patrols, patrols_map, patrols_out
from enforcement.overview.patrols_by import By
from enforcement.permissions import Permission

DAY = click.DateTime(formats=["%Y-%m-%d"])
FILE = click.Path(dir_okay=False, path_type=Path)


@click.command("report", help="巡查统计 / Figures of a period by squad, brigade, township, person.")
@click.option("--by", type=click.Choice([str(one) for one in By]))
@click.option("--first", type=DAY, help="[default: the first of the month]")
@click.option("--last", type=DAY, help="[default: today]")
@click.option("--xlsx", type=FILE, help="Write the table there.")
@click.option("--pdf", type=FILE, help="Write the paper there.")
@click.option("--map", "html", type=FILE, help="Write the map there, as one HTML file.")
@as_option
@speaks_json
def report(
    out: Output, by: str | None, first: datetime | None, last: datetime | None,
    xlsx: Path | None, pdf: Path | None, html: Path | None, username: str,
) -> None:  # fmt: skip
    """Print the report, and write it to the files that are named."""
    with acting(username, Permission.REPORT_READ) as (session, actor):
        days = [one.date() if one else None for one in (first, last)]
        made = patrols.make(session, actor, By(by) if by else None, *days)
        data: dict[str, Any] = patrols.as_json(made)
        if xlsx is not None:
            xlsx.write_bytes(patrols_out.as_book(made))
        if pdf is not None:
            pdf.write_bytes(patrols_out.as_pdf(session, made))
        if html is not None:
            html.write_text(patrols_map.as_html(session, actor, made), encoding="utf-8")
    lines = [f"{row['name']} {row['km']} km {row['hours']} h {row['visited']}/{row['planned']}"
             for row in data["rows"]]  # fmt: skip
    out.result(data, "\n".join(lines) if not made.empty else "这段时间没有巡查记录")
