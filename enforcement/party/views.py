"""Pages: search parties, one party with its cases, correct, merge and part again."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm
from sqlalchemy.orm import Session

from enforcement import clock, crypto, masking
from enforcement.actor import Actor
from enforcement.case.models import Party
from enforcement.db import transaction
from enforcement.errors import DomainError, InvalidInputError, status_of
from enforcement.fields import errors_of, form_of, mark, values_of
from enforcement.i18n import _
from enforcement.law.terms import CaseState, PartyKind
from enforcement.party import acts, queries, services
from enforcement.permissions import Permission, requires
from enforcement.sign_in import current_actor

bp = Blueprint("party", __name__)
FORMS = {
    "correct": (form_of("CorrectForm", acts.CORRECT), acts.CORRECT),
    "consent": (form_of("ConsentForm", acts.CONSENT), acts.CONSENT),
    "merge": (form_of("MergeForm", acts.MERGE), acts.MERGE),
    "unmerge": (form_of("UnmergeForm", acts.UNMERGE), acts.UNMERGE),
}


@bp.get("/parties")
@requires(Permission.CASE_READ)
def index() -> ResponseReturnValue:
    """Search parties by name; by number for those who may read personal data."""
    name, number = request.args.get("name") or "", request.args.get("number") or ""
    rows, why = [], None
    with transaction() as session:
        try:
            after = uuid.UUID(request.args["after"]) if request.args.get("after") else None
            rows = queries.search(session, current_actor(), name=name, number=number, after=after)
        except ValueError:
            why = _("翻页标记无效。")
        except InvalidInputError as error:
            why = str(error)
    full = len(rows) == queries.PAGE
    page = render_template(
        "party/list.html", rows=rows, name=name, number=number, why=why, kinds=PartyKind,
        next=str(rows[-1].party.id) if full else None,
    )  # fmt: skip
    return page, 422 if why else 200


@bp.get("/parties/<uuid:party_id>")
@requires(Permission.CASE_READ)
def detail(party_id: uuid.UUID) -> ResponseReturnValue:
    """Show one party: who it is, its cases and fines, consents, history."""
    actor = current_actor()
    with transaction() as session:
        now = queries.surviving_id(session, actor.county_code, party_id)
        if now != party_id:
            return redirect(url_for(".detail", party_id=now))
        party = queries.get(session, actor, party_id)
        return render_template("party/detail.html", **_context(session, actor, party))


def _context(session: Session, actor: Actor, party: Party) -> dict[str, Any]:
    cases = queries.cases_of(session, actor, party)
    return {
        "party": party,
        "kind": PartyKind(party.kind),
        "id_number": masking.id_number(crypto.unseal(party.id_number_encrypted)),
        "phone": masking.phone(crypto.unseal(party.phone_encrypted)),
        "cases": cases,
        "fines": [one for one in cases if one.fine_yuan],
        "states": CaseState,
        "consents": queries.consents(session, party),
        "merged": queries.merged_into(session, party),
        "history": queries.history(session, party),
        "word": acts.event_word,
    }


@bp.route("/parties/<uuid:party_id>/correct", methods=["GET", "POST"])
@requires(Permission.CASE_WORK)
def correct(party_id: uuid.UUID) -> ResponseReturnValue:
    """Correct the name of a party."""

    def do(session: Session, actor: Actor, said: dict[str, Any]) -> Party:
        return services.correct(session, actor, party_id, **said)

    return _act("correct", _("更正名称"), party_id, do)


@bp.route("/parties/<uuid:party_id>/consent", methods=["GET", "POST"])
@requires(Permission.CASE_WORK)
def consent(party_id: uuid.UUID) -> ResponseReturnValue:
    """Take down what a party declared of electronic service."""

    def do(session: Session, actor: Actor, said: dict[str, Any]) -> Party:
        services.consent(session, actor, party_id, **said)
        return queries.get(session, actor, party_id)

    return _act("consent", _("登记送达确认"), party_id, do)


@bp.route("/parties/<uuid:party_id>/merge", methods=["GET", "POST"])
@requires(Permission.PARTY_MERGE)
def merge(party_id: uuid.UUID) -> ResponseReturnValue:
    """Merge a record into that of the same party, named by one of its cases."""

    def do(session: Session, actor: Actor, said: dict[str, Any]) -> Party:
        into = queries.party_of_case(session, actor, said["into"])
        return services.merge(session, actor, party_id, into, reason=said["reason"])

    return _act("merge", _("合并当事人"), party_id, do)


@bp.route("/parties/<uuid:party_id>/unmerge/<uuid:gone_id>", methods=["GET", "POST"])
@requires(Permission.PARTY_MERGE)
def unmerge(party_id: uuid.UUID, gone_id: uuid.UUID) -> ResponseReturnValue:
    """Undo the merge of a record into this one."""

    def do(session: Session, actor: Actor, said: dict[str, Any]) -> Party:
        services.unmerge(session, actor, gone_id, reason=said["reason"])
        return queries.get(session, actor, party_id)

    return _act("unmerge", _("撤销合并"), party_id, do)


def _act(
    name: str,
    title: str,
    party_id: uuid.UUID,
    do: Callable[[Session, Actor, dict[str, Any]], Party],
) -> ResponseReturnValue:
    """Show and take the form of an act upon a party."""
    make, fields = FORMS[name]
    actor = current_actor()
    error: Exception | None = None
    with transaction() as session:
        party = queries.get(session, actor, party_id)
        form = make(name=party.name, signed_on=clock.today(session))
        if form.is_submitted():
            error = _try(session, actor, form, fields, do)
            if error is None:
                flash(_("已办理：%(act)s。", act=title), "success")
                now = queries.surviving_id(session, actor.county_code, party_id)
                return redirect(url_for(".detail", party_id=now))
        mark(form, error)
        alike = queries.alike(session, actor, party) if name == "merge" else []
        page = render_template(
            "party/act.html", form=form, title=title, party=party, alike=alike, act=name,
            why=str(error) if error else None,
            cases={one.id: queries.cases_of(session, actor, one) for one in alike},
        )  # fmt: skip
    return page, status_of(error) if error else 200


def _try(
    session: Session,
    actor: Actor,
    form: FlaskForm,
    fields: Any,
    do: Callable[[Session, Actor, dict[str, Any]], Party],
) -> Exception | None:
    if not form.validate():
        return InvalidInputError("form", errors_of(form))
    try:
        with session.begin_nested():
            do(session, actor, values_of(form, fields))
    except DomainError as error:
        return error
    return None
