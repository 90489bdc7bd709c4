"""Reads: squads with their distance from a case, and their people with what speaks for each."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

from sqlalchemy import and_, case, func, literal, or_, select, text, union_all
from sqlalchemy.orm import Session

from enforcement import clock
from enforcement.actor import Actor
from enforcement.case.models import CaseFile
from enforcement.case.people import LEADERS
from enforcement.jurisdiction.models import Area, Edition, Responsibility
from enforcement.law.terms import CaseState as S
from enforcement.law.terms import UnitKind
from enforcement.people import certificate_queries as certificates
from enforcement.people.models import Certificate, Person, Post, Unit
from enforcement.roster.models import DutyLeave, DutyShift
from enforcement.roster.terms import LeaveState, ShiftState
from enforcement.timing.models import TodoItem
from enforcement.timing.waiting import FAR
from enforcement.wall import over_county
from gis.srid import STORAGE_SRID

ENDED: Final = (S.CLOSED, S.NOT_FILED, S.TERMINATED, S.WITHDRAWN, S.TRANSFERRED, S.ARCHIVED)
NEARER_M: Final = 500  # distances that differ by less count as the same
STEPPED_BACK: Final = text("case_file.recused_ids <> '{}'::uuid[]")
"""The condition of the index that holds the few cases with a recusal."""


@dataclass(frozen=True)
class Squad:
    """A squad within the leader's reach; distance_m -- to its areas, 0 inside, None unknown."""

    id: uuid.UUID
    code: str
    name: str
    distance_m: float | None


