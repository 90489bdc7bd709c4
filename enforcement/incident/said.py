"""What a person says with an act upon an incident."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from enforcement.actor import Actor
from enforcement.incident.intake import Photo
from enforcement.incident.models import Incident
from enforcement.law.terms import Outside, Urgency
from enforcement.people.models import Unit


@dataclass(frozen=True)
class Said:
    """Each act reads the fields it needs, and names the one that is missing.

    note -- words: the reason or the result; photos -- of the result; stored -- hashes of photos,
    and of a voice note, that the account uploaded before
    handler -- the unit that is sent, the department that takes over; person_id -- the one who is
    told on his phone
    other -- number of another incident; passed_to -- who outside is called
    category, urgency -- as they should be; until -- a new end, or the day to look again
    score -- satisfaction, 1 to 5; at -- when it happened, by the clock of the one who says so
    """

    note: str | None = None
    photos: Sequence[Photo] = ()
    stored: Sequence[bytes] = ()
    handler: Unit | None = None
    person_id: uuid.UUID | None = None
    other: str | None = None
    passed_to: Outside | None = None
    category: str | None = None
    urgency: Urgency | None = None
    until: datetime | None = None
    score: int | None = None
    at: datetime | None = None
    detail: dict[str, Any] = field(default_factory=dict)

    @property
    def words(self) -> str:
        """Return the words without blanks around them, "" for none."""
        return (self.note or "").strip()


@dataclass
class Acting:
    """One act under way: whose, upon which locked incident, what was said, and when.

    afresh -- the clocks of the stage begin anew, even where the state stays
    ends_at -- when the stage has to be over, where a person set it
    kinds -- media types of the files that were uploaded before
    """

    session: Session
    actor: Actor
    incident: Incident
    said: Said
    now: datetime
    afresh: bool = False
    ends_at: datetime | None = None
    kinds: Sequence[str] = ()
