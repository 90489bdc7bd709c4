"""How far a person may change a plan: a brigade leader only between units of his own brigade."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy.orm import Session

from enforcement.actor import Actor
from enforcement.errors import NotPermittedError
from enforcement.i18n import _
from enforcement.jurisdiction import plan_shapes
from enforcement.jurisdiction.plan_areas import Owner, PlanRow, owners_of
from enforcement.jurisdiction.plan_models import DutyPlan
from enforcement.jurisdiction.plan_ops import Draft
from enforcement.law.terms import Role
from gis.drawing import ROUNDING_M2


def reach_of(actor: Actor) -> str | None:
    """Return the code of the unit below which the actor may change duties; None: in the county."""
    return actor.unit_code if actor.role is Role.BRIGADE_LEADER else None


def within(reach: str, code: str) -> bool:
    """Return whether a unit's code is `reach` or below it."""
    return code == reach or code.startswith(f"{reach}.")


def check_own(actor: Actor, plan: DutyPlan) -> None:
    """Raise NotPermittedError where a brigade leader would give up another's plan."""
    if reach_of(actor) is not None and plan.created_by != actor.username:
        raise NotPermittedError(_("只能放弃自己拟订的方案。"))


def check(session: Session, actor: Actor, draft: Draft, before: Sequence[PlanRow]) -> None:
    """Raise NotPermittedError where a change leaves what the actor may change.

    draft -- as it is after the change; before -- its rows before
    """
    reach = reach_of(actor)
    if reach is None:
        return
    beyond = sorted(_areas_beyond(reach, draft, before))
    if beyond:
        raise NotPermittedError(
            _("大队长只能在本大队的中队之间调整；不属于本大队的村：%(codes)s",
              codes="、".join(beyond[:10])),
            areas=beyond,
        )  # fmt: skip
    _check_polygons(session, reach, draft, before)


def _areas_beyond(reach: str, draft: Draft, before: Sequence[PlanRow]) -> set[str]:
    """Return the areas that come from a unit outside, or go to one."""
    beyond: set[str] = set()
    for category in {row.category for row in (*before, *draft.rows)}:
        old = owners_of(before, draft.leaves, category, draft.closed)
        new = draft.owners(category)
        for leaf in draft.leaves:
            pair = (old[leaf], new[leaf])
            if pair[0] != pair[1] and not all(_mine(reach, owner) for owner in pair):
                beyond.add(leaf)
    return beyond


def _mine(reach: str, owner: Owner | None) -> bool:
    return owner is not None and within(reach, owner.unit_code)


def _check_polygons(session: Session, reach: str, draft: Draft, before: Sequence[PlanRow]) -> None:
    old, new = ({row for row in rows if row.wkb} for rows in (before, draft.rows))
    if any(not within(reach, row.unit_code) for row in old ^ new):
        raise NotPermittedError(_("大队长只能调整本大队的例外区域。"))
    shapes = [row.wkb for row in new - old if row.wkb]
    if not shapes:
        return
    mine = [leaf for leaf, owner in draft.owners().items() if _mine(reach, owner)]
    county_code, edition_id = draft.edition.county_code, draft.edition.id
    stray = plan_shapes.stray_m2(session, county_code, edition_id, shapes, mine)
    if stray > ROUNDING_M2:
        raise NotPermittedError(
            _("例外区域有%(m2)s平方米不在本大队辖区内。", m2=f"{stray:,.0f}"),
            outside_m2=round(stray, 1),
        )
