"""A stand-in for a mail server that speaks SMTP over a real socket, and can refuse as told."""

from __future__ import annotations

import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import Message


@dataclass
class Stand:
    """What the server took, and the answers to the next messages; 250 without any left."""

    port: int = 0
    taken: list[tuple[str, Message]] = field(default_factory=list)
    answers: list[str] = field(default_factory=list)


class Talk(socketserver.StreamRequestHandler):
    """One connection: EHLO, MAIL, RCPT, DATA, QUIT (RFC 5321)."""

    stand: Stand

    def say(self, line: str) -> None:
        self.wfile.write(f"{line}\r\n".encode())

    def handle(self) -> None:
        self.say("220 stand-in ESMTP")
        to = ""
        while line := self.rfile.readline():
            word, _space, rest = line.decode().strip().partition(" ")
            match word.upper():
                case "EHLO" | "HELO" | "MAIL" | "RSET" | "NOOP":
                    self.say("250 yes")
                case "RCPT":
                    to = rest.partition("<")[2].rstrip(">")
                    self.say("250 yes")
                case "DATA":
                    self.say("354 go on")
                    self.data(to)
                case "QUIT":
                    self.say("221 bye")
                    return
                case _:
                    self.say("502 what?")

    def data(self, to: str) -> None:
        lines = []
        while (line := self.rfile.readline()) != b".\r\n":
            lines.append(line.removeprefix(b"."))
        answer = self.stand.answers.pop(0) if self.stand.answers else "250 taken"
        if answer.startswith("250"):
            self.stand.taken.append((to, message_from_bytes(b"".join(lines))))
        self.say(answer)


@contextmanager
def serving() -> Iterator[Stand]:
    """Serve on a free port of this machine."""
    stand = Stand()
    handler = type("OwnTalk", (Talk,), {"stand": stand})
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), handler) as server:
        server.daemon_threads = True
        stand.port = server.server_address[1]
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield stand
        server.shutdown()