@dataclass(frozen=True)
class Candidate:
    """One certified person: what speaks for and against giving him the case.

    problem -- why his certificate does not allow acting here today; field -- as it is printed
    until_on -- the nearest limit of what waits for him; recusals -- how often he had to step back,
    by_party -- once in a case of this very party; leads -- he endorses the squad's cases, so that
    others come first
    """

    id: uuid.UUID
    name: str
    squad: Squad
    certificate: str
    field: str
    problem: str | None
    open_cases: int
    until_on: date | None
    on_leave: bool
    on_duty: bool
    recusals: int
    by_party: bool
    leads: bool = False

    @property
    def available(self) -> bool:
        """Tell whether he may be suggested at all."""
        return self.problem is None and not self.by_party and not self.on_leave

    @property
    def order(self) -> tuple[Any, ...]:
        """Return how candidates are ranked, the best first."""
        far = self.squad.distance_m
        band = 10**9 if far is None else int(far // NEARER_M)
        nearest = (self.until_on or FAR).toordinal()
        return (not self.available, band, self.leads, self.open_cases, -nearest, not self.on_duty,
                self.name, str(self.id))  # fmt: skip


@over_county
def list_squads(session: Session, actor: Actor, row: CaseFile, on: date) -> list[Squad]:
    """Return the squads below the leader's unit with their distance from the place, nearest first.

    Metres on the ground from the areas that each answers for, by the active edition (EPSG:4490).
    """
    metres = func.min(func.ST_Distance(func.geography(_shape()), _place(row)))
    query = (
        select(Unit.id, Unit.code, Unit.name, metres.label("distance_m"))
        .outerjoin(Responsibility, and_(
            Responsibility.county_code == Unit.county_code, Responsibility.unit_id == Unit.id,
            Responsibility.valid_from <= on,
            or_(Responsibility.valid_to.is_(None), Responsibility.valid_to > on),
        ))
        .outerjoin(Edition, and_(
            Edition.county_code == Unit.county_code, Edition.status == "active"))
        .outerjoin(Area, and_(
            Area.county_code == Unit.county_code, Area.edition_id == Edition.id,
            Area.code == Responsibility.area_code,
        ))
        .where(
            Unit.county_code == row.county_code,
            Unit.kind == UnitKind.SQUAD,
            Unit.code >= actor.unit_code,
            Unit.code < actor.unit_code + "~",
            or_(Unit.valid_to.is_(None), Unit.valid_to > on),
        )
        .group_by(Unit.id, Unit.code, Unit.name)
        .order_by(metres.nulls_last(), Unit.code)
    )  # fmt: skip
    return [Squad(*one) for one in session.execute(query)]


def _place(row: CaseFile) -> Any:
    """Return the case's place as geography, null without one: then no distance is known."""
    return func.geography(func.ST_SetSRID(func.ST_MakePoint(row.lon, row.lat), STORAGE_SRID))


def _shape() -> Any:
    return func.coalesce(Responsibility.geom, Area.geom)


@over_county
def list_candidates(
    session: Session, row: CaseFile, squads: Sequence[Squad], now: datetime
) -> list[Candidate]:
    """Return the certified people of some squads with what speaks for and against each."""
    today, known = clock.local_day(now), {one.id: one for one in squads}
    staff = _staff(session, row, list(known), today)
    ids = list({person_id for person_id, _name, _unit, _leads in staff})
    papers = _certificates(session, row, ids, today)
    busy, limits = _open_cases(session, row, ids), _nearest(session, row, ids)
    away, there = _on_leave(session, row, ids, now), _on_duty(session, row, ids, now)
    stepped = _recusals(session, row, ids)
    return [
        Candidate(
            person_id, name, known[unit_id], *papers.get(person_id, ("", "", "")),
            busy.get(person_id, 0), limits.get(person_id), person_id in away, person_id in there,
            *stepped.get(person_id, (0, False)), leads,
        )
        for person_id, name, unit_id, leads in staff
        if person_id in papers
    ]  # fmt: skip


def _staff(
    session: Session, row: CaseFile, squad_ids: list[uuid.UUID], on: date
) -> list[tuple[uuid.UUID, str, uuid.UUID, bool]]:
    query = (
        select(Person.id, Person.name, Post.unit_id, Post.role)
        .join(Post, and_(Post.county_code == Person.county_code, Post.person_id == Person.id))
        .where(
            Person.county_code == row.county_code,
            Post.unit_id.in_(squad_ids),
            Post.valid_from <= on,
            or_(Post.valid_to.is_(None), Post.valid_to > on),
        )
        .distinct()
    )
    return [(one[0], one[1], one[2], one[3] in LEADERS) for one in session.execute(query)]


def _certificates(
    session: Session, row: CaseFile, ids: list[uuid.UUID], on: date
) -> dict[uuid.UUID, tuple[str, str, str | None]]:
    """Return person -> number, field, and why the certificate does not fit this place today."""
    place = row.village_code or row.township_code or row.county_code
    fits = func.starts_with(literal(place), Certificate.area_code)
    query = select(
        Certificate.person_id, Certificate.number, Certificate.field, Certificate.area,
        certificates.valid_on(on).label("valid"), fits.label("fits"),
    ).where(
        Certificate.county_code == row.county_code, Certificate.person_id.in_(ids)
    )  # fmt: skip
    found: dict[uuid.UUID, tuple[str, str, str | None]] = {}
    for one in session.execute(query):
        problem = None if one.valid and one.fits else "expired" if not one.valid else "elsewhere"
        best = found.get(one.person_id)
        if best is None or (best[2] is not None and problem is None):
            found[one.person_id] = (one.number, one.field, problem)
    return found


def _open_cases(session: Session, row: CaseFile, ids: list[uuid.UUID]) -> dict[uuid.UUID, int]:
    parts = union_all(
        *(
            select(column.label("person_id")).where(
                CaseFile.county_code == row.county_code,
                column.in_(ids),
                CaseFile.state.not_in([str(state) for state in ENDED]),
                CaseFile.id != row.id,
            )
            for column in (CaseFile.officer_a_id, CaseFile.officer_b_id)
        )
    ).subquery()
    query = select(parts.c.person_id, func.count()).group_by(parts.c.person_id)
    return {one[0]: one[1] for one in session.execute(query)}


def _nearest(session: Session, row: CaseFile, ids: list[uuid.UUID]) -> dict[uuid.UUID, date]:
    query = (
        select(TodoItem.holder, func.min(TodoItem.sort_on))
        .where(
            TodoItem.county_code == row.county_code,
            TodoItem.holder.in_([f"person:{one}" for one in ids]),
            TodoItem.case_id != row.id,
            TodoItem.sort_on < FAR,
        )
        .group_by(TodoItem.holder)
    )
    return {uuid.UUID(one[0].partition(":")[2]): one[1] for one in session.execute(query)}


def _on_leave(
    session: Session, row: CaseFile, ids: list[uuid.UUID], now: datetime
) -> set[uuid.UUID]:
    query = select(DutyLeave.person_id).where(
        DutyLeave.county_code == row.county_code,
        DutyLeave.person_id.in_(ids),
        DutyLeave.state == LeaveState.APPROVED,
        DutyLeave.starts_at <= now,
        DutyLeave.ends_at > now,
    )
    return set(session.scalars(query))


def _on_duty(
    session: Session, row: CaseFile, ids: list[uuid.UUID], now: datetime
) -> set[uuid.UUID]:
    query = select(DutyShift.person_id).where(
        DutyShift.county_code == row.county_code,
        DutyShift.person_id.in_(ids),
        DutyShift.state == ShiftState.PLANNED,
        DutyShift.starts_at > now - timedelta(hours=24),
        DutyShift.starts_at <= now,
        DutyShift.ends_at > now,
    )
    return {one for one in session.scalars(query) if one is not None}


def _recusals(
    session: Session, row: CaseFile, ids: Iterable[uuid.UUID]
) -> dict[uuid.UUID, tuple[int, bool]]:
    """Return person -> in how many cases he was recused, and whether one was of this party."""
    who = func.unnest(CaseFile.recused_ids).label("person_id")
    same = case((CaseFile.party_id == row.party_id, 1), else_=0) if row.party_id else literal(0)
    rows = (
        select(who, same.label("same"))
        .where(CaseFile.county_code == row.county_code, STEPPED_BACK)
        .subquery()
    )
    query = (
        select(rows.c.person_id, func.count(), func.max(rows.c.same))
        .where(rows.c.person_id.in_(list(ids)))
        .group_by(rows.c.person_id)
    )
    return {one[0]: (one[1], bool(one[2])) for one in session.execute(query)}
