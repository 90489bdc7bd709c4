"""What the search lacks of incidents that were stored before it: made up in the background."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Final

from sqlalchemy import text
from sqlalchemy.orm import Session

from enforcement import clock, due
from enforcement.due import DueStep
from enforcement.incident import grams

BATCH: Final = 2000

MISSING: Final = text("""
select i.id, i.received_at, concat_ws(' ', i.description, i.place, v.name, t.name) as words
from incident i
left join incident_text x on x.county_code = i.county_code and x.incident_id = i.id
left join division v on v.county_code = i.county_code and v.code = i.village_code
left join division t on t.county_code = i.county_code and t.code = i.township_code
where i.county_code = :county and x.incident_id is null limit :batch
""")
FILL: Final = text("""
insert into incident_text (county_code, incident_id, received_at, body, initials, grams)
values (:county, :id, :at, :body, :initials, :grams) on conflict do nothing
""")


def fill(session: Session, step: DueStep) -> None:
    """Index some incidents that lack it, and plan the next batch while there are more."""
    rows = session.execute(MISSING, {"county": step.county_code, "batch": BATCH}).all()
    if rows:
        session.execute(FILL, [_values(step.county_code, row) for row in rows])
    if len(rows) == BATCH:
        now = clock.now(session)
        due.schedule(
            session, step.county_code, step.task, step.subject_id, str(rows[-1].id),
            now + timedelta(seconds=1),
        )  # fmt: skip


def _values(county_code: str, row: Any) -> dict[str, Any]:
    body = grams.plain(row.words)
    return {
        "county": county_code,
        "id": row.id,
        "at": row.received_at,
        "body": body,
        "initials": grams.initials(body),
        "grams": grams.grams(row.words),
    }
