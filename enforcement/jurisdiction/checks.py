"""What is checked before an edition may be put in force without a person."""

from __future__ import annotations

from dataclasses import dataclass, field

from sqlalchemy.orm import Session

from enforcement.jurisdiction.loader import SLIVER_M2
from enforcement.jurisdiction.models import AREA_LAYER, Area, Edition
from gis.containment import list_gaps, list_overlaps
from gis.layers import SpatialLayer

SHOWN = 5
"""How many codes or places a finding names before it only counts."""


@dataclass
class Findings:
    """Problems keep an edition a draft; warnings are told only."""

    problems: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)

    def as_json(self) -> dict[str, list[str]]:
        """Return what the edition keeps."""
        return {"problems": self.problems, "warnings": self.warnings}


def check_edition(session: Session, edition: Edition, names: dict[str, str]) -> Findings:
    """Return what is wrong with the finest areas of an edition.

    names -- names of all divisions of that level, by code: each must have an area
    """
    found = Findings()
    layer = AREA_LAYER.only(
        Area.county_code == edition.county_code,
        Area.edition_id == edition.id,
        Area.level == edition.level,
    )
    _check_missing(session, edition, names, found)
    _check_overlaps(session, layer, found)
    _check_gaps(session, layer, found)
    return found


def _check_missing(
    session: Session, edition: Edition, names: dict[str, str], found: Findings
) -> None:
    drawn = session.query(Area.code).filter(
        Area.county_code == edition.county_code,
        Area.edition_id == edition.id,
        Area.level == edition.level,
    )
    missing = sorted(set(names) - {code for (code,) in drawn})
    if missing:
        named = "、".join(f"{code} {names[code]}" for code in missing[:SHOWN])
        found.problems.append(f"{len(missing)} 个区划没有界线：{named}{_more(len(missing))}")


def _check_overlaps(session: Session, layer: SpatialLayer, found: Findings) -> None:
    overlaps = list_overlaps(session, layer, above_m2=1)
    large = [overlap for overlap in overlaps if overlap.area_m2 > SLIVER_M2]
    if large:
        named = "、".join(
            f"{pair.first} 与 {pair.second}（{pair.area_m2:.0f} 平方米）" for pair in large[:SHOWN]
        )
        found.problems.append(f"{len(large)} 处重叠：{named}{_more(len(large))}")
    if small := len(overlaps) - len(large):
        found.warnings.append(f"{small} 处细缝重叠，各不超过 {SLIVER_M2:.0f} 平方米")


def _check_gaps(session: Session, layer: SpatialLayer, found: Findings) -> None:
    gaps = list_gaps(session, layer)
    large = [gap for gap in gaps if gap.area_m2 > SLIVER_M2]
    if large:
        named = "、".join(
            f"{gap.lon:.5f},{gap.lat:.5f}（{gap.area_m2:.0f} 平方米）" for gap in large[:SHOWN]
        )
        found.problems.append(f"{len(large)} 处空洞：{named}{_more(len(large))}")
    if small := len(gaps) - len(large):
        found.warnings.append(f"{small} 处细缝空洞，各不超过 {SLIVER_M2:.0f} 平方米")


def _more(count: int) -> str:
    return " 等" if count > SHOWN else ""
