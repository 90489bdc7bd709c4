"""Categories and incidents as GeoReport v2 names their fields."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from enforcement.clock import ZONE
from enforcement.i18n import _, in_english, label
from enforcement.incident.outside import is_open
from enforcement.law.incidents import Category
from enforcement.law.public import Offer, offers
from enforcement.law.taxonomy import Taxonomy
from enforcement.law.terms import IncidentState
from enforcement.open311.models import Open311Client
from enforcement.open311.queries import Seen


def name_of(category: Category) -> str:
    """Return a category's name in the language of the answer."""
    return category.en if in_english() else category.zh


def service(offered: Offer) -> dict[str, Any]:
    """Return a category as a row of the list of services."""
    return {
        "service_code": offered.category.code,
        "service_name": name_of(offered.category),
        "description": name_of(offered.category),
        "metadata": bool(offered.asks),
        "type": "realtime",
        "keywords": ",".join(offered.keywords),
        "group": offered.group_en if in_english() else offered.group_zh,
    }


def definition(offered: Offer) -> dict[str, Any]:
    """Return what a category asks for, as a service definition."""
    return {
        "service_code": offered.category.code,
        "attributes": [_attribute(code, n) for n, code in enumerate(offered.asks, 1)],
    }


def _attribute(code: str, order: int) -> dict[str, Any]:
    words = {
        "place": ("string", _("地点描述，例如：村委会东侧路口"), _("最多200个字")),
        "occurred_at": (
            "datetime", _("什么时候发生的"), _("带时区，例如 2026-03-02T09:15:00+08:00"),
        ),
    }  # fmt: skip
    datatype, description, described = words[code]
    return {
        "variable": True,
        "code": code,
        "datatype": datatype,
        "required": True,
        "datatype_description": described,
        "order": order,
        "description": description,
        "values": [],
    }


def w3(moment: datetime) -> str:
    """Return a moment with its offset from UTC, as the specification asks."""
    return moment.astimezone(ZONE).isoformat(timespec="seconds")


def request_of(seen: Seen, client: Open311Client, listed: Taxonomy) -> dict[str, Any]:
    """Return an incident as another system may see it: never the reporter, no name of a person.

    What people wrote (description, place) goes to clients that may see it, and of sensitive
    categories to whoever sent the report only.
    """
    row, state = seen.incident, IncidentState(seen.incident.state)
    offered = offers(listed).get(row.category)
    tells = client.sees_description and (seen.own or (offered and not offered.sensitive))
    return {
        "service_request_id": row.number,
        "status": "open" if is_open(row.state) else "closed",
        "status_notes": label(state),
        "service_name": name_of(listed.known[row.category]),
        "service_code": row.category,
        "description": row.description if tells else None,
        "agency_responsible": seen.unit,
        "service_notice": None,
        "requested_datetime": w3(row.received_at),
        "updated_datetime": w3(seen.updated_at),
        "expected_datetime": None,
        "address": row.place if tells else None,
        "address_id": row.village_code,
        "zipcode": None,
        "lat": row.lat,
        "long": row.lon,
        "media_url": None,
    }
