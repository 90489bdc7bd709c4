"""Pages: the evidence of a case, its files, entering and correcting items, custody."""

from __future__ import annotations

import uuid
from io import BytesIO
from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm
from sqlalchemy.orm import Session

from enforcement import clock, files
from enforcement.actor import Actor
from enforcement.case import exhibits, queries, recordings
from enforcement.case.exhibit_forms import ItemForm, MoveForm
from enforcement.case.models import CaseFile
from enforcement.db import transaction
from enforcement.errors import DomainError, InvalidInputError, NotFoundError, status_of
from enforcement.evidence import queries as evidence
from enforcement.evidence.models import EvidenceItem
from enforcement.evidence.storing import OTHER
from enforcement.fields import errors_of, mark
from enforcement.glass.door import opens_by_grant
from enforcement.i18n import _, label
from enforcement.law.evidence import CustodyAct, EvidenceKind
from enforcement.law.terms import CaseEvent
from enforcement.permissions import Permission, requires
from enforcement.sign_in import current_actor
from gis.errors import GisError

bp = Blueprint("exhibit", __name__)


@bp.get("/cases/<uuid:case_id>/evidence")
@opens_by_grant("case_id")
@requires(Permission.CASE_READ)
def index(case_id: uuid.UUID) -> ResponseReturnValue:
    """List the evidence of a case, and what should have been recorded and was not."""
    actor = current_actor()
    with transaction() as session:
        case = queries.get(session, actor, case_id)
        return render_template("case/evidence.html", **_context(session, case))


def _context(session: Session, case: CaseFile) -> dict[str, Any]:
    items = evidence.of_case(session, case.county_code, case.id)
    entries = queries.history(session, case.county_code, case.id)
    chains: dict[uuid.UUID, list[Any]] = {}
    for one in evidence.custody(session, case.county_code, case.id):
        chains.setdefault(one.item_id, []).append(one)
    return {
        "case": case,
        "items": items,
        "in_use": {one.id for one in evidence.in_use(items)},
        "numbers": {one.id: one.no for one in items},
        "later": {one.replaces_id: one.no for one in items if one.replaces_id},
        "lacking": recordings.lacking(session, case, entries, items),
        "acts": {
            **{one.seq: CaseEvent(one.event) for one in entries},
            **{
                one.entry_id: one.rule.event
                for one in recordings.to_record(session, case, entries)
                if one.entry_id
            },
        },
        "chains": chains,
        "kinds": EvidenceKind,
        "moves": CustodyAct,
        "events": CaseEvent,
    }


@bp.route("/cases/<uuid:case_id>/evidence/new", methods=["GET", "POST"])
@requires(Permission.CASE_WORK)
def new(case_id: uuid.UUID) -> ResponseReturnValue:
    """Enter items; ?replaces= names the item that a correction takes the place of."""
    actor = current_actor()
    error: Exception | None = None
    with transaction() as session:
        case = queries.get(session, actor, case_id)
        form = _item_form(session, actor, case)
        if form.is_submitted():
            error = _add(session, actor, case, form)
            if error is None:
                flash(_("已登记证据。"), "success")
                return redirect(url_for(".index", case_id=case_id))
        mark(form, error)
        page = render_template(
            "case/evidence_new.html", form=form, case=case, why=str(error) if error else None
        )
    return page, status_of(error) if error else 200


def _item_form(session: Session, actor: Actor, case: CaseFile) -> ItemForm:
    local = clock.now(session).astimezone(clock.ZONE).replace(tzinfo=None, second=0, microsecond=0)
    form = ItemForm(
        captured_at=local, taker=actor.name, source="执法人员收集", key=str(uuid.uuid4()),
        replaces=_replaced(session, case), lon=None, lat=None, of_seq=request.args.get("of") or "",
    )  # fmt: skip
    entries = queries.history(session, case.county_code, case.id)
    form.of_seq.choices = [("", _("不是执法过程记录"))] + [
        (
            one.key,
            " ".join(
                filter(
                    None, [label(one.rule.event), one.number, clock.local_day(one.at).isoformat()]
                )
            ),
        )
        for one in recordings.to_record(session, case, entries)
    ]
    return form


def _replaced(session: Session, case: CaseFile) -> str:
    """Return the id of the item that a correction names, "" for none; raises NotFoundError."""
    text = request.values.get("replaces") or ""
    try:
        asked = uuid.UUID(text) if text else None
    except ValueError:
        raise NotFoundError(_("本案没有这项证据。")) from None
    if asked and evidence.find(session, case.county_code, case.id, asked) is None:
        raise NotFoundError(_("本案没有这项证据。"))
    return text


