"""How long kinds of records are kept, in calendar months, and what follows (procedure.md 6, 7).

A rule may have several versions; the day picks the one in force. Figures that no law fixes are
settings of the county. The day of the record is not counted; a period ends with the same day
number, or the last day of the month (C6), and its last day is kept wholly.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from enforcement.law.errors import UnknownRuleError
from enforcement.law.terms import Term
from enforcement.law.time_limits import add_months
from enforcement.law.workdays import DATA


class Deed(Term):
    """What becomes of records whose time is over."""

    DELETE = "delete", "删除", "Delete"
    ANONYMISE = "anonymise", "匿名化", "Anonymise"
    KEEP = "keep", "不在平台销毁", "Not destroyed here"


class Way(Term):
    """Who has a kind destroyed."""

    RULE = "rule", "到期按规定自动销毁", "By the rule, as it falls due"
    APPROVAL = "approval", "经提出和批准", "Proposed and approved"
    NONE = "none", "—", "—"


@dataclass(frozen=True)
class RetentionRule:
    """One version of how long one kind is kept; months -- None for what is not destroyed here.

    setting -- key of the county's setting that may change the months; starts -- what it runs from
    """

    kind: str
    months: int | None
    deed: Deed
    way: Way
    starts: str
    starts_en: str
    setting: str
    valid_from: date
    valid_to: date | None
    basis: str
    name: str
    name_en: str
    note: str

    def in_force(self, on: date) -> bool:
        """Tell whether this version is in force on a day."""
        return self.valid_from <= on and (self.valid_to is None or on <= self.valid_to)


def _read() -> tuple[RetentionRule, ...]:
    with (DATA / "retention.csv").open(encoding="utf-8") as file:
        return tuple(
            RetentionRule(
                kind=row["kind"], months=int(row["months"]) if row["months"] else None,
                deed=Deed(row["deed"]), way=Way(row["way"]), starts=row["starts_zh"],
                starts_en=row["starts_en"], setting=row["setting"],
                valid_from=date.fromisoformat(row["valid_from"]),
                valid_to=date.fromisoformat(row["valid_to"]) if row["valid_to"] else None,
                basis=row["basis"], name=row["zh"], name_en=row["en"], note=row["note"],
            )
            for row in csv.DictReader(file)
        )  # fmt: skip


RULES: Final = _read()


def rules_on(on: date) -> tuple[RetentionRule, ...]:
    """Return the rule of every kind that has one in force on a day, in the order of the file."""
    return tuple(row for row in RULES if row.in_force(on))


def rule(kind: str, on: date) -> RetentionRule:
    """Return the rule of a kind on a day; raises UnknownRuleError."""
    found = next((row for row in rules_on(on) if row.kind == kind), None)
    if found is None:
        raise UnknownRuleError(f"{kind} 在 {on} 没有保存期限的规定。")
    return found


def kept_until(start: date, months: int) -> date:
    """Return the last day on which a record of a day is kept."""
    return add_months(start, months)


def last_day_due(today: date, months: int) -> date:
    """Return the latest day of record whose time is over: its last day lies before today.

    All earlier days are over, too, as later records are never kept for less long.
    """
    yesterday = today - timedelta(days=1)
    found = add_months(yesterday, -months)
    while add_months(found + timedelta(days=1), months) <= yesterday:
        found += timedelta(days=1)  # 31 August and 28 February: several days end on one
    return found
