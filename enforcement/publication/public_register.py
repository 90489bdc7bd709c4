"""Public pages: officers with their certificates, an officer's own page, the power list."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from enforcement import clock
from enforcement.api import plain_row
from enforcement.caching import shared
from enforcement.db import transaction
from enforcement.errors import NotFoundError
from enforcement.i18n import _
from enforcement.law.power_terms import ActType, Channel
from enforcement.law.staff import Standing
from enforcement.permissions import requires
from enforcement.publication import cards, register
from enforcement.publication.public_base import (
    asked_county,
    bp,
    choose,
    count_look,
    known_county,
)
from enforcement.publication.register import PublicOfficer, PublicPower


@bp.get("/officers")
@requires(None)
@shared
def officers() -> ResponseReturnValue:
    """List officers with a certificate valid today; ?number= leads on to one of them."""
    number = (request.args.get("number") or "").strip()
    with transaction() as db:
        county = asked_county(db)
        if county is None:
            return choose(db, "public.officers")
        if number:
            return redirect(url_for(".officer", county=county.county_code, number=number))
        today = clock.today(db)
        rows = register.officers(
            db, county.county_code, today, after=request.args.get("after")
        )  # fmt: skip
    return render_template(
        "publication/officers.html", rows=rows, here=county, today=today, next=_next(rows),
    )  # fmt: skip


def _next(rows: list[PublicOfficer]) -> str | None:
    return rows[-1].number if len(rows) == register.PAGE else None


@bp.get("/officer")
@requires(None)
def officer() -> ResponseReturnValue:
    """Tell of the certificate of a number whether it is valid, today or on an earlier day."""
    number = (request.args.get("number") or "").strip()
    with transaction() as db:
        county = known_county(db)
        today = clock.today(db)
    count_look(county, "officer")
    on = _day(today)
    with transaction() as db:
        found = register.officer(db, county.county_code, number, on)
    page = render_template(
        "publication/officer.html", found=found, here=county, number=number, on=on, today=today,
        valid=found is not None and found.standing is Standing.VALID,
        picture=cards.picture(county.county_code, found.number) if found else None,
    )  # fmt: skip
    return page, 200 if found else 404


def _day(today: date) -> date:
    """Return the day of the address, at the latest today; today where it names none."""
    try:
        return min(date.fromisoformat(request.args.get("on", "")), today)
    except ValueError:
        return today


@bp.get("/officers.json")
@requires(None)
@shared
def officers_json() -> ResponseReturnValue:
    """Give a page of the register, or with ?number= one officer and how he stands on ?on=."""
    number = (request.args.get("number") or "").strip()
    with transaction() as db:
        county, today = known_county(db), clock.today(db)
    if number:
        return _officer_json(county, number, _day(today))
    with transaction() as db:
        rows = register.officers(
            db, county.county_code, today, after=request.args.get("after")
        )  # fmt: skip
    return {
        "county": county.name, "on": today.isoformat(), "next": _next(rows),
        "officers": [_told(one) for one in rows],
    }  # fmt: skip


def _officer_json(county: Any, number: str, on: date) -> ResponseReturnValue:
    count_look(county, "officer")
    with transaction() as db:
        found = register.officer(db, county.county_code, number, on)
    if found is None:
        raise NotFoundError(_("没有这个执法证号。"))
    return {"county": county.name, "on": on.isoformat(), "officer": _told(found)}


def _told(one: PublicOfficer) -> dict[str, Any]:
    return plain_row(
        one, "name", "number", "organ", "unit", "field", "area", "valid_from", "valid_to",
        "standing",
    ) | {"valid": one.standing is Standing.VALID}  # fmt: skip


@bp.get("/powers")
@requires(None)
@shared
def powers() -> ResponseReturnValue:
    """List the powers in force: what the organs may do, on which ground."""
    with transaction() as db:
        county = asked_county(db)
        if county is None:
            return choose(db, "public.powers")
        rows = register.powers(
            db, county.county_code, clock.today(db), after=request.args.get("after")
        )  # fmt: skip
    return render_template(
        "publication/powers.html", rows=rows, here=county, types=ActType, channels=Channel,
        next=_next_power(rows),
    )  # fmt: skip


def _next_power(rows: list[PublicPower]) -> str | None:
    return rows[-1].item.code if len(rows) == register.PAGE else None


@bp.get("/powers.json")
@requires(None)
@shared
def powers_json() -> ResponseReturnValue:
    """Give a page of the power list."""
    with transaction() as db:
        county, today = known_county(db), clock.today(db)
        rows = register.powers(
            db, county.county_code, today, after=request.args.get("after")
        )  # fmt: skip
    return {
        "county": county.name, "on": today.isoformat(), "next": _next_power(rows),
        "powers": [
            plain_row(
                one.item, "code", "name", "act_type", "channel", "holder", "valid_from",
                "valid_to", "approval_number", "published_url",
            ) | {"unit": one.unit, "basis": one.basis}
            for one in rows
        ],
    }  # fmt: skip
