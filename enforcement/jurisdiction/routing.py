"""Which area holds a point on a day, and which unit answers for it: one statement."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import date
from typing import Final

from sqlalchemy import text
from sqlalchemy.orm import Session

from enforcement.errors import NotFoundError
from enforcement.jurisdiction.prepared import find_one
from enforcement.jurisdiction.routing_sql import coarse, fine
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
    rule -- what decided: "polygon:ID", "village:CODE", "township:CODE", "county:CODE" or "none"
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
    confirm_within_m: float = CONFIRM_WITHIN_M,
) -> Routing:
    """Return the area and the responsible unit of a point (degrees, EPSG:4490) on a day.

    county_code -- look in this county only; None looks in all
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
        "reach_m": confirm_within_m,
    }
    row = find_one(session, *fine(one_county=county_code is not None), asked)
    sliver = row is None
    row = row or find_one(session, *coarse(one_county=county_code is not None), asked)
    if row is None:
        raise _outside(session, county_code, lon, lat, on)
    confirm = sliver or row["border_m"] < confirm_within_m
    return Routing(lon=lon, lat=lat, on_day=on, category=category, confirm=confirm, **row)


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
