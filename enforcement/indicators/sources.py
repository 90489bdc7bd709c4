"""Where the rows of the measures come from: one statement a source.

Each yields subject_id, row_id, measure, on_day, township_code, unit_code, matter, value; {only}
narrows it to the subjects :ids. `changed` finds subjects by what was added since the key :since.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from enforcement.indicators import sources_case as case
from enforcement.indicators import sources_field as field
from enforcement.indicators import sources_incident as incident


@dataclass(frozen=True)
class Source:
    """One table whose rows are counted.

    key -- names the subject in `rows`; page -- endpoint that shows one, and its argument's name
    number -- the table that numbers them; lasting -- whether the rows are never deleted
    """

    code: str
    changed: str
    rows: str
    key: str
    page: tuple[str, str] | None = None
    number: str | None = None
    lasting: bool = True


def _entries(table: str, column: str) -> str:
    return (
        f"SELECT DISTINCT {column} AS id FROM {table} WHERE county_code = :county AND id >= :since"  # noqa: S608
    )


# fmt: off
SOURCES: Final = {one.code: one for one in (
    Source("incident", _entries("incident_entry", "incident_id"), incident.ROWS, "i.id", ("incident.detail", "incident_id"), "incident"),
    Source("case", _entries("case_entry", "case_id"), case.ROWS, "c.id", ("case.detail", "case_id"), "case_file"),
    Source("course", case.CHANGED, case.COURSE, "c.id", ("case.detail", "case_id"), "case_file"),
    Source("spot", _entries("spot_entry", "spot_penalty_id"), field.SPOT, "s.id", ("spot.detail", "spot_id"), "spot_penalty"),
    Source("measure", _entries("measure_entry", "measure_id"), field.MEASURE, "x.id", ("measure.detail", "measure_id"), "measure"),
    Source("inspection", _entries("inspection_entry", "inspection_id"), field.INSPECTION, "x.id", ("inspection.detail", "inspection_id"), "inspection"),
    Source("patrol", field.PATROL_CHANGED, field.PATROL, "x.id", ("patrol.detail", "patrol_id"), "patrol"),
    Source("track", field.TRACK_CHANGED, field.TRACK, "x.id", lasting=False),
    Source("ask", _entries("ask_entry", "ask_id"), field.ASK, "x.id", ("ledger.detail", "ask_id"), "ask"),
    Source("shift", field.SHIFT_CHANGED, field.SHIFT, "x.id"),
)}
# fmt: on
