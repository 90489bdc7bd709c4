"""Duties, and plans after a change, as programs read them; where a page of duties ends."""

from __future__ import annotations

import uuid
from typing import Any

from enforcement.errors import InvalidInputError
from enforcement.i18n import _
from enforcement.jurisdiction import plan_state
from enforcement.jurisdiction.duty_queries import Listed
from enforcement.jurisdiction.plans import Changed


def duty_json(row: Listed) -> dict[str, Any]:
    """Return a duty as programs read it."""
    duty = row.duty
    return {
        "id": str(duty.id),
        "unit": row.unit_code,
        "unit_name": row.unit_name,
        "area": duty.area_code,
        "area_name": row.area_name,
        "name": duty.name,
        "area_m2": None if row.area_m2 is None else round(row.area_m2, 1),
        "priority": duty.priority,
        "category": duty.category,
        "valid_from": duty.valid_from.isoformat(),
        "valid_to": duty.valid_to.isoformat() if duty.valid_to else None,
        "created_at": duty.created_at.isoformat(),
        "created_by": duty.created_by,
        "ended_at": duty.ended_at.isoformat() if duty.ended_at else None,
    }


def changed_json(changed: Changed) -> dict[str, Any]:
    """Return a plan after a change, and what became of each shape that was drawn."""
    return {
        **plan_state.plan_json(changed.plan),
        "drawn": [{"row": str(row), **one.as_json()} for row, one in changed.fitted.items()],
    }


def read_place(text: str | None) -> tuple[str, uuid.UUID] | None:
    """Return unit code and id of "CODE~ID", where a page ended; raises InvalidInputError."""
    if not text:
        return None
    code, _sep, duty_id = text.partition("~")
    try:
        return code, uuid.UUID(duty_id)
    except ValueError:
        raise InvalidInputError("after", _("翻页标记无效。")) from None


def next_place(rows: list[Listed], limit: int) -> str | None:
    """Return where the next page of duties begins; None after the last."""
    return f"{rows[-1].unit_code}~{rows[-1].duty.id}" if len(rows) == limit else None
