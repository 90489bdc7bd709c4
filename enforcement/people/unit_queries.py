"""Reads: units as they are, or were, on a day; the tree; the enforcement subjects."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, func, or_, select
from sqlalchemy.orm import Session

from enforcement.clock import today
from enforcement.law.terms import Role, UnitKind
from enforcement.people.certificate_queries import valid_on
from enforcement.people.models import Certificate, Organ, Person, Post, Unit, UnitEntry


def get_unit(session: Session, county_code: str, unit_id: uuid.UUID) -> Unit:
    """Return a unit; raises NoResultFound."""
    return session.get_one(Unit, (county_code, unit_id))


def find_unit(session: Session, county_code: str, code: str) -> Unit | None:
    """Return the unit of a code ("01.03.05"), None where there is none."""
    query = select(Unit).where(Unit.county_code == county_code, Unit.code == code.strip())
    return session.scalars(query).first()


def exists_on(on: Any) -> ColumnElement[bool]:
    """Return the condition that a unit exists on a day."""
    return and_(Unit.valid_from <= on, or_(Unit.valid_to.is_(None), Unit.valid_to > on))


def list_units(session: Session, county_code: str, kind: UnitKind, on: date) -> list[Unit]:
    """Return the units of a kind that exist on a day, by code."""
    query = select(Unit).where(Unit.county_code == county_code, Unit.kind == kind, exists_on(on))
    return list(session.scalars(query.order_by(Unit.code)))


def list_open(
    session: Session, county_code: str, on: date, kinds: Sequence[UnitKind] | None = None
) -> list[Unit]:
    """Return the units that exist on a day, of some kinds or all, by code."""
    query = select(Unit).where(Unit.county_code == county_code, exists_on(on))
    if kinds is not None:
        query = query.where(Unit.kind.in_([str(kind) for kind in kinds]))
    return list(session.scalars(query.order_by(Unit.code)))


def list_names(
    session: Session, county_code: str, on: date, *, without: Sequence[UnitKind], keep: str = ""
) -> Sequence[Row[str, str]]:
    """Return code and name of the units that exist on a day but for some kinds, by code.

    keep -- code of a unit that is named whatever its kind
    """
    query = select(Unit.code, Unit.name).where(
        Unit.county_code == county_code, exists_on(on),
        or_(Unit.kind.not_in([str(kind) for kind in without]), Unit.code == keep),
    )  # fmt: skip
    return session.execute(query.order_by(Unit.code)).all()


def find_organ(session: Session, county_code: str) -> Unit | None:
    """Return the county's enforcement subject (执法主体), its bureau: the one that is open."""
    query = select(Unit).where(Unit.county_code == county_code, Unit.kind == UnitKind.BUREAU)
    query = query.order_by(Unit.valid_to.desc().nulls_first(), Unit.code)
    return session.scalars(query.limit(1)).first()


def find_organ_named(session: Session, county_code: str, name: str) -> Organ | None:
    """Return what the enforcement subject of a name prints on its papers, None without it."""
    query = select(Organ).where(Organ.county_code == county_code, Organ.name == name)
    return session.scalars(query).first()


def list_organs(session: Session, county_code: str, on: date) -> list[Organ]:
    """Return what the enforcement subjects that exist on a day print on their papers, by code."""
    query = (
        select(Organ)
        .join(Unit, and_(Unit.county_code == Organ.county_code, Unit.id == Organ.id))
        .where(Organ.county_code == county_code, exists_on(on))
    )
    return list(session.scalars(query.order_by(Unit.code)))


def organ_of(session: Session, county_code: str, unit_code: str) -> uuid.UUID | None:
    """Return the unit that prints papers in its own name, at or nearest above a unit's code."""
    parts = unit_code.split(".")
    codes = [".".join(parts[:n]) for n in range(1, len(parts) + 1)]
    query = (
        select(Organ.id)
        .join(Unit, and_(Unit.county_code == Organ.county_code, Unit.id == Organ.id))
        .where(Organ.county_code == county_code, Unit.code.in_(codes))
        .order_by(func.length(Unit.code).desc())
    )
    return session.scalars(query.limit(1)).first()


