"""Reads of a map report: each statement answers for a whole table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields
from typing import Any, Final

from sqlalchemy import Date, cast, func, or_
from sqlalchemy.orm import Session

from enforcement.briefing import counting_sql as sql
from enforcement.briefing.asking import Asked, Kind, Subject
from enforcement.briefing.counting_sql import Shape
from enforcement.briefing.figures import (
    HOURS,
    WEEKDAYS,
    Counts,
    EditionDays,
    Group,
    Method,
    Repeat,
)
from enforcement.case.models import CaseFile
from enforcement.clock import ZONE
from enforcement.incident.models import Incident
from enforcement.jurisdiction.models import AREA_LAYER, Area, Edition
from enforcement.jurisdiction.terms import Level
from enforcement.people.unit_queries import below, find_unit, get_unit
from enforcement.periods import Period
from gis.adjacency import neighbours
from gis.clusters import clusters
from gis.layers import SpatialLayer
from gis.near_repeats import NearRepeats, near_repeats

MOST_PEERS: Final = 12
MOST_REPEATS: Final = 10
COUNTED: Final = {one.name for one in fields(Counts)}


def shape_of(asked: Asked) -> Shape:
    """Return how statements narrow what they count."""
    by = "unit" if asked.subject.is_unit else str(asked.subject.kind)
    return Shape(by, matter=bool(asked.matter), category=bool(asked.category))


def members(session: Session, asked: Asked, peers: Sequence[Subject]) -> dict[str, list[str]]:
    """Return the keys whose figures are compared, each beside one code that belongs to it."""
    pairs = [(asked.subject.code, code) for code in asked.codes or ("",)]
    if asked.subject.is_unit:
        keys = [one.code for one in peers]
        rows = (
            session.execute(sql.UNITS, {"county": asked.county_code, "keys": keys}) if keys else ()
        )
        pairs += [(row.key, row.code) for row in rows]
    else:
        pairs += [(one.code, one.code) for one in peers]
    return {"keys": [key for key, _code in pairs], "members": [code for _key, code in pairs]}


def counts(
    session: Session, asked: Asked, period: Period, member: dict[str, list[str]]
) -> dict[str, Counts]:
    """Return the figures of each key in a period; a key without rows has zeros."""
    statement = sql.counts(shape_of(asked))
    rows = session.execute(statement, asked.values | period.asked() | member).mappings()
    return {row["key"]: _counts(dict(row)) for row in rows}


def _counts(row: dict[str, Any]) -> Counts:
    """Return the figures of a row: what was counted and is missing is none at all."""
    said = {name: value for name, value in row.items() if name in COUNTED}
    for name in said.keys() - {"median_min", "slow_min"}:
        said[name] = int(said[name] or 0)
    for name in said.keys() & {"median_min", "slow_min"}:
        said[name] = None if said[name] is None else float(said[name])
    return Counts(**said)


def peers(session: Session, asked: Asked, edition: Edition | None) -> list[Subject]:
    """Return the townships that touch a township, the open sisters of a unit; by code."""
    subject = asked.subject
    if subject.is_unit:
        return _sisters(session, asked)
    if subject.kind is not Kind.TOWNSHIP or edition is None:
        return []
    townships = areas(edition, Level.TOWNSHIP)
    found = neighbours(session, townships, subject.code)[:MOST_PEERS]
    rows = session.query(Area.code, Area.name).filter(
        *townships.where, Area.code.in_(found)
    )  # fmt: skip
    return [Subject(Kind.TOWNSHIP, code, name) for code, name in rows.order_by(Area.code)]


def _sisters(session: Session, asked: Asked) -> list[Subject]:
    unit = find_unit(session, asked.county_code, asked.subject.code)
    if unit is None or unit.parent_id is None:
        return []
    parent = get_unit(session, asked.county_code, unit.parent_id)
    rows = [one for one in below(session, parent, only_open=True)
            if one.kind == unit.kind and one.code != unit.code]  # fmt: skip
    return [Subject(asked.subject.kind, one.code, one.name) for one in rows[:MOST_PEERS]]


def places(session: Session, asked: Asked) -> list[Group]:
    """Return the places of a subject, the most events first; those without a place come last."""
    statement = sql.places(shape_of(asked), by_township=asked.subject.by_township)
    return [_group(row, row.name) for row in session.execute(statement, asked.values)]


def kinds(session: Session, asked: Asked) -> list[Group]:
    """Return the categories of incidents, or the matter of cases, the most events first."""
    rows = session.execute(sql.kinds(shape_of(asked)), asked.values)
    return [_group(row, row.code) for row in rows]


def _group(row: Any, name: str) -> Group:
    middle = None if row.median_min is None else float(row.median_min)
    return Group(row.code, name, row.now, row.before, row.closed, middle)


def profile(session: Session, asked: Asked) -> list[list[int]]:
    """Return counts by weekday, Monday first, and hour of the day in China."""
    found = [[0] * HOURS for _day in range(WEEKDAYS)]
    for row in session.execute(sql.profile(shape_of(asked)), asked.values):
        found[row.weekday - 1][row.hour] = row.n
    return found


def villages(session: Session, asked: Asked) -> dict[str, int]:
    """Return how much came in each village, by the code that was decided then."""
    rows = session.execute(sql.villages(shape_of(asked)), asked.values)
    return {row.code: row.n for row in rows}


def points(session: Session, asked: Asked, most: int) -> list[Any]:
    """Return lon, lat, kind and day (from 0) of at most so many events."""
    rows = session.execute(sql.points(shape_of(asked)), asked.values | {"most": most})
    return list(rows)


def editions(session: Session, asked: Asked) -> list[EditionDays]:
    """Return the boundaries in force in the period, in the order of their days."""
    return [EditionDays(*row) for row in session.execute(sql.EDITIONS, asked.values)]


def areas(edition: Edition, level: Level | str) -> SpatialLayer:
    """Return the areas of a level of an edition."""
    return AREA_LAYER.only(
        Area.county_code == edition.county_code, Area.edition_id == edition.id,
        Area.level == str(level),
    )  # fmt: skip


def repeats(
    session: Session, asked: Asked, edition: Edition | None, method: Method
) -> list[Repeat]:
    """Return the places where events lie thick, the largest first."""
    found = clusters(
        session, events(asked), within_m=method.repeat_m, least=method.repeat_least,
        limit=MOST_REPEATS,
    )  # fmt: skip
    names: dict[int, str] = {}
    if edition is not None and found:
        rows = session.execute(sql.NAMED, {
            "county": asked.county_code, "edition": edition.id, "level": edition.level,
            "lons": [one.lon for one in found], "lats": [one.lat for one in found],
        })  # fmt: skip
        names = {row.n: row.name for row in rows}
    return [Repeat(one.count, one.lon, one.lat, one.reach_m, names.get(n, ""))
            for n, one in enumerate(found, start=1)]  # fmt: skip


def near(session: Session, asked: Asked, method: Method) -> NearRepeats:
    """Return how often a kind happens again nearby and soon."""
    table: Any = CaseFile if asked.matter else Incident
    kind = CaseFile.matter_code if asked.matter else Incident.category
    at = table.registered_at if asked.matter else table.received_at
    return near_repeats(
        session, events(asked), kind=kind, day=cast(func.timezone(ZONE.key, at), Date),
        within_m=method.near_m, within_days=method.near_days,
    )  # fmt: skip


def events(asked: Asked) -> SpatialLayer:
    """Return the events of a report that have a place, as a layer."""
    table: Any = CaseFile if asked.matter else Incident
    at = table.registered_at if asked.matter else table.received_at
    bounds = asked.period.asked()
    where = [table.county_code == asked.county_code, at >= bounds["since"], at < bounds["until"],
             table.point.is_not(None)]  # fmt: skip
    if asked.subject.is_unit:
        unit = CaseFile.unit_code if asked.matter else Incident.responsible_unit_code
        where.append(unit.in_(asked.codes))
    elif asked.subject.kind is Kind.TOWNSHIP:
        where.append(table.township_code.in_(asked.codes))
    if asked.matter:
        where.append(CaseFile.matter_code == asked.matter)
    if asked.category:
        where.append(or_(Incident.category == asked.category,
                         Incident.category.in_(_below(asked.category))))  # fmt: skip
    return SpatialLayer(key=table.id, geom=table.point, where=tuple(where))


def _below(category: str) -> list[str]:
    """Return every code of level 2 that a category may have below it."""
    return [f"{category}{n:02}" for n in range(100)]
