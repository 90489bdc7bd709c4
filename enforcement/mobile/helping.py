"""A call for help from the phone: pressed, taken back, and who has heard it."""

from __future__ import annotations

import uuid

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from enforcement import clock
from enforcement.db import transaction
from enforcement.errors import DomainError, status_of
from enforcement.i18n import _
from enforcement.incident import sos
from enforcement.incident.sos import Help
from enforcement.mobile.blueprint import bp
from enforcement.mobile.saying import MomentSchema, said
from enforcement.permissions import Permission, requires
from enforcement.sign_in import current_actor


@bp.route("/m/sos", methods=["GET", "POST"])
@requires(Permission.INCIDENT_REPORT)
def help_page() -> ResponseReturnValue:
    """Call for help without scripts, in two steps; show who has heard."""
    actor = current_actor()
    with transaction() as session:
        if request.method == "POST":
            sos.press(session, actor, Help(clock.now(session)), key=request.form.get("key"))
            return redirect(url_for(".help_page"))
        status = sos.status(session, actor)
    return render_template("mobile/sos.html", help_status=status, why="", key=str(uuid.uuid4()))


@bp.post("/m/sos/<uuid:incident_id>/withdraw")
@requires(Permission.INCIDENT_REPORT)
def withdraw_help(incident_id: uuid.UUID) -> ResponseReturnValue:
    """Take a call back with a word; what is refused is said on the page."""
    actor = current_actor()
    try:
        with transaction() as session:
            words, key = request.form.get("words", ""), request.form.get("key")
            sos.withdraw(session, actor, incident_id, words, key=key)
    except DomainError as error:
        with transaction() as session:
            status = sos.status(session, actor)
        page = render_template(
            "mobile/sos.html", help_status=status, why=str(error), key=str(uuid.uuid4())
        )
        return page, status_of(error)
    flash(_("已撤回，值班人员会核实后结束。"), "success")
    return redirect(url_for(".help_page"))


@bp.get("/m/send/sos")
@requires(Permission.INCIDENT_REPORT)
def help_status() -> ResponseReturnValue:
    """Tell the person's latest call and who has heard it."""
    with transaction() as session:
        status = sos.status(session, current_actor())
    return {"help": status}, 200, {"Cache-Control": "no-store"}


@bp.post("/m/send/sos")
@requires(Permission.INCIDENT_REPORT)
def send_help() -> ResponseReturnValue:
    """Take a call for help from the phone's queue; the same key gives the same incident."""
    told = said(MomentSchema())
    key = told.pop("key")
    with transaction() as session:
        incident = sos.press(session, current_actor(), Help(**told), key=key)
        return {"id": str(incident.id), "number": incident.number}, 201
