"""A whole installation under load, one fault after the other: what was acknowledged and is gone.

Clients report incidents over the API, each with a key of its own, every third with a photo, and
send again what was not acknowledged. Items for the worker are planned meanwhile. For each fault:
reports acknowledged, lost (not in the database, or the photo not whole) and doubled (two incidents
of one key), seconds without an acknowledgement, items of the worker lost and doubled. Last a
counter-run: a failover without synchronous commit, where the same count must be able to see a loss.

BENCH_FAULTS=words takes only the faults with these words in their name, and no counter-run. Needs
root (ip netns, tmpfs) and a C compiler (the clock that is moved).
"""

from __future__ import annotations

import base64
import hashlib
import http.client
import itertools
import json
import logging
import os
import signal
import threading
import time
import uuid
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Final

from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from enforcement import clock, due, files
from enforcement.config import Config
from enforcement.db import transaction
from enforcement.demo import COUNTY_CODE
from enforcement.demo.photo import draw_photo
from enforcement.people import tokens as people
from enforcement.postgres import standby as standbys
from enforcement.postgres.migrations import migrate
from enforcement.postgres.setup import DATABASE, superuser
from tests.benchmarks import installation
from tests.benchmarks.installation import PAGES, PORT, Installation
from tests.benchmarks.measuring import Row
from tests.benchmarks.places import application, environment, folder, load_demo, sessions
from tests.case.making import home_point

ACCOUNTS: Final = ("fujing", "xieguan", "zhifa1", "zhifa2")
CALM_S, FAULT_S, AFTER_S = 3.0, 6.0, 5.0
PATIENCE_S: Final = 90
TRIES: Final = int(os.environ.get("BENCH_FAULTS_TRIES", "4"))
ONLY: Final = os.environ.get("BENCH_FAULTS", "")
logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Sent:
    """A report that was acknowledged: its words, the SHA-256 of its photo, when."""

    words: str
    photo: bytes | None
    at: float


@dataclass
class Load:
    """Clients that try each report until it is acknowledged, and a planner of worker's items."""

    fault: str
    tokens: list[str]
    point: tuple[float, float]
    occurred: datetime
    over: threading.Event = field(default_factory=threading.Event)
    sent: list[Sent] = field(default_factory=list)
    items: list[uuid.UUID] = field(default_factory=list)
    answers: Counter[str] = field(default_factory=Counter)
    left: int = 0

    def client(self, place: int) -> None:
        """Report one after the other; the last one is sent until it is acknowledged, too."""
        n = 0
        while not self.over.is_set():
            n += 1
            words = f"故障-{self.fault}-{place}-{n}"
            photo = draw_photo(n) + os.urandom(40_000) if n % 3 == 0 else None
            self._send(words, photo, self.tokens[place])

    def _send(self, words: str, photo: bytes | None, token: str) -> None:
        shown = [{"name": "a.jpg", "content": base64.b64encode(photo).decode()}] if photo else []
        body = json.dumps({
            "category": "04", "description": words, "lon": self.point[0], "lat": self.point[1],
            "accuracy_m": 8, "occurred_at": self.occurred.isoformat(), "photos": shown,
            "key": str(uuid.uuid4()),
        })  # fmt: skip
        until = time.monotonic() + PATIENCE_S
        while time.monotonic() < until:
            said = _post(body, token)
            self.answers[said] += 1
            if said == "201":
                sha256 = hashlib.sha256(photo).digest() if photo else None
                self.sent.append(Sent(words, sha256, time.monotonic()))
                return
            time.sleep(0.1)
        self.left += 1

    def planner(self, app: Flask) -> None:
        """Plan items for the worker; those whose transaction was acknowledged are counted."""
        while not self.over.wait(0.1):
            one = uuid.uuid4()
            with suppress(DBAPIError), sessions(app).begin() as session:
                due.schedule(session, COUNTY_CODE, installation.TASK, one, "probe",
                             clock.now(session))  # fmt: skip
                session.commit()
                self.items.append(one)


