"""Public pages: published decisions with their feeds."""

from __future__ import annotations

import uuid
from datetime import UTC
from email.utils import format_datetime
from typing import Any
from xml.etree import ElementTree as ET

from flask import Response, render_template, request, url_for
from flask.typing import ResponseReturnValue

from enforcement import clock, files
from enforcement.api import next_page, read_cursor
from enforcement.caching import shared
from enforcement.db import transaction
from enforcement.errors import NotFoundError
from enforcement.i18n import _
from enforcement.permissions import requires
from enforcement.publication import queries
from enforcement.publication.models import Publication
from enforcement.publication.public_base import asked_county, bp, choose, known_county


@bp.get("/decisions")
@requires(None)
@shared
def decisions() -> ResponseReturnValue:
    """List the county's published decisions, the newest first."""
    with transaction() as db:
        county = asked_county(db)
        if county is None:
            return choose(db, "public.decisions")
        after = read_cursor(request.args.get("after"))
        rows = queries.public_page(db, county.county_code, after=after)
    return render_template(
        "publication/public.html", rows=rows, here=county,
        next=next_page(rows, queries.PAGE, "at"),
    )  # fmt: skip


@bp.get("/decisions/<uuid:publication_id>")
@requires(None)
@shared
def decision(publication_id: uuid.UUID) -> ResponseReturnValue:
    """Show one published decision."""
    with transaction() as db:
        county = known_county(db)
        row = queries.public_one(db, county.county_code, publication_id)
    return render_template("publication/public_one.html", row=row, here=county)


@bp.get("/decisions/<uuid:publication_id>.pdf")
@requires(None)
def paper(publication_id: uuid.UUID) -> Response:
    """Return the redacted paper of a published decision."""
    with transaction() as db:
        row = queries.public_one(db, known_county(db).county_code, publication_id)
    if row.sha256 is None:
        raise NotFoundError(_("该决定只公开摘要。"))
    answer = Response(files.read(row.county_code, row.sha256), mimetype="application/pdf")
    answer.headers["Content-Disposition"] = 'inline; filename="decision.pdf"'
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _address(row: Publication) -> str:
    return url_for("public.decision", publication_id=row.id, county=row.county_code, _external=True)


@bp.get("/decisions.json")
@requires(None)
@shared
def feed_json() -> ResponseReturnValue:
    """Give the newest published decisions as a JSON Feed 1.1."""
    with transaction() as db:
        county = known_county(db)
        rows = queries.public_page(db, county.county_code)
    return {
        "version": "https://jsonfeed.org/version/1.1",
        "title": f"{county.name}行政处罚决定公示",
        "home_page_url": url_for("public.decisions", county=county.county_code, _external=True),
        "language": "zh-CN",
        "items": [_item(row) for row in rows],
    }


def _item(row: Publication) -> dict[str, Any]:
    return {
        "id": str(row.id),
        "url": _address(row),
        "title": _title(row),
        "content_text": _content(row),
        "date_published": row.at.astimezone(clock.ZONE).isoformat(),
        "_decision": row.shown,
    }


def _title(row: Publication) -> str:
    return f"{row.shown['number']} {row.shown['party']}{row.shown['cause']}"


def _content(row: Publication) -> str:
    return f"{row.shown['act']}。依据{row.shown['basis']}，{row.shown['content']}。"


@bp.get("/decisions.rss")
@requires(None)
@shared
def feed_rss() -> Response:
    """Give the newest published decisions as RSS 2.0."""
    with transaction() as db:
        county = known_county(db)
        rows = queries.public_page(db, county.county_code)
    rss = ET.Element("rss", version="2.0")
    channel = ET.SubElement(rss, "channel")
    title = f"{county.name}行政处罚决定公示"
    home = url_for("public.decisions", county=county.county_code, _external=True)
    for name, words in (("title", title), ("link", home), ("description", title)):
        ET.SubElement(channel, name).text = words
    for row in rows:
        item = ET.SubElement(channel, "item")
        ET.SubElement(item, "guid", isPermaLink="false").text = str(row.id)
        ET.SubElement(item, "title").text = _title(row)
        ET.SubElement(item, "link").text = _address(row)
        ET.SubElement(item, "description").text = _content(row)
        ET.SubElement(item, "pubDate").text = format_datetime(row.at.astimezone(UTC))
    body = ET.tostring(rss, encoding="utf-8", xml_declaration=True)
    return Response(body, mimetype="application/rss+xml")
