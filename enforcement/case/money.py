"""What is owed in a case: the plan, the receipts, the pauses, and how the surcharge is counted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from enforcement import clock
from enforcement.case import pauses, queries
from enforcement.case.courses import course_of
from enforcement.case.models import CaseFile
from enforcement.case.money_models import PaymentInstalment, SurchargePause
from enforcement.errors import InvalidInputError
from enforcement.i18n import _
from enforcement.ids import uuid7
from enforcement.law import money
from enforcement.law.money import Instalment, Owed, PlanError, Receipt
from enforcement.law.remedies import DECISIONS
from enforcement.law.terms import CaseEvent


@dataclass(frozen=True)
class Money:
    """The money of a case on a day.

    pauses -- days of reconsiderations and lawsuits, which count nothing
    planned -- time to pay was granted; waived -- an agreement waives the surcharge
    """

    rows: tuple[Owed, ...]
    receipts: tuple[Receipt, ...]
    pauses: tuple[SurchargePause, ...]
    planned: bool
    waived: bool = False

    @property
    def surcharge_yuan(self) -> Decimal:
        """Return the surcharge counted so far; none where an agreement waives it (强42)."""
        return Decimal(0) if self.waived else money.total_surcharge(self.rows)

    @property
    def next_due(self) -> date | None:
        """Return the last day of the earliest part that is unpaid."""
        return money.next_due(self.rows)


def of_case(session: Session, case: CaseFile, today: date, more: Sequence[Receipt] = ()) -> Money:
    """Return the money of a case; more -- receipts of the act under way, not yet in the history."""
    plan = _plan(session, case)
    before = plan[0].paid_before_yuan if plan else Decimal(0)
    receipts = (*_receipts(session, case), *more)
    fine = case.fine_yuan or Decimal(0)
    rows = money.trimmed(
        [Instalment(one.no, one.due_on, one.amount_yuan) for one in plan], fine - before
    )
    if not plan and fine and case.payment_due_on:
        rows = (Instalment(1, case.payment_due_on, fine),)
    found = pauses.listed(session, case.county_code, case_id=case.id)
    owed = money.count(rows, _after(receipts, before), pauses.of(found), today)
    course = course_of(queries.history(session, case.county_code, case.id))
    deal = course.last(CaseEvent.AGREE_EXECUTION, since=DECISIONS)
    waived = deal is not None and bool(deal.said.get("waives"))
    return Money(owed, receipts, tuple(found), bool(plan), waived)


def owed(session: Session, case: CaseFile, today: date) -> Decimal:
    """Return the surcharge of a case in yuan: as fixed once all was paid, else as of today."""
    fine = case.fine_yuan or Decimal(0)
    if case.paid_yuan >= fine:
        return case.surcharge_yuan
    return of_case(session, case, today).surcharge_yuan


def _after(receipts: Sequence[Receipt], before: Decimal) -> list[Receipt]:
    """Return the receipts without what was paid before the plan."""
    found, left = [], before
    for one in sorted(receipts, key=lambda one: one.paid_on):
        gone = min(left, one.amount_yuan)
        left -= gone
        if one.amount_yuan > gone:
            found.append(Receipt(one.paid_on, one.amount_yuan - gone, one.number))
    return found


def _plan(session: Session, case: CaseFile) -> list[PaymentInstalment]:
    newest = (
        select(func.max(PaymentInstalment.plan_no))
        .where(
            PaymentInstalment.county_code == case.county_code,
            PaymentInstalment.case_id == case.id,
        )
        .scalar_subquery()
    )
    query = select(PaymentInstalment).where(
        PaymentInstalment.county_code == case.county_code,
        PaymentInstalment.case_id == case.id,
        PaymentInstalment.plan_no == newest,
    )
    return list(session.scalars(query.order_by(PaymentInstalment.no)))


def _receipts(session: Session, case: CaseFile) -> tuple[Receipt, ...]:
    entries = queries.history(session, case.county_code, case.id)
    paid = [one.detail for one in entries if one.event == CaseEvent.RECORD_PAYMENT]
    return tuple(
        Receipt(date.fromisoformat(one["paid_on"]), Decimal(one["amount"]), str(one["receipt"]))
        for one in paid
        if Decimal(one.get("amount", 0)) > 0
    )


def enter_plan(session: Session, case: CaseFile, said: str, today: date) -> tuple[Instalment, ...]:
    """Keep the instalments that are said; raises InvalidInputError, which names the line."""
    fine = case.fine_yuan or Decimal(0)
    try:
        rows = money.read_plan(said, fine - case.paid_yuan, today)
    except PlanError as wrong:
        raise InvalidInputError("plan", _wrong(wrong, fine - case.paid_yuan)) from None
    numbers = select(func.coalesce(func.max(PaymentInstalment.plan_no), 0) + 1).where(
        PaymentInstalment.county_code == case.county_code, PaymentInstalment.case_id == case.id
    )
    plan_no, now = session.scalar(numbers), clock.now(session)
    session.add_all(
        PaymentInstalment(
            county_code=case.county_code, id=uuid7(), case_id=case.id, plan_no=plan_no,
            no=one.no, due_on=one.due_on, amount_yuan=one.amount_yuan,
            paid_before_yuan=case.paid_yuan, at=now,
        )
        for one in rows
    )  # fmt: skip
    session.flush()
    return rows


def _wrong(wrong: PlanError, total: Decimal) -> str:
    if wrong.why == "sum":
        return _("各期合计应当正好是尚未缴纳的%(yuan)s元。", yuan=f"{total:,.2f}")
    words = {
        "lines": _("请写分期安排，每行一期，最多60期。"),
        "words": _("写成“日期 金额”，例如2026-05-29 1000；只有一期的可以只写日期。"),
        "amount": _("金额应当大于零，最多两位小数。"),
        "day": _("日期应当在今天以后，并且逐期推后。"),
    }[wrong.why]
    return _("第%(n)d行：%(why)s", n=wrong.line, why=words) if wrong.line else words
