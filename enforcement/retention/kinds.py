"""Each kind as SQL: which rows, since when, what holds them, and how they are destroyed.

Statements name a row `t`, and take :county and :before; no rule of the law stands here.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

ZONE: Final = "'Asia/Shanghai'"
AMONG: Final = "= ANY(CAST(:ids AS uuid[]))"


@dataclass(frozen=True)
class Kind:
    """One kind of records.

    table -- with the alias t, and joins; at -- the moment its time runs from; over -- what else
    must be true; held -- whether a legal hold keeps the row; destroy -- of rows :ids, returns ids
    lock -- "" where rows never change: then nobody has the right to lock them
    """

    table: str
    at: str
    over: str
    held: str
    destroy: tuple[str, ...]
    subject: str = "t.id::text"
    lock: str = "FOR UPDATE OF t"


def _standing(what: str) -> str:
    return f"""EXISTS (SELECT FROM legal_hold h WHERE h.county_code = t.county_code
      AND h.released_at IS NULL AND ({what}))"""


def _of_person(person: str, day: str) -> str:
    """Return whether a hold keeps a row of somebody's day: his own, or one of days."""
    return _standing(f"""(h.kind = 'person' AND h.person_id = {person}) OR (h.kind = 'tracks'
      AND {day} BETWEEN h.first_on AND h.last_on
      AND (h.person_id IS NULL OR h.person_id = {person}))""")


def _day(moment: str) -> str:
    return f"({moment} AT TIME ZONE {ZONE})::date"


OF_INCIDENT: Final = _standing("""
      (h.kind = 'incident' AND h.incident_id IN (t.id, t.merged_into_id))
      OR (h.kind = 'case' AND h.case_id IN (SELECT c.id FROM case_file c
        WHERE c.county_code = t.county_code AND c.incident_id IN (t.id, t.merged_into_id)))""")
OF_ACCOUNT: Final = _standing("""h.kind = 'person' AND h.person_id = (SELECT a.person_id
      FROM account a WHERE a.county_code = t.county_code AND a.id = t.account_id)""")
CLOSED: Final = "coalesce(t.closed_at, t.received_at)"
HAS_CONTACT: Final = """t.state IN ('closed', 'rejected')
      AND (t.reporter_name_encrypted IS NOT NULL OR t.reporter_phone_encrypted IS NOT NULL)"""
FORGET_REPORTER: Final = (
    f"""DELETE FROM follow_up t WHERE t.county_code = :county AND t.incident_id {AMONG}
      RETURNING t.incident_id""",  # noqa: S608
    f"""UPDATE incident t SET reporter_name_encrypted = NULL, reporter_phone_encrypted = NULL,
      reporter_phone_hash = NULL WHERE t.county_code = :county AND t.id {AMONG}
      RETURNING t.id""",  # noqa: S608
)
"""A citizen who asks how his report stands names himself by its code: it goes with his number."""


def _contact(sources: str) -> Kind:
    return Kind("incident t", CLOSED, f"{HAS_CONTACT} AND t.source {sources}", OF_INCIDENT,
                FORGET_REPORTER)  # fmt: skip


def _plain(table: str, column: str = "id") -> str:
    return f"""DELETE FROM {table} t WHERE t.county_code = :county AND t.{column} {AMONG}
      RETURNING t.{column}"""  # noqa: S608


FIX: Final = Kind(
    "fix t", "greatest(t.fixed_at, t.received_at)", "t.fixed_at < :before",
    _of_person("t.person_id", _day("t.fixed_at")), (),
    subject=f"t.device_id::text || ' ' || {_day('t.fixed_at')}::text",
)  # fmt: skip
KINDS: Final = {
    "fix": FIX,
    "track": Kind(
        "track t", f"(t.on_day::timestamp AT TIME ZONE {ZONE})", "true",
        _of_person("t.person_id", "t.on_day"),
        (_plain("track_village", "track_id"), _plain("presence_cell", "track_id"), _plain("track")),
    ),
    "visit": Kind(
        "beat_visit t", "t.left_at", "true", _of_person("t.person_id", "t.on_day"),
        (_plain("beat_visit"),),
    ),
    "check_in": Kind(
        "check_in t", "t.received_at", "true",
        _of_person("t.person_id", _day("t.received_at")), (_plain("check_in"),), lock="",
    ),
    "citizen_contact": _contact("IN ('citizen', 'open311')"),
    "call_contact": _contact("NOT IN ('citizen', 'open311')"),
    "session": Kind(
        "signed_in t", "least(t.ended_at, t.expires_at)",
        "least(t.ended_at, t.expires_at) < app_now()", OF_ACCOUNT, (_plain("signed_in"),),
    ),
    "token": Kind(
        "api_token t", "least(t.revoked_at, t.expires_at)", "true", OF_ACCOUNT,
        (_plain("api_token"),),
    ),
    "notice": Kind(
        "notice t", "t.heard_at", "t.heard_at IS NOT NULL",
        _standing("""(h.kind = 'person' AND h.person_id = t.person_id)
          OR t.subject_id IN (h.case_id, h.incident_id)"""), (_plain("notice"),),
    ),
}  # fmt: skip
"""Kind of a rule of the law -> its rows; kinds that are kept have none."""


def due(kind: Kind) -> str:
    """Return the condition that a row's time is over."""
    return f"t.county_code = :county AND {kind.at} < :before AND {kind.over}"
