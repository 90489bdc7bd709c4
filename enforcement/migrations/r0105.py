"""SQL of revision 0105: row-level security of incidents and of what hangs on them.

A person sees an incident by one of its three units, by its village or township, and as who
reported or handles it (see incident.queries.visible). What is written needs the county only: an
incident may be handed to a unit that its former handler does not see.

`incident_text` stays outside. Its index holds arrays, whose operators are not leakproof, so that
each search would read all texts; it is only read together with the incidents themselves.
"""

from __future__ import annotations

from typing import Final

from enforcement.migrations.r0096 import COUNTY, REACH, below, said

_UNITS: Final = ("responsible_unit_code", "handler_unit_code", "reporter_unit_code")
_AREAS: Final = ("village_code", "township_code")
_MINE: Final = f"{said('account')}::uuid in (reported_by, handler_id)"


def _policy(**conditions: str) -> str:
    """Return the condition of each reach, within the county; of any other reach none holds.

    A CASE asks for the reach once a row, and the planner takes it for half of the rows; of an OR
    it would expect hardly any, and plan for these.
    """
    parts = " ".join(f"when '{reach}' then {COUNTY} and ({one})"
                     for reach, one in conditions.items())  # fmt: skip
    return f"case {REACH} when 'all' then true {parts} end"


INCIDENT: Final = _policy(
    county="true",
    unit=" or ".join((*(below(one) for one in _UNITS), _MINE)),
    area=" or ".join((*(below(one, "area") for one in _AREAS), _MINE)),
)
OF_INCIDENT: Final = _policy(county="true", unit="true", area="true")
"""Rows that hang on an incident: not for the administrators."""

POLICIES: Final = {
    "incident": INCIDENT,
    **dict.fromkeys(("incident_entry", "incident_photo", "incident_link"), OF_INCIDENT),
}


def written() -> str:
    """Return the statement that lets an incident be handed on within the county."""
    return f"alter policy second_wall on incident with check ({OF_INCIDENT})"
