"""The statements of a map report. Incidents count by who is responsible, or by their place.

They ask for :county, :since and :until (moments), :before (where the period before begins),
:first and :next (days), :codes (of the subject), :keys and :members (whose figures are compared).
Each event counts in the area of its own stored decision.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from sqlalchemy import text
from sqlalchemy.sql.elements import TextClause

from enforcement.jurisdiction.duty_sql import duty

HOUR: Final = "timezone('Asia/Shanghai', e.{at})"
MINUTES: Final = "extract(epoch FROM e.arrived_at - e.received_at) / 60"


@dataclass(frozen=True)
class Source:
    """What counts as an event: a table, its moment, its kind, its unit, when it is over."""

    table: str
    at: str
    kind: str
    unit: str
    closed: str
    arrives: bool


INCIDENT: Final = Source("incident", "received_at", "category", "responsible_unit_code",
                         "e.state = 'closed'", arrives=True)  # fmt: skip
CASE: Final = Source("case_file", "registered_at", "matter_code", "unit_code",
                     "e.closed_on IS NOT NULL", arrives=False)  # fmt: skip


@dataclass(frozen=True)
class Shape:
    """How a statement narrows what it counts: by unit, township or not; by matter or category."""

    by: str = "county"
    matter: bool = False
    category: bool = False

    @property
    def source(self) -> Source:
        """Return what counts as an event."""
        return CASE if self.matter else INCIDENT

    def column(self, source: Source) -> str:
        """Return the column that the codes of a subject are those of."""
        return source.unit if self.by == "unit" else "township_code"

    def reach(self, source: Source) -> str:
        """Return the condition that a row is of the subject, and of what it is narrowed to."""
        own = "" if self.by == "county" else f" AND e.{self.column(source)} = ANY(:codes)"
        return f"e.county_code = :county{own}{self.narrow(source)}"

    def narrow(self, source: Source) -> str:
        """Return the condition on matter or category, with AND before it."""
        if source is CASE:
            return " AND e.matter_code = :matter" if self.matter else ""
        return f" AND {of_category('e.category')}" if self.category else ""


def of_category(column: str) -> str:
    """Return the condition that a category is :category or one of level 2 below it."""
    return (f"({column} = :category OR (left({column}, -2) = :category"
            f" AND length({column}) = length(:category) + 2))")  # fmt: skip


MEMBER: Final = """member AS MATERIALIZED (
  SELECT m.key, m.code
  FROM unnest(CAST(:keys AS text[]), CAST(:members AS text[])) AS m(key, code)
)"""
UNITS: Final = text("""
SELECT k.key, u.code FROM unnest(CAST(:keys AS text[])) AS k(key)
JOIN unit u ON u.county_code = :county AND (u.code = k.key OR starts_with(u.code, k.key || '.'))
ORDER BY k.key, u.code
""")
"""The units that are one of :keys or below it, closed ones too."""

EDITIONS: Final = text("""
SELECT id, source_name, valid_from, valid_to FROM edition
WHERE county_code = :county AND kind = 'boundaries' AND status <> 'draft'
  AND valid_from < :next AND (valid_to IS NULL OR valid_to > :first)
  AND (valid_to IS NULL OR valid_to > valid_from)
