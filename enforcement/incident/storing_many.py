"""Many reports become rows by few statements: the same rows as `storing.store` writes for one."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import text
from sqlalchemy.orm import Session

from enforcement import bulk
from enforcement.due import DueStep
from enforcement.ids import uuid7
from enforcement.incident import grams, storing
from enforcement.incident.models import Incident, IncidentEntry, IncidentText
from enforcement.jurisdiction.models import RoutingDecision
from enforcement.once import AcceptedKey
from enforcement.rules.models import RuleDecision

NUMBERS: Final = text("""
INSERT INTO number_counter (county_code, organ, word, year, last)
VALUES (:county, 'incident', to_char(CAST(:day AS date), 'MMDD'),
  extract(year FROM CAST(:day AS date))::int, :n)
ON CONFLICT ON CONSTRAINT pk_number_counter DO UPDATE SET last = number_counter.last + :n
RETURNING last
""")
"""Takes as many numbers of a day as are wanted, in one step."""

Values = dict[str, Any]


def store_many(session: Session, rows: Sequence[Values]) -> list[str]:
    """Write reports of one county received at one moment; return their numbers in order.

    rows -- as `storing.store` takes them, with `routing` (or None), `steps`, `ruled` (what is kept
    of the rules, or None) and `searched` (the parts of the text that is searched in), not JSON
    """
    if not rows:
        return []
    numbers = _numbers(session, rows)
    bulk.insert_rows(session, AcceptedKey, [_key(row) for row in rows])
    bulk.insert_rows(session, RoutingDecision, [_decision(r) for r in rows if r["routing"]])
    made = [_incident(row, number) for row, number in zip(rows, numbers, strict=True)]
    bulk.insert_rows(session, Incident, made)
    bulk.insert_rows(session, RuleDecision, [_ruled(row) for row in rows if row["ruled"]])
    bulk.insert_rows(session, IncidentEntry, [_entry(row) for row in rows])
    bulk.insert_rows(session, IncidentText, [_words(row) for row in rows])
    steps = [step | {"county_code": row["county"], "id": uuid7(), "subject_id": row["id"],
                     "next_at": step["due_at"], "state": "waiting", "tries": 0}
             for row in rows for step in row["steps"]]  # fmt: skip
    bulk.insert_rows(session, DueStep, steps)
    return numbers


def _numbers(session: Session, rows: Sequence[Values]) -> list[str]:
    county, day, n = rows[0]["county"], rows[0]["day"], len(rows)
    last = session.execute(NUMBERS, {"county": county, "day": day, "n": n}).scalar_one()
    return [f"SJ{day:%Y%m%d}-{one:04}" for one in range(last - n + 1, last + 1)]


def _key(row: Values) -> Values:
    return {
        "county_code": row["county"], "id": row["key_id"], "account_id": row["owner"],
        "key": row["key"], "act": row["act"], "digest": row["digest"], "result_id": row["id"],
    }  # fmt: skip


def _decision(row: Values) -> Values:
    kept = {name: getattr(row["routing"], name) for name in storing.KEPT}
    return kept | {
        "county_code": row["county"], "id": row["decision_id"], "decided_at": row["now"],
        "category": row["category"], "basis": row["basis"],
    }  # fmt: skip


def _ruled(row: Values) -> Values:
    return {
        **row["ruled"], "county_code": row["county"], "id": uuid7(), "incident_id": row["id"],
        "decided_at": row["now"],
    }  # fmt: skip


def _incident(row: Values, number: str) -> Values:
    same = ("id", "category", "description", "source", "occurred_at", "lon", "lat", "place",
            "urgency", "stage_due_at")  # fmt: skip
    return {name: row[name] for name in same} | {
        "county_code": row["county"],
        "number": number,
        "state": "received",
        "received_at": row["now"],
        "point": storing.point(row["lon"], row["lat"]),
        "raw_lon": row["raw_lon"],
        "raw_lat": row["raw_lat"],
        "datum": row["datum"],
        "routing_id": row["decision_id"] if row["routing"] else None,
        "village_code": row["village"],
        "township_code": row["township"],
        "responsible_unit_code": row["responsible"],
        "reporter_unit_code": row["unit_code"],
        "reported_by": row["account"],
        "reporter_name_encrypted": row["reporter_name"],
        "reporter_phone_encrypted": row["reporter_phone"],
        "reporter_phone_hash": row["phone_hash"],
        "stage_no": 0,
        "returns": 0,
        "presses": 1,
        "version": 1,
    }


def _entry(row: Values) -> Values:
    return {
        "county_code": row["county"], "id": row["entry_id"], "incident_id": row["id"], "seq": 1,
        "event": "report", "state": "received", "by": row["account"], "by_name": row["by_name"],
        "at": row["now"], "detail": json.loads(row["said"]),
    }  # fmt: skip


def _words(row: Values) -> Values:
    whole = " ".join(part for part in row["searched"] if part)
    body = grams.plain(whole)
    return {
        "county_code": row["county"], "incident_id": row["id"], "received_at": row["now"],
        "body": body, "initials": grams.initials(body), "grams": grams.grams(whole),
    }  # fmt: skip
