"""The collections that maps of others may read: their columns, geometries, and whose rows.

Ids, codes, states and days only: no word that a person typed, nothing of parties or reporters.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import ColumnElement, Text, and_, cast, func, or_, select
from sqlalchemy.orm import Session

from enforcement import clock
from enforcement.actor import Actor
from enforcement.case import queries as cases
from enforcement.case.models import CaseFile
from enforcement.errors import NotFoundError
from enforcement.i18n import _, _l
from enforcement.incident import queries as incidents
from enforcement.incident.models import Incident
from enforcement.jurisdiction import plan_queries
from enforcement.jurisdiction.models import Area, Responsibility
from enforcement.jurisdiction.terms import Level
from enforcement.patrol import queries as patrols
from enforcement.patrol.models import Patrol, PatrolStop
from enforcement.people.models import Unit
from enforcement.permissions import Permission, allows

STRING, NUMBER, INTEGER, DAY, MOMENT = "string", "number", "integer", "date", "date-time"


@dataclass(frozen=True)
class Column:
    """A property: its SQL and its type, which are the words of JSON Schema."""

    sql: Any
    kind: str = STRING


@dataclass(frozen=True)
class Collection:
    """A collection of features in EPSG:4490.

    key -- SQL of the id, unique and what pages are ordered by; geom -- SQL of the geometry
    columns -- properties, all of which may be filtered by; when -- the one that `datetime` asks for
    start -- (statement of columns) -> statement with its joins
    rows -- (session, actor) -> conditions of the rows that the actor may see
    celled -- the table, where it keeps the cell of each row, by which a box is found (gis.cells)
    """

    name: str
    title: Any
    permission: Permission
    geometry: str
    key: Any
    geom: Any
    columns: Mapping[str, Column]
    rows: Callable[[Session, Actor], list[ColumnElement[bool]]]
    when: str | None = None
    start: Callable[[Any], Any] = lambda query: query
    celled: Any = None


def _edition(session: Session, actor: Actor) -> Any:
    return plan_queries.edition_on(session, actor.county_code, clock.today(session)).id


def _villages(session: Session, actor: Actor) -> list[ColumnElement[bool]]:
    return [Area.county_code == actor.county_code, Area.edition_id == _edition(session, actor),
            Area.level == Level.VILLAGE]  # fmt: skip


def _duties(session: Session, actor: Actor) -> list[ColumnElement[bool]]:
    today = clock.today(session)
    return [
        Responsibility.county_code == actor.county_code,
        Responsibility.valid_from <= today,
        or_(Responsibility.valid_to.is_(None), Responsibility.valid_to > today),
        or_(Area.edition_id.is_(None), Area.edition_id == _edition(session, actor)),
    ]


def _join_duties(query: Any) -> Any:
    same = and_(Area.county_code == Responsibility.county_code,
                Area.code == Responsibility.area_code)  # fmt: skip
    unit = and_(Unit.county_code == Responsibility.county_code, Unit.id == Responsibility.unit_id)
    return query.select_from(Responsibility).join(Unit, unit).outerjoin(Area, same)


def _way() -> Any:
    """Return SQL of the places of a patrol's stops."""
    point = func.ST_SetSRID(func.ST_MakePoint(PatrolStop.lon, PatrolStop.lat), 4490)
    points = (
        select(func.ST_Collect(point))
        .where(PatrolStop.county_code == Patrol.county_code, PatrolStop.patrol_id == Patrol.id,
               PatrolStop.lon.is_not(None))
        .correlate(Patrol).scalar_subquery()
    )  # fmt: skip
    return func.ST_Multi(points)  # outermost: GeoAlchemy takes a bare SELECT for a table's rows


def _text(column: Any) -> Any:
    return cast(column, Text)


COLLECTIONS: Final = {
    one.name: one
    for one in (
        Collection(
            "jurisdictions", _l("辖区"), Permission.JURISDICTION_READ, "MultiPolygon",
            _text(Responsibility.id), func.coalesce(Responsibility.geom, Area.geom),
            {
                "unit_code": Column(Unit.code), "unit_name": Column(Unit.name),
                "area_code": Column(Responsibility.area_code), "area_name": Column(Area.name),
                "category": Column(Responsibility.category),
                "priority": Column(Responsibility.priority, INTEGER),
                "valid_from": Column(Responsibility.valid_from, DAY),
                "valid_to": Column(Responsibility.valid_to, DAY),
            },
            _duties, "valid_from", _join_duties,
        ),
        Collection(
            "villages", _l("村（社区）"), Permission.JURISDICTION_READ, "MultiPolygon",
            Area.code, Area.geom,
            {
                "code": Column(Area.code), "name": Column(Area.name),
                "township_code": Column(func.left(Area.code, 9)),
                "area_m2": Column(Area.area_m2, NUMBER),
            },
            _villages,
        ),
        Collection(
            "incidents", _l("事件"), Permission.INCIDENT_READ, "Point",
            _text(Incident.id), Incident.point,
            {
                "number": Column(Incident.number), "category": Column(Incident.category),
                "state": Column(Incident.state), "urgency": Column(Incident.urgency),
                "source": Column(Incident.source),
                "occurred_at": Column(Incident.occurred_at, MOMENT),
                "received_at": Column(Incident.received_at, MOMENT),
                "stage_due_at": Column(Incident.stage_due_at, MOMENT),
                "closed_at": Column(Incident.closed_at, MOMENT),
                "unit_code": Column(Incident.responsible_unit_code),
                "township_code": Column(Incident.township_code),
                "village_code": Column(Incident.village_code),
            },
            lambda _session, actor: [incidents.visible(actor)], "received_at", celled=Incident,
        ),
        Collection(
            "cases", _l("案件"), Permission.CASE_READ, "Point",
            _text(CaseFile.id), CaseFile.point,
            {
                "number": Column(CaseFile.number), "matter_code": Column(CaseFile.matter_code),
                "state": Column(CaseFile.state), "acted_on": Column(CaseFile.acted_on, DAY),
                "registered_at": Column(CaseFile.registered_at, MOMENT),
                "filed_on": Column(CaseFile.filed_on, DAY),
                "decision_due_on": Column(CaseFile.decision_due_on, DAY),
                "decided_on": Column(CaseFile.decided_on, DAY),
                "closed_on": Column(CaseFile.closed_on, DAY),
                "unit_code": Column(CaseFile.unit_code),
                "township_code": Column(CaseFile.township_code),
                "village_code": Column(CaseFile.village_code),
            },
            lambda _session, actor: [cases.visible(actor)], "registered_at", celled=CaseFile,
        ),
        Collection(
            "patrols", _l("巡查任务"), Permission.PATROL_READ, "MultiPoint",
            _text(Patrol.id), _way(),
            {
                "number": Column(Patrol.number), "squad_code": Column(Patrol.squad_code),
                "state": Column(Patrol.state), "patrol_on": Column(Patrol.patrol_on, DAY),
            },
            lambda _session, actor: [patrols.visible(actor)], "patrol_on",
        ),
    )
}  # fmt: skip


def listed(actor: Actor) -> list[Collection]:
    """Return the collections that the actor may read."""
    return [one for one in COLLECTIONS.values() if allows(actor, one.permission)]


def get(actor: Actor, name: str) -> Collection:
    """Return a collection; NotFoundError is the same for hidden and absent."""
    for one in listed(actor):
        if one.name == name:
            return one
    raise NotFoundError(_("没有这个数据集，或者您无权查看。"))
