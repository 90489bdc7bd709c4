"""Pages: the power list, one item with its versions, the question, import and export."""

from __future__ import annotations

import uuid
from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from enforcement import clock
from enforcement.db import transaction
from enforcement.errors import DomainError, NotFoundError, status_of
from enforcement.i18n import _, label
from enforcement.law import power_terms
from enforcement.law.errors import LawError
from enforcement.law.power import Answer
from enforcement.law.power_terms import ActType, ItemStatus
from enforcement.law.terms import UnitKind
from enforcement.people.unit_queries import list_open
from enforcement.permissions import Permission, requires
from enforcement.power import acts, importing, queries, services
from enforcement.power.forms import ImportForm, MayForm, StatusForm
from enforcement.sheets import steps
from enforcement.sheets.steps import Steps
from enforcement.sheets.writing import TYPES
from enforcement.sign_in import current_actor

bp = Blueprint("power", __name__)
ACTING = [kind for kind in UnitKind if kind is not UnitKind.VILLAGE_POINT]
FILTERS = {"act_type": ActType, "channel": power_terms.Channel, "status": ItemStatus}


@bp.get("/power")
@requires(Permission.POWER_READ)
def index() -> ResponseReturnValue:
    """List the items, filtered by type, channel and state."""
    chosen = {name: _one_of(words, request.args.get(name)) for name, words in FILTERS.items()}
    after = request.args.get("after")
    with transaction() as session:
        county_code = current_actor().county_code
        rows = queries.list_page(
            session,
            county_code,
            act_type=chosen["act_type"],
            channel=chosen["channel"],
            status=chosen["status"],
            after=after,
        )
        versions = queries.provisions_of(session, county_code, [row.item.id for row in rows])
    more = rows[-1].item.code if len(rows) == queries.PAGE else None
    return render_template(
        "power/list.html", rows=rows, versions=versions, chosen=chosen, filters=FILTERS,
        words=power_terms, next=more, first=not after,
    )  # fmt: skip


def _one_of(words: Any, text: str | None) -> str | None:
    return text if text in {str(word) for word in words} else None


@bp.get("/power/items/<uuid:item_id>")
@requires(Permission.POWER_READ)
def detail(item_id: uuid.UUID) -> ResponseReturnValue:
    """Show one item with all versions of its provision."""
    with transaction() as session:
        return _detail(session, item_id, StatusForm(), None)


def _detail(session: Session, item_id: uuid.UUID, form: StatusForm, why: str | None) -> str:
    county_code = current_actor().county_code
    row = queries.get(session, county_code, item_id)
    return render_template(
        "power/detail.html", item=row.item, unit_name=row.unit_name, form=form, why=why,
        versions=queries.provisions_of(session, county_code, [item_id])[item_id],
        words=power_terms, next=services.NEXT[ItemStatus(row.item.status)],
        today=clock.today(session),
    )  # fmt: skip


@bp.post("/power/items/<uuid:item_id>/<act>")
@requires(Permission.POWER_CHANGE)
def change(item_id: uuid.UUID, act: str) -> ResponseReturnValue:
    """Withdraw, suspend or restore an item, with a reason."""
    status = next((one for one in ItemStatus if one == act), None)
    if status is None:
        raise NotFoundError(_("没有这种操作。"))
    form, actor = StatusForm(), current_actor()
    with transaction() as session:
        queries.get(session, actor.county_code, item_id)
        if not form.validate():
            return _detail(session, item_id, form, None), 422
        try:
            with session.begin_nested():
                item = services.set_status(
                    session, actor, item_id, status, on=form.on.data, reason=form.reason.data or ""
                )
        except DomainError as error:
            return _detail(session, item_id, form, str(error)), status_of(error)
        flash(_("事项%(code)s：%(state)s。", code=item.code, state=label(status)), "success")
    return redirect(url_for(".detail", item_id=item_id))


@bp.get("/power/may")
@requires(Permission.POWER_READ)
def may() -> ResponseReturnValue:
    """Answer whether a unit may do an act, in whose name and seal, and by which article."""
    actor, form = current_actor(), MayForm(request.args)
    found: Answer | None = None
    why: str | None = None
    with transaction() as session:
        units = list_open(session, actor.county_code, clock.today(session), ACTING)
        form.unit.choices = [(unit.code, f"{unit.code} {unit.name}") for unit in units]
        if request.args and form.validate():
            try:
                found = acts.ask(
                    session, actor, form.unit.data, ActType(form.act.data), form.matter.data,
                    form.place.data or "", form.on.data, form.decided_on.data,
                )  # fmt: skip
            except (DomainError, LawError) as error:
                why = str(error)
    return render_template(
        "power/may.html", form=form, found=found, why=why, asked=bool(request.args)
    )


@bp.route("/power/import", methods=["GET", "POST"])
@requires(Permission.POWER_CHANGE)
def import_file() -> ResponseReturnValue:
    """Look at a spreadsheet first; then apply exactly what was seen."""
    actor, form = current_actor(), ImportForm()
    done = steps.run(form, Steps(
        preview=lambda session, data, name: importing.preview(session, actor, data, name),
        apply=lambda session, data, name, digest: importing.apply(
            session, actor, data, name, digest=digest
        ),
        keep=lambda session, data, name: acts.keep_upload(session, actor, data, name),
        kept=lambda session, sha256: acts.kept_upload(session, actor, sha256),
    ))  # fmt: skip
    if done.applied is not None:
        count = len(done.applied.added) + len(done.applied.changed)
        flash(_("已导入，新增和更改共%(n)d项。", n=count), "success")
        return redirect(url_for(".index"))
    page = render_template("power/import.html", form=form, seen=done.seen, why=done.why)
    return page, done.status


@bp.get("/power/export.<string:suffix>")
@requires(Permission.POWER_READ)
def export(suffix: str) -> Response:
    """Return the whole list as a spreadsheet."""
    if suffix not in TYPES:
        raise NotFoundError(_("只能导出 .xlsx 或者 .csv。"))
    with transaction() as session:
        data = acts.export(session, current_actor(), suffix)
    answer = Response(data, mimetype=TYPES[suffix].partition(";")[0])
    answer.headers["Content-Disposition"] = f'attachment; filename="power.{suffix}"'
    return answer
