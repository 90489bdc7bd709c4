"""Tile services under maps, where an office has set one up; without any, maps ask nobody outside.

ENFORCEMENT_BASE_MAPS names them, separated by blanks: tianditu:KEY, amap, or a .json file with a
list of {"name", "url", "datum", "subdomains", "max_zoom", "attribution"}. Rows are kept in
CGCS2000; a service in GCJ-02 is matched on the screen only.
"""

from __future__ import annotations

import json
import re
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote, urlsplit

DATUMS: Final = ("cgcs2000", "wgs84", "gcj02")
HOST: Final = re.compile(r"[a-z0-9.-]+(:\d{1,5})?")


@dataclass(frozen=True)
class BaseMap:
    """One service of raster tiles in Web Mercator; `url` holds {z}, {x}, {y} and may hold {s}.

    datum -- of its tiles; over -- a second address whose tiles are laid over, such as names
    """

    name: str
    url: str
    datum: str = "cgcs2000"
    subdomains: str = ""
    max_zoom: int = 18
    attribution: str = ""
    over: str = ""

    def __post_init__(self) -> None:
        if not all(mark in self.url for mark in ("{z}", "{x}", "{y}")):
            raise ValueError(f"{self.name}: the url needs {{z}}, {{x}} and {{y}}")
        if self.datum not in DATUMS:
            raise ValueError(f"{self.name}: datum must be one of {', '.join(DATUMS)}")
        if "{s}" in self.url and not self.subdomains:
            raise ValueError(f"{self.name}: {{s}} needs subdomains")
        if not self.origins():
            raise ValueError(f"{self.name}: the url must name a host by http:// or https://")

    def origins(self) -> list[str]:
        """Return the hosts that pages must be allowed to load pictures from."""
        found: list[str] = []
        for url in filter(None, (self.url, self.over)):
            for one in self.subdomains or ".":
                parts = urlsplit(url.replace("{s}", one))
                if parts.scheme not in ("http", "https") or not HOST.fullmatch(parts.netloc):
                    return []
                found.append(f"{parts.scheme}://{parts.netloc}")
        return sorted(set(found))

    def as_json(self) -> dict[str, Any]:
        """Return it as pages read it."""
        return asdict(self)


def read(said: str) -> tuple[BaseMap, ...]:
    """Return the services that a setting names; raises ValueError."""
    return tuple(one for word in said.split() for one in _named(word))


def _named(word: str) -> list[BaseMap]:
    if word == "amap":
        return [AMAP]
    if word.startswith("tianditu:") and word != "tianditu:":
        return [_tianditu(quote(word.partition(":")[2], safe=""))]
    if not word.endswith(".json"):
        raise ValueError(f"no such service: {word.partition(':')[0]}")
    try:
        rows = json.loads(Path(word).read_text(encoding="utf-8"))
        return [BaseMap(**row) for row in rows]
    except (OSError, TypeError, json.JSONDecodeError) as error:
        raise ValueError(f"{word}: {error}") from error


AMAP: Final = BaseMap(
    "高德地图",
    "https://webrd0{s}.is.autonavi.com/appmaptile?lang=zh_cn&size=1&scale=1&style=8&x={x}&y={y}&z={z}",
    "gcj02", "1234", 18, "© 高德地图",
)  # fmt: skip


def _tianditu(key: str) -> BaseMap:
    def url(layer: str) -> str:
        return (
            f"https://t{{s}}.tianditu.gov.cn/{layer}_w/wmts?SERVICE=WMTS&REQUEST=GetTile"
            f"&VERSION=1.0.0&LAYER={layer}&STYLE=default&TILEMATRIXSET=w&FORMAT=tiles"
            f"&TILEMATRIX={{z}}&TILEROW={{y}}&TILECOL={{x}}&tk={key}"
        )

    return BaseMap("天地图", url("vec"), "cgcs2000", "01234567", 18, "© 天地图", url("cva"))
