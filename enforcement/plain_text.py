"""Characters that no text may hold: there is no room for them in XML, sheets and the database."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from itertools import chain
from typing import Any, Final

from flask import Flask, request

from enforcement.errors import InvalidInputError
from enforcement.i18n import _

FORBIDDEN: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
"""What XML 1.0 leaves out of its characters (2.2)."""
MAYBE: Final = re.compile(
    rb"\\u(?:00(?:0[0-8bcef]|1[0-9a-f])|d[89a-f]|fff[ef])|\xef\xbf[\xbe\xbf]", re.IGNORECASE
)
"""How JSON may write them; halves of pairs, too, which together are a character."""
MENDED: Final = {"citizen", "georeport", "gps"}
"""Where strangers and devices write: such characters are left out, and the rest is taken."""


def writable(value: Any) -> Any:
    """Return a value for a cell of a sheet: a text without such characters, should it hold any."""
    return FORBIDDEN.sub("", value) if isinstance(value, str) else value


def init_app(app: Flask) -> None:
    """Refuse what holds such a character, naming the field, before anything is done."""

    @app.before_request
    def look() -> None:
        if request.blueprint not in MENDED:
            for name, text in _said():
                if FORBIDDEN.search(text):
                    raise InvalidInputError(name, _("文字里有不可见的控制字符。"))


def _said() -> Iterator[tuple[str, str]]:
    """Give the name and text of all that a request says: in path, query, form or JSON."""
    path = (request.view_args or {}).items()
    for name, text in chain(path, request.args.items(multi=True), _form()):
        yield name, str(text)
    if request.is_json and _may_hold(data := request.get_data()):
        yield from _in_json(data)


def _form() -> Iterator[tuple[str, str]]:
    """Give the fields of a page's form; calls take none, and read what was sent as it is."""
    if request.method != "GET" and not request.path.startswith("/api/"):
        yield from request.form.items(multi=True)
        for name, file in request.files.items(multi=True):
            yield name, file.filename or ""


def _may_hold(data: bytes) -> bool:
    """Tell whether it is worth looking closer: seldom, and photos are long."""
    return (b"\\u" in data or b"\xef\xbf" in data) and MAYBE.search(data) is not None


def _in_json(data: bytes) -> Iterator[tuple[str, str]]:
    """Give all texts with the name of the field they are in; what is no JSON, the view refuses."""
    try:
        rest: list[tuple[str, Any]] = [("body", json.loads(data))]
    except (ValueError, RecursionError):
        return
    while rest:
        name, value = rest.pop()
        if isinstance(value, str):
            yield name, value
        elif isinstance(value, list):
            rest += [(name, one) for one in value]
        elif isinstance(value, dict):
            yield from ((name, key) for key in value)
            rest += value.items()
