"""Hand archived segments to a server that recovers: it asks for one by name, we unseal it.

Its `restore_command` is a script beside the data that leaves a note and waits; a thread of ours
answers with the segment, "none", or "bad" (the file was changed: recovery stops there).
"""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from enforcement.backup import archiving
from enforcement.backup.places import Place
from enforcement.backup.sealing import BackupError, Key, inflated, read_sealed
from enforcement.postgres.account import Account

SCRIPT_NAME: Final = "fetch"
FOLDER: Final = "wal-in"
LOOK_S: Final = 0.01
SCRIPT: Final = """#!/bin/sh
# restore_command: $1 is the segment's name, $2 where it shall lie
to="$(dirname "$0")/wal-in/$1"
[ -e "$to" ] || : > "$to.want"
while [ ! -e "$to" ]; do
    if [ -e "$to.none" ]; then rm "$to.none"; exit 1; fi
    if [ -e "$to.bad" ] || [ ! -d /proc/{pid} ]; then exit 200; fi
    sleep 0.02
done
mv "$to" "$2"
"""
"""An exit above 125 ends the recovery; 1 says that the archive has no such segment."""


class Feeder:
    """Answers one server's notes; `bad` is what could not be read, `given` counts segments."""

    def __init__(self, place: Place, key: Key, folder: Path, account: Account) -> None:
        self.place, self.key, self.folder, self.account = place, key, folder, account
        self.bad: BackupError | None = None
        self.given = 0
        self._over = threading.Event()

    def run(self) -> None:
        """Answer until told to stop."""
        while not self._over.wait(LOOK_S):
            for note in self.folder.glob("*.want"):
                note.unlink()
                self._answer(note.stem)

    def stop(self) -> None:
        """Answer no more."""
        self._over.set()

    def _answer(self, name: str) -> None:
        if not self._give(name):
            self._say(name, "none")
        elif self.bad is None and archiving.SEGMENT.fullmatch(name):
            self._give(archiving.following(name))  # asked for next, mostly

    def _give(self, name: str) -> bool:
        """Unseal a segment; False where the archive has none of that name."""
        source, target = self.place.segment(name), self.folder / name
        if not source.exists():
            return False
        if target.exists():
            return True
        half = target.with_suffix(".half")
        try:
            with half.open("wb") as file:
                for piece in inflated(read_sealed(source, self.key, archiving.sealed_name(name))):
                    file.write(piece)
        except (BackupError, ValueError) as error:
            self.bad = error if isinstance(error, BackupError) else BackupError(str(error))
            self._say(name, "bad")
            return True
        self._own(half)
        half.rename(target)
        self.given += 1
        return True

    def _say(self, name: str, word: str) -> None:
        (self.folder / f"{name}.{word}").touch()

    def _own(self, path: Path) -> None:
        if self.account.uid != os.geteuid():
            os.chown(path, self.account.uid, self.account.gid)


@contextmanager
def feeding(place: Place, key: Key, beside: Path, account: Account) -> Iterator[Feeder]:
    """Answer the server whose data lies in `beside`/data while the block runs."""
    folder, script = beside / FOLDER, beside / SCRIPT_NAME
    folder.mkdir(mode=0o700)
    script.write_text(SCRIPT.replace("{pid}", str(os.getpid())))
    for path in (folder, script):
        account.own(path)
    feeder = Feeder(place, key, folder, account)
    thread = threading.Thread(target=feeder.run, daemon=True)
    thread.start()
    try:
        yield feeder
    finally:
        feeder.stop()
        thread.join()
