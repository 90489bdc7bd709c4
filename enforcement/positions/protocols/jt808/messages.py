"""Bodies of JT/T 808: positions, batches, registration, authentication, and the answers.

Source: JT/T 808-2019, chapter 8 and tables 22-27; patrol.md 2.4. Times are China's (GMT+8).
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from typing import Any, Final

from enforcement.positions.protocols.jt808.frames import Message, answer
from enforcement.positions.protocols.reading import KMH, BadReadingError, Reading, degrees

GENERAL_OF_TERMINAL: Final = 0x0001  # 终端通用应答
HEARTBEAT: Final = 0x0002  # 终端心跳
LOGOUT: Final = 0x0003  # 终端注销
REGISTER: Final = 0x0100  # 终端注册
AUTHENTICATE: Final = 0x0102  # 终端鉴权
LOCATION: Final = 0x0200  # 位置信息汇报
BATCH: Final = 0x0704  # 定位数据批量上传
GENERAL: Final = 0x8001  # 平台通用应答
REGISTERED: Final = 0x8100  # 终端注册应答

OK, FAILED, WRONG, UNSUPPORTED = 0, 1, 2, 3
NO_VEHICLE: Final = 2  # 车辆不存在 in an answer to a registration
ALREADY: Final = 3  # 终端已被注册

BEIJING: Final = timezone(timedelta(hours=8))
HEAD: Final = struct.Struct(">IIIIhHH")
FIXED, SOUTH, WEST, GCJ02 = 1 << 1, 1 << 2, 1 << 3, 1 << 5
MICRO: Final = 1e-6
ALARMS: Final = {
    0: "sos", 1: "overspeed", 2: "fatigue", 4: "gnss_fault", 5: "antenna_open", 6: "antenna_short",
    7: "low_voltage", 8: "power_off", 19: "long_stop", 20: "area", 21: "route",
    23: "route_deviation", 28: "illegal_move", 29: "collision", 30: "rollover",
}  # fmt: skip
WORDS: Final = {
    0x01: ("mileage_km", 4, 0.1), 0x02: ("fuel_l", 2, 0.1), 0x03: ("recorder_kmh", 2, 0.1),
    0x04: ("alarm_event", 2, 1), 0x25: ("vehicle_signals", 4, 1), 0x2A: ("io", 2, 1),
    0x30: ("gsm_bars", 1, 1), 0x31: ("satellites", 1, 1),
}  # fmt: skip
BATTERY: Final = 0x06
YEAR_2019: Final = 2019


@dataclass(frozen=True)
class Registration:
    """Who registers: places as codes, maker, model, the plate in GBK."""

    province: int
    city: int
    maker: str
    model: str
    terminal: str
    colour: int
    plate: str


def location(body: bytes, *, late: bool = False) -> Reading:
    """Return the position that a 0x0200 body holds; raises BadReadingError."""
    if len(body) < HEAD.size + 6:
        raise BadReadingError("body", "位置信息太短")
    alarm, status, lat, lon, altitude, speed, course = HEAD.unpack_from(body)
    at = HEAD.size
    east, north = degrees(lon * MICRO, lat * MICRO)
    extra = _items(body[at + 6 :])
    extra["acc"] = bool(status & 1)
    rings = [name for bit, name in ALARMS.items() if alarm >> bit & 1]
    return Reading(
        round(-east if status & WEST else east, 6), round(-north if status & SOUTH else north, 6),
        _time(body[at : at + 6]),
        datum="gcj02" if status & GCJ02 else "wgs84", valid=bool(status & FIXED),
        speed_mps=round(speed / 10 / KMH, 3), course_deg=course, altitude_m=altitude,
        battery_pct=extra.pop("battery_pct", None), alarm=",".join(rings) or None, late=late,
        extra=extra,
    )  # fmt: skip


def batch(body: bytes) -> list[Reading]:
    """Return the positions of a 0x0704 body; raises BadReadingError where any cannot be read."""
    if len(body) < 3:
        raise BadReadingError("body", "批量位置太短")
    count, late = int.from_bytes(body[:2], "big"), body[2] == 1
    found = [location(one, late=late) for one in _lengths(body[3:])]
    if len(found) != count:
        raise BadReadingError("body", f"应有{count}条位置，实有{len(found)}条")
    return found


def registration(message: Message) -> Registration:
    """Return who registers; the fields are longer in 2019. Raises BadReadingError."""
    maker, model, ident = (11, 30, 30) if message.version is not None else (5, 20, 7)
    body, at = message.body, 4
    texts = []
    for width in (maker, model, ident):
        texts.append(_text(body[at : at + width]))
        at += width
    if len(body) <= at:
        raise BadReadingError("body", "注册信息太短")
    province, city = struct.unpack_from(">HH", body)
    return Registration(
        province, city, texts[0], texts[1], texts[2], body[at], _text(body[at + 1 :])
    )


def auth_code(message: Message) -> str:
    """Return the code of a 0x0102 body: all of it, or (2019) as long as its first byte says."""
    body = message.body
    if message.version is not None and body and body[0] <= len(body) - 1:
        body = body[1 : 1 + body[0]]
    return _text(body)


def general(to: Message, serial: int, result: int = OK) -> bytes:
    """Return the platform's answer to any message but a registration."""
    body = struct.pack(">HHB", to.serial, to.kind, result)
    return answer(to, GENERAL, serial, body)


def registered(to: Message, serial: int, result: int, code: str = "") -> bytes:
    """Return the answer to a registration, with the code to show from now on."""
    body = struct.pack(">HB", to.serial, result) + code.encode("gbk")
    return answer(to, REGISTERED, serial, body)


def _items(data: bytes) -> dict[str, Any]:
    """Return the additional items; those that we do not read are kept as hex."""
    found: dict[str, Any] = {}
    at = 0
    while at + 2 <= len(data):
        name, length = data[at], data[at + 1]
        value = data[at + 2 : at + 2 + length]
        if len(value) < length:
            break  # cut short: what was whole before is kept
        known = WORDS.get(name)
        if known and known[1] == length:
            count = int.from_bytes(value, "big")
            found[known[0]] = count if known[2] == 1 else round(count * known[2], 1)
        elif name == BATTERY and length == 1:
            found["battery_pct"] = float(value[0])
        else:
            found[f"{name:02x}"] = value.hex()
        at += 2 + length
    return found


def _time(digits: bytes) -> datetime:
    text = digits.hex()
    try:
        local = datetime(2000 + int(text[:2]), *(int(text[n : n + 2]) for n in range(2, 12, 2)))  # type: ignore[arg-type]  # noqa: DTZ001
    except ValueError:
        raise BadReadingError("time", f"不是时间：{text}") from None
    return local.replace(tzinfo=BEIJING).astimezone(UTC)


def _lengths(data: bytes) -> Iterator[bytes]:
    while data:
        length = int.from_bytes(data[:2], "big")
        one, data = data[2 : 2 + length], data[2 + length :]
        if len(one) < length:
            raise BadReadingError("body", "批量位置不完整")
        yield one


def _text(data: bytes) -> str:
    return data.rstrip(b"\x00").decode("gbk", "replace").strip("\x00 ")
