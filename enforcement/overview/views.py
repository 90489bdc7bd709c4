"""Pages: where each person starts, the operations map, the township's monthly report."""

from __future__ import annotations

import uuid
from typing import Any

from flask import Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from enforcement import alarms as system_alarms
from enforcement import clock
from enforcement.actor import Actor
from enforcement.case import queries as cases
from enforcement.db import transaction
from enforcement.i18n import _
from enforcement.incident import queries as incidents
from enforcement.incident import views as incident_views
from enforcement.law.terms import CaseState, IncidentState, Role
from enforcement.ledger import queries as ledger
from enforcement.overview import maps, report
from enforcement.overview.rota_views import bp  # with the other pages of the slice
from enforcement.patrol import queries as patrols
from enforcement.patrol import views as patrol_views
from enforcement.people import alarms
from enforcement.permissions import Permission, allows, requires
from enforcement.roster import gaps, words
from enforcement.scope import BY_AREA
from enforcement.security import map_answer
from enforcement.sign_in import current_actor
from enforcement.taxonomy import web as taxonomy

FIRST_PAGE = {
    Role.AUXILIARY: "mobile.home",
    Role.TOWNSHIP_LEADER: "overview.report_page",
    Role.SYSTEM_ADMIN: "jurisdiction.index",
    Role.SECURITY_ADMIN: "people.accounts",
    Role.AUDIT_ADMIN: "trail.index",
}
SHORTAGES = 5  # gaps of the roster named on the first page


@bp.get("/")
@requires(Permission.SELF)
def home() -> ResponseReturnValue:
    """Show what waits for the person; some roles start on a page of their own."""
    actor = current_actor()
    if actor.role in FIRST_PAGE:
        return redirect(url_for(FIRST_PAGE[actor.role]))
    with transaction() as session:
        today = clock.today(session)
        waiting: dict[str, Any] = {
            "incidents": incidents.list_page(session, actor, limit=8)
            if allows(actor, Permission.INCIDENT_READ)
            else [],
            "cases": cases.list_page(session, actor, limit=8)
            if allows(actor, Permission.CASE_READ)
            else [],
            "told": alarms.tell(
                session, actor, today, others=allows(actor, Permission.PEOPLE_READ)
            ),
            "patrols": patrols.list_recent(session, actor, since=today, limit=8)
            if allows(actor, Permission.PATROL_READ)
            else [],
            "shortages": _shortages(session, actor),
            "late": _late(session, actor),
            "open_alarms": _alarms(session, actor),
        }
    return render_template(
        "overview/home.html",
        today=today,
        incident_states=IncidentState,
        case_states=CaseState,
        categories=taxonomy.mine().known,
        words=words,
        ZONE=clock.ZONE,
        **waiting,
    )


def _shortages(session: Session, actor: Actor) -> gaps.Found | None:
    """Return the gaps ahead in the rosters that the person changes; None where he changes none."""
    changes = allows(actor, Permission.ROSTER_CHANGE)
    return gaps.ahead(session, actor, most=SHORTAGES) if changes else None


def _late(session: Session, actor: Actor) -> int:
    """Return how many asks of the township's ledger are overdue, 0 for who answers for no area."""
    may = actor.role in BY_AREA and allows(actor, Permission.LEDGER_READ)
    return ledger.count_late(session, actor) if may else 0


def _alarms(session: Session, actor: Actor) -> int:
    """Return how many alarms of the system are open, 0 for who reads none."""
    may = allows(actor, Permission.ALARM_READ)
    return system_alarms.count_open(session, actor.county_code) if may else 0


@bp.get("/map/frame")
@requires(Permission.MAP_READ)
def map_frame() -> Response:
    """Return the Folium map itself, for a frame."""
    with transaction() as session:
        made = maps.operations(session, current_actor())
    return map_answer(made.target, title=_("态势图"), legend=made.legend, note=made.note)


@bp.get("/map/incidents/<uuid:incident_id>")
@requires(Permission.INCIDENT_READ)
def map_panel(incident_id: uuid.UUID) -> ResponseReturnValue:
    """Show an incident beside the map: facts, and the form that sends a squad."""
    actor = current_actor()
    with transaction() as session:
        shown: dict[str, Any] = incident_views.context(session, incident_id)
        send = (
            patrol_views.send_form(session, actor, shown["incident"])
            if shown["may_assign"]
            else None
        )
        return render_template("overview/map_panel.html", send=send, **shown)


@bp.get("/report")
@requires(Permission.REPORT_READ)
def report_page() -> ResponseReturnValue:
    """Show the monthly report: map, tables, findings."""
    actor = current_actor()
    with transaction() as session:
        made = report.make(session, actor, request.args.get("township"), request.args.get("month"))
        townships = report.townships_of(session, actor)
        at_start = FIRST_PAGE.get(actor.role) == "overview.report_page"
        shortages = _shortages(session, actor) if at_start else None
        late = _late(session, actor) if at_start else 0
    return render_template(
        "overview/report.html",
        report=made,
        townships=townships,
        categories=taxonomy.mine().known,
        share=report.share,
        matter_name=report.matter_name,
        edition=made.edition,
        shortages=shortages,
        late=late,
        words=words,
        ZONE=clock.ZONE,
    )


@bp.get("/report/frame")
@requires(Permission.REPORT_READ)
def report_frame() -> Response:
    """Return the report's choropleth, for a frame."""
    with transaction() as session:
        made = report.make(
            session, current_actor(), request.args.get("township"), request.args.get("month")
        )
        drawn = maps.township(session, current_actor(), made)
    return map_answer(
        drawn.target,
        title=_("月报地图"),
        legend=drawn.legend,
        legend_title=_("受理事件（件）"),
        note=drawn.note,
    )


@bp.get("/report.pdf")
@requires(Permission.REPORT_READ)
def report_pdf() -> Response:
    """Return the report as PDF."""
    with transaction() as session:
        made = report.make(
            session, current_actor(), request.args.get("township"), request.args.get("month")
        )
        pdf = report.as_pdf(session, made).pdf
    answer = Response(pdf, mimetype="application/pdf")
    name = f"report-{made.township.code}-{made.month}.pdf"
    answer.headers["Content-Disposition"] = f'inline; filename="{name}"'
    return answer
