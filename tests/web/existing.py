"""Values of the arguments in paths that exist: ids of the county's rows, and words of the code."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache
from itertools import chain, product
from random import Random
from typing import Any, Final

from sqlalchemy import Text, cast, func, literal, select
from sqlalchemy.orm import Session

from enforcement.db import Base
from enforcement.features.collections import COLLECTIONS
from enforcement.law.dossier import Volume
from enforcement.law.indicators import indicators
from enforcement.law.paperwork import PAPERS
from enforcement.law.time_limits import LIMITS
from enforcement.people.acts import STATUS_OF
from enforcement.people.imports.lists import TABLES
from enforcement.settings.terms import BY_KEY

API: Final = "/api/v1"
ARGUMENT: Final = re.compile(r"{([^{}]+)}")
EACH: Final = 14  # rows of a table in each state
Values = Mapping[str, Any]
# fmt: off
ROWS: Final = (  # start of the path, table, its column of each argument; "=word" is that word
    ("/cases/{case_id}/exclusions/{", "case_exclusion",
     {"case_id": "case_id", "exclusion_id": "id"}),
    ("/cases/{case_id}/documents/{",  "document",
     {"case_id": "case_id", "document_id": "id"}),
    ("/cases/{case_id}/evidence/{",   "evidence_item",  {"case_id": "case_id", "item_id": "id"}),
    ("/spot/{spot_id}/documents/{",   "document",
     {"spot_id": "spot_penalty_id", "document_id": "id"}),
    ("/inspections/{inspection_id}/documents/{", "document",
     {"inspection_id": "inspection_id", "document_id": "id"}),
    ("/patrols/{patrol_id}/stops/{",  "patrol_stop",    {"patrol_id": "patrol_id", "seq": "seq"}),
    ("/rehoming/if/",                 "edition",        {"kind": "=edition", "draft_id": "id"}),
    ("/rehoming/if/",                 "duty_plan",      {"kind": "=plan", "draft_id": "id"}),
    ("/ogc/collections/{name}/items/{", "responsibility", {"name": "=jurisdictions", "key": "id"}),
    ("/ogc/collections/{name}/items/{", "area",         {"name": "=villages", "key": "code"}),
    ("/ogc/collections/{name}/items/{", "incident",     {"name": "=incidents", "key": "id"}),
    ("/ogc/collections/{name}/items/{", "case_file",    {"name": "=cases", "key": "id"}),
    ("/ogc/collections/{name}/items/{", "patrol",       {"name": "=patrols", "key": "id"}),
    ("/retention/certificates/",      "destruction_certificate", {"certificate_id": "id"}),
    ("/power/items/",                 "power_item",       {"item_id": "id"}),
    ("/goods/",                       "confiscated_item", {"item_id": "id"}),
)
TABLE_OF: Final = {  # argument -> the table whose id it is everywhere else
    "account_id": "account", "alarm_id": "alarm", "ask_id": "ask", "beat_id": "beat",
    "block_id": "number_block", "case_id": "case_file", "certificate_id": "certificate",
    "client_id": "open311_client", "destruction_id": "destruction", "device_id": "device",
    "drill_id": "drill", "duty_id": "responsibility", "edition_id": "edition",
    "flag_id": "proof_flag", "grant_id": "glass_grant", "hold_id": "legal_hold",
    "incident_id": "incident", "inspection_id": "inspection", "leave_id": "duty_leave",
    "measure_id": "measure", "order_id": "approval_order", "party_id": "party",
    "patrol_id": "patrol", "person_id": "person", "plan_id": "duty_plan",
    "point_id": "village_point", "post_id": "post", "publication_id": "publication",
    "requirement_id": "duty_requirement", "rule_id": "routing_rule", "run_id": "plan_run",
    "schedule_id": "briefing_schedule", "share_id": "briefing_share", "shift_id": "duty_shift",
    "spot_id": "spot_penalty", "step_id": "due_step", "swap_id": "duty_swap", "unit_id": "unit",
    "watch_id": "alone_watch",
}
WORDS: Final[tuple[tuple[str, str, tuple[Any, ...]], ...]] = (  # start of the path, argument, words
    ("/settings/",                  "key",      tuple(BY_KEY)),
    ("/people/certificates/",       "act",      tuple(STATUS_OF)),
    ("/people/",                    "kind",     tuple(map(str, TABLES))),
    ("/people/",                    "suffix",   ("xlsx", "csv")),
    ("/power/",                     "suffix",   ("xlsx", "csv")),
    ("/roster/",                    "suffix",   ("xlsx",)),
    ("/accounts/",                  "act",      ("close", "reopen", "move", "password")),
    ("/beats/",                     "act",      ("tag", "retire", "resume")),
    ("/limits/",                    "limit_id", tuple({row.id: None for row in LIMITS})),
    ("/cases/{case_id}/papers/",    "kind",     tuple(PAPERS)),
    ("/cases/{case_id}/dossier/",   "volume",   tuple(map(str, Volume))),
    ("/ogc/collections/",           "name",     tuple(COLLECTIONS)),
    ("/indicators/",                "code",     tuple(indicators())),
    ("/yearly/",                    "year",     (2025, 2026)),
)
FIELDS: Final = {  # field of a body or a query -> table, column of what exists
    "person_id": ("account", "person_id"), "handler_id": ("account", "person_id"),
    "to_id": ("account", "person_id"), "to_person_id": ("account", "person_id"),
    "agent_id": ("account", "person_id"), "officer_a": ("account", "person_id"),
    "officer_b": ("account", "person_id"), "chair": ("account", "person_id"),
    "person": ("account", "person_id"), "owner_id": ("account", "person_id"),
    "username": ("account", "username"), "post_id": ("post", "id"), "post": ("post", "id"),
    "squad_id": ("spot_penalty", "squad_id"), "template_id": ("duty_template", "id"),
    "other_shift_id": ("duty_shift", "id"), "rule_id": ("routing_rule", "id"),
    "beat_id": ("beat", "id"), "replaces": ("document", "id"), "into": ("party", "id"),
    "unit": ("unit", "code"), "unit_code": ("unit", "code"), "handler": ("account", "username"),
    "category": ("incident", "category"), "matter": ("case_file", "matter_code"),
    "matter_code": ("case_file", "matter_code"), "village_code": ("area", "code"),
    "village": ("area", "code"), "township": ("incident", "township_code"),
    "area_code": ("area", "code"), "other": ("incident", "number"),
    "party_uscc": ("enterprise", "uscc"), "uscc": ("enterprise", "uscc"),
    "named": ("case_file", "number"), "device": ("device", "id"), "squad": ("patrol", "squad_code"),
}
# fmt: on


class Existing:
    """What the arguments of paths may be in a county, read once for each table."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.of = cache(self._of)
        self._rows = cache(self._read)

    def nth(self, path: str, n: int) -> Values:
        """Return one of the values of a path, in turn; none of an argument of which none exist."""
        found = self.of(path)
        return found[n % len(found)] if found else {}

    def filled(self, said: Any, n: int) -> Any:
        """Return a body or a query whose fields name what exists; it tells no version."""
        if not isinstance(said, Mapping):
            return said
        known = {name: self._rows(FIELDS[name][0], (name, FIELDS[name][1]))
                 for name, value in said.items() if name in FIELDS and value}  # fmt: skip
        here = {name: rows[n % len(rows)][name] for name, rows in known.items() if rows}
        return {name: value for name, value in said.items() if name != "version"} | here

    def _of(self, path: str) -> list[Values]:
        """Return values of all arguments of a path that belong together: each at least once."""
        path = path.removeprefix(API)
        names = ARGUMENT.findall(path)
        whole = [self._rows(table, *columns.items()) for start, table, columns in ROWS
                 if path.startswith(start) and set(columns) == set(names)]  # fmt: skip
        if whole or not names:
            return list(chain.from_iterable(whole))
        each = [list(self._one(path, name)) for name in names]
        return [dict(zip(names, values, strict=True)) for values in _side_by_side(each)]

    def _one(self, path: str, name: str) -> Iterator[Any]:
        """Give values of one argument."""
        said = [words for start, one, words in WORDS if one == name and path.startswith(start)]
        special = [table for start, table, columns in ROWS
                   if path.startswith(start) and list(columns) == [name]]  # fmt: skip
        if said:
            yield from said[0]
        elif table := next(iter(special), TABLE_OF.get(name)):
            yield from (row[name] for row in self._rows(table, (name, "id")))

    def _read(self, table: str, *columns: tuple[str, str]) -> list[Values]:
        """Return some rows of each state, the newest first: one statement."""
        of = Base.metadata.tables[table]
        state = next((of.c[name] for name in ("state", "status") if name in of.c), literal(1))
        rank = func.row_number().over(partition_by=state, order_by=of.c.id.desc()).label("rank")
        shown = [literal(column[1:]).label(name) if column.startswith("=")
                 else (of.c[column] if column == "seq" else cast(of.c[column], Text)).label(name)
                 for name, column in columns]  # fmt: skip
        here = [of.c[column].is_not(None) for _name, column in columns if column in of.c]
        rows = select(*shown, rank, of.c.id.label("row")).where(*here).subquery()
        query = select(rows).where(rows.c.rank <= EACH).order_by(rows.c.rank, rows.c.row.desc())
        names = [name for name, _column in columns]
        return [
            {name: row[name] for name in names} for row in self.session.execute(query).mappings()
        ]


def _side_by_side(each: list[list[Any]]) -> list[tuple[Any, ...]]:
    """Return all combinations, in an order in which each value comes soon."""
    every = list(product(*each))
    if len(each) > 1:
        Random(1).shuffle(every)  # the same one every time
    return every
