"""Rows of the roster as JSON holds them, the same for calls and commands."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from enforcement.api import plain_row
from enforcement.clock import ZONE
from enforcement.roster import gaps, words
from enforcement.roster.models import (
    DutyLeave,
    DutyRequirement,
    DutyShift,
    DutySwap,
    DutyTemplate,
)
from enforcement.roster.planning import Line, Plan
from enforcement.roster.templates import RowIn
from enforcement.roster.terms import PlanState
from enforcement.roster.week import Cell, Week


def local(moment: datetime | None) -> str | None:
    """Return a moment as ISO text in China's zone."""
    return moment.astimezone(ZONE).isoformat() if moment else None


def shift_json(row: DutyShift, person_name: str | None = None) -> dict[str, Any]:
    """Return a shift."""
    return plain_row(row, "id", "unit_id", "kind", "person_id", "state", "by_hand", "version") | {
        "person": person_name,
        "starts_at": local(row.starts_at),
        "ends_at": local(row.ends_at),
    }


def template_json(row: DutyTemplate, rows: tuple[RowIn, ...] | None = None) -> dict[str, Any]:
    """Return a template, with its rows where they are given."""
    found = plain_row(row, "id", "unit_id", "name", "cycle_weeks", "anchor_on", "version")
    if rows is not None:
        found["rows"] = [
            {
                "week": one.week,
                "weekday": one.weekday,
                "kind": str(one.kind),
                "start": one.start.isoformat("minutes"),
                "minutes": one.minutes,
                "days": str(one.days),
                "person_id": str(one.person_id) if one.person_id else None,
            }
            for one in rows
        ]
    return found


def requirement_json(row: DutyRequirement) -> dict[str, Any]:
    """Return what must be covered."""
    return plain_row(
        row, "id", "unit_id", "kind", "pattern", "hours", "at_least", "certified", "valid_from",
        "valid_to",
    )  # fmt: skip


def leave_json(row: DutyLeave, person_name: str | None = None) -> dict[str, Any]:
    """Return an application for leave."""
    return plain_row(
        row, "id", "person_id", "kind", "reason", "state", "decided_by_name", "note", "version"
    ) | {
        "person": person_name,
        "starts_at": local(row.starts_at),
        "ends_at": local(row.ends_at),
        "decided_at": local(row.decided_at),
    }


def swap_json(row: DutySwap) -> dict[str, Any]:
    """Return a swap."""
    return plain_row(
        row, "id", "shift_id", "from_person_id", "to_person_id", "other_shift_id", "reason",
        "state", "decided_by_name", "note", "version",
    )  # fmt: skip


def plan_json(plan: Plan) -> dict[str, Any]:
    """Return what publishing would do, or did."""
    return {
        "template_id": str(plan.template.id),
        "monday": plan.monday.isoformat(),
        "weeks": plan.weeks,
        "applied": plan.applied,
        "digest": plan.digest,
        "counts": {str(state): len(plan.of(state)) for state in PlanState},
        "conflicts": [_line(plan, line) for line in plan.conflicts],
        "lines": [_line(plan, line) for line in plan.lines],
    }


def _line(plan: Plan, line: Line) -> dict[str, Any]:
    placed = line.placed
    return {
        "state": str(line.state),
        "kind": str(line.kind),
        "starts_at": local(line.starts_at),
        "ends_at": local(line.ends_at),
        "wanted": plan.names.get(line.person_id) if line.person_id else None,
        "placed": plan.names.get(placed) if placed else None,
        "problems": [str(one) for one in line.problems],
    }


def week_json(week: Week) -> dict[str, Any]:
    """Return a unit's week."""
    return {
        "unit_code": week.unit.code,
        "unit": week.unit.name,
        "monday": week.monday.isoformat(),
        "days": [
            {
                "on": day.on.isoformat(),
                "working": day.working,
                "shifts": [_cell(cell) for cells in day.cells.values() for cell in cells],
                "leave": [leave_json(row, name) for row, name in day.leave],
                "gaps": [gaps.as_json(gap) for gap in day.gaps],
            }
            for day in week.days
        ],
        "tally": [
            {
                "person": row.name,
                "shifts": row.shifts,
                "hours": row.hours,
                "nights": row.nights,
                "weekends": row.weekends,
            }
            for row in week.tally
        ],
        "missing_years": list(week.missing_years),
    }


def _cell(cell: Cell) -> dict[str, Any]:
    return shift_json(cell.shift.shift, cell.shift.person_name) | {
        "problems": [str(one) for one in cell.problems]
    }


def week_lines(week: Week) -> str:
    """Return a unit's week as lines for people."""
    lines = [f"{week.unit.code} {week.unit.name}"]
    for day in week.days:
        lines.append(f"{day.on} {words.weekday(day.on)}")
        for kind in week.kinds:
            for cell in day.cells[kind]:
                row, name = cell.shift.shift, cell.shift.person_name or "（空缺）"
                lines.append(f"  {kind.zh} {words.hours(row.starts_at, row.ends_at)} {name}")
        lines += [f"  ！缺{gap.missing}人 {gap.kind.zh} {_gap_hours(gap)}" for gap in day.gaps]
    return "\n".join(lines)


def _gap_hours(gap: gaps.Gap) -> str:
    return words.hours(gap.starts_at, gap.ends_at)
