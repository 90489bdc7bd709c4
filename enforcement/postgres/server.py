"""One PostgreSQL server below a folder: initdb, pg_ctl, and the account they run as."""

from __future__ import annotations

import logging
import os
import shlex
import shutil
import stat
import subprocess
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from enforcement.postgres.account import Account, ClusterError, account_for
from enforcement.postgres.binaries import binaries_of, newest_binaries

PORT = 5432  # only part of the socket's name: no TCP port is opened
SUPERUSER = "postgres"
ARCHIVE = "archive"  # a script beside the data; where there is none, no log is archived
ARCHIVE_COMMAND = f'test ! -x ../{ARCHIVE} || ../{ARCHIVE} "%p" "%f"'
LOG_MAX_BYTES = 10_000_000
SETTINGS = """
# added when this cluster was made
max_connections = 100
shared_buffers = 128MB
jit = off
random_page_cost = 1.1
timezone = 'UTC'
log_timezone = 'UTC'
log_checkpoints = off
log_error_verbosity = terse          # statements and details carry personal data:
log_min_error_statement = panic      # they stay out of the log
"""

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Server:
    """The server whose data lies in `folder`/data; no method changes anything unless it says so.

    socket_dir -- where clients find the socket; at most 88 bytes
    digest -- short name of this installation, for folders outside `folder`
    """

    folder: Path
    socket_dir: Path
    digest: str

    @property
    def data(self) -> Path:
        """The data directory; `folder` may be a symlink."""
        return self.folder.resolve() / "data"

    def account(self) -> Account:
        """Return whom the server runs as: the owner of the data, else who is fit to own it."""
        return account_for(self.data)

    def identity(self) -> str:
        """Return process id and start time of the running server, "" when there is none."""
        lines = self._pid_file()
        return f"{lines[0]} {lines[2]}" if len(lines) > 2 else ""

    def is_running(self) -> bool:
        """Say whether the process named in postmaster.pid lives in this very data directory.

        After a power loss the same number may belong to any other process.
        """
        lines = self._pid_file()
        if not lines:
            return False
        asked = self._run("stat", "-L", "-c", "%d:%i", f"/proc/{lines[0]}/cwd", check=False)
        found = self.data.stat()
        return asked.stdout.strip() == f"{found.st_dev}:{found.st_ino}"

    def create(self) -> None:
        """Make the data directory with checksums, unless it is there; a half-made one is redone."""
        if (self.data / "PG_VERSION").exists():
            return
        self.make_folder()
        new = self.data.with_name("data.new")
        shutil.rmtree(new, ignore_errors=True)
        self._run(
            str(newest_binaries() / "initdb"), "-D", str(new), "-U", SUPERUSER, "-A", "trust",
            "-E", "UTF8", "--locale=C.UTF-8", "--data-checksums", "--no-instructions",
        )  # fmt: skip
        with (new / "postgresql.conf").open("a") as conf:
            conf.write(SETTINGS)
        new.rename(self.data)

    def start(self, *, wait_s: int = 600, again: Sequence[int] = (1, 2, 4)) -> None:
        """Start it and wait until it takes connections; recovery after a crash may take minutes.

        again -- seconds between tries: orphans of a killed server need a moment to go
        """
        self._require_reach()
        self._make_socket_dir()
        self._forget_stranger()
        self._turn_log()
        for patience_s in (*again, 0):
            done = self._pg_ctl(
                "start", "-t", str(wait_s), "-l", str(self._log()), "-o", self._options()
            )
            if done.returncode == 0:
                return
            time.sleep(patience_s)
        raise ClusterError(
            f"数据库没有启动，见 {self._log()} / the database did not start, see that log:\n"
            + "\n".join([*self.log_lines()[-5:], done.stderr.strip()])
        )

    def stop(self) -> None:
        """Stop it: sessions are ended, what was committed is on disk."""
        done = self._pg_ctl("stop", "-m", "fast", "-t", "120")
        if done.returncode:
            raise ClusterError(f"数据库没有停下 / the database did not stop: {done.stderr.strip()}")

    def binaries(self) -> Path:
        """Return the folder of the programs that fit the data."""
        return binaries_of((self.data / "PG_VERSION").read_text().strip())

    def remove(self) -> None:
        """Stop it and remove the data, the log and the folder of the socket."""
        if self.folder.exists() and self.is_running():
            self.stop()
        if self.folder.is_symlink():
            shutil.rmtree(self.folder.resolve(), ignore_errors=True)
            self.folder.unlink()
        shutil.rmtree(self.folder, ignore_errors=True)
        if self._socket_is_apart():
            shutil.rmtree(self.socket_dir, ignore_errors=True)

    def _pid_file(self) -> list[str]:
        try:
            return (self.data / "postmaster.pid").read_text().split("\n")
        except FileNotFoundError:
            return []

    def _forget_stranger(self) -> None:
        """Remove postmaster.pid when its number now belongs to a process of another kind.

        PostgreSQL would refuse to start until that process ends. It still checks the shared
        memory of a predecessor by itself, so a living server is never joined by a second one.
        """
        lines = self._pid_file()
        if lines and Path("/proc", lines[0]).exists() and not self.is_running():
            (self.data / "postmaster.pid").unlink()

    def _log(self) -> Path:
        return self.data.with_name("log")

    def log_lines(self) -> list[str]:
        """Return the lines of the server's log."""
        path = self._log()
        return path.read_text(errors="replace").splitlines() if path.exists() else []

    def _turn_log(self) -> None:
        path = self._log()
        if path.exists() and path.stat().st_size > LOG_MAX_BYTES:
            path.rename(path.with_name("log.1"))

    def _options(self) -> str:
        here = self.socket_dir if self._socket_is_apart() else self.folder.resolve()
        settings = (f"port={PORT}", "listen_addresses=", f'unix_socket_directories="{here}"',
                    "unix_socket_permissions=0700", "archive_mode=on",
                    f"archive_command={ARCHIVE_COMMAND}")  # fmt: skip
        return " ".join(f"-c {shlex.quote(setting)}" for setting in settings)

    def _pg_ctl(self, *args: str) -> subprocess.CompletedProcess[str]:
        return self._run(
            str(self.binaries() / "pg_ctl"), "-D", str(self.data), "-w", *args, check=False
        )

    def _socket_is_apart(self) -> bool:
        return self.socket_dir != self.folder

    def _require_reach(self) -> None:
        account = self.account()
        if not account.can_enter(self.data):
            raise ClusterError(
                f"{account.name} 进不了 {self.data}：请移到它进得去的文件夹，并设 ENFORCEMENT_VAR。"
                f" / {account.name} cannot reach that folder: move it, and set ENFORCEMENT_VAR."
            )

    def make_folder(self) -> None:
        """Make the 0700 folder for the account, or a symlink to one that it can reach."""
        account = self.account()
        if self.folder.is_symlink() and not self.folder.exists():
            raise ClusterError(f"{self.folder} 指向的数据不在了 / points to data that is not there")
        if not self.folder.exists() and account.can_enter(self.folder.parent):
            self.folder.mkdir(mode=0o700)
        elif not self.folder.exists():
            apart = tempfile.mkdtemp(prefix=f"enforcement-{self.digest}-", dir="/var/lib")
            self.folder.symlink_to(apart)
            log.warning("数据放在 / the data is kept in %s (%s 进不了 / cannot enter %s)",
                        apart, account.name, self.folder.parent)  # fmt: skip
        account.own(self.folder.resolve())

    def _make_socket_dir(self) -> None:
        if not self._socket_is_apart():
            return
        account = self.account()
        if not os.path.lexists(self.socket_dir):
            self.socket_dir.mkdir(mode=0o700)
            account.own(self.socket_dir)
        found = self.socket_dir.lstat()
        if not stat.S_ISDIR(found.st_mode) or found.st_uid != account.uid or found.st_mode & 0o077:
            raise ClusterError(
                f"{self.socket_dir} 不属于 {account.name}，请删除后重试"
                f" / does not belong to {account.name}: remove it and try again"
            )

    def _run(self, *args: str, check: bool = True) -> subprocess.CompletedProcess[str]:
        return self.account().run(args, cwd=self.folder.resolve(), check=check)
