"""Leaving the post: who is on duty at a place and is seen away from it for too long.

A post is a unit's desk whose place somebody has set (`duty_post`), or the village point that a
person looks after. Each look compares newest positions only, all of a county in one statement.
"""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any, Final

from sqlalchemy import select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from enforcement import audit, clock, due, notices, permissions
from enforcement.actor import Actor
from enforcement.due import DueStep
from enforcement.errors import InvalidInputError, NotFoundError
from enforcement.i18n import _
from enforcement.ids import uuid7
from enforcement.law.escalation import Does
from enforcement.permissions import Permission
from enforcement.roster import reach
from enforcement.roster.now_sql import DUTY_NOW
from enforcement.safety import whom
from enforcement.safety.models import DutyPost
from enforcement.settings import queries as settings

EVERY: Final = timedelta(minutes=1)
FRESH_S: Final = 600
"""Without a newer position nobody is said to have left."""
LEAST_M, MOST_M = 50, 10_000

LOOK: Final = text(f"""
WITH {DUTY_NOW}, place AS (
  SELECT duty.person_id, u.code AS unit_code, p.lon, p.lat, p.radius_m, 0 AS rank
  FROM duty JOIN duty_post p ON p.county_code = :county AND p.unit_id = duty.unit_id
  JOIN unit u ON u.county_code = p.county_code AND u.id = p.unit_id
  WHERE duty.kind IN ('a', 'b', 'leader')
  UNION ALL
  SELECT duty.person_id, u.code, v.lon, v.lat, NULL, 1
  FROM duty JOIN village_point v ON v.county_code = :county AND v.owner_id = duty.person_id
    AND v.active AND v.lon IS NOT NULL
  JOIN post q ON q.county_code = :county AND q.person_id = duty.person_id
    AND q.village_code = v.village_code AND q.valid_to IS NULL
  JOIN unit u ON u.county_code = q.county_code AND u.id = q.unit_id
  WHERE duty.unit_id IS NULL OR duty.kind IN ('a', 'b')
), post AS MATERIALIZED (
  SELECT DISTINCT ON (person_id) * FROM place ORDER BY person_id, rank, unit_code
), newest AS (
  SELECT DISTINCT ON (d.person_id) d.person_id, s.geom, s.fixed_at, s.accuracy_m
  FROM post JOIN device d ON d.county_code = :county AND d.person_id = post.person_id
    AND d.retired_at IS NULL
  JOIN device_state s ON s.county_code = d.county_code AND s.device_id = d.id
    AND s.fixed_at > app_now() - interval '{FRESH_S} seconds'
  ORDER BY d.person_id, s.fixed_at DESC
), seen AS MATERIALIZED (
  SELECT n.person_id, post.unit_code, n.fixed_at, m.metres,
    m.metres > coalesce(post.radius_m, :radius) + coalesce(n.accuracy_m, 0) AS outside,
    m.metres <= coalesce(post.radius_m, :radius) AS inside
  FROM newest n JOIN post USING (person_id)
  CROSS JOIN LATERAL (SELECT ST_Distance(geography(n.geom), geography(
    ST_SetSRID(ST_MakePoint(post.lon, post.lat), 4490))) AS metres) m
), back AS (
  UPDATE post_away a SET back_at = app_now()
  WHERE a.county_code = :county AND a.back_at IS NULL
    AND (a.person_id IN (SELECT person_id FROM seen WHERE inside)
      OR a.person_id NOT IN (SELECT person_id FROM post))
  RETURNING a.person_id, a.id
), gone AS (
  INSERT INTO post_away (county_code, id, person_id, unit_code, left_at, metres)
  SELECT :county, gen_random_uuid(), person_id, unit_code, fixed_at, round(metres) FROM seen
  WHERE outside AND NOT EXISTS (SELECT FROM post_away a WHERE a.county_code = :county
    AND a.person_id = seen.person_id AND a.back_at IS NULL)
  ON CONFLICT DO NOTHING RETURNING 1
), late AS (
  UPDATE post_away a SET told_at = app_now() FROM seen
  WHERE a.county_code = :county AND a.person_id = seen.person_id AND a.back_at IS NULL
    AND a.told_at IS NULL AND seen.outside
    AND seen.fixed_at - a.left_at >= make_interval(mins => :minutes)
  RETURNING a.id, a.person_id, a.unit_code, round(seen.metres) AS metres
)
SELECT id, person_id, unit_code, metres FROM late
""")  # noqa: S608 -- parts of ours


