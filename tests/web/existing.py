"""Identifiers that exist, for the paths and bodies of made-up calls: so that they reach what lies
behind the search for a row."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final

from sqlalchemy import text
from sqlalchemy.orm import Session

from enforcement.demo import COUNTY_CODE
from enforcement.law.dossier import Volume
from enforcement.settings.terms import SETTINGS

PART: Final = re.compile(r"\{([^}]+)\}")
TABLES: Final = {
    "accounts": "account", "alarms": "alarm", "alone": "alone_watch", "beats": "beat",
    "blocks": "number_block", "cases": "case_file", "certificates": "certificate",
    "clients": "open311_client", "delegations": "approval_order", "devices": "device",
    "documents": "document", "drills": "drill", "duties": "responsibility",
    "duty-plans": "duty_plan", "editions": "edition", "evidence": "evidence_item",
    "exclusions": "case_exclusion", "flags": "proof_flag", "glass": "glass_grant",
    "goods": "confiscated_item", "holds": "legal_hold", "incidents": "incident",
    "inspections": "inspection", "items": "power_item", "leave": "duty_leave", "ledger": "ask",
    "measures": "measure", "parties": "party", "patrol-plans": "plan_run", "patrols": "patrol",
    "people": "person", "points": "village_point", "posts": "post", "publications": "publication",
    "requirements": "duty_requirement", "retention": "destruction",
    "retention/certificates": "destruction_certificate", "rules": "routing_rule",
    "shares": "briefing_share", "shifts": "duty_shift", "spot": "spot_penalty",
    "steps": "due_step", "swaps": "duty_swap", "units": "unit", "weekly": "briefing_schedule",
    "{kind}": "duty_plan",
}  # fmt: skip
"""The table whose rows an id names, by what stands before it in a path."""
CHOICES: Final[dict[str, list[str]]] = {
    "seq": ["1", "2"], "year": ["2025", "2026"], "suffix": ["csv", "xlsx"],
    "volume": [str(one) for one in Volume], "key": [one.key for one in SETTINGS[:6]],
    "name": ["villages", "incidents", "cases", "patrols", "jurisdictions"],
    "code": ["incidents"], "limit_id": ["decision", "filing"],
}  # fmt: skip
KINDS: Final = {
    "papers": ["D01", "D02", "D08", "D09", "D26", "D38", "D41", "D56"], "if": ["plan", "edition"],
    "exports": ["people", "units"], "imports": ["people", "units"],
}  # fmt: skip
"""What `{kind}` may be, by what stands before it."""
NEWEST: Final = """
(select id, to_jsonb(t) as said from {table} t where county_code = :county order by id limit 3)
union
(select id, to_jsonb(t) from {table} t where county_code = :county order by id desc limit 3)
order by 1"""
Path = dict[str, str]


class Existing:
    """Paths of operations filled with rows of the county; each table is asked once."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.known: dict[str, list[dict[str, Any]]] = {}

    def rows(self, table: str) -> list[dict[str, Any]]:
        """Return up to six rows of a table as JSON: the oldest and the newest."""
        if table not in self.known:
            found = self.session.execute(text(NEWEST.format(table=table)), {"county": COUNTY_CODE})
            self.known[table] = [row.said for row in found]
        return self.known[table]

    def paths(self, path: str) -> list[tuple[Path, dict[str, Any]]]:
        """Return values for the parameters of a path, each with the row that its last id names.

        The id before the last one is that which the row itself knows as its owner's.
        """
        ids = ids_of(path)
        if not ids:
            return [({}, {})] if PART.search(path) else []
        name, table = ids[-1]
        found = [({name: row["id"]}, row) for row in self.rows(table)]
        if len(ids) > 1:
            owner = ids[0][0]
            found = [(said | {owner: row[owner]}, row) for said, row in found if row.get(owner)]
        return found

    def of(self, path: str, turn: int) -> tuple[Path, dict[str, Any]] | None:
        """Return one filling of a path, others for other turns; None where no row is there."""
        found = self.paths(path)
        if not found:
            return None
        said, row = found[turn % len(found)]
        return said | dict(chosen(path, turn)), row


def ids_of(path: str) -> list[tuple[str, str]]:
    """Return the ids in a path, each with the table whose row it names."""
    names = [name for name in PART.findall(path) if name.endswith("_id") and name != "limit_id"]
    return [(name, table_of(path, name)) for name in names]


def table_of(path: str, name: str) -> str:
    """Return the table of a parameter; raises KeyError where none is known."""
    parts = path.split("/")
    place = next(n for n, part in enumerate(parts) if part.startswith("{" + name + "}"))
    both = "/".join(parts[place - 2 : place])
    return TABLES.get(both) or TABLES[parts[place - 1]]


def chosen(path: str, turn: int) -> Iterator[tuple[str, str]]:
    """Give values for the parameters that are no ids; acts are left to the document's own."""
    for name in PART.findall(path):
        before = path.split("{" + name + "}")[0].rstrip("/").rpartition("/")[2]
        values = KINDS.get(before, []) if name == "kind" else CHOICES.get(name, [])
        if values:
            yield name, values[turn % len(values)]
