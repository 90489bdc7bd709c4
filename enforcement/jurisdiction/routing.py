"""Which area holds a point on a day, and which unit answers for it: one statement."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final

from sqlalchemy import RowMapping, text
from sqlalchemy.orm import Session

from enforcement.errors import NotFoundError
from enforcement.jurisdiction.routing_sql import NAMED, answer, answer_by_area, coarse, fine
from enforcement.jurisdiction.routing_sql import choices as choices_sql
from enforcement.people.models import Unit
from enforcement.settings import queries as settings
from gis.srid import check_lon_lat

CONFIRM_WITHIN_M: Final = 30.0
"""Nearer to a border than this a person confirms the answer: phones err by about as much."""


class OutsideCountyError(NotFoundError):
    """The point lies in no county whose boundaries are known on that day."""


@dataclass(frozen=True)
class Routing:
    """Where a point is and who answers for it.

    lon, lat -- degrees, EPSG:4490
    edition_id -- the edition of boundaries that was asked
    rule -- what decided: "polygon:ID", "village:CODE", "township:CODE", "county:CODE", "person"
        where a person chose the unit, or "none"
    border_m -- metres to the nearest border of the finest area
    confirm -- near a border, or inside a sliver between areas: a person should look
    unit -- who is responsible (mostly a squad), None while nobody is
    brigade -- the nearest brigade or sub-bureau above the unit, the unit itself included
    """

    lon: float
    lat: float
    on_day: date
    category: str | None
    county_code: str
    county_name: str
    township_code: str | None
    township_name: str | None
    village_code: str | None
    village_name: str | None
    edition_id: uuid.UUID
    schematic: bool
    unit_id: uuid.UUID | None
    unit_code: str | None
    unit_name: str | None
    brigade_id: uuid.UUID | None
    brigade_code: str | None
    brigade_name: str | None
    rule: str
    border_m: float
    confirm: bool


def route(
    session: Session,
    county_code: str | None,
    lon: float,
    lat: float,
    on: date,
    category: str | None = None,
    *,
    confirm_within_m: float | None = None,
) -> Routing:
    """Return the area and the responsible unit of a point (degrees, EPSG:4490) on a day.

    county_code -- look in this county only; None looks in all
    confirm_within_m -- a person confirms nearer to a border; None takes the county's setting
    On a shared border the smallest code holds the point, so that two runs agree. A point in a
    sliver between villages goes to the nearest one within `confirm_within_m`.
    Raises OutsideCountyError, and GisError where lon or lat is not on the earth.
    """
    check_lon_lat(lon, lat)
    asked = {
        "lon": lon,
        "lat": lat,
        "on": on,
        "category": category,
        "county": county_code,
        "reach_m": confirm_within_m or CONFIRM_WITHIN_M,
    }
    row = fine(one_county=county_code is not None).find_one(session, asked)
    sliver = row is None
    if sliver:
        asked["reach_m"] = _reach(session, county_code, confirm_within_m)
        row = coarse(one_county=county_code is not None).find_one(session, asked)
    if row is None:
        raise _outside(session, county_code, lon, lat, on)
    return _routing(row, asked, sliver, confirm_within_m)


def route_in(
    session: Session,
    county_code: str,
    code: str,
    lon: float,
    lat: float,
    on: date,
    category: str | None = None,
) -> Routing:
    """Return who answers for a point that a person says lies in the area `code`.

    The point's exception areas count as in `route`; the border is that of the named area.
    Raises OutsideCountyError where no area of that code is in force on the day, and GisError.
    """
    check_lon_lat(lon, lat)
    asked = {"lon": lon, "lat": lat, "on": on, "category": category, "county": county_code}
    statement = text(answer(NAMED))
    row = session.execute(statement, asked | {"code": code}).mappings().one_or_none()
    if row is None:
        raise OutsideCountyError(f"{on} 时没有代码为 {code} 的区划", area=code, on=on)
    return _routing(row, asked, False, 0.0)


def route_area(
    session: Session, county_code: str, code: str, on: date, category: str | None = None
) -> Routing:
    """Return who answers for an area as a whole, where a report names it and no point.

    The order is that of `route`, drawn polygons apart; lon, lat are the area's label point, the
    border is 0 m and nobody has to confirm. Raises OutsideCountyError as `route_in`.
    """
    asked = {"code": code, "on": on, "category": category, "county": county_code}
    row = session.execute(text(answer_by_area()), asked).mappings().one_or_none()
    if row is None:
        raise OutsideCountyError(f"{on} 时没有代码为 {code} 的区划", area=code, on=on)
    return _routing(row, asked | {"lon": row["lon"], "lat": row["lat"]}, False, 0.0)


@dataclass(frozen=True)
class Choice:
    """A village that a point near a border may belong to, and who would answer for it.

    distance_m -- metres from the point, 0 inside
    """

    code: str
    name: str
    distance_m: float
    unit_name: str | None


def choices(
    session: Session,
    county_code: str,
    lon: float,
    lat: float,
    on: date,
    category: str | None = None,
) -> list[Choice]:
    """Return the villages within the county's confirming distance of a point, the nearest first."""
    reach_m = _reach(session, county_code, None)
    asked = {
        "lon": lon,
        "lat": lat,
        "on": on,
        "category": category,
        "county": county_code,
        "reach_m": reach_m,
    }
    rows = session.execute(text(choices_sql()), asked)
    return [Choice(row.code, row.name, row.distance_m, row.unit_name) for row in rows]


