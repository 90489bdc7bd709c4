"""Whom to give a case to: squads and their certified people, ranked, each with the reasons.

What counts, in this order: may he act at all (certificate, recusal by this party's cases), is he
there (leave), how far the place lies from the squad's areas, how many cases he has open, and how
near their next limit is. A fixed number of statements, whatever the size of the county.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from enforcement import clock
from enforcement.actor import Actor
from enforcement.case.candidates import Candidate as Candidate
from enforcement.case.candidates import Squad as Squad
from enforcement.case.candidates import list_candidates, list_squads
from enforcement.case.models import CaseFile


@dataclass(frozen=True)
class Suggestion:
    """The pair to give a case to, None where no squad has two people; all candidates, ranked."""

    pair: tuple[Candidate, Candidate] | None
    candidates: tuple[Candidate, ...]
    squads: tuple[Squad, ...]


def suggest(session: Session, actor: Actor, row: CaseFile) -> Suggestion:
    """Return whom a leader may give a case to; nothing is changed."""
    now = clock.now(session)
    squads = list_squads(session, actor, row, clock.local_day(now))
    found = sorted(list_candidates(session, row, squads, now), key=lambda one: one.order)
    return Suggestion(best_pair(found), tuple(found), tuple(squads))


def best_pair(ranked: Sequence[Candidate]) -> tuple[Candidate, Candidate] | None:
    """Return the best two available people of one squad, the squad of the better first one."""
    first: dict[uuid.UUID, Candidate] = {}
    for one in ranked:
        if not one.available:
            continue
        if one.squad.id in first:
            return first[one.squad.id], one
        first[one.squad.id] = one
    return None


def as_json(found: Suggestion) -> dict[str, Any]:
    """Return a suggestion as a JSON object; distances in metres, days ISO."""
    return {
        "pair": [str(one.id) for one in found.pair] if found.pair else None,
        "squad": str(found.pair[0].squad.id) if found.pair else None,
        "candidates": [
            {
                "id": str(one.id), "name": one.name, "squad": str(one.squad.id),
                "squad_name": one.squad.name,
                "distance_m": None if one.squad.distance_m is None
                else round(one.squad.distance_m), "certificate": one.certificate,
                "field": one.field, "problem": one.problem, "open_cases": one.open_cases,
                "until_on": one.until_on.isoformat() if one.until_on else None,
                "on_leave": one.on_leave, "on_duty": one.on_duty, "recusals": one.recusals,
                "recused_from_party": one.by_party, "available": one.available,
            }
            for one in found.candidates
        ],
    }  # fmt: skip
