"""Whether every stored decision comes out the same when asked again as things were known then."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import RowMapping, text
from sqlalchemy.orm import Session

from enforcement.jurisdiction.routing import BY_PERSON
from enforcement.jurisdiction.routing_sql import COARSE, FINE, NAMED, answer, answer_by_area
from enforcement.jurisdiction.terms import DecisionBasis
from gis.srid import STORAGE_SRID

SAME: Final = ("edition_id", "village_code", "township_code", "unit_id", "brigade_id", "rule")
SPOT: Final = f"ST_SetSRID(ST_MakePoint(d.lon, d.lat), {STORAGE_SRID})"
BORDER_M: Final = 0.01
"""Metres by which the distance to a border may differ: rounding only."""

OF_DECISION: Final = {
    "on": "d.on_day",
    "known": "d.decided_at",
    "category": "d.category",
    "county": "d.county_code",
    "code": "coalesce(d.village_code, d.township_code)",
    "reach_m": """coalesce((SELECT s.value FROM setting_entry s
      WHERE s.county_code = d.county_code AND s.key = 'border_confirm_m'
        AND s.at <= d.decided_at ORDER BY s.id DESC LIMIT 1), 30)""",
}
CHOSEN: Final = DecisionBasis.CONFIRMED
RULED: Final = "rule:"
"""How the rule of a decision begins that a rule of the county took (`rules.deciding.PREFIX`)."""
PLACE: Final = ("edition_id", "village_code", "township_code")
"""What of such a decision boundaries alone decide; the rest is asked by `rules.reproducing`."""


@dataclass(frozen=True)
class Reproduced:
    """How many decisions were asked again, and those that came out otherwise, by id."""

    checked: int
    different: tuple[str, ...]


def verify_decisions(session: Session, county_code: str) -> Reproduced:
    """Ask every stored decision of a county again, set-wise, with what was entered by then.

    A difference means that history was altered: an edition, a duty or a unit was changed in place.
    """
    found: dict[Any, RowMapping] = {}
    every = _ids(session, county_code)
    chosen = [row.id for row in every if row.basis == CHOSEN]
    named = [row.id for row in every if row.basis == DecisionBasis.NAMED]
    routed = [row.id for row in every if row.basis not in (CHOSEN, DecisionBasis.NAMED)]
    _ask(session, county_code, answer_by_area(known=True), named, found)
    _ask(session, county_code, _at_point(NAMED), chosen, found)
    _ask(session, county_code, _at_point(FINE), routed, found)
    left = [one for one in routed if one not in found]
    _ask(session, county_code, _at_point(COARSE), left, found)
    different = [
        str(row.id) for row in every if row.id not in found or not _same(row, found[row.id])
    ]
    return Reproduced(len(every), tuple(different))


def _ids(session: Session, county_code: str) -> list[Any]:
    query = text(
        f"SELECT id, basis, {', '.join(SAME)}, border_m FROM routing_decision"  # noqa: S608
        " WHERE county_code = :county AND rule <> :chosen ORDER BY id"
    )
    return list(session.execute(query, {"county": county_code, "chosen": BY_PERSON}))


def _at_point(leaf: str) -> str:
    return answer(leaf, "AND a.county_code = d.county_code", known=True, spot=SPOT)


def _ask(
    session: Session, county_code: str, body: str, ids: list[Any], found: dict[Any, RowMapping]
) -> None:
    """Put the answer for each decision under its id; those without one are left out."""
    if not ids:
        return
    body = re.sub(r"(?<!:):([a-z_]+)", lambda name: OF_DECISION[name[1]], body)
    statement = text(
        f"SELECT d.id, found.* FROM routing_decision d CROSS JOIN LATERAL ({body}) found"  # noqa: S608
        " WHERE d.county_code = :county AND d.id = ANY(:ids)"
    )
    rows = session.execute(statement, {"county": county_code, "ids": ids}).mappings()
    found.update({row["id"]: row for row in rows})


def _same(stored: Any, again: RowMapping) -> bool:
    same = PLACE if stored.rule.startswith(RULED) else SAME
    equal = all(getattr(stored, name) == again[name] for name in same)
    return equal and abs(stored.border_m - again["border_m"]) <= BORDER_M
