"""Pages: leave and swaps, asked for and decided."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from enforcement import clock
from enforcement.actor import Actor
from enforcement.clock import ZONE
from enforcement.db import transaction
from enforcement.errors import DomainError, NotFoundError, status_of
from enforcement.fields import errors_of, mark
from enforcement.i18n import _
from enforcement.permissions import Permission, allows, requires
from enforcement.roster import (
    choosing,
    freeing,
    leave,
    queries,
    reach,
    services,
    swap_queries,
    terms,
    words,
)
from enforcement.roster.entries import history
from enforcement.roster.forms import (
    DecideForm,
    LeaveForm,
    SwapForm,
    as_uuid,
    span_of,
    whole,
)
from enforcement.roster.leave import LeaveIn
from enforcement.roster.models import DutyLeave, DutyShift
from enforcement.roster.swaps import SwapIn
from enforcement.roster.terms import LeaveKind
from enforcement.sign_in import current_actor

bp = Blueprint("roster", __name__)  # the other pages of the slice join it in their modules


@bp.context_processor
def shared() -> dict[str, Any]:
    """Give every page of the roster its words."""
    return {"words": words, "duty": terms, "ZONE": ZONE}


@bp.get("/roster/leave")
@requires(Permission.ROSTER_READ)
def leave_list() -> ResponseReturnValue:
    """Show one's own leave, and what waits for one's decision."""
    with transaction() as session:
        return _leave_page(session, current_actor(), None, None)


def _leave_page(session: Session, actor: Actor, form: LeaveForm | None, why: str | None) -> str:
    now = clock.now(session).astimezone(ZONE)
    if form is None:
        start = (now + timedelta(1)).replace(hour=0, minute=0, second=0, microsecond=0, tzinfo=None)
        form = LeaveForm(
            formdata=None, starts_at=start, ends_at=start + timedelta(1), key=str(uuid.uuid4())
        )
    form.person_id.choices = _whom(session, actor)
    rows = leave.list_leave(session, actor)
    return render_template("roster/leave.html", rows=rows, form=form, why=why, now=now)


def _whom(session: Session, actor: Actor) -> list[tuple[str, str]]:
    """Return for whom the actor may ask: himself, and the people of the units he leads."""
    mine = [("", _("本人"))]
    if not allows(actor, Permission.ROSTER_CHANGE):
        return mine
    unit = queries.find_unit(session, reach.changeable(actor), actor.unit_id)
    people = queries.list_people(session, actor.county_code, unit.id) if unit else []
    return mine + [(str(row.id), row.name) for row in people if row.id != actor.person_id]


@bp.post("/roster/leave")
@requires(Permission.ROSTER_READ)
def ask_leave() -> ResponseReturnValue:
    """Ask for leave."""
    form, actor = LeaveForm(), current_actor()
    with transaction() as session:
        if not form.validate():
            return _leave_page(session, actor, form, None), 422
        try:
            with session.begin_nested():
                services.ask_leave(
                    session, actor, _leave_in(form), person_id=as_uuid(form.person_id.data),
                    key=form.key.data or None,
                )  # fmt: skip
        except DomainError as error:
            mark(form, error)
            return _leave_page(session, actor, form, str(error)), status_of(error)
    flash(_("已提交请假申请。"), "success")
    return redirect(url_for(".leave_list"))


def _leave_in(form: LeaveForm) -> LeaveIn:
    return LeaveIn(LeaveKind(form.kind.data), *span_of(form), form.reason.data or "")


@bp.get("/roster/leave/<uuid:leave_id>")
@requires(Permission.ROSTER_READ)
def leave_detail(leave_id: uuid.UUID) -> ResponseReturnValue:
    """Show one application: the shifts that approving it frees, and the decision."""
    with transaction() as session:
        actor = current_actor()
        return _leave_detail(session, actor, leave.get_leave(session, actor, leave_id), None, None)


def _leave_detail(
    session: Session, actor: Actor, row: DutyLeave, form: DecideForm | None, why: str | None
) -> str:
    parts = freeing.parts(session, row, clock.now(session))
    return render_template(
        "roster/leave_detail.html", row=row, parts_freed=parts, why=why,
        person=queries.person_name(session, row.county_code, row.person_id),
        form=form or DecideForm(formdata=None, version=row.version, freed=len(parts)),
        decides=leave.may_decide(session, actor, row), now=clock.now(session),
        history=history(session, row.county_code, row.id),
    )  # fmt: skip


@bp.post("/roster/leave/<uuid:leave_id>/decide/<act>")
@requires(Permission.ROSTER_CHANGE)
def decide_leave(leave_id: uuid.UUID, act: str) -> ResponseReturnValue:
    """Approve or refuse leave."""
    form, actor = DecideForm(), current_actor()
    _known(act, "approve", "refuse")
    with transaction() as session:
        row = leave.get_leave(session, actor, leave_id)
        if not form.validate():
            return _leave_detail(session, actor, row, form, errors_of(form)), 422
        try:
            with session.begin_nested():
                services.decide_leave(
                    session, actor, leave_id, act == "approve", note=form.note.data or "",
                    version=whole(form.version.data), freed=whole(form.freed.data),
                )  # fmt: skip
        except DomainError as error:
            session.refresh(row)
            mark(form, error)
            return _leave_detail(session, actor, row, form, str(error)), status_of(error)
    flash(_("已批准，相关班次已成为空缺。") if act == "approve" else _("未批准。"), "success")
    return redirect(url_for(".leave_list"))


@bp.post("/roster/leave/<uuid:leave_id>/cancel")
@requires(Permission.ROSTER_READ)
def cancel_leave(leave_id: uuid.UUID) -> ResponseReturnValue:
    """Take leave back, or end it now."""
    with transaction() as session:
        services.cancel_leave(session, current_actor(), leave_id)
    flash(_("已撤销（销假）。原来的班次不会自动恢复。"), "success")
    return redirect(url_for(".leave_list"))


@bp.get("/roster/swaps")
@requires(Permission.ROSTER_READ)
def swap_list() -> ResponseReturnValue:
    """Show swaps: what waits for one's answer or decision, and what was."""
    actor = current_actor()
    with transaction() as session:
        rows = swap_queries.list_swaps(session, actor)
        own = {unit.id for unit in queries.list_units(session, reach.changeable(actor))}
    return render_template("roster/swaps.html", rows=rows, own=own)


