"""Frames of JT/T 808: 7E, escaped bytes, 7E; the check byte is the XOR of what stands before it.

Source: JT/T 808-2019, 4.4; patrol.md 2.4.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import reduce
from operator import xor
from typing import Final

from enforcement.positions.protocols.reading import BadReadingError

EDGE: Final = 0x7E
MOST_BYTES: Final = 4096
"""A frame is at most 1023 bytes of body and a header; escaped, twice that."""

SHORTEST: Final = 13
LENGTH_BITS: Final = 0x03FF
ENCRYPTED_BITS: Final = 0x1C00
SUBPACKAGE_BIT: Final = 0x2000
VERSION_BIT: Final = 0x4000


@dataclass(frozen=True)
class Message:
    """A frame taken apart: its kind, the terminal, the serial, the body.

    terminal -- as the terminal writes it, digits without leading zeros
    address -- the terminal's bytes, to be repeated in answers; version -- None before 2019
    part -- (number from 1, total) of a message sent in several frames
    """

    kind: int
    terminal: str
    address: bytes
    serial: int
    body: bytes
    version: int | None = None
    part: tuple[int, int] | None = None


class Splitter:
    """Cuts a stream of bytes into frames; what stands before the first edge is thrown away."""

    def __init__(self) -> None:
        self._held = bytearray()
        self._open = False
        self.dropped = 0  # bytes that belonged to no frame

    def feed(self, data: bytes) -> list[bytes]:
        """Return the frames, unescaped and without edges, that these bytes complete."""
        *closed, rest = data.split(b"\x7e")
        frames = [frame for piece in closed if (frame := self._close(piece)) is not None]
        self._hold(rest)
        return frames

    def _close(self, piece: bytes) -> bytes | None:
        self._hold(piece)
        held, self._held, was_open = bytes(self._held), bytearray(), self._open
        self._open = True  # an edge both ends a frame and may begin the next
        return unescape(held) if was_open and held else None

    def _hold(self, piece: bytes) -> None:
        if not self._open:
            self.dropped += len(piece)
        elif len(self._held) + len(piece) > MOST_BYTES:
            self.dropped += len(self._held) + len(piece)
            self._held, self._open = bytearray(), False
        else:
            self._held += piece


def unescape(held: bytes) -> bytes:
    """Return the bytes of a frame as they were before 7E and 7D were replaced."""
    return held.replace(b"\x7d\x02", b"\x7e").replace(b"\x7d\x01", b"\x7d")


def check_byte(data: bytes) -> int:
    """Return the XOR of all bytes."""
    return reduce(xor, data, 0)


def wrap(data: bytes) -> bytes:
    """Return header and body as a frame: check byte, escapes, edges."""
    whole = data + bytes([check_byte(data)])
    escaped = whole.replace(b"\x7d", b"\x7d\x01").replace(b"\x7e", b"\x7d\x02")
    return b"\x7e" + escaped + b"\x7e"


def parse(frame: bytes) -> Message:
    """Take an unescaped frame apart; raises BadReadingError for a wrong length or check byte."""
    if len(frame) < SHORTEST:
        raise BadReadingError("frame", "报文太短")
    if check_byte(frame) != 0:
        raise BadReadingError("frame", "校验码不符")
    kind, bits = int.from_bytes(frame[0:2], "big"), int.from_bytes(frame[2:4], "big")
    at, version = 4, None
    if bits & VERSION_BIT:
        at, version = 5, frame[4]
    digits = 10 if version is not None else 6
    address, at = frame[at : at + digits], at + digits
    serial, at = int.from_bytes(frame[at : at + 2], "big"), at + 2
    part = None
    if bits & SUBPACKAGE_BIT:
        total, number = frame[at : at + 2], frame[at + 2 : at + 4]
        part, at = (int.from_bytes(number, "big"), int.from_bytes(total, "big")), at + 4
    body = frame[at:-1]
    if len(body) != bits & LENGTH_BITS:
        raise BadReadingError("frame", f"消息体应为{bits & LENGTH_BITS}字节，实为{len(body)}")
    if bits & ENCRYPTED_BITS:
        raise BadReadingError("frame", "不接收加密报文")
    return Message(kind, address.hex().lstrip("0") or "0", address, serial, body, version, part)


def answer(to: Message, kind: int, serial: int, body: bytes) -> bytes:
    """Return a frame to the terminal that sent `to`, in the same version of the standard."""
    bits, version = len(body), b""
    if to.version is not None:
        bits, version = bits | VERSION_BIT, bytes([to.version])
    head = kind.to_bytes(2, "big") + bits.to_bytes(2, "big") + version + to.address
    return wrap(head + (serial & 0xFFFF).to_bytes(2, "big") + body)
