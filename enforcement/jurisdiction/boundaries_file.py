"""A file of boundaries against the divisions that are loaded."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from statistics import median
from typing import Any

from shapely.geometry import MultiPolygon

from enforcement.jurisdiction.boundaries_read import Parsed
from enforcement.jurisdiction.mapping import FieldMapping
from enforcement.jurisdiction.provinces import box_of
from enforcement.jurisdiction.results import Rejected, Repair
from gis.areas import Bounds, Feature, same_shape_key

Reason = tuple[str, str]
"""Why a row is refused, and the defect in one word."""


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
    repairs: list[Repair] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def county_of(parsed: Parsed) -> str | None:
    """Return the six digits that most codes of the file begin with."""
    starts = Counter(code[:6] for code in map(parsed.mapping.code_of, parsed.properties) if code)
    return max(sorted(starts), key=starts.__getitem__) if starts else None


def check(parsed: Parsed, names: Mapping[str, str], extent: Bounds | None) -> BoundaryFile:
    """Return the sound rows and the refused ones.

    names -- name of every known division of the level, by code
    extent -- box of the county where it is known already, else province and file tell
    Of two rows with one code or one shape the later stands, as a correction put after it.
    """
    file, mapping = parsed.areas, parsed.mapping
    result = BoundaryFile(file.read, notes=list(parsed.notes))
    result.rejected = [
        Rejected(p.row, mapping.code_of(p.properties), p.reason, p.kind) for p in file.problems
    ]
    sieve = _Sieve(result, mapping)
    rows = sieve(file.features, lambda feature: _unknown(feature, mapping, names))
    box = extent or _plausible(rows, box_of(county_of(parsed)))
    rows = sieve(rows, lambda feature: _far(feature, box))
    rows = sieve(rows, _repeats(rows, lambda f: mapping.code_of(f.properties), "代码", "code"))
    rows = sieve(rows, _repeats(rows, lambda f: same_shape_key(f.geom), "图形", "shape"))
    result.rejected.sort(key=lambda rejected: rejected.row)
    result.rows = [_row(feature, mapping, names) for feature in rows]
    result.repairs = [repair for feature in rows for repair in _repairs(feature, mapping)]
    result.notes += [note for feature in rows if (note := _renamed(feature, mapping, names))]
    return result


@dataclass(frozen=True)
class _Sieve:
    """Lets sound features through and notes the others."""

    result: BoundaryFile
    mapping: FieldMapping

    def __call__(
        self, features: list[Feature], reason_of: Callable[[Feature], Reason | None]
    ) -> list[Feature]:
        kept: list[Feature] = []
        for feature in features:
            if reason := reason_of(feature):
                code = self.mapping.code_of(feature.properties)
                self.result.rejected.append(Rejected(feature.row, code, *reason))
            else:
                kept.append(feature)
        return kept


def _unknown(feature: Feature, mapping: FieldMapping, names: Mapping[str, str]) -> Reason | None:
    code = mapping.code_of(feature.properties)
    if code is None:
        return f"没有区划代码（列 {mapping.code} 为空）", "no_code"
    if code in names:
        return None
    return f"区划代码 {code} 未知：名录中没有这一级的该代码", "unknown_code"


def _far(feature: Feature, box: Bounds | None) -> Reason | None:
    if box is None:
        return None
    west, south, east, north = feature.geom.bounds
    within = box[0] <= west and box[1] <= south and east <= box[2] and north <= box[3]
    return None if within else ("远离本县：超出全县应在的范围", "far")


def _repeats(
    features: list[Feature], key_of: Callable[[Feature], Any], what: str, kind: str
) -> Callable[[Feature], Reason | None]:
    last = {key_of(feature): feature.row for feature in features}

    def reason(feature: Feature) -> Reason | None:
        later = last[key_of(feature)]
        if later == feature.row:
            return None
        return f"{what}与第 {later} 行重复（以后者为准）", f"duplicate_{kind}"

    return reason


def _plausible(features: list[Feature], province: Bounds | None) -> Bounds | None:
    """Return a box around the middle of the file, generous for one county, in its province."""
    if not features:
        return province
    spots = [feature.geom.representative_point() for feature in features]
    lon, lat = median(spot.x for spot in spots), median(spot.y for spot in spots)
    usual = median(math.hypot(spot.x - lon, spot.y - lat) for spot in spots)
    reach = max(1.0, 8 * usual)
    near = (lon - reach, lat - reach, lon + reach, lat + reach)
    if province is None:
        return near
    west, south = max(near[0], province[0]), max(near[1], province[1])
    return west, south, min(near[2], province[2]), min(near[3], province[3])


def _row(feature: Feature, mapping: FieldMapping, names: Mapping[str, str]) -> BoundaryRow:
    code = mapping.code_of(feature.properties) or ""
    return BoundaryRow(feature.row, code, names[code], feature.geom)


def _repairs(feature: Feature, mapping: FieldMapping) -> list[Repair]:
    code = mapping.code_of(feature.properties)
    return [Repair(feature.row, code, fix.what, fix.area_change_m2) for fix in feature.fixes]


def _renamed(feature: Feature, mapping: FieldMapping, names: Mapping[str, str]) -> str | None:
    given, code = mapping.name_of(feature.properties), mapping.code_of(feature.properties) or ""
    if given is None or given == names[code]:
        return None
    return f"第 {feature.row} 行 {code} 名称为“{given}”，名录为“{names[code]}”，以名录为准"
