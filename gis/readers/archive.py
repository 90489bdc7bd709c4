"""Zip archives of boundaries, unpacked with suspicion: size, ratio, paths and links are checked."""

from __future__ import annotations

import io
import stat
import struct
import zipfile
import zlib
from pathlib import PurePosixPath
from typing import Final

from gis.errors import GisError
from gis.readers.limits import (
    MAX_MEMBERS,
    MAX_RATIO,
    MAX_UNPACKED_BYTES,
    MB,
    RATIO_FROM_BYTES,
)

WANTED: Final = {
    ".shp", ".shx", ".dbf", ".prj", ".cpg", ".geojson", ".json", ".gpkg", ".kml",
}  # fmt: skip
ENCRYPTED: Final = 0x1
UTF8_NAME: Final = 0x800
CHUNK: Final = 1 << 16
BROKEN: Final = (
    zipfile.BadZipFile, zlib.error, struct.error, EOFError, NotImplementedError, OSError,
    ValueError, RuntimeError,
)  # fmt: skip
"""What a broken archive raises: places before its beginning are a ValueError."""


def unpack(data: bytes) -> dict[str, bytes]:
    """Return the members that may hold boundaries: path in the archive -> bytes.

    Raises GisError where the archive is broken, encrypted, too large, packed too tightly, or names
    a path outside itself.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return _members(archive)
    except GisError:
        raise
    except BROKEN as error:
        raise GisError(f"压缩包不完整或已损坏，请重新压缩、重新上传（{error}）") from error


def _members(archive: zipfile.ZipFile) -> dict[str, bytes]:
    entries = [entry for entry in archive.infolist() if not entry.is_dir()]
    if len(entries) > MAX_MEMBERS:
        raise GisError(f"压缩包内有 {len(entries)} 个文件，最多 {MAX_MEMBERS} 个")
    for entry in entries:
        _check(entry)
    if sum(entry.file_size for entry in entries) > MAX_UNPACKED_BYTES:
        raise GisError(_too_large())
    left, found = MAX_UNPACKED_BYTES, {}
    for entry in entries:
        name = _name(entry)
        if PurePosixPath(name).suffix.lower() in WANTED and "__MACOSX" not in name:
            found[name] = _read(archive, entry, left)
            left -= len(found[name])
    return found


def _check(entry: zipfile.ZipInfo) -> None:
    name = _name(entry)
    path = PurePosixPath(name.replace("\\", "/"))
    if path.is_absolute() or ".." in path.parts or ":" in name or "\0" in name:
        raise GisError(f"压缩包内有不安全的路径 {name!r}，拒绝导入")
    if stat.S_ISLNK(entry.external_attr >> 16):
        raise GisError(f"压缩包内有链接 {name!r}，拒绝导入")
    if entry.flag_bits & ENCRYPTED:
        raise GisError("压缩包有密码，请去掉密码后再导入")
    packed = max(1, entry.compress_size)
    if entry.file_size > RATIO_FROM_BYTES and entry.file_size / packed > MAX_RATIO:
        raise GisError(
            f"压缩包内 {name!r} 的压缩比高达 {entry.file_size // packed} 倍，像是恶意文件，拒绝导入"
        )


def _name(entry: zipfile.ZipInfo) -> str:
    """Return the path of an entry; Windows writes Chinese names in GBK without saying so."""
    if entry.flag_bits & UTF8_NAME:
        return entry.orig_filename
    try:
        return entry.orig_filename.encode("cp437").decode("gb18030")
    except UnicodeError:
        return entry.orig_filename


def _read(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, left: int) -> bytes:
    """Return an entry's bytes, never more than `left` whatever its header says."""
    parts, size = [], 0
    with archive.open(entry) as file:
        while chunk := file.read(CHUNK):
            size += len(chunk)
            if size > left:
                raise GisError(_too_large())
            parts.append(chunk)
    return b"".join(parts)


def _too_large() -> str:
    return f"压缩包解开后超过 {MAX_UNPACKED_BYTES // MB} MB，拒绝导入"
