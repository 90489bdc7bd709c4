"""Kept files in the backup: each is sealed once under its key, and found again by it."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from enforcement import files
from enforcement.backup.places import Place, whole_file
from enforcement.backup.sealing import ChangedError, Key, read_sealed, seal, sealed_size
from enforcement.config import Config
from enforcement.files import StoredFile
from enforcement.stores import Store, store_of

AT_ONCE: Final = 1000
Named = tuple[str, bytes, int]
"""County, SHA-256, size in bytes."""


@dataclass
class Tally:
    """What became of files: how many, their bytes, how many were copied, which were not to be had.

    lost -- keys, "county/ab/cdef…"
    """

    count: int = 0
    bytes: int = 0
    copied: int = 0
    lost: list[str] = field(default_factory=list)


def store(config: Config) -> Store:
    """Return the store of kept files of the settings."""
    return store_of(config.files_dir, config.files_url, config.files_key, config.files_secret)


def sealed_name(key: str) -> str:
    """Return the name under which a file is sealed."""
    return f"files/{key}"


def copy(
    named: Iterable[Named], source: Store, place: Place, key: Key, tally: Tally
) -> Iterator[bytes]:
    """Seal each file into the place unless it is there; yield a line "key size" for each.

    Raises StoreUnavailableError where the store does not answer.
    """
    for county_code, sha256, size_bytes in named:
        name = files.key_of(county_code, sha256)
        tally.count += 1
        tally.bytes += size_bytes
        if _is_there(place, name, size_bytes):
            pass
        elif _copied(source, place, key, name, sha256):
            tally.copied += 1
        else:
            tally.lost.append(name)
        yield f"{name} {size_bytes}\n".encode()


def all_named(session: Session) -> Iterator[Named]:
    """Yield each kept file that the database names, some at a time."""
    query = select(StoredFile.county_code, StoredFile.sha256, StoredFile.size_bytes).order_by(
        StoredFile.county_code, StoredFile.sha256
    )
    for row in session.execute(query.execution_options(yield_per=AT_ONCE)):
        yield row.county_code, bytes(row.sha256), row.size_bytes


def _is_there(place: Place, name: str, size_bytes: int) -> bool:
    try:
        return (place.files / name).stat().st_size == sealed_size(size_bytes)
    except FileNotFoundError:
        return False


def _copied(source: Store, place: Place, key: Key, name: str, sha256: bytes) -> bool:
    """Seal one file; False where it is missing or its bytes are not those of its name."""
    try:
        data = source.read(name)
    except FileNotFoundError:
        return False
    if files.digest(data) != sha256:
        return False
    path = place.files / name
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with whole_file(path) as file:
        seal([data], file, key, sealed_name(name))
    return True


def listed(pieces: Iterable[bytes]) -> Iterator[tuple[str, int]]:
    """Yield key and size from the lines that `copy` gave."""
    held = b""
    for piece in pieces:
        *lines, held = (held + piece).split(b"\n")
        for line in lines:
            name, _space, size = line.decode().partition(" ")
            yield name, int(size)


def check(place: Place, key: Key, name: str) -> bool:
    """Tell whether a file of the place opens and has the hash of its name."""
    digest = hashlib.sha256()
    try:
        for piece in read_sealed(place.files / name, key, sealed_name(name)):
            digest.update(piece)
    except ChangedError:
        return False
    return digest.hexdigest() == _hash_in(name)


def bring_back(
    session: Session, place: Place, key: Key, folder: Path, say: Callable[[Tally], None]
) -> Tally:
    """Write each file that the database names into a folder of kept files; name those lost.

    say -- told of the tally every thousand files
    """
    tally = Tally()
    for county_code, sha256, size_bytes in all_named(session):
        name = files.key_of(county_code, sha256)
        tally.count += 1
        if _back(place, key, folder, name):
            tally.bytes += size_bytes
            tally.copied += 1
        else:
            tally.lost.append(name)
        if tally.count % AT_ONCE == 0:
            say(tally)
    os.sync()
    return tally


def _back(place: Place, key: Key, folder: Path, name: str) -> bool:
    path, digest = folder / name, hashlib.sha256()
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        with path.open("wb") as file:
            for piece in read_sealed(place.files / name, key, sealed_name(name)):
                digest.update(piece)
                file.write(piece)
    except ChangedError:
        path.unlink(missing_ok=True)
        return False
    if digest.hexdigest() != _hash_in(name):
        path.unlink()
        return False
    return True


def _hash_in(name: str) -> str:
    """Return the SHA-256 that a key names, in hex."""
    return name.partition("/")[2].replace("/", "")
