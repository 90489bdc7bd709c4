"""Text sent packed (gzip) to browsers that take it.

What a page says beside its forms must not be told by its packed size (BREACH): the session's
cookie is not sent with requests that other sites start (SameSite), the tokens of forms change
every second, and each answer that depends on the asker is padded by a random length.
"""

from __future__ import annotations

import gzip
import io
import secrets
from typing import Final

from flask import Flask, Response, request

EVERYBODYS: Final = frozenset({
    "static", "atlas.tile", "atlas.sheet", "atlas.ground_tile", "public.map_json",
    "public.map_areas",
})  # fmt: skip
"""Nothing in these follows from words of the asker."""
TYPES: Final = frozenset({
    "text/html", "text/css", "text/csv", "text/plain", "text/javascript",
    "application/javascript", "application/json", "application/problem+json",
    "application/geo+json", "image/svg+xml", "application/vnd.mapbox-vector-tile",
})  # fmt: skip
LEAST: Final = 600
MOST: Final = 4 * 2**20
"""Packing more would keep others waiting."""
MOST_PADDING: Final = 100
MOST_KEPT: Final = 300
_kept: dict[tuple[str, str], bytes] = {}
"""Packed files of the static folder, by path and version."""


def init_app(app: Flask) -> None:
    """Pack answers on their way out."""
    app.after_request(pack)


def pack(response: Response) -> Response:
    """Return the answer, packed where that is asked for and worth it; its ETag becomes weak."""
    if not _worth(response):
        return response
    response.direct_passthrough = False
    tag = response.get_etag()[0] or ""
    content = response.get_data()
    if not LEAST <= len(content) <= MOST:
        return response
    response.set_data(_packed(tag, content))
    response.headers["Content-Encoding"] = "gzip"
    response.vary.add("Accept-Encoding")
    if tag:
        response.set_etag(tag, weak=True)
    return response


def _worth(response: Response) -> bool:
    return (
        response.mimetype in TYPES
        and response.status_code != 206
        and (request.endpoint == "static" or not response.is_streamed)
        and "Content-Encoding" not in response.headers
        and request.accept_encodings["gzip"] > 0
        and "Range" not in request.headers
    )


def _packed(tag: str, content: bytes) -> bytes:
    if request.endpoint not in EVERYBODYS:
        return _padded(content)
    if request.endpoint != "static" or not tag:
        return gzip.compress(content, 5)
    key = (request.path, tag)
    if key not in _kept:
        if len(_kept) >= MOST_KEPT:
            _kept.clear()
        _kept[key] = gzip.compress(content, 9)
    return _kept[key]


def _padded(content: bytes) -> bytes:
    """Return it packed; the name in the head of gzip, which nobody reads, has a random length."""
    packed = io.BytesIO()
    name = secrets.token_hex(MOST_PADDING)[: secrets.randbelow(MOST_PADDING) + 1]
    with gzip.GzipFile(name, "wb", 4, packed, mtime=0) as file:
        file.write(content)
    return packed.getvalue()
