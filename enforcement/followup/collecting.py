"""What has to be visited by a legal day: re-inspections, measures, cases, fines; set by set."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any, Final

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from enforcement import clock
from enforcement.case.models import CaseFile
from enforcement.i18n import _
from enforcement.inspection.models import Enterprise, Inspection
from enforcement.jurisdiction import plan_queries
from enforcement.jurisdiction.models import Area
from enforcement.law.articles import ACL, APL
from enforcement.law.inspection_terms import InspectionState
from enforcement.law.measure_terms import MeasureKind, MeasureState
from enforcement.law.terms import CaseState
from enforcement.measure.models import Measure
from enforcement.patrol.following import Wish
from enforcement.patrol.terms import WishKind

MEASURE_DAYS: Final = 3
CASE_DAYS: Final = 10
"""How many days before the last day a measure and a case come onto the patrols' list."""
OPEN_CASES: Final = (CaseState.FILED, CaseState.INVESTIGATION_CLOSED)
LASTING: Final = (MeasureState.URGENT, MeasureState.REPORTED, MeasureState.IN_FORCE)


def rechecks(session: Session, county_code: str, day: date) -> list[Wish]:
    """Return re-inspections (罚28): from the day after the last day to put things right."""
    edition = plan_queries.edition_on(session, county_code, day)
    at = and_(Area.county_code == Enterprise.county_code, Area.edition_id == edition.id,
              Area.code == Enterprise.village_code)  # fmt: skip
    query = (
        select(Inspection, Enterprise, Area.label_lon, Area.label_lat)
        .join(Enterprise, and_(Enterprise.county_code == Inspection.county_code,
                               Enterprise.id == Inspection.enterprise_id))
        .outerjoin(Area, at)
        .where(Inspection.county_code == county_code, Inspection.rechecked.is_(None),
               Inspection.state == InspectionState.CORRECTING,
               Inspection.correct_until.is_not(None), Inspection.correct_until < day)
    )  # fmt: skip
    return [_recheck(*row) for row in session.execute(query)]


def _recheck(row: Inspection, place: Enterprise, lon: float | None, lat: float | None) -> Wish:
    assert row.correct_until is not None  # noqa: S101 -- asked for
    on = row.correct_until + timedelta(days=1)
    return Wish(WishKind.RECHECK, row.id, f"{place.name} {row.number}", row.unit_code, on, on,
                APL[28].zh, place.village_code, lon, lat)  # fmt: skip


def measures(session: Session, county_code: str, day: date) -> list[Wish]:
    """Return measures (强25, 罚56) whose last day is near, at the place of their case."""
    query = (
        select(Measure, CaseFile)
        .join(CaseFile, and_(CaseFile.county_code == Measure.county_code,
                             CaseFile.id == Measure.case_id))
        .where(Measure.county_code == county_code, Measure.state.in_(LASTING),
               Measure.due_on >= clock.today(session),
               Measure.due_on <= day + timedelta(days=MEASURE_DAYS))
    )  # fmt: skip
    return [_measure(row[0], row[1]) for row in session.execute(query)]


def _measure(row: Measure, case: CaseFile) -> Wish:
    assert row.due_on is not None  # noqa: S101 -- asked for
    article = APL[56] if row.kind == MeasureKind.PRESERVE else ACL[25]
    return _of_case(WishKind.MEASURE, row.id, row.number, case,
                    row.due_on - timedelta(days=MEASURE_DAYS), row.due_on, article.zh)  # fmt: skip


def cases(session: Session, county_code: str, day: date) -> list[Wish]:
    """Return cases still investigated (罚60) whose last day to decide is near."""
    query = select(CaseFile).where(
        CaseFile.county_code == county_code, CaseFile.state.in_(OPEN_CASES),
        CaseFile.decision_due_on >= clock.today(session),
        CaseFile.decision_due_on <= day + timedelta(days=CASE_DAYS),
    )  # fmt: skip
    return [
        _of_case(WishKind.CASE, one.id, one.number, one,
                 one.decision_due_on - timedelta(days=CASE_DAYS), one.decision_due_on, APL[60].zh)
        for one in session.scalars(query) if one.decision_due_on is not None
    ]  # fmt: skip


def payments(session: Session, county_code: str, day: date) -> list[Wish]:
    """Return fines that were not paid by their last day (罚72)."""
    query = select(CaseFile).where(
        CaseFile.county_code == county_code, CaseFile.state == CaseState.SERVED,
        CaseFile.payment_due_on < day, CaseFile.paid_yuan < CaseFile.fine_yuan,
    )  # fmt: skip
    found = []
    for one in session.scalars(query):
        assert one.payment_due_on is not None  # noqa: S101 -- asked for
        on = one.payment_due_on + timedelta(days=1)
        found.append(_of_case(WishKind.PAYMENT, one.id, one.number, one, on, on, APL[72].zh))
    return found


def _of_case(
    kind: WishKind, subject_id: Any, number: str, case: CaseFile, from_on: date, due_on: date,
    article: str,
) -> Wish:  # fmt: skip
    title = f"{number} {case.cause}"[:120] or _("案件")
    return Wish(kind, subject_id, title, case.unit_code, from_on, due_on, article,
                case.village_code, case.lon, case.lat)  # fmt: skip


SOURCES: Final[dict[WishKind, Callable[[Session, str, date], list[Wish]]]] = {
    WishKind.RECHECK: rechecks,
    WishKind.MEASURE: measures,
    WishKind.CASE: cases,
    WishKind.PAYMENT: payments,
}
"""What is collected for a day; of each kind, what is not among it any more is withdrawn."""
