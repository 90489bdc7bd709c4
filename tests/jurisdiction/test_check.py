"""The check of an edition: what it finds, in words, as JSON, as GeoJSON and as a page."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest
from shapely.geometry import box, mapping, shape
from small_county import SMALL, data_file, load_true, squares
from sqlalchemy import text
from sqlalchemy.orm import Session

from enforcement.errors import StepNotAllowedError
from enforcement.jurisdiction import queries, services
from enforcement.jurisdiction.findings import Findings
from enforcement.jurisdiction.report import edition_geojson, edition_json
from enforcement.jurisdiction.results import ImportResult
from gis.datum import wgs84_to_bd09
from gis.readers import ReadOptions
from gis.shift import shift_between

DAY = date(2026, 3, 1)


def changed(**areas: tuple[float, float, float, float] | None) -> bytes:
    """Return the small county's villages with some drawn as other boxes, or left out (None)."""
    data = json.loads(squares())
    kept = []
    for feature in data["features"]:
        code = "_" + feature["properties"]["code"]
        if code in areas and areas[code] is None:
            continue
        if other := areas.get(code):
            feature["geometry"] = mapping(box(*other))
        kept.append(feature)
    return json.dumps({**data, "features": kept}).encode()


def checked(session: Session, result: ImportResult) -> Findings:
    assert result.edition_id is not None
    return services.check_edition(session, queries.get_edition(session, SMALL, result.edition_id))


def of_kind(found: Findings, kind: str) -> list[Any]:
    return [item for item in found.found if item.kind == kind]


def test_an_overlap_and_a_gap_have_their_size_and_shape(small: Session) -> None:
    data = changed(_990001101200=(124.0, 43.0, 124.11, 43.09))
    found = checked(small, services.import_boundaries(small, data, "x"))
    [overlap] = of_kind(found, "overlap")
    assert overlap.codes == ("990001100200", "990001101200")
    assert overlap.area_m2 == pytest.approx(8.14e6, rel=0.01)
    assert overlap.geom.equals_exact(box(124.1, 43.0, 124.11, 43.09), 1e-6, normalize=True)
    assert any("990001100200 与 990001101200" in line for line in found.problems)


def test_a_hole_between_villages_is_a_gap(session: Session) -> None:
    load_true(session, "lean")
    data = json.loads(data_file("lean_villages.geojson"))
    inner = max(data["features"], key=lambda feature: _depth(feature, data["features"]))
    data["features"].remove(inner)
    result = services.import_boundaries(session, json.dumps(data).encode(), "hole")
    edition = queries.get_edition(session, "361025", result.edition_id)  # type: ignore[arg-type]
    found = services.check_edition(session, edition)
    [gap] = of_kind(found, "gap")
    assert shape(inner["geometry"]).buffer(1e-6).contains(gap.geom)
    assert [item.codes for item in of_kind(found, "missing")] == [(inner["properties"]["code"],)]
    assert found.comparison is not None
    assert (found.comparison.removed, found.comparison.changed) == (1, 0)


def _depth(feature: dict[str, Any], features: list[dict[str, Any]]) -> float:
    """Return how deep inside the county a village lies."""
    lons, lats = zip(
        *(shape(each["geometry"]).centroid.coords[0] for each in features), strict=True
    )
    middle = (sum(lons) / len(lons), sum(lats) / len(lats))
    at = shape(feature["geometry"]).centroid
    return -float((at.x - middle[0]) ** 2 + (at.y - middle[1]) ** 2)


def test_slivers_are_told_and_do_not_hold_the_edition_up(small: Session) -> None:
    data = changed(_990001101200=(124.0, 43.0, 124.1000001, 43.1))
    result = services.import_boundaries(small, data, "x", activate=True)
    assert result.status == "active"
    assert any("细缝重叠" in line for line in result.warnings)


