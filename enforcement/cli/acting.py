"""Who acts in a command, and which row a person means: an id, or the number people say."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import click
from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from enforcement import permissions
from enforcement.actor import Actor
from enforcement.case import queries as cases
from enforcement.case.models import CaseFile
from enforcement.cli.output import session_scope
from enforcement.db import act_as
from enforcement.errors import InvalidInputError, NotFoundError
from enforcement.incident import queries as incidents
from enforcement.incident.models import Incident
from enforcement.law.terms import UnitKind
from enforcement.patrol import queries as patrols
from enforcement.patrol.models import Patrol
from enforcement.people.models import Unit
from enforcement.people.queries import find_actor_by_name
from enforcement.permissions import Permission


def as_option(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add `--as USERNAME`: the account that acts."""
    option = click.option(
        "--as",
        "username",
        required=True,
        metavar="USERNAME",
        help="办理人的用户名 / The account that acts.",
    )
    return option(function)


@contextmanager
def acting(
    username: str, permission: Permission, *, commit: bool = True
) -> Iterator[tuple[Session, Actor]]:
    """Give a session and who acts in it; the role must hold the permission, as for the API's call.

    Raises NotFoundError for an unknown or closed account, NotPermittedError.
    """
    with session_scope(commit=commit) as session:
        actor = actor_named(session, username)
        permissions.check(actor, permission)
        act_as(session, actor.account_id)
        yield session, actor


def actor_named(session: Session, username: str) -> Actor:
    """Return who an account stands for today; raises NotFoundError."""
    actor = find_actor_by_name(session, username)
    if actor is None:
        raise NotFoundError(f"没有用户 {username}，或者账号已停用、任职已结束。", username=username)
    return actor


def incident_id(session: Session, actor: Actor, named: str) -> uuid.UUID:
    """Return the id of an incident by id or number (SJ…); raises NotFoundError."""
    return _id(session, named, Incident, incidents.visible(actor), "事件")


def case_id(session: Session, actor: Actor, named: str) -> uuid.UUID:
    """Return the id of a case by id or number (AJ…); raises NotFoundError."""
    return _id(session, named, CaseFile, cases.visible(actor), "案件")


def patrol_id(session: Session, actor: Actor, named: str) -> uuid.UUID:
    """Return the id of a patrol by id or number (XC…); raises NotFoundError."""
    return _id(session, named, Patrol, patrols.visible(actor), "巡查任务")


def _id(
    session: Session, named: str, table: Any, visible: ColumnElement[bool], word: str
) -> uuid.UUID:
    try:
        return uuid.UUID(named)
    except ValueError:
        query = select(table.id).where(visible, table.number == named.strip().upper())
    found: uuid.UUID | None = session.scalars(query).first()
    if found is None:
        raise NotFoundError(f"没有找到该{word}，或者您无权查看。", asked=named)
    return found


def unit_coded(session: Session, county_code: str, code: str, field: str) -> Unit:
    """Return a county's unit by its code ("01.01.02"); raises InvalidInputError."""
    query = select(Unit).where(Unit.county_code == county_code, Unit.code == code)
    unit = session.scalars(query).first()
    if unit is None:
        raise InvalidInputError(field, f"县 {county_code} 没有代码为 {code} 的单位。")
    return unit


def squad_coded(session: Session, actor: Actor, code: str) -> Unit:
    """Return a squad of the actor's county by its code; raises InvalidInputError."""
    unit = unit_coded(session, actor.county_code, code, "squad")
    if unit.kind != UnitKind.SQUAD:
        raise InvalidInputError("squad", f"{unit.name}（{code}）不是中队。")
    return unit
