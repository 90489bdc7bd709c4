"""`enforcement decisions verify`: stored decisions asked again as things were known then."""

from __future__ import annotations

import click

from enforcement.cli.output import Output, session_scope, speaks_json
from enforcement.jurisdiction import queries
from enforcement.jurisdiction.reproducing import verify_decisions
from enforcement.rules.reproducing import verify_rulings


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
        ruled = verify_rulings(session, county_code)
    different = [*found.different, *ruled.different]
    data = {
        "checked": found.checked, "ruled": ruled.checked, "different": different,
    }  # fmt: skip
    if different:
        out.refuse(f"{len(different)} 条判定与当时的辖区、规则不符", data)
    rules = f"，规则派单 {ruled.checked} 条" if ruled.checked else ""
    out.result(data, f"{found.checked} 条判定全部可以重现{rules}")


COMMANDS: dict[str, click.Command] = {"decisions": decisions}
