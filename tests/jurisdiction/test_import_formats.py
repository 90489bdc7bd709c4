"""Boundaries as counties have them: every format gives the same villages, or says why not."""

from __future__ import annotations

import json
import stat
import zipfile
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
import shapely
from small_county import SMALL, SMALL_DIVISIONS, data_file, load_true, squares
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from enforcement.errors import InvalidInputError
from enforcement.jurisdiction import services
from enforcement.jurisdiction.models import Area, Edition
from enforcement.jurisdiction.results import ImportResult
from gis.datum import Datum
from gis.errors import GisError, MissingOptionError
from gis.readers import ReadOptions
from gis.readers.limits import MB, read_limited
from tests.jurisdiction.office_files import (
    geopackage,
    kml,
    shapefile,
    table_only,
    villages,
    zipped,
)


def shapes(session: Session, result: ImportResult) -> dict[str, Any]:
    rows = session.execute(
        select(Area.code, func.ST_AsBinary(Area.geom)).where(
            Area.edition_id == result.edition_id, Area.level == "village"
        )
    )
    return {code: shapely.from_wkb(bytes(wkb)) for code, wkb in rows}


def furthest_m(one: dict[str, Any], other: dict[str, Any]) -> float:
    """Return the longest way from a border to its twin, measured along a meridian."""
    assert set(one) == set(other)
    return max(shapely.hausdorff_distance(one[code], other[code]) for code in one) * 111_320


@pytest.fixture
def empty(session: Session) -> Session:
    """The small county's divisions without boundaries."""
    services.import_divisions(session, SMALL_DIVISIONS.encode(), "small.csv")
    return session


SHP = "ESRI Shapefile"
CUN = ("村代码", "村名称")
FORMATS: dict[str, tuple[Callable[[], bytes], str, str, tuple[str, str | None]]] = {
    # what the file is -> how it is made, driver, reference system, fields of code and name
    "gbk": (shapefile, SHP, "EPSG:4490", CUN),
    "zone 41": (lambda: shapefile(crs="EPSG:4529"), SHP, "EPSG:4529", CUN),
    "123 E": (lambda: shapefile(crs="EPSG:4550"), SHP, "EPSG:4550", CUN),
    "in a folder": (lambda: shapefile(folder="界线/"), SHP, "EPSG:4490", CUN),
    "utf-8, cpg": (lambda: shapefile(encoding="UTF-8", without=()), SHP, "EPSG:4490", CUN),
    "geopackage": (geopackage, "GPKG", "EPSG:4490", CUN),
    "kml": (kml, "KML", "EPSG:4326", ("代码", "name")),
    "kmz": (lambda: zipped({"doc.kml": kml()}), "KML", "EPSG:4326", ("代码", "name")),
    "utf-16 kml": (lambda: kml().decode().encode("utf-16"), "KML", "EPSG:4326", ("代码", "name")),
    "geojson": (squares, "GeoJSON", "EPSG:4490", ("code", None)),
    "gbk geojson": (
        lambda: squares(code_name="行政区划代码").decode("unicode_escape").encode("gbk"),
        "GeoJSON", "EPSG:4490", ("行政区划代码", None),
    ),
}  # fmt: skip


@pytest.mark.parametrize("kind", FORMATS)
def test_every_format_gives_the_same_villages(empty: Session, kind: str) -> None:
    make, driver, crs, (code, name) = FORMATS[kind]
    result = services.import_boundaries(empty, make(), kind)
    assert (result.accepted, result.rejected, result.problems) == (4, (), ())
    assert result.origin is not None
    assert (result.origin.driver, result.origin.crs) == (driver, crs)
    assert result.as_json()["mapping"] == {"code": code, "name": name}
    assert not any("名称为" in warning for warning in result.warnings)
    assert furthest_m(shapes(empty, result), villages()) < 0.01


def test_the_true_shapefile_gives_the_villages_of_the_true_geojson(session: Session) -> None:
    first = load_true(session, "lishu")
    again = services.import_boundaries(
        session, data_file("lishu_villages_gbk_epsg4529.zip"), "lishu.zip", activate=True
    )
    assert (again.accepted, again.problems, again.status) == (346, (), "active")
    assert again.origin is not None
    assert again.origin.mapping == {"code": "村代码", "name": "村名称"}
    assert furthest_m(shapes(session, first), shapes(session, again)) < 1


def test_a_shifted_file_is_recognised_and_with_its_datum_comes_right(session: Session) -> None:
    first = load_true(session, "lean")
    data = data_file("lean_villages_gcj02.geojson")
    wrong = services.import_boundaries(session, data, "gcj", activate=True)
    assert wrong.status == "draft"
    assert any("looks shifted" in text and "--datum gcj02" in text for text in wrong.warnings)
    assert any("坐标基准" in text for text in wrong.problems)
    right = services.import_boundaries(
        session, data, "gcj", activate=True, reading=ReadOptions(datum=Datum.GCJ02)
    )
    assert (right.problems, right.status) == ((), "active")
    assert furthest_m(shapes(session, first), shapes(session, right)) < 1


