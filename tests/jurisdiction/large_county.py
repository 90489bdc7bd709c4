"""A true county with squads on duty, and one of 33 townships and 462 villages made from it."""

from __future__ import annotations

import csv
import io
import json
from datetime import date
from typing import Any, Final

from small_county import data_file
from sqlalchemy import text
from sqlalchemy.orm import Session

from enforcement.ids import uuid7
from enforcement.jurisdiction import services
from enforcement.people.models import Unit

LISHU: Final = "220322"
SINCE: Final = date(2024, 1, 1)
TOWNSHIPS, VILLAGES = 33, 462

HALVES: Final = text("""
    WITH given AS (
      SELECT f ->> 'code' AS code, ST_SetSRID(ST_GeomFromGeoJSON(f ->> 'shape'), 4490) AS geom
      FROM jsonb_array_elements(CAST(:features AS jsonb)) f
    ), wide AS (
      SELECT code, geom, row_number() OVER (ORDER BY ST_Area(geom) DESC, code) <= :extra AS cut,
        ST_X(ST_Centroid(geom)) AS middle, ST_Envelope(geom) AS box
      FROM given
    ), part AS (
      SELECT code, side, CASE WHEN NOT cut THEN geom ELSE ST_CollectionExtract(ST_Intersection(
        geom, ST_MakeEnvelope(
          CASE side WHEN 0 THEN ST_XMin(box) ELSE middle END, ST_YMin(box),
          CASE side WHEN 0 THEN middle ELSE ST_XMax(box) END, ST_YMax(box), 4490)), 3) END AS geom
      FROM wide, generate_series(0, 1) side WHERE cut OR side = 0
    )
    SELECT code, side, ST_AsGeoJSON(ST_Multi(geom), 15) AS shape FROM part ORDER BY code, side
""")


def load_lishu(session: Session) -> str:
    """Load the true county with 21 squads on duty; return its code."""
    services.import_divisions(session, data_file("lishu_divisions.csv"), "lishu")
    result = services.import_boundaries(session, data_file("lishu_villages.geojson"), "lishu")
    assert result.accepted == 346
    post_squads(session, LISHU)
    return LISHU


def load_large(session: Session) -> str:
    """Load a county of 33 townships and 462 villages, the true one's cut in two; return its code.

    Villages keep the corners of the true ones, so that a map of it is as heavy as a map can be.
    """
    rows = list(csv.DictReader(io.StringIO(data_file("lishu_divisions.csv").decode("utf-8-sig"))))
    features = json.loads(data_file("lishu_villages.geojson"))["features"]
    given = [{"code": one["properties"]["code"], "shape": json.dumps(one["geometry"])}
             for one in features]  # fmt: skip
    halves = session.execute(
        HALVES, {"features": json.dumps(given), "extra": VILLAGES - len(features)}
    ).all()
    codes = _codes([row["code"] for row in rows if row["level"] == "township"],
                   [(half.code, half.side) for half in halves])  # fmt: skip
    divisions, shapes = _county(rows), []
    for half in halves:
        code = codes[half.code, half.side]
        divisions.setdefault(code[:9], [code[:9], f"乡{code[6:9]}", "township", LISHU])
        divisions[code] = [code, f"村{code[6:]}", "village", code[:9]]
        shapes.append({"type": "Feature", "properties": {"code": code},
                       "geometry": json.loads(half.shape)})  # fmt: skip
    services.import_divisions(session, _csv(divisions), "large.csv")
    collection = json.dumps({"type": "FeatureCollection", "features": shapes}).encode()
    result = services.import_boundaries(session, collection, "large.geojson")
    assert (result.accepted, result.problems) == (VILLAGES, ())
    post_squads(session, LISHU)
    return LISHU


def _codes(towns: list[str], halves: list[tuple[str, int]]) -> dict[tuple[str, int], str]:
    """Return new codes: the nine largest townships give half of their villages to new ones."""
    mine = {town: [half for half in halves if half[0][:9] == town] for town in towns}
    largest = sorted(towns, key=lambda town: (-len(mine[town]), town))[: TOWNSHIPS - len(towns)]
    found = {}
    for town in towns:
        for place, half in enumerate(mine[town]):
            moved = town in largest and place * 2 >= len(mine[town])
            home = f"{LISHU}{300 + largest.index(town)}" if moved else town
            found[half] = f"{home}{200 + place:03d}"
    return found


def _county(rows: list[dict[str, str]]) -> dict[str, list[str]]:
    kept = [row for row in rows if row["level"] == "county"]
    return {row["code"]: [row["code"], row["name"], row["level"], row["parent_code"]]
            for row in kept}  # fmt: skip


def _csv(divisions: dict[str, list[str]]) -> bytes:
    file = io.StringIO()
    writer = csv.writer(file)
    writer.writerow(["code", "name", "level", "parent_code"])
    writer.writerows(divisions.values())
    return file.getvalue().encode()


def post_squads(session: Session, county_code: str) -> None:
    """Open 7 brigades of 3 squads; townships fall to them by code."""
    towns: list[str] = list(session.scalars(
        text("SELECT code FROM division WHERE level = 'township' AND county_code = :county"
             " ORDER BY code"), {"county": county_code}))  # fmt: skip
    squads = []
    for n in range(1, 8):
        top = _unit(session, county_code, f"01.01.{n:02d}", f"第{n}大队", "brigade", None)
        squads += [
            _unit(session, county_code, f"01.01.{n:02d}.{m:02d}", f"第{n}大队{m}中队", "squad", top)
            for m in range(1, 4)
        ]
    for place, town in enumerate(towns):
        services.assign_responsibility(
            session, county_code, squads[place * len(squads) // len(towns)],
            area_code=town, valid_from=SINCE,
        )  # fmt: skip


def _unit(session: Session, county: str, code: str, name: str, kind: str, parent: Any) -> Any:
    unit = Unit(county_code=county, id=uuid7(), code=code, name=name, kind=kind, parent_id=parent,
                home_code=None, valid_from=SINCE, valid_to=None)  # fmt: skip
    session.add(unit)
    session.flush()
    return unit.id
