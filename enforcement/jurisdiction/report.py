"""The check of an edition as programs and maps read it."""

from __future__ import annotations

from typing import Any

from enforcement.jurisdiction.findings import Findings
from enforcement.jurisdiction.models import Edition


def edition_json(edition: Edition, found: Findings) -> dict[str, Any]:
    """Return the edition, what was found in it, and what it changes."""
    return {
        "edition": str(edition.id),
        "county": edition.county_code,
        "level": edition.level,
        "status": edition.status,
        "decree": edition.decree,
        "source": edition.source_name,
        "sha256": edition.source_sha256,
        "created_by": edition.created_by,
        "created_at": edition.created_at.isoformat(),
        "valid_from": _day(edition.valid_from),
        "valid_to": _day(edition.valid_to),
        "activated_by": edition.activated_by,
        "activated_at": edition.activated_at.isoformat() if edition.activated_at else None,
        "origin": edition.origin,
        "clean": not found.problems,
        **found.as_json(),
        "findings": [item.as_json() for item in found.found],
        "change": found.comparison.as_json() if found.comparison else None,
    }


def edition_geojson(edition: Edition, found: Findings) -> dict[str, Any]:
    """Return a FeatureCollection of the findings; those without a place have a null geometry."""
    return {
        "type": "FeatureCollection",
        "name": f"check-{edition.id}",
        "features": [item.as_feature() for item in found.found],
    }


def _day(day: Any) -> str | None:
    return day.isoformat() if day else None