UNUSABLE: dict[str, tuple[Callable[[], bytes], str]] = {
    "no prj": (lambda: shapefile(crs="EPSG:4529", without=(".prj", ".cpg")), "--crs.*EPSG:4529"),
    "no shx": (lambda: shapefile(without=(".shx",)), "缺少.*shx"),
    "truncated zip": (lambda: shapefile()[:-400], "不完整或已损坏"),
    "damaged zip": (lambda: shapefile().replace(b"\x00\x00", b"\x00\x01"), "不完整|损坏"),
    "truncated shapes": (lambda: _cut(shapefile(), ".shp", 300), "shp.*不完整"),
    "truncated table": (lambda: _cut(shapefile(), ".dbf", 120), "dbf.*不完整"),
    "other encoding": (
        lambda: _swap(shapefile(), "一村".encode("gbk"), b"\xff\x81\xff\x81"), "编码.*--encoding"
    ),
    "traversal": (lambda: zipped({"../../etc/cun.shp": b"x"}), "不安全的路径"),
    "backslashes": (lambda: zipped({"..\\cun.shp": b"x"}), "不安全的路径"),
    "absolute": (lambda: zipped({"/tmp/cun.shp": b"x"}), "不安全的路径"),
    "link": (lambda: _link(), "链接"),
    "bomb": (lambda: zipped({"cun.shp": b"\0" * 8 * MB}), "压缩比"),
    "large inside": (lambda: zipped({f"{n}.shp": bytes(MB) for n in range(257)}), "个文件"),
    "nothing in it": (lambda: zipped({"readme.txt": b"x"}), "没有界线文件"),
    "no geometry": (table_only, "图层"),
    "two layers": (lambda: geopackage(a=villages(), b=villages()), "--layer"),
    "only a shp": (lambda: b"\x00\x00\x27\x0a" + bytes(200), "zip"),
    "rar": (lambda: b"Rar!\x1a\x07\x00" + bytes(200), "RAR"),
    "other xml": (lambda: b"<?xml version='1.0'?><html/>", "不是 KML"),
    "entities": (lambda: b"<!DOCTYPE kml [<!ENTITY a 'b'>]><kml>&a;</kml>", "实体"),
    "truncated geopackage": (lambda: geopackage()[:6000], "损坏|图层"),
    "utf-16 entities": (
        lambda: "<!DOCTYPE kml [<!ENTITY a 'b'>]><kml>&a;</kml>".encode("utf-16"), "实体"
    ),
    "truncated kml": (lambda: kml()[:-60], "损坏"),
    "truncated json": (lambda: squares()[:-40], "不完整"),
    "projected json": (
        lambda: json.dumps(
            {"type": "FeatureCollection", "features": [
                {"type": "Feature", "properties": {"code": code},
                 "geometry": shapely.geometry.mapping(shape)}
                for code, shape in villages("EPSG:4529").items()]}
        ).encode(),
        "--crs.*EPSG:4529",
    ),
}  # fmt: skip


@pytest.mark.parametrize("kind", UNUSABLE)
def test_what_cannot_be_used_is_refused_in_words_and_nothing_changes(
    empty: Session, kind: str
) -> None:
    make, words = UNUSABLE[kind]
    with pytest.raises(GisError, match=f"(?s){words}"):
        services.import_boundaries(empty, make(), kind)
    assert empty.scalar(select(func.count()).select_from(Area)) == 0
    assert empty.scalar(select(func.count()).where(Edition.kind == "boundaries")) == 0


