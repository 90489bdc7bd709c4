"""Pages: confiscated goods, those of a case with the one custody log, the form of each act."""

from __future__ import annotations

import uuid
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from enforcement import clock
from enforcement.api import next_page, read_cursor
from enforcement.case import queries as cases
from enforcement.db import transaction
from enforcement.errors import DomainError, InvalidInputError, NotFoundError, status_of
from enforcement.fields import errors_of, form_of, mark, values_of
from enforcement.goods import acts, queries, services
from enforcement.i18n import _, label
from enforcement.incident.forms import whole
from enforcement.law.errors import LawError
from enforcement.law.goods_terms import GoodsEvent, GoodsState, GoodsWay
from enforcement.permissions import Permission, allows, requires
from enforcement.sign_in import current_actor

bp = Blueprint("goods", __name__)
EnterForm = form_of("EnterGoodsForm", acts.ENTER)
FORMS = {event: form_of(f"{event}_goods", fields) for event, fields in acts.FIELDS.items()}


@bp.get("/goods")
@requires(Permission.CASE_READ)
def index() -> ResponseReturnValue:
    """List confiscated things of cases that the person may see."""
    state = request.args.get("state")
    with transaction() as session:
        after = read_cursor(request.args.get("after"))
        rows = queries.list_page(session, current_actor(), state=state, after=after)
    return render_template(
        "goods/list.html", rows=rows, states=GoodsState, ways=GoodsWay, chosen=state,
        next=next_page([row.item for row in rows], queries.PAGE, "entered_at"),
    )  # fmt: skip


@bp.route("/cases/<uuid:case_id>/goods", methods=["GET", "POST"])
@requires(Permission.CASE_READ)
def of_case(case_id: uuid.UUID) -> ResponseReturnValue:
    """Show a case's confiscated things and the one log of all hand-overs; enter further ones."""
    actor = current_actor()
    with transaction() as session:
        case = cases.get(session, actor, case_id)
        form, error = EnterForm(), None
        if form.is_submitted():
            error = _try(
                form, lambda: services.enter(session, actor, case_id, values_of(form, acts.ENTER))
            )
            if error is None:
                flash(_("已登记没收物品。"), "success")
                return redirect(url_for(".of_case", case_id=case_id))
            mark(form, error)
        page = render_template(
            "goods/case.html", case=case, items=queries.of_case(session, case), form=form,
            custody=queries.custody(session, case), waiting=queries.to_enter(session, case),
            in_force=queries.in_force(session, case), states=GoodsState, ways=GoodsWay,
            officer=actor.person_id in (case.officer_a_id, case.officer_b_id),
            steps=services.STEPS, heads=services.HEAD, why=str(error) if error else None,
            may_approve=allows(actor, Permission.CASE_APPROVE),
        )  # fmt: skip
    return page, status_of(error) if error is not None else 200


@bp.route("/goods/<uuid:item_id>/<event>", methods=["GET", "POST"])
@requires(Permission.CASE_READ)
def act(item_id: uuid.UUID, event: str) -> ResponseReturnValue:
    """Show and take the form of one act."""
    chosen = next((one for one in FORMS if one == event), None)
    if chosen is None:
        raise NotFoundError(_("没有这种操作。"))
    actor = current_actor()
    with transaction() as session:
        item, case = queries.get(session, actor, item_id)
        now = clock.now(session).astimezone(clock.ZONE)
        known = {"at": now.replace(second=0, microsecond=0, tzinfo=None), "place": item.place}
        form = FORMS[chosen](version=item.version, **known)
        error = None
        if form.is_submitted():
            photo = request.files["photo"].read() if "photo" in request.files else None
            error = _try(
                form,
                lambda: services.carry_out(
                    session, actor, item_id, chosen, values_of(form, acts.FIELDS[chosen]),
                    version=whole(form.version.data), photo=photo,
                ),
            )  # fmt: skip
            if error is None:
                flash(_("已办理：%(act)s。", act=label(chosen)), "success")
                return redirect(url_for(".of_case", case_id=case.id))
            mark(form, error)
        page = render_template(
            "goods/act.html", item=item, case=case, event=chosen, form=form,
            state=GoodsState(item.state), events=GoodsEvent, ways=GoodsWay,
            right=services.STEPS[chosen][0] == item.state, why=str(error) if error else None,
        )  # fmt: skip
    return page, status_of(error) if error is not None else 200


def _try(form: Any, act: Any) -> Exception | None:
    """Carry out what a form says; return why it could not be, None where it was."""
    if not form.validate():
        return InvalidInputError("form", errors_of(form))
    try:
        act()
    except (DomainError, LawError) as error:
        return error
    return None
