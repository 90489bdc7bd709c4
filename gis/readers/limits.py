"""How large a file of boundaries may be: said before it is read, not after."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from gis.errors import GisError

MB: Final = 1024 * 1024
MAX_FILE_BYTES: Final = 64 * MB
"""A county's villages take 1 to 20 MB; a larger file is a province, or no boundaries at all."""

MAX_UNPACKED_BYTES: Final = 256 * MB
MAX_MEMBERS: Final = 200
MAX_RATIO: Final = 200
"""Coordinates shrink 2 to 20 times; what shrinks more than this is made to fill a disk."""

RATIO_FROM_BYTES: Final = 1 * MB
"""Smaller members may shrink as they like."""


def read_limited(path: Path, *, at_most: int = MAX_FILE_BYTES) -> bytes:
    """Return the bytes of a file; raises GisError by its size, before any of it is read."""
    check_size(path.stat().st_size, at_most=at_most)
    return path.read_bytes()


def check_size(size_bytes: int, *, at_most: int = MAX_FILE_BYTES) -> None:
    """Raise GisError where a file is larger than may be imported."""
    if size_bytes > at_most:
        raise GisError(
            f"文件太大：{size_bytes / MB:.0f} MB，最多 {at_most / MB:.0f} MB。"
            "请只导出本县的界线，或先简化图形"
        )
