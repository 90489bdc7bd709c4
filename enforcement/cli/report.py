"""`enforcement report`: a township's month, as figures and as PDF."""

from __future__ import annotations

from pathlib import Path

import click

from enforcement.cli.acting import acting, as_option
from enforcement.cli.output import Output, speaks_json
from enforcement.cli.values import save
from enforcement.overview import report
from enforcement.permissions import Permission


@click.command("report")
@as_option
@click.option("--township", metavar="CODE", help="[default: the account's first township]")
@click.option("--month", metavar="YYYY-MM", help="[default: this month]")
@click.option(
    "--pdf",
    "path",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write the report with its map there.",
)
@speaks_json
def report_command(
    out: Output, username: str, township: str | None, month: str | None, path: Path | None
) -> None:
    """Report a township's month: incidents and cases by village and kind, and findings."""
    with acting(username, Permission.REPORT_READ, commit=False) as (session, actor):
        made = report.make(session, actor, township, month)
        data = report.as_json(made)
        if path is not None:
            paper = report.as_pdf(session, made)
            save(path, paper.pdf, "pdf")
            data |= {"pdf": {"file": str(path), "pages": paper.pages, "sha256": paper.sha256}}
    out.result(data, f"{data['township_name']} {data['month']}\n{data['findings']}")


COMMANDS: dict[str, click.Command] = {"report": report_command}
