"""Printers behind one door: what takes bytes, and a printer that listens on a raw TCP port."""

from __future__ import annotations

import socket
from typing import Final, Protocol

from enforcement.errors import DomainError
from enforcement.i18n import _

PORT: Final = 9100  # JetDirect: what is sent is printed
WAIT_S: Final = 10.0


class PrinterError(DomainError):
    """The printer could not be reached or took only a part; the message says which."""


class Printer(Protocol):
    """Whatever prints bytes: a socket here, Bluetooth or a serial line on the phone's page."""

    def write(self, data: bytes) -> None:
        """Print; raises PrinterError."""


class TcpPrinter:
    """A printer in the network that prints what is sent to its port."""

    def __init__(self, host: str, port: int = PORT, *, wait_s: float = WAIT_S) -> None:
        self.host, self.port, self.wait_s = host, port, wait_s

    def write(self, data: bytes) -> None:
        """Send all bytes and close; raises PrinterError."""
        try:
            with socket.create_connection((self.host, self.port), timeout=self.wait_s) as line:
                line.sendall(data)
                line.shutdown(socket.SHUT_WR)
        except OSError as error:
            where = f"{self.host}:{self.port}"
            raise PrinterError(_("打印机%(where)s没有应答。", where=where)) from error
