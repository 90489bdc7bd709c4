"""Pages: work that should change hands, a ruling upon it, and what a draft would bring."""

from __future__ import annotations

import uuid

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from enforcement import clock
from enforcement.db import transaction
from enforcement.errors import DomainError, InvalidInputError, NotFoundError, status_of
from enforcement.fields import mark
from enforcement.i18n import _
from enforcement.law import terms as law
from enforcement.law.spot_terms import SpotState
from enforcement.permissions import Permission, requires
from enforcement.rehoming import acts, queries, services, terms
from enforcement.rehoming.forms import RulingForm
from enforcement.rehoming.terms import Ruling, WorkKind
from enforcement.sign_in import current_actor

bp = Blueprint("rehoming", __name__)
PAGE_OF = {WorkKind.INCIDENT: ("incident.detail", "incident_id"),
           WorkKind.CASE: ("case.detail", "case_id"),
           WorkKind.SPOT: ("spot.detail", "spot_id")}  # fmt: skip
STATES = {WorkKind.INCIDENT: law.IncidentState, WorkKind.CASE: law.CaseState,
          WorkKind.STOP: law.PatrolState, WorkKind.SPOT: SpotState}  # fmt: skip


@bp.get("/rehoming")
@requires(Permission.REHOME)
def index() -> ResponseReturnValue:
    """List the work that should change hands, and the latest rulings."""
    with transaction() as session:
        return _page(session, RulingForm(formdata=None))


def _page(session: Session, form: RulingForm, why: str | None = None) -> str:
    actor, today = current_actor(), clock.today(session)
    items = queries.pending(session, actor, today)
    units = queries.targets(session, actor.county_code, today)
    form.to.choices = [("", "—"), *((str(unit.id), unit.name) for unit in units)]
    return render_template(
        "rehoming/index.html",
        groups=acts.groups(items),
        counts=queries.count_by(items),
        batches=queries.list_batches(session, actor.county_code),
        form=form,
        why=why,
        words=terms,
        page_of=PAGE_OF,
        states=STATES,
    )


@bp.post("/rehoming/<ruling>")
@requires(Permission.REHOME)
def decide(ruling: str) -> ResponseReturnValue:
    """Hand over what was picked, or keep it where it is."""
    wanted = next((one for one in Ruling if one == ruling), None)
    if wanted is None:
        raise NotFoundError(_("没有这种操作。"))
    form = RulingForm()
    with transaction() as session:
        try:
            if not form.validate():
                raise InvalidInputError("reason", _("请写明理由。"))
            with session.begin_nested():
                batch = services.decide(
                    session, current_actor(), form.choices(), wanted, form.reason.data or ""
                )
        except DomainError as error:
            mark(form, error)
            return _page(session, form, str(error)), status_of(error)
        said = _("已移交%(n)d项。") if wanted is Ruling.MOVED else _("已记录保留%(n)d项。")
        flash(said % {"n": batch.count}, "success")
    return redirect(url_for(".index"))


@bp.get("/rehoming/batches/<uuid:batch_id>")
@requires(Permission.REHOME)
def batch(batch_id: uuid.UUID) -> ResponseReturnValue:
    """Show the pieces of work of one ruling."""
    with transaction() as session:
        county_code = current_actor().county_code
        found = [one for one in queries.list_batches(session, county_code, 1000)
                 if one.id == batch_id]  # fmt: skip
        if not found:
            raise NotFoundError(_("没有找到这次移交。"))
        return render_template(
            "rehoming/batch.html",
            batch=found[0],
            items=queries.batch_items(session, county_code, batch_id),
            words=terms,
        )


@bp.get("/rehoming/if/<kind>/<uuid:draft_id>")
@requires(Permission.REHOME)
def what_if(kind: str, draft_id: uuid.UUID) -> ResponseReturnValue:
    """Show what would change hands if a draft came into force; nothing is changed."""
    actor = current_actor()
    trial = acts.TRIALS.get(kind)
    if trial is None:
        raise NotFoundError(_("没有这种操作。"))
    with transaction() as session:
        day = request.args.get("on", type=clock.day_of) or clock.today(session)
        items = trial(session, actor, draft_id, day)
        return render_template(
            "rehoming/what_if.html",
            groups=acts.groups(items),
            counts=queries.count_by(items),
            on=day,
            kind=kind,
            words=terms,
            states=STATES,
            page_of=PAGE_OF,
        )