def _post(body: str, token: str) -> str:
    connection = http.client.HTTPConnection(PAGES, PORT, timeout=15)
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    try:
        connection.request("POST", "/api/v1/incidents", body=body, headers=headers)
        answer = connection.getresponse()
        answer.read()
        return str(answer.status)
    except (OSError, http.client.HTTPException) as error:
        return type(error).__name__
    finally:
        connection.close()


@dataclass(frozen=True)
class Count:
    """What became of what was acknowledged."""

    acknowledged: int
    lost: int
    doubled: int
    outage_s: float
    items: int
    items_lost: int
    items_doubled: int
    answers: dict[str, int]
    left: int


def run() -> list[Row]:
    """Do one fault after the other, then the counter-run."""
    with ExitStack() as stack:
        place = stack.enter_context(folder())
        stack.enter_context(installation.cables())
        first, second = stack.enter_context(installation.servers(place))
        stack.enter_context(environment(
            ENFORCEMENT_DATABASE_URL=installation.url(), ENFORCEMENT_VAR=str(place / "var"),
            ENFORCEMENT_FONTS=str(Config.from_env().var / "fonts")))  # fmt: skip
        stack.enter_context(installation.disk(place / "var" / "files"))
        config = Config.from_env()
        migrate(config.owner, config.app_role)
        app = stack.enter_context(application(Config.from_env()))
        load_demo(app)
        with app.extensions["enforcement.engine"].begin() as connection:
            installation.prepare(connection)
        installation.follow(first, second)
        them = installation.keepers(place)
        stack.enter_context(installation.kept(them))
        it = Installation(place, first, second, them)
        it.let_commits_wait()
        found = {name: _trial(app, it, name, fault) for name, fault in FAULTS.items()
                 if ONLY in name}  # fmt: skip
    rows = [row for name, count in found.items() for row in _rows(name, count)]
    return rows if ONLY else rows + counter_run()


def _trial(app: Flask, it: Installation, name: str, fault: Callable[[Installation], None]) -> Count:
    """Let the load run, do the fault, let it run on, then count."""
    with app.app_context(), transaction() as session:
        point, now = home_point(session), clock.now(session)
        tokens = [people.create_token(session, one) for one in ACCOUNTS]
    load = Load(name, tokens, point, now)
    with _running(app, load):
        time.sleep(CALM_S)
        began = time.monotonic()
        fault(it)
        ended = time.monotonic()
        time.sleep(AFTER_S)
        _until_heard(load, ended)
    count = _counted(app, load, began)
    logger.warning("%s: %s", name, count)
    return count


@contextmanager
def _running(app: Flask, load: Load) -> Iterator[None]:
    threads = [threading.Thread(target=load.client, args=(place,))
               for place in range(len(load.tokens))]  # fmt: skip
    threads.append(threading.Thread(target=load.planner, args=(app,)))
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        load.over.set()
        for thread in threads:
            thread.join()


def _until_heard(load: Load, after: float) -> None:
    """Wait until something was acknowledged after the fault."""
    until = time.monotonic() + PATIENCE_S
    while time.monotonic() < until and not any(one.at > after for one in load.sent):
        time.sleep(0.1)


def _counted(app: Flask, load: Load, began: float) -> Count:
    """Compare what was acknowledged with what is there."""
    with app.app_context(), transaction() as session:
        kept = Counter(session.scalars(text(
            "SELECT description FROM incident WHERE description LIKE :like"),
            {"like": f"故障-{load.fault}-%"}))  # fmt: skip
        lost = [one for one in load.sent if one.words not in kept or not _is_whole(one)]
        photos = Counter(session.scalars(text(
            "SELECT i.description FROM incident i JOIN incident_photo p ON p.incident_id = i.id "
            "WHERE i.description LIKE :like"), {"like": f"故障-{load.fault}-%"}))  # fmt: skip
    lost += [one for one in load.sent if one.photo and photos[one.words] != 1 and one not in lost]
    marks = _marks(app, load.items)
    return Count(
        len(load.sent), len(lost), sum(n - 1 for n in kept.values()), _outage(load, began),
        len(load.items), sum(one not in marks for one in load.items),
        sum(n - 1 for n in marks.values()), dict(load.answers), load.left,
    )  # fmt: skip


