"""Who answers for the rows of a file: all at once, with the same answers as one by one."""

from __future__ import annotations

import uuid
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final

import numpy as np
from sqlalchemy import text
from sqlalchemy.orm import Session

from enforcement.clock import local_day
from enforcement.incident.intake import Report
from enforcement.jurisdiction import routing
from enforcement.jurisdiction.routing import OutsideCountyError, Routing
from enforcement.jurisdiction.routing_many import Routed, route_many
from enforcement.settings import queries as settings
from gis.datum import Datum
from gis.datum import to_cgcs2000 as convert

TURNS: Final = text("""
SELECT valid_from FROM edition WHERE county_code = :county AND kind = 'boundaries'
UNION SELECT valid_to FROM edition WHERE county_code = :county AND kind = 'boundaries'
UNION SELECT valid_from FROM responsibility WHERE county_code = :county
UNION SELECT valid_to FROM responsibility WHERE county_code = :county
UNION SELECT valid_from FROM unit WHERE county_code = :county
UNION SELECT valid_to FROM unit WHERE county_code = :county
""")
"""The days on which an answer may change."""

SPECIAL: Final = text(
    "SELECT DISTINCT category FROM responsibility WHERE county_code = :county AND category <> ''"
)
"""Categories that some unit answers for alone; all others are answered alike."""

NAMES: Final = text("SELECT code, name FROM division WHERE county_code = :county")

UNITS: Final = text("SELECT id, code, name, kind, parent_id FROM unit WHERE county_code = :county")

BORDERS: Final = text("""
WITH point AS MATERIALIZED (
  SELECT n, code, edition, ST_SetSRID(ST_MakePoint(lon, lat), 4490) AS geom
  FROM unnest(CAST(:ns AS int[]), CAST(:lons AS float8[]), CAST(:lats AS float8[]),
    CAST(:codes AS text[]), CAST(:editions AS uuid[])) AS p(n, lon, lat, code, edition)
), area_of AS MATERIALIZED (
  SELECT a.code, a.edition_id, a.geom, geography(ST_Boundary(a.geom)) AS border
  FROM area a JOIN (SELECT DISTINCT code, edition FROM point) p
    ON p.code = a.code AND p.edition = a.edition_id
  WHERE a.county_code = :county
)
SELECT point.n, ST_Distance(area_of.border, geography(point.geom)) AS border_m,
  NOT ST_Covers(area_of.geom, point.geom) AS sliver
FROM point JOIN area_of ON area_of.code = point.code AND area_of.edition_id = point.edition
""")
"""Metres from each point to the border of its area."""


@dataclass(frozen=True)
class Tree:
    """A county's names and units, read once for all rows."""

    names: dict[str, str]
    units: dict[uuid.UUID, Any]

    @classmethod
    def of(cls, session: Session, county_code: str) -> Tree:
        """Return the tree of a county."""
        asked = {"county": county_code}
        names = {row.code: row.name for row in session.execute(NAMES, asked)}
        return cls(names, {row.id: row for row in session.execute(UNITS, asked)})

    def brigade(self, unit_id: uuid.UUID | None) -> Any:
        """Return the nearest brigade or sub-bureau above a unit, itself included; None without."""
        found = self.units.get(unit_id) if unit_id else None
        while found is not None and found.kind not in ("brigade", "sub_bureau"):
            found = self.units.get(found.parent_id)
        return found


def route_rows(session: Session, county_code: str, rows: Sequence[Report]) -> list[Routing | None]:
    """Return who answers for each report: by its point, else its village; None where unknown.

    One statement for all points of a span of days and a kind of category; as many for villages as
    there are different ones. None for a point outside the county or a row without a place.
    """
    asked = {"county": county_code}
    turns = sorted(row[0] for row in session.execute(TURNS, asked) if row[0])
    special = {row[0] for row in session.execute(SPECIAL, asked)}
    groups: dict[tuple[int, str | None], list[int]] = defaultdict(list)
    for n, row in enumerate(rows):
        span = bisect_right(turns, local_day(row.occurred_at))
        groups[span, row.category if row.category in special else None].append(n)
    found: list[Routing | None] = [None] * len(rows)
    tree = Tree.of(session, county_code)
    for (_span, category), numbers in groups.items():
        _by_point(session, county_code, rows, numbers, category, tree, found)
        _by_village(session, county_code, rows, numbers, category, found)
    return found


