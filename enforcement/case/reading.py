"""What the facts of a case need of its own rows, in one statement planned once per connection."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import date
from typing import Final

from sqlalchemy import RowMapping
from sqlalchemy.orm import Session

from enforcement.case.courses import course_from
from enforcement.case.models import CaseFile
from enforcement.discretion import queries as benchmarks
from enforcement.discretion.queries import Benchmark
from enforcement.document.queries import CODES_OF_CASE
from enforcement.evidence.queries import COUNT_IN_USE
from enforcement.law.course import Course
from enforcement.law.timing import Clock
from enforcement.law.workdays import Calendar
from enforcement.measure.queries import OPEN_COUNT
from enforcement.prepared import Statement
from enforcement.settings import queries as settings
from enforcement.timing import calendars, clocks

HISTORY: Final = """(SELECT coalesce(json_agg(json_build_array(
        h.event, (h.at AT TIME ZONE 'Asia/Shanghai')::date, h.detail) ORDER BY h.seq), '[]')
    FROM case_entry h WHERE h.county_code = :county AND h.case_id = :case)"""
SQL: Final = f"""SELECT {HISTORY} AS history, {CODES_OF_CASE} AS papers,
  {COUNT_IN_USE} AS evidence, {OPEN_COUNT} AS open_measures,
  {clocks.SPANS} AS spans, {clocks.LONGER} AS longer,
  {calendars.CURRENT_IDS}::text[] AS calendar_ids, {benchmarks.CURRENT_ID} AS benchmark_id,
  {settings.NEWEST.format(key="review_from_yuan")} AS review_from_yuan"""
STATEMENT: Final = Statement("case_reading", SQL, (("county", "text"), ("case", "uuid")))


@dataclass(frozen=True)
class Reading:
    """papers -- codes of the case's papers; evidence -- items that count; clock -- None: stopped.

    review_from_yuan -- as the county set it, None where it has set nothing
    """

    course: Course
    papers: frozenset[str]
    evidence: int
    open_measures: int
    calendar: Calendar
    clock: Clock | None
    benchmark: Benchmark
    review_from_yuan: int | None


def read(session: Session, case: CaseFile, today: date) -> Reading:
    """Return what the rows of a case say, with what the session has not written yet."""
    session.flush()
    county = case.county_code
    row = STATEMENT.find_one(session, {"county": county, "case": str(case.id)})
    assert row is not None  # noqa: S101 -- a statement without FROM has one row
    editions = tuple(uuid.UUID(one) for one in row["calendar_ids"])
    calendar = calendars.of_editions(session, county, editions)
    acts = ((event, date.fromisoformat(day), said) for event, day, said in row["history"])
    return Reading(
        course_from(acts),
        frozenset(row["papers"]),
        row["evidence"],
        row["open_measures"],
        calendar,
        _clock(case, row, today, calendar),
        benchmarks.of_edition(session, county, row["benchmark_id"]),
        row["review_from_yuan"],
    )


def _clock(case: CaseFile, row: RowMapping, today: date, calendar: Calendar) -> Clock | None:
    """Return the clock of a filed case that is not decided yet, None for any other."""
    if case.filed_on is None or case.decided_on is not None:
        return None
    marks = clocks.marks_from(row["spans"], row["longer"])
    return clocks.counted(marks, case.matter_code, case.filed_on, today, calendar)