def _is_whole(one: Sent) -> bool:
    with suppress(OSError):
        return one.photo is None or bool(files.read(COUNTY_CODE, one.photo))
    return False


def _marks(app: Flask, items: list[uuid.UUID]) -> Counter[uuid.UUID]:
    """Return how often each item was done, once the worker has had time for all of them."""
    until, found = time.monotonic() + 60, Counter[uuid.UUID]()
    while time.monotonic() < until and len(found) < len(items):
        time.sleep(0.5)
        with sessions(app)() as session:
            rows = session.scalars(text("SELECT step_id FROM probe_mark"))
            asked = set(items)
            found = Counter(one for one in rows if one in asked)
    return found


def _outage(load: Load, began: float) -> float:
    """Return the longest time without an acknowledgement that ended after the fault began."""
    times = sorted(one.at for one in load.sent)
    return max((b - a for a, b in itertools.pairwise(times) if b > began), default=0.0)


# --- faults ------------------------------------------------------------------------------------


def nothing(_it: Installation) -> None:
    """No fault: what the machine does by itself."""
    time.sleep(FAULT_S)


def web_process(it: Installation) -> None:
    """One of gunicorn's processes is killed."""
    it.keepers["web"].kill_child()
    time.sleep(FAULT_S)


def web_server(it: Installation) -> None:
    """Gunicorn is killed with its processes and started again."""
    it.keepers["web"].kill()
    time.sleep(FAULT_S)


def worker(it: Installation) -> None:
    """The worker is killed and started again, several times."""
    for _n in range(3):
        it.keepers["worker"].kill()
        time.sleep(FAULT_S)


def database(it: Installation) -> None:
    """The primary is killed and started again."""
    it.kill_database(it.primary)
    it.primary.start()


def database_restart(it: Installation) -> None:
    """The primary is restarted by its administrator."""
    it.primary.stop()
    it.primary.start()


def standby_lost(it: Installation) -> None:
    """The standby is killed: commits wait, until the runbook's answer; then it follows again."""
    it.kill_database(it.standby)
    time.sleep(FAULT_S / 2)
    standbys.require(standbys.conninfo(it.primary), "")
    time.sleep(FAULT_S / 2)
    it.standby.start()
    it.let_commits_wait()


def disk_full(it: Installation) -> None:
    """The attachments' volume is full for a while; nothing of what failed may stay on it."""
    filler = it.files / "filler"
    with suppress(OSError), filler.open("wb", buffering=0) as file:
        while True:
            file.write(bytes(4096))
    time.sleep(FAULT_S)
    filler.unlink()
    beside = [path for path in it.files.rglob("tmp*") if path.is_file()]
    time.sleep(1)
    if stale := [path for path in beside if path.exists()]:
        raise RuntimeError(f"{len(stale)} pieces were left on the full disk")


def clock_step(it: Installation) -> None:
    """The clock of the application's machine jumps ahead by three hours, then back by six."""
    for seconds in (3 * 3600, -3 * 3600, 0):
        installation.move_clock(it.folder, seconds)
        off = _clock_of_the_web() - time.time()
        if abs(off - seconds) > 5:
            raise RuntimeError(f"the web's clock is {off:.0f} s off, not {seconds}")
        time.sleep(FAULT_S / 2)
    with superuser(it.primary, DATABASE) as cursor:
        cursor.execute(
            "SELECT count(*) FROM incident WHERE description LIKE '故障-clock%' "
            "AND abs(extract(epoch FROM received_at - clock_timestamp())) > 600"
        )
        if cursor.fetchone() != (0,):
            raise RuntimeError("reports bear the web's hour")


def _clock_of_the_web() -> float:
    """Return what the pages say that the time is, in seconds."""
    connection = http.client.HTTPConnection(PAGES, PORT, timeout=15)
    connection.request("GET", "/healthz")
    said = connection.getresponse().headers["Date"]
    connection.close()
    return parsedate_to_datetime(said).timestamp()


def cable_cut(it: Installation) -> None:
    """The cable between application and database is cut, then mended."""
    assert it
    installation.ip("link", "set", "efdb", "down")
    time.sleep(FAULT_S)
    installation.ip("link", "set", "efdb", "up")


