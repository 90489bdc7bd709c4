"""Reads: excluded time and extensions of cases, and the clock that they make."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from enforcement.law.timing import Approval, Clock, Excluded, Extension, Span, clock_of, profile_of
from enforcement.law.workdays import Calendar
from enforcement.timing import calendars
from enforcement.timing.models import CaseExclusion, CaseExtension


@dataclass
class Marks:
    """What was recorded on the clock of a case."""

    spans: list[Span] = field(default_factory=list)
    extensions: list[Extension] = field(default_factory=list)


def marks_of(
    session: Session, county_code: str, case_ids: Collection[uuid.UUID]
) -> dict[uuid.UUID, Marks]:
    """Return case -> its excluded time and extensions; two statements, however many cases."""
    found = {case_id: Marks() for case_id in case_ids}
    for row in session.scalars(
        select(CaseExclusion)
        .where(CaseExclusion.county_code == county_code, CaseExclusion.case_id.in_(found))
        .order_by(CaseExclusion.first_on, CaseExclusion.id)
    ):
        span = Span(Excluded(row.kind), row.first_on, row.last_on, row.reason, row.paper)
        found[row.case_id].spans.append(span)
    for one in session.scalars(
        select(CaseExtension)
        .where(CaseExtension.county_code == county_code, CaseExtension.case_id.in_(found))
        .order_by(CaseExtension.granted_on, CaseExtension.id)
    ):
        longer = Extension(Approval(one.approval), one.days, one.granted_on, one.reason)
        found[one.case_id].extensions.append(longer)
    return found


SPANS: Final = """(SELECT coalesce(json_agg(json_build_array(
        x.kind, x.first_on, x.last_on, x.reason, x.paper) ORDER BY x.first_on, x.id), '[]')
    FROM case_exclusion x WHERE x.county_code = :county AND x.case_id = :case)"""
LONGER: Final = """(SELECT coalesce(json_agg(json_build_array(
        x.approval, x.days, x.granted_on, x.reason) ORDER BY x.granted_on, x.id), '[]')
    FROM case_extension x WHERE x.county_code = :county AND x.case_id = :case)"""
"""Excluded time and extensions of a case, as parts of a statement that runs anyway."""


def marks_from(spans: Iterable[Sequence[Any]], longer: Iterable[Sequence[Any]]) -> Marks:
    """Return the marks of a case from what SPANS and LONGER gave."""
    return Marks(
        [Span(Excluded(kind), date.fromisoformat(first), date.fromisoformat(last) if last else None,
              reason, paper) for kind, first, last, reason, paper in spans],
        [Extension(Approval(approval), days, date.fromisoformat(granted), reason)
         for approval, days, granted, reason in longer],
    )  # fmt: skip


def decision_clock(
    session: Session,
    county_code: str,
    case_id: uuid.UUID,
    matter_code: str,
    filed_on: date,
    today: date,
) -> Clock:
    """Return the clock of the period in which a filed case has to be decided (R9).

    Its `raw` is the net due day: what was excluded is added, extensions too.
    """
    marks = marks_of(session, county_code, [case_id])[case_id]
    known = calendars.current(session, county_code)
    return counted(marks, matter_code, filed_on, today, known)


def counted(
    marks: Marks, matter_code: str, filed_on: date, today: date, calendar: Calendar
) -> Clock:
    """Count a clock from what was recorded on it."""
    profile = profile_of(matter_code, filed_on)
    return clock_of(filed_on, profile, marks.spans, marks.extensions, today, calendar)


def open_exclusions(session: Session, county_code: str, case_id: uuid.UUID) -> list[CaseExclusion]:
    """Return the spans of a case that have not ended, the earliest first."""
    query = select(CaseExclusion).where(
        CaseExclusion.county_code == county_code,
        CaseExclusion.case_id == case_id,
        CaseExclusion.last_on.is_(None),
    )
    return list(session.scalars(query.order_by(CaseExclusion.first_on, CaseExclusion.id)))