ORDER BY valid_from, id
""")


def counts(shape: Shape) -> TextClause:
    """Return what each of :keys has: incidents and their responses, cases, stops of patrols."""
    parts = {"case_in": _cases(shape, "registered_at"), "case_out": _cases(shape, "closed_on")}
    if not shape.matter:
        parts = {"inc": _incidents(shape), "told": _told(shape)} | parts
    if shape.category:
        parts = {name: parts[name] for name in ("inc", "told")}
    elif not shape.matter:
        parts["stop"] = _stops(shape)
    ctes = "".join(f", {name} AS ({statement})" for name, statement in parts.items())
    joins = " ".join(f"LEFT JOIN {name} USING (key)" for name in parts)
    return text(
        f"WITH {MEMBER}{ctes} SELECT * FROM (SELECT DISTINCT key FROM member) k {joins}"  # noqa: S608
    )


def _joined(shape: Shape, source: Source) -> str:
    """Return the rows of a source, each with the key of its member."""
    on = "" if shape.by == "county" else f" AND e.{shape.column(source)} = m.code"
    return f"FROM member m JOIN {source.table} e ON e.county_code = :county{on}"


def _incidents(shape: Shape) -> str:
    return f"""
  SELECT m.key, count(*) AS received, count(*) FILTER (WHERE e.state = 'closed') AS closed,
    count(*) FILTER (WHERE e.state = 'to_case') AS to_case, count(e.arrived_at) AS responses,
    percentile_cont(0.5) WITHIN GROUP (ORDER BY {MINUTES}) AS median_min,
    percentile_cont(0.9) WITHIN GROUP (ORDER BY {MINUTES}) AS slow_min
  {_joined(shape, INCIDENT)}
  WHERE e.received_at >= :since AND e.received_at < :until{shape.narrow(INCIDENT)}
  GROUP BY m.key"""


def _cases(shape: Shape, column: str) -> str:
    """Return cases that came, or that were closed, in the period."""
    name, low, high = (("cases", ":since", ":until") if column == "registered_at"
                       else ("cases_closed", ":first", ":next"))  # fmt: skip
    return f"""
  SELECT m.key, count(*) AS {name} {_joined(shape, CASE)}
  WHERE e.{column} >= {low} AND e.{column} < {high}{shape.narrow(CASE)} GROUP BY m.key"""


def _told(shape: Shape) -> str:
    """Return incidents that ended, and those ended in time, as the indicators count them."""
    column = "unit_code" if shape.by == "unit" else "township_code"
    on = "" if shape.by == "county" else f" AND d.{column} = m.code"
    narrow = f" AND {of_category('d.matter')}" if shape.category else ""
    return f"""
  SELECT m.key, coalesce(sum(d.n) FILTER (WHERE d.measure = 'incident.ended'), 0) AS ended,
    coalesce(sum(d.n) FILTER (WHERE d.measure = 'incident.on_time'), 0) AS on_time
  FROM member m JOIN indicator_day d ON d.county_code = :county{on}
  WHERE d.measure IN ('incident.ended', 'incident.on_time')
    AND d.on_day >= :first AND d.on_day < :next{narrow} GROUP BY m.key"""  # noqa: S608


def _stops(shape: Shape) -> str:
    on = {"county": "", "township": " AND left(s.village_code, 9) = m.code",
          "unit": " AND p.squad_code = m.code"}[shape.by]  # fmt: skip
    return f"""
  SELECT m.key, count(*) AS stops, count(s.visited_at) AS visited
  FROM patrol_stop s
  JOIN patrol p ON p.county_code = s.county_code AND p.id = s.patrol_id
    AND p.state NOT IN ('draft', 'cancelled')
  JOIN member m ON s.county_code = :county{on}
  WHERE s.county_code = :county AND s.patrol_on >= :first AND s.patrol_on < :next
  GROUP BY m.key"""  # noqa: S608


def places(shape: Shape, *, by_township: bool) -> TextClause:
    """Return each place with what came there now and before; "" where no place is known."""
    code = "coalesce(e.township_code, '')" if by_township else "coalesce(e.village_code, '')"
    known = {
        "county": "d.level = 'township'",
        "township": "d.level = 'village' AND d.parent_code = :township",
        "unit": "false",
    }[shape.by]
    source = shape.source
    return text(f"""
WITH ev AS (
  SELECT {code} AS code, {_sums(source)} FROM {source.table} e
  WHERE {shape.reach(source)} AND e.{source.at} >= :before AND e.{source.at} < :until GROUP BY 1
), place AS (
  SELECT d.code FROM division d WHERE d.county_code = :county AND {known}
  UNION SELECT code FROM ev
)
SELECT p.code, coalesce(d.name, '') AS name, coalesce(ev.now, 0) AS now,
  coalesce(ev.before, 0) AS before, coalesce(ev.closed, 0) AS closed, ev.median_min
