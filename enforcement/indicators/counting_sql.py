"""The statements that keep rows and sums in step: what goes is subtracted, what comes is added."""

from __future__ import annotations

from typing import Final

from sqlalchemy import text
from sqlalchemy.sql.elements import TextClause

from enforcement.indicators.sources import Source

KEY: Final = "measure, on_day, township_code, unit_code, matter"
SUMS: Final = """
INSERT INTO indicator_day AS d (county_code, {key}, n, total)
SELECT :county, {key}, {sign} count(*), {sign} sum(value) FROM {rows}
GROUP BY {key} ORDER BY {key}
ON CONFLICT (county_code, {key}) DO UPDATE SET n = d.n + excluded.n, total = d.total + excluded.total
"""  # noqa: E501

TAKE: Final = text(f"""
WITH gone AS (
  DELETE FROM indicator_row
  WHERE county_code = :county AND source = :source AND subject_id = ANY(:ids)
  RETURNING {KEY}, value
)
{SUMS.format(key=KEY, sign="-", rows="gone")}
""")  # noqa: S608 -- fragments of this package only


def rows_of(source: Source, *, whole: bool) -> str:
    """Return the statement of a source's rows: of the whole county, or of the subjects :ids."""
    return source.rows.format(only="true" if whole else f"{source.key} = ANY(:ids)")


def put(source: Source, *, whole: bool) -> TextClause:
    """Return the statement that adds rows and their sums, and says how many rows there were."""
    return text(f"""
WITH found AS MATERIALIZED ({rows_of(source, whole=whole)}), come AS (
  INSERT INTO indicator_row (county_code, source, subject_id, row_id, {KEY}, value)
  SELECT :county, :source, subject_id, row_id, {KEY}, round(CAST(value AS numeric), 2) FROM found
  RETURNING {KEY}, value
), added AS (
  {SUMS.format(key=KEY, sign="", rows="come")} RETURNING 1
)
SELECT count(*) FROM come
""")  # noqa: S608


def differs(source: Source) -> TextClause:
    """Return the statement that counts rows that are kept and should not be, or the other way.

    Where rows are deleted after their time the figures stay: only the days still there count.
    """
    names = f"subject_id, row_id, {KEY}, value"
    since = "" if source.lasting else " WHERE on_day >= (SELECT min(on_day) FROM found)"
    return text(f"""
WITH kept AS MATERIALIZED (
  SELECT {names} FROM indicator_row WHERE county_code = :county AND source = :source
), found AS MATERIALIZED (
  SELECT subject_id, row_id, {KEY}, round(CAST(value AS numeric), 2) AS value
  FROM ({rows_of(source, whole=True)}) f
)
SELECT (SELECT count(*) FROM (SELECT * FROM kept{since} EXCEPT ALL SELECT * FROM found) a)
  + (SELECT count(*) FROM (SELECT * FROM found EXCEPT ALL SELECT * FROM kept) b)
""")  # noqa: S608


DAYS_DIFFER: Final = text(f"""
SELECT count(*) FROM (
  SELECT {KEY}, count(*) AS n, sum(value) AS total FROM indicator_row
  WHERE county_code = :county GROUP BY {KEY}
) r FULL JOIN (
  SELECT {KEY}, n, total FROM indicator_day
  WHERE county_code = :county AND (n <> 0 OR total <> 0)
) d USING ({KEY})
WHERE r.n IS DISTINCT FROM d.n OR r.total IS DISTINCT FROM d.total
""")  # noqa: S608
