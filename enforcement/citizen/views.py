"""Public pages: report something, ask how it stands, say how content one is. No sign-in."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any, Final

from flask import Blueprint, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue

from enforcement import clock, limiting
from enforcement.citizen import queries, services
from enforcement.citizen.forms import CitizenForm, RateForm, StatusForm, offer_choices
from enforcement.db import transaction
from enforcement.errors import DomainError, InvalidInputError, status_of
from enforcement.fields import errors_of, mark
from enforcement.i18n import _
from enforcement.incident import outside
from enforcement.incident.models import Incident
from enforcement.law.errors import LawError
from enforcement.law.terms import IncidentState
from enforcement.permissions import requires
from enforcement.points.queries import villages
from enforcement.taxonomy import queries as taxonomies
from gis.errors import GisError

bp = Blueprint("citizen", __name__, url_prefix="/public")
REPORTS: Final = 10
LOOKS: Final = 30
WITHIN: Final = timedelta(minutes=10)
RECEIPT: Final = "receipt"


def _address() -> str:
    return request.remote_addr or ""


@bp.route("/report", methods=["GET", "POST"])
@requires(None)
def report() -> ResponseReturnValue:
    """Report something; ?village= of a village's QR code chooses the village."""
    village = request.args.get("village") or ""
    form = CitizenForm(key=str(uuid.uuid4()), village_code=village)
    with transaction() as db:
        county = queries.county_of(db, request.args.get("county"), village)
        if county is None:
            return render_template("citizen/counties.html", rows=queries.counties(db))
        places = villages(db, county.county_code)
        listed = taxonomies.current(db, county.county_code)
    form.category.choices = offer_choices(listed)
    form.village_code.choices = {"": [("", _("不清楚，或者用位置"))], **dict(places)}
    error: Exception | None = None
    if form.is_submitted():
        try:
            limiting.count(county.county_code, "report", _address(), most=REPORTS, within=WITHIN)
            if form.validate():
                return _report(form, county.county_code)
        except (DomainError, LawError, GisError) as refused:
            error = refused
            mark(form, error)
    why = str(error) if error else (errors_of(form) if form.is_submitted() else None)
    page = render_template(
        "citizen/report.html", form=form, why=why, here=county, categories=listed.public,
        most_photos=services.MOST_PHOTOS,
    )  # fmt: skip
    return page, (status_of(error) if error else 422) if why else 200


def _report(form: CitizenForm, county_code: str) -> ResponseReturnValue:
    with transaction() as db:
        receipt = services.report(
            db, county_code, form.report(clock.now(db)), form.sent_photos(),
            key=form.key.data or "", timeless=form.occurred_at.data is None,
        )  # fmt: skip
        session[RECEIPT] = {
            "county": county_code, "number": receipt.incident.number, "code": receipt.shown_code,
        }  # fmt: skip
    return redirect(url_for(".done"))


@bp.get("/report/done")
@requires(None)
def done() -> ResponseReturnValue:
    """Show number and code of what was just reported from this browser."""
    receipt = session.get(RECEIPT)
    if not receipt:
        return redirect(url_for(".report"))
    return render_template("citizen/done.html", receipt=receipt)


@bp.route("/report/status", methods=["GET", "POST"])
@requires(None)
def status() -> ResponseReturnValue:
    """Tell how a report stands, to whoever has its number and code."""
    form = StatusForm(number=request.args.get("number") or "")
    if not form.is_submitted():
        return render_template("citizen/status.html", form=form, why=None)
    try:
        if form.validate():
            return _standing(form)
    except DomainError as error:
        page = render_template("citizen/status.html", form=form, why=str(error))
        return page, status_of(error)
    return render_template("citizen/status.html", form=form, why=errors_of(form)), 422


def _county_of(number: str) -> str:
    """Return the county of a status form: the link's, the receipt's, or the only one."""
    with transaction() as db:
        known = request.args.get("county") or (session.get(RECEIPT) or {}).get("county")
        county = queries.county_of(db, known, None)
    if county is None:
        raise InvalidInputError("number", _("请从上报时的页面进入查询。"))
    return county.county_code


def _standing(form: StatusForm, rating: RateForm | None = None) -> str:
    county_code, number = _county_of(form.number.data or ""), form.number.data or ""
    limiting.count(county_code, "status", _address(), most=LOOKS, within=WITHIN)
    limiting.count(county_code, "status:number", number.strip().upper(), most=LOOKS, within=WITHIN)
    with transaction() as db:
        incident = queries.find(db, county_code, number, form.code.data or "")
        steps = outside.steps(db, incident)
    return render_template(
        "citizen/standing.html", form=form, steps=steps, **_shown(incident),
        rating=rating or RateForm(formdata=None, number=number, code=form.code.data),
    )  # fmt: skip


def _shown(incident: Incident) -> dict[str, Any]:
    state = IncidentState(incident.state)
    return {
        "number": incident.number,
        "received_at": incident.received_at,
        "state": state,
        "may_rate": state is IncidentState.CLOSED and incident.satisfaction is None,
        "score": incident.satisfaction,
    }


@bp.post("/report/rate")
@requires(None)
def rate() -> ResponseReturnValue:
    """Keep how content a citizen is with what came of his report."""
    form = RateForm()
    if not form.validate():
        page = render_template("citizen/status.html", form=StatusForm(), why=errors_of(form))
        return page, 422
    try:
        county_code = _county_of(form.number.data or "")
        limiting.count(county_code, "rate", _address(), most=LOOKS, within=WITHIN)
        with transaction() as db:
            services.rate(
                db, county_code, form.number.data or "", form.code.data or "",
                int(form.score.data), form.words.data,
            )  # fmt: skip
        return _standing(form)
    except DomainError as error:
        page = render_template("citizen/status.html", form=StatusForm(), why=str(error))
        return page, status_of(error)
