"""Pages: fill in a paper with its preview, issue it, see one paper, amend and withdraw it."""

from __future__ import annotations

import base64
import uuid
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from enforcement import clock
from enforcement.actor import Actor
from enforcement.case import drafting, paper_form, queries
from enforcement.case.drafting import Draft
from enforcement.case.models import CaseFile
from enforcement.case.paper_form import PaperForm
from enforcement.db import transaction
from enforcement.document import queries as documents
from enforcement.document import sealing, sign_views
from enforcement.document.models import Document
from enforcement.document.verifying import address_of
from enforcement.errors import DomainError, InvalidInputError, MissingFieldsError, status_of
from enforcement.glass.door import opens_by_grant
from enforcement.i18n import _
from enforcement.law.errors import LawError
from enforcement.law.paper_hand import BY_HAND
from enforcement.law.paper_signing import sign_roles
from enforcement.law.paperwork import PAPERS
from enforcement.permissions import Permission, allows, requires
from enforcement.sign_in import current_actor

bp = Blueprint("paper", __name__)
sign_views.register(bp, "/cases/<uuid:case_id>", "case_id", drafting.to_sign)


@bp.get("/cases/<uuid:case_id>/papers")
@requires(Permission.CASE_WORK)
def kinds(case_id: uuid.UUID) -> ResponseReturnValue:
    """List the papers that are issued by hand, and how often the case has each."""
    actor = current_actor()
    with transaction() as session:
        case = queries.get(session, actor, case_id)
        issued = [one.code for one in documents.list_of_case(session, case.county_code, case.id)]
    may = drafting.may(session, actor, case, clock.now(session))
    counts = {code: issued.count(code) for code in BY_HAND}
    return render_template(
        "case/papers.html", case=case, papers=BY_HAND.values(), counts=counts, may=may
    )


@bp.route("/cases/<uuid:case_id>/papers/<kind>", methods=["GET", "POST"])
@requires(Permission.CASE_WORK)
def make(case_id: uuid.UUID, kind: str) -> ResponseReturnValue:
    """Fill in a paper; `do` says whether to see it, to add a row or to issue it."""
    actor = current_actor()
    with transaction() as session:
        case = queries.get(session, actor, case_id)
        paper = drafting.kind(kind)
        error: Exception | None = None
        said = None
        if request.method == "POST":
            try:
                said = paper_form.read(paper, request.form.to_dict())
                if request.form.get("do") == "issue":
                    return _issued(session, actor, case, kind, said)
            except (DomainError, LawError) as refused:
                error = refused
        return _form_page(session, actor, case, kind, said, error)


def _issued(
    session: Session, actor: Actor, case: CaseFile, kind: str, said: dict[str, Any]
) -> ResponseReturnValue:
    with session.begin_nested():
        document = drafting.issue(
            session, actor, case.id, kind, said, key=request.form.get("key") or None,
            replaces_id=_replaces(), reason=request.form.get("reason", ""),
        )  # fmt: skip
    number = document.number or PAPERS[kind].name
    flash(_("已制作：%(number)s。", number=number), "success")
    return redirect(url_for(".detail", case_id=case.id, document_id=document.id))


def _replaces() -> uuid.UUID | None:
    """Return the paper that the new one amends; raises NotFoundError for what is no id."""
    text = request.values.get("replaces") or ""
    try:
        return uuid.UUID(text) if text else None
    except ValueError:
        queries.missing()


def _form_page(
    session: Session,
    actor: Actor,
    case: CaseFile,
    kind: str,
    said: dict[str, Any] | None,
    error: Exception | None,
) -> ResponseReturnValue:
    made = drafting.draft(session, actor, case, kind, said, replaces_id=_replaces())
    form = paper_form.build(made.paper, _with_new_row(made.data), made.from_case)
    issuing = request.form.get("do") == "issue"
    marked = _mark(form, error)
    pages, why = _seen(made, form)
    shown = {
        "case": case, "made": made, "form": form, "pages": pages, "unseen": why,
        "missing": [] if made.missing is None else made.missing,
    }  # fmt: skip
    if request.headers.get("X-Fragment") == "preview":
        return render_template("case/paper_preview.html", **shown)
    key = request.form.get("key") or str(uuid.uuid4())
    page = render_template(
        "case/paper_form.html", error=error, marked=marked, key=key,
        reason=request.form.get("reason", ""), may=drafting.may(session, actor, case, made.at),
        **shown,
    )  # fmt: skip
    return page, status_of(error) if error is not None and issuing else 200


