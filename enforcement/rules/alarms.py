"""A rule that has failed is told to the system administrators: once a day, not a thousand times."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, Final

from sqlalchemy import and_, or_, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from enforcement import notices
from enforcement.ids import uuid7
from enforcement.law.terms import Role
from enforcement.people.models import Account, Post
from enforcement.rules.models import RuleAlarm

KIND: Final = "rule"


def tell(
    session: Session, county_code: str, on: date, broken: Iterable[Mapping[str, Any]]
) -> list[uuid.UUID]:
    """Tell of failed rules (id, name, broken) that were not told of on this day; return their ids.

    Two reports at once tell only once: the row of the day is taken by the first.
    """
    told = []
    for one in sorted(broken, key=lambda rule: str(rule["id"])):
        taken = session.execute(
            insert(RuleAlarm)
            .values(
                county_code=county_code, id=uuid7(), rule_id=one["id"], on_day=on,
                why=one["broken"],
            )
            .on_conflict_do_nothing()
            .returning(RuleAlarm.rule_id)
        ).first()  # fmt: skip
        if taken is not None:
            told.append(taken.rule_id)
            _send(session, county_code, on, taken.rule_id, one)
    return told


def _send(
    session: Session, county_code: str, on: date, rule_id: uuid.UUID, one: Mapping[str, Any]
) -> None:
    for person_id in _administrators(session, county_code, on):
        notices.send(
            session, county_code, person_id, KIND, rule_id,
            does="notify", rule="rule_failed", name=one["name"], why=one["broken"],
        )  # fmt: skip


def _administrators(session: Session, county_code: str, on: date) -> list[uuid.UUID]:
    query = (
        select(Account.person_id)
        .join(Post, and_(Post.county_code == Account.county_code, Post.id == Account.post_id))
        .where(
            Account.county_code == county_code,
            Account.active,
            Post.role == Role.SYSTEM_ADMIN,
            Post.valid_from <= on,
            or_(Post.valid_to.is_(None), Post.valid_to > on),
        )
        .distinct()
    )
    return list(session.scalars(query))