def work(session: Session, step: DueStep) -> None:
    """Look once, tell leaders of those who are away for too long, look again in a minute."""
    look(session, step.county_code)
    at = clock.now(session) + EVERY
    due.schedule(session, step.county_code, step.task, step.subject_id, f"{at:%Y%m%d%H%M}", at)


def look(session: Session, county_code: str) -> int:
    """Compare the newest positions with posts; return of how many it is told now."""
    known = settings.values(session, county_code)
    values = {"county": county_code, "radius": known["away_metres"],
              "minutes": known["away_minutes"]}  # fmt: skip
    rows = session.execute(LOOK, values).all()
    on = clock.today(session)
    for row in rows:
        for person_id in whom.near(
            session, county_code, row.person_id, row.unit_code, None, on
        ) or whom.county(session, county_code, on):
            notices.send(
                session, county_code, person_id, "away", row.id, does=str(Does.NOTIFY),
                rule="away", person=str(row.person_id), metres=int(row.metres),
            )  # fmt: skip
    return len(rows)


def place(
    session: Session, actor: Actor, unit_id: uuid.UUID, lon: float, lat: float,
    radius_m: int | None = None,
) -> DutyPost:  # fmt: skip
    """Say where the post of a unit is (degrees, WGS 84 as CGCS2000), in place of what was said.

    Raises NotPermittedError, NotFoundError, InvalidInputError.
    """
    permissions.check(actor, Permission.ROSTER_CHANGE)
    unit = reach.check_change(session, actor, unit_id)
    if not (-180 <= lon <= 180 and -90 <= lat <= 90):
        raise InvalidInputError("lon", _("经纬度超出范围。"))
    if radius_m is not None and not LEAST_M <= radius_m <= MOST_M:
        raise InvalidInputError(
            "radius_m", _("请填写%(low)d至%(high)d米。", low=LEAST_M, high=MOST_M)
        )
    said: dict[str, Any] = {"lon": lon, "lat": lat, "radius_m": radius_m,
                            "set_by": actor.account_id, "set_at": clock.now(session)}  # fmt: skip
    made = insert(DutyPost).values(
        county_code=actor.county_code, id=uuid7(), unit_id=unit.id, **said)  # fmt: skip
    session.execute(
        made.on_conflict_do_update(index_elements=["county_code", "unit_id"], set_=said)
    )
    audit.record(session, actor.county_code, "post:place", "unit", unit.code, actor=actor,
                 lon=lon, lat=lat, radius_m=radius_m)  # fmt: skip
    query = select(DutyPost).where(
        DutyPost.county_code == actor.county_code, DutyPost.unit_id == unit.id
    )
    return session.scalars(query.execution_options(populate_existing=True)).one()


def remove(session: Session, actor: Actor, unit_id: uuid.UUID) -> None:
    """Take back where the post of a unit is; who is away from it counts as back.

    Raises NotPermittedError, NotFoundError.
    """
    permissions.check(actor, Permission.ROSTER_CHANGE)
    unit = reach.check_change(session, actor, unit_id)
    mine = (DutyPost.county_code == actor.county_code, DutyPost.unit_id == unit.id)
    row = session.scalars(select(DutyPost).where(*mine).with_for_update()).first()
    if row is None:
        raise NotFoundError(_("该单位没有设岗位位置。"), unit=unit.code)
    session.delete(row)
    session.flush()
    audit.record(session, actor.county_code, "post:remove", "unit", unit.code, actor=actor,
                 lon=row.lon, lat=row.lat, radius_m=row.radius_m)  # fmt: skip
