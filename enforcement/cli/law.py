"""`enforcement law`: the tables of the law, and days counted by them. No database is needed."""

from __future__ import annotations

from typing import Any

import click

from enforcement.cli import law_limits
from enforcement.cli.output import Output, speaks_json
from enforcement.law.matters import FineRange, Matter, matters
from enforcement.law.procedure import PROCEDURE, Step


@click.group("law", help="法律期限、事项和程序 / Limits, matters and the procedure.")
def law() -> None:
    """Group of the law commands."""


law.add_command(law_limits.list_limits)
law.add_command(law_limits.due)


@law.command("matters", help="列出执法事项 / List the matters of enforcement.")
@speaks_json
def matters_command(out: Output) -> None:
    """List matters with their provisions, fines in yuan and days in force."""
    rows = matters().values()
    lines = [
        f"{row.code} {row.name} {row.basis}{'' if row.ours else '（不归本机关）'}" for row in rows
    ]
    out.result({"matters": [_matter(row) for row in rows]}, "\n".join(lines))


def _matter(row: Matter) -> dict[str, Any]:
    return {
        "code": row.code,
        "name": row.name,
        "violated": row.violated,
        "basis": row.basis,
        "person_yuan": _range(row.person),
        "organisation_yuan": _range(row.organisation),
        "other": row.other,
        "organ": row.organ,
        "ours": row.ours,
        "precondition": row.precondition or None,
        "valid_from": row.valid_from.isoformat(),
        "valid_to": row.valid_to.isoformat() if row.valid_to else None,
    }


def _range(fine: FineRange | None) -> list[str] | None:
    return [str(fine.min_yuan), str(fine.max_yuan)] if fine else None


@law.command("procedure", help="列出普通程序 / List the steps of the ordinary procedure.")
@speaks_json
def procedure(out: Output) -> None:
    """List the rows of the procedure: from which states, who, paper, gates, article."""
    lines = [
        f"{row.event:<20} {'|'.join(row.sources)} -> {row.target or '='} "
        f"{row.paper or '—'} {row.source}"
        for row in PROCEDURE
    ]
    out.result({"steps": [_step(row) for row in PROCEDURE]}, "\n".join(lines))


def _step(row: Step) -> dict[str, Any]:
    return {
        "event": str(row.event),
        "name": row.event.zh,
        "from": [str(s) for s in row.sources],
        "to": str(row.target) if row.target else None,
        "by": row.by,
        "paper": row.paper,
        "gates": list(row.gates),
        "two_officers": row.two_officers,
        "article": row.source.zh,
    }


COMMANDS: dict[str, click.Command] = {"law": law}
