"""Pages: the ledger, one ask with its acts, what is overdue, and the list as a spreadsheet."""

from __future__ import annotations

import uuid
from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from enforcement import clock, scope
from enforcement.actor import Actor
from enforcement.api import next_page, read_cursor
from enforcement.db import transaction
from enforcement.errors import DomainError, NotFoundError, status_of
from enforcement.fields import errors_of, mark
from enforcement.i18n import _, label
from enforcement.incident.forms import whole
from enforcement.law import ledger as law
from enforcement.law.ledger import AskEvent, AskKind, AskNature, AskState
from enforcement.ledger import exporting, people, queries, services, visitors
from enforcement.ledger.forms import ActForm, AskForm, person_id
from enforcement.permissions import Permission, allows, requires
from enforcement.points.queries import villages
from enforcement.sheets.writing import TYPES
from enforcement.sign_in import current_actor
from enforcement.timing import calendars

bp = Blueprint("ledger", __name__)
MOST_LATE, MOST_OUT = 100, 20_000


@bp.get("/ledger")
@requires(Permission.LEDGER_READ)
def index() -> ResponseReturnValue:
    """List the asks that the person may see, the newest first."""
    actor, chosen = current_actor(), _chosen()
    with transaction() as session:
        rows = queries.list_page(
            session, actor, after=read_cursor(request.args.get("after")), **_filters(chosen)
        )
        return render_template(
            "ledger/list.html", rows=rows, chosen=chosen, states=AskState,
            villages=_villages(session, actor), handlers=queries.handlers(session, actor),
            today=clock.today(session),
            next=next_page([row.ask for row in rows], queries.PAGE, "received_at"),
        )  # fmt: skip


def _chosen() -> dict[str, str]:
    """Return the filters that the URL names, those without a value left out."""
    names = ("state", "only", "village", "handler")
    return {name: request.args[name] for name in names if request.args.get(name)}


def _filters(chosen: dict[str, str]) -> dict[str, Any]:
    """Return filters as the query takes them; raises InvalidInputError for no person's id."""
    only = chosen.get("only")
    return {
        "state": chosen.get("state"),
        "village_code": chosen.get("village"),
        "handler_id": person_id(chosen.get("handler"), "handler"),
        "overdue": only == "overdue", "mine": only == "mine", "undated": only == "undated",
    }  # fmt: skip


@bp.get("/ledger/overdue")
@requires(Permission.LEDGER_READ)
def overdue() -> ResponseReturnValue:
    """Show what is overdue, by village."""
    with transaction() as session:
        actor = current_actor()
        rows = queries.list_page(session, actor, overdue=True, limit=MOST_LATE)
        return render_template(
            "ledger/overdue.html", states=AskState, rows=rows,
            villages=queries.late_by_village(session, actor),
            today=clock.today(session), most=MOST_LATE,
        )  # fmt: skip


@bp.get("/ledger/export.xlsx")
@requires(Permission.LEDGER_READ)
def export() -> Response:
    """Return the newest 20,000 asks of the filters as a spreadsheet; who asked is not in it."""
    with transaction() as session:
        rows = queries.list_page(session, current_actor(), limit=MOST_OUT, **_filters(_chosen()))
        data = exporting.spreadsheet(rows)
    answer = Response(data, mimetype=TYPES["xlsx"])
    answer.headers["Content-Disposition"] = 'attachment; filename="ledger.xlsx"'
    return answer


