"""Files of the small county's villages in the formats in which offices keep them."""

from __future__ import annotations

import io
import tempfile
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pyogrio
import shapely
from pyproj import Transformer
from shapely.geometry import box
from shapely.geometry.base import BaseGeometry

from tests.jurisdiction.small_county import SQUARES

NAMES = dict(zip(sorted(SQUARES), ("一村", "二村", "三村", "四村"), strict=True))


def villages(crs: str = "EPSG:4490") -> dict[str, BaseGeometry]:
    """Return the small county's villages, in the coordinates of a reference system."""
    change = Transformer.from_crs("EPSG:4490", crs, always_xy=True)
    flat = {code: box(lon, lat, lon + 0.1, lat + 0.1) for code, (lon, lat) in SQUARES.items()}
    if crs == "EPSG:4490":
        return flat
    return {
        code: shapely.transform(geom, lambda at: np.stack(change.transform(*at.T), axis=1))
        for code, geom in flat.items()
    }


def write(
    path: Path,
    shapes: dict[str, Any],
    *,
    crs: str | None = "EPSG:4490",
    kind: str = "Polygon",
    driver: str,
    encoding: str = "UTF-8",
    layer: str | None = None,
    append: bool = False,
) -> None:
    """Write villages with the columns of a county office: 村代码, 村名称, 乡镇代码."""
    codes = list(shapes)
    columns = [codes, [NAMES[code] for code in codes], [code[:9] for code in codes]]
    geometry = None if kind == "None" else np.array([shapely.to_wkb(g) for g in shapes.values()])
    pyogrio.raw.write(
        path,
        geometry=geometry,
        field_data=[np.array(column, dtype=object) for column in columns],
        fields=["村代码", "村名称", "乡镇代码"],
        geometry_type=None if kind == "None" else kind,
        crs=crs,
        driver=driver,
        encoding=encoding,
        layer=layer,
        append=append,
    )


def shapefile(
    shapes: dict[str, Any] | None = None,
    *,
    crs: str = "EPSG:4490",
    encoding: str = "GBK",
    without: tuple[str, ...] = (".cpg",),
    kind: str = "Polygon",
    folder: str = "",
) -> bytes:
    """Return a zipped Shapefile as an office sends it: GBK, and no .cpg that says so."""
    with tempfile.TemporaryDirectory() as place:
        path = Path(place, "cun.shp")
        write(
            path, shapes or villages(crs), crs=crs, driver="ESRI Shapefile", encoding=encoding,
            kind=kind,
        )  # fmt: skip
        files = sorted(Path(place).iterdir())
        parts = {file.suffix: file.read_bytes() for file in files if file.suffix not in without}
    return zipped({f"{folder}cun{suffix}": data for suffix, data in parts.items()})


def geopackage(**layers: dict[str, Any]) -> bytes:
    """Return a GeoPackage of these layers, by default the villages."""
    with tempfile.TemporaryDirectory() as place:
        path = Path(place, "cun.gpkg")
        for name, shapes in (layers or {"cun": villages()}).items():
            write(path, shapes, driver="GPKG", layer=name, append=path.exists())
        return path.read_bytes()


def table_only() -> bytes:
    """Return a GeoPackage whose one layer has no geometry."""
    with tempfile.TemporaryDirectory() as place:
        path = Path(place, "table.gpkg")
        write(path, villages(), driver="GPKG", kind="None", crs=None)
        return path.read_bytes()


def kml() -> bytes:
    """Return KML with a folder for each township, heights of zero, and codes as data."""
    folders: dict[str, list[str]] = {}
    for code, shape in villages().items():
        ring = " ".join(f"{lon},{lat},0" for lon, lat in shape.exterior.coords)
        folders.setdefault(code[:9], []).append(
            f"<Placemark><name>{NAMES[code]}</name><ExtendedData><Data name='代码'><value>{code}"
            f"</value></Data></ExtendedData><Polygon><outerBoundaryIs><LinearRing><coordinates>"
            f"{ring}</coordinates></LinearRing></outerBoundaryIs></Polygon></Placemark>"
        )
    body = "".join(
        f"<Folder><name>{name}</name>{''.join(marks)}</Folder>" for name, marks in folders.items()
    )
    head = "<?xml version='1.0' encoding='UTF-8'?><kml xmlns='http://www.opengis.net/kml/2.2'>"
    return f"{head}<Document>{body}</Document></kml>".encode()


def zipped(members: dict[str, bytes], *, method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """Return an archive of these members."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return buffer.getvalue()
