"""The page of a map report, and what its address asks for; the slice's pages stand on it."""

from __future__ import annotations

from flask import Blueprint, render_template, request
from sqlalchemy.orm import Session

from enforcement import clock
from enforcement.briefing import asking, sharing, tables, wording
from enforcement.briefing.asking import Wanted
from enforcement.briefing.figures import Briefing
from enforcement.law.matters import matters
from enforcement.periods import read_day
from enforcement.settings import queries as settings
from enforcement.sign_in import current_actor
from enforcement.taxonomy import web as taxonomy
from gis.map_style import ink_on

bp = Blueprint("briefing", __name__)
NAMES = ("unit", "township", "matter", "category")


def wanted() -> Wanted:
    """Return what the address or the form asks for; raises InvalidInputError naming a field."""
    said = {name: request.values.get(name) or None for name in NAMES}
    first, last = (read_day(name, request.values.get(name)) for name in ("first", "last"))
    about = request.values.get("about") or ""
    if about:  # one choice of the page's form: "unit:01.01", "township:220322001" or "county:"
        kind, _colon, code = about.partition(":")
        said |= {"unit": None, "township": None}
        if kind in ("unit", "township"):
            said[kind] = code or None
    return Wanted(first=first, last=last, **said)


def page(session: Session, briefing: Briefing, link: str | None = None) -> str:
    """Return the page of a report; link -- one just made, shown this once."""
    actor = current_actor()
    return render_template(
        "briefing/index.html", report=briefing, said=briefing.asked.said, wording=wording,
        tables=tables.tables(briefing), ink_on=ink_on, link=link,
        subjects=asking.offered(session, actor, briefing.period.last), kinds=asking.Kind,
        matters=[one for one in matters().values() if one.ours],
        categories=taxonomy.choices(), today=clock.today(session),
        shares=sharing.list_shares(session, actor), now=clock.now(session),
        days=settings.value(session, actor.county_code, "briefing_share_days"),
        most_days=sharing.MOST_DAYS, figures=tables.figures_of(briefing),
    )  # fmt: skip
