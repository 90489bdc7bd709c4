"""Whom the private database server runs as: never root, whose right to everything it refuses."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from enforcement.errors import DomainError


class ClusterError(DomainError):
    """The private database cannot be used; the message says what to do."""


@dataclass(frozen=True)
class Account:
    """A system account that owns the data and runs the server's programs."""

    name: str
    uid: int
    gid: int

    def run(
        self, args: Sequence[str], *, cwd: Path, check: bool = True
    ) -> subprocess.CompletedProcess[str]:
        """Run a program as this account with a bare environment; raises ClusterError if it fails.

        The caller's own settings (PGPORT, LANG ...) do not reach the program.
        """
        done = subprocess.run(  # noqa: S603 -- fixed programs, no shell
            args, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False,
            **self._as_it(cwd),
        )  # fmt: skip
        if check and done.returncode:
            raise ClusterError(f"{Path(args[0]).name}: {(done.stderr or done.stdout).strip()}")
        return done

    def opened(
        self, args: Sequence[str], *, cwd: Path = Path("/"), **streams: Any
    ) -> subprocess.Popen[bytes]:
        """Start a program as this account with a bare environment; streams -- as of Popen."""
        given = {"stdin": subprocess.DEVNULL} | streams
        return subprocess.Popen(args, **given, **self._as_it(cwd))  # noqa: S603 -- no shell

    def _as_it(self, cwd: Path) -> dict[str, Any]:
        env = {"PATH": "/usr/bin:/bin", "HOME": str(cwd), "LC_ALL": "C.UTF-8", "TZ": "UTC"}
        if self._is_me():
            return {"cwd": cwd, "env": env}
        return {"cwd": cwd, "env": env, "user": self.uid, "group": self.gid, "extra_groups": []}

    def can_enter(self, folder: Path) -> bool:
        """Say whether the account can reach what lies in `folder`, an absolute path."""
        asked = self.run(("test", "-x", str(folder)), cwd=Path("/"), check=False)
        return asked.returncode == 0

    def own(self, folder: Path) -> None:
        """Give the folder to the account and shut everybody else out."""
        if not self._is_me():
            shutil.chown(folder, self.uid, self.gid)
        folder.chmod(0o700)

    def _is_me(self) -> bool:
        return self.uid == os.geteuid()


def account_for(data: Path) -> Account:
    """Return the owner of `data`; where it is not made yet, who shall own it.

    Raises ClusterError where the data belongs to somebody else and the caller is not root.
    """
    if data.parent.exists() and not os.access(data.parent, os.X_OK):
        raise _not_ours(data)
    if data.exists():
        uid = data.stat().st_uid
        if os.geteuid() not in (0, uid):
            raise _not_ours(data)
        return _account(pwd.getpwuid(uid))
    return _account(_unprivileged() if os.geteuid() == 0 else pwd.getpwuid(os.geteuid()))


def _account(entry: pwd.struct_passwd) -> Account:
    return Account(name=entry.pw_name, uid=entry.pw_uid, gid=entry.pw_gid)


def _unprivileged() -> pwd.struct_passwd:
    """Return the packaged `postgres` account, else `nobody`."""
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise ClusterError("没有 postgres 或 nobody 用户 / there is no postgres or nobody account")


def _not_ours(data: Path) -> ClusterError:
    return ClusterError(
        f"{data} 属于别的用户：请用同一用户运行，或用 ENFORCEMENT_VAR 另指文件夹。"
        " / belongs to another user: run as that user, or set ENFORCEMENT_VAR."
    )
