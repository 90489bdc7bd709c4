"""What the yearly form counts beside the indicators: people, kinds of measures, papers."""

from __future__ import annotations

from datetime import date
from typing import Any, Final

from sqlalchemy import distinct, func, select, text
from sqlalchemy.orm import Session

from enforcement import clock
from enforcement.people.certificate_queries import valid_on
from enforcement.people.models import Certificate
from enforcement.periods import Period

POSTS: Final = """(SELECT count(DISTINCT person_id) FROM post WHERE county_code = :county
  AND role IN ({roles}) AND valid_from <= :last AND (valid_to IS NULL OR valid_to > :last))"""
MEASURES: Final = """(SELECT count(*) FROM measure WHERE county_code = :county
  AND kind = '{kind}' AND taken_at >= :since AND taken_at < :until)"""
ACTS: Final = """WITH acts AS (
  SELECT event, count(DISTINCT case_id) AS n FROM case_entry WHERE county_code = :county
    AND event IN ('record_substitute', 'record_execution', 'apply_court')
    AND at >= :since AND at < :until
  GROUP BY event
)
"""
CASES: Final = "coalesce((SELECT n FROM acts WHERE event = '{event}'), 0)"
REMEDIES: Final = """(SELECT count(*) FROM remedy WHERE county_code = :county
  AND kind IN ({kinds}) AND received_on BETWEEN :first AND :last)"""
COUNTS: Final = {
    "organs": """(SELECT count(*) FROM organ o JOIN unit u
      ON u.county_code = o.county_code AND u.id = o.id
      WHERE o.county_code = :county AND u.valid_from <= :last
        AND (u.valid_to IS NULL OR u.valid_to > :last))""",
    "assistants": POSTS.format(roles="'assistant', 'auxiliary'"),
    "reviewers": POSTS.format(roles="'legal_reviewer'"),
    "powers": """(SELECT count(*) FROM power_item WHERE county_code = :county
      AND status = 'in_force' AND valid_from <= :last
      AND (valid_to IS NULL OR valid_to >= :last))""",
    "fined": """(SELECT count(*) FROM case_file c WHERE c.county_code = :county
      AND c.decided_on BETWEEN :first AND :last AND c.fine_yuan > 0
      AND EXISTS (SELECT FROM case_entry e WHERE e.county_code = c.county_code
        AND e.case_id = c.id AND e.event = 'decide'))""",
    "seal": MEASURES.format(kind="seal"),
    "seize": MEASURES.format(kind="seize"),
    "preserve": MEASURES.format(kind="preserve"),
    "substitutes": CASES.format(event="record_substitute"),
    "executions": CASES.format(event="record_execution"),
    "court": CASES.format(event="apply_court"),
    "papers": """(SELECT count(*) FROM document WHERE county_code = :county
      AND issued_at >= :since AND issued_at < :until)""",
    "recordings": """(SELECT count(*) FROM evidence_item WHERE county_code = :county
      AND kind = 'recording' AND at >= :since AND at < :until)""",
    "reconsiderations": REMEDIES.format(kinds="'reconsideration', 'simple'"),
    "lawsuits": REMEDIES.format(kinds="'lawsuit'"),
}
COLUMNS: Final = ", ".join(f'{sql} AS "{name}"' for name, sql in COUNTS.items())
ALL: Final = text(f"{ACTS}SELECT {COLUMNS}")


def counts(session: Session, county_code: str, span: Period) -> dict[str, float | None]:
    """Return the counts of a period by name, those of people as of its last day."""
    asked: dict[str, Any] = span.asked() | {"county": county_code, "last": span.last}
    row = session.execute(ALL, asked).mappings().one()
    found: dict[str, float | None] = {str(name): value for name, value in row.items()}
    officers = _officers(session, county_code, span.last)
    reviewers = found["reviewers"] or 0
    return found | {
        "officers": officers, "reviewers_share": 100 * reviewers / officers if officers else None,
    }  # fmt: skip


def _officers(session: Session, county_code: str, on: date) -> int:
    query = select(func.count(distinct(Certificate.person_id))).where(
        Certificate.county_code == county_code, valid_on(on)
    )
    return int(session.scalar(query) or 0)


def upto(session: Session, year: int) -> date:
    """Return the last day of a year that is over or runs: 31 December, or today."""
    return min(date(year, 12, 31), clock.today(session))
