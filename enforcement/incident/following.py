"""What follows every act upon an incident, in one statement that is planned once per connection.

The person's notices of it fall silent, the calls of stages that are over are taken back, those of
the new stage are planned, and the history gets its entry.
"""

from __future__ import annotations

import json
from typing import Any, Final

from enforcement.history import plain
from enforcement.ids import uuid7
from enforcement.incident import storing
from enforcement.incident.escalation import TASK, Clocks
from enforcement.incident.said import Acting
from enforcement.law.terms import IncidentEvent
from enforcement.prepared import Statement

SQL: Final = """
WITH heard AS (
  UPDATE notice SET heard_at = :now
  WHERE county_code = :county AND person_id = :person AND subject_id = :id AND heard_at IS NULL
), over AS (
  UPDATE due_step SET state = 'cancelled', ended_at = :now
  WHERE county_code = :county AND subject_id = :id AND task = :task AND state = 'waiting'
    AND (CAST(:over AS text[]) = '{}' OR data->>'stage' = ANY (CAST(:over AS text[])))
  RETURNING 1
), planned AS (
  INSERT INTO due_step (county_code, id, task, subject_id, rule, due_at, next_at, data)
  SELECT :county, s.id, s.task, :id, s.rule, s.due_at, s.due_at, s.data
  FROM (SELECT count(*) FROM over) AS taken_back, jsonb_to_recordset(CAST(:due AS jsonb))
    AS s(id uuid, task text, rule text, due_at timestamptz, data jsonb)
  ON CONFLICT DO NOTHING
)
INSERT INTO incident_entry (county_code, id, incident_id, seq, event, state, by, by_name, at,
  detail)
VALUES (:county, :entry_id, :id, :seq, :event, :state, :account, :by_name, :now,
  CAST(:detail AS jsonb))
RETURNING 1
"""
"""Calls are planned after the old ones are taken back: of a rule only one may wait."""

STATEMENT: Final = Statement("incident_following", SQL, (
    ("county", "text"), ("id", "uuid"), ("person", "uuid"), ("account", "uuid"), ("task", "text"),
    ("over", "text"), ("due", "text"), ("entry_id", "uuid"), ("seq", "int"), ("event", "text"),
    ("state", "text"), ("by_name", "text"), ("now", "timestamptz"), ("detail", "text"),
))  # fmt: skip


def write(doing: Acting, event: IncidentEvent, detail: dict[str, Any], clocks: Clocks) -> None:
    """Write what follows an act; the incident itself is as the act left it."""
    incident, actor = doing.incident, doing.actor
    doing.session.flush()
    values = {
        "county": incident.county_code,
        "id": incident.id,
        "person": actor.person_id,
        "account": actor.account_id,
        "task": TASK,
        "over": _array(clocks.over),
        "due": storing.due_json(clocks.calls),
        "entry_id": uuid7(),
        "seq": incident.version,
        "event": str(event),
        "state": str(incident.state),
        "by_name": actor.name,
        "now": doing.now,
        "detail": json.dumps(plain(detail), default=str),
    }
    STATEMENT.find_one(doing.session, values)


def _array(stages: tuple[str, ...] | None) -> str | None:
    """Return stages as the statement reads them; their names are words of ours."""
    return None if stages is None else "{" + ",".join(stages) + "}"