def _parts(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def _cut(data: bytes, suffix: str, size: int) -> bytes:
    return zipped(
        {
            name: part[:size] if name.endswith(suffix) else part
            for name, part in _parts(data).items()
        }
    )


def _swap(data: bytes, old: bytes, new: bytes) -> bytes:
    return zipped({name: part.replace(old, new) for name, part in _parts(data).items()})


def _link() -> bytes:
    entry = zipfile.ZipInfo("cun.shp")
    entry.external_attr = (stat.S_IFLNK | 0o777) << 16
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr(entry, "/etc/hostname")
    return buffer.getvalue()


def test_a_file_of_300_mb_is_refused_before_it_is_read(tmp_path: Path) -> None:
    file = tmp_path / "large.geojson"
    with file.open("wb") as handle:
        handle.truncate(300 * MB)
    with pytest.raises(GisError, match="300 MB"):
        read_limited(file)


@pytest.mark.parametrize("crs", ["EPSG:4529", "4529"])
def test_a_missing_prj_is_made_good_by_the_option(empty: Session, crs: str) -> None:
    data = shapefile(crs="EPSG:4529", without=(".prj", ".cpg"))
    result = services.import_boundaries(empty, data, "x", reading=ReadOptions(crs=crs))
    assert furthest_m(shapes(empty, result), villages()) < 0.01


@pytest.mark.parametrize("crs", ["EPSG:4550", "EPSG:4490"])
def test_a_wrong_reference_system_is_found_out(empty: Session, crs: str) -> None:
    data = shapefile(crs="EPSG:4529")
    with pytest.raises(MissingOptionError, match=r"中国之外.*--crs.*EPSG:4529"):
        services.import_boundaries(empty, data, "x", reading=ReadOptions(crs=crs))


def test_a_wrong_zone_is_far_from_the_province(session: Session) -> None:
    services.import_divisions(session, data_file("lishu_divisions.csv"), "lishu")
    data = data_file("lishu_villages_gbk_epsg4529.zip")
    result = services.import_boundaries(session, data, "x", reading=ReadOptions(crs="EPSG:4528"))
    assert result.edition_id is None
    assert {row.kind for row in result.rejected} <= {"far", "outside"}


def test_an_old_datum_without_parameters_waits_for_a_person(empty: Session) -> None:
    result = services.import_boundaries(empty, shapefile(crs="EPSG:2365"), "xian80")
    assert result.status == "draft"
    assert "没有公开的参数" in result.problems[0]


def test_one_layer_of_several_is_chosen_by_name(empty: Session) -> None:
    data = geopackage(old=villages(), cun=villages())
    result = services.import_boundaries(empty, data, "x", reading=ReadOptions(layer="cun"))
    assert (result.accepted, result.as_json()["layer"]) == (4, "cun")


def test_a_declared_encoding_that_is_wrong_is_not_believed(empty: Session) -> None:
    data = _parts(shapefile()) | {"cun.cpg": b"UTF-8"}
    result = services.import_boundaries(empty, zipped(data), "x")
    assert result.accepted == 4
    assert any("与内容不符" in warning for warning in result.warnings)


def test_fields_can_be_said_and_must_be_there(empty: Session) -> None:
    data = squares(code_name="甲")
    result = services.import_boundaries(empty, data, "x", mapping={"code": "甲"})
    assert result.as_json()["mapping"] == {"code": "甲", "name": None}
    with pytest.raises(InvalidInputError, match=r"文件没有列 乙.*甲"):
        services.import_boundaries(empty, data, "x", mapping={"code": "乙"})


def test_a_code_is_known_by_its_values_where_the_name_says_nothing(empty: Session) -> None:
    assert services.import_boundaries(empty, squares(code_name="甲"), "x").accepted == 4


def test_without_a_code_the_fields_are_listed(empty: Session) -> None:
    data = squares(code_name="甲").replace(b'"99000110', b'"X')
    with pytest.raises(InvalidInputError, match=r"--map code=列名.*甲"):
        services.import_boundaries(empty, data, "x")


def test_repairs_are_made_only_when_asked_and_each_is_listed(session: Session) -> None:
    services.import_divisions(session, data_file("lishu_divisions.csv"), "lishu")
    data = data_file("lishu_broken.geojson")
    result = services.import_boundaries(
        session, data, "x", skip_rejected=True, reading=ReadOptions(repair=True)
    )
    mended = {repair.row: repair for repair in result.repairs}
    assert {row: repair.what for row, repair in mended.items()} == {
        0: "消除自相交",
        5: "去掉高程",
        6: "闭合环",
    }
    assert mended[0].area_change_m2 == pytest.approx(44_891_303, rel=0.01)
    assert [row.row for row in result.rejected] == [1, 2, 4, 7, 8, 9, 10, 12]
    plain = services.import_boundaries(session, data, "x", skip_rejected=True)
    assert plain.repairs == ()
    assert {0, 5, 6} <= {row.row for row in plain.rejected}


def test_heights_are_dropped_only_on_request(empty: Session) -> None:
    high = {code: shapely.force_3d(shape, 180.0) for code, shape in villages().items()}
    data = shapefile(high, kind="Polygon Z")
    assert {row.kind for row in services.import_boundaries(empty, data, "x").rejected} == {"3d"}
    result = services.import_boundaries(empty, data, "x", reading=ReadOptions(repair=True))
    assert {repair.what for repair in result.repairs} == {"去掉高程"}
    assert len(result.repairs) == 4
    assert furthest_m(shapes(empty, result), villages()) < 0.01


def test_how_a_file_was_read_is_kept_with_its_edition(empty: Session) -> None:
    data = shapefile(crs="EPSG:4529")
    result = services.import_boundaries(empty, data, "cun.zip", decree="县政〔2026〕1号", by="li")
    edition = empty.get_one(Edition, (SMALL, result.edition_id))
    assert (edition.decree, edition.source_name) == ("县政〔2026〕1号", "cun.zip")
    assert edition.source_sha256 == empty.scalar(
        text("select encode(sha256(:data), 'hex')"), {"data": data}
    )
    assert edition.origin["crs"] == "EPSG:4529"
    assert edition.origin["encoding"] == "GB18030"
    assert edition.activated_by == "li"
    assert edition.activated_at is not None
