"""Reads: the rules in order with what is wrong with them, their history, what they decided."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from sqlalchemy import and_, select, text
from sqlalchemy.orm import Session, aliased

from enforcement import clock
from enforcement.errors import NotFoundError
from enforcement.i18n import _
from enforcement.people.models import Unit
from enforcement.rules.deciding import array
from enforcement.rules.matching import BROKEN
from enforcement.rules.models import (
    RoutingRule,
    RoutingRuleEntry,
    RuleAlarm,
    RuleDecision,
)
from enforcement.taxonomy import queries as taxonomy

FAILED: Final = text(f"""
SELECT r.id, {BROKEN} AS broken
FROM routing_rule r JOIN unit u ON u.county_code = r.county_code AND u.id = r.unit_id
WHERE r.county_code = :county AND r.active
""")  # noqa: S608 -- constants of ours


@dataclass(frozen=True)
class Listed:
    """A rule as the list shows it; broken -- why it cannot decide today, empty where it can."""

    rule: RoutingRule
    unit: Unit
    broken: tuple[str, ...]
    alarmed_on: date | None


def list_active(session: Session, county_code: str) -> list[Listed]:
    """Return the rules that are switched on, in order: three statements, however many."""
    broken = failures(session, county_code)
    alarmed: dict[uuid.UUID, date] = {
        row.rule_id: row.on_day
        for row in session.scalars(
            select(RuleAlarm).where(RuleAlarm.county_code == county_code).order_by(RuleAlarm.on_day)
        )
    }
    query = (
        select(RoutingRule, Unit)
        .join(
            Unit,
            and_(Unit.county_code == RoutingRule.county_code, Unit.id == RoutingRule.unit_id),
        )
        .where(RoutingRule.county_code == county_code, RoutingRule.active)
        .order_by(RoutingRule.position, RoutingRule.id)
    )
    return [
        Listed(rule, unit, broken.get(rule.id, ()), alarmed.get(rule.id))
        for rule, unit in session.execute(query)
    ]


def failures(session: Session, county_code: str) -> dict[uuid.UUID, tuple[str, ...]]:
    """Return which rules cannot decide today, and why: "unit", "area", "category"."""
    offered = taxonomy.current(session, county_code).offered
    rows = session.execute(
        FAILED,
        {"county": county_code, "on": clock.today(session), "offered": array(offered)},
    )
    return {row.id: tuple(row.broken) for row in rows if row.broken}


def get(session: Session, county_code: str, rule_id: uuid.UUID) -> RoutingRule:
    """Return a rule, switched off or not; raises NotFoundError."""
    rule = session.get(RoutingRule, (county_code, rule_id))
    if rule is None:
        raise NotFoundError(_("没有这条规则。"))
    return rule


def history(
    session: Session, county_code: str, rule_id: uuid.UUID | None = None, limit: int = 50
) -> list[RoutingRuleEntry]:
    """Return the latest acts upon one rule, or upon all, the newest first."""
    query = select(RoutingRuleEntry).where(RoutingRuleEntry.county_code == county_code)
    if rule_id is not None:
        query = query.where(RoutingRuleEntry.rule_id == rule_id)
    newest = query.order_by(RoutingRuleEntry.at.desc(), RoutingRuleEntry.id.desc())
    return list(session.scalars(newest.limit(limit)))


@dataclass(frozen=True)
class Decided:
    """What the rules did with an incident last.

    rule -- the rule as it was then, None where none decided; unit_name -- whom it named
    otherwise -- name of who would have answered without rules; skipped -- failed rules passed over
    """

    decision: RuleDecision
    rule: dict[str, Any] | None
    unit_name: str | None
    unit_code: str | None
    otherwise: str | None

    @property
    def skipped(self) -> Sequence[dict[str, Any]]:
        """Return the rules that matched but had failed, with why."""
        return self.decision.skipped


def find_decided(session: Session, county_code: str, incident_id: uuid.UUID) -> Decided | None:
    """Return what the rules did with an incident last, None where they had nothing to say."""
    other = aliased(Unit)
    otherwise = select(other.name).where(
        other.county_code == county_code, other.code == RuleDecision.otherwise_unit_code
    )
    query = (
        select(
            RuleDecision, RoutingRuleEntry.rule, Unit.name, Unit.code,
            otherwise.scalar_subquery(),
        )
        .outerjoin(
            Unit,
            and_(Unit.county_code == RuleDecision.county_code, Unit.id == RuleDecision.unit_id),
        )
        .outerjoin(
            RoutingRuleEntry,
            and_(
                RoutingRuleEntry.county_code == RuleDecision.county_code,
                RoutingRuleEntry.rule_id == RuleDecision.rule_id,
                RoutingRuleEntry.seq == RuleDecision.rule_version,
            ),
        )
        .where(RuleDecision.county_code == county_code, RuleDecision.incident_id == incident_id)
        .order_by(RuleDecision.decided_at.desc(), RuleDecision.id.desc())
        .limit(1)
    )  # fmt: skip
    row = session.execute(query).first()
    return Decided(*row) if row is not None else None
