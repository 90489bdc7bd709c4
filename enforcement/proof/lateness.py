"""Stops that are late or missed while the shift still runs: told once, by the database's clock."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any, Final

from sqlalchemy import text
from sqlalchemy.orm import Session

from enforcement import clock, notices
from enforcement.errors import NotFoundError
from enforcement.roster.on_duty import on_duty
from enforcement.roster.terms import Level
from enforcement.settings import queries as settings

GRACE: Final = "stop_late_minutes"
DESKS: Final = (Level.DESK_A, Level.DESK_B)
KIND: Final = "patrol_stop"

RAISE: Final = text("""
WITH open AS (
  SELECT s.id, s.planned_at, p.id AS patrol_id,
    CAST(p.patrol_on AS timestamp) AT TIME ZONE 'Asia/Shanghai' + make_interval(mins =>
      least(p.to_minute, greatest(b.to_minute, p.from_minute + 1))) AS ends_at
  FROM patrol p
  JOIN patrol_stop s ON s.county_code = p.county_code AND s.patrol_id = p.id
  LEFT JOIN beat b ON b.county_code = s.county_code AND b.id = s.beat_id
  WHERE p.county_code = :county AND p.state IN ('published', 'started')
    AND p.patrol_on = CAST(app_now() AT TIME ZONE 'Asia/Shanghai' AS date)
    AND s.visited_at IS NULL AND s.arrived_at IS NULL AND NOT s.off_list
), wrong AS (
  SELECT id, 'missed' AS kind, ends_at AS due_at FROM open WHERE ends_at <= app_now()
  UNION ALL
  SELECT id, 'late', planned_at FROM open
  WHERE planned_at + make_interval(mins => :grace) <= app_now() AND ends_at > app_now()
), raised AS (
  INSERT INTO stop_alarm (county_code, id, stop_id, kind, due_at, at)
  SELECT :county, gen_random_uuid(), id, kind, due_at, app_now() FROM wrong
  ON CONFLICT DO NOTHING
  RETURNING stop_id, kind, due_at
)
SELECT r.stop_id, r.kind, r.due_at, s.seq, s.village_code, p.id AS patrol_id, p.number,
  ARRAY(SELECT DISTINCT o.person_id FROM post o JOIN unit u ON u.county_code = o.county_code
      AND u.id = o.unit_id
    WHERE o.county_code = :county AND u.code = p.squad_code AND o.role = 'squad_leader'
      AND o.valid_from <= p.patrol_on AND (o.valid_to IS NULL OR o.valid_to > p.patrol_on))
    AS leaders,
  (SELECT person_id FROM account a WHERE a.county_code = :county AND a.id = p.assigned_by)
    AS assigner
FROM raised r
JOIN patrol_stop s ON s.county_code = :county AND s.id = r.stop_id
JOIN patrol p ON p.county_code = :county AND p.id = s.patrol_id
ORDER BY p.number, s.seq
""")


def raise_alarms(session: Session, county_code: str) -> int:
    """Tell squad leaders and the desk on duty of stops that became late or missed; return how many.

    Late: the planned moment and the county's grace are over. Missed: the hours of the checkpoint,
    or the shift, have ended. Who assigned the patrol is told where there is nobody else.
    """
    grace = settings.value(session, county_code, GRACE)
    rows = session.execute(RAISE, {"county": county_code, "grace": grace}).all()
    desks: dict[str, set[uuid.UUID]] = {}
    now = clock.now(session)
    for row in rows:
        place = (row.village_code or "")[:9]
        if place not in desks:
            desks[place] = _desk(session, county_code, place, now)
        people = {*row.leaders, *desks[place]} or {row.assigner} - {None}
        for person_id in sorted(people):
            _tell(session, county_code, person_id, row)
    return len(rows)


def _desk(session: Session, county_code: str, place: str, now: datetime) -> set[uuid.UUID]:
    """Return who is at the desk of a township."""
    if not place:
        return set()
    try:
        found = on_duty(session, county_code, place, now)
    except NotFoundError:
        return set()
    return {one.person_id for one in found if one.level in DESKS and one.person_id}


def _tell(session: Session, county_code: str, person_id: uuid.UUID, row: Any) -> None:
    notices.send(
        session, county_code, person_id, KIND, row.patrol_id, does="notify",
        rule=f"stop_{row.kind}", number=row.number, seq=row.seq, stop_id=str(row.stop_id),
        due_at=row.due_at.astimezone(clock.ZONE).isoformat(),
    )  # fmt: skip
