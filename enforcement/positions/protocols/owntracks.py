"""OwnTracks over HTTP: one JSON object a request; -1 means unknown.

Source: patrol.md 2.2; OwnTracks booklet, tech/json and tech/http.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final

from enforcement.positions.protocols.reading import (
    KMH,
    BadReadingError,
    Reading,
    Sent,
    degrees,
    known,
    number,
)

POSITIONS: Final = ("location", "transition")
KEPT: Final = ("t", "conn", "m", "bs", "inregions", "inrids", "event", "desc", "rid", "tag", "poi")
"""What is kept beside the position: trigger, network, regions that the phone is in, a note."""


def decode(body: Any, ident: str | None = None) -> Sent | None:
    """Return what a message says; None for a kind that holds no position (it is answered 200).

    ident -- from the request (user/device); else the message's whole topic, else its tid
    Raises BadReadingError; an encrypted message is refused.
    """
    if not isinstance(body, dict):
        raise BadReadingError("body", "应为 JSON 对象")
    kind = body.get("_type")
    if kind == "encrypted":
        raise BadReadingError("_type", "不接收加密消息，请在应用里关闭加密并使用 HTTPS")
    if kind not in POSITIONS:
        return None
    found = ident or body.get("topic") or body.get("tid")
    if not isinstance(found, str) or not found:
        raise BadReadingError("tid", "缺少设备编号")
    return Sent(found, (_reading(body),))


def other_names(ident: str) -> list[str]:
    """Return how else the device of a topic may be registered: user/device without the prefix."""
    short = "/".join(ident.removeprefix("owntracks/").split("/")[:2])
    return [] if short == ident else [short]


def ident_of(query: Mapping[str, str], headers: Mapping[str, str]) -> str | None:
    """Return user/device as the request names them, by header or query; None where it does not."""
    user = headers.get("X-Limit-U") or query.get("u")
    device = headers.get("X-Limit-D") or query.get("d")
    return f"{user}/{device}" if user and device else user or device


def _reading(body: dict[str, Any]) -> Reading:
    lon, lat = degrees(body.get("lon"), body.get("lat"))
    speed = known("vel", body.get("vel"))
    altitude = body.get("alt")
    created = body.get("created_at")
    return Reading(
        lon, lat, _moment("tst", body.get("tst")),
        accuracy_m=known("acc", body.get("acc")),
        speed_mps=None if speed is None else speed / KMH,
        course_deg=known("cog", body.get("cog")),
        altitude_m=None if altitude is None else number("alt", altitude),
        battery_pct=known("batt", body.get("batt")),
        sent_at=None if created is None else _moment("created_at", created),
        extra={name: body[name] for name in KEPT if name in body},
    )  # fmt: skip


def _moment(name: str, said: Any) -> datetime:
    try:
        return datetime.fromtimestamp(number(name, said), UTC)
    except (ValueError, OverflowError, OSError) as error:
        raise BadReadingError(name, f"不是时间：{str(said)[:40]}") from error
