"""A plan as a person or a program looks at it: who answers, what differs from today, the check."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any, Final

from sqlalchemy import text
from sqlalchemy.orm import Session

from enforcement import clock
from enforcement.jurisdiction import plan_log, plan_queries, plan_reach
from enforcement.jurisdiction.models import Edition
from enforcement.jurisdiction.plan_areas import Owner, PlanRow, owners_of
from enforcement.jurisdiction.plan_coverage import Coverage, coverage
from enforcement.jurisdiction.plan_difference import Difference, difference
from enforcement.jurisdiction.plan_models import DutyPlan
from enforcement.jurisdiction.plan_queries import Leaf, UnitRef
from enforcement.jurisdiction.terms import PlanStatus
from enforcement.law.terms import UnitKind
from gis.map_style import squad_colours

POLYGONS: Final = text("""
    SELECT r.id, ST_Area(geography(r.geom)) AS area_m2, ST_AsGeoJSON(r.geom, 7, 0)::json AS geometry
    FROM duty_plan_row r
    WHERE r.county_code = :county AND r.plan_id = :plan AND r.geom IS NOT NULL
""")


@dataclass(frozen=True)
class Share:
    """What a unit answers for in a plan: its finest areas, and their size without polygons."""

    unit: UnitRef
    brigade: str
    colour: str
    villages: int
    area_m2: float


@dataclass(frozen=True)
class Polygon:
    """An exception area of a plan (degrees, EPSG:4490)."""

    id: uuid.UUID
    name: str | None
    unit_code: str
    unit_name: str
    priority: int
    category: str | None
    area_m2: float
    geometry: dict[str, Any]


@dataclass(frozen=True)
class State:
    """A plan on a day.

    owners -- code of each of the finest areas -> code of the unit that answers, or None
    undo, redo -- whether there is something to take back, or to do again
    """

    plan: DutyPlan
    on: date
    edition: Edition
    leaves: list[Leaf]
    owners: dict[str, str | None]
    shares: list[Share]
    polygons: list[Polygon]
    difference: Difference
    coverage: Coverage
    undo: bool
    redo: bool

    @property
    def groups(self) -> list[tuple[str, str, list[Leaf]]]:
        """Return the finest areas by the area above: its code and name, and those in it."""
        found: dict[str, list[Leaf]] = {}
        for leaf in self.leaves:
            found.setdefault(leaf.code[:-3], []).append(leaf)
        return [(code, leaves[0].parent or code, leaves) for code, leaves in found.items()]

    def within(self, reach: str | None) -> list[Share]:
        """Return the units below a code that a person may change (None: all)."""
        return [
            share for share in self.shares
            if reach is None or plan_reach.within(reach, share.unit.code)
        ]  # fmt: skip

    def targets(self, reach: str | None) -> list[tuple[str, list[Share]]]:
        """Return the units that may be given areas, by their brigade, in the order of codes."""
        found: dict[str, list[Share]] = {}
        for share in self.within(reach):
            if share.unit.live:
                found.setdefault(share.brigade, []).append(share)
        return list(found.items())

    def drawn(self) -> dict[str, Any]:
        """Return what the editor's map is coloured by."""
        return {
            "version": self.plan.version,
            "owners": self.owners,
            "changed": [hand.code for hand in self.difference.hands],
            "polygons": [
                {"id": str(one.id), "name": one.name, "unit": one.unit_code,
                 "geometry": one.geometry}
                for one in self.polygons
            ],
        }  # fmt: skip

    def as_json(self) -> dict[str, Any]:
        """Return what a program reads."""
        return {
            "plan": plan_json(self.plan),
            "on": self.on.isoformat(),
            "edition": str(self.edition.id),
            "undo": self.undo,
            "redo": self.redo,
            "owners": self.owners,
            "units": [_share_json(share) for share in self.shares],
            "polygons": [{**asdict(one), "id": str(one.id)} for one in self.polygons],
            "coverage": self.coverage.as_json(),
            "difference": {
                "areas": [asdict(one) for one in self.difference.hands],
                "polygons_added": self.difference.came,
                "polygons_removed": self.difference.went,
            },
        }


