"""Read backups back, all of them that is sealed, and name each file that is not what it was."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from pathlib import Path

from enforcement.backup import archiving, filing, manifest
from enforcement.backup.manifest import FILES, PARTS, Manifest
from enforcement.backup.places import Place
from enforcement.backup.sealing import BackupError, Key, inflated, read_sealed


@dataclass
class Checked:
    """What was read and what is wrong, by the paths in the place."""

    backup: str
    parts: int = 0
    segments: int = 0
    files: int = 0
    bad: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)

    @property
    def well(self) -> bool:
        """Tell whether nothing is wrong."""
        return not (self.bad or self.missing)


def verify(place: Place, key: Key, made: Manifest) -> Checked:
    """Read a backup's parts, the log from its beginning on, and the files that it names."""
    found = Checked(made.name)
    for part in PARTS:
        found.parts += 1
        _part(place, key, made, part, found)
    _log(place, key, made, found)
    if f"base/{manifest.sealed_name(made.name, FILES)}" not in found.bad:
        _files(place, key, made, found)
    return found


def _part(place: Place, key: Key, made: Manifest, part: str, found: Checked) -> None:
    name = manifest.sealed_name(made.name, part)
    path = place.base / name
    if not path.exists():
        found.missing.append(f"base/{name}")
    elif _sha256(path) != made.parts[part].sha256 or not _opens(path, key, name):
        found.bad.append(f"base/{name}")


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _opens(path: Path, key: Key, name: str) -> bool:
    try:
        for _piece in read_sealed(path, key, name):
            pass
    except BackupError:
        return False
    return True


def _log(place: Place, key: Key, made: Manifest, found: Checked) -> None:
    """Read the segments from the backup's first on; they must follow each other."""
    gap = archiving.first_gap(place, made.first_segment, made.moment.segment)
    if gap is not None:
        found.missing.append(f"wal/{gap}")
    for path in sorted(place.wal.iterdir()):
        if archiving.SEGMENT.fullmatch(path.name) and path.name[8:] >= made.first_segment[8:]:
            found.segments += 1
            if not _opens(path, key, archiving.sealed_name(path.name)):
                found.bad.append(f"wal/{path.name}")


def _files(place: Place, key: Key, made: Manifest, found: Checked) -> None:
    """Read each file the backup names; those that were not to be had then are not asked for."""
    name, lost = manifest.sealed_name(made.name, FILES), set(made.files.lost)
    for file, _size in filing.listed(inflated(read_sealed(place.base / name, key, name))):
        if file in lost:
            continue
        found.files += 1
        if not (place.files / file).exists():
            found.missing.append(f"files/{file}")
        elif not filing.check(place, key, file):
            found.bad.append(f"files/{file}")
