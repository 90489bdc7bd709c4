"""A client that reads the stream of the live demonstration county."""

from __future__ import annotations

import http.client
import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask

from enforcement.db import transaction
from enforcement.people import services


class Stream:
    """One open stream; `next()` gives the next event as (id, kind, data)."""

    def __init__(self, port: int, token: str, path: str = "/events", **headers: str) -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        headers = {"Authorization": f"Bearer {token}", **headers} if token else headers
        self.connection.request("GET", path, headers=headers)
        self.answer = self.connection.getresponse()

    def next(self) -> tuple[int, str, dict[str, Any]]:
        """Return the next event that is no comment."""
        found: dict[str, str] = {}
        while True:
            line = self.answer.readline().decode().rstrip("\n")
            name, colon, value = line.partition(": ")
            if colon and name:
                found[name] = value
            elif not line and "data" in found:
                return int(found.get("id", 0)), found["event"], json.loads(found["data"])
            elif not line:
                found = {}

    def ended(self) -> bool:
        """Read on to the end, which the server makes; False where an event comes first."""
        while line := self.answer.readline():
            if line.startswith(b"event:"):
                return False
        return True

    def close(self) -> None:
        """Hang up."""
        self.answer.close()
        self.connection.close()


@pytest.fixture
def listen(live_app: Flask, events_port: int) -> Iterator[Callable[..., Stream]]:
    """Open streams as demonstration accounts: listen("jiexian", **{"Last-Event-ID": "7"})."""
    opened: list[Stream] = []

    def open_stream(username: str, path: str = "/events", **headers: str) -> Stream:
        with live_app.app_context(), transaction() as session:
            token = services.create_token(session, username) if username else ""
        stream = Stream(events_port, token, path, **headers)
        opened.append(stream)
        return stream

    yield open_stream
    for stream in opened:
        stream.close()