def plan_json(plan: DutyPlan) -> dict[str, Any]:
    """Return a plan's own columns as a program reads them."""
    return {
        "id": str(plan.id),
        "name": plan.name,
        "note": plan.note,
        "status": str(plan.status),
        "version": plan.version,
        "base_on": plan.base_on.isoformat(),
        "created_at": plan.created_at.isoformat(),
        "created_by": plan.created_by,
        "activated_from": plan.activated_from.isoformat() if plan.activated_from else None,
        "activated_by": plan.activated_by,
    }


def state(session: Session, plan: DutyPlan, on: date | None = None) -> State:
    """Return a plan as it would answer on a day, by default today; raises NotFoundError.

    The number of statements does not depend on how many areas, rows or units there are.
    """
    day = on or clock.today(session)
    edition = plan_queries.edition_on(session, plan.county_code, day)
    leaves = plan_queries.leaves_of(session, edition)
    units = plan_queries.units_on(session, plan.county_code, day)
    rows = plan_queries.rows_of(session, plan)
    today = plan_queries.rows_on(session, plan.county_code, day)
    closed = {unit.id for unit in units if not unit.live}
    codes = [leaf.code for leaf in leaves]
    now, before = (owners_of(some, codes, None, closed) for some in (rows, today))
    undoable, undone = plan_log.stacks(plan_queries.events_of(session, plan))
    names = {unit.code: unit.name for unit in units}
    draft = plan.status == PlanStatus.DRAFT
    return State(
        plan=plan,
        on=day,
        edition=edition,
        leaves=leaves,
        owners={code: owner.unit_code if owner else None for code, owner in now.items()},
        shares=_shares(units, leaves, now, {row.unit_id for row in rows}),
        polygons=_polygons(session, plan, rows, names),
        difference=difference(leaves, names, before, now, today, rows),
        coverage=coverage(session, plan, day),
        undo=draft and bool(undoable),
        redo=draft and bool(undone),
    )


def _shares(
    units: Sequence[UnitRef],
    leaves: Sequence[Leaf],
    owners: Mapping[str, Owner | None],
    named: set[uuid.UUID],
) -> list[Share]:
    """Return squads, and other units that rows name, with what they answer for."""
    shown = [
        unit for unit in units
        if unit.id in named or (unit.live and unit.kind == UnitKind.SQUAD)
    ]  # fmt: skip
    colours = squad_colours([unit.code for unit in shown])
    mine: dict[str, list[float]] = {unit.code: [] for unit in shown}
    for leaf in leaves:
        owner = owners[leaf.code]
        if owner is not None:
            mine[owner.unit_code].append(leaf.area_m2)
    brigades = [unit for unit in units if unit.kind in (UnitKind.BRIGADE, UnitKind.SUB_BUREAU)]
    return [
        Share(
            unit,
            _brigade_of(unit, brigades),
            colours[unit.code],
            len(mine[unit.code]),
            sum(mine[unit.code]),
        )
        for unit in shown
    ]


def _brigade_of(unit: UnitRef, brigades: Sequence[UnitRef]) -> str:
    """Return the name of the nearest brigade above a unit, or its own; "" without one."""
    above = [one for one in brigades if plan_reach.within(one.code, unit.code)]
    return max(above, key=lambda one: len(one.code)).name if above else ""


def _polygons(
    session: Session, plan: DutyPlan, rows: Sequence[PlanRow], names: Mapping[str, str]
) -> list[Polygon]:
    drawn = [row for row in rows if row.wkb]
    if not drawn:
        return []
    asked = {"county": plan.county_code, "plan": plan.id}
    shapes = {row.id: row for row in session.execute(POLYGONS, asked)}
    return [
        Polygon(
            row.id,
            row.name,
            row.unit_code,
            names.get(row.unit_code, row.unit_code),
            row.priority,
            row.category,
            shapes[row.id].area_m2,
            shapes[row.id].geometry,
        )
        for row in sorted(drawn, key=lambda row: (row.name or "", row.id))
    ]


def _share_json(share: Share) -> dict[str, Any]:
    return {
        "code": share.unit.code,
        "name": share.unit.name,
        "kind": share.unit.kind,
        "live": share.unit.live,
        "brigade": share.brigade,
        "colour": share.colour,
        "villages": share.villages,
        "area_km2": round(share.area_m2 / 1e6, 2),
    }
