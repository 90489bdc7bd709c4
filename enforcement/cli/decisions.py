"""`enforcement decisions verify`: stored decisions asked again as things were known then."""

from __future__ import annotations

import click

from enforcement.cli.output import Output, session_scope, speaks_json
from enforcement.jurisdiction import queries
from enforcement.jurisdiction.reproducing import verify_decisions


@click.group("decisions", help="判定记录 / Stored decisions on who answers for a place.")
def decisions() -> None:
    """Group of the commands on decisions."""


@decisions.command("verify")
@click.option("--county", "county_code", required=True, metavar="CODE", help="Six digits.")
@speaks_json
def verify(out: Output, county_code: str) -> None:
    """Ask every stored decision again; exit 1 and name those that come out otherwise."""
    with session_scope(commit=False) as session:
        queries.get_county(session, county_code)
        found = verify_decisions(session, county_code)
    data = {"checked": found.checked, "different": list(found.different)}
    if found.different:
        out.refuse(f"{len(found.different)} 条判定与当时的辖区不符", data)
    out.result(data, f"{found.checked} 条判定全部可以重现")


COMMANDS: dict[str, click.Command] = {"decisions": decisions}
