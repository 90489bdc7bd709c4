"""What lies on the map as points that are counted: incidents and cases, asked for in one way."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import ColumnElement, DateTime, and_, case, cast, func, or_

from enforcement import clock, scope
from enforcement.actor import Actor
from enforcement.atlas.grid import WIDE
from enforcement.atlas.models import MapChange, MapDim
from enforcement.case import listing as case_listing
from enforcement.case import queries as cases
from enforcement.case.models import CaseFile
from enforcement.incident import listing as incident_listing
from enforcement.incident import queries as incidents
from enforcement.incident.models import Incident
from enforcement.law.incidents import OPEN_STATES
from enforcement.law.terms import CaseState, IncidentState, Term
from enforcement.permissions import Permission

Condition = ColumnElement[bool]
ENDED_CASES: Final = (
    CaseState.CLOSED, CaseState.NOT_FILED, CaseState.TERMINATED, CaseState.WITHDRAWN,
    CaseState.TRANSFERRED, CaseState.ARCHIVED, CaseState.ENFORCED,
)  # fmt: skip
DIGITS_OF_TOWNSHIP: Final = 9


@dataclass(frozen=True)
class Kind:
    """A table of the map: its columns in the map's terms, and who sees which of its rows.

    unit, moment -- columns of the unit that is filtered by, and of when a row came; sort -- SQL
    of what kind of thing it is; due -- SQL of the moment by which somebody has to act
    own -- rows that a person sees besides those of his units and areas, None where there are none
    its table keeps the cell of each row (gis.cells) and has an index of it
    first_ids -- newest rows the actor sees, by index: (actor, filters, after, limit)
    """

    name: str
    table: Any
    permission: Permission
    visible: Callable[[Actor], Condition]
    own: Callable[[Actor], Condition | None]
    first_ids: Callable[..., Any]
    unit: Any
    moment: Any
    sort: Any
    due: Any
    open_states: tuple[str, ...]
    states: type[Term]

    def counted(self, actor: Actor, level: int, unit: str) -> str:
        """Return under which kind cells of a level answer: of all units together, or of each."""
        whole = actor.role in scope.COUNTY_WIDE and not unit and level in (0, *WIDE)
        return f"{self.name}/all" if whole else self.name

    def on_cells(
        self, actor: Actor, counted: type[MapDim] | type[MapChange], name: str
    ) -> Condition:
        """Return which dimensions of a kind, or changes, are of the actor's units or areas."""
        by_area = (counted.township_code,) if self.name == "incident" else ()
        seen = scope.rows(
            actor,
            counted,
            units=(counted.unit_code, counted.handler_code, counted.reporter_code),
            areas=by_area,
        )
        return and_(counted.kind == name, seen)

    def by_cells(self, actor: Actor) -> bool:
        """Tell whether the counted cells know the actor's rights: they know no villages."""
        villages = any(len(code) > DIGITS_OF_TOWNSHIP for code in actor.area_codes)
        return not (actor.role in scope.BY_AREA and villages)

    def beyond(self, actor: Actor) -> Condition | None:
        """Return the rows that the actor sees for his own sake only; None where there are none."""
        own = self.own(actor)
        if own is None or actor.role in scope.COUNTY_WIDE or actor.role in scope.NOTHING:
            return None
        units = (self.table.village_code, self.table.township_code)
        mine = scope.rows(actor, self.table, units=_units(self.table), areas=_areas(self, units))
        return and_(self.table.county_code == actor.county_code, own, func.coalesce(~mine, True))


def _areas(kind: Kind, columns: tuple[Any, ...]) -> tuple[Any, ...]:
    return columns if kind.name == "incident" else ()


def _units(table: Any) -> tuple[Any, ...]:
    if table is CaseFile:
        return (CaseFile.unit_code,)
    return incident_listing.UNITS


def _worked_on(actor: Actor) -> Condition | None:
    if actor.role not in case_listing.OWN:
        return None
    return or_(*(column == actor.person_id for column in case_listing.PERSONAL))


def _reported(actor: Actor) -> Condition | None:
    return Incident.reported_by == actor.account_id


_MAIN: Final = Incident.category.regexp_match("^([0-9]{2}|V[0-9]{1,2})$")
_DAY_AFTER: Final = cast(
    func.coalesce(CaseFile.payment_due_on, CaseFile.decision_due_on) + 1, DateTime
)

INCIDENTS: Final = Kind(
    "incident", Incident, Permission.INCIDENT_READ, incidents.visible, _reported,
    incident_listing.first_ids, Incident.responsible_unit_code, Incident.received_at,
    case((_MAIN, Incident.category), else_=func.left(Incident.category, -2)),
    Incident.stage_due_at, tuple(map(str, OPEN_STATES)), IncidentState,
)  # fmt: skip
CASES: Final = Kind(
    "case", CaseFile, Permission.CASE_READ, cases.visible, _worked_on,
    case_listing.first_ids, CaseFile.unit_code, CaseFile.registered_at, CaseFile.matter_code,
    func.timezone(clock.ZONE.key, _DAY_AFTER),
    tuple(str(one) for one in CaseState if one not in ENDED_CASES), CaseState,
)  # fmt: skip
KINDS: Final = {kind.name: kind for kind in (INCIDENTS, CASES)}
