"""Phones on a bad network: the protocol of sender.js, a server that is killed, and what is checked.

Used by the test (small) and by `scripts/bench phones` (long). All randomness comes from a seed.
"""

from __future__ import annotations

import hashlib
import http.client
import json
import os
import random
import re
import signal
import subprocess
import threading
import time
import uuid
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import urlencode

from enforcement import webserver
from enforcement.demo import DEMO_WORD
from enforcement.demo.photo import draw_photo

HOST: Final = "127.0.0.1"
PIECE_BYTES: Final = 16 * 1024
ACCOUNTS: Final = ("fujing", "xieguan", "zhifa1", "zhifa2", "zhongdui")


class LostError(Exception):
    """The network took the request or its answer away."""


@dataclass(frozen=True)
class Answer:
    """What the server said."""

    status: int
    headers: Mapping[str, str]
    body: bytes


def ask(
    port: int, method: str, path: str, headers: Mapping[str, str], body: bytes | None = None
) -> Answer:
    """Send one request on a connection of its own; raises LostError where nobody answers."""
    connection = http.client.HTTPConnection(HOST, port, timeout=20)
    try:
        connection.request(method, path, body=body, headers=dict(headers))
        answer = connection.getresponse()
        return Answer(answer.status, answer.headers, answer.read())
    except (OSError, http.client.HTTPException) as error:
        raise LostError(str(error)) from error
    finally:
        connection.close()


@dataclass
class Network:
    """Loses requests, loses answers, repeats requests, and delivers repeats late."""

    port: int
    dice: random.Random
    lose: float = 0.08
    lose_answer: float = 0.10
    repeat: float = 0.10
    late: list[tuple[str, str, Mapping[str, str], bytes | None]] = field(default_factory=list)
    did: Counter[str] = field(default_factory=Counter)

    def ask(
        self, method: str, path: str, headers: Mapping[str, str], body: bytes | None = None
    ) -> Answer:
        """Send a request as this network does; raises LostError."""
        self._deliver_late()
        self.did["requests"] += 1
        if self.dice.random() < self.lose:
            self.did["lost"] += 1
            raise LostError("lost")
        answer = ask(self.port, method, path, headers, body)
        if self.dice.random() < self.repeat:
            self._repeat(method, path, headers, body)
        if self.dice.random() < self.lose_answer:
            self.did["answers lost"] += 1
            raise LostError("answer lost")
        return answer

    def _repeat(
        self, method: str, path: str, headers: Mapping[str, str], body: bytes | None
    ) -> None:
        self.did["repeated"] += 1
        if self.dice.random() < 0.5:
            self.late.append((method, path, headers, body))
        else:
            ask(self.port, method, path, headers, body)

    def _deliver_late(self) -> None:
        """Deliver what was held back, now and then, after requests that were sent later."""
        if self.late and self.dice.random() < 0.3:
            self.did["late"] += 1
            ask(self.port, *self.late.pop(self.dice.randrange(len(self.late))))


@dataclass(frozen=True)
class Waiting:
    """A report in a phone's queue."""

    key: str
    fields: Mapping[str, Any]
    photos: Sequence[bytes]


class Phone:
    """A phone that keeps its reports until the server has said that it keeps them."""

    def __init__(self, account: str, network: Network, queue: list[Waiting]) -> None:
        self.account, self.network, self.queue = account, network, queue
        self.cookie = ""
        self.refused: list[str] = []
        self.sent = 0

    def sign_in(self) -> None:
        """Sign in through the page, on a good network."""
        page = ask(self.network.port, "GET", "/sign-in", {})
        found = re.search(rb'name="csrf_token"[^>]*value="([^"]+)"', page.body)
        assert found, page.body[:300]
        said = {"csrf_token": found[1].decode(), "username": self.account, "password": DEMO_WORD}
        headers = {"Cookie": _cookie(page), "Content-Type": "application/x-www-form-urlencoded"}
        answer = ask(self.network.port, "POST", "/sign-in", headers, urlencode(said).encode())
        assert answer.status == 302, answer.body[:300]
        home = ask(self.network.port, "GET", "/m/", {"Cookie": _cookie(answer)})
        assert home.status == 200, home.body[:300]
        self.cookie = _cookie(home)  # with the secret behind the tokens of its requests

    def work(self, stop: threading.Event) -> None:
        """Send until nothing waits, in any order, as sender.js does on each of its rounds."""
        while self.queue and not stop.is_set():
            self.network.dice.shuffle(self.queue)
            token = self._token()
            for waiting in list(self.queue) if token else ():
                with suppress(LostError):
                    self._send(waiting, token)
            stop.wait(self.network.dice.random() * 0.05)

    def _token(self) -> str:
        """Return the token of the session, "" where it could not be asked for."""
        try:
            return str(json.loads(self._ask("GET", "/m/me", {}).body)["csrf"])
        except LostError:
            return ""

    def _send(self, waiting: Waiting, token: str) -> None:
        for photo in waiting.photos:
            self._upload(photo, token)
        photos = [hashlib.sha256(photo).hexdigest() for photo in waiting.photos]
        body = json.dumps({**waiting.fields, "key": waiting.key, "photos": photos}).encode()
        headers = {"X-CSRFToken": token, "Content-Type": "application/json"}
        self._ask("POST", "/m/send", headers, body)
        self.queue.remove(waiting)
        self.sent += 1

    def _upload(self, photo: bytes, token: str) -> None:
        path = f"/m/files/{hashlib.sha256(photo).hexdigest()}"
        at = self._ask("HEAD", path, {})
        while at.headers["Upload-Complete"] != "?1":
            offset = int(at.headers["Upload-Offset"])
            headers = {"X-CSRFToken": token, "Content-Type": "application/offset+octet-stream",
                       "Upload-Offset": str(offset), "Upload-Length": str(len(photo))}  # fmt: skip
            at = self._ask("PATCH", path, headers, photo[offset : offset + PIECE_BYTES])

    def _ask(
        self, method: str, path: str, headers: Mapping[str, str], body: bytes | None = None
    ) -> Answer:
        answer = self.network.ask(method, path, {**headers, "Cookie": self.cookie}, body)
        if answer.status < 300:
            return answer
        self.network.did[f"status {answer.status}"] += 1
        if answer.status in (413, 422):
            self.refused.append(f"{method} {path}: {answer.status} {answer.body[:200]!r}")
        raise LostError(f"{answer.status}")


