"""A report becomes rows in one statement: decision, number, incident, history, photos, limits.

Written by hand and planned once per connection, because every report of the county runs through
it. The key of the request is part of it: sent twice, a report finds its key taken and stores
nothing.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from geoalchemy2 import WKTElement
from sqlalchemy import inspect
from sqlalchemy.orm import Session, make_transient_to_detached
from sqlalchemy.orm.attributes import instance_dict

from enforcement.ids import uuid7
from enforcement.incident import grams
from enforcement.incident.models import Incident
from enforcement.jurisdiction.routing import Routing
from enforcement.prepared import Statement
from gis.srid import STORAGE_SRID

STORE: Final = f"""
WITH taken AS (
  INSERT INTO accepted_key (county_code, id, account_id, key, act, digest, result_id)
  SELECT :county, :key_id, :owner, :key, :act, :digest, :id WHERE :key IS NOT NULL
  ON CONFLICT DO NOTHING RETURNING 1
), go AS (
  SELECT 1 WHERE :key IS NULL OR EXISTS (SELECT 1 FROM taken)
), decision AS (
  INSERT INTO routing_decision (county_code, id, decided_at, lon, lat, on_day, category,
    edition_id, village_code, township_code, unit_id, brigade_id, rule, border_m, confirm, basis)
  SELECT :county, :decision_id, :now, (d->>'lon')::float8, (d->>'lat')::float8,
    (d->>'on_day')::date, :category, (d->>'edition_id')::uuid, d->>'village_code',
    d->>'township_code', (d->>'unit_id')::uuid, (d->>'brigade_id')::uuid, d->>'rule',
    (d->>'border_m')::float8, (d->>'confirm')::boolean, :basis
  FROM go, CAST(:decision AS jsonb) AS d WHERE d IS NOT NULL
), counter AS (
  INSERT INTO number_counter (county_code, organ, word, year, last)
  SELECT :county, 'incident', to_char(:day, 'MMDD'), extract(year FROM :day)::int, 1 FROM go
  ON CONFLICT ON CONSTRAINT pk_number_counter DO UPDATE SET last = number_counter.last + 1
  RETURNING last
), made AS (
  INSERT INTO incident (county_code, id, number, category, description, state, source,
    occurred_at, received_at, lon, lat, point, raw_lon, raw_lat, datum, accuracy_m, place,
    routing_id, village_code, township_code, responsible_unit_code, reporter_unit_code,
    reported_by, urgency, reporter_name_encrypted, reporter_phone_encrypted, reporter_phone_hash,
    point_id, stage_due_at, version)
  SELECT :county, :id, 'SJ' || to_char(:day, 'YYYYMMDD') || '-' ||
      lpad(last::text, greatest(4, length(last::text)), '0'),
    :category, :description, 'received', :source, :occurred_at, :now, :lon, :lat,
    ST_SetSRID(ST_MakePoint(:lon, :lat), {STORAGE_SRID}), :lon, :lat, 'wgs84', :accuracy_m, :place,
    CASE WHEN :decision IS NOT NULL THEN :decision_id END, :village, :township, :responsible,
    :unit_code, :account, :urgency, :reporter_name, :reporter_phone, :phone_hash, :point_id,
    :stage_due_at, 1
  FROM counter
  RETURNING id, number
), ruling AS (
  INSERT INTO rule_decision (county_code, id, incident_id, decided_at, rule_id, rule_version,
    unit_id, otherwise_unit_code, facts, skipped)
  SELECT :county, (r->>'id')::uuid, made.id, :now, (r->>'rule_id')::uuid,
    (r->>'rule_version')::int, (r->>'unit_id')::uuid, r->>'otherwise_unit_code', r->'facts',
    r->'skipped'
  FROM made, CAST(:ruling AS jsonb) AS r WHERE r IS NOT NULL
), entry AS (
  INSERT INTO incident_entry (county_code, id, incident_id, seq, event, state, by, by_name, at,
    detail)
  SELECT :county, :entry_id, id, 1, 'report', 'received', :account, :by_name, :now,
    CAST(:said AS jsonb)
  FROM made
), words AS (
  INSERT INTO incident_text (county_code, incident_id, received_at, body, initials, grams)
  SELECT :county, id, :now, :body, :initials, CAST(:grams AS text[]) FROM made
), photo AS (
  INSERT INTO incident_photo (county_code, id, incident_id, sha256, seq, of_result)
  SELECT :county, p.id, made.id, p.sha256, p.seq, false
  FROM made, unnest(CAST(:photo_ids AS uuid[]), CAST(:photos AS bytea[]))
    WITH ORDINALITY AS p(id, sha256, seq)
), due AS (
  INSERT INTO due_step (county_code, id, task, subject_id, rule, due_at, next_at, data)
  SELECT :county, s.id, s.task, made.id, s.rule, s.due_at, s.due_at, s.data
  FROM made, jsonb_to_recordset(CAST(:due AS jsonb))
    AS s(id uuid, task text, rule text, due_at timestamptz, data jsonb)
)
SELECT number FROM made
"""  # noqa: S608 -- one number of ours

TYPES: Final = (
    ("county", "text"), ("id", "uuid"), ("key_id", "uuid"), ("owner", "uuid"), ("key", "text"),
    ("act", "text"),
    ("digest", "bytea"), ("decision_id", "uuid"), ("decision", "text"), ("basis", "text"),
    ("now", "timestamptz"),
    ("day", "date"), ("category", "text"), ("description", "text"), ("source", "text"),
    ("occurred_at", "timestamptz"), ("lon", "float8"), ("lat", "float8"),
    ("accuracy_m", "float8"), ("place", "text"), ("village", "text"), ("township", "text"),
    ("responsible", "text"), ("unit_code", "text"), ("account", "uuid"), ("urgency", "text"),
    ("reporter_name", "bytea"), ("reporter_phone", "bytea"), ("phone_hash", "bytea"),
    ("point_id", "uuid"), ("stage_due_at", "timestamptz"), ("entry_id", "uuid"),
    ("by_name", "text"), ("said", "text"), ("photo_ids", "uuid[]"), ("photos", "bytea[]"),
    ("ruling", "text"), ("due", "text"), ("body", "text"), ("initials", "text"), ("grams", "text"),
)  # fmt: skip

STATEMENT: Final = Statement("incident_store", STORE, TYPES)
KEPT: Final = ("lon", "lat", "on_day", "edition_id", "village_code", "township_code", "unit_id",
               "brigade_id", "rule", "border_m", "confirm")  # fmt: skip


def store(session: Session, values: Mapping[str, Any]) -> str | None:
    """Write all rows of a report; return its number, None where the key was taken before.

    values -- one for each of TYPES; `decision` from `decision_json`, `due` from `due_json`
    """
    row = STATEMENT.find_one(session, values)
    return row["number"] if row is not None else None


def decision_json(found: Routing | None) -> str | None:
    """Return what is kept of a routing, None without a place."""
    if found is None:
        return None
    return json.dumps({name: getattr(found, name) for name in KEPT}, default=str)


def ruling_json(row: Mapping[str, Any]) -> str:
    """Return what the rules did as the statement reads it."""
    return json.dumps({"id": uuid7(), **row}, default=str)


def due_json(steps: Sequence[Mapping[str, Any]]) -> str:
    """Return steps (task, rule, due_at, data) as the statement reads them."""
    return json.dumps([{**step, "id": uuid7()} for step in steps], default=_plain)


def _plain(value: Any) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)


def point(lon: float | None, lat: float | None) -> WKTElement | None:
    """Return a point as the column takes it; None without one."""
    if lon is None or lat is None:
        return None
    return WKTElement(f"POINT({lon} {lat})", srid=STORAGE_SRID)


def as_row(session: Session, **columns: Any) -> Incident:
    """Return a stored incident as an object of the session, without reading it again.

    What is not given is as the statement leaves it: empty, or the column's default.
    """
    incident: Incident = inspect(Incident).class_manager.new_instance()
    instance_dict(incident).update(_EMPTY | columns)
    make_transient_to_detached(incident)
    session.add(incident)
    return incident


def text_values(*parts: str | None) -> dict[str, str]:
    """Return what is searched in: the parts that there are, their initials and pairs."""
    whole = " ".join(part for part in parts if part)
    body = grams.plain(whole)
    pairs = ",".join(f'"{pair}"' for pair in grams.grams(whole))
    return {"body": body, "initials": grams.initials(body), "grams": "{" + pairs + "}"}


def photo_arrays(hashes: Sequence[bytes]) -> dict[str, str]:
    """Return ids and hashes of photos as the statement reads them: PostgreSQL arrays in text."""
    return {
        "photo_ids": "{" + ",".join(str(uuid7()) for _ in hashes) + "}",
        "photos": "{" + ",".join(f'"\\\\x{one.hex()}"' for one in hashes) + "}",
    }


_EMPTY: Final = {
    key: column.default.arg if column.default is not None else None
    for key, column in ((one.key, one.columns[0]) for one in inspect(Incident).column_attrs)
}
