"""GeoJSON areas, checked on the way in: every feature is sound or has a row and a reason."""

from __future__ import annotations

import json
from typing import Any, Final

from gis.areas import EARTH, AreaFile, Bounds, Feature, Making, Problem, same_shape_key
from gis.errors import GisError
from gis.source import RawRow, Source, areas_of

__all__ = [
    "EARTH", "AreaFile", "Bounds", "Feature", "Problem", "read_areas", "read_geojson",
    "same_shape_key",
]  # fmt: skip

GEOGRAPHIC_CRS: Final = ("CRS84", "4326", "4490", "4979")


def read_areas(data: bytes, *, bounds: Bounds = EARTH, repair: bool = False) -> AreaFile:
    """Return the areas of a FeatureCollection in degrees, lon before lat.

    bounds -- a feature that leaves them is a problem
    repair -- mend what can be mended; a feature's `fixes` say what
    Raises GisError where the whole file is unusable: not JSON, no collection, projected.
    """
    source = read_geojson(data)
    if source.crs is not None and not source.crs.endswith(GEOGRAPHIC_CRS):
        raise GisError(f"坐标系 {source.crs} 不是经纬度（须为 CGCS2000 或 WGS 84）")
    return areas_of(source, Making(bounds=bounds, repair=repair))


def read_geojson(data: bytes) -> Source:
    """Return the features of a FeatureCollection as they stand in the file; raises GisError."""
    text, encoding = _text(data)
    collection = _parsed(text)
    features = collection.get("features")
    if not isinstance(features, list):
        raise GisError("FeatureCollection 缺少 features 列表")
    rows = [_row(row, raw) for row, raw in enumerate(features)]
    source = Source("GeoJSON", rows, crs=_crs_of(collection.get("crs")), encoding=encoding)
    if encoding != "UTF-8":
        source.notes.append(f"文件不是 UTF-8，已按 {encoding} 读取")
    return source


def _text(data: bytes) -> tuple[str, str]:
    """Return the text and its encoding; raises GisError."""
    for encoding, name in (("utf-8-sig", "UTF-8"), ("gb18030", "GB18030")):
        try:
            return data.decode(encoding), name
        except UnicodeDecodeError:
            continue
    raise GisError("文件不是 JSON（须为 UTF-8）：编码无法识别")


def _parsed(text: str) -> dict[str, Any]:
    try:
        collection = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise GisError(f"文件不是 JSON 或不完整：{error}") from error
    if not isinstance(collection, dict) or collection.get("type") != "FeatureCollection":
        raise GisError("文件不是 GeoJSON FeatureCollection")
    return collection


def _crs_of(crs: Any) -> str | None:
    """Return the name that the old `crs` member gives; None stands for degrees, as today."""
    if crs is None:
        return None
    named = crs.get("properties") if isinstance(crs, dict) else None
    return str(named.get("name") if isinstance(named, dict) else crs)


def _row(row: int, raw: Any) -> RawRow:
    if not isinstance(raw, dict) or raw.get("type") != "Feature":
        return RawRow(row, {}, raw, is_feature=False)
    properties = raw.get("properties")
    return RawRow(row, properties if isinstance(properties, dict) else {}, raw.get("geometry"))
