"""Search over a million incidents: by words, pinyin initials, number, place, caller."""

from __future__ import annotations

import re
import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.dialects.postgresql import ARRAY, array
from sqlalchemy.orm import Session
from sqlalchemy.types import Text

from enforcement import audit, crypto, permissions
from enforcement.actor import Actor
from enforcement.errors import InvalidInputError
from enforcement.i18n import _
from enforcement.incident import grams
from enforcement.incident.models import Incident, IncidentText
from enforcement.incident.queries import PAGE, Listed, visible
from enforcement.jurisdiction.models import Division
from enforcement.people.models import Unit
from enforcement.permissions import Permission

NUMBER: Final = re.compile(r"sj[0-9]{4,}(-?[0-9]*)", re.IGNORECASE)
PHONE: Final = re.compile(r"\+?[0-9][0-9 -]{5,18}[0-9]")
MOST_WORDS: Final = 6


@dataclass(frozen=True)
class Asked:
    """What a person searches for: words, a number or the caller's telephone number."""

    words: tuple[str, ...] = ()
    number: str | None = None
    phone: str | None = None


def read(text: str) -> Asked:
    """Return what a line of search means; raises InvalidInputError where it is too short."""
    line = text.strip()
    if NUMBER.fullmatch(line):
        return Asked(number=line.upper())
    if PHONE.fullmatch(line):
        return Asked(phone=re.sub(r"[^0-9+]", "", line))
    words = tuple(dict.fromkeys(word for word in line.split() if grams.plain(word)))
    if not words or any(not grams.wanted(word)[0] for word in words):
        raise InvalidInputError("q", _("每个词至少两个字（或者两个拼音首字母）。"))
    return Asked(words[:MOST_WORDS])


def search(
    session: Session,
    actor: Actor,
    text: str,
    *,
    after: tuple[datetime, uuid.UUID] | None = None,
    limit: int = PAGE,
) -> list[Listed]:
    """Return the incidents that the actor sees and that fit, the newest first.

    A search by the caller's telephone number needs PERSONAL_READ and is logged.
    Raises InvalidInputError("q"), NotPermittedError.
    """
    permissions.check(actor, Permission.INCIDENT_READ)
    asked = read(text)
    query = (
        select(Incident, Division.name, Unit.name)
        .outerjoin(
            Division,
            and_(
                Division.county_code == Incident.county_code, Division.code == Incident.village_code
            ),
        )
        .outerjoin(
            Unit,
            and_(
                Unit.county_code == Incident.county_code,
                Unit.code == Incident.responsible_unit_code,
            ),
        )
        .where(visible(actor))
        .order_by(Incident.received_at.desc(), Incident.id.desc())
        .limit(limit)
    )
    query = query.where(*_conditions(session, actor, asked))
    if asked.words:
        query = query.join(
            IncidentText,
            and_(
                IncidentText.county_code == Incident.county_code,
                IncidentText.incident_id == Incident.id,
            ),
        ).where(IncidentText.county_code == actor.county_code, *map(_has, asked.words))
    if after is not None:
        query = query.where(func.row(Incident.received_at, Incident.id) < func.row(*after))
    return [Listed(*row) for row in session.execute(query)]


def _conditions(session: Session, actor: Actor, asked: Asked) -> list[ColumnElement[bool]]:
    if asked.number:
        return [Incident.number.like(f"{asked.number}%")]
    if asked.phone:
        permissions.check(actor, Permission.PERSONAL_READ)
        audit.record(session, actor.county_code, "incident:search_caller", "incident", "",
                     actor=actor)  # fmt: skip
        return [Incident.reporter_phone_hash == crypto.search_hash(asked.phone)]
    return []


def _has(word: str) -> ColumnElement[bool]:
    """Return the condition that a text has the word, or syllables with such initials."""
    own, by_sound = grams.wanted(word)
    body = grams.plain(word)
    found: Any = IncidentText.grams.contains(_array(own)) & (
        func.strpos(IncidentText.body, body) > 0
    )
    if by_sound:
        sound = IncidentText.grams.contains(_array(by_sound)) & (
            func.strpos(IncidentText.initials, body) > 0
        )
        found = or_(found, sound)
    return found  # type: ignore[no-any-return]


def _array(items: list[str]) -> Any:
    return array(items, type_=Text()) if items else ARRAY(Text())