BY_PERSON: Final = "person"


def by_person(found: Routing, unit: Unit) -> Routing:
    """Return a routing whose unit a person chose; its rule says so."""
    return replace(
        found,
        unit_id=unit.id,
        unit_code=unit.code,
        unit_name=unit.name,
        brigade_id=None,
        brigade_code=None,
        brigade_name=None,
        rule=BY_PERSON,
    )


def _reach(session: Session, county_code: str | None, given_m: float | None) -> float:
    if given_m is not None:
        return given_m
    if county_code is None:
        return CONFIRM_WITHIN_M
    return float(settings.value(session, county_code, "border_confirm_m"))


def _routing(
    row: RowMapping, asked: Mapping[str, Any], sliver: bool, given_m: float | None
) -> Routing:
    found: dict[str, Any] = dict(row)
    set_m = found.pop("confirm_m")
    found |= {"lon": asked["lon"], "lat": asked["lat"]}
    near_m = given_m if given_m is not None else CONFIRM_WITHIN_M if set_m is None else set_m
    return Routing(
        on_day=asked["on"],
        category=asked["category"],
        confirm=sliver or found["border_m"] < near_m,
        **found,
    )


def locate(session: Session, lon: float, lat: float, on: date) -> Routing:
    """Return where a point is on a day, in whichever county; nothing is stored."""
    return route(session, None, lon, lat, on)


def _outside(
    session: Session, county_code: str | None, lon: float, lat: float, on: date
) -> OutsideCountyError:
    """Say whether no boundaries were in force on the day, or the point lies outside them."""
    known = session.execute(
        text(
            "SELECT min(valid_from) FROM edition WHERE kind = 'boundaries' AND status <> 'draft'"
            " AND (CAST(:county AS text) IS NULL OR county_code = :county)"
        ),
        {"county": county_code},
    ).scalar_one()
    data = {"lon": lon, "lat": lat, "on": on, "county": county_code}
    if known is None:
        return OutsideCountyError("尚未启用任何界线，无法定位", **data)
    if on < known:
        return OutsideCountyError(f"{on} 时没有界线可查：最早的界线自 {known} 起有效", **data)
    return OutsideCountyError(f"经度 {lon:g}、纬度 {lat:g} 不在任何县的界线之内", **data)
