"""Pages: penalties decided on the spot, one with its gates and history, the form of each act."""

from __future__ import annotations

import uuid
from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm
from sqlalchemy.orm import Session

from enforcement import clock, files
from enforcement.actor import Actor
from enforcement.api import next_page, read_cursor
from enforcement.case.models import Party
from enforcement.db import transaction
from enforcement.document import handwriting, sealing, sign_views
from enforcement.document import queries as documents
from enforcement.document.escpos import COLUMNS
from enforcement.document.models import Document
from enforcement.errors import DomainError, InvalidInputError, NotFoundError, status_of
from enforcement.fields import errors_of, form_of, mark, values_of
from enforcement.i18n import _, label
from enforcement.incident.forms import whole
from enforcement.law.errors import LawError
from enforcement.law.money import PauseGround
from enforcement.law.paper_signing import HAND_SIGNED
from enforcement.law.paperwork import PAPERS
from enforcement.law.spot import step_of
from enforcement.law.spot_terms import CollectGround, SpotEvent, SpotKind, SpotPlea, SpotState
from enforcement.permissions import Permission, requires
from enforcement.sign_in import current_actor
from enforcement.spot import acts, choosing, queries, receipt, services
from enforcement.spot.facts import following, matter_of, officers_of, power_of
from enforcement.spot.models import SpotPenalty

bp = Blueprint("spot", __name__)
sign_views.register(bp, "/spot/<uuid:spot_id>", "spot_id", services.to_sign)
DecideForm = form_of("DecideForm", acts.DECIDE)
FORMS = {event: form_of(f"{event}_spot", fields) for event, fields in acts.FIELDS.items()}


@bp.get("/spot")
@requires(Permission.CASE_READ)
def index() -> ResponseReturnValue:
    """List the penalties that the person may see."""
    state = request.args.get("state")
    with transaction() as session:
        after = read_cursor(request.args.get("after"))
        rows = queries.list_page(session, current_actor(), state=state, after=after)
        today = clock.today(session)
    return render_template(
        "spot/list.html", rows=rows, states=SpotState, kinds=SpotKind, chosen=state, today=today,
        next=next_page([row.spot for row in rows], queries.PAGE, "decided_at"),
    )  # fmt: skip


@bp.route("/spot/new", methods=["GET", "POST"])
@requires(Permission.CASE_WORK)
def decide() -> ResponseReturnValue:
    """Decide on the spot."""
    actor = current_actor()
    with transaction() as session:
        form = DecideForm(**choosing.known(session), key=str(uuid.uuid4()))
        choosing.fill(session, actor, form)
        made, error = None, _invalid(form)
        if form.is_submitted() and error is None:
            try:
                made = services.decide(
                    session, actor, values_of(form, acts.DECIDE), key=form.key.data or None
                )
            except (DomainError, LawError) as refused:
                error = refused
        if made is None:
            return _form_page("spot/decide.html", form, error)
        flash(_("已作出当场处罚决定%(number)s。", number=made.number), "success")
        return redirect(url_for(".detail", spot_id=made.id))


@bp.get("/spot/<uuid:spot_id>")
@requires(Permission.CASE_READ)
def detail(spot_id: uuid.UUID) -> ResponseReturnValue:
    """Show one penalty: what was decided, what may follow, its history."""
    actor = current_actor()
    with transaction() as session:
        spot = queries.get(session, actor, spot_id)
        return render_template("spot/detail.html", **_context(session, actor, spot))


def _context(session: Session, actor: Actor, spot: SpotPenalty) -> dict[str, Any]:
    today = clock.today(session)
    answer = power_of(session, spot)
    return {
        "spot": spot, "state": SpotState(spot.state), "kind": SpotKind(spot.kind),
        "party": session.get_one(Party, (spot.county_code, spot.party_id)),
        "matter": matter_of(spot, answer), "today": today,
        "officers": officers_of(session, spot, today, None),
        "steps": following(session, spot, today),
        "mine": actor.person_id in (spot.officer_a_id, spot.officer_b_id),
        "history": queries.history(session, spot), "events": SpotEvent,
        "papers": documents.list_of_spot(session, spot.county_code, spot.id),
        "kinds": PAPERS, "hand_signed": HAND_SIGNED,
        "words": {"ground": CollectGround, "kind": SpotKind, "plea": SpotPlea,
                  "pause_ground": PauseGround},
        "fields": {**acts.FIELDS, SpotEvent.DECIDE: acts.DECIDE},
    }  # fmt: skip


