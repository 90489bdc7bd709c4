"""The statement of the live board: every unit in reach as one JSON array, in one go."""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import ColumnElement, and_, func, select, text

from enforcement.actor import Actor
from enforcement.people.models import Person
from enforcement.positions.models import Device, DeviceState
from enforcement.positions.queries import in_reach
from enforcement.roster.now_sql import DUTY_NOW

HEARD_H: Final = 12
"""Who was not heard for longer is not shown."""

UNITS: Final = """
WITH {duty}, reach AS MATERIALIZED (
  {reach}
), placed AS MATERIALIZED (
  SELECT r.*, duty.by, duty.until, w.unit, w.unit_code, a.id AS account_id
  FROM reach r
  LEFT JOIN duty ON duty.person_id = r.person_id
  LEFT JOIN LATERAL (
    SELECT u.name AS unit, u.code AS unit_code
    FROM post p JOIN unit u ON u.county_code = p.county_code AND u.id = p.unit_id
    WHERE p.county_code = :county AND p.person_id = r.person_id
      AND p.valid_from <= :on AND (p.valid_to IS NULL OR p.valid_to > :on)
    ORDER BY u.id = duty.unit_id DESC NULLS LAST, u.code LIMIT 1
  ) w ON true
  LEFT JOIN LATERAL (
    SELECT id FROM account
    WHERE county_code = :county AND person_id = r.person_id AND active ORDER BY id LIMIT 1
  ) a ON true
  WHERE r.person_id IS NULL OR duty.person_id IS NOT NULL
), task AS MATERIALIZED (
  SELECT DISTINCT ON (a.person_id) a.person_id, json_build_object('kind', 'incident',
    'id', i.id, 'number', i.number, 'urgency', i.urgency) AS doing
  FROM incident i JOIN account a ON a.county_code = i.county_code AND a.id = i.handler_id
  WHERE i.county_code = :county AND i.state = 'handling'
  ORDER BY a.person_id, i.urgency = 'red' DESC, i.received_at DESC
), walk AS MATERIALIZED (
  SELECT DISTINCT ON (p.squad_code) p.squad_code, json_build_object('kind', 'patrol', 'id', p.id,
    'number', p.number, 'done', s.done, 'stops', s.stops) AS doing
  FROM patrol p JOIN LATERAL (
    SELECT count(*) AS stops, count(visited_at) AS done FROM patrol_stop s
    WHERE s.county_code = p.county_code AND s.patrol_id = p.id
  ) s ON true
  WHERE p.county_code = :county AND p.patrol_on = :on AND p.state = 'started'
  ORDER BY p.squad_code, p.number DESC
), sos AS MATERIALIZED (
  SELECT DISTINCT a.person_id FROM sos_press s
  JOIN incident i ON i.county_code = s.county_code AND i.id = s.incident_id
    AND i.state = ANY(CAST(:open AS text[]))
  JOIN account a ON a.county_code = s.county_code AND a.id = s.account_id
  WHERE s.county_code = :county AND s.received_at > app_now() - interval '12 hours'
)
SELECT coalesce(json_agg(json_build_object('id', p.id, 'name', p.name, 'person',
    p.person_id IS NOT NULL, 'unit', p.unit, 'unit_code', p.unit_code,
    'lon', round(p.lon::numeric, 6), 'lat', round(p.lat::numeric, 6),
    'at', round(extract(epoch FROM p.fixed_at), 1),
    'accuracy_m', round(p.accuracy_m), 'speed_kmh', round(p.speed_mps * 3.6),
    'battery_pct', round(p.battery_pct), 'mock', coalesce(p.mock, false), 'duty', p.by,
    'until', extract(epoch FROM p.until)::bigint, 'task', coalesce(task.doing, walk.doing),
    'sos', sos.person_id IS NOT NULL)
  ORDER BY p.unit_code NULLS LAST, p.name, p.id), '[]')::text AS units,
  count(*) AS n, extract(epoch FROM app_now())::float8 AS now
FROM placed p
LEFT JOIN task ON task.person_id = p.person_id
LEFT JOIN walk ON walk.squad_code = p.unit_code AND p.person_id IS NOT NULL
LEFT JOIN sos ON sos.person_id = p.person_id
"""


def _reach(actor: Actor) -> Any:
    name: ColumnElement[str] = func.coalesce(Person.name, Device.label, Device.ident)
    return (
        select(
            Device.id, name.label("name"), Device.person_id, DeviceState.lon, DeviceState.lat,
            DeviceState.fixed_at, DeviceState.accuracy_m, DeviceState.speed_mps,
            DeviceState.battery_pct, DeviceState.mock,
        )
        .join(DeviceState, and_(DeviceState.county_code == Device.county_code,
                                DeviceState.device_id == Device.id))
        .outerjoin(Person, and_(Person.county_code == Device.county_code,
                                Person.id == Device.person_id))
        .where(Device.county_code == actor.county_code, Device.retired_at.is_(None),
               DeviceState.heard_at > func.app_now() - text(f"interval '{HEARD_H} hours'"),
               in_reach(actor))
    )  # fmt: skip


def units(actor: Actor) -> tuple[str, dict[str, object]]:
    """Return the statement for one who looks, and the values of his reach.

    It asks for :county, :on (day) and :open (states of incidents) besides.
    """
    made = _reach(actor).compile()
    return UNITS.format(duty=DUTY_NOW, reach=str(made)), dict(made.params)
