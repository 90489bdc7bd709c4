"""A collection as a file for a GIS: GeoPackage, or zipped Shapefile (UTF-8 or GBK)."""

from __future__ import annotations

import io
import tempfile
import zipfile
from datetime import date, datetime
from pathlib import Path
from typing import Any, Final

import numpy as np
import pyogrio.raw
from sqlalchemy.orm import Session

from enforcement import audit, clock
from enforcement.actor import Actor
from enforcement.errors import InvalidInputError
from enforcement.features import queries
from enforcement.features.asking import Asked
from enforcement.features.collections import DAY, MOMENT, STRING, Collection
from enforcement.i18n import _

MOST: Final = 200_000
FORMATS: Final = ("gpkg", "shp")
ENCODINGS: Final = ("UTF-8", "GBK")
NAME: Final = 10
"""Characters a Shapefile keeps of a field's name."""
CRS: Final = "EPSG:4490"


def write(
    session: Session, actor: Actor, collection: Collection, asked: Asked, form: str, encoding: str
) -> tuple[str, str, bytes]:
    """Return name, media type and bytes of a file of what is asked for; the export is logged.

    Raises InvalidInputError for an unknown format or encoding, or more rows than MOST.
    """
    if form not in FORMATS:
        raise InvalidInputError("f", _("文件格式只支持 gpkg 和 shp。"))
    if encoding not in ENCODINGS:
        raise InvalidInputError("encoding", _("编码只支持 UTF-8 和 GBK。"))
    rows = list(queries.plain_rows(session, actor, collection, asked, MOST + 1))
    if len(rows) > MOST:
        raise InvalidInputError("f", _("超过%(n)d条，请缩小范围后再导出。", n=MOST))
    audit.record(session, actor.county_code, "features:export", collection.name, form, actor=actor,
                 at=clock.now(session).isoformat(), count=len(rows))  # fmt: skip
    if form == "gpkg":
        return f"{collection.name}.gpkg", "application/geopackage+sqlite3", _gpkg(collection, rows)
    return f"{collection.name}.zip", "application/zip", _shapefile(collection, rows, encoding)


def _gpkg(collection: Collection, rows: list[Any]) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"{collection.name}.gpkg"
        _write(path, collection, rows, driver="GPKG", layer=collection.name)
        return path.read_bytes()


def _shapefile(collection: Collection, rows: list[Any], encoding: str) -> bytes:
    """Return the parts of a Shapefile in a zip, with a .cpg that names the encoding."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"{collection.name}.shp"
        _write(path, collection, rows, driver="ESRI Shapefile", encoding=encoding)
        path.with_suffix(".cpg").write_text("936" if encoding == "GBK" else encoding)
        made = io.BytesIO()
        with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as packed:
            for part in sorted(Path(folder).iterdir()):
                packed.write(part, part.name)
        return made.getvalue()


def _write(path: Path, collection: Collection, rows: list[Any], **how: Any) -> None:
    short = how["driver"] != "GPKG"
    names = ["id", *collection.columns]
    kinds = [STRING, *(column.kind for column in collection.columns.values())]
    fields = [_field(kind, [row[place] for row in rows], short=short)
              for place, kind in enumerate(kinds)]  # fmt: skip
    pyogrio.raw.write(
        path, np.array([_bytes(row.wkb) for row in rows], dtype=object), fields,
        np.array(_short(names) if short else names, dtype=object), crs=CRS,
        geometry_type=collection.geometry, **how,
    )  # fmt: skip


def _bytes(wkb: Any) -> bytes | None:
    return None if wkb is None else bytes(wkb)


def _field(kind: str, values: list[Any], *, short: bool) -> Any:
    if kind in ("number", "integer"):
        return np.array([np.nan if one is None else float(one) for one in values], dtype="float64")
    if kind == DAY and not short:
        return np.array(values, dtype="datetime64[D]")
    return np.array([_said(one, kind) for one in values], dtype=object)


def _said(value: Any, kind: str) -> str | None:
    if isinstance(value, datetime) and kind == MOMENT:
        return value.astimezone(clock.ZONE).isoformat(timespec="seconds")
    return value.isoformat() if isinstance(value, date) else value


def _short(names: list[str]) -> list[str]:
    """Return names of at most NAME characters, all different."""
    found: list[str] = []
    for name in names:
        cut = name[:NAME]
        number = 1
        while cut in found:
            cut = f"{name[: NAME - 1]}{number}"
            number += 1
        found.append(cut)
    return found
