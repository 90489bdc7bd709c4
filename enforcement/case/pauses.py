"""Days in which a surcharge is not counted (罚73第三款): of cases and penalties on the spot."""

from __future__ import annotations

import uuid
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from enforcement import clock
from enforcement.case.money_models import SurchargePause
from enforcement.history import Hand
from enforcement.ids import uuid7
from enforcement.law.money import Pause, PauseGround


def listed(session: Session, county_code: str, **owner: uuid.UUID) -> list[SurchargePause]:
    """Return the pauses of a case (case_id=) or a penalty (spot_penalty_id=), in order."""
    query = select(SurchargePause).filter_by(county_code=county_code, **owner)
    return list(session.scalars(query.order_by(SurchargePause.from_on, SurchargePause.id)))


def of(rows: list[SurchargePause]) -> list[Pause]:
    """Return pauses as the law counts them."""
    return [Pause(one.from_on, one.until_on, PauseGround(one.ground)) for one in rows]


def begin(
    session: Session,
    county_code: str,
    hand: Hand,
    ground: PauseGround,
    from_on: date,
    paper: str,
    **owner: uuid.UUID,
) -> SurchargePause | None:
    """Stop the surcharge from a day on; None where it stands still already."""
    if any(one.until_on is None for one in listed(session, county_code, **owner)):
        return None
    more: dict[str, Any] = {"by": hand.account_id, "by_name": hand.name, **owner}
    row = SurchargePause(
        county_code=county_code, id=uuid7(), ground=ground, from_on=from_on, paper=paper.strip(),
        at=clock.now(session), **more,
    )  # fmt: skip
    session.add(row)
    session.flush()
    return row


def end(
    session: Session, county_code: str, until_on: date, **owner: uuid.UUID
) -> SurchargePause | None:
    """Let the surcharge run again after a last day; None where it was not standing still."""
    for one in listed(session, county_code, **owner):
        if one.until_on is None:
            one.until_on = max(until_on, one.from_on)
            session.flush()
            return one
    return None
