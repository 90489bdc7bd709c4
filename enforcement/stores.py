"""Where the bytes of kept files lie: a folder of this machine, or a bucket by the S3 protocol.

Keys are "county/ab/cdef…": the county, then the SHA-256 in hex. What is kept is never changed.
"""

from __future__ import annotations

import os
import tempfile
from dataclasses import dataclass
from functools import lru_cache
from io import BytesIO
from pathlib import Path
from typing import Final, Protocol
from urllib.parse import parse_qs, urlsplit

import urllib3
from minio import Minio
from minio.error import MinioException, S3Error

from enforcement.errors import StoreUnavailableError
from enforcement.i18n import _

ABSENT: Final = frozenset({"NoSuchKey", "NoSuchObject", "404"})
TRIES: Final = 4
WAIT: Final = urllib3.Timeout(connect=5, read=60)
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
        """Keep bytes under a key, complete or not at all."""
        path = self.root / key
        if path.exists():
            return
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=path.parent, delete=False) as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        Path(file.name).rename(path)
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


class Bucket:
    """A bucket of an S3 store; "safe" means that the store answered the upload with success."""

    def __init__(self, place: Place, key: str, secret: str) -> None:
        self.place = place
        again = urllib3.Retry(total=TRIES - 1, backoff_factor=0.2,
                              status_forcelist=[500, 502, 503, 504])  # fmt: skip
        self.client = Minio(
            place.endpoint, key, secret, secure=place.secure, region=place.region,
            http_client=urllib3.PoolManager(timeout=WAIT, retries=again, maxsize=16),
        )  # fmt: skip

    def write(self, key: str, data: bytes) -> None:
        """Keep bytes under a key; a taken key of the same size is not sent again."""
        name = self.place.prefix + key
        try:
            if self._size(name) == len(data):
                return
            self.client.put_object(self.place.bucket, name, BytesIO(data), len(data))
        except (MinioException, urllib3.exceptions.HTTPError, OSError) as error:
            raise _unavailable() from error

    def _size(self, name: str) -> int | None:
        """Return the size of an object, None where there is none."""
        try:
            return self.client.stat_object(self.place.bucket, name).size
        except S3Error as error:
            if error.code in ABSENT:
                return None
            raise

    def read(self, key: str) -> bytes:
        """Return the bytes of a key; raises FileNotFoundError without it."""
        try:
            answer = self.client.get_object(self.place.bucket, self.place.prefix + key)
            try:
                return answer.read()
            finally:
                answer.close()
                answer.release_conn()
        except S3Error as error:
            if error.code in ABSENT:
                raise FileNotFoundError(key) from error
            raise _unavailable() from error
        except (MinioException, urllib3.exceptions.HTTPError, OSError) as error:
            raise _unavailable() from error


def _unavailable() -> StoreUnavailableError:
    return StoreUnavailableError(_("文件存储暂时不可用，请稍后重试。"))


@lru_cache(maxsize=16)
def store_of(root: Path, url: str, key: str, secret: str) -> Store:
    """Return the store of the settings: the bucket that `url` names, the folder where it is ""."""
    return Bucket(place_of(url), key, secret) if url else Folder(root)
