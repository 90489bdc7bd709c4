"""Bytes for roll printers: ESC/POS with Chinese text in GB 18030, 58 and 80 mm.

Commands as the printers' manuals name them: ESC @ (start), FS & (Chinese), ESC a (place),
ESC E (bold), GS ! (size), ESC d (feed), GS ( k (QR code), GS V (cut).
"""

from __future__ import annotations

from typing import Final

from enforcement.errors import InvalidInputError
from enforcement.i18n import _

COLUMNS: Final = {58: 32, 80: 48}
"""Half-width characters in a line: dots of the head (384, 576) by 12."""
START, CHINESE = b"\x1b@", b"\x1c&"
LEFT, CENTRE = b"\x1ba\x00", b"\x1ba\x01"
BOLD, PLAIN = b"\x1bE\x01", b"\x1bE\x00"
LARGE, NORMAL = b"\x1d!\x11\x1c!\x0c", b"\x1d!\x00\x1c!\x00"
CUT: Final = b"\x1dVB\x00"
TAIL_LINES: Final = 4  # so that the last line comes out below the cutter
QR_DOTS: Final = 6
MOST_QR: Final = 300


class Ticket:
    """A strip of paper that is being written; width_mm -- 58 or 80."""

    def __init__(self, width_mm: int) -> None:
        if width_mm not in COLUMNS:
            raise InvalidInputError("width", _("纸宽应为58或者80毫米。"))
        self.columns = COLUMNS[width_mm]
        self._bytes = bytearray(START + CHINESE)

    def line(
        self, text: str, *, bold: bool = False, centre: bool = False, large: bool = False
    ) -> None:
        """Write a paragraph, broken where the paper ends."""
        columns = self.columns // 2 if large else self.columns
        self._bytes += CENTRE if centre else LEFT
        self._bytes += (BOLD if bold else PLAIN) + (LARGE if large else NORMAL)
        for part in text.split("\n"):
            for row in wrapped(part, columns):
                self._bytes += row.encode("gb18030", "replace") + b"\n"
        self._bytes += NORMAL + PLAIN

    def feed(self, lines: int) -> None:
        """Leave lines free, for a signature."""
        self._bytes += b"\x1bd" + bytes([lines])

    def qr(self, text: str) -> None:
        """Draw a QR code (model 2, correction M); raises InvalidInputError for a long text."""
        data = text.encode()
        if len(data) > MOST_QR:
            raise InvalidInputError("qr", _("二维码的内容太长。"))
        size = len(data) + 3
        self._bytes += CENTRE + b"\x1d(k\x04\x001A2\x00" + b"\x1d(k\x03\x001C" + bytes([QR_DOTS])
        self._bytes += b"\x1d(k\x03\x001E1"
        self._bytes += b"\x1d(k" + bytes([size % 256, size // 256]) + b"1P0" + data
        self._bytes += b"\x1d(k\x03\x001Q0"

    def done(self) -> bytes:
        """Return the bytes, with the paper fed and cut at the end."""
        return bytes(self._bytes) + b"\x1bd" + bytes([TAIL_LINES]) + CUT


def width_of(character: str) -> int:
    """Return how many half-width columns a character takes: all that is not ASCII takes two."""
    return 1 if character.isascii() else 2


def wrapped(text: str, columns: int) -> list[str]:
    """Return a text in rows of at most so many columns; an empty text is one empty row."""
    rows, row, used = [], "", 0
    for character in text:
        wide = width_of(character)
        if used + wide > columns:
            rows.append(row)
            row, used = "", 0
        row, used = row + character, used + wide
    return [*rows, row]
