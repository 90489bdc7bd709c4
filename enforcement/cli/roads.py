"""`enforcement import roads`: the roads that travel times are computed from."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import click
from sqlalchemy import select
from sqlalchemy.orm import Session

from enforcement.cli.output import Output, session_scope, speaks_json
from enforcement.errors import InvalidInputError
from enforcement.jurisdiction.models import County
from enforcement.jurisdiction.queries import get_county
from enforcement.patrol import road_times, roads
from enforcement.patrol.roads import Said
from gis.datum import Datum


@click.command("roads")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--county", "county_code", metavar="CODE", help="[default: the only county]")
@click.option("--source", help="Where it comes from, shown to planners. [default: the file's name]")
@click.option("--dated", type=click.DateTime(formats=["%Y-%m-%d"]), help="[default: today]")
@click.option("--crs", metavar="EPSG:CODE", help="Reference system, instead of what the file says.")
@click.option("--datum", type=click.Choice([*map(str, Datum)]), default="cgcs2000")
@click.option("--layer", help="Which layer, where a file has several.")
@speaks_json
def roads_command(
    out: Output, file: Path, county_code: str | None, source: str | None, dated: datetime | None,
    crs: str | None, datum: str, layer: str | None,
) -> None:  # fmt: skip
    """Load the roads of a county in place of those in use, and compute travel times.

    FILE is an extract of OpenStreetMap (.osm or .osm.pbf), a zipped Shapefile, a GeoPackage or
    GeoJSON. Where no road leads, and without this command, straight lines are used.
    """
    said = Said(source, dated.date() if dated else None, crs, Datum(datum), layer)
    with session_scope() as session:
        county = county_of(session, county_code)
        taken = roads.take(session, county, None, file, file.name, said)
        filled = road_times.fill(session, county)
        data = roads.shown(taken.file) | {"again": taken.again, "outside": taken.outside}
    lines = [f"{data['roads']} 条道路，{data['km']} 公里，{data['nodes']} 个路口"]
    if data["pieces"] > 1:
        lines.append(f"分成 {data['pieces']} 片互不连通，最大一片占 {data['main_pct']}%，"
                     "不同片之间按直线距离估算")  # fmt: skip
    if filled is not None:
        lines.append(f"{filled.places} 个地点已计算行车时间；附近没有道路 {filled.off_road} 个，"
                     f"没有道路相通 {filled.unreached} 对，按直线距离估算")  # fmt: skip
    out.result(data, "\n".join(lines))


def county_of(session: Session, named: str | None) -> str:
    """Return the county that is meant: the one named, or the only one there is."""
    if named is not None:
        get_county(session, named)
        return named
    found = session.scalars(select(County.county_code).limit(2)).all()
    if len(found) != 1:
        raise InvalidInputError("county", "库里不止一个县（或者还没有），请用 --county 指明。")
    return found[0]
