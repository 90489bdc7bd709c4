"""What is wrong or odd with a set of duties: nobody answers, rows without effect, ties."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from sqlalchemy import text
from sqlalchemy.orm import Session

from enforcement import clock
from enforcement.i18n import _
from enforcement.jurisdiction import plan_queries
from enforcement.jurisdiction.duty_sql import duty
from enforcement.jurisdiction.models import Edition
from enforcement.jurisdiction.plan_models import DutyPlan

LEAST_M2: Final = 1.0
"""Smaller pieces come from rounding."""

LEAST_SHARE: Final = 0.01
PROBLEM, WARNING, NOTE = "problem", "warning", "note"
WEIGHT: Final = {PROBLEM: 0, WARNING: 1, NOTE: 2}

AREAS: Final = """
WITH {duty}, bare AS (
  SELECT leaf.* FROM leaf
  LEFT JOIN answer ON answer.code = leaf.code AND answer.category IS NULL
  WHERE answer.code IS NULL
), uncovered AS (
  SELECT bare.code, bare.name, CASE WHEN drawn.geom IS NULL THEN bare.area_m2
    ELSE ST_Area(geography(ST_CollectionExtract(ST_Difference(bare.geom, drawn.geom), 3))) END AS m2
  FROM bare CROSS JOIN LATERAL (
    SELECT ST_Union(d.geom) AS geom FROM duty d
    WHERE d.live AND d.category IS NULL AND d.geom && bare.geom
  ) drawn
), area_duty AS (
  SELECT d.*, coalesce(v.name, d.area_code) AS area_name,
    EXISTS (SELECT FROM leaf WHERE starts_with(leaf.code, d.area_code)) AS drawn,
    EXISTS (SELECT FROM answer WHERE answer.row_id = d.id) AS heard
  FROM duty d LEFT JOIN division v ON v.county_code = :county AND v.code = d.area_code
  WHERE d.live AND d.area_code IS NOT NULL
)
SELECT 'uncovered' AS kind, code, name, NULL AS unit_code, NULL AS unit_name,
  NULL::uuid AS row_id, m2, 1 AS count FROM uncovered WHERE m2 > :least_m2
UNION ALL
SELECT 'absent', area_code, area_name, unit_code, unit_name, id, NULL, 1
FROM area_duty WHERE NOT drawn
UNION ALL
SELECT 'dead', area_code, area_name, unit_code, unit_name, id, NULL, 1
FROM area_duty WHERE drawn AND NOT heard
UNION ALL
SELECT 'closed', NULL, NULL, unit_code, unit_name, NULL, NULL, count(*)
FROM duty WHERE NOT live GROUP BY unit_code, unit_name
UNION ALL
SELECT 'idle', NULL, NULL, u.code, u.name, NULL, NULL, 1 FROM unit u
WHERE u.county_code = :county AND u.kind = 'squad'
  AND u.valid_from <= :on AND (u.valid_to IS NULL OR u.valid_to > :on)
  AND NOT EXISTS (SELECT FROM answer WHERE answer.unit_id = u.id)
  AND NOT EXISTS (SELECT FROM duty WHERE duty.unit_id = u.id AND duty.geom IS NOT NULL)
ORDER BY 1, 2, 4
"""

POLYGONS: Final = """
WITH {duty}, shape AS MATERIALIZED (
  SELECT d.*, coalesce(d.name, d.id::text) AS title FROM duty d WHERE d.geom IS NOT NULL AND d.live
), pair AS MATERIALIZED (
  SELECT one.id, other.id AS other_id, one.title, other.title AS other_title,
    one.unit_code, one.unit_name, other.unit_name AS other_unit,
    one.priority = other.priority AND one.category IS NOT DISTINCT FROM other.category AS tie,
    ST_Area(geography(ST_CollectionExtract(ST_Intersection(one.geom, other.geom), 3))) AS m2
  FROM shape one JOIN shape other ON one.unit_id <> other.unit_id
    AND (one.unit_code, one.id) < (other.unit_code, other.id)
    AND ST_Intersects(one.geom, other.geom)
), part AS (
  SELECT shape.id, leaf.area_m2 AS leaf_m2,
    coalesce(own.unit_id, general.unit_id) AS owner_id,
    ST_Area(geography(ST_CollectionExtract(ST_Intersection(shape.geom, leaf.geom), 3))) AS m2
  FROM shape JOIN leaf ON ST_Intersects(leaf.geom, shape.geom)
  LEFT JOIN answer own ON own.code = leaf.code AND own.category = shape.category
  LEFT JOIN answer general ON general.code = leaf.code AND general.category IS NULL
), measured AS (
  SELECT shape.id, shape.title, shape.unit_code, shape.unit_name, sum(part.m2) AS m2,
    max(part.m2 / part.leaf_m2) AS share,
    bool_and(part.owner_id IS NOT DISTINCT FROM shape.unit_id) AS own
  FROM shape JOIN part ON part.id = shape.id AND part.m2 > :least_m2
  GROUP BY shape.id, shape.title, shape.unit_code, shape.unit_name
)
SELECT 'overlap' AS kind, id, other_id, title, other_title, unit_code, unit_name, other_unit, m2,
  NULL::float8 AS share