def _with_new_row(data: dict[str, Any]) -> dict[str, Any]:
    """Return the data with an empty row more in the list that `add` names."""
    name = request.form.get("add")
    if not name:
        return data
    return data | {name: [*(data.get(name) or []), {}]}


def _mark(form: PaperForm, error: Exception | None) -> bool:
    """Put a refusal beside the inputs that it names; tell whether it found them."""
    if isinstance(error, MissingFieldsError):
        places = [form.mark(one["path"], _("必填。")) for one in error.data["fields"]]
        return all(places)
    if isinstance(error, InvalidInputError):
        return form.mark(error.field, str(error))
    return False


def _seen(made: Draft, form: PaperForm) -> tuple[list[str], str | None]:
    """Return the pages of the draft as addresses of pictures, or why it cannot be set."""
    try:
        pages = drafting.pages(made)
    except InvalidInputError as error:
        why = _in_words(form, error)
        form.mark(error.field, why)
        return [], why
    return [f"data:image/png;base64,{base64.b64encode(one).decode()}" for one in pages], None


def _in_words(form: PaperForm, error: InvalidInputError) -> str:
    """Return a refusal that names the field as the form does, not by its path."""
    place = next((one for one in form.every() if one.name == error.field), None)
    return str(error).replace(error.field, place.field.zh) if place else str(error)


@bp.get("/cases/<uuid:case_id>/documents/<uuid:document_id>")
@opens_by_grant("case_id")
@requires(Permission.DOCUMENT_READ)
def detail(case_id: uuid.UUID, document_id: uuid.UUID) -> ResponseReturnValue:
    """Show one paper: what is frozen of it, what became of it, what can be done with it."""
    actor = current_actor()
    with transaction() as session:
        case = queries.get(session, actor, case_id)
        document = documents.get_document(session, case.county_code, document_id)
        if not documents.is_of_case(session, document, case.id):
            queries.missing()
        return render_template("case/paper.html", **_context(session, actor, case, document))


def _context(session: Session, actor: Actor, case: CaseFile, document: Document) -> dict[str, Any]:
    own = document.case_id == case.id
    may = own and drafting.may(session, actor, case, clock.now(session))
    withdrawal = documents.withdrawal_of(session, document)
    return {
        "case": case,
        "document": document,
        "paper": PAPERS[document.code],
        "withdrawal": withdrawal,
        "amended": documents.amendments_of(session, document),
        "replaced": documents.get_document(session, case.county_code, document.replaces_id)
        if document.replaces_id
        else None,
        "by_hand": document.code in BY_HAND,
        "copies": sealing.copies_of(session, document),
        "signed_by_hand": bool(sign_roles(PAPERS[document.code])),
        "may_seal": own
        and allows(actor, Permission.SEAL_APPLY)
        and withdrawal is None
        and sealing.is_sealed_paper(document),
        "may": may and withdrawal is None,
        "address": address_of(document.verify_code) if document.verify_code else None,
    }


@bp.post("/cases/<uuid:case_id>/documents/<uuid:document_id>/withdraw")
@requires(Permission.CASE_WORK)
def withdraw(case_id: uuid.UUID, document_id: uuid.UUID) -> ResponseReturnValue:
    """Withdraw a paper with the reason; its number stays taken."""
    with transaction() as session:
        drafting.withdraw(
            session, current_actor(), case_id, document_id, request.form.get("reason", "")
        )
    flash(_("已作废，文号保留。"), "success")
    return redirect(url_for(".detail", case_id=case_id, document_id=document_id))


@bp.post("/cases/<uuid:case_id>/documents/<uuid:document_id>/seal")
@requires(Permission.SEAL_APPLY)
def seal(case_id: uuid.UUID, document_id: uuid.UUID) -> ResponseReturnValue:
    """Put the organ's seal on a paper; the frozen file stays beside the sealed one."""
    with transaction() as session:
        made = drafting.seal(session, current_actor(), case_id, document_id)
    signed = any(one.kind == "signed" for one in made)
    flash(_("已盖章并作数字签名。") if signed else _("已盖章。"), "success")
    return redirect(url_for(".detail", case_id=case_id, document_id=document_id))
