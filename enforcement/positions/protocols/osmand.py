"""OsmAnd's query and form, and the JSON of Traccar Client 9 and 10: one address for all three.

Source: patrol.md 2.1. Times without a zone are taken as UTC; speed in a query is in knots.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final

from enforcement.positions.protocols.reading import (
    FULL,
    KNOT_MPS,
    BadReadingError,
    Reading,
    Sent,
    degrees,
    known,
    number,
)

LAST_SECOND: Final = 2**31 - 1  # a larger number counts milliseconds
READ: Final = frozenset({
    "id", "deviceid", "timestamp", "lat", "lon", "location", "speed", "bearing", "heading",
    "altitude", "accuracy", "batt", "valid", "cell", "wifi", "mock", "alarm", "key",
})  # fmt: skip
MOST_IN_ONE: Final = 1000
Values = Mapping[str, Sequence[str]]


def from_query(values: Values) -> Sent:
    """Return what a query or form says, each name with its values in order.

    Without coordinates it has no reading. Raises BadReadingError; without `id` the field is `id`.
    """
    ident = _first(values, "id") or _first(values, "deviceid")
    if not ident:
        raise BadReadingError("id", "缺少设备编号")
    lon, lat = _place(values)
    extra = _extra(values)
    if lon is None or lat is None:
        at = _moment(_first(values, "timestamp"))
        return Sent(ident, (), extra | ({"at": at.isoformat()} if at else {}))
    return Sent(ident, (_reading(values, lon, lat, extra),), extra)


def from_json(body: Any) -> Sent:
    """Return what a JSON body says: one location object, or an array of flat objects of one device.

    Raises BadReadingError.
    """
    if isinstance(body, list):
        return _from_array(body)
    if not isinstance(body, dict):
        raise BadReadingError("body", "应为 JSON 对象")
    ident = body.get("device_id")
    if not isinstance(ident, str | int) or isinstance(ident, bool) or ident == "":
        raise BadReadingError("device_id", "缺少设备编号")
    location = body.get("location")
    if not isinstance(location, dict) or not isinstance(location.get("coords"), dict):
        return Sent(str(ident))
    return Sent(str(ident), (_located(location, location["coords"]),))


def _from_array(body: list[Any]) -> Sent:
    if len(body) > MOST_IN_ONE:
        raise BadReadingError("body", f"一次最多{MOST_IN_ONE}条")
    sent = [from_query(_flat(one)) for one in body]
    if len({one.ident for one in sent}) > 1:
        raise BadReadingError("id", "一次只能是一台设备的位置")
    if not sent:
        raise BadReadingError("id", "缺少设备编号")
    return Sent(sent[0].ident, tuple(r for one in sent for r in one.readings))


def _flat(one: Any) -> Values:
    if not isinstance(one, dict):
        raise BadReadingError("body", "应为 JSON 对象")
    return {str(key): [_plain(value)] for key, value in one.items() if value is not None}


def _plain(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _place(values: Values) -> tuple[str | None, str | None]:
    both = _first(values, "location")
    if both is not None:
        lat, comma, lon = both.partition(",")
        if not comma:
            raise BadReadingError("location", "应为：纬度,经度")
        return lon, lat
    return _first(values, "lon"), _first(values, "lat")


def _reading(values: Values, lon: str, lat: str, extra: dict[str, Any]) -> Reading:
    east, north = degrees(lon, lat)
    speed = _known(values, "speed")
    course = _known(values, "bearing")
    altitude = _first(values, "altitude")
    return Reading(
        east, north, _moment(_first(values, "timestamp")),
        valid=_is_true(_first(values, "valid") or "true"),
        accuracy_m=_known(values, "accuracy"),
        speed_mps=speed if speed is None else speed * KNOT_MPS,
        course_deg=course if course is not None else _known(values, "heading"),
        altitude_m=None if altitude is None else number("altitude", altitude),
        battery_pct=_known(values, "batt"),
        mock=_is_true(_first(values, "mock") or ""),
        alarm=_first(values, "alarm"), extra=extra,
    )  # fmt: skip


def _located(location: dict[str, Any], coords: dict[str, Any]) -> Reading:
    lon, lat = degrees(coords.get("longitude"), coords.get("latitude"))
    battery = location.get("battery") if isinstance(location.get("battery"), dict) else {}
    level = known("battery.level", (battery or {}).get("level"))
    altitude = coords.get("altitude")
    alarm = location.get("alarm")
    return Reading(
        lon, lat, _moment(location.get("timestamp")),
        accuracy_m=known("accuracy", coords.get("accuracy")),
        speed_mps=known("speed", coords.get("speed")),
        course_deg=known("heading", coords.get("heading")),
        altitude_m=None if altitude is None else number("altitude", altitude),
        battery_pct=None if level is None else round(level * FULL, 2),
        mock=location.get("mock") is True,
        alarm=None if alarm is None else str(alarm)[:40], extra=_said(location),
    )  # fmt: skip


def _said(location: dict[str, Any]) -> dict[str, Any]:
    """Return what else a location object says: scalars of `extras`, motion, activity, odometer."""
    extras, activity = location.get("extras"), location.get("activity")
    found: dict[str, Any] = {}
    if isinstance(extras, dict):
        found = {str(key): value for key, value in extras.items() if _is_scalar(value)}
    if isinstance(activity, dict) and _is_scalar(activity.get("type")):
        found["activity"] = activity["type"]
    if isinstance(location.get("is_moving"), bool):
        found["motion"] = location["is_moving"]
    for name in ("odometer", "event"):
        if _is_scalar(location.get(name)):
            found[name] = location[name]
    return found


def _is_scalar(value: Any) -> bool:
    return isinstance(value, str | int | float)


def _moment(said: Any) -> datetime | None:
    """Return a time: seconds or milliseconds since 1970, ISO 8601, or `YYYY-MM-DD hh:mm:ss`."""
    if said is None or said == "":
        return None
    text = str(said)
    try:
        if text.lstrip("-").isdigit():
            count = int(text)
            return datetime.fromtimestamp(count if count < LAST_SECOND else count / 1000, UTC)
        found = datetime.fromisoformat(text)
    except (ValueError, OverflowError, OSError):
        raise BadReadingError("timestamp", f"不是时间：{text[:40]}") from None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def _extra(values: Values) -> dict[str, Any]:
    """Return every name that is none of the position, and cells and networks nearby as lists."""
    extra: dict[str, Any] = {
        name: _value(found[0]) for name, found in values.items() if name not in READ and found
    }
    if "cell" in values:
        extra["cells"] = [_cell(one) for one in values["cell"]]
    if "wifi" in values:
        extra["wifi"] = [_wifi(one) for one in values["wifi"]]
    return extra


def _cell(text: str) -> list[int]:
    parts = text.split(",")
    if len(parts) not in (4, 5):
        raise BadReadingError("cell", f"应为 mcc,mnc,lac,cid：{text[:40]}")
    return [int(number("cell", part)) for part in parts]


def _wifi(text: str) -> dict[str, Any]:
    mac, _comma, strength = text.partition(",")
    return {"mac": mac.replace("-", ":"), "rssi": int(number("wifi", strength or "0"))}


def _value(text: str) -> Any:
    if text in ("true", "false"):
        return text == "true"
    try:
        return number("value", text)
    except BadReadingError:
        return text


def _is_true(text: str) -> bool:
    return text.lower() in ("true", "1")


def _first(values: Values, name: str) -> str | None:
    found = values.get(name)
    return found[0] if found and found[0] != "" else None


def _known(values: Values, name: str) -> float | None:
    return known(name, _first(values, name))
