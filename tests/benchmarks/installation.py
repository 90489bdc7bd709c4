"""A whole installation for trials of faults: two database servers, web, events and worker apart.

The application runs in a network of its own (`ip netns`): the database is reached over one cable,
the clients come in over another. Each process is started again when it ends, as systemd does. The
attachments lie on a small disk of their own (tmpfs). Needs root.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from sqlalchemy import Connection, text
from sqlalchemy.orm import Session

from enforcement import webserver
from enforcement.due import DueStep
from enforcement.postgres import standby as standbys
from enforcement.postgres.server import Server
from enforcement.postgres.setup import DATABASE, ROLE, ensure_databases, superuser

SPACE: Final = f"ef{os.getpid() % 100000}"
FIRST, SECOND, APP, OUTSIDE, PAGES = (
    "10.77.61.1", "10.77.61.2", "10.77.61.9", "10.77.62.1", "10.77.62.9")  # fmt: skip
PORT: Final = 8000
DISK_MB: Final = 256
STANDBY: Final = "standby"
CLOCK: Final = Path(__file__).with_name("shifted_clock.c")
TASK: Final = "probe:mark"
WORKER: Final = (
    "from enforcement.worker import tasks; "
    f"tasks.HANDLERS['{TASK}'] = 'tests.benchmarks.installation:mark'; "
    "from enforcement.cli import main; main(['worker'])"
)


def mark(session: Session, step: DueStep) -> None:
    """Do a probe of the worker's queue: one mark for each time that it is done."""
    session.execute(text("INSERT INTO probe_mark (step_id) VALUES (:id)"), {"id": step.subject_id})


class Listening(Server):
    """A server that also listens on an address of the cable."""

    address = ""

    def _options(self) -> str:
        return super()._options().replace("listen_addresses=", f"listen_addresses={self.address}")


class Second(Listening):
    """The one on the second address."""

    address = SECOND


class First(Listening):
    """The one on the first address."""

    address = FIRST


def ip(*words: str) -> None:
    """Run one command of iproute2."""
    subprocess.run(["ip", *words], check=True)


@contextmanager
def cables() -> Iterator[None]:
    """Lay a network space with one cable to the database and one to the clients."""
    ip("netns", "add", SPACE)
    try:
        for name, ours, theirs in (("efdb", (FIRST, SECOND), APP), ("efweb", (OUTSIDE,), PAGES)):
            ip("link", "add", name, "type", "veth", "peer", "name", f"{name}i")
            ip("link", "set", f"{name}i", "netns", SPACE)
            for address in ours:
                ip("addr", "add", f"{address}/24", "dev", name)
            ip("-n", SPACE, "addr", "add", f"{theirs}/24", "dev", f"{name}i")
            ip("link", "set", name, "up")
            ip("-n", SPACE, "link", "set", f"{name}i", "up")
        ip("-n", SPACE, "link", "set", "lo", "up")
        yield
    finally:
        ip("netns", "del", SPACE)


@contextmanager
def disk(folder: Path) -> Iterator[None]:
    """Put a small disk of its own under a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    size = f"size={DISK_MB}m"
    subprocess.run(["mount", "-t", "tmpfs", "-o", size, "tmpfs", str(folder)], check=True)
    try:
        yield
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)


@dataclass
class Keeper:
    """Starts a process and starts it again when it ends, until told to stop."""

    name: str
    command: Sequence[str]
    env: dict[str, str]
    log: Path
    starts: int = 0
    over: threading.Event = field(default_factory=threading.Event)

    def start(self) -> None:
        """Start it and watch over it."""
        self._open()
        self.thread = threading.Thread(target=self._watch, daemon=True)
        self.thread.start()

    def kill(self) -> None:
        """Kill the process and its children outright."""
        os.killpg(self.process.pid, signal.SIGKILL)

    def kill_child(self) -> None:
        """Kill one of its children outright."""
        pid = self.process.pid
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        os.kill(int(children[0]), signal.SIGKILL)

    def stop(self) -> None:
        """Let it end and stay ended."""
        self.over.set()
        self.thread.join()
        self.kill()
        self.process.wait()

    def _open(self) -> None:
        self.starts += 1
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                ["ip", "netns", "exec", SPACE, *self.command], start_new_session=True,
                env=os.environ | self.env, stdout=log, stderr=log,
            )  # fmt: skip

    def _watch(self) -> None:
        while not self.over.wait(0.1):
            if self.process.poll() is not None:
                self._open()


@dataclass
class Installation:
    """What runs, and what can be done to it."""

    folder: Path
    primary: Server
    standby: Server
    keepers: dict[str, Keeper]

    @property
    def files(self) -> Path:
        """The attachments' volume."""
        return self.folder / "var" / "files"

    def kill_database(self, server: Server) -> None:
        """Kill a server and its children, as a power loss does."""
        postmaster = int(server.identity().split()[0])
        children = Path(f"/proc/{postmaster}/task/{postmaster}/children").read_text().split()
        for pid in (postmaster, *map(int, children)):
            os.kill(pid, signal.SIGKILL)

    def let_commits_wait(self) -> None:
        """Have commits of the primary wait for the standby, once it follows."""
        source = standbys.conninfo(self.primary)
        standbys.wait_for(source, STANDBY)
        standbys.require(source, STANDBY)
        until = time.monotonic() + 30
        while [one.sync for one in standbys.status(source).followers] != ["sync"]:
            if time.monotonic() > until:
                raise RuntimeError("the standby is not synchronous")
            time.sleep(0.05)


