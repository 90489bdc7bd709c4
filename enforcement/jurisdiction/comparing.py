"""An edition against the one in force: what changes, and whether all of it lies shifted."""

from __future__ import annotations

from typing import Final

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
    if shift is not None:
        _tell_shift(shift, found)
    changes = list_changes(session, old, new, above_m2=SLIVER_M2)
    found.comparison = _comparison(session, before, changes, old)
    if changes:
        items = [
            Finding(item.kind, f"{item.key}（{item.area_m2:.0f} 平方米）", (item.key,),
                    area_m2=item.area_m2, geom=item.geom)
            for item in changes
        ]  # fmt: skip
        found.warning(_summary(found.comparison, items), items)
    if shift is None:
        _compare_outline(session, edition, before, found)


def _tell_shift(shift: Shift, found: Findings) -> None:
    """Say that all areas are moved alike, and which option would undo it."""
    where = f"向{'东' if shift.east_m >= 0 else '西'} {abs(shift.east_m):.0f} 米、"
    where += f"{'北' if shift.north_m >= 0 else '南'} {abs(shift.north_m):.0f} 米"
    text = f"界线整体偏移（looks shifted）：{shift.count} 处与现行版本相比一致{where}"
    if shift.datum is not None:
        name = DATUM_NAMES[shift.datum]
        text += f"，像是 {name}：请加 --datum {shift.datum} 重新导入"
    found.warning(text)
    found.problem(
        f"坐标基准可疑，须由人确认：整体偏移 {shift.distance_m:.0f} 米",
        [Finding("shifted", text)],
    )


def _comparison(
    session: Session, before: Edition, changes: list[Change], old: SpatialLayer
) -> Comparison:
    count = {kind: sum(item.kind == kind for item in changes) for kind in WORDS}
    areas = session.query(Area.code).filter(*old.where).count()
    moved_m2 = _moved_m2(changes)
    total_m2 = total_area_m2(session, old)
    return Comparison(
        str(before.id),
        areas,
        count["changed"],
        count["added"],
        count["removed"],
        moved_m2,
        len(changes) / max(1, areas + count["added"]),
        moved_m2 / total_m2 if total_m2 else 0.0,
    )


def _moved_m2(changes: list[Change]) -> float:
    """Return the land that changes hands: what one area loses another gains, counted once."""
    return sum(item.area_m2 for item in changes) / 2


def _summary(comparison: Comparison, items: list[Finding]) -> str:
    parts = [
        f"{word} {count} 处" for kind, word in WORDS.items() if (count := getattr(comparison, kind))
    ]
    return (
        f"与现行版本相比{'、'.join(parts)}，涉及土地 {comparison.moved_m2 / 1e6:.3f} 平方千米"
        f"（{comparison.share_of_land:.2%}）：{listed(items)}"
    )


def _compare_outline(session: Session, edition: Edition, before: Edition, found: Findings) -> None:
    """Find land of the county that no area holds any more, and land that is new to it."""
    layers = [
        AREA_LAYER.only(
            Area.county_code == item.county_code,
            Area.edition_id == item.id,
            Area.level == Level.COUNTY,
        )
        for item in (before, edition)
    ]
    for item in list_changes(session, *layers, above_m2=SLIVER_M2):
        label = f"县界变动 {item.area_m2:.0f} 平方米"
        found.warning(
            label, [Finding("outline", label, (item.key,), area_m2=item.area_m2, geom=item.geom)]
        )
