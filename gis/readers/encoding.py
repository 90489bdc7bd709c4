"""In which encoding a dBASE table is written: what it says is not always so."""

from __future__ import annotations

import codecs
import struct
from collections.abc import Iterator
from typing import Final

from gis.errors import GisError, MissingOptionError

CANDIDATES: Final = ("utf-8", "gb18030")
NAMES: Final = {"utf-8": "UTF-8", "gb18030": "GB18030"}
DESCRIPTOR_BYTES: Final = 32
HEADER_END: Final = 0x0D
TOLERATED_SHARE: Final = 0.02
"""Of values that cannot be decoded: writers cut long names in the middle of a character."""


def encoding_of(table: bytes, declared: str | None) -> tuple[str, str | None]:
    """Return the encoding of a dBASE table, and a remark where it is not the declared one.

    declared -- what the .cpg says, None without one
    Raises MissingOptionError where the values fit no encoding we know.
    """
    values = [value for value in _values(table) if not value.isascii()]
    told = _known(declared)
    if told is not None and (not values or _fails(values, told) <= TOLERATED_SHARE):
        return told, None
    for candidate in CANDIDATES:
        if _fails(values, candidate) <= TOLERATED_SHARE:
            name = NAMES[candidate]
            return name, _remark(declared, name, bool(values))
    raise MissingOptionError(
        "属性表的编码无法识别（既不是 UTF-8 也不是 GBK），请用 --encoding 指明", "encoding"
    )


def check_encoding(name: str) -> str:
    """Return a name of an encoding as it was given; raises GisError where there is no such."""
    if _known(name) is None:
        raise GisError(f"没有名为 {name} 的编码；常用的是 UTF-8 和 GBK")
    return name


def _remark(declared: str | None, name: str, matters: bool) -> str | None:
    if declared is not None:
        return f".cpg 写的编码 {declared} 与内容不符，已按 {name} 读取"
    return f"没有 .cpg 文件，已按 {name} 读取属性" if matters else None


def _known(name: str | None) -> str | None:
    name = {"936": "gb18030", "ansi 936": "gb18030", "65001": "utf-8"}.get(
        (name or "").strip().lower(), (name or "").strip()
    )
    try:
        return codecs.lookup(name).name if name else None
    except LookupError:
        return None


def _fails(values: list[bytes], encoding: str) -> float:
    """Return the share of values that cannot be decoded."""
    return sum(not _decodes(value, encoding) for value in values) / max(1, len(values))


def _decodes(value: bytes, encoding: str) -> bool:
    """Tell whether bytes are text; a last character that was cut off does not count."""
    try:
        codecs.getincrementaldecoder(encoding)().decode(value, final=False)
    except UnicodeDecodeError:
        return False
    return True


def _values(table: bytes) -> Iterator[bytes]:
    """Yield the names of the columns and all values; raises GisError where the table is cut."""
    if len(table) < DESCRIPTOR_BYTES:
        raise GisError("属性表（.dbf）不完整")
    count, header, width = struct.unpack_from("<IHH", table, 4)
    if header < DESCRIPTOR_BYTES or header + count * width > len(table) + 1:
        raise GisError("属性表（.dbf）不完整，请重新导出")
    at, sizes = DESCRIPTOR_BYTES, []
    while at < header - 1 and table[at] != HEADER_END:
        yield table[at : at + 11].split(b"\0")[0]
        sizes.append(table[at + 16])
        at += DESCRIPTOR_BYTES
    for row in range(count):
        at = header + row * width + 1
        for size in sizes:
            yield table[at : at + size].strip(b" \0")
            at += size
