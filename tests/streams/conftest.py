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

    def __init__(self, port: int, token: str, **headers: str) -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
        headers = {"Authorization": f"Bearer {token}", **headers} if token else headers
        self.connection.request("GET", "/events", headers=headers)
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
                return int(found["id"]), found["event"], json.loads(found["data"])
            elif not line:
                found = {}

    def close(self) -> None:
        """Hang up."""
        self.answer.close()
        self.connection.close()


@pytest.fixture
def listen(live_app: Flask, events_port: int) -> Iterator[Callable[..., Stream]]:
    """Open streams as demonstration accounts: listen("jiexian", **{"Last-Event-ID": "7"})."""
    opened: list[Stream] = []

    def open_stream(username: str, **headers: str) -> Stream:
        with live_app.app_context(), transaction() as session:
            token = services.create_token(session, username) if username else ""
        stream = Stream(events_port, token, **headers)
        opened.append(stream)
        return stream

    yield open_stream
    for stream in opened:
        stream.close()