FROM place p LEFT JOIN ev USING (code)
LEFT JOIN division d ON d.county_code = :county AND d.code = p.code
ORDER BY p.code = '', coalesce(ev.now, 0) DESC, p.code
""")  # noqa: S608


def _sums(source: Source) -> str:
    """Return what is counted of a group of events, now and in the period before."""
    now = f"e.{source.at} >= :since"
    middle = (f"percentile_cont(0.5) WITHIN GROUP (ORDER BY {MINUTES}) FILTER (WHERE {now})"
              if source.arrives else "CAST(NULL AS double precision)")  # fmt: skip
    return f"""count(*) FILTER (WHERE {now}) AS now, count(*) FILTER (WHERE NOT {now}) AS before,
    count(*) FILTER (WHERE {now} AND {source.closed}) AS closed, {middle} AS median_min"""


def kinds(shape: Shape) -> TextClause:
    """Return each category of incidents, or matter of cases, now and before."""
    source = shape.source
    return text(f"""
SELECT e.{source.kind} AS code, {_sums(source)} FROM {source.table} e
WHERE {shape.reach(source)} AND e.{source.at} >= :before AND e.{source.at} < :until
GROUP BY 1 ORDER BY now DESC, code
""")  # noqa: S608


def profile(shape: Shape) -> TextClause:
    """Return how much came on each weekday (1: Monday) in each hour."""
    source = shape.source
    moment = HOUR.format(at=source.at)
    return text(f"""
SELECT CAST(extract(isodow FROM {moment}) AS int) AS weekday,
  CAST(extract(hour FROM {moment}) AS int) AS hour, count(*) AS n
FROM {source.table} e
WHERE {shape.reach(source)} AND e.{source.at} >= :since AND e.{source.at} < :until GROUP BY 1, 2
""")  # noqa: S608


def villages(shape: Shape) -> TextClause:
    """Return how much came in each village of the period's own decisions."""
    source = shape.source
    return text(f"""
SELECT e.village_code AS code, count(*) AS n FROM {source.table} e
WHERE {shape.reach(source)} AND e.{source.at} >= :since AND e.{source.at} < :until
  AND e.village_code IS NOT NULL GROUP BY 1
""")  # noqa: S608


def points(shape: Shape) -> TextClause:
    """Return up to :most places with day and kind: always the same ones, whatever the order."""
    source = shape.source
    return text(f"""
SELECT lon, lat, kind, day FROM (
  SELECT e.lon, e.lat, e.{source.kind} AS kind,
    CAST({HOUR.format(at=source.at)} AS date) - CAST(:first AS date) AS day
  FROM {source.table} e
  WHERE {shape.reach(source)} AND e.{source.at} >= :since AND e.{source.at} < :until
    AND e.lon IS NOT NULL AND e.lat IS NOT NULL
  ORDER BY md5(CAST(e.id AS text)) LIMIT :most
) p ORDER BY day, kind, lon, lat
""")  # noqa: S608


OWN_VILLAGES: Final = text(f"""
WITH {duty("day")}
SELECT code FROM answer WHERE category IS NULL AND unit_code = ANY(:codes)
""")  # noqa: S608
"""The finest areas that the units of :codes answer for on a day."""

NAMED: Final = text("""
SELECT p.n, a.code, a.name
FROM unnest(CAST(:lons AS float8[]), CAST(:lats AS float8[])) WITH ORDINALITY AS p(lon, lat, n)
JOIN area a ON a.county_code = :county AND a.edition_id = :edition AND a.level = :level
  AND ST_Covers(a.geom, ST_SetSRID(ST_MakePoint(p.lon, p.lat), 4490))
ORDER BY p.n, a.code DESC
""")
"""The finest areas that places lie in."""
