"""Reads: orders in force for a person, all orders, who may be named in one."""

from __future__ import annotations

import uuid
from datetime import date, datetime
from typing import Final

from sqlalchemy import ColumnElement, and_, exists, or_, select, tuple_
from sqlalchemy.orm import Session

from enforcement.actor import Actor
from enforcement.delegation.models import ApprovalOrder
from enforcement.errors import NotFoundError
from enforcement.i18n import _
from enforcement.law.delegation import MAY_STAND_IN, group_of
from enforcement.law.terms import Role
from enforcement.people.models import Account, Person, Post

PAGE: Final = 20


def in_force(
    session: Session, county_code: str, person_id: uuid.UUID, on: date
) -> list[ApprovalOrder]:
    """Return the orders by which a person approves for another on a day, the newest first.

    An order lapses with the post of the head who gave it.
    """
    query = select(ApprovalOrder).where(*_holds(county_code, person_id, on))
    return list(session.scalars(query.order_by(ApprovalOrder.at.desc(), ApprovalOrder.id.desc())))


def _holds(county_code: str, person_id: uuid.UUID, on: date) -> tuple[ColumnElement[bool], ...]:
    post = exists().where(
        Post.county_code == ApprovalOrder.county_code,
        Post.person_id == ApprovalOrder.for_id,
        Post.role == Role.HEAD,
        Post.valid_from <= on,
        or_(Post.valid_to.is_(None), Post.valid_to > on),
    )
    return (
        ApprovalOrder.county_code == county_code,
        ApprovalOrder.to_id == person_id,
        ApprovalOrder.from_on <= on,
        ApprovalOrder.until_on >= on,
        ApprovalOrder.revoked_at.is_(None),
        post,
    )


def covering(
    session: Session, actor: Actor, event: str, on: date, state: str | None = None
) -> ApprovalOrder | None:
    """Return the order that lets a person give an approval on a day, None without one."""
    group = group_of(event, state)
    if group is None:
        return None
    orders = in_force(session, actor.county_code, actor.person_id, on)
    return next((one for one in orders if str(group) in one.approvals), None)


def get(session: Session, county_code: str, order_id: uuid.UUID) -> ApprovalOrder:
    """Return an order, locked; raises NotFoundError."""
    found = session.get(ApprovalOrder, (county_code, order_id), with_for_update=True)
    if found is None:
        raise NotFoundError(_("没有这份代行审批的决定。"))
    return found


def list_page(
    session: Session,
    county_code: str,
    *,
    after: tuple[datetime, uuid.UUID] | None = None,
    limit: int = PAGE,
) -> list[ApprovalOrder]:
    """Return a page of a county's orders, the newest first."""
    query = select(ApprovalOrder).where(ApprovalOrder.county_code == county_code)
    if after is not None:
        query = query.where(tuple_(ApprovalOrder.at, ApprovalOrder.id) < after)
    query = query.order_by(ApprovalOrder.at.desc(), ApprovalOrder.id.desc()).limit(limit)
    return list(session.scalars(query))


def list_candidates(session: Session, actor: Actor, on: date) -> list[Person]:
    """Return who may be named in an order: heads and brigade leaders with an account, by name."""
    stands = or_(Post.id == Account.post_id, Post.follows_id == Account.post_id)
    query = (
        select(Person)
        .join(
            Account, and_(Account.county_code == Person.county_code, Account.person_id == Person.id)
        )
        .join(Post, and_(Post.county_code == Account.county_code, stands))
        .where(
            Person.county_code == actor.county_code,
            Person.id != actor.person_id,
            Account.active,
            Post.role.in_([str(role) for role in MAY_STAND_IN]),
            Post.valid_from <= on,
            or_(Post.valid_to.is_(None), Post.valid_to > on),
        )
        .order_by(Person.name, Person.id)
        .distinct()
    )
    return list(session.scalars(query))
