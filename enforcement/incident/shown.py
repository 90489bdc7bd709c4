"""An incident as JSON, the same in every call."""

from __future__ import annotations

from typing import Any

from enforcement.api import plain_row
from enforcement.incident.models import Incident
from enforcement.jurisdiction.routing import Routing


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


def names_of(place: Routing) -> dict[str, str | None]:
    """Return who answers for a place, by name."""
    return {
        "village": place.village_name,
        "township": place.township_name,
        "squad": place.unit_name,
        "brigade": place.brigade_name,
    }