def url() -> str:
    """Return the URL of both servers, of which the one that takes writes is asked."""
    return (f"postgresql+psycopg2://{ROLE}@/{DATABASE}?host={FIRST},{SECOND}&port=5432,5432"
            "&target_session_attrs=read-write")  # fmt: skip


@contextmanager
def servers(folder: Path) -> Iterator[tuple[Server, Server]]:
    """Keep a primary up, and a second one that is not made yet."""
    first = First(folder / "a", folder / "a", "a")
    second = Second(folder / "b", folder / "b", "b")
    try:
        first.create()
        with (first.data / "pg_hba.conf").open("a") as hba:
            hba.write("host all all 10.77.61.0/24 trust\n")
        first.start()
        ensure_databases(first)
        yield first, second
    finally:
        second.remove()
        first.remove()


def follow(first: Server, second: Server) -> None:
    """Make the second server a standby of the first."""
    shutil.rmtree(second.folder, ignore_errors=True)
    second.make_folder()
    source = standbys.conninfo(first)
    standbys.copy(source, second.data, first.binaries(), first.account(), STANDBY)
    second.start()


def move_clock(folder: Path, seconds: int) -> None:
    """Let the wall clock of the web's processes run ahead of the machine's, at once."""
    with (folder / "clock").open("r+b" if (folder / "clock").exists() else "wb") as file:
        file.write(seconds.to_bytes(8, sys.byteorder, signed=True))


def keepers(folder: Path) -> dict[str, Keeper]:
    """Return the application's processes, not yet started; the web's clock can be moved."""
    shim = folder / "shifted_clock.so"
    subprocess.run(["cc", "-shared", "-fPIC", "-O2", "-o", str(shim), str(CLOCK)], check=True)
    move_clock(folder, 0)
    env = {"ENFORCEMENT_DATABASE_URL": url(), "ENFORCEMENT_VAR": str(folder / "var")}
    clock = {"LD_PRELOAD": str(shim), "SHIFTED_CLOCK": str(folder / "clock")}
    command = webserver._web(PAGES, PORT)
    commands = {
        "web": (command, env | clock),
        "worker": ([sys.executable, "-c", WORKER], env),
        "events": (webserver.own("events", "--host", PAGES, "--port", str(PORT + 1)), env),
    }
    return {name: Keeper(name, words, said, folder / f"{name}.log")
            for name, (words, said) in commands.items()}  # fmt: skip


@contextmanager
def kept(them: dict[str, Keeper]) -> Iterator[None]:
    """Keep the processes up; the pages answer when this begins."""
    for one in them.values():
        one.start()
    try:
        webserver.wait_until_well(them["web"].process, PAGES, PORT, wait_s=180)
        yield
    finally:
        for one in them.values():
            one.stop()


def prepare(connection: Connection) -> None:
    """Make the table of what the worker did."""
    connection.execute(text("CREATE TABLE probe_mark (step_id uuid NOT NULL)"))


def promote(second: Server) -> None:
    """Put the second in the first's place."""
    standbys.promote(standbys.conninfo(second))


def checkpoint(server: Server) -> None:
    """Write all to disk, so that a later recovery is short."""
    with superuser(server, "postgres") as cursor:
        cursor.execute("CHECKPOINT")
