"""An edition against the one in force: what changes, and whether all of it lies shifted."""

from __future__ import annotations

from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from enforcement.jurisdiction.checks import finest
from enforcement.jurisdiction.findings import Comparison, Finding, Findings, listed
from enforcement.jurisdiction.loader import SLIVER_M2
from enforcement.jurisdiction.models import AREA_LAYER, Area, Edition
from enforcement.jurisdiction.terms import Level
from gis.changes import Change, list_changes, total_area_m2
from gis.datum import Datum
from gis.layers import SpatialLayer
from gis.shift import Shift, find_shift

WORDS: Final = {"changed": "界线变动", "added": "新增", "removed": "消失"}
DATUM_NAMES: Final = {Datum.GCJ02: "GCJ-02（火星坐标）", Datum.BD09: "BD-09（百度坐标）"}


def compare(session: Session, edition: Edition, before: Edition | None, found: Findings) -> None:
    """Add to the findings what would change against `before`, the edition in force."""
    if before is None or before.id == edition.id:
        return
    old, new = finest(before), finest(edition)
    shift = find_shift(session, old, new)
    changes = list_changes(session, old, new, above_m2=SLIVER_M2)
    outline = list_changes(session, _county(before), _county(edition), above_m2=SLIVER_M2)
    found.comparison = _comparison(session, before, changes, outline)
    if shift is not None:
        _tell_shift(shift, found)
    if changes:
        items = [_finding(item, f"{item.key}（{item.area_m2:.0f} 平方米）") for item in changes]
        found.warning(_summary(found.comparison, items), items)
    for item in outline if shift is None else ():
        label = f"县界变动 {item.area_m2:.0f} 平方米"
        found.warning(label, [_finding(item, label, kind="outline")])


def _county(edition: Edition) -> SpatialLayer:
    """Return the county as an edition has it."""
    return AREA_LAYER.only(
        Area.county_code == edition.county_code,
        Area.edition_id == edition.id,
        Area.level == Level.COUNTY,
    )


def _finding(item: Change, label: str, *, kind: str | None = None) -> Finding:
    return Finding(kind or item.kind, label, (item.key,), area_m2=item.area_m2, geom=item.geom)


def _tell_shift(shift: Shift, found: Findings) -> None:
    """Say that all areas are moved alike, and which option would undo it."""
    where = f"向{'东' if shift.east_m >= 0 else '西'} {abs(shift.east_m):.0f} 米、"
    where += f"{'北' if shift.north_m >= 0 else '南'} {abs(shift.north_m):.0f} 米"
    told = f"界线整体偏移（looks shifted）：{shift.count} 处与现行版本相比一致{where}"
    if shift.datum is not None:
        name = DATUM_NAMES[shift.datum]
        told += f"，像是 {name}：请加 --datum {shift.datum} 重新导入"
    found.warning(told, [Finding("shifted", told)])
    found.problem(f"坐标基准可疑，须由人确认：整体偏移 {shift.distance_m:.0f} 米")


def _comparison(
    session: Session, before: Edition, changes: list[Change], outline: list[Change]
) -> Comparison:
    """Return the figures: land that passes from one area to another counts once."""
    old = finest(before)
    areas = session.scalar(select(func.count()).select_from(Area).where(*old.where)) or 0
    count = {kind: sum(item.kind == kind for item in changes) for kind in WORDS}
    moved_m2 = sum(item.area_m2 for item in [*changes, *outline]) / 2
    return Comparison(
        str(before.id),
        areas,
        count["changed"],
        count["added"],
        count["removed"],
        moved_m2,
        len(changes) / max(1, areas + count["added"]),
        moved_m2 / max(1.0, total_area_m2(session, old)),
    )


def _summary(comparison: Comparison, items: list[Finding]) -> str:
    parts = [
        f"{word} {count} 处" for kind, word in WORDS.items() if (count := getattr(comparison, kind))
    ]
    return (
        f"与现行版本相比{'、'.join(parts)}，涉及土地 {comparison.moved_m2 / 1e6:.3f} 平方千米"
        f"（{comparison.share_of_land:.2%}）：{listed(items)}"
    )
