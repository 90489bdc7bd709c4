"""Pages: what proves a patrol, with a replay; what is doubtful, for a person to judge."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from enforcement.db import transaction
from enforcement.errors import InvalidInputError
from enforcement.i18n import _
from enforcement.incident.forms import whole
from enforcement.law.terms import PatrolState
from enforcement.patrol.map_views import ground
from enforcement.patrol.terms import VisitWay
from enforcement.people import queries as people
from enforcement.permissions import Permission, allows, requires
from enforcement.proof import covering, judging, proving
from enforcement.proof.terms import AlarmOf, Doubt, Ruling
from enforcement.sign_in import current_actor

bp = Blueprint("proof", __name__)


@bp.get("/patrols/<uuid:patrol_id>/proof")
@requires(Permission.PATROL_READ)
def detail(patrol_id: uuid.UUID) -> ResponseReturnValue:
    """Show a patrol planned and actual on one map, with a slider through its time."""
    actor = current_actor()
    with transaction() as session:
        found = proving.proof(session, actor, patrol_id)
        return render_template(
            "proof/detail.html", found=found, patrol=found.patrol,
            state=PatrolState(found.patrol.state), ways=VisitWay, alarms=AlarmOf, kinds=Doubt,
            rulings=Ruling, flags=found.flags, when=_when, told=_told(found),
            cover=covering.as_json(found.coverage) if found.coverage else None,
            squad=people.get_unit(session, found.patrol.county_code, found.patrol.squad_id),
            ground=ground(session, actor), may_make=allows(actor, Permission.POSITION_READ),
        )  # fmt: skip


def _told(found: proving.Proof) -> dict[str, Any]:
    """Return what the map draws; tracks as [seconds, lon, lat]."""
    return {
        "stops": [proving.shown(one) for one in found.rows],
        "tracks": [{"name": one.name, "points": one.points} for one in found.walked],
        "cells": found.coverage.cells if found.coverage else [],
    }


@bp.post("/patrols/<uuid:patrol_id>/coverage")
@requires(Permission.POSITION_READ)
def make_coverage(patrol_id: uuid.UUID) -> ResponseReturnValue:
    """Make the coverage of a patrol now."""
    with transaction() as session:
        covering.make(session, current_actor(), patrol_id)
    flash(_("覆盖情况已重新计算。"), "success")
    return redirect(url_for(".detail", patrol_id=patrol_id))


@bp.get("/patrols/flags")
@requires(Permission.POSITION_READ)
def flags() -> ResponseReturnValue:
    """List what is doubtful; ?all=1 shows what was judged too."""
    whole_list = request.args.get("all") == "1"
    with transaction() as session:
        rows = judging.list_flags(session, current_actor(), open_only=not whole_list)
        return render_template(
            "proof/flags.html", flags=rows, kinds=Doubt, rulings=Ruling, all=whole_list,
            when=_when,
        )  # fmt: skip


@bp.post("/patrols/flags/<uuid:flag_id>")
@requires(Permission.POSITION_READ)
def judge(flag_id: uuid.UUID) -> ResponseReturnValue:
    """Say what a doubtful record was."""
    said = request.form.get("ruling")
    ruling = next((one for one in Ruling if one == said), None)
    if ruling is None:
        raise InvalidInputError("ruling", _("请选择核对结果。"))
    with transaction() as session:
        judging.judge(
            session, current_actor(), flag_id, ruling, request.form.get("note", ""),
            version=whole(request.form.get("version")),
        )  # fmt: skip
    flash(_("核对结果已保存。"), "success")
    try:
        back = uuid.UUID(request.form.get("patrol", ""))
    except ValueError:
        return redirect(url_for(".flags"))
    return redirect(url_for(".detail", patrol_id=back))


def _when(text: str) -> datetime:
    """Return the moment that figures name."""
    return datetime.fromisoformat(text)
