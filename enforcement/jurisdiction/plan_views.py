"""Pages: plans of duties and their editor; a form's answer is a page, or JSON for its scripts."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

from flask import Response, flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from enforcement import clock
from enforcement.db import transaction
from enforcement.errors import DomainError, NotFoundError, status_of
from enforcement.fields import mark
from enforcement.i18n import _
from enforcement.ids import uuid7
from enforcement.jurisdiction import (
    map_queries,
    plan_activation,
    plan_forms,
    plan_queries,
    plan_reach,
    plan_state,
    plan_words,
    plans,
    terms,
)
from enforcement.jurisdiction.duty_views import bp
from enforcement.jurisdiction.maps import note_of
from enforcement.jurisdiction.plan_forms import ActivatePlanForm, PlanForm
from enforcement.jurisdiction.plan_state import State
from enforcement.jurisdiction.plans import Changed
from enforcement.jurisdiction.terms import PlanStatus
from enforcement.permissions import Permission, requires
from enforcement.sign_in import current_actor

__all__ = ["bp"]
PANELS = ("squads", "polygons", "coverage", "difference", "history", "steps")
NEARER = 1.0
"""How many zooms nearer than the whole county the editor's borders are drawn for."""

Act = Callable[[Session], Changed]


@bp.get("/jurisdiction/plans")
@requires(Permission.DUTY_PLAN)
def plan_list() -> ResponseReturnValue:
    """List plans, and the form that starts one."""
    form = PlanForm(formdata=None, key=str(uuid7()))
    with transaction() as session:
        return _list(session, form, None)


def _list(session: Session, form: PlanForm, why: str | None) -> str:
    status = request.args.get("status")
    chosen = status if status in {str(one) for one in PlanStatus} else None
    after = request.args.get("after", type=uuid.UUID)
    rows = plan_queries.list_page(session, current_actor().county_code, status=chosen, after=after)
    more = str(rows[-1].id) if len(rows) == plan_queries.PAGE else None
    return render_template(
        "jurisdiction/plans.html", rows=rows, form=form, why=why, chosen=chosen, words=terms,
        next=more, first=after is None,
    )  # fmt: skip


@bp.post("/jurisdiction/plans")
@requires(Permission.DUTY_PLAN)
def plan_start() -> ResponseReturnValue:
    """Start a plan from the duties of a day."""
    form = PlanForm()
    with transaction() as session:
        if not form.validate():
            return _list(session, form, None), 422
        try:
            with session.begin_nested():
                plan = plans.start(
                    session, current_actor(), form.name.data or "", on=form.on.data,
                    note=form.note.data or "", key=form.key.data or None,
                )  # fmt: skip
        except DomainError as error:
            mark(form, error)
            return _list(session, form, str(error)), status_of(error)
        plan_id = plan.id
    return redirect(url_for(".plan_editor", plan_id=plan_id))


@bp.get("/jurisdiction/plans/<uuid:plan_id>")
@requires(Permission.DUTY_PLAN)
def plan_editor(plan_id: uuid.UUID) -> ResponseReturnValue:
    """Show a plan: map, squads, villages, check, difference; a draft can be changed."""
    with transaction() as session:
        return _editor(session, plan_id)


def _editor(session: Session, plan_id: uuid.UUID, why: str | None = None, **more: Any) -> str:
    plan = plan_queries.get(session, current_actor().county_code, plan_id)
    state = plan_state.state(session, plan)
    bounds = map_queries.extent(session, state.edition)
    draft = plan.status == PlanStatus.DRAFT
    given = {
        "form": ActivatePlanForm(formdata=None, version=plan.version),
        "drift": plan_activation.drift_of(session, plan) if draft else None,
        **more,
    }
    return render_template(
        "jurisdiction/plan.html",
        bounds=bounds,
        drawn=state.drawn(),
        zoom=round(map_queries.zoom_for(bounds) + NEARER, 1),
        note=note_of(state.edition),
        categories=plan_forms.category_choices(),
        why=why,
        **_shown(session, state),
        **given,
    )


def _shown(session: Session, state: State) -> dict[str, Any]:
    """Return what the parts of the editor are drawn from."""
    steps = plan_words.history(state, plan_queries.entries_of(session, state.plan))
    reach = plan_reach.reach_of(current_actor())
    return {
        "plan": state.plan, "state": state, "steps": steps, "words": terms,
        "draft": state.plan.status == PlanStatus.DRAFT,
        "targets": state.targets(reach),
        "sources": state.within(reach),
        "unit_names": {share.unit.code: share.unit.name for share in state.shares},
    }  # fmt: skip