def failover(it: Installation) -> None:
    """The primary is killed for good and the standby put in its place."""
    it.kill_database(it.primary)
    installation.promote(it.standby)


FAULTS: Final[dict[str, Callable[[Installation], None]]] = {
    "none": nothing,
    "kill -9 of a web process": web_process,
    "kill -9 of the web server": web_server,
    "kill -9 of the worker, 3 times": worker,
    "kill -9 of the database": database,
    "restart of the database": database_restart,
    "kill -9 of the standby": standby_lost,
    "attachments' volume full": disk_full,
    "clock step of the web's machine": clock_step,
    "network cut to the database": cable_cut,
    "kill -9 of the primary, standby promoted": failover,
}


def _rows(name: str, count: Count) -> list[Row]:
    said = ", ".join(f"{what} {n}" for what, n in sorted(count.answers.items()))
    return [
        Row(f"{name}: acknowledged", "", (count.acknowledged,), f"{said}; {count.left} given up"),
        Row("  lost", "", (count.lost,)),
        Row("  doubled", "", (count.doubled,)),
        Row("  outage", "s", (count.outage_s,)),
        Row("  worker's items lost", "", (count.items_lost,), f"of {count.items}"),
        Row("  worker's items doubled", "", (count.items_doubled,)),
    ]


# --- counter-run -------------------------------------------------------------------------------


def counter_run() -> list[Row]:
    """Fail over without synchronous commit, with the standby's link stalled before and not."""
    rows = []
    for stalled_s, name in ((0.0, "asynchronous"), (0.5, "asynchronous, link stalled 0.5 s")):
        found = [_failed_over(stalled_s, sync=False) for _try in range(TRIES)]
        rows += _lost(f"counter-run, {name}", found)
    rows += _lost("same, synchronous, link stalled 0.5 s",
                  [_failed_over(0.5, sync=True) for _try in range(TRIES)])  # fmt: skip
    return rows


def _lost(name: str, found: list[tuple[int, int]]) -> list[Row]:
    return [
        Row(f"{name}: rows acknowledged", "", tuple(float(all_) for all_, _lost in found)),
        Row("  lost", "", tuple(float(lost) for _all, lost in found)),
    ]


def _failed_over(stalled_s: float, *, sync: bool) -> tuple[int, int]:
    """Write through a pair, kill the primary, promote; return rows acknowledged and lost."""
    from enforcement.db import make_engine
    from tests.replication import test_failover as bare

    with folder() as place:
        pair = bare.Pair(bare.server_in(place / "a"), bare.server_in(place / "b"))
        try:
            pair.primary.create()
            pair.primary.start()
            bare.follow(pair.primary, pair.standby)
            if not sync:
                standbys.require(standbys.conninfo(pair.primary), "")
            engine = make_engine(pair.url())
            load = bare.Load(engine)
            threads = [threading.Thread(target=load.write) for _n in range(bare.WRITERS)]
            for thread in threads:
                thread.start()
            time.sleep(1.5)
            if stalled_s:
                _stall(pair.primary.data, stalled_s)
            pair.kill()
            pair.promote()
            time.sleep(1)
            load.over.set()
            for thread in threads:
                thread.join()
            with engine.connect() as connection:
                kept = {str(one) for one in connection.scalars(text("SELECT id FROM kept"))}
            engine.dispose()
        finally:
            pair.standby.remove()
            pair.primary.remove()
    return len(load.acknowledged), sum(str(one) not in kept for one, _at in load.acknowledged)


def _stall(data: Path, seconds: float) -> None:
    """Stop who sends the log for a while, as a link does that hangs; it never goes on."""
    postmaster = (data / "postmaster.pid").read_text().split()[0]
    children = Path(f"/proc/{postmaster}/task/{postmaster}/children").read_text().split()
    asked = {pid: Path(f"/proc/{pid}/cmdline").read_text() for pid in children}
    [sender] = [int(pid) for pid, words in asked.items() if "walsender" in words]
    os.kill(sender, signal.SIGSTOP)
    time.sleep(seconds)
