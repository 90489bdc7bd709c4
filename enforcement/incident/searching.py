"""Search over a million incidents: by words, pinyin initials, number, place, caller."""

from __future__ import annotations

import re
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, and_, func, select, true
from sqlalchemy.dialects.postgresql import ARRAY, array
from sqlalchemy.orm import Session
from sqlalchemy.types import Text

from enforcement import audit, crypto, permissions
from enforcement.actor import Actor
from enforcement.errors import InvalidInputError
from enforcement.i18n import _
from enforcement.incident import frequency, grams, listing
from enforcement.incident.models import Incident, IncidentText
from enforcement.incident.queries import PAGE, Listed, visible
from enforcement.jurisdiction.models import Division
from enforcement.people.models import Unit
from enforcement.permissions import Permission

NUMBER: Final = re.compile(r"sj[0-9]{4,}(-?[0-9]*)", re.IGNORECASE)
PHONE: Final = re.compile(r"\+?[0-9][0-9 -]{5,18}[0-9]")
MOST_WORDS: Final = 6
WINDOW: Final = 20_000
"""How many of the newest rows may be looked through for words that many texts have."""
NEAR: Final = 3000
"""Among so many rows a word must be expected often enough to be looked for in this way."""


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
    if asked.words and frequency.is_common(session, asked.words, limit / NEAR):
        newest = _among_newest(actor, asked.words, after, limit)
        found = session.execute(_rows(actor, limit).join(newest, Incident.id == newest.c.id)).all()
        if len(found) == limit:
            return [Listed(*row) for row in found]
    query = _rows(actor, limit).where(visible(actor), *_conditions(session, actor, asked))
    if asked.words:
        query = _with_words(query, actor, asked.words)
    if after is not None:
        query = query.where(func.row(Incident.received_at, Incident.id) < func.row(*after))
    return [Listed(*row) for row in session.execute(query)]


def _rows(actor: Actor, limit: int) -> Any:
    """Return the query of incidents with the names that a list shows, the newest first."""
    village = and_(
        Division.county_code == Incident.county_code, Division.code == Incident.village_code
    )
    unit = and_(
        Unit.county_code == Incident.county_code, Unit.code == Incident.responsible_unit_code
    )
    return (
        select(Incident, Division.name, Unit.name)
        .outerjoin(Division, village)
        .outerjoin(Unit, unit)
        .where(Incident.county_code == actor.county_code)
        .order_by(Incident.received_at.desc(), Incident.id.desc())
        .limit(limit)
    )


def _with_words(query: Any, actor: Actor, words: Sequence[str]) -> Any:
    """Return the query of those rows whose text has all the words."""
    same = and_(
        IncidentText.county_code == Incident.county_code,
        IncidentText.incident_id == Incident.id,
    )
    return query.join(IncidentText, same).where(
        IncidentText.county_code == actor.county_code, *map(_has, words)
    )


def _among_newest(
    actor: Actor, words: Sequence[str], after: listing.Cursor | None, limit: int
) -> Any:
    """Return the ids of the first rows of the window that have all the words, as a subquery.

    Without the index of pairs, so that the rows are read in order and no more than needed.
    """
    newest = listing.first_ids(actor, [], after, WINDOW)
    said = (
        select(IncidentText.body, IncidentText.initials)
        .where(
            IncidentText.county_code == actor.county_code,
            IncidentText.incident_id == newest.c.id,
        )
        .limit(1)  # keeps the planner from reading all texts at once
        .lateral("said")
    )
    return (
        select(newest.c.id)
        .join(said, true())
        .where(*(_reads(word, said.c) for word in words))
        .order_by(newest.c.received_at.desc(), newest.c.id.desc())
        .limit(limit)
        .subquery("found")
    )


def _conditions(session: Session, actor: Actor, asked: Asked) -> list[ColumnElement[bool]]:
    if asked.number:
        return [Incident.number >= asked.number, Incident.number < asked.number + "~"]
    if asked.phone:
        permissions.check(actor, Permission.PERSONAL_READ)
        audit.record(session, actor.county_code, "incident:search_caller", "incident", "",
                     actor=actor)  # fmt: skip
        return [Incident.reporter_phone_hash == crypto.search_hash(asked.phone)]
    return []


def _has(word: str) -> ColumnElement[bool]:
    """Return the condition that a text has the word, or syllables with such initials."""
    own, by_sound = grams.wanted(word)
    in_body, in_initials = _parts(word, IncidentText)
    found = IncidentText.grams.contains(_array(own)) & in_body
    if by_sound:
        found |= IncidentText.grams.contains(_array(by_sound)) & in_initials
    return found


def _reads(word: str, said: Any) -> ColumnElement[bool]:
    """Return the same condition, answered by the text alone."""
    in_body, in_initials = _parts(word, said)
    return in_body | in_initials if grams.wanted(word)[1] else in_body


def _parts(word: str, said: Any) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    body = grams.plain(word)
    return func.strpos(said.body, body) > 0, func.strpos(said.initials, body) > 0


def _array(items: list[str]) -> Any:
    return array(items, type_=Text()) if items else ARRAY(Text())
