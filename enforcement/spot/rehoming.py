"""Act: a penalty on the spot goes to another squad after its own has ended."""

from __future__ import annotations

import uuid

from sqlalchemy.orm import Session

from enforcement import clock, history
from enforcement.actor import Actor
from enforcement.errors import StaleVersionError
from enforcement.i18n import _
from enforcement.law.articles import APL
from enforcement.law.spot_terms import SpotEvent
from enforcement.people.models import Unit
from enforcement.spot.models import SpotEntry, SpotPenalty


def rehome(
    session: Session, actor: Actor, spot_id: uuid.UUID, unit: Unit, *, version: int, reason: str
) -> SpotPenalty:
    """Give a penalty to another squad; its two officers still see to money and report.

    The caller has checked permission and scope. Raises StaleVersionError.
    """
    spot = session.get_one(SpotPenalty, (actor.county_code, spot_id), with_for_update=True)
    session.refresh(spot)
    if spot.version != version:
        raise StaleVersionError(
            _("当场处罚%(number)s刚被他人修改，请刷新后再操作。", number=spot.number)
        )
    before, spot.squad_id, spot.unit_code = spot.unit_code, unit.id, unit.code
    spot.version += 1
    said = {"opinion": reason, "from": before, "to": unit.code, "unit": unit.name}
    history.append(
        session, SpotEntry.spot_penalty_id, spot, SpotEvent.REHOME, actor, clock.now(session),
        said, article=APL[22].zh,
    )  # fmt: skip
    return spot
