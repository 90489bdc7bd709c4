"""The phone page: report an incident, my reports; what lets it open without a network."""

from __future__ import annotations

import uuid
from contextlib import nullcontext
from datetime import datetime

from flask import Response, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import force_locale

from enforcement import clock, notices
from enforcement.db import transaction
from enforcement.errors import DomainError, status_of
from enforcement.fields import errors_of, mark
from enforcement.i18n import LANGUAGES, _
from enforcement.incident import queries, services, sos
from enforcement.incident.forms import ActForm, ReportForm
from enforcement.incident.views import place_context
from enforcement.law.errors import LawError
from enforcement.law.escalation import Does
from enforcement.law.terms import IncidentSource, IncidentState
from enforcement.mobile import (
    alone,
    checking,
    doing,
    helping,
    keeping,
    presence,
    sending,
    spotting,
    tasks,
    tracking,
)
from enforcement.mobile.blueprint import bp
from enforcement.permissions import Permission, requires
from enforcement.roster import presence as kept
from enforcement.roster import queries as roster
from enforcement.roster import words
from enforcement.roster.terms import DutyKind
from enforcement.sign_in import current_actor
from enforcement.taxonomy import web as taxonomy
from gis.errors import GisError

PARTS = (alone, checking, sending, doing, helping, presence, keeping, spotting, tracking)
"""The modules whose routes join the blueprint."""


@bp.get("/m/")
@requires(Permission.INCIDENT_REPORT)
def home() -> ResponseReturnValue:
    """Show what the person reported lately, his next shift, and the button to report."""
    actor = current_actor()
    with transaction() as session:
        rows = queries.list_page(session, actor)
        shift = roster.find_next_shift(session, actor.county_code, actor.person_id)
        latest = kept.find_latest(session, actor.county_code, actor.person_id)
        help_status = sos.status(session, actor)
        unheard = len(notices.list_unheard(session, actor))
        now = clock.now(session)
    return render_template(
        "mobile/home.html", rows=rows, states=IncidentState, categories=taxonomy.mine().known,
        next_shift=shift, duty_words=words, duty_kind=DutyKind, latest=latest, now=now,
        soon=now + kept.EARLY, key=str(uuid.uuid4()), help_status=help_status, unheard=unheard,
    )  # fmt: skip


@bp.get("/m/notices")
@requires(Permission.INCIDENT_READ)
def my_notices() -> ResponseReturnValue:
    """Show the person's notices, the newest first; they count as seen from now on."""
    with transaction() as session:
        actor = current_actor()
        rows = notices.list_mine(session, actor)
        page = render_template("mobile/notices.html", rows=rows, does=Does)
        notices.mark_seen(session, actor)
    return page


@bp.route("/m/report", methods=["GET", "POST"])
@requires(Permission.INCIDENT_REPORT)
def report() -> ResponseReturnValue:
    """Report an incident with point and photos."""
    form = ReportForm(
        occurred_at=_minute(), key=str(uuid.uuid4()),
        source=request.args.get("source", IncidentSource.PHONE_APP),
    )  # fmt: skip
    error: Exception | None = None
    if form.validate_on_submit():
        try:
            return _report(form)
        except (DomainError, LawError, GisError) as refused:
            error = refused
            mark(form, error)
    why = str(error) if error else (errors_of(form) if form.is_submitted() else None)
    page = render_template(
        "mobile/report.html", form=form, why=why, categories=taxonomy.mine().known
    )
    return page, (status_of(error) if error else 422) if why else 200


def _minute() -> datetime:
    """Return this minute in China by the database clock, as the field of a form takes it."""
    with transaction() as session:
        now = clock.now(session).astimezone(clock.ZONE)
    return now.replace(second=0, microsecond=0, tzinfo=None)


def _report(form: ReportForm) -> ResponseReturnValue:
    with transaction() as session:
        incident = services.report(
            session,
            current_actor(),
            form.report(sending.source_of(form.source.data)),
            form.sent_photos(),
            key=form.key.data or None,
        )
        flash(_("已上报，编号%(number)s。", number=incident.number), "success")
    return redirect(url_for(".done", incident_id=incident.id))


@bp.get("/m/done/<uuid:incident_id>")
@requires(Permission.INCIDENT_READ)
def done(incident_id: uuid.UUID) -> ResponseReturnValue:
    """Say who answers for the place of a report: village, township, squad, brigade."""
    with transaction() as session:
        incident = queries.get(session, current_actor(), incident_id)
        return render_template(
            "mobile/done.html",
            incident=incident,
            **place_context(session, incident),
            photos=queries.photos(session, incident.county_code, incident.id),
        )


@bp.get("/m/offline")
@requires(None)
def offline() -> ResponseReturnValue:
    """Return the page kept on the phone: a form that works without a network; ?language=en."""
    chosen = request.args.get("language")
    with force_locale(chosen) if chosen in LANGUAGES else nullcontext():
        form = ReportForm(formdata=None, occurred_at=_minute(), key="")
        return render_template(
            "mobile/offline.html", form=form, categories=taxonomy.mine().known,
            act_form=ActForm(formdata=None), acts=tasks.BUTTONS, **spotting.form_words(), rows=(),
        )  # fmt: skip


@bp.get("/manifest.webmanifest")
@requires(None)
def manifest() -> Response:
    """Describe the phone app to the browser that installs it."""
    return current_app.send_static_file("manifest.webmanifest")


@bp.get("/sw.js")
@requires(None)
def service_worker() -> Response:
    """Return the service worker, at the root so that it covers the phone pages."""
    return current_app.send_static_file("js/service-worker.js")