def test_how_much_changes_against_the_edition_in_force(small: Session) -> None:
    data = changed(
        _990001101200=(124.0, 43.0, 124.11, 43.1), _990001100200=(124.11, 43.0, 124.2, 43.1)
    )
    found = checked(small, services.import_boundaries(small, data, "moved"))
    assert found.problems == []
    assert found.comparison is not None
    told = found.comparison.as_json()
    assert (told["villages"], told["changed"], told["added"], told["removed"]) == (4, 2, 0, 0)
    assert told["share_of_villages"] == 0.5
    assert told["share_of_area"] == pytest.approx(0.1 / 4, rel=0.01)
    assert {item.codes[0] for item in of_kind(found, "changed")} == {
        "990001100200", "990001101200",
    }  # fmt: skip


def test_the_same_file_again_changes_nothing_and_says_it_was_seen(small: Session) -> None:
    services.import_boundaries(small, squares(), "a")
    found = checked(small, services.import_boundaries(small, squares(), "b"))
    assert found.comparison is not None
    assert found.comparison.as_json()["changed"] == 0
    assert any("同一文件已导入" in line for line in found.warnings)


def test_land_that_leaves_the_county_is_told(small: Session) -> None:
    data = changed(_990001101200=(124.01, 43.0, 124.1, 43.1))
    found = checked(small, services.import_boundaries(small, data, "less"))
    [outline] = of_kind(found, "outline")
    assert outline.area_m2 == pytest.approx(9.04e6, rel=0.01)


def test_an_edition_is_checked_again_before_it_is_put_in_force(small: Session) -> None:
    result = services.import_boundaries(small, squares(), "second")
    assert (result.status, result.problems) == ("draft", ())
    small.execute(
        text(
            "insert into division select county_code, '990001101202', '五村', level, parent_code,"
            " edition_id from division where code = '990001101201'"
        )
    )
    assert result.edition_id is not None
    with pytest.raises(StepNotAllowedError) as refused:
        services.activate(small, SMALL, result.edition_id, DAY)
    assert refused.value.data["problems"] == ["1 个区划没有界线：990001101202 五村"]


def test_who_put_an_edition_in_force_and_when_is_kept(small: Session) -> None:
    result = services.import_boundaries(small, squares(), "second", decree="县政〔2026〕1号")
    assert result.edition_id is not None
    edition = services.activate(small, SMALL, result.edition_id, DAY, by="wang")
    told = edition_json(edition, services.check_edition(small, edition))
    assert (told["activated_by"], told["decree"]) == ("wang", "县政〔2026〕1号")
    assert told["activated_at"] is not None
    assert told["change"] is None


def test_refused_and_mended_rows_stay_with_the_edition(session: Session) -> None:
    services.import_divisions(session, data_file("lishu_divisions.csv"), "lishu")
    result = services.import_boundaries(
        session,
        data_file("lishu_broken.geojson"),
        "broken",
        skip_rejected=True,
        reading=ReadOptions(repair=True),
    )
    edition = queries.get_edition(session, "220322", result.edition_id)  # type: ignore[arg-type]
    found = services.check_edition(session, edition)
    assert [item.rows for item in of_kind(found, "rejected")] == [
        (row,) for row in (1, 2, 4, 7, 8, 9, 10, 12)
    ]
    assert [item.rows for item in of_kind(found, "repaired")] == [(0,), (5,), (6,)]
    collection = edition_geojson(edition, found)
    assert len(collection["features"]) == len(found.found)
    assert collection["features"][0]["geometry"] is None


def test_a_drawing_in_the_other_web_datum_is_recognised_too() -> None:
    import numpy as np

    places = np.random.default_rng(3).uniform((124.0, 43.0), (124.6, 43.6), (50, 2))
    shift = shift_between(places, wgs84_to_bd09(places))
    assert shift is not None
    assert shift.datum == "bd09"


def test_villages_moved_each_its_own_way_are_not_called_shifted() -> None:
    import numpy as np

    chance = np.random.default_rng(3)
    places = chance.uniform((124.0, 43.0), (124.6, 43.6), (50, 2))
    assert shift_between(places, places + chance.normal(0, 0.005, (50, 2))) is None
    assert shift_between(places, places) is None
