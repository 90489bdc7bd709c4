"""Layers that GDAL reads: Shapefile, GeoPackage, KML. Files lie under names of our own."""

from __future__ import annotations

import codecs
import math
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import numpy as np
import pyogrio
import shapely
from pyogrio.errors import DataLayerError, DataSourceError, FieldError, GeometryError

from gis.errors import GisError, InvalidGeometryError, MissingOptionError
from gis.source import RawRow, Source

OGR_ERRORS: Final = (
    DataLayerError, DataSourceError, FieldError, GeometryError, RuntimeError, ValueError,
    UnboundLocalError,
)  # fmt: skip
"""What reading raises; texts that are not in UTF-8 are the last two (the .prj is the last)."""
BYTES: Final = "ISO-8859-1"
"""Each byte becomes one character, so that nothing is lost before it is decoded."""

UNREADABLE: Final = "图形无法读取"


def spatial_layers(path: Path) -> list[str]:
    """Return the names of a file's layers with geometry; raises GisError."""
    try:
        found = pyogrio.list_layers(path)
    except OGR_ERRORS as error:
        raise GisError(f"文件无法打开，可能不完整或已损坏（{error}）") from error
    return [str(name) for name, kind in found if kind is not None]


def choose_layer(names: list[str], wanted: str | None) -> str:
    """Return the layer to read; raises GisError, MissingOptionError where a person must choose."""
    if not names:
        raise GisError("文件里没有带图形的图层")
    if wanted is not None:
        if wanted not in names:
            raise GisError(f"没有图层 {wanted}；有：{'、'.join(names)}")
        return wanted
    if len(names) > 1:
        raise MissingOptionError(
            f"文件里有 {len(names)} 个图层（{'、'.join(names)}），请用 --layer 指明一个", "layer"
        )
    return names[0]


def read_layer(
    path: Path, driver: str, *, layer: str | None = None, encoding: str | None = None
) -> Source:
    """Return one layer as it stands in the file; raises GisError.

    encoding -- of texts that GDAL would not decode by itself, or not when a name was cut short
    """
    try:
        meta, _, shapes, columns = pyogrio.raw.read(
            path, layer=layer, encoding=encoding and BYTES, datetime_as_string=True
        )
    except OGR_ERRORS as error:
        raise GisError(f"文件无法读取，可能不完整或已损坏（{error}）") from error
    if shapes is None:
        raise GisError("图层没有图形，只有属性表")
    decode = _decoder(encoding)
    names = [decode(str(name)) for name in meta["fields"]]
    rows = _rows(names, shapes, columns, decode)
    source = Source(driver, rows, meta["crs"], encoding and encoding.upper(), layer)
    _drop_zero_heights(source)
    return source


def _decoder(encoding: str | None) -> Callable[[Any], Any]:
    """Return what turns bytes that were read one for one into text; a cut last letter falls."""

    def decode(value: Any) -> Any:
        if encoding is None or not isinstance(value, str):
            return value
        return codecs.getincrementaldecoder(encoding)("replace").decode(value.encode(BYTES))

    return decode


def _rows(
    names: list[str], shapes: Any, columns: Any, decode: Callable[[Any], Any]
) -> list[RawRow]:
    geometries = shapely.from_wkb(shapes, on_invalid="ignore")
    rows = []
    for row, (wkb, geometry) in enumerate(zip(shapes, geometries, strict=True)):
        broken = geometry is None and wkb is not None
        values = {
            name: decode(_plain(column[row])) for name, column in zip(names, columns, strict=True)
        }
        rows.append(RawRow(row, values, InvalidGeometryError(UNREADABLE) if broken else geometry))
    return rows


def _plain(value: Any) -> Any:
    """Return a value as Python has it; a number that is missing is None."""
    if isinstance(value, np.ndarray):
        return value.tolist()
    if isinstance(value, np.generic):
        value = value.item()
    return None if isinstance(value, float) and math.isnan(value) else value


def _drop_zero_heights(source: Source) -> None:
    """Read a layer whose heights are all zero as flat: writers of KML add them unasked."""
    solid = [row.geometry for row in source.rows if getattr(row.geometry, "has_z", False)]
    if not solid:
        return
    heights = shapely.get_coordinates(solid, include_z=True)[:, 2]
    if np.any(np.nan_to_num(heights) != 0):
        return
    source.rows = [
        RawRow(row.row, row.properties, shapely.force_2d(row.geometry))
        if hasattr(row.geometry, "geom_type")
        else row
        for row in source.rows
    ]
    source.notes.append("高程全部为零，按二维读取")
