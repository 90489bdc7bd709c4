"""Acts upon the rules: add, change, move, switch off; each with its history."""

from __future__ import annotations

import uuid
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from enforcement import audit, clock, permissions
from enforcement.actor import Actor
from enforcement.errors import (
    InvalidInputError,
    NotFoundError,
    StaleVersionError,
    StepNotAllowedError,
)
from enforcement.i18n import _
from enforcement.ids import uuid7
from enforcement.permissions import Permission
from enforcement.rules import checking, watching
from enforcement.rules.drafts import FIELDS, Draft, of_rule, snapshot
from enforcement.rules.models import RoutingRule, RoutingRuleEntry, RuleEvent
from enforcement.sheets.plans import take_turn

MOST_RULES = 100


class Way(StrEnum):
    """Where a rule moves in the order."""

    UP = "up"
    DOWN = "down"


def _start(session: Session, actor: Actor) -> None:
    """Check the right and wait for the turn: two people never change the order at once."""
    permissions.check(actor, Permission.RULE_CHANGE)
    take_turn(session, f"rules:{actor.county_code}", _("另一人正在更改派单规则，请稍后再试。"))


def add(
    session: Session, actor: Actor, draft: Draft, *, position: int | None = None
) -> RoutingRule:
    """Add a rule, by default as the last; `position` counts from 1. Raises InvalidInputError."""
    _start(session, actor)
    checking.check(session, actor.county_code, draft)
    rules = active(session, actor.county_code)
    if len(rules) >= MOST_RULES:
        raise StepNotAllowedError(_("规则最多%(n)d条，请先停用不用的规则。", n=MOST_RULES))
    rule = RoutingRule(
        county_code=actor.county_code, id=uuid7(), position=0, active=True, version=0,
        **_values(draft),
    )  # fmt: skip
    session.add(rule)
    place = len(rules) if position is None else min(max(position, 1) - 1, len(rules))
    rules.insert(place, rule)
    _number(session, actor, rules, but=rule)
    _keep(session, actor, rule, RuleEvent.ADD, None)
    return rule


def change(
    session: Session, actor: Actor, rule_id: uuid.UUID, draft: Draft, *, version: int | None = None
) -> RoutingRule:
    """Change a rule from now on; what it decided before stays as it was.

    Raises NotFoundError, StaleVersionError, StepNotAllowedError (switched off), InvalidInputError.
    """
    rule = _locked(session, actor, rule_id, version)
    checking.check(session, actor.county_code, draft)
    if of_rule(rule) == draft:
        return rule
    for name, value in _values(draft).items():
        setattr(rule, name, value)
    _keep(session, actor, rule, RuleEvent.CHANGE, None)
    watching.mend(session, actor.county_code)
    return rule


def move(
    session: Session, actor: Actor, rule_id: uuid.UUID, way: Way, *, version: int | None = None
) -> RoutingRule:
    """Let a rule change places with the one before or after it; the first or last stays."""
    rule = _locked(session, actor, rule_id, version)
    rules = active(session, actor.county_code)
    here = rules.index(rule)
    there = here + (-1 if way is Way.UP else 1)
    if 0 <= there < len(rules):
        rules[here], rules[there] = rules[there], rules[here]
        _number(session, actor, rules)
    return rule


def switch_off(
    session: Session, actor: Actor, rule_id: uuid.UUID, reason: str, *, version: int | None = None
) -> RoutingRule:
    """Switch a rule off for good; raises InvalidInputError without a reason."""
    rule = _locked(session, actor, rule_id, version)
    if not reason.strip():
        raise InvalidInputError("reason", _("请写明理由。"))
    rule.active = False
    _keep(session, actor, rule, RuleEvent.OFF, reason.strip()[:500])
    watching.mend(session, actor.county_code)
    return rule


def _locked(session: Session, actor: Actor, rule_id: uuid.UUID, version: int | None) -> RoutingRule:
    _start(session, actor)
    rule = session.get(
        RoutingRule, (actor.county_code, rule_id), with_for_update=True, populate_existing=True
    )
    if rule is None:
        raise NotFoundError(_("没有这条规则。"))
    if not rule.active:
        raise StepNotAllowedError(_("这条规则已经停用。"))
    if version is not None and version != rule.version:
        raise StaleVersionError(
            _("该规则刚被他人修改，请刷新后再操作。"),
            your_version=version,
            current={"version": rule.version},
        )
    return rule


def active(session: Session, county_code: str) -> list[RoutingRule]:
    """Return the rules that are switched on, in order."""
    query = select(RoutingRule).where(RoutingRule.county_code == county_code, RoutingRule.active)
    ordered = query.order_by(RoutingRule.position, RoutingRule.id)
    return list(session.scalars(ordered.execution_options(populate_existing=True)))


def _number(
    session: Session, actor: Actor, rules: list[RoutingRule], but: RoutingRule | None = None
) -> None:
    """Give the rules their places; those that moved keep that in their history."""
    for place, rule in enumerate(rules, 1):
        if rule.position != place:
            rule.position = place
            if rule is not but:
                _keep(session, actor, rule, RuleEvent.MOVE, None)


def _values(draft: Draft) -> dict[str, object]:
    values = {name: getattr(draft, name) for name in FIELDS}
    values |= {"name": draft.name.strip(), "note": draft.note.strip()}
    return {key: list(one) if isinstance(one, tuple) else one for key, one in values.items()}


def _keep(
    session: Session, actor: Actor, rule: RoutingRule, event: RuleEvent, note: str | None
) -> None:
    """Append to the history and the audit log; the version is the number of the last entry."""
    rule.version += 1
    session.flush()
    session.add(
        RoutingRuleEntry(
            county_code=rule.county_code, id=uuid7(), rule_id=rule.id, seq=rule.version,
            event=str(event), rule=snapshot(rule), note=note, by=actor.account_id,
            by_name=actor.name, at=clock.now(session),
        )
    )  # fmt: skip
    audit.record(
        session, rule.county_code, f"rule:{event}", "routing_rule", str(rule.id),
        actor=actor, name=rule.name, version=rule.version,
    )  # fmt: skip
    session.flush()
