"""The one statement that keeps positions: on duty only, judged, each moment of a device once.

It reads rows said by devices from a source (JSON, or a table that COPY filled) and answers how
many were new, known already, and of people off duty. Set-wise: a batch costs what a row costs.
"""

from __future__ import annotations

from typing import Final

from gis.fixes import METRES

FUTURE_S: Final = 600
OLD_S: Final = 30 * 86_400
FUTURE: Final = f"{FUTURE_S} seconds"
OLD: Final = f"{OLD_S} seconds"
POOR_M: Final = 200
"""A position less sure than this says little about where somebody was."""
FASTEST_MPS: Final = 70
NO_MOVE_M: Final = 150
"""Noise of two neighbouring positions is no journey, however short the time between."""

COLUMNS: Final = (
    ("device_id", "uuid"), ("person_id", "uuid"), ("fixed_at", "timestamptz"),
    ("lon", "float8"), ("lat", "float8"), ("raw_lon", "float8"), ("raw_lat", "float8"),
    ("datum", "text"), ("accuracy_m", "real"), ("speed_mps", "real"), ("course_deg", "real"),
    ("altitude_m", "real"), ("battery_pct", "real"), ("source", "text"), ("mock", "boolean"),
    ("late", "boolean"), ("valid", "boolean"), ("alarm", "text"), ("extra", "jsonb"),
)  # fmt: skip
_KEPT: Final = tuple(name for name, _type in COLUMNS if name != "valid")
_STATE: Final = (
    "fixed_at", "lon", "lat", "accuracy_m", "speed_mps", "course_deg", "battery_pct", "mock",
    "person_id",
)  # fmt: skip


def _heard(what: str) -> str:
    """Return the statement that notes devices as heard, with their newest believed position."""
    newer = "CASE WHEN excluded.fixed_at >= coalesce(s.fixed_at, '-infinity')"
    changes = ", ".join(
        f"{name} = {newer} THEN excluded.{name} ELSE s.{name} END" for name in _STATE
    )
    return f"""INSERT INTO device_state AS s (county_code, device_id, heard_at, {", ".join(_STATE)})
  SELECT :county, {what}
  ON CONFLICT (county_code, device_id) DO UPDATE SET heard_at = excluded.heard_at, {changes}"""


FROM_JSON: Final = "jsonb_to_recordset(CAST(:rows AS jsonb)) AS r({})".format(
    ", ".join(f"{name} {kind}" for name, kind in COLUMNS)
)

