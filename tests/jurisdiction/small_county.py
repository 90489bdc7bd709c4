"""A small county that is quick to import, and the true ones that lie beside the project."""

from __future__ import annotations

import json
import os
from pathlib import Path

from shapely.geometry import box, mapping
from sqlalchemy.orm import Session

from enforcement.config import PROJECT
from enforcement.jurisdiction import services
from enforcement.jurisdiction.results import ImportResult

SMALL = "990001"
SMALL_DIVISIONS = """code,name,level,parent_code
990001,试验县,county,9900
990001100,东镇,township,990001
990001101,西乡,township,990001
990001100200,一村,village,990001100
990001100201,二村,village,990001100
990001101200,三村,village,990001101
990001101201,四村,village,990001101
"""
SQUARES = {  # the villages are the quarters of a square of 0.2 degrees
    "990001100200": (124.1, 43.0),
    "990001100201": (124.1, 43.1),
    "990001101200": (124.0, 43.0),
    "990001101201": (124.0, 43.1),
}


def squares(shift_deg: float = 0.0, leave_out: str = "", code_name: str = "code") -> bytes:
    """Return the small county's villages as GeoJSON, moved to the east by `shift_deg`."""
    features = [
        {
            "type": "Feature",
            "properties": {code_name: code},
            "geometry": mapping(box(lon + shift_deg, lat, lon + 0.1 + shift_deg, lat + 0.1)),
        }
        for code, (lon, lat) in SQUARES.items()
        if code != leave_out
    ]
    return json.dumps({"type": "FeatureCollection", "features": features}).encode()


def data_file(name: str) -> bytes:
    """Return a file of the data set, ENFORCEMENT_TEST_DATA or shared/data beside the project."""
    folder = os.environ.get("ENFORCEMENT_TEST_DATA") or PROJECT.parent / "shared" / "data"
    return (Path(folder) / name).read_bytes()


def load_true(session: Session, name: str) -> ImportResult:
    """Import divisions and villages of a true county; return what the boundaries gave."""
    services.import_divisions(session, data_file(f"{name}_divisions.csv"), name)
    return services.import_boundaries(session, data_file(f"{name}_villages.geojson"), name)
