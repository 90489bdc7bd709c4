"""Days that cases keep, counted anew after a calendar was imported; the history says which."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Final

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from enforcement import clock, history
from enforcement.case.models import CaseEntry, CaseFile, Remedy
from enforcement.case.money_models import PaymentInstalment
from enforcement.history import Hand
from enforcement.law.procedure_step import PERFORMING
from enforcement.law.terms import CaseEvent
from enforcement.law.terms import CaseState as S
from enforcement.timing.recounting import Change, Counter

PLEADING: Final = (S.NOTICED, S.DECISION_REVIEW)


def recount(session: Session, county_code: str, hand: Hand) -> int:
    """Count anew until when a party may plead and pays, and the organ replies; return how many.

    Days of a plan that the head granted are dates, not limits: they stay.
    """
    counter = Counter(session, county_code)
    changed = 0
    for case, change in [
        *_statements(session, county_code, counter),
        *_payments(session, county_code, counter),
        *_answers(session, county_code, counter),
    ]:
        _remember(session, case, hand, change)
        changed += 1
    return changed


def _statements(
    session: Session, county_code: str, counter: Counter
) -> Iterator[tuple[CaseFile, Change]]:
    of_case = and_(CaseEntry.county_code == CaseFile.county_code, CaseEntry.case_id == CaseFile.id)
    query = (
        select(CaseFile, CaseEntry)
        .join(CaseEntry, of_case)
        .where(
            CaseFile.county_code == county_code,
            CaseFile.state.in_(PLEADING),
            CaseFile.statement.is_(None),
            CaseEntry.event == CaseEvent.NOTIFY,
        )
        .order_by(CaseFile.id, CaseEntry.seq)
        .with_for_update(of=CaseFile)
    )
    newest = {case.id: (case, entry) for case, entry in session.execute(query)}
    for case, entry in newest.values():
        told = entry.detail.get("served_on")
        served_on = date.fromisoformat(told) if told else clock.local_day(entry.at)
        for one in counter.change(case, "statement_until_on", "statement", served_on):
            yield case, one


def _payments(
    session: Session, county_code: str, counter: Counter
) -> Iterator[tuple[CaseFile, Change]]:
    planned = select(PaymentInstalment.id).where(
        PaymentInstalment.county_code == CaseFile.county_code,
        PaymentInstalment.case_id == CaseFile.id,
    )
    query = (
        select(CaseFile)
        .where(
            CaseFile.county_code == county_code,
            CaseFile.state.in_(PERFORMING),
            CaseFile.fine_yuan > CaseFile.paid_yuan,
            ~planned.exists(),
        )
        .order_by(CaseFile.id)
        .with_for_update()
    )
    for case in session.scalars(query):
        for one in counter.change(
            case, "payment_due_on", "payment", case.served_on, rolled=True
        ):  # fmt: skip
            yield case, one


def _answers(
    session: Session, county_code: str, counter: Counter
) -> Iterator[tuple[CaseFile, Change]]:
    query = (
        select(CaseFile, Remedy)
        .join(
            Remedy,
            and_(Remedy.county_code == CaseFile.county_code, Remedy.case_id == CaseFile.id),
        )
        .where(
            CaseFile.county_code == county_code,
            Remedy.ended_on.is_(None),
            Remedy.replied_on.is_(None),
        )
        .order_by(CaseFile.id)
        .with_for_update()
    )
    for case, remedy in session.execute(query):
        for one in counter.change(remedy, "answer_due_on", remedy.limit_id, remedy.received_on):
            yield case, one


def _remember(session: Session, case: CaseFile, hand: Hand, change: Change) -> None:
    case.version += 1
    history.append(
        session, CaseEntry.case_id, case, CaseEvent.RECOUNT, hand, clock.now(session),
        change.detail(), article=change.article,
    )  # fmt: skip