def list_staff(
    session: Session, county_code: str, on: date | None = None, *, which: str = "open"
) -> list[Any]:
    """Return unit, people in post and people with a valid certificate, of a day (today), by code.

    which -- units that are open on the day, closed by then, or all that were ever opened by then
    """
    day = on or today(session)
    held = select(Certificate.person_id).where(
        Certificate.county_code == county_code, valid_on(day)
    )
    query = (
        select(
            Unit,
            func.count(Post.id).label("people"),
            func.count(Post.id).filter(Post.person_id.in_(held)).label("certified"),
        )
        .outerjoin(
            Post,
            and_(
                Post.county_code == Unit.county_code,
                Post.unit_id == Unit.id,
                Post.valid_from <= day,
                or_(Post.valid_to.is_(None), Post.valid_to > day),
            ),
        )
        .where(Unit.county_code == county_code, Unit.valid_from <= day)
        .group_by(Unit.county_code, Unit.id)
        .order_by(Unit.code)
    )
    if which == "open":
        query = query.where(exists_on(day))
    if which == "closed":
        query = query.where(Unit.valid_to <= day)
    return list(session.execute(query))


@dataclass
class Node:
    """A unit of the tree as it was on a day: its name then, its figures, what stands below it.

    people, certified -- in the unit itself; all_people, all_certified -- with what is below
    """

    unit: Unit
    name: str
    people: int
    certified: int
    open: bool
    below: list[Node] = field(default_factory=list)
    all_people: int = 0
    all_certified: int = 0


def tree(session: Session, county_code: str, on: date, *, which: str = "open") -> list[Node]:
    """Return the top units of a county on a day with all below them, in two statements.

    A closed unit whose parent is not among the shown stands at the top.
    """
    rows = list_staff(session, county_code, on, which=which)
    names = names_on(session, county_code, on)
    nodes = {
        row.Unit.id: Node(
            row.Unit, names.get(row.Unit.id, row.Unit.name), row.people, row.certified,
            row.Unit.valid_to is None or row.Unit.valid_to > on,
        )
        for row in rows
    }  # fmt: skip
    top: list[Node] = []
    for node in nodes.values():
        above = nodes.get(node.unit.parent_id) if node.unit.parent_id else None
        (above.below if above else top).append(node)
    for node in reversed(nodes.values()):  # codes put what is below after its parent
        node.all_people = node.people + sum(one.all_people for one in node.below)
        node.all_certified = node.certified + sum(one.all_certified for one in node.below)
    return top


def names_on(session: Session, county_code: str, on: date) -> dict[uuid.UUID, str]:
    """Return unit id -> its name on a day, for units that were renamed since."""
    query = (
        select(UnitEntry.unit_id, UnitEntry.detail["before"].astext)
        .where(
            UnitEntry.county_code == county_code,
            UnitEntry.event == "rename",
            UnitEntry.on_day > on,
        )
        .order_by(UnitEntry.unit_id, UnitEntry.on_day.desc(), UnitEntry.id.desc())
    )
    return {row[0]: row[1] for row in session.execute(query)}  # the earliest comes last, and wins


def below(session: Session, unit: Unit, *, only_open: bool = False) -> list[Unit]:
    """Return the units directly below one, by code."""
    query = select(Unit).where(Unit.county_code == unit.county_code, Unit.parent_id == unit.id)
    if only_open:
        query = query.where(Unit.valid_to.is_(None))
    return list(session.scalars(query.order_by(Unit.code)))


def above(session: Session, unit: Unit) -> list[Unit]:
    """Return the units above one, from the top; codes name them."""
    parts = unit.code.split(".")
    codes = [".".join(parts[:n]) for n in range(1, len(parts))]
    query = select(Unit).where(Unit.county_code == unit.county_code, Unit.code.in_(codes))
    return list(session.scalars(query.order_by(Unit.code)))


def merged_from(session: Session, unit: Unit) -> list[Unit]:
    """Return the units that were merged into one, by code."""
    query = select(Unit).where(Unit.county_code == unit.county_code, Unit.merged_into_id == unit.id)
    return list(session.scalars(query.order_by(Unit.code)))


def heads_of(session: Session, county_code: str, on: date) -> dict[uuid.UUID, str]:
    """Return unit id -> names of those who lead it on a day."""
    leaders = (Role.HEAD, Role.BRIGADE_LEADER, Role.SQUAD_LEADER, Role.TOWNSHIP_LEADER)
    query = (
        select(Post.unit_id, func.string_agg(Person.name, "、"))
        .join(Person, and_(Person.county_code == Post.county_code, Person.id == Post.person_id))
        .where(
            Post.county_code == county_code,
            Post.role.in_(leaders),
            Post.valid_from <= on,
            or_(Post.valid_to.is_(None), Post.valid_to > on),
        )
        .group_by(Post.unit_id)
    )
    return {row[0]: row[1] for row in session.execute(query)}
