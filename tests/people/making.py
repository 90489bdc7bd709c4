"""Valid objects for tests of units and people."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from enforcement.demo.numbers import id_number
from enforcement.law.terms import Employment, Role, UnitKind
from enforcement.people import services
from enforcement.people.models import Person, Post, Unit
from enforcement.people.services import Facts
from tests.asking import actor_of

COUNTY = "220322"
DAY = date(2026, 3, 2)


def unit(session: Session, code: str) -> Unit:
    """Return a unit of the demonstration by its code."""
    return session.scalars(select(Unit).where(Unit.county_code == COUNTY, Unit.code == code)).one()


def squad(session: Session, brigade: str = "01.01.01", **change: Any) -> Unit:
    """Open a squad below a brigade from 2026-01-01 on."""
    said: dict[str, Any] = {
        "name": "试点中队", "kind": UnitKind.SQUAD, "parent_id": unit(session, brigade).id,
        "valid_from": date(2026, 1, 1),
    }  # fmt: skip
    return services.open_unit(session, actor_of(session, "xitong"), **(said | change))


def person(session: Session, number: int = 5000, **change: Any) -> Person:
    """Enter a person with an invented number."""
    said: dict[str, Any] = {
        "name": "试验人", "employment": Employment.CIVIL_SERVANT, "id_number": id_number(number),
        "phone": f"1990001{number:04d}",
    }  # fmt: skip
    return services.enter_person(session, actor_of(session, "xitong"), Facts(**(said | change)))


def give(
    session: Session, who: Person, where: Unit, role: Role = Role.OFFICER, **more: Any
) -> Post:
    """Give a person a post from 2026-01-01 on."""
    more.setdefault("valid_from", date(2026, 1, 1))
    return services.give_post(
        session, actor_of(session, "xitong"), who.id, unit_id=where.id, role=role, **more
    )


def state(session: Session) -> tuple[int, ...]:
    """Return how many rows there are, to show that a refusal changed nothing."""
    tables = ("unit", "person", "post", "certificate", "unit_entry", "person_entry",
              "certificate_entry", "audit_log")  # fmt: skip
    session.flush()
    return tuple(
        session.execute(text(f"select count(*) from {name}")).scalar_one() for name in tables
    )
