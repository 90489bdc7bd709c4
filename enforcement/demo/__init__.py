"""The demonstration county 梨树县: true names of places, invented people, lines drawn for show."""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import text
from sqlalchemy.orm import Session

from enforcement.demo.geography import COUNTY_CODE
from enforcement.law.terms import Role
from enforcement.people.models import LoginName

DEMO_WORD: Final = "Lishu-2026"  # printed at start; a county in service never loads the demo

USERS: Final[tuple[tuple[str, Role], ...]] = (
    ("fujing", Role.AUXILIARY),
    ("xieguan", Role.ASSISTANT),
    ("zhifa1", Role.OFFICER),
    ("zhifa2", Role.OFFICER),
    ("zhongdui", Role.SQUAD_LEADER),
    ("dadui", Role.BRIGADE_LEADER),
    ("fazhi", Role.LEGAL_REVIEWER),
    ("juzhang", Role.HEAD),
    ("jiexian", Role.DISPATCHER),
    ("zhihui", Role.COMMAND_CENTRE),
    ("xiangzhen", Role.TOWNSHIP_LEADER),
    ("xitong", Role.SYSTEM_ADMIN),
    ("anquan", Role.SECURITY_ADMIN),
    ("shenji", Role.AUDIT_ADMIN),
)

ACCOUNTS: Final[list[tuple[str, str, str]]] = [(name, DEMO_WORD, role.zh) for name, role in USERS]


def is_loaded(session: Session) -> bool:
    """Tell whether the demonstration county is in the database."""
    return session.get(LoginName, USERS[0][0]) is not None


def load(session: Session, *, walked: bool = True) -> dict[str, Any]:
    """Load the demonstration county: places, people, and some weeks of work; once only.

    walked -- with a past patrol whose positions and check-ins are kept
    """
    from enforcement.demo import (
        asks,
        beats,
        geography,
        organisation,
        points,
        power,
        proofs,
        roster,
        weeks,
    )

    if is_loaded(session):  # an older installation gets what it lacks
        return {
            "county": COUNTY_CODE,
            "loaded": False,
            "powers": power.load(session, COUNTY_CODE),
            "shifts": roster.load(session, COUNTY_CODE),
            "points": points.load(session, COUNTY_CODE),
            "asks": asks.load(session, COUNTY_CODE),
            "beats": beats.load(session, COUNTY_CODE),
            "proofs": proofs.load(session, COUNTY_CODE) if walked else 0,
        }

    geography.load_geography(session)
    made = organisation.load(session, COUNTY_CODE)
    _enter_at_the_start(session)
    made["powers"] = power.load(session, COUNTY_CODE)
    made["shifts"] = roster.load(session, COUNTY_CODE)
    made["points"] = points.load(session, COUNTY_CODE)
    played = weeks.play(session)
    made["asks"] = asks.load(session, COUNTY_CODE)
    made["beats"] = beats.load(session, COUNTY_CODE)
    made["proofs"] = proofs.load(session, COUNTY_CODE) if walked else 0
    return {"county": COUNTY_CODE, "loaded": True, **made, **played}


def _enter_at_the_start(session: Session) -> None:
    """Let boundaries and duties be known since they began: the weeks played lie before today."""
    began = "(valid_from::timestamp at time zone 'Asia/Shanghai')"
    county = {"county": COUNTY_CODE}
    for table, column in (("responsibility", "created_at"), ("edition", "activated_at")):
        session.execute(
            text(f"update {table} set {column} = {began} where county_code = :county"),  # noqa: S608
            county,
        )
    session.expire_all()
