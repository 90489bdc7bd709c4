"""Pages: what people carry, and a fair proposal for the open shifts of a unit."""

from __future__ import annotations

import uuid

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from enforcement.db import transaction
from enforcement.i18n import _
from enforcement.overview import rota
from enforcement.overview.patrols_views import bp
from enforcement.permissions import Permission, requires
from enforcement.roster import choosing, fair, reach, words
from enforcement.roster.terms import DutyKind
from enforcement.sign_in import current_actor

__all__ = ["bp"]


@bp.get("/roster/fair")
@requires(Permission.ROSTER_CHANGE)
def fair_rota() -> str:
    """Show what people carry, and who should take the open shifts."""
    actor = current_actor()
    with transaction() as session:
        chosen = choosing.choose_unit(session, actor, reach.changeable(actor))
        day = choosing.day_asked(session)
        weeks = request.args.get("weeks", 1, type=int)
        made = None
        if chosen.unit is not None:
            made = rota.propose(session, actor, chosen.unit.id, day, weeks)
        return render_template(
            "overview/rota.html", chosen=chosen, made=made, day=day, weeks=weeks, words=words,
            kinds=DutyKind, rules=fair, back_days=rota.BACK.days, most=rota.MAX_WEEKS,
            key=str(uuid.uuid4()), figures=rota.figures,
        )  # fmt: skip


@bp.post("/roster/fair")
@requires(Permission.ROSTER_CHANGE)
def fair_rota_take() -> ResponseReturnValue:
    """Put people onto the open shifts as the proposal says."""
    actor, form = current_actor(), request.form
    with transaction() as session:
        chosen = choosing.choose_unit(session, actor, reach.changeable(actor))
        day, weeks = choosing.day_asked(session), request.args.get("weeks", 1, type=int)
        if chosen.unit is None:
            return redirect(url_for(".fair_rota"))
        done = rota.take(session, actor, chosen.unit.id, day, weeks,
                         digest=form.get("digest"), key=form.get("key") or None)  # fmt: skip
    flash(_("已安排%(n)d个班次。", n=done) if done else _("已经安排过，没有重复安排。"), "success")
    return redirect(url_for("roster.index", unit=chosen.unit.code, day=day))