@bp.route("/ledger/new", methods=["GET", "POST"])
@requires(Permission.LEDGER_WRITE)
def new() -> ResponseReturnValue:
    """Write an ask down."""
    actor, error = current_actor(), None
    own = next((code for code in actor.area_codes if len(code) == 12), "")
    own = request.args.get("village") or own
    with transaction() as session:
        form = AskForm(asked_on=clock.today(session), village_code=own, key=str(uuid.uuid4()))
        form.village_code.choices = {"": [("", "—")], **_villages(session, actor)}
        near = people.grouped(people.for_actor(session, actor, form.village_code.data or None))
        form.handler_id.choices = {"": [("", _("本人"))], **near}
        form.agent_id.choices = {"": [("", "—")], **near}
    if form.validate_on_submit():
        try:
            with transaction() as session:
                made = services.record(session, actor, form.said(), key=form.key.data or None)
                flash(_("已登记，编号%(number)s。", number=made.number), "success")
                return redirect(url_for(".detail", ask_id=made.id))
        except DomainError as refused:
            error = refused
            mark(form, error)
    why = str(error) if error else (errors_of(form) if form.is_submitted() else None)
    page = render_template("ledger/new.html", form=form, why=why)
    return page, (status_of(error) if error else 422) if why else 200


def _villages(session: Session, actor: Actor) -> dict[str, list[tuple[str, str]]]:
    """Return the villages that the person may name, by township."""
    found = dict(villages(session, actor.county_code))
    if actor.role not in scope.BY_AREA:
        return found
    own = {
        town: [one for one in rows if any(map(one[0].startswith, actor.area_codes))]
        for town, rows in found.items()
    }
    return {town: rows for town, rows in own.items() if rows}


@bp.get("/ledger/people")
@requires(Permission.LEDGER_WRITE)
def near_people() -> ResponseReturnValue:
    """Return the people whom a chosen village suggests, as options for the form."""
    with transaction() as session:
        village = request.args.get("village") or None
        found = people.for_actor(session, current_actor(), village)
    return render_template("ledger/people.html", groups=people.grouped(found))


@bp.get("/ledger/<uuid:ask_id>")
@requires(Permission.LEDGER_READ)
def detail(ask_id: uuid.UUID) -> ResponseReturnValue:
    """Show one ask, its limits and what may be done."""
    with transaction() as session:
        return render_template("ledger/detail.html", **_shown(session, ask_id))


def _shown(session: Session, ask_id: uuid.UUID) -> dict[str, Any]:
    actor = current_actor()
    ask = queries.get(session, actor, ask_id)
    acts = law.events_from(AskState(ask.state)) if allows(actor, Permission.LEDGER_WRITE) else ()
    return {
        "ask": ask, "row": queries.listed(session, ask), "state": AskState(ask.state),
        "kind": AskKind(ask.kind), "nature": AskNature(ask.nature), "events": AskEvent,
        "history": queries.history(session, ask), "acts": [str(one) for one in acts],
        "limits": law.limits_of(
            AskNature(ask.nature), clock.local_day(ask.received_at),
            clock.local_day(ask.done_at) if ask.done_at else None,
            calendars.current(session, ask.county_code),
        ),
        "today": clock.today(session), "key": str(uuid.uuid4()),
        "people": people.choices(session, ask) if "hand" in acts else {},
        "masked": visitors.masked(ask),
    }  # fmt: skip


@bp.post("/ledger/<uuid:ask_id>/visitor")
@requires(Permission.LEDGER_WRITE)
def visitor(ask_id: uuid.UUID) -> ResponseReturnValue:
    """Show who asked, for a reason; the log keeps both."""
    with transaction() as session:
        found = visitors.reveal(session, current_actor(), ask_id, request.form.get("reason") or "")
        return render_template("ledger/detail.html", **_shown(session, ask_id), visitor=found)


@bp.post("/ledger/<uuid:ask_id>/<event>")
@requires(Permission.LEDGER_WRITE)
def act(ask_id: uuid.UUID, event: str) -> ResponseReturnValue:
    """Carry out an act upon an ask."""
    chosen = next((one.event for one in law.STEPS if one.event == event), None)
    if chosen is None:
        raise NotFoundError(_("没有这种操作。"))
    form = ActForm()
    form.validate()
    with transaction() as session:
        ask = services.act(
            session, current_actor(), ask_id, chosen, form.told(),
            version=whole(form.version.data), key=form.key.data or None,
        )  # fmt: skip
        flash(_("台账%(number)s：%(act)s已办理。", number=ask.number, act=label(chosen)), "success")
    return redirect(url_for(".detail", ask_id=ask_id))
