"""A file of boundaries (GeoJSON) against the divisions that are loaded."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from statistics import median
from typing import Any, Final

from shapely.geometry import MultiPolygon

from enforcement.jurisdiction.results import Rejected
from gis.geojson import AreaFile, Bounds, Feature, read_areas, same_shape_key

CHINA: Final[Bounds] = (73.0, 3.0, 136.0, 54.0)
CODE_NAMES: Final = ("code", "代码", "编码")
NAME_NAMES: Final = ("name", "名称", "村名")
MARGIN_DEG: Final = 0.2
"""How far (about 20 km) a feature may leave the box of the county that is known already."""


@dataclass(frozen=True)
class BoundaryRow:
    """One sound area of a known division."""

    row: int
    code: str
    name: str
    geom: MultiPolygon


@dataclass
class BoundaryFile:
    """What a file holds, in its order; `notes` are remarks that refuse nothing."""

    read: int
    rows: list[BoundaryRow] = field(default_factory=list)
    rejected: list[Rejected] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def parse(data: bytes) -> AreaFile:
    """Return the features of a file; raises GisError where it is unusable as a whole."""
    return read_areas(data, bounds=CHINA)


def county_of(file: AreaFile) -> str | None:
    """Return the six digits that most codes of the file begin with."""
    items = [feature.properties for feature in file.features]
    items += [problem.properties for problem in file.problems]
    starts = Counter(code[:6] for code in map(code_of, items) if code)
    return max(sorted(starts), key=starts.__getitem__) if starts else None


def code_of(properties: Mapping[str, Any]) -> str | None:
    """Return the division code among the properties, whatever its column is called."""
    return _first_of(properties, CODE_NAMES)


def check(file: AreaFile, names: Mapping[str, str], extent: Bounds | None) -> BoundaryFile:
    """Return the sound rows and the refused ones.

    names -- name of every known division of the level, by code
    extent -- box of the county where it is known already, else the file itself tells
    Of two rows with one code or one shape the later stands, as a correction put after it.
    """
    result = BoundaryFile(file.read)
    result.rejected = [Rejected(p.row, code_of(p.properties), p.reason) for p in file.problems]
    rows = _refuse(result, file.features, lambda feature: _unknown(feature, names))
    box = extent or _plausible(rows)
    rows = _refuse(result, rows, lambda feature: _far(feature, box))
    rows = _refuse(result, rows, _repeats(rows, lambda f: code_of(f.properties), "代码"))
    rows = _refuse(result, rows, _repeats(rows, lambda f: same_shape_key(f.geom), "图形"))
    result.rejected.sort(key=lambda rejected: rejected.row)
    result.rows = [_row(feature, names) for feature in rows]
    result.notes = [note for feature in rows if (note := _renamed(feature, names))]
    return result


def _first_of(properties: Mapping[str, Any], columns: Iterable[str]) -> str | None:
    found = (properties.get(column) for column in columns)
    value = next((value for value in found if isinstance(value, str | int) and value != ""), None)
    return None if value is None else str(value).strip()


def _refuse(
    result: BoundaryFile, features: list[Feature], reason_of: Callable[[Feature], str | None]
) -> list[Feature]:
    """Return the features without a reason against them; note the others."""
    kept: list[Feature] = []
    for feature in features:
        if reason := reason_of(feature):
            result.rejected.append(Rejected(feature.row, code_of(feature.properties), reason))
        else:
            kept.append(feature)
    return kept


def _unknown(feature: Feature, names: Mapping[str, str]) -> str | None:
    code = code_of(feature.properties)
    if code is None:
        return f"没有区划代码（属性 {'、'.join(CODE_NAMES)} 之一）"
    return None if code in names else f"区划代码 {code} 未知：名录中没有这一级的该代码"


def _far(feature: Feature, box: Bounds | None) -> str | None:
    if box is None:
        return None
    west, south, east, north = feature.geom.bounds
    within = box[0] <= west and box[1] <= south and east <= box[2] and north <= box[3]
    return None if within else "远离本县：超出全县应在的范围"


def _repeats(
    features: list[Feature], key_of: Callable[[Feature], Any], what: str
) -> Callable[[Feature], str | None]:
    last = {key_of(feature): feature.row for feature in features}

    def reason(feature: Feature) -> str | None:
        later = last[key_of(feature)]
        return None if later == feature.row else f"{what}与第 {later} 行重复（以后者为准）"

    return reason


def _plausible(features: list[Feature]) -> Bounds | None:
    """Return a box around the middle of the file that is generous for one county."""
    if not features:
        return None
    spots = [feature.geom.representative_point() for feature in features]
    lon, lat = median(spot.x for spot in spots), median(spot.y for spot in spots)
    usual = median(math.hypot(spot.x - lon, spot.y - lat) for spot in spots)
    reach = max(1.0, 8 * usual)
    return lon - reach, lat - reach, lon + reach, lat + reach


def _row(feature: Feature, names: Mapping[str, str]) -> BoundaryRow:
    code = code_of(feature.properties) or ""
    return BoundaryRow(feature.row, code, names[code], feature.geom)


def _renamed(feature: Feature, names: Mapping[str, str]) -> str | None:
    given, code = _first_of(feature.properties, NAME_NAMES), code_of(feature.properties) or ""
    if given is None or given == names[code]:
        return None
    return f"第 {feature.row} 行 {code} 名称为“{given}”，名录为“{names[code]}”，以名录为准"
