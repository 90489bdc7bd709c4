"""A leader gives a case to a squad and a pair; another choice than the suggested needs a reason."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from enforcement.case import assigning
from enforcement.case.assigning import Candidate, Suggestion
from enforcement.case.doing import Doing
from enforcement.errors import InvalidInputError
from enforcement.i18n import _
from enforcement.people.models import Unit


def assign(do: Doing) -> dict[str, Any]:
    """Give the case to the pair; history keeps who was suggested.

    Raises InvalidInputError: outside the leader's reach, not of the squad, the same person twice,
    somebody who stepped back from this party, or another pair without a reason.
    """
    found = assigning.suggest(do.session, do.actor, do.case)
    pair = [_chosen(do, found, name) for name in ("officer_a", "officer_b")]
    if pair[0].id == pair[1].id:
        raise InvalidInputError("officer_b", _("执法人员不得少于两人。"))
    followed = found.pair is not None and {one.id for one in pair} == {one.id for one in found.pair}
    if not followed and not (do.said.get("reason") or "").strip():
        raise InvalidInputError("reason", _("没有采用建议的人员，请说明理由。"))
    squad = do.session.scalars(
        select(Unit).where(Unit.county_code == do.case.county_code, Unit.id == pair[0].squad.id)
    ).one()
    do.case.squad_id, do.case.unit_code = squad.id, squad.code
    do.case.officer_a_id, do.case.officer_b_id = pair[0].id, pair[1].id
    suggested = "、".join(one.name for one in found.pair) if found.pair else ""
    return {
        "signed": "、".join(one.name for one in pair),
        "squad_name": squad.name,
        "suggested": suggested,
        "followed": followed,
    }


def _chosen(do: Doing, found: Suggestion, name: str) -> Candidate:
    squad = str(do.said["squad"])
    if squad not in {str(one.id) for one in found.squads}:
        raise InvalidInputError("squad", _("该中队不在您的管辖范围。"))
    wanted = str(do.said[name])
    one = next((one for one in found.candidates if str(one.id) == wanted), None)
    if one is None or str(one.squad.id) != squad:
        raise InvalidInputError(name, _("该人员不是这个中队的持证执法人员。"))
    if one.by_party:
        raise InvalidInputError(name, _("该人员在该当事人的案件中曾被决定回避。"))
    return one