def _by_point(
    session: Session,
    county_code: str,
    rows: Sequence[Report],
    numbers: list[int],
    category: str | None,
    tree: Tree,
    found: list[Routing | None],
) -> None:
    mine = [n for n in numbers if rows[n].lon is not None]
    if not mine:
        return
    day = local_day(rows[mine[0]].occurred_at)
    points = np.array([(rows[n].lon, rows[n].lat) for n in mine], dtype=np.float64)
    routed = dict(zip(mine, route_many(session, county_code, points, day, category), strict=True))
    borders = _borders(session, county_code, rows, routed)
    near_m = settings.value(session, county_code, "border_confirm_m")
    for n, one in routed.items():
        if one is not None:
            border_m, sliver = borders.get(n, (0.0, True))
            found[n] = _whole(
                county_code, rows[n], one, tree, border_m, confirm=sliver or border_m < near_m
            )


def _borders(
    session: Session, county_code: str, rows: Sequence[Report], routed: dict[int, Routed | None]
) -> dict[int, tuple[float, bool]]:
    """Return row -> metres to the border of its area, and whether it lies between areas."""
    known = [(n, one) for n, one in routed.items() if one is not None]
    values = {
        "county": county_code,
        "ns": [n for n, _one in known],
        "lons": [rows[n].lon for n, _one in known],
        "lats": [rows[n].lat for n, _one in known],
        "codes": [_leaf(county_code, one) for _n, one in known],
        "editions": [str(one.edition_id) for _n, one in known],
    }
    return {row.n: (row.border_m, row.sliver) for row in session.execute(BORDERS, values)}


def _leaf(county_code: str, one: Routed) -> str:
    return one.village_code or one.township_code or county_code


def _whole(
    county_code: str, row: Report, one: Routed, tree: Tree, border_m: float, *, confirm: bool
) -> Routing:
    assert row.lon is not None  # noqa: S101 -- it was routed by its point
    assert row.lat is not None  # noqa: S101
    unit = tree.units.get(one.unit_id) if one.unit_id else None
    brigade = tree.brigade(one.unit_id)
    return Routing(
        lon=row.lon,
        lat=row.lat,
        on_day=local_day(row.occurred_at),
        category=row.category,
        county_code=county_code,
        county_name=tree.names.get(county_code, ""),
        township_code=one.township_code,
        township_name=tree.names.get(one.township_code or ""),
        village_code=one.village_code,
        village_name=tree.names.get(one.village_code or ""),
        edition_id=one.edition_id,
        schematic=False,
        unit_id=one.unit_id,
        unit_code=one.unit_code,
        unit_name=unit.name if unit else None,
        brigade_id=brigade.id if brigade else None,
        brigade_code=brigade.code if brigade else None,
        brigade_name=brigade.name if brigade else None,
        rule=one.rule,
        border_m=border_m,
        confirm=confirm,
    )


def _by_village(
    session: Session,
    county_code: str,
    rows: Sequence[Report],
    numbers: list[int],
    category: str | None,
    found: list[Routing | None],
) -> None:
    known: dict[str, Routing | None] = {}
    for n in numbers:
        code = rows[n].village_code
        if rows[n].lon is not None or not code:
            continue
        day = local_day(rows[n].occurred_at)
        if code not in known:
            known[code] = _area(session, county_code, code, day, category)
        found[n] = known[code]


def _area(
    session: Session, county_code: str, code: str, day: date, category: str | None
) -> Routing | None:
    try:
        return routing.route_area(session, county_code, code, day, category)
    except OutsideCountyError:
        return None


def to_cgcs2000(rows: Sequence[Report], datums: Sequence[Datum]) -> list[Report]:
    """Return the reports with their positions in CGCS2000, each datum converted at once."""
    found = list(rows)
    for datum in Datum:
        mine = [n for n, row in enumerate(found) if row.lon is not None and datums[n] is datum]
        if mine:
            points = np.array([(found[n].lon, found[n].lat) for n in mine], dtype=np.float64)
            for n, (lon, lat) in zip(mine, convert(points, datum), strict=True):
                found[n] = replace(found[n], lon=float(lon), lat=float(lat))
    return found
