"""Pages of the office: what waits for publication, the review of a decision, its withdrawal."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import date
from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm
from sqlalchemy.orm import Session

from enforcement import clock
from enforcement.actor import Actor
from enforcement.case import queries as cases
from enforcement.case.models import CaseFile
from enforcement.db import transaction
from enforcement.errors import DomainError, InvalidInputError, status_of
from enforcement.fields import errors_of, form_of, mark, values_of
from enforcement.i18n import _
from enforcement.law.errors import LawError
from enforcement.law.redaction import Outcome
from enforcement.permissions import Permission, requires
from enforcement.publication import (
    acts,
    public_base,
    public_guide,
    public_map,
    public_register,
    public_views,
    queries,
    services,
)
from enforcement.publication import cards as officer_cards
from enforcement.publication.models import Publication
from enforcement.sign_in import current_actor

bp = Blueprint("publication", __name__)
MORE = (public_base.bp,)
PAGES = (public_views, public_register, public_guide, public_map)  # they join the public blueprint
ReviewForm = form_of("ReviewForm", acts.REVIEW)
WithdrawForm = form_of("WithdrawForm", acts.WITHDRAW)


@bp.get("/publications")
@requires(Permission.PUBLISH)
def index() -> ResponseReturnValue:
    """Show which decisions wait for a review or a withdrawal, and what is public."""
    actor = current_actor()
    with transaction() as session:
        return render_template(
            "publication/list.html", waiting=queries.waiting(session, actor),
            rows=queries.public_page(session, actor.county_code), today=clock.today(session),
        )  # fmt: skip


@bp.route("/cases/<uuid:case_id>/publication", methods=["GET", "POST"])
@requires(Permission.PUBLISH)
def review(case_id: uuid.UUID) -> ResponseReturnValue:
    """Review a decision for publication."""
    actor = current_actor()
    with transaction() as session:
        case = cases.get(session, actor, case_id)
        asked = _asked_paper()

        def do(said: dict[str, Any]) -> None:
            outcome = Outcome(said.pop("outcome"))
            hide = said.pop("hide") or ""
            services.review(
                session, actor, case_id, outcome=outcome, hide=hide, document_id=asked, **said
            )

        form = ReviewForm()
        error = _try(session, form, acts.REVIEW, do) if form.is_submitted() else None
        if form.is_submitted() and error is None:
            flash(_("已完成公开审核。"), "success")
            return redirect(url_for(".index"))
        return _page(session, actor, case, form, error, None)


def _asked_paper() -> uuid.UUID | None:
    """Return the paper that ?paper= names, None for the newest decision."""
    try:
        return uuid.UUID(request.args.get("paper", ""))
    except ValueError:
        return None


@bp.route("/publications/<uuid:publication_id>/withdraw", methods=["GET", "POST"])
@requires(Permission.PUBLISH)
def withdraw(publication_id: uuid.UUID) -> ResponseReturnValue:
    """Take a published decision back, with the reason."""
    actor = current_actor()
    with transaction() as session:
        row = session.get(Publication, (actor.county_code, publication_id))
        case = cases.get(session, actor, row.case_id) if row else cases.missing()

        def do(said: dict[str, Any]) -> None:
            services.withdraw(session, actor, publication_id, reason=said["reason"])

        form = WithdrawForm()
        error = _try(session, form, acts.WITHDRAW, do) if form.is_submitted() else None
        if form.is_submitted() and error is None:
            flash(_("已撤回。"), "success")
            return redirect(url_for(".index"))
        return _page(session, actor, case, form, error, row)


@bp.get("/publications/cards/<uuid:unit_id>.pdf")
@requires(Permission.PEOPLE_READ)
def cards(unit_id: uuid.UUID) -> ResponseReturnValue:
    """Print the cards by which villagers check the officers of a unit."""
    with transaction() as session:
        pdf = officer_cards.sheet(session, current_actor(), unit_id)
    answer = Response(pdf, mimetype="application/pdf")
    answer.headers["Content-Disposition"] = 'inline; filename="cards.pdf"'
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


def _page(
    session: Session,
    actor: Actor,
    case: CaseFile,
    form: FlaskForm,
    error: Exception | None,
    row: Publication | None,
) -> ResponseReturnValue:
    mark(form, error)
    paper = None if row else _asked_paper()
    page = render_template(
        "publication/act.html", case=case, form=form, row=row, outcomes=Outcome,
        why=str(error) if error else None, party=cases.party_of(session, case),
        due=_due_on(session, case, row, paper),
        before=[
            (one, queries.withdrawal_of(session, one))
            for one in queries.of_case(session, case.county_code, case.id)
        ],
    )  # fmt: skip
    return page, status_of(error) if error else 200


def _due_on(
    session: Session, case: CaseFile, row: Publication | None, paper: uuid.UUID | None
) -> date | None:
    """Return until when what the page shows has to be done."""
    waiting = queries.listed(session, case.county_code, CaseFile.id == case.id)
    found = [
        one.due_on
        for one in waiting
        if one.publication == row and one.notice == (paper is not None)
    ]
    return found[0] if found else None


def _try(
    session: Session, form: FlaskForm, fields: Any, do: Callable[[dict[str, Any]], None]
) -> Exception | None:
    if not form.validate():
        return InvalidInputError("form", errors_of(form))
    try:
        with session.begin_nested():
            do(values_of(form, fields))
    except (DomainError, LawError) as error:
        return error
    return None
