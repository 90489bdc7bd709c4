"""Whom a drill asks: every open village point, and everybody on duty within a week."""

from __future__ import annotations

import uuid
from collections.abc import Collection
from datetime import date, datetime, timedelta
from typing import Any, Final

from sqlalchemy import ColumnElement, and_, case, func, or_, select, update
from sqlalchemy.orm import Session, aliased

from enforcement import bulk, events
from enforcement.clock import local_day
from enforcement.drills.models import Drill, DrillTarget
from enforcement.drills.queries import KIND
from enforcement.ids import uuid7
from enforcement.jurisdiction.models import Division, Responsibility
from enforcement.law.escalation import Does
from enforcement.notices import Notice
from enforcement.people.models import Account, Person, Unit
from enforcement.points.models import VillagePoint
from enforcement.roster.models import DutyShift
from enforcement.roster.terms import ShiftState

TOWNSHIP: Final = 9
"""Digits of a township's code."""
AHEAD: Final = timedelta(days=7)
ONLY = Collection[uuid.UUID] | None


def ask(session: Session, drill: Drill, *, only: ONLY = None) -> int:
    """Ask points and people, set by set; return how many. only -- ids of points and people."""
    points = _points(session, drill.county_code, only)
    people = _people(session, drill, only)
    bulk.insert_rows(session, DrillTarget, [_row(drill, one) for one in (*points, *people)])
    _ask_points(session, drill, [one["point_id"] for one in points])
    _ring(session, drill, people)
    return len(points) + len(people)


def _row(drill: Drill, one: dict[str, Any]) -> dict[str, Any]:
    kept = ("kind", "point_id", "person_id", "name", "township_code", "township_name")
    return {name: one[name] for name in kept} | {
        "county_code": drill.county_code, "id": uuid7(), "drill_id": drill.id,
    }  # fmt: skip


def _points(session: Session, county_code: str, only: ONLY) -> list[dict[str, Any]]:
    village, township = aliased(Division), aliased(Division)
    query = (
        select(VillagePoint.id, VillagePoint.name, village.name, township.code, township.name)
        .join(
            village,
            and_(
                village.county_code == VillagePoint.county_code,
                village.code == VillagePoint.village_code,
            ),
        )
        .outerjoin(
            township,
            and_(
                township.county_code == village.county_code,
                township.code == func.left(VillagePoint.village_code, 9),
            ),
        )
        .where(VillagePoint.county_code == county_code, VillagePoint.active)
        .order_by(VillagePoint.village_code, VillagePoint.id)
    )
    if only is not None:
        query = query.where(VillagePoint.id.in_(only))
    return [
        {"kind": "point", "point_id": row[0], "person_id": None, "name": f"{row[2]} {row[1]}",
         "township_code": row[3], "township_name": row[4]}
        for row in session.execute(query)
    ]  # fmt: skip


def _people(session: Session, drill: Drill, only: ONLY) -> list[dict[str, Any]]:
    """Return who has a shift within a week and an account: one row a person, all his accounts.

    Each stands with the township of the unit in which he is on duty, None where that unit answers
    for no single one; among several units the township with the lowest code.
    """
    called, township = _called(drill, only).subquery(), aliased(Division)
    query = (
        select(called, township.code, township.name)
        .outerjoin(
            township,
            and_(township.county_code == drill.county_code, township.code == called.c.place),
        )
        .order_by(called.c.id)
    )
    return [
        {"kind": "phone", "point_id": None, "person_id": row[0],
         "name": f"{row[1]}（{row[2]}）", "township_code": row[5],
         "township_name": row[6], "accounts": sorted(row[3])}
        for row in session.execute(query)
    ]  # fmt: skip


