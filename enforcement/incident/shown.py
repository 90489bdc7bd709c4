"""An incident as JSON, the same in every call."""

from __future__ import annotations

from typing import Any

from enforcement.api import plain_row
from enforcement.incident.models import Incident


def shown(incident: Incident) -> dict[str, Any]:
    """Return an incident as JSON; the reporter stays protected."""
    return plain_row(
        incident,
        "id",
        "number",
        "category",
        "description",
        "state",
        "source",
        "occurred_at",
        "received_at",
        "lon",
        "lat",
        "accuracy_m",
        "place",
        "village_code",
        "township_code",
        "responsible_unit_code",
        "handler_unit_code",
        "version",
    )
