"""What a party was fined for before: first offence (首违) and no second fine for one act (罚29)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from enforcement.case.models import CaseFile, Party
from enforcement.wall import over_county


@dataclass(frozen=True)
class EarlierFine:
    """A decided fine of the same party; same -- for the same matter, day and place."""

    number: str
    matter_code: str
    decided_on: date | None
    same: bool


@over_county
def earlier(session: Session, case: CaseFile, party: Party | None) -> list[EarlierFine]:
    """Return the fines of a party in other cases, the latest first.

    A party is known by its record, identity number or credit code, never by its name alone.
    """
    if party is None:
        return []
    known = [Party.id == party.id]
    if party.id_number_hash is not None:
        known.append(Party.id_number_hash == party.id_number_hash)
    if party.uscc:
        known.append(Party.uscc == party.uscc)
    query = (
        select(
            CaseFile.number,
            CaseFile.matter_code,
            CaseFile.decided_on,
            CaseFile.acted_on,
            CaseFile.place,
        )
        .join(Party, and_(Party.county_code == CaseFile.county_code, Party.id == CaseFile.party_id))
        .where(
            CaseFile.county_code == case.county_code,
            CaseFile.id != case.id,
            CaseFile.fine_yuan.is_not(None),
            or_(*known),
        )
        .order_by(CaseFile.decided_on.desc(), CaseFile.id)
        .limit(100)
    )
    same = (case.matter_code, case.acted_on, case.place)
    return [
        EarlierFine(
            row.number,
            row.matter_code,
            row.decided_on,
            (row.matter_code, row.acted_on, row.place) == same,
        )
        for row in session.execute(query)
    ]