def _called(drill: Drill, only: ONLY) -> Any:
    """Return the query of id, name, unit, accounts and place (township code) of who is on duty."""
    accounts = func.array_agg(func.distinct(Account.id))
    place = func.min(_township_of(local_day(drill.started_at)))
    query = (
        select(
            Person.id, Person.name, func.min(Unit.name).label("unit"), accounts.label("accounts"),
            place.label("place"),
        )
        .join(
            DutyShift,
            and_(DutyShift.county_code == Person.county_code, DutyShift.person_id == Person.id),
        )
        .join(Unit, and_(Unit.county_code == Person.county_code, Unit.id == DutyShift.unit_id))
        .join(
            Account,
            and_(
                Account.county_code == Person.county_code,
                Account.person_id == Person.id,
                Account.active,
            ),
        )
        .where(
            Person.county_code == drill.county_code,
            DutyShift.state == ShiftState.PLANNED,
            DutyShift.ends_at > drill.started_at,
            DutyShift.starts_at < drill.started_at + AHEAD,
        )
        .group_by(Person.id, Person.name)
    )  # fmt: skip
    return query.where(Person.id.in_(only)) if only is not None else query


def _township_of(on: date) -> ColumnElement[str | None]:
    """Return the township of `Unit`: where it sits, else the only one that it answers for."""
    township = func.left(Responsibility.area_code, TOWNSHIP)
    answers = select(case((func.count(func.distinct(township)) == 1, func.min(township)))).where(
        Responsibility.county_code == Unit.county_code,
        Responsibility.unit_id == Unit.id,
        Responsibility.valid_from <= on,
        or_(Responsibility.valid_to.is_(None), Responsibility.valid_to > on),
    )
    sits = case((func.length(Unit.home_code) >= TOWNSHIP, func.left(Unit.home_code, TOWNSHIP)))
    return func.coalesce(sits, answers.correlate(Unit).scalar_subquery())


def _ask_points(session: Session, drill: Drill, ids: list[uuid.UUID]) -> None:
    session.execute(
        update(VillagePoint)
        .where(VillagePoint.county_code == drill.county_code, VillagePoint.id.in_(ids))
        .values(test_asked_at=drill.started_at)
        .execution_options(synchronize_session=False)
    )


def ask_no_more(session: Session, drill: Drill) -> None:
    """Let the devices of a drill that has ended stop asking for a test press."""
    mine = select(DrillTarget.point_id).where(
        DrillTarget.county_code == drill.county_code,
        DrillTarget.drill_id == drill.id,
        DrillTarget.kind == "point",
    )
    session.execute(
        update(VillagePoint)
        .where(VillagePoint.county_code == drill.county_code, VillagePoint.id.in_(mine))
        .values(test_asked_at=None)
        .execution_options(synchronize_session=False)
    )


def _ring(session: Session, drill: Drill, people: list[dict[str, Any]]) -> None:
    """Ring every phone, marked as a drill; written for all at once."""
    send(
        session, drill, [(one["person_id"], one["accounts"]) for one in people],
        does=str(Does.RING), rule="drill", at=drill.started_at,
    )  # fmt: skip


def send(
    session: Session,
    drill: Drill,
    people: list[tuple[uuid.UUID, list[uuid.UUID]]],
    *,
    does: str,
    rule: str,
    at: datetime,
    **data: Any,
) -> None:
    """Send notices about a drill to people (person, his accounts), in one statement."""
    rows: list[dict[str, Any]] = [
        {"county_code": drill.county_code, "id": uuid7(), "person_id": person_id,
         "account_id": accounts[0] if accounts else None, "kind": KIND, "subject_id": drill.id,
         "does": does, "rule": rule, "at": at, "data": data}
        for person_id, accounts in people
    ]  # fmt: skip
    bulk.insert_rows(session, Notice, rows)
    for row, (_person, accounts) in zip(rows, people, strict=True):
        for account_id in accounts:
            events.publish(
                session, drill.county_code, "notice", does, row["id"], account_id=account_id,
                about=KIND, about_id=str(drill.id), rule=rule, **data,
            )  # fmt: skip
