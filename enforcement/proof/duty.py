"""Whether somebody was on duty at a moment: by his own switch, else by the roster."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Final

from sqlalchemy import text
from sqlalchemy.orm import Session

ON_DUTY: Final = text("""
SELECT coalesce((SELECT present FROM duty_presence
    WHERE county_code = :county AND person_id = :person
      AND occurred_at BETWEEN CAST(:at AS timestamptz) - interval '24 hours' AND :at
    ORDER BY occurred_at DESC, received_at DESC LIMIT 1), false)
  OR EXISTS (SELECT FROM duty_shift s
    WHERE s.county_code = :county AND s.person_id = :person AND s.state = 'planned'
      AND s.starts_at <= :at AND s.ends_at > :at
      AND NOT EXISTS (SELECT FROM duty_presence d WHERE d.county_code = :county
        AND d.person_id = :person AND NOT d.present AND d.occurred_at BETWEEN s.starts_at AND :at))
""")


def was_on_duty(session: Session, county_code: str, person_id: uuid.UUID, moment: datetime) -> bool:
    """Tell whether a person was on duty, as positions are kept by it (positions.storing_sql)."""
    values = {"county": county_code, "person": person_id, "at": moment}
    return bool(session.scalar(ON_DUTY, values))
