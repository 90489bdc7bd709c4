"""Two servers on one machine: the primary is killed under load, nothing acknowledged is lost."""

from __future__ import annotations

import logging
import os
import shutil
import signal
import tempfile
import threading
import time
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

import pytest
from sqlalchemy import text
from sqlalchemy.engine import Engine
from sqlalchemy.exc import DBAPIError

from enforcement.db import make_engine
from enforcement.postgres import standby as standbys
from enforcement.postgres.server import Server
from enforcement.postgres.setup import superuser

logger = logging.getLogger(__name__)
WRITERS = 4
LOAD_S = 1.5
MOST_OUTAGE_S = 30
STANDBY = "standby"


@dataclass
class Pair:
    """A primary, and a standby that acknowledges each commit before the primary does."""

    primary: Server
    standby: Server

    def url(self) -> str:
        """Return the URL of both, of which the one that takes writes is asked."""
        hosts = ",".join(quote(str(one.socket_dir)) for one in (self.primary, self.standby))
        return (f"postgresql+psycopg2://postgres@/postgres?host={hosts}&port=5432,5432"
                "&target_session_attrs=read-write")  # fmt: skip

    def kill(self) -> None:
        """Kill the primary and its children, as a power loss does."""
        postmaster = int(self.primary.identity().split()[0])
        children = Path(f"/proc/{postmaster}/task/{postmaster}/children").read_text().split()
        for pid in (postmaster, *map(int, children)):
            os.kill(pid, signal.SIGKILL)

    def promote(self) -> None:
        """Make the standby the primary; it no longer waits for a standby of its own."""
        standbys.promote(standbys.conninfo(self.standby))


def server_in(folder: Path) -> Server:
    folder.mkdir()
    return Server(folder=folder / "pg", socket_dir=folder / "pg", digest=folder.name)


def follow(primary: Server, standby: Server) -> None:
    """Make a standby of a running primary, and have commits wait for it."""
    standby.make_folder()
    source = standbys.conninfo(primary)
    standbys.copy(source, standby.data, primary.binaries(), primary.account(), STANDBY)
    standby.start()
    standbys.wait_for(source, STANDBY)
    standbys.require(source, STANDBY)
    with superuser(primary, "postgres") as cursor:
        cursor.execute("CREATE TABLE kept (id uuid PRIMARY KEY, at timestamptz DEFAULT now())")
    for _try in range(200):
        if [one.sync for one in standbys.status(source).followers] == ["sync"]:
            return
        time.sleep(0.05)
    raise AssertionError("the standby is not synchronous")


@pytest.fixture
def pair() -> Iterator[Pair]:
    folder = Path(tempfile.mkdtemp(prefix="ef-", dir="/tmp"))
    folder.chmod(0o755)
    primary, standby = server_in(folder / "a"), server_in(folder / "b")
    try:
        primary.create()
        primary.start()
        follow(primary, standby)
        yield Pair(primary, standby)
    finally:
        standby.remove()
        primary.remove()
        shutil.rmtree(folder)


@dataclass
class Load:
    """Writers that try each row until it is acknowledged; the row's id is their own."""

    engine: Engine
    over: threading.Event = field(default_factory=threading.Event)
    acknowledged: list[tuple[uuid.UUID, float]] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    def write(self) -> None:
        """Write rows one after the other until told to stop."""
        while not self.over.is_set():
            one = uuid.uuid4()
            while not self._kept(one) and not self.over.is_set():
                time.sleep(0.02)

    def _kept(self, one: uuid.UUID) -> bool:
        statement = text("INSERT INTO kept (id) VALUES (:id) ON CONFLICT DO NOTHING")
        try:
            with self.engine.begin() as connection:
                connection.execute(statement, {"id": str(one)})
        except DBAPIError as error:
            self.errors.append(type(error).__name__)
            return False
        self.acknowledged.append((one, time.monotonic()))
        return True


def test_no_acknowledged_row_is_lost_when_the_primary_is_killed(pair: Pair) -> None:
    engine = make_engine(pair.url())
    load = Load(engine)
    threads = [threading.Thread(target=load.write) for _n in range(WRITERS)]
    for thread in threads:
        thread.start()
    time.sleep(LOAD_S)
    pair.kill()
    killed = time.monotonic()
    before = len(load.acknowledged)
    pair.promote()
    while (again := [at for _id, at in load.acknowledged[before:] if at > killed + 0.05]) == []:
        assert time.monotonic() < killed + MOST_OUTAGE_S, load.errors[-5:]
        time.sleep(0.02)
    time.sleep(0.5)
    load.over.set()
    for thread in threads:
        thread.join()
    with engine.connect() as connection:
        kept = {str(row) for row in connection.scalars(text("SELECT id FROM kept"))}
    engine.dispose()
    lost = [one for one, _at in load.acknowledged if str(one) not in kept]
    unasked = len(kept) - len({one for one, _at in load.acknowledged})
    outage_s = again[0] - killed
    logger.info("acknowledged %d, lost %d, kept without word %d, outage %.2f s, errors %d",
                len(load.acknowledged), len(lost), unasked, outage_s, len(load.errors))  # fmt: skip
    assert lost == []
    assert before > 50
    assert len(load.acknowledged) > before
    assert 0 <= unasked <= WRITERS
    assert outage_s < MOST_OUTAGE_S
