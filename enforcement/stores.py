"""Where the bytes of kept files lie: a folder of this machine, or a bucket by the S3 protocol.

Keys are "county/ab/cdef…": the county, then the SHA-256 in hex. What is kept is never changed.
"""

from __future__ import annotations

import logging
import os
import tempfile
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final, Protocol
from urllib.parse import parse_qs, urlsplit

from enforcement.errors import StoreUnavailableError
from enforcement.i18n import _

log = logging.getLogger(__name__)
DEFAULT_REGION: Final = "us-east-1"
"""Named to the store when the setting names none; asking for it would cost a request."""


class Store(Protocol):
    """What a store does; both acts raise StoreUnavailableError."""

    def write(self, key: str, data: bytes) -> None:
        """Keep bytes under a key; return only once they are safe. A taken key stays as it is."""

    def read(self, key: str) -> bytes:
        """Return the bytes of a key; raises FileNotFoundError without it."""


@dataclass(frozen=True)
class Folder:
    """A local folder; "safe" means flushed to the disk, with the name."""

    root: Path

    def read(self, key: str) -> bytes:
        """Return the bytes of a key; raises FileNotFoundError without it."""
        return (self.root / key).read_bytes()

    def write(self, key: str, data: bytes) -> None:
        """Keep bytes under a key, complete or not at all; a full disk leaves nothing of them."""
        path = self.root / key
        if path.exists():
            return
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            _whole(path, data)
        except OSError as error:
            log.error("a file cannot be kept: %s", error)
            raise StoreUnavailableError(_("文件存储暂时不可用，请稍后重试。")) from error


def _whole(path: Path, data: bytes) -> None:
    """Write a file beside its place and move it there, both flushed; raises OSError."""
    with tempfile.NamedTemporaryFile(dir=path.parent, delete=False) as file:
        beside = Path(file.name)
        try:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
            beside.rename(path)
        except OSError:
            beside.unlink(missing_ok=True)
            raise
    folder = os.open(path.parent, os.O_RDONLY)
    os.fsync(folder)
    os.close(folder)


@dataclass(frozen=True)
class Place:
    """A bucket as the setting names it; prefix -- "" or a folder in it with its slash."""

    bucket: str
    prefix: str
    endpoint: str
    secure: bool
    region: str


def place_of(url: str) -> Place:
    """Read s3://bucket/folder?endpoint=https://host:port&region=…; raises ValueError."""
    parts = urlsplit(url)
    asked = {name: values[-1] for name, values in parse_qs(parts.query).items()}
    at = urlsplit(asked.pop("endpoint", ""))
    region = asked.pop("region", DEFAULT_REGION)
    if parts.scheme != "s3" or not parts.hostname or parts.username or parts.fragment:
        raise ValueError("must be s3://bucket?endpoint=https://host")
    if at.scheme not in ("http", "https") or not at.netloc or at.path.strip("/") or at.username:
        raise ValueError("endpoint must be https://host or https://host:port")
    if asked:
        raise ValueError(f"knows no {', '.join(sorted(asked))}")
    folder = parts.path.strip("/")
    prefix = f"{folder}/" if folder else ""
    return Place(parts.netloc, prefix, at.netloc, at.scheme == "https", region)


@lru_cache(maxsize=16)
def store_of(root: Path, url: str, key: str, secret: str) -> Store:
    """Return the store of the settings: the bucket that `url` names, the folder where it is ""."""
    if not url:
        return Folder(root)
    from enforcement.bucket import Bucket  # only where a bucket is set: its client loads slowly

    return Bucket(place_of(url), key, secret)