def _add(session: Session, actor: Actor, case: CaseFile, form: ItemForm) -> Exception | None:
    """Enter each file of a form as an item; all or none. Return why not, None where done."""
    if not form.validate():
        return InvalidInputError("form", errors_of(form))
    try:
        with session.begin_nested():
            for n, (draft, data) in enumerate(form.drafts()):
                key = f"{form.key.data}:{n}" if form.key.data else None
                exhibits.add(session, actor, case.id, draft, data, key=key)
    except (DomainError, GisError) as error:
        if isinstance(error, InvalidInputError) and error.field == "file":
            form.files.errors = [str(error)]
        return error
    return None


@bp.get("/cases/<uuid:case_id>/evidence/<uuid:item_id>/file")
@opens_by_grant("case_id")
@requires(Permission.CASE_READ)
def file(case_id: uuid.UUID, item_id: uuid.UUID) -> Response:
    """Return the original bytes of an item; what is no picture, sound or PDF is downloaded."""
    with transaction() as session:
        item = exhibits.get(session, current_actor(), case_id, item_id)
        return file_of(item, item.sha256)


@bp.get("/cases/<uuid:case_id>/evidence/<uuid:item_id>/custody/<int:seq>")
@opens_by_grant("case_id")
@requires(Permission.CASE_READ)
def custody_photo(case_id: uuid.UUID, item_id: uuid.UUID, seq: int) -> Response:
    """Return the photo of a step of an item's custody."""
    with transaction() as session:
        item = exhibits.get(session, current_actor(), case_id, item_id)
        chain = evidence.custody(session, item.county_code, case_id)
        found = [one for one in chain if one.item_id == item.id and one.seq == seq and one.sha256]
        if not found:
            raise NotFoundError(_("没有这张照片。"))
        data = files.read(item.county_code, found[0].sha256 or b"")
    kind = files.check_image(data, "photo")
    return _answer(data, kind, found[0].sha256 or b"", "photo")


def file_of(item: EvidenceItem, sha256: bytes | None) -> Response:
    """Return the bytes of an item as an answer; raises NotFoundError for one without a file."""
    if sha256 is None:
        raise NotFoundError(_("该证据没有文件。"))
    return _answer(files.read(item.county_code, sha256), item.media_type, sha256, f"E{item.no}")


def _answer(data: bytes, media_type: str, sha256: bytes, name: str) -> Response:
    answer = send_file(
        BytesIO(data), mimetype=media_type, conditional=True, etag=sha256.hex(), max_age=3600,
        as_attachment=media_type == OTHER, download_name=name,
    )  # fmt: skip
    answer.headers["Cache-Control"] = "private, max-age=3600"
    answer.headers["X-Content-Type-Options"] = "nosniff"
    if media_type != "application/pdf":
        answer.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return answer


@bp.route("/cases/<uuid:case_id>/evidence/<uuid:item_id>/custody", methods=["GET", "POST"])
@requires(Permission.CASE_WORK)
def custody(case_id: uuid.UUID, item_id: uuid.UUID) -> ResponseReturnValue:
    """Add a step to the custody of a physical item."""
    actor = current_actor()
    error: Exception | None = None
    with transaction() as session:
        item = exhibits.get(session, actor, case_id, item_id)
        case = queries.get(session, actor, case_id)
        local = clock.now(session).astimezone(clock.ZONE)
        form = MoveForm(happened_at=local.replace(tzinfo=None, second=0, microsecond=0))
        if form.is_submitted():
            error = _move(session, actor, case, item, form)
            if error is None:
                flash(_("已登记保管经过。"), "success")
                return redirect(url_for(".index", case_id=case_id))
        mark(form, error)
        page = render_template(
            "case/custody.html", form=form, case=case, item=item,
            why=str(error) if error else None,
        )  # fmt: skip
    return page, status_of(error) if error else 200


def _move(
    session: Session, actor: Actor, case: CaseFile, item: EvidenceItem, form: FlaskForm
) -> Exception | None:
    if not form.validate():
        return InvalidInputError("form", errors_of(form))
    try:
        with session.begin_nested():
            exhibits.move(session, actor, case.id, item.id, form.move())
    except DomainError as error:
        return error
    return None
