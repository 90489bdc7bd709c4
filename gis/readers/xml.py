"""XML from outside: its encoding found, DTD and entities refused before it is read."""

from __future__ import annotations

import re
from typing import Final
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

from gis.errors import GisError

DECLARATION: Final = re.compile(r"\s*<\?xml[^>]*\?>")
FORBIDDEN: Final = ("<!DOCTYPE", "<!ENTITY")


def read_xml(data: bytes, kind: str) -> tuple[Element, str]:
    """Return the root of a file and its encoding; `kind` (KML, GPX) is named in errors.

    Raises GisError where it is broken, declares a DTD or entities, or its root is another.
    """
    text, encoding = decoded(data, kind)
    if any(word in text for word in FORBIDDEN):
        raise GisError(f"{kind} 带有 DTD 或实体定义，拒绝导入")
    try:
        root = ElementTree.fromstring(DECLARATION.sub("", text, count=1))  # noqa: S314 -- no DTD
    except ElementTree.ParseError as error:
        raise GisError(f"{kind} 不完整或已损坏（{error}）") from error
    if kind_of(root) != kind.lower():
        raise GisError(f"文件是 XML，但不是 {kind}")
    return root, encoding


def decoded(data: bytes, kind: str) -> tuple[str, str]:
    """Return the text and its encoding; raises GisError."""
    wide = data.startswith((b"\xff\xfe", b"\xfe\xff"))
    for encoding in ("utf-16",) if wide else ("utf-8-sig", "gb18030"):
        try:
            return data.decode(encoding), encoding.removesuffix("-sig").upper()
        except UnicodeDecodeError:
            continue
    raise GisError(f"{kind} 的编码无法识别，请另存为 UTF-8")


def kind_of(element: Element) -> str:
    """Return the name of an element without its namespace."""
    return str(element.tag).rsplit("}", 1)[-1]
