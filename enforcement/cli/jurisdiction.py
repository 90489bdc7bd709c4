"""Commands: import divisions and boundaries, check and activate an edition, find a place."""

from __future__ import annotations

import uuid
from datetime import date, datetime
from pathlib import Path
from typing import Any

import click

from enforcement import clock
from enforcement.cli.output import Output, session_scope, speaks_json
from enforcement.cli.roads import roads_command
from enforcement.errors import InvalidInputError
from enforcement.jurisdiction import mapping, queries, services
from enforcement.jurisdiction.report import edition_geojson, edition_json
from enforcement.jurisdiction.results import ImportResult
from enforcement.jurisdiction.routing import Routing
from enforcement.jurisdiction.routing import locate as find_place
from enforcement.jurisdiction.terms import EditionStatus, Level
from gis.datum import Datum
from gis.errors import GisError
from gis.readers import ReadOptions
from gis.readers.limits import read_limited

DAY = click.DateTime(formats=["%Y-%m-%d"])
FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group("import")
def import_group() -> None:
    """Load divisions, boundaries and roads; check boundaries and put them in force."""


@import_group.command("divisions")
@click.argument("file", type=FILE)
@click.option("--skip-rejected", is_flag=True, help="Load the sound rows, leave out the others.")
@speaks_json
def divisions(out: Output, file: Path, skip_rejected: bool) -> None:
    """Load the divisions of one county from CSV: code,name,level,parent_code (UTF-8).

    A column population (人口) may tell the inhabitants of each.

    Known codes are updated. Rows are numbered by line, the header being line 1. When a row is
    rejected nothing is changed, unless --skip-rejected.
    """
    data = read_limited(file)
    with session_scope() as session:
        result = services.import_divisions(session, data, file.name, skip_rejected)
    _answer(out, result)


@import_group.command("boundaries")
@click.argument("file", type=FILE)
@click.option(
    "--level",
    type=click.Choice([str(level) for level in Level]),
    default="village",
    show_default=True,
    help="What the features are; coarser areas are dissolved.",
)
@click.option("--activate", is_flag=True, help="Put the edition in force when its check is clean.")
@click.option("--from", "from_day", type=DAY, help="First day in force. [default: today]")
@click.option("--skip-rejected", is_flag=True, help="Load the sound rows, leave out the others.")
@click.option("--schematic", is_flag=True, help="The lines are drawn for show (示意).")
@click.option("--decree", help="Number of the decree that ordered the boundaries (批复文号).")
@click.option("--crs", metavar="EPSG:CODE", help="Reference system, instead of what the file says.")
@click.option(
    "--datum",
    type=click.Choice([str(datum) for datum in Datum]),
    default="cgcs2000",
    show_default=True,
    help="What degrees refer to; gcj02 and bd09 are converted.",
)
@click.option("--encoding", help="Of a Shapefile's attributes. [default: found out]")
@click.option("--layer", help="Which layer, where a file has several.")
@click.option(
    "--map",
    "pairs",
    multiple=True,
    metavar="code=FIELD",
    help="Attribute that holds the code (code=) or the name (name=); may be repeated.",
)
@click.option(
    "--repair",
    is_flag=True,
    help="Mend shapes (crossings, open rings, heights); each repair is listed.",
)
@speaks_json
def boundaries(
    out: Output,
    file: Path,
    level: str,
    activate: bool,
    from_day: datetime | None,
    skip_rejected: bool,
    schematic: bool,
    decree: str | None,
    crs: str | None,
    datum: str,
    encoding: str | None,
    layer: str | None,
    pairs: tuple[str, ...],
    repair: bool,
) -> None:
    """Load boundaries of one county: GeoJSON, GeoPackage, KML, or a Shapefile in a .zip.

    Coordinates become CGCS2000 degrees. The attributes of code and name are guessed and told;
    --map says them. Rows are numbered by feature, from 0. When a row is rejected nothing is
    changed, unless --skip-rejected. Without --activate the edition waits for `import activate`;
    only a county's first clean edition is put in force at once, from 1949-10-01 unless --from
    says otherwise.
    """
    given = mapping.parse_pairs(pairs)
    reading = ReadOptions(crs, Datum(datum), encoding, layer, repair)
    data = read_limited(file)
    with session_scope() as session:
        result = _speaking(
            services.import_boundaries,
            session,
            data,
            file.name,
            level=Level(level),
            skip_rejected=skip_rejected,
            activate=activate,
            valid_from=_day(from_day),
            schematic=schematic,
            decree=decree,
            reading=reading,
            mapping=given,
        )
    _tell(out, result)
    if activate and result.status == EditionStatus.DRAFT:
        out.refuse(f"检查未通过，版本 {result.edition_id} 待人启用", result.as_json())
    _answer(out, result)


