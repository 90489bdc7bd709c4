"""A stand-in for a roll printer: listens on a socket and reads ESC/POS as a printer does."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field


@dataclass
class Printed:
    """What came out: rows as (text, bold, centred, large), QR codes, cuts, rows fed."""

    rows: list[tuple[str, bool, bool, bool]] = field(default_factory=list)
    codes: list[str] = field(default_factory=list)
    cuts: int = 0
    fed: int = 0
    chinese: bool = False

    @property
    def text(self) -> str:
        """Return all rows in one line."""
        return "".join(row[0] for row in self.rows)


def parse(data: bytes) -> Printed:
    """Read a stream of commands and text; raises ValueError for what is no command."""
    out, at, row = Printed(), 0, b""
    bold = centre = large = False
    stored = b""
    while at < len(data):
        two, three = data[at : at + 2], data[at + 2 : at + 3]
        if two == b"\x1b@":
            bold = centre = large = False
            at += 2
        elif two == b"\x1c&":
            out.chinese, at = True, at + 2
        elif two == b"\x1ba":
            centre, at = three == b"\x01", at + 3
        elif two == b"\x1bE":
            bold, at = three == b"\x01", at + 3
        elif two == b"\x1d!":
            large, at = three != b"\x00", at + 3
        elif two == b"\x1c!":
            at += 3
        elif two == b"\x1bd":
            out.fed, at = out.fed + three[0], at + 3
        elif data[at : at + 3] == b"\x1dVB":
            out.cuts, at = out.cuts + 1, at + 4
        elif data[at : at + 3] == b"\x1d(k":
            size = data[at + 3] + 256 * data[at + 4]
            said = data[at + 5 : at + 5 + size]
            if said[:3] == b"1P0":
                stored = said[3:]
            elif said == b"1Q0":
                out.codes.append(stored.decode())
            at += 5 + size
        elif data[at] == 0x0A:
            out.rows.append((row.decode("gb18030"), bold, centre, large))
            row, at = b"", at + 1
        elif data[at] < 0x20:
            raise ValueError(f"no command: {data[at : at + 4]!r}")
        else:
            wide = 1 if data[at] < 0x80 else 4 if 0x30 <= data[at + 1] <= 0x39 else 2
            row, at = row + data[at : at + wide], at + wide
    if row:
        raise ValueError("a row without an end")
    return out


class Listening:
    """A printer that waits for one stream of bytes."""

    def __init__(self) -> None:
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.port = self.socket.getsockname()[1]
        self.data = b""
        self.thread = threading.Thread(target=self._take, daemon=True)
        self.thread.start()

    def _take(self) -> None:
        line, _address = self.socket.accept()
        with line:
            while piece := line.recv(4096):
                self.data += piece

    def printed(self) -> Printed:
        """Return what came out, once the sender has hung up."""
        self.thread.join(10)
        return parse(self.data)


@contextmanager
def listening() -> Iterator[Listening]:
    """Run the printer."""
    printer = Listening()
    try:
        yield printer
    finally:
        printer.socket.close()
