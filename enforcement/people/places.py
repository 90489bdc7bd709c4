"""What this slice knows of places: names of divisions, and which areas a unit answers for.

It lies below the slice that owns these tables, so it reads them by the names of their columns.
"""

from __future__ import annotations

import uuid
from collections.abc import Collection
from datetime import date
from typing import Any, Final

from sqlalchemy import and_, column, or_, select, table
from sqlalchemy.orm import Session

_DIVISION: Final = table(
    "division", column("county_code"), column("code"), column("name"), column("level")
)
_DUTY: Final = table(
    "responsibility", column("county_code"), column("unit_id"), column("area_code"),
    column("category"), column("valid_from"), column("valid_to"),
)  # fmt: skip
LEVELS: Final = {6: "county", 9: "township", 12: "village"}


def names(session: Session, county_code: str, codes: Collection[str | None]) -> dict[str, str]:
    """Return code -> name of those of the codes that are divisions of the county."""
    wanted = {code for code in codes if code}
    if not wanted:
        return {}
    query = select(_DIVISION.c.code, _DIVISION.c.name).where(
        _DIVISION.c.county_code == county_code, _DIVISION.c.code.in_(wanted)
    )
    return {row.code: row.name for row in session.execute(query)}


def listed(session: Session, county_code: str, digits: int, below: str = "") -> dict[str, str]:
    """Return code -> name of the divisions whose code has so many digits, below another or all."""
    query = select(_DIVISION.c.code, _DIVISION.c.name).where(
        _DIVISION.c.county_code == county_code, _DIVISION.c.level == LEVELS[digits]
    )
    if below:
        query = query.where(_DIVISION.c.code >= below, _DIVISION.c.code < below + "~")
    return {row.code: row.name for row in session.execute(query.order_by(_DIVISION.c.code))}


def duties(
    session: Session, county_code: str, unit_ids: Collection[uuid.UUID], on: date
) -> list[Any]:
    """Return unit_id, area_code, area_name, category and days of duties on a day or later."""
    query = (
        select(
            _DUTY.c.unit_id, _DUTY.c.area_code, _DIVISION.c.name.label("area_name"),
            _DUTY.c.category, _DUTY.c.valid_from, _DUTY.c.valid_to,
        )
        .outerjoin_from(
            _DUTY,
            _DIVISION,
            and_(
                _DIVISION.c.county_code == _DUTY.c.county_code,
                _DIVISION.c.code == _DUTY.c.area_code,
            ),
        )
        .where(
            _DUTY.c.county_code == county_code,
            _DUTY.c.unit_id.in_(list(unit_ids)),
            or_(_DUTY.c.valid_to.is_(None), _DUTY.c.valid_to > on),
        )
        .order_by(_DUTY.c.area_code, _DUTY.c.valid_from)
    )  # fmt: skip
    return list(session.execute(query))
