"""Public pages: the map of published decisions, its list, its data, and the county's borders."""

from __future__ import annotations

from flask import Response, jsonify, render_template, request
from flask.typing import ResponseReturnValue

from enforcement import clock
from enforcement.api import next_page, read_cursor
from enforcement.boxes import read_bbox
from enforcement.caching import ASKED_AGAIN, KEPT_FOR_A_DAY, kept, shared
from enforcement.db import transaction
from enforcement.jurisdiction import map_queries, plan_queries
from enforcement.jurisdiction import queries as jurisdiction
from enforcement.jurisdiction.maps import note_of
from enforcement.jurisdiction.terms import Level
from enforcement.law.matters import matters
from enforcement.law.redaction import Located
from enforcement.permissions import requires
from enforcement.publication import mapped
from enforcement.publication.public_base import asked_county, bp, choose, count_look, known_county


@bp.get("/map")
@requires(None)
@shared
def decision_map() -> ResponseReturnValue:
    """Show published decisions on a map, and the same ones as a list beside it."""
    asked = mapped.read(request.args)
    after = read_cursor(request.args.get("after"))
    with transaction() as db:
        county = asked_county(db)
        if county is None:
            return choose(db, "public.decision_map")
        ground = mapped.ground(db, county.county_code)
        edition = ground.edition
        rows = mapped.page(db, ground, asked, after)
        years, used = mapped.offered(db, ground)
        townships = jurisdiction.list_divisions(db, county.county_code, Level.TOWNSHIP)
        bounds = map_queries.extent(db, edition) if edition else None
    return render_template(
        "publication/map.html", here=county, asked=asked, edition=edition, bounds=bounds,
        rows=rows, years=years, used=used, townships=townships, matters=matters(),
        located=Located, note=note_of(edition) if edition else None,
        next=next_page(rows, mapped.PAGE, "at"),
    )  # fmt: skip


@bp.get("/map.json")
@requires(None)
@shared
def map_json() -> ResponseReturnValue:
    """Give published decisions as GeoJSON, narrowed by ?bbox=, ?year=, ?matter=, ?township=."""
    asked, boxes = mapped.read(request.args), read_bbox(request.args.get("bbox"))
    with transaction() as db:
        ground = mapped.ground(db, known_county(db).county_code)
        found = mapped.geojson(db, ground, asked, boxes)
    return Response(found, mimetype="application/geo+json")


@bp.get("/map/areas.json")
@requires(None)
def map_areas() -> Response:
    """Give villages and townships of today's boundaries as GeoJSON; ?edition= names them."""
    with transaction() as db:
        county, on = known_county(db), clock.today(db)
        edition = plan_queries.edition_on(db, county.county_code, on)
    count_look(county, "areas")
    with transaction() as db:
        layers = mapped.borders(db, edition, on)
    answer = jsonify({"villages": layers.villages, "townships": layers.townships})
    named = request.args.get("edition") == str(edition.id)
    return kept(answer, KEPT_FOR_A_DAY if named else ASKED_AGAIN)
