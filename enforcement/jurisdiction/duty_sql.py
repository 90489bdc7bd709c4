"""SQL shared by all that looks at duties as a whole: of a day, or of a plan."""

from __future__ import annotations

from typing import Final

ON_DAY: Final = """
  SELECT r.id, r.unit_id, r.area_code, r.geom, r.priority, r.category, r.name
  FROM responsibility r
  WHERE r.county_code = :county AND r.valid_from <= :on
    AND (r.valid_to IS NULL OR r.valid_to > :on)
"""
OF_PLAN: Final = """
  SELECT r.id, r.unit_id, r.area_code, r.geom, r.priority, r.category, r.name
  FROM duty_plan_row r WHERE r.county_code = :county AND r.plan_id = :plan
"""
SOURCES: Final = {"day": ON_DAY, "plan": OF_PLAN}

CONTENT: Final = """encode(sha256(convert_to(concat_ws('|', r.unit_id, coalesce(r.area_code, ''),
  coalesce(encode(ST_AsBinary(r.geom), 'hex'), ''), r.priority, coalesce(r.category, ''),
  coalesce(r.name, '')), 'UTF8')), 'hex')"""
"""What a duty says, in one text: equal for two rows that say the same."""

SAID: Final = "SELECT r.id, {content} AS content FROM ({source}) r ORDER BY content, r.id"

DUTY: Final = """
  duty AS MATERIALIZED (
    SELECT r.*, u.code AS unit_code, u.name AS unit_name,
      u.valid_from <= :on AND (u.valid_to IS NULL OR u.valid_to > :on) AS live
    FROM ({source}) r JOIN unit u ON u.county_code = :county AND u.id = r.unit_id
  ), leaf AS MATERIALIZED (
    SELECT a.code, a.name, a.geom, a.area_m2 FROM area a
    WHERE a.county_code = :county AND a.edition_id = :edition AND a.level = :level
  ), answer AS MATERIALIZED (
    SELECT DISTINCT ON (d.category, leaf.code)
      d.category, leaf.code, d.id AS row_id, d.unit_id, d.unit_code
    FROM leaf JOIN duty d
      ON d.live AND d.area_code IN (leaf.code, left(leaf.code, 9), left(leaf.code, 6))
    ORDER BY d.category, leaf.code, length(d.area_code) DESC, d.priority DESC, d.unit_code, d.id
  )
"""
"""Duties, the finest areas, and for each category which duty answers for each of these by code."""


OWNERS: Final = """
WITH {duty}
SELECT answer.code, answer.unit_id, answer.unit_code, duty.unit_name
FROM answer JOIN duty ON duty.id = answer.row_id WHERE answer.category IS NULL
"""


def said(source: str) -> str:
    """Return the statement of `id` and `content` of the duties of a "day" or a "plan"."""
    return SAID.format(content=CONTENT, source=SOURCES[source])


def duty(source: str) -> str:
    """Return the CTEs of the duties of a "day" (:on) or a "plan" (:plan, whose units are as :on).

    They ask for :county, :on, :edition and :level, the finest of the edition.
    """
    return DUTY.format(source=SOURCES[source])


def owners(source: str) -> str:
    """Return the statement of who answers for each of the finest areas in every matter.

    Its columns: code, unit_id, unit_code, unit_name; areas nobody answers for have no row. It asks
    for what `duty` asks for.
    """
    return OWNERS.format(duty=duty(source))
