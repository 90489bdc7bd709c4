"""What comes from outside the staff, made plain, and what the public may see."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from enforcement.errors import InvalidInputError
from enforcement.i18n import _
from enforcement.incident.models import Incident, IncidentEntry
from enforcement.law import numbers
from enforcement.law.public import ENDED
from enforcement.law.terms import N_
from enforcement.law.terms import IncidentEvent as E

KEPT: Final = "\n\t"
STEPS: Final[tuple[tuple[str, tuple[E, ...]], ...]] = (
    (N_("已收到"), (E.REPORT,)),
    (N_("已受理"), (E.OPEN,)),
    (N_("已派遣"), (E.ASSIGN,)),
    (N_("正在处置"), (E.ACCEPT,)),
    (N_("已处置，等待核查"), (E.REPORT_RESULT,)),
    (N_("已办结"), (E.PASS_CHECK,)),
    (N_("不予受理"), (E.REJECT,)),
    (N_("已转入执法案件办理"), (E.PASS_TO_CASE,)),
)
"""What the public is told of the acts upon an incident; other acts concern nobody outside."""


def words(text: str | None, field: str, most: int, *, required: bool = False) -> str | None:
    """Return a text without what no page can show, None for nothing; raises InvalidInputError."""
    lines = (text or "").replace("\r\n", "\n").replace("\r", "\n")
    kept = "".join(
        one for one in lines if one in KEPT or unicodedata.category(one) not in ("Cc", "Cs")
    ).strip()
    if len(kept) > most:
        raise InvalidInputError(field, _("文字太长，最多%(n)d个字。", n=most))
    if required and not kept:
        raise InvalidInputError(field, _("必填。"))
    return kept or None


def phone(text: str | None, field: str = "phone") -> str | None:
    """Return a telephone number as it is kept, None for nothing; raises InvalidInputError."""
    if not (text or "").strip():
        return None
    found = numbers.phone_number(unicodedata.normalize("NFKC", str(text)))
    if found is None:
        raise InvalidInputError(field, _("电话应当是11位手机号码，或者带区号的固定电话。"))
    return found


@dataclass(frozen=True)
class Step:
    """One thing the public is told: when, and what; no name, no unit, no word of a person."""

    at: datetime
    text: str

    @property
    def said(self) -> str:
        """Return the words in the language of the answer."""
        return _(self.text)


def steps(session: Session, incident: Incident) -> list[Step]:
    """Return what the public is told of an incident, in order, in one statement."""
    told = {event: text for text, events in STEPS for event in events}
    rows = session.execute(
        select(IncidentEntry.event, IncidentEntry.at)
        .where(
            IncidentEntry.county_code == incident.county_code,
            IncidentEntry.incident_id == incident.id,
            IncidentEntry.event.in_([str(event) for event in told]),
        )
        .order_by(IncidentEntry.seq)
    )
    return [Step(row.at, told[E(row.event)]) for row in rows]


def is_open(state: str) -> bool:
    """Tell whether the public is told that an incident in this state is still open."""
    return state not in ENDED
