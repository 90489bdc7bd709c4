"""The blueprint of the public pages, and the county they are asked about."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from flask import Blueprint, render_template, request
from sqlalchemy.orm import Session

from enforcement import limiting
from enforcement.citizen.queries import counties, county_of
from enforcement.errors import NotFoundError
from enforcement.i18n import _
from enforcement.jurisdiction.models import County

bp = Blueprint("public", __name__, url_prefix="/public")
LOOKS: Final = 60
WITHIN: Final = timedelta(minutes=10)


def asked_county(db: Session) -> County | None:
    """Return the county of the address, or the only one; None where a person must choose."""
    return county_of(db, request.args.get("county"), None)


def known_county(db: Session) -> County:
    """Return the county of the address; raises NotFoundError where it names none."""
    county = asked_county(db)
    if county is None:
        raise NotFoundError(_("请在网址中写明县的代码（county）。"))
    return county


def choose(db: Session, endpoint: str) -> str:
    """Return the page that asks which county is meant."""
    return render_template("publication/counties.html", rows=counties(db), endpoint=endpoint)


def count_look(county: County, what: str) -> None:
    """Count a look at one record by its number; raises TooManyRequestsError."""
    limiting.count(
        county.county_code, what, request.remote_addr or "", most=LOOKS, within=WITHIN
    )  # fmt: skip
