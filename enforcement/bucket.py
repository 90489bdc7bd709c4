"""A bucket of an S3 store: "safe" means that the store answered the upload with success."""

from __future__ import annotations

from io import BytesIO
from typing import Final

import urllib3
from minio import Minio
from minio.error import MinioException, S3Error

from enforcement.errors import StoreUnavailableError
from enforcement.i18n import _
from enforcement.stores import Place

ABSENT: Final = frozenset({"NoSuchKey", "NoSuchObject", "404"})
TRIES: Final = 4
WAIT: Final = urllib3.Timeout(connect=5, read=60)
REFUSED: Final = (MinioException, urllib3.exceptions.HTTPError, OSError)


class Bucket:
    """The bucket of a place, asked with an access key."""

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
        except REFUSED as error:
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
        except REFUSED as error:
            raise _unavailable() from error


def _unavailable() -> StoreUnavailableError:
    return StoreUnavailableError(_("文件存储暂时不可用，请稍后重试。"))
