"""What a proposed penalty changes: tier and range are computed from what was said, and kept."""

from __future__ import annotations

from typing import Any

from enforcement.case import discretion
from enforcement.case.doing import Doing
from enforcement.case.standing import Standing, standing_of
from enforcement.errors import InvalidInputError
from enforcement.i18n import _
from enforcement.law.discretion import Evaluation, statute_of
from enforcement.law.discretion_terms import MitigationGround


def propose(do: Doing) -> dict[str, Any]:
    """Set the amount and the tier of the proposed penalty; the gate `range` judges them (R13).

    Raises InvalidInputError where a ground does not fit the party or a base lacks its paper.
    """
    do.case.proposed_yuan = do.said["amount"]
    facts = standing_of(do.session, do.case, do.today, do.said)
    told = discretion.said_of(facts.own.course, do.said)
    found = facts.discretion
    if found is None:
        return told
    _check(facts, told)
    do.case.tier = str(found.tier)
    seen = discretion.compare(do.session, do.case, facts.party, found.tier)
    strays = {"strays_from": seen.median_yuan} if seen.strays(do.said["amount"]) else {}
    return told | _kept(found) | strays


def _check(facts: Standing, told: dict[str, Any]) -> None:
    if told["mitigation"] == MitigationGround.MINOR and not _is_minor(facts):
        message = _("当事人行为时不是已满十四周岁不满十八周岁的未成年人。")
        raise InvalidInputError("mitigation", message)
    statute = statute_of(facts.matter, facts.party)
    if statute is not None and statute.counted and not told["base_paper"]:
        message = _("请写明证明%(what)s的文书。", what=statute.counted)
        raise InvalidInputError("base_paper", message)


def _is_minor(facts: Standing) -> bool:
    return facts.party_age is not None and 14 <= facts.party_age < 18


def _kept(found: Evaluation) -> dict[str, Any]:
    """Return what history keeps of an evaluation; `discretion` is its sentence for papers."""
    allowed = found.range_yuan
    if allowed is None:
        return {"tier": found.tier, "why": list(found.why)}
    span = f"{allowed.min_yuan:,.2f}元以上{allowed.max_yuan:,.2f}元以下"
    return {
        "tier": found.tier,
        "low_yuan": allowed.min_yuan,
        "high_yuan": allowed.max_yuan,
        "why": list(found.why),
        "discretion": f"{'、'.join(found.why)}，适用{found.basis}，"
        f"属于{found.tier.zh}阶次，罚款幅度为{span}",
    }
