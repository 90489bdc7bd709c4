"""What is owed of a fine: instalments, receipts, the surcharge by day with its cap and pauses.

Source: 罚66 (time to pay), 罚72(1)(一) (3 % a day, at most the fine), 罚73(3) (not counted during
reconsideration and lawsuit), 强42 (agreement). Money is yuan; days are days in China.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation
from typing import Final

from enforcement.law.penalties import DAILY_SURCHARGE
from enforcement.law.terms import Term

CENT: Final = Decimal("0.01")
DAY: Final = timedelta(days=1)
MOST: Final = 60  # instalments


class PauseGround(Term):
    """Why a surcharge is not counted for a time."""

    RECONSIDERATION = "reconsideration", "行政复议期间", "Reconsideration"
    LITIGATION = "litigation", "行政诉讼期间", "Lawsuit"


@dataclass(frozen=True)
class Instalment:
    """One part of the fine and its last day."""

    no: int
    due_on: date
    amount_yuan: Decimal


@dataclass(frozen=True)
class Receipt:
    """One payment of the fine itself, without surcharge."""

    paid_on: date
    amount_yuan: Decimal
    number: str


@dataclass(frozen=True)
class Pause:
    """Days that do not count, both included; until_on None while it goes on."""

    from_on: date
    until_on: date | None
    ground: PauseGround

    def holds(self, day: date) -> bool:
        """Tell whether a day does not count."""
        return self.from_on <= day and (self.until_on is None or day <= self.until_on)


@dataclass(frozen=True)
class Owed:
    """One instalment as it stands: what was paid of it by which receipts, what being late costs.

    late_days -- that count, paused ones left out; paused_days -- those left out
    """

    no: int
    due_on: date
    amount_yuan: Decimal
    paid_yuan: Decimal
    receipts: tuple[str, ...]
    paid_on: date | None
    late_days: int
    paused_days: int
    surcharge_yuan: Decimal

    @property
    def unpaid_yuan(self) -> Decimal:
        """Return what is still to be paid of it."""
        return self.amount_yuan - self.paid_yuan

    def missed(self, today: date) -> bool:
        """Tell whether its day has passed with something unpaid."""
        return self.unpaid_yuan > 0 and today > self.due_on


def count(
    plan: Sequence[Instalment],
    receipts: Sequence[Receipt],
    pauses: Sequence[Pause],
    today: date,
) -> tuple[Owed, ...]:
    """Return each instalment as it stands today; receipts pay the earliest ones first.

    A fine without a plan is one instalment. Each costs 3 % of its amount a day from the day after
    its last one until it is paid whole, at most its amount, so that all cost at most the fine.
    """
    papers = sorted(receipts, key=lambda one: one.paid_on)
    left = [one.amount_yuan for one in papers]
    found = []
    for row in sorted(plan, key=lambda one: (one.due_on, one.no)):
        need, used, end = row.amount_yuan, [], today
        for n, paper in enumerate(papers):
            part = min(need, left[n])
            if part > 0:
                left[n] -= part
                need -= part
                used.append(paper.number)
                end = paper.paid_on if need <= 0 else today
        found.append(_owed(row, need, tuple(used), end, pauses))
    return tuple(found)


def _owed(
    row: Instalment, need: Decimal, used: tuple[str, ...], end: date, pauses: Sequence[Pause]
) -> Owed:
    late = max(0, (end - row.due_on).days)
    days = (row.due_on + DAY * n for n in range(1, late + 1))
    paused = sum(any(pause.holds(day) for pause in pauses) for day in days) if pauses else 0
    counted = late - paused
    cost = min(row.amount_yuan, row.amount_yuan * DAILY_SURCHARGE * counted).quantize(CENT)
    return Owed(
        row.no, row.due_on, row.amount_yuan, row.amount_yuan - need, used,
        end if need <= 0 else None, counted, paused, cost,
    )  # fmt: skip


def total_surcharge(rows: Sequence[Owed]) -> Decimal:
    """Return the surcharge of all instalments."""
    return sum((one.surcharge_yuan for one in rows), Decimal(0))


def next_due(rows: Sequence[Owed]) -> date | None:
    """Return the last day of the earliest instalment that is not paid whole."""
    return next((one.due_on for one in rows if one.unpaid_yuan > 0), None)


def trimmed(plan: Sequence[Instalment], total: Decimal) -> tuple[Instalment, ...]:
    """Return a plan cut to a total, from its end, after the decision became lighter."""
    found, left = [], total
    for one in plan:
        part = min(one.amount_yuan, left)
        if part > 0:
            found.append(Instalment(one.no, one.due_on, part))
            left -= part
    return tuple(found)


class PlanError(ValueError):
    """A line of a plan that cannot be; line -- counted from 1, 0 for the whole; why -- a code."""

    def __init__(self, line: int, why: str) -> None:
        super().__init__(f"{line}: {why}")
        self.line, self.why = line, why


def read_plan(said: str, total: Decimal, today: date) -> tuple[Instalment, ...]:
    """Return the instalments of a text, one a line: day and amount; raises PlanError.

    A single line may leave the amount out (deferral of the whole). Days rise and lie after today;
    amounts are whole cents above zero and add up to `total` exactly.
    """
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    if not lines or len(lines) > MOST:
        raise PlanError(0, "lines")
    rows: list[Instalment] = []
    for n, line in enumerate(lines, 1):
        words = re.split(r"[\s，,]+", line)
        alone = len(words) == 1 and len(lines) == 1
        if len(words) != 2 and not alone:
            raise PlanError(n, "words")
        try:
            due, amount = date.fromisoformat(words[0]), total if alone else Decimal(words[1])
        except (ValueError, InvalidOperation):
            raise PlanError(n, "words") from None
        if not amount.is_finite() or amount <= 0 or amount != amount.quantize(CENT):
            raise PlanError(n, "amount")
        if due <= (rows[-1].due_on if rows else today):
            raise PlanError(n, "day")
        rows.append(Instalment(n, due, amount))
    if sum(one.amount_yuan for one in rows) != total:
        raise PlanError(0, "sum")
    return tuple(rows)