FROM pair WHERE tie AND m2 > :least_m2
UNION ALL
SELECT 'useless', id, NULL, title, NULL, unit_code, unit_name, NULL, m2, share FROM measured
WHERE own AND NOT EXISTS (
  SELECT FROM pair WHERE measured.id IN (pair.id, pair.other_id) AND pair.m2 > :least_m2)
UNION ALL
SELECT 'tiny', id, NULL, title, NULL, unit_code, unit_name, NULL, m2, share FROM measured
WHERE share < :least_share
ORDER BY 1, 4, 2
"""


@dataclass(frozen=True)
class Finding:
    """One thing that was found.

    severity -- "problem" (an activation must be told to go on), "warning" or "note"
    areas -- division codes; units -- unit codes; rows -- ids of duties; area_m2 -- its size
    """

    kind: str
    severity: str
    text: str
    areas: tuple[str, ...] = ()
    units: tuple[str, ...] = ()
    rows: tuple[uuid.UUID, ...] = ()
    area_m2: float | None = None

    def as_json(self) -> dict[str, Any]:
        """Return what a program reads."""
        return {
            "kind": self.kind,
            "severity": self.severity,
            "text": self.text,
            "areas": list(self.areas),
            "units": list(self.units),
            "rows": [str(row) for row in self.rows],
            "area_m2": None if self.area_m2 is None else round(self.area_m2, 1),
        }


@dataclass(frozen=True)
class Coverage:
    """All that was found, the gravest first."""

    findings: list[Finding] = field(default_factory=list)

    def of(self, severity: str) -> list[Finding]:
        """Return the findings of one severity."""
        return [one for one in self.findings if one.severity == severity]

    def as_json(self) -> dict[str, Any]:
        """Return what a program reads."""
        return {
            "clean": not self.of(PROBLEM),
            "counts": {name: len(self.of(name)) for name in WEIGHT},
            "findings": [one.as_json() for one in self.findings],
        }


def coverage(session: Session, plan: DutyPlan, on: date | None = None) -> Coverage:
    """Return what is wrong or odd with a plan, were it in force on a day (by default today).

    Two statements, whatever the number of areas and rows. Raises NotFoundError without boundaries.
    """
    day = on or clock.today(session)
    edition = plan_queries.edition_on(session, plan.county_code, day)
    return _found(session, "plan", edition, day, plan.id)


def coverage_on(session: Session, county_code: str, on: date) -> Coverage:
    """Return what is wrong or odd with the duties in force on a day."""
    return _found(session, "day", plan_queries.edition_on(session, county_code, on), on, None)


def _found(
    session: Session, source: str, edition: Edition, on: date, plan_id: uuid.UUID | None
) -> Coverage:
    asked = {
        "county": edition.county_code,
        "edition": edition.id,
        "level": edition.level,
        "on": on,
        "plan": plan_id,
        "least_m2": LEAST_M2,
        "least_share": LEAST_SHARE,
    }
    areas = session.execute(text(AREAS.format(duty=duty(source))), asked).all()
    shapes = session.execute(text(POLYGONS.format(duty=duty(source))), asked).all()
    found = [*map(_of_area, areas), *map(_of_polygon, shapes)]
    return Coverage(sorted(found, key=lambda one: (WEIGHT[one.severity], one.kind)))


def _of_area(row: Any) -> Finding:
    said = {"area": row.name, "unit": row.unit_name}
    words, severity = {
        "uncovered": (_("%(area)s没有负责单位（%(m2)s平方米）。", m2=_m2(row.m2), **said), PROBLEM),
        "closed": (_("%(unit)s已撤销，名下还有%(n)d项责任。", n=row.count, **said), PROBLEM),
        "absent": (_("%(area)s（%(unit)s）在现行界线中不存在。", **said), WARNING),
        "dead": (_("%(unit)s对%(area)s的责任全部被其他责任覆盖，不起作用。", **said), WARNING),
        "idle": (_("%(unit)s没有任何责任区域。", **said), WARNING),
    }[row.kind]
    return Finding(
        row.kind, severity, words, _some(row.code), _some(row.unit_code), _some(row.row_id), row.m2
    )


def _of_polygon(row: Any) -> Finding:
    said = {"area": row.title, "unit": row.unit_name, "m2": _m2(row.m2)}
    more = {"other": row.other_title, "other_unit": row.other_unit}
    share = "" if row.share is None else f"{row.share:.2%}"
    words, severity = {
        "overlap": (
            _("%(area)s（%(unit)s）与%(other)s（%(other_unit)s）优先级相同，重叠%(m2)s平方米，"
              "按单位代码由%(unit)s负责。", **said, **more),
            WARNING,
        ),
        "useless": (_("%(area)s全部在%(unit)s自己的责任区内，没有必要。", **said), NOTE),
        "tiny": (
            _("%(area)s最多只占一个村的%(share)s，请确认是否需要。", share=share, **said),
            NOTE,
        ),
    }[row.kind]  # fmt: skip
    rows = tuple(one for one in (row.id, row.other_id) if one is not None)
    return Finding(row.kind, severity, words, (), _some(row.unit_code), rows, row.m2)


def _some(value: Any) -> tuple[Any, ...]:
    return () if value is None else (value,)


def _m2(value: float | None) -> str:
    return f"{value or 0:,.0f}"


def summary(found: Sequence[Finding]) -> list[str]:
    """Return the words of some findings."""
    return [one.text for one in found]