@import_group.command("check")
@click.argument("edition", type=click.UUID)
@click.option("--geojson", is_flag=True, help="Print a FeatureCollection of what was found.")
@speaks_json
def check(out: Output, edition: uuid.UUID, geojson: bool) -> None:
    """Check an edition of boundaries against the divisions and the edition in force.

    Gaps, overlaps, villages without area, refused and mended rows, slivers, a shifted datum, and
    how much would change. Nothing is altered.
    """
    with session_scope(commit=False) as session:
        row = queries.get_boundaries(session, None, edition)
        found = services.check_edition(session, row)
        data = edition_json(row, found)
        shapes = edition_geojson(row, found)
    if geojson:
        out.result(shapes)
        return
    lines = [
        *(f"问题：{line}" for line in found.problems),
        *(f"提示：{line}" for line in found.warnings),
    ]
    out.result(data, "\n".join(lines) or "没有发现问题")


@import_group.command("activate")
@click.argument("edition", type=click.UUID)
@click.option("--from", "from_day", type=DAY, help="First day in force. [default: today]")
@click.option("--accept-problems", is_flag=True, help="A person has looked at the problems.")
@speaks_json
def activate(
    out: Output, edition: uuid.UUID, from_day: datetime | None, accept_problems: bool
) -> None:
    """Put a waiting edition of boundaries in force; the one before it ends on that day."""
    with session_scope() as session:
        county_code = queries.get_edition(session, None, edition).county_code
        day = _day(from_day) or clock.today(session)
        row = services.activate(session, county_code, edition, day, accept_problems=accept_problems)
        data = {
            "edition": str(row.id),
            "county": county_code,
            "status": str(row.status),
            "valid_from": day.isoformat(),
        }
    out.result(data, f"版本 {edition} 自 {day} 起有效")


@click.command("locate", context_settings={"ignore_unknown_options": True})
@click.argument("lon", type=float)
@click.argument("lat", type=float)
@click.option("--on", type=DAY, help="The day to ask about. [default: today]")
@speaks_json
def locate(out: Output, lon: float, lat: float, on: datetime | None) -> None:
    """Say which village holds a point (degrees, CGCS2000 or WGS 84) and who answers for it."""
    with session_scope(commit=False) as session:
        day = _day(on) or clock.today(session)
        place = _speaking(find_place, session, lon, lat, day)
    out.result(place_json(place), _place_text(place))


def place_json(place: Routing) -> dict[str, Any]:
    """Return what `locate` prints: codes and names, null where there is none."""
    return {
        "county": place.county_code,
        "county_name": place.county_name,
        "township": place.township_code,
        "township_name": place.township_name,
        "village": place.village_code,
        "village_name": place.village_name,
        "squad": place.unit_code,
        "squad_name": place.unit_name,
        "brigade": place.brigade_code,
        "brigade_name": place.brigade_name,
        "edition": str(place.edition_id),
        "border_m": round(place.border_m, 1),
        "confirm": place.confirm,
        "rule": place.rule,
        "schematic": place.schematic,
    }


def _place_text(place: Routing) -> str:
    names = (place.county_name, place.township_name, place.village_name)
    where = " ".join(name for name in names if name)
    mark = "（示意界线）" if place.schematic else ""
    near = "，须由人确认" if place.confirm else ""
    return (
        f"{where}{mark}\n负责：{place.unit_name or '尚无'}（{place.brigade_name or '—'}）\n"
        f"距界线 {place.border_m:.0f} 米{near}"
    )


def _speaking(act: Any, *args: Any, **kwargs: Any) -> Any:
    """Call an act; a refusal of the geometry becomes one of the domain."""
    try:
        return act(*args, **kwargs)
    except GisError as error:
        field = getattr(error, "option", "file" if "level" in kwargs else "point")
        raise InvalidInputError(field, str(error)) from error


def _day(moment: datetime | None) -> date | None:
    return moment.date() if moment else None


def _tell(out: Output, result: ImportResult) -> None:
    if result.first and result.status == EditionStatus.ACTIVE:
        out.say(f"县 {result.county_code} 的首个版本，自 {result.valid_from} 起启用")
    elif result.status == EditionStatus.DRAFT:
        out.say(f"版本 {result.edition_id} 待启用：enforcement import activate {result.edition_id}")
    if result.origin is not None:
        named = result.origin.mapping
        out.say(
            f"{result.origin.driver}，坐标系 {result.origin.crs}，"
            f"代码列 {named['code']}，名称列 {named['name'] or '（无）'}"
        )
    for finding in (*result.problems, *result.warnings):
        out.say(finding)


def _answer(out: Output, result: ImportResult) -> None:
    """Print the result; a row that was refused and not skipped makes it a refusal."""
    for refused in result.rejected:
        out.say(f"第 {refused.row} 行 {refused.code or '（无代码）'}：{refused.reason}")
    if result.edition_id is None:
        data = result.as_json()
        out.refuse(f"{len(result.rejected)} 行被拒绝，未作任何更改", data)
    out.result(
        result.as_json(),
        f"读 {result.read} 行，收 {result.accepted} 行，"
        f"拒 {len(result.rejected)} 行；版本 {result.edition_id}",
    )


import_group.add_command(roads_command)
COMMANDS: dict[str, click.Command] = {"import": import_group, "locate": locate}
