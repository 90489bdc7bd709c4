"""What follows a visit: its beat was seen, its wish is fulfilled, a later visit is wished for."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from enforcement import clock
from enforcement.ids import uuid7
from enforcement.patrol.beat_models import Beat
from enforcement.patrol.models import PatrolStop
from enforcement.patrol.plan_models import PatrolWish
from enforcement.patrol.queries import names
from enforcement.patrol.terms import WishKind, WishState


@dataclass(frozen=True)
class Wish:
    """Something to follow up; see the columns of `PatrolWish`."""

    kind: WishKind
    subject_id: uuid.UUID
    title: str
    unit_code: str
    from_on: date
    due_on: date
    article: str | None = None
    village_code: str | None = None
    lon: float | None = None
    lat: float | None = None
    service_min: int = 30


def wish(session: Session, county_code: str, rows: list[Wish]) -> int:
    """Keep what has to be followed up; what is kept already stays. Return how many are new."""
    if not rows:
        return 0
    now = clock.now(session)
    values: list[dict[str, Any]] = [
        vars(one) | {"county_code": county_code, "id": uuid7(), "state": WishState.OPEN,
                     "made_at": now} for one in rows
    ]  # fmt: skip
    made = insert(PatrolWish).values(values).on_conflict_do_nothing().returning(PatrolWish.id)
    return len(session.scalars(made).all())


def withdraw(
    session: Session, county_code: str, kind: WishKind, kept: list[uuid.UUID], before: date
) -> None:
    """End the open wishes of a kind whose subjects need no visit any more (not among `kept`)."""
    session.execute(
        update(PatrolWish)
        .where(
            PatrolWish.county_code == county_code,
            PatrolWish.kind == kind,
            PatrolWish.state == WishState.OPEN,
            PatrolWish.from_on <= before,
            PatrolWish.subject_id.not_in(kept),
        )
        .values(state=WishState.WITHDRAWN, ended_at=clock.now(session))
    )


def visited(session: Session, stop: PatrolStop, squad_code: str) -> None:
    """Carry on what a visit means for its beat and its wish, and wish for the next one."""
    if stop.beat_id is not None:
        beat = session.get_one(Beat, (stop.county_code, stop.beat_id), with_for_update=True)
        beat.last_visited_at = max(filter(None, (beat.last_visited_at, stop.visited_at)))
    if stop.wish_id is not None:
        row = session.get_one(PatrolWish, (stop.county_code, stop.wish_id), with_for_update=True)
        row.state, row.ended_at = WishState.DONE, stop.visited_at
    if stop.again_on is not None:
        wish(session, stop.county_code, [_again(session, stop, squad_code)])


def _again(session: Session, stop: PatrolStop, squad_code: str) -> Wish:
    assert stop.again_on is not None  # noqa: S101 -- the caller has looked
    named = names(session, stop.county_code, [stop])[stop.id][0]
    return Wish(
        WishKind.AGAIN, stop.id, named, squad_code, stop.again_on, stop.again_on,
        village_code=stop.village_code, lon=stop.lon, lat=stop.lat, service_min=stop.service_min,
    )  # fmt: skip
