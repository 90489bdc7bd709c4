"""Scripts, styles and map tiles sent packed (gzip) to browsers that take it.

Pages are sent as they are: beside the tokens of their forms stands what people typed, whose size
must not tell anything (BREACH).
"""

from __future__ import annotations

import gzip
from typing import Final

from flask import Flask, Response, request

ENDPOINTS: Final = frozenset({
    "static", "atlas.tile", "atlas.sheet", "atlas.ground_tile", "public.map_json",
    "public.map_areas",
})  # fmt: skip
TYPES: Final = frozenset({
    "text/css", "text/javascript", "application/javascript", "application/json",
    "application/geo+json",
    "image/svg+xml", "application/vnd.mapbox-vector-tile",
})  # fmt: skip
LEAST: Final = 600
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
    if len(content) < LEAST:
        return response
    packed = _packed(tag, content)
    response.set_data(packed)
    response.headers["Content-Encoding"] = "gzip"
    response.vary.add("Accept-Encoding")
    if tag:
        response.set_etag(tag, weak=True)
    return response


def _worth(response: Response) -> bool:
    return (
        request.endpoint in ENDPOINTS
        and response.status_code == 200
        and response.mimetype in TYPES
        and "Content-Encoding" not in response.headers
        and request.accept_encodings["gzip"] > 0
        and "Range" not in request.headers
    )


def _packed(tag: str, content: bytes) -> bytes:
    if request.endpoint != "static" or not tag:
        return gzip.compress(content, 5)
    key = (request.path, tag)
    if key not in _kept:
        if len(_kept) >= MOST_KEPT:
            _kept.clear()
        _kept[key] = gzip.compress(content, 9)
    return _kept[key]