def _cookie(answer: Answer) -> str:
    return str(answer.headers["Set-Cookie"]).split(";", 1)[0]


class Server:
    """The web process, with its workers, that can be killed outright and started again."""

    def __init__(self, settings: Mapping[str, str]) -> None:
        self.port = webserver.free_port(HOST)
        self.settings = settings
        self.start()

    def start(self) -> None:
        """Start it and return when it answers."""
        self.process = subprocess.Popen(
            webserver._web(HOST, self.port), env={**os.environ, **self.settings},
            start_new_session=True,
        )  # fmt: skip
        webserver.wait_until_well(self.process, HOST, self.port, wait_s=120)

    def kill(self) -> None:
        """Kill it and its workers with SIGKILL."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()


@dataclass
class Story:
    """What the phones sent and what became of it."""

    reports: list[Waiting]
    did: Counter[str]
    seconds: float
    kills: int
    refused: list[str]
    left: int


def reports(
    phones: int, each: int, point: tuple[float, float], at: str, seed: int, photo_bytes: int
) -> list[list[Waiting]]:
    """Return the queues of so many phones: reports with one to three photos, no two alike."""
    dice = random.Random(seed)
    return [
        [
            Waiting(
                key=str(uuid.UUID(int=dice.getrandbits(128), version=4)),
                fields={"category": "04", "description": f"乱网{seed}-{phone}-{n}", "lon": point[0],
                        "lat": point[1], "accuracy_m": 8.0, "occurred_at": at},
                photos=[_photo(dice, photo_bytes) for _ in range(dice.randint(1, 3))],
            )
            for n in range(each)
        ]
        for phone in range(phones)
    ]  # fmt: skip


def _photo(dice: random.Random, size: int) -> bytes:
    picture = draw_photo(dice.randrange(1000))
    return picture + dice.randbytes(max(16, size - len(picture)))


def run(server: Server, queues: list[list[Waiting]], *, seed: int, within_s: float) -> Story:
    """Let the phones send all they have while the server is killed twice; then stop them."""
    whole = [waiting for queue in queues for waiting in queue]
    phones = [
        Phone(ACCOUNTS[n % len(ACCOUNTS)], Network(server.port, random.Random(seed + n)), queue)
        for n, queue in enumerate(queues)
    ]
    for phone in phones:
        phone.sign_in()
    stop, start = threading.Event(), time.monotonic()
    threads = [threading.Thread(target=phone.work, args=(stop,)) for phone in phones]
    for thread in threads:
        thread.start()
    kills = _kill_twice(server, lambda: sum(phone.sent for phone in phones), len(whole),
                        start + within_s)  # fmt: skip
    for thread in threads:
        thread.join(max(0.0, start + within_s - time.monotonic()))
    stop.set()
    for thread in threads:
        thread.join()
    did = sum((phone.network.did for phone in phones), Counter())
    return Story(
        whole, did, time.monotonic() - start, kills,
        [words for phone in phones for words in phone.refused],
        sum(len(phone.queue) for phone in phones),
    )  # fmt: skip


def _kill_twice(server: Server, sent: Callable[[], int], count: int, until: float) -> int:
    """Kill the server when a third and when two thirds of the reports are in."""
    kills = 0
    while kills < 2 and time.monotonic() < until:
        if sent() >= count * (kills + 1) // 3:
            server.kill()
            server.start()
            kills += 1
        else:
            time.sleep(0.01)
    return kills
