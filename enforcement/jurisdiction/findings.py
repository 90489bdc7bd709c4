"""What a check of boundaries found: words for people, kinds for programs, shapes for maps."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Final

import shapely
from shapely.geometry import mapping
from shapely.geometry.base import BaseGeometry

SHOWN: Final = 5
"""How many codes or places a summary names before it only counts."""

DIGITS: Final = 6
"""Decimals of degrees in a report: about a decimetre."""


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong, or worth a look.

    kind -- "missing", "overlap", "gap", "sliver", "unknown", "far", "duplicate_shape", "rejected",
        "repaired", "shifted", "changed", "added", "removed", "lost_land", "gained_land", "doubt"
    label -- names it in a summary; rows -- of the file, from 0
    area_m2 -- of the overlap, gap or change; geom -- where it is (degrees, STORAGE_SRID)
    """

    kind: str
    label: str
    codes: tuple[str, ...] = ()
    rows: tuple[int, ...] = ()
    area_m2: float | None = None
    geom: BaseGeometry | None = None

    def as_json(self) -> dict[str, Any]:
        """Return what a program reads; lon and lat of a point inside."""
        spot = self.geom.representative_point() if self.geom is not None else None
        return {
            "kind": self.kind,
            "text": self.label,
            "codes": list(self.codes),
            "rows": list(self.rows),
            "area_m2": None if self.area_m2 is None else round(self.area_m2, 1),
            "lon": None if spot is None else round(spot.x, DIGITS),
            "lat": None if spot is None else round(spot.y, DIGITS),
        }

    def as_feature(self) -> dict[str, Any]:
        """Return a GeoJSON feature; its geometry is null where there is no place."""
        shape = None
        if self.geom is not None:
            shape = mapping(shapely.transform(self.geom, lambda at: at.round(DIGITS)))
        return {"type": "Feature", "properties": self.as_json(), "geometry": shape}


@dataclass(frozen=True)
class Comparison:
    """An edition against the one in force: how many areas differ, and how much land moves.

    share_of_areas -- of the areas of both together; share_of_land -- of the land, from 0 to 1
    """

    against: str
    areas: int
    changed: int
    added: int
    removed: int
    moved_m2: float
    share_of_areas: float
    share_of_land: float

    def as_json(self) -> dict[str, Any]:
        """Return what a program reads."""
        return {
            "against": self.against,
            "villages": self.areas,
            "changed": self.changed,
            "added": self.added,
            "removed": self.removed,
            "moved_m2": round(self.moved_m2, 1),
            "share_of_villages": round(self.share_of_areas, 4),
            "share_of_area": round(self.share_of_land, 6),
        }


@dataclass
class Findings:
    """Problems keep an edition a draft; warnings are told only; `found` is every single one."""

    problems: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    found: list[Finding] = field(default_factory=list)
    comparison: Comparison | None = None

    def as_json(self) -> dict[str, list[str]]:
        """Return what the edition keeps."""
        return {"problems": self.problems, "warnings": self.warnings}

    def problem(self, summary: str, found: Iterable[Finding] = ()) -> None:
        """Add what a person must decide on."""
        self.problems.append(summary)
        self.found.extend(found)

    def warning(self, summary: str, found: Iterable[Finding] = ()) -> None:
        """Add what a person should read."""
        self.warnings.append(summary)
        self.found.extend(found)


def listed(found: Iterable[Finding]) -> str:
    """Return the labels of the first few."""
    labels = [item.label for item in found]
    return "、".join(labels[:SHOWN]) + (" 等" if len(labels) > SHOWN else "")