@bp.route("/roster/shifts/<uuid:shift_id>/swap", methods=["GET", "POST"])
@requires(Permission.ROSTER_READ)
def ask_swap(shift_id: uuid.UUID) -> ResponseReturnValue:
    """Ask another person to take one's shift, or to exchange it for one of his."""
    form, actor = SwapForm(), current_actor()
    why: DomainError | None = None
    with transaction() as session:
        shift = queries.get_shift(session, actor.county_code, shift_id)
        if shift.person_id != actor.person_id:
            raise NotFoundError(_("没有找到该班次，或者您无权查看。"))
        if form.validate_on_submit():
            try:
                with session.begin_nested():
                    services.ask_swap(
                        session, actor, shift_id, _swap_in(form), key=form.key.data or None
                    )
            except DomainError as error:
                why = error
            else:
                flash(_("已发出换班申请，等对方同意。"), "success")
                return redirect(url_for(".swap_list"))
        return _swap_page(session, actor, shift, form, why)


def _swap_page(
    session: Session, actor: Actor, shift: DutyShift, form: SwapForm, why: DomainError | None
) -> tuple[str, int]:
    form.to.choices = _partners(session, actor, shift)
    if not form.is_submitted():
        form.key.data = str(uuid.uuid4())
    page = render_template(
        "roster/swap.html", form=form, shift=shift, why=str(why) if why else None,
        unit=queries.unit_name(session, shift.county_code, shift.unit_id),
    )  # fmt: skip
    return page, (status_of(why) if why else 422) if form.is_submitted() else 200


def _partners(session: Session, actor: Actor, shift: DutyShift) -> dict[str, list[tuple[str, str]]]:
    """Return whom one may ask: to take the shift, or to exchange it for a later one of theirs."""
    groups = choosing.people_for(
        session, actor.county_code, shift.unit_id, shift.kind, shift.starts_at, shift.ends_at,
        shift.id,
    )  # fmt: skip
    free = next(iter(groups.values()), [])
    takers = [
        (f"person:{value}", name) for value, name in free if value not in ("", str(actor.person_id))
    ]
    others = [
        (f"shift:{one.id}", f"{name} {words.when(one.starts_at, one.ends_at)}")
        for one, name in swap_queries.list_exchanges(session, actor, shift)
    ]
    found = {_("由对方顶班"): takers, _("与对方的班次对换"): others}
    groups = {name: rows for name, rows in found.items() if rows}
    return {_("请选择"): [("", _("请选择"))], **groups} if groups else {}


def _swap_in(form: SwapForm) -> SwapIn:
    what, _colon, value = (form.to.data or "").partition(":")
    chosen, reason = as_uuid(value), form.reason.data or ""
    return (
        SwapIn(other_shift_id=chosen, reason=reason)
        if what == "shift"
        else SwapIn(chosen, reason=reason)
    )


@bp.post("/roster/swaps/<uuid:swap_id>/answer/<act>")
@requires(Permission.ROSTER_READ)
def answer_swap(swap_id: uuid.UUID, act: str) -> ResponseReturnValue:
    """Agree to a swap, or decline."""
    _known(act, "agree", "decline")
    note = request.form.get("note", "")[:200]
    with transaction() as session:
        services.answer_swap(session, current_actor(), swap_id, act == "agree", note=note)
    flash(_("已答复。"), "success")
    return redirect(url_for(".swap_list"))


@bp.post("/roster/swaps/<uuid:swap_id>/withdraw")
@requires(Permission.ROSTER_READ)
def withdraw_swap(swap_id: uuid.UUID) -> ResponseReturnValue:
    """Take one's own swap back."""
    with transaction() as session:
        services.withdraw_swap(session, current_actor(), swap_id)
    flash(_("已撤回换班申请。"), "success")
    return redirect(url_for(".swap_list"))


@bp.post("/roster/swaps/<uuid:swap_id>/decide/<act>")
@requires(Permission.ROSTER_CHANGE)
def decide_swap(swap_id: uuid.UUID, act: str) -> ResponseReturnValue:
    """Approve a swap that both agreed to, or refuse it."""
    _known(act, "approve", "refuse")
    note = request.form.get("note", "")[:200]
    with transaction() as session:
        services.decide_swap(session, current_actor(), swap_id, act == "approve", note=note)
    flash(_("已批准，班次已更换人员。") if act == "approve" else _("未批准。"), "success")
    return redirect(url_for(".swap_list"))


def _known(act: str, *acts: str) -> None:
    if act not in acts:
        raise NotFoundError(_("没有这种操作。"))