@bp.get("/jurisdiction/plans/<uuid:plan_id>/areas")
@requires(Permission.DUTY_PLAN)
def plan_shapes(plan_id: uuid.UUID) -> Response:
    """Return villages and townships of today's boundaries as GeoJSON, for the editor's map.

    They change with the edition and the zoom only, so a browser asks once.
    """
    zoom = min(16.0, max(6.0, request.args.get("zoom", 10.0, type=float)))
    with transaction() as session:
        plan = plan_queries.get(session, current_actor().county_code, plan_id)
        edition = plan_queries.edition_on(session, plan.county_code, clock.today(session))
        tag = f"{edition.id}-{zoom:g}"
        if tag in request.if_none_match:
            answer = Response(status=304)
        else:
            layers = map_queries.county_layers(
                session, edition, clock.today(session), zoom=zoom, with_squads=False
            )
            answer = jsonify({"villages": layers.villages, "townships": layers.townships})
    answer.set_etag(tag)
    answer.headers["Cache-Control"] = "private, max-age=600"
    return answer


@bp.post("/jurisdiction/plans/<uuid:plan_id>/ops")
@requires(Permission.DUTY_PLAN)
def plan_ops(plan_id: uuid.UUID) -> ResponseReturnValue:
    """Change a draft by the one operation that a form says."""

    def act(session: Session) -> Changed:
        version = plan_forms.number(request.form, "version")
        op = plan_forms.op_of(request.form)
        return plans.apply(session, current_actor(), plan_id, [op], version)

    return _done(plan_id, act)


@bp.post("/jurisdiction/plans/<uuid:plan_id>/<act>")
@requires(Permission.DUTY_PLAN)
def plan_act(plan_id: uuid.UUID, act: str) -> ResponseReturnValue:
    """Take back the last change, do it again, or give the draft up."""
    ways: dict[str, Callable[[Session, int], Changed]] = {
        "undo": lambda session, seen: plans.undo(session, current_actor(), plan_id, seen),
        "redo": lambda session, seen: plans.redo(session, current_actor(), plan_id, seen),
        "discard": lambda session, seen: Changed(
            plans.discard(session, current_actor(), plan_id, seen), {}
        ),
    }
    if act not in ways:
        raise NotFoundError(_("没有这种操作。"))
    return _done(
        plan_id, lambda session: ways[act](session, plan_forms.number(request.form, "version"))
    )


def _done(plan_id: uuid.UUID, act: Act) -> ResponseReturnValue:
    """Do an act; answer with the parts that changed (JSON), or with the editor's page."""
    asked = request.accept_mimetypes
    as_json = asked.best_match(["text/html", "application/json"]) == "application/json"
    with transaction() as session:
        plan_queries.get(session, current_actor().county_code, plan_id)
        try:
            with session.begin_nested():
                done = act(session)
        except DomainError as error:
            if as_json:
                return jsonify({"error": str(error), **error.data}), status_of(error)
            return _editor(session, plan_id, str(error)), status_of(error)
        state = plan_state.state(session, done.plan)
        said = plan_words.saved(state, done.fitted.values())
        if as_json:
            return jsonify(_parts(session, state, said))
        flash(said, "success")
    return redirect(url_for(".plan_editor", plan_id=plan_id))


def _parts(session: Session, state: State, said: str) -> dict[str, Any]:
    """Return the state for the map, and the HTML of the panels beside it."""
    shown = _shown(session, state)
    return {
        "said": said,
        "drawn": state.drawn(),
        "panels": {
            name: render_template(f"jurisdiction/plan_{name}.html", **shown) for name in PANELS
        },
    }


@bp.post("/jurisdiction/plans/<uuid:plan_id>/activate")
@requires(Permission.JURISDICTION_CHANGE)
def plan_activate(plan_id: uuid.UUID) -> ResponseReturnValue:
    """Put a draft in force from a day; what must be accepted first is shown."""
    form = ActivatePlanForm()
    with transaction() as session:
        plan = plan_queries.get(session, current_actor().county_code, plan_id)
        if not form.validate():
            return _editor(session, plan_id, form=form), 422
        day = form.from_day.data or clock.today(session)
        try:
            with session.begin_nested():
                done = plan_activation.activate(
                    session, current_actor(), plan_id, day,
                    version=plan_forms.number(request.form, "version"),
                    accept_changes=form.accept_changes.data,
                    accept_problems=form.accept_problems.data,
                )  # fmt: skip
        except DomainError as error:
            drift = plan_activation.drift_of(session, plan, day)
            form.version.data = str(plan.version)
            return _editor(session, plan_id, str(error), form=form, drift=drift), status_of(error)
        flash(
            _("方案自%(day)s起启用：终止%(ended)d项，新增%(added)d项，不变%(kept)d项。",
              day=day, ended=len(done.ended), added=len(done.added), kept=done.kept),
            "success",
        )  # fmt: skip
    return redirect(url_for(".plan_editor", plan_id=plan_id))