_STORE: Final = f"""
WITH said AS MATERIALIZED (
  SELECT DISTINCT ON (r.device_id, r.at) r.*, :county AS county_code
  FROM (SELECT *, coalesce(fixed_at, app_now()) AS at FROM {{source}}) r
  ORDER BY r.device_id, r.at
), people AS (
  SELECT person_id, min(at) AS first, max(at) AS last FROM said
  WHERE person_id IS NOT NULL GROUP BY person_id
), switch AS MATERIALIZED (
  SELECT p.person_id, d.present, d.occurred_at,
    lead(d.occurred_at) OVER (
      PARTITION BY p.person_id ORDER BY d.occurred_at, d.received_at) AS until
  FROM people p JOIN duty_presence d ON d.county_code = :county AND d.person_id = p.person_id
    AND d.occurred_at BETWEEN p.first - interval '48 hours' AND p.last
), duty AS MATERIALIZED (
  SELECT person_id, occurred_at AS starts_at,
    least(coalesce(until, 'infinity'), occurred_at + interval '24 hours') AS ends_at
  FROM switch WHERE present
  UNION ALL
  SELECT p.person_id, s.starts_at, least(s.ends_at, (
    SELECT min(w.occurred_at) FROM switch w WHERE w.person_id = p.person_id AND NOT w.present
      AND w.occurred_at >= s.starts_at))
  FROM people p JOIN duty_shift s ON s.county_code = :county AND s.person_id = p.person_id
    AND s.state = 'planned' AND s.starts_at <= p.last AND s.ends_at > p.first
), kept AS (
  SELECT * FROM said WHERE person_id IS NULL OR EXISTS (
    SELECT FROM duty d WHERE d.person_id = said.person_id
      AND said.at >= d.starts_at AND said.at < d.ends_at)
), plain AS (
  SELECT *, CASE
    WHEN NOT valid THEN 'invalid' WHEN abs(lon) < 1e-4 AND abs(lat) < 1e-4 THEN 'zero'
    WHEN at > app_now() + interval '{FUTURE}' THEN 'future'
    WHEN at < app_now() - interval '{OLD}' THEN 'old'
    WHEN accuracy_m > {POOR_M} THEN 'inaccurate' END AS mark
  FROM kept
), stepped AS (
  SELECT p.*,
    coalesce(lag(p.lon) OVER steps, s.lon) AS lon0, coalesce(lag(p.lat) OVER steps, s.lat) AS lat0,
    coalesce(lag(p.at) OVER steps, s.fixed_at) AS at0,
    lead(p.lon) OVER steps AS lon1, lead(p.lat) OVER steps AS lat1, lead(p.at) OVER steps AS at1
  FROM plain p LEFT JOIN device_state s ON s.county_code = :county AND s.device_id = p.device_id
  WINDOW steps AS (PARTITION BY p.device_id, p.mark IS NULL ORDER BY p.at)
), judged AS MATERIALIZED (
  SELECT *, CASE WHEN mark IS NOT NULL THEN ARRAY[mark]
    WHEN at > at0 AND {METRES.format("lon0", "lat0", "lon", "lat")}
        > {NO_MOVE_M} + {FASTEST_MPS} * extract(epoch FROM at - at0)
      AND (at1 IS NULL OR {METRES.format("lon", "lat", "lon1", "lat1")}
        > {NO_MOVE_M} + {FASTEST_MPS} * extract(epoch FROM at1 - at))
    THEN ARRAY['jump'] END AS marks
  FROM stepped
), stored AS (
  INSERT INTO fix (county_code, received_at, marks, {", ".join(_KEPT)})
  SELECT :county, app_now(), marks,
    {", ".join("at" if name == "fixed_at" else name for name in _KEPT)}
  FROM judged
  ON CONFLICT (county_code, device_id, fixed_at) DO NOTHING
  RETURNING 1
), newest AS (
  SELECT DISTINCT ON (device_id) *
  FROM judged WHERE marks IS NULL ORDER BY device_id, at DESC
), heard AS (
  {
    _heard(
        "d.device_id, app_now(), n.at, "
        + ", ".join(f"n.{name}" for name in _STATE[1:])
        + " FROM (SELECT DISTINCT device_id FROM said) d LEFT JOIN newest n USING (device_id)"
    )
}
  RETURNING 1
)
SELECT (SELECT count(*) FROM stored) AS stored, (SELECT count(*) FROM judged) AS on_duty,
  (SELECT count(*) FROM said) AS said, (SELECT count(*) FROM heard) AS devices,
  (SELECT array_agg(DISTINCT device_id) FROM said
   WHERE position('sos' IN alarm) > 0 AND NOT late
     AND at > app_now() - interval '{OLD}') AS sos
"""  # noqa: S608 -- names of this module only


HEARD: Final = _heard(
    "device_id, app_now(), " + ", ".join(_STATE)
    + " FROM jsonb_to_recordset(CAST(:rows AS jsonb)) AS r(device_id uuid, {})".format(
        ", ".join(f"{name} {kind}" for name, kind in COLUMNS if name in _STATE)
    )
)  # fmt: skip
"""The same from rows in JSON, one for each device; parameters county, rows, by name."""
BEFORE: Final = """
SELECT app_now() AS now, (
  SELECT json_agg(json_build_array(s.device_id, s.lon, s.lat, s.fixed_at))
  FROM device_state s WHERE s.county_code = :county AND s.device_id = ANY(:devices)
    AND s.fixed_at IS NOT NULL) AS points
"""
"""The moment and the newest believed positions of some devices, before a batch is judged."""


def store(source: str) -> str:
    """Return the statement for rows that stand in `source`; parameter county, by name."""
    return _STORE.replace("{source}", source)
