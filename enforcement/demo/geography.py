"""The demonstration county's map: true names and codes, lines drawn for show (示意)."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final

from shapely.geometry import mapping
from sqlalchemy.orm import Session

from enforcement import clock
from enforcement.errors import DomainError
from enforcement.jurisdiction import queries, services
from enforcement.jurisdiction.models import Edition
from enforcement.jurisdiction.terms import Level
from gis.schematic import Drawn, Village, draw

COUNTY_CODE: Final = "220322"
DIVISIONS: Final = Path(__file__).with_name("divisions.csv")


def load_geography(session: Session) -> Edition:
    """Import the divisions and the schematic boundaries; return the edition in force.

    A county that has boundaries keeps them. Raises DomainError where the drawing is refused.
    """
    current = queries.find_edition(session, COUNTY_CODE, clock.today(session))
    if current is not None:
        return current
    services.import_divisions(session, DIVISIONS.read_bytes(), DIVISIONS.name, by="demo")
    villages = [
        Village(division.code, division.name, division.parent_code or "")
        for division in queries.list_divisions(session, COUNTY_CODE, Level.VILLAGE)
    ]
    result = services.import_boundaries(
        session,
        as_geojson(draw(villages)),
        "schematic.geojson",
        activate=True,
        schematic=True,
        by="demo",
    )
    if result.edition_id is None or result.problems:
        raise DomainError(f"示意界线未通过检查：{result.rejected or result.problems}")
    return queries.get_edition(session, COUNTY_CODE, result.edition_id)


def as_geojson(drawn: list[Drawn]) -> bytes:
    """Return a FeatureCollection of the drawn villages, as a county office would send it."""
    features: list[dict[str, Any]] = [
        {
            "type": "Feature",
            "geometry": mapping(item.geom),
            "properties": {"code": item.village.code, "name": item.village.name},
        }
        for item in drawn
    ]
    collection = {"type": "FeatureCollection", "features": features}
    return json.dumps(collection, ensure_ascii=False).encode()
