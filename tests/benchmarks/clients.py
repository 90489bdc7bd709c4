"""Clients of the JSON API: threads with kept connections, on this machine only."""

from __future__ import annotations

import http.client
import json
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

HOST = "127.0.0.1"
Ask = Callable[[int], tuple[str, str, Any]]  # n -> method, path, body


@dataclass
class Load:
    """What one window of several clients brought."""

    seconds: float = 0.0
    waits_ms: list[float] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)

    @property
    def rate(self) -> float:
        """Return the answers per second."""
        return len(self.waits_ms) / self.seconds


def press(port: int, tokens: list[str], ask: Ask, *, for_s: float) -> Load:
    """Let one client per token ask again and again; n is a number that no other request has."""
    load, start = Load(), time.perf_counter()
    until = start + for_s

    def client(place: int) -> None:
        connection = http.client.HTTPConnection(HOST, port, timeout=30)
        n = place
        while time.perf_counter() < until:
            asked = time.perf_counter()
            status, text = _one(connection, tokens[place], *ask(n))
            load.waits_ms.append(1000 * (time.perf_counter() - asked))
            if status not in (200, 201):
                load.wrong.append(f"{status} {text[:200]}")
            n += len(tokens)
        connection.close()

    threads = [threading.Thread(target=client, args=(place,)) for place in range(len(tokens))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    load.seconds = time.perf_counter() - start
    if load.wrong:
        raise RuntimeError(f"{len(load.wrong)} answers were wrong, the first: {load.wrong[0]}")
    return load


def _one(
    connection: http.client.HTTPConnection, token: str, method: str, path: str, body: Any
) -> tuple[int, str]:
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    data = json.dumps(body).encode() if body is not None else None
    where = path if path.startswith("/gps/") else f"/api/v1{path}"
    connection.request(method, where, body=data, headers=headers)
    answer = connection.getresponse()
    return answer.status, answer.read().decode()