@bp.route("/spot/<uuid:spot_id>/<event>", methods=["GET", "POST"])
@requires(Permission.CASE_WORK)
def act(spot_id: uuid.UUID, event: str) -> ResponseReturnValue:
    """Show and take the form of one act."""
    chosen = next((one for one in FORMS if one == event), None)
    if chosen is None:
        raise NotFoundError(_("没有这种操作。"))
    actor = current_actor()
    with transaction() as session:
        spot = queries.get(session, actor, spot_id)
        form = FORMS[chosen](
            **_known(session, spot, chosen), key=str(uuid.uuid4()), version=spot.version
        )
        error = _carry_out(session, actor, spot, chosen, form) if form.is_submitted() else None
        if error is not None or not form.is_submitted():
            row = step_of(SpotState(spot.state), chosen)
            context = _context(session, actor, spot)
            return _form_page("spot/act.html", form, error, event=chosen, row=row, **context)
        flash(_("已办理：%(act)s。", act=label(chosen)), "success")
    return redirect(url_for(".detail", spot_id=spot_id))


def _known(session: Session, spot: SpotPenalty, event: SpotEvent) -> dict[str, Any]:
    today = clock.today(session)
    if event is SpotEvent.PAY:
        return {"paid_on": today, "amount": spot.fine_yuan - spot.paid_yuan}
    return {
        SpotEvent.HAND_IN: {"handed_in_on": today}, SpotEvent.PAUSE: {"from_on": today},
        SpotEvent.GO_ON: {"until_on": today},
    }.get(event, {})  # fmt: skip


def _carry_out(
    session: Session, actor: Actor, spot: SpotPenalty, event: SpotEvent, form: FlaskForm
) -> Exception | None:
    """Carry out what a sent form says; return why it could not be, None where it was."""
    wrong = _invalid(form)
    if wrong is not None:
        return wrong
    try:
        services.carry_out(
            session, actor, spot.id, event, values_of(form, acts.FIELDS[event]),
            key=form.key.data or None, version=whole(form.version.data),
        )  # fmt: skip
    except (DomainError, LawError) as error:
        return error
    return None


def _invalid(form: FlaskForm) -> Exception | None:
    if form.is_submitted() and not form.validate():
        return InvalidInputError("form", errors_of(form))
    return None


def _form_page(
    template: str, form: FlaskForm, error: Exception | None, **context: Any
) -> ResponseReturnValue:
    mark(form, error)
    page = render_template(template, form=form, why=str(error) if error else None, **context)
    return page, status_of(error) if error is not None else 200


@bp.get("/spot/<uuid:spot_id>/documents/<uuid:document_id>.pdf")
@requires(Permission.DOCUMENT_READ)
def pdf(spot_id: uuid.UUID, document_id: uuid.UUID) -> Response:
    """Return the bytes of a paper, as they were issued; ?copy=written: with handwriting.

    ?roll=58 or 80: the decision set for a roll of that width.
    """
    with transaction() as session:
        spot = queries.get(session, current_actor(), spot_id)
        paper = documents.get_document(session, spot.county_code, document_id)
        if paper.spot_penalty_id != spot.id:
            queries.missing()
        roll = request.args.get("roll", type=int)
        if roll is not None:
            return _on_a_roll(session, paper, roll)
        sha256 = sealing.hash_of(session, paper, request.args.get("copy"))
        return files.as_pdf(paper.county_code, sha256, paper.code)


def _on_a_roll(session: Session, paper: Document, roll_mm: int) -> Response:
    if roll_mm not in COLUMNS or paper.code != receipt.DECISION:
        raise NotFoundError(_("当场处罚决定书可以按58或者80毫米打印。"))
    made = handwriting.rendered(session, paper, {}, roll_mm=roll_mm)
    answer = Response(made.pdf, mimetype="application/pdf")
    answer.headers["Content-Disposition"] = f'inline; filename="{paper.code}-{roll_mm}.pdf"'
    answer.headers["Cache-Control"] = "private, no-store"
    return answer
