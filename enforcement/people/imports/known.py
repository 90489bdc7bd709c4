"""What a county has, as far as a file of people asks for it: read in a few statements."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from enforcement import crypto, masking
from enforcement.clock import today
from enforcement.law.terms import CertificateStatus
from enforcement.people import places
from enforcement.people.imports.drafts import Draft
from enforcement.people.models import Certificate, Person, Post, Unit


@dataclass
class Found:
    """Which person a row means: one that is known, or a new one; else why it cannot be said."""

    person: Person | None = None
    why: tuple[str, str] | None = None  # column, reason


@dataclass
class Known:
    """Units, divisions, and the people that rows of a file may mean."""

    session: Session
    county_code: str
    on: Any
    units: dict[str, Unit]
    names: dict[str, str] = field(default_factory=dict)
    by_hash: dict[bytes, Person] = field(default_factory=dict)
    by_name: dict[str, list[Person]] = field(default_factory=lambda: defaultdict(list))
    posts: dict[uuid.UUID, list[Post]] = field(default_factory=lambda: defaultdict(list))
    live: dict[uuid.UUID, list[Certificate]] = field(default_factory=lambda: defaultdict(list))

    @classmethod
    def of(cls, session: Session, county_code: str) -> Known:
        """Read the units of a county."""
        query = select(Unit).where(Unit.county_code == county_code)
        units = {unit.code: unit for unit in session.scalars(query)}
        return cls(session, county_code, today(session), units)

    def learn_people(self, drafts: Collection[Draft]) -> None:
        """Read whoever the rows may mean, by number or name, with posts and live certificates."""
        hashes = [
            one
            for draft in drafts
            if is_full(draft["id_number"])
            for one in crypto.search_hashes(draft["id_number"])
        ]
        names = {draft["name"] for draft in drafts}
        query = select(Person).where(
            Person.county_code == self.county_code,
            or_(Person.id_number_hash.in_(hashes), Person.name.in_(names)),
        )
        people = list(self.session.scalars(query))
        for person in people:
            self.by_name[person.name].append(person)
            if person.id_number_hash is not None:
                self.by_hash[bytes(person.id_number_hash)] = person
        self._learn_more([person.id for person in people])

    def _learn_more(self, ids: list[uuid.UUID]) -> None:
        posts = select(Post).where(Post.county_code == self.county_code, Post.person_id.in_(ids))
        for post in self.session.scalars(posts.order_by(Post.valid_from)):
            self.posts[post.person_id].append(post)
        certificates = select(Certificate).where(
            Certificate.county_code == self.county_code,
            Certificate.person_id.in_(ids),
            Certificate.status != CertificateStatus.REVOKED,
            Certificate.valid_to >= self.on,
        )
        for row in self.session.scalars(certificates):
            self.live[row.person_id].append(row)

    def learn_places(self, codes: Iterable[str | None]) -> None:
        """Read the names of divisions."""
        self.names |= places.names(self.session, self.county_code, list(codes))

    def unit_on(self, code: str, day: Any) -> Unit | None:
        """Return the unit of a code that exists on a day and has no end yet."""
        unit = self.units.get(code)
        if unit is None or unit.valid_to is not None or unit.valid_from > day:
            return None
        return unit

    def current(self, person: Person, day: Any | None = None) -> list[Post]:
        """Return a person's posts that are not over on a day, today by default."""
        on = day or self.on
        return [
            post for post in self.posts[person.id] if post.valid_to is None or post.valid_to > on
        ]

    def namesakes(self, name: str, unit: Unit | None) -> list[Person]:
        """Return the known people of a name who have a post in a unit that is not over."""
        if unit is None:
            return []
        return [
            person
            for person in self.by_name.get(name, [])
            if any(post.unit_id == unit.id for post in self.current(person))
        ]


def is_full(number: str | None) -> bool:
    """Tell whether a number is given, and not as a mask."""
    return bool(number) and not masking.is_masked(number)


def same_number(number: str | None, sealed: bytes | None, stored: bytes | None) -> bool:
    """Tell whether a number of a file, full or masked, is the one that is kept."""
    if not number or sealed is None:
        return False
    if is_full(number):
        return stored is not None and bytes(stored) in crypto.search_hashes(number)
    kept = crypto.unseal(sealed)
    return number in (masking.id_number(kept), masking.phone(kept))
