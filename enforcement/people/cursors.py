"""Where a page of a list ended: the last row's sort value and id, as an address carries them."""

from __future__ import annotations

import uuid
from datetime import date
from typing import Any

from enforcement.errors import InvalidInputError
from enforcement.i18n import _


def write_named(row: Any) -> str:
    """Return the cursor after a row of a list by name."""
    return f"{row.name}~{row.id}"


def read_named(text: str | None) -> tuple[str, uuid.UUID] | None:
    """Return what `write_named` wrote, None for the first page; raises InvalidInputError."""
    if not text:
        return None
    name, _sign, row_id = text.rpartition("~")
    return name, _uuid(row_id)


def write_ending(row: Any) -> str:
    """Return the cursor after a certificate of a list by last days."""
    return f"{row.valid_to.isoformat()}~{row.id}"


def read_ending(text: str | None) -> tuple[date, uuid.UUID] | None:
    """Return what `write_ending` wrote, None for the first page; raises InvalidInputError."""
    if not text:
        return None
    day, _sign, row_id = text.rpartition("~")
    try:
        return date.fromisoformat(day), _uuid(row_id)
    except ValueError:
        raise InvalidInputError("after", _("翻页标记无效。")) from None


def _uuid(text: str) -> uuid.UUID:
    try:
        return uuid.UUID(text)
    except ValueError:
        raise InvalidInputError("after", _("翻页标记无效。")) from None
