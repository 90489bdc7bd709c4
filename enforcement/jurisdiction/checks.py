"""What is checked before an edition may be put in force."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import shapely
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from enforcement.jurisdiction.findings import Finding, Findings, listed
from enforcement.jurisdiction.loader import SLIVER_M2
from enforcement.jurisdiction.models import AREA_LAYER, Area, Edition
from enforcement.jurisdiction.queries import known_extent
from gis.containment import list_gaps, list_overlaps
from gis.layers import SpatialLayer
from gis.pieces import parts_of

__all__ = ["Finding", "Findings", "check_edition", "finest"]

OVERLAP_FROM_M2: Final = 1.0


def finest(edition: Edition) -> SpatialLayer:
    """Return the areas that the edition's file gave, without those dissolved from them."""
    return AREA_LAYER.only(
        Area.county_code == edition.county_code,
        Area.edition_id == edition.id,
        Area.level == edition.level,
    )


def check_edition(session: Session, edition: Edition, names: Mapping[str, str]) -> Findings:
    """Return what is wrong with the finest areas of an edition taken by themselves.

    names -- names of all divisions of that level, by code: each must have an area
    """
    found, layer = Findings(), finest(edition)
    _check_origin(edition, found)
    _check_divisions(session, layer, names, found)
    _check_extent(session, edition, layer, found)
    _check_duplicates(session, layer, found)
    _check_overlaps(session, layer, found)
    _check_gaps(session, layer, found)
    _check_slivers(session, layer, found)
    return found


def _check_origin(edition: Edition, found: Findings) -> None:
    """Tell again what the import refused, mended and remarked."""
    origin = edition.origin
    if rejected := origin.get("rejected", []):
        found.problem(
            f"{len(rejected)} 行被拒绝",
            [
                Finding(
                    "rejected",
                    f"第 {row['row']} 行：{row['reason']}",
                    (row["code"],) if row["code"] else (),
                    (row["row"],),
                )
                for row in rejected
            ],
        )
    for doubt in origin.get("doubts", []):
        found.problem(doubt, [Finding("doubt", doubt)])
    if repairs := origin.get("repairs", []):
        mended = [
            Finding(
                "repaired",
                f"第 {row['row']} 行 {row['code'] or ''}：{row['what']}",
                (row["code"],) if row["code"] else (),
                (row["row"],),
                abs(row["area_change_m2"]),
            )
            for row in repairs
        ]
        found.warning(f"{len(mended)} 处修复：{listed(mended)}", mended)
    for note in origin.get("notes", []):
        found.warning(note)


def _check_divisions(
    session: Session, layer: SpatialLayer, names: Mapping[str, str], found: Findings
) -> None:
    """Find divisions without an area, and areas without a division."""
    drawn = set(session.scalars(select(layer.key).where(*layer.where)))
    if missing := sorted(set(names) - drawn):
        items = [Finding("missing", f"{code} {names[code]}", (code,)) for code in missing]
        found.problem(f"{len(items)} 个区划没有界线：{listed(items)}", items)
    if unknown := sorted(drawn - set(names)):
        items = [Finding("unknown", code, (code,)) for code in unknown]
        found.problem(f"{len(items)} 处界线没有对应的区划：{listed(items)}", items)


def _check_extent(session: Session, edition: Edition, layer: SpatialLayer, found: Findings) -> None:
    box = known_extent(session, edition.county_code)
    if box is None:
        return
    around = func.ST_MakeEnvelope(*box, func.ST_SRID(layer.geom))
    far = select(layer.key).where(*layer.where, ~func.ST_CoveredBy(layer.geom, around))
    if codes := sorted(session.scalars(far)):
        items = [Finding("far", code, (code,)) for code in codes]
        found.problem(f"{len(items)} 处界线远离本县：{listed(items)}", items)


def _check_duplicates(session: Session, layer: SpatialLayer, found: Findings) -> None:
    codes = func.array_agg(layer.key).label("codes")
    same = select(codes).where(*layer.where).group_by(func.md5(func.ST_AsBinary(layer.geom)))
    groups = sorted(sorted(row) for row in session.scalars(same.having(func.count() > 1)))
    if groups:
        items = [Finding("duplicate_shape", " 与 ".join(group), tuple(group)) for group in groups]
        found.problem(f"{len(items)} 组图形相同：{listed(items)}", items)


def _check_overlaps(session: Session, layer: SpatialLayer, found: Findings) -> None:
    large: list[Finding] = []
    small: list[Finding] = []
    for pair in list_overlaps(session, layer, above_m2=OVERLAP_FROM_M2):
        label = f"{pair.first} 与 {pair.second}（{pair.area_m2:.0f} 平方米）"
        codes = (pair.first, pair.second)
        is_large = pair.area_m2 > SLIVER_M2
        kind = "overlap" if is_large else "sliver"
        (large if is_large else small).append(
            Finding(kind, label, codes, area_m2=pair.area_m2, geom=pair.geom)
        )
    if large:
        found.problem(f"{len(large)} 处重叠：{listed(large)}", large)
    if small:
        found.warning(f"{len(small)} 处细缝重叠，各不超过 {SLIVER_M2:.0f} 平方米", small)


def _check_gaps(session: Session, layer: SpatialLayer, found: Findings) -> None:
    large: list[Finding] = []
    small: list[Finding] = []
    for gap in list_gaps(session, layer):
        label = f"{gap.lon:.5f},{gap.lat:.5f}（{gap.area_m2:.0f} 平方米）"
        is_large = gap.area_m2 > SLIVER_M2
        kind = "gap" if is_large else "sliver"
        (large if is_large else small).append(
            Finding(kind, label, area_m2=gap.area_m2, geom=gap.geom)
        )
    if large:
        found.problem(f"{len(large)} 处空洞：{listed(large)}", large)
    if small:
        found.warning(f"{len(small)} 处细缝空洞，各不超过 {SLIVER_M2:.0f} 平方米", small)


def _check_slivers(session: Session, layer: SpatialLayer, found: Findings) -> None:
    """Find parts of areas that are too small to be land of their own."""
    part = parts_of(layer.geom)  # type: ignore[arg-type]
    area = func.ST_Area(func.geography(part.c.geom))
    rows = session.execute(
        select(
            layer.key.label("code"), area.label("m2"), func.ST_AsBinary(part.c.geom).label("wkb")
        )
        .join(part, area <= SLIVER_M2)
        .where(*layer.where)
        .order_by(layer.key, area)
    )
    items = [
        Finding(
            "sliver",
            f"{row.code}（{row.m2:.0f} 平方米）",
            (row.code,),
            area_m2=row.m2,
            geom=shapely.from_wkb(bytes(row.wkb)),
        )
        for row in rows
    ]
    if items:
        found.warning(
            f"{len(items)} 块碎片，各不超过 {SLIVER_M2:.0f} 平方米：{listed(items)}", items
        )
