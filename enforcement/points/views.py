"""Pages: the two buttons of a village point, and the register of points."""

from __future__ import annotations

import uuid
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from enforcement import codes, crypto
from enforcement.db import transaction
from enforcement.errors import DomainError, InvalidInputError, status_of
from enforcement.fields import mark
from enforcement.i18n import _
from enforcement.incident.forms import whole
from enforcement.permissions import Permission, requires
from enforcement.points import queries, services
from enforcement.points.forms import EditForm, PointForm
from enforcement.points.models import VillagePoint
from enforcement.settings import queries as settings
from enforcement.sign_in import current_actor

bp = Blueprint("points", __name__)


@bp.get("/point/<uuid:point_id>")
@requires(None)
def device(point_id: uuid.UUID) -> ResponseReturnValue:
    """Show the two buttons; the key is in the address's fragment and never reaches the server."""
    return render_template("points/device.html", point_id=point_id)


@bp.get("/points")
@requires(Permission.PEOPLE_MANAGE)
def index() -> ResponseReturnValue:
    """List the points, the silent ones marked."""
    actor, only = current_actor(), request.args.get("only") == "silent"
    after = _cursor(request.args.get("after"))
    with transaction() as session:
        rows = queries.list_points(session, actor, only_silent=only, after=after)
        minutes = settings.value(session, actor.county_code, "point_silent_minutes")
    last = rows[-1].point if len(rows) == queries.PAGE else None
    following = f"{last.village_code}~{last.id}" if last else None
    return render_template(
        "points/list.html", rows=rows, only=only, minutes=minutes, next=following,
        first=after is None,
    )  # fmt: skip


def _cursor(text: str | None) -> tuple[str, uuid.UUID] | None:
    if not text:
        return None
    code, _sep, row_id = text.partition("~")
    try:
        return code, uuid.UUID(row_id)
    except ValueError:
        raise InvalidInputError("after", _("翻页标记无效。")) from None


@bp.route("/points/new", methods=["GET", "POST"])
@requires(Permission.PEOPLE_MANAGE)
def new() -> ResponseReturnValue:
    """Register a point; its key is shown once."""
    actor, form, why = current_actor(), PointForm(key=str(uuid.uuid4())), None
    with transaction() as session:
        form.village_code.choices = dict(queries.villages(session, actor.county_code))
        status = 422 if form.is_submitted() else 200
        if form.validate_on_submit():
            try:
                with session.begin_nested():
                    point, secret = services.add(
                        session, actor, **vars(form.described()), key=form.key.data or None
                    )
                return _key_page(session, point, secret)
            except DomainError as error:
                mark(form, error)
                why, status = str(error), status_of(error)
        return render_template("points/form.html", form=form, why=why, point=None), status


@bp.route("/points/<uuid:point_id>/edit", methods=["GET", "POST"])
@requires(Permission.PEOPLE_MANAGE)
def edit(point_id: uuid.UUID) -> ResponseReturnValue:
    """Change what is said of a point."""
    actor, why = current_actor(), None
    with transaction() as session:
        point = queries.get(session, actor, point_id)
        form = EditForm(**_now(point))
        form.village_code.choices = dict(queries.villages(session, actor.county_code))
        people = queries.keepers(session, actor.county_code, point.village_code)
        form.owner_id.choices = [("", "—"), *people]
        status = 422 if form.is_submitted() else 200
        if form.validate_on_submit():
            try:
                with session.begin_nested():
                    services.edit(
                        session, actor, point_id, form.described(),
                        version=whole(form.version.data),
                    )  # fmt: skip
                flash(_("已保存。"), "success")
                return redirect(url_for(".index"))
            except DomainError as error:
                mark(form, error)
                why, status = str(error), status_of(error)
        return render_template("points/form.html", form=form, why=why, point=point), status


def _now(point: VillagePoint) -> dict[str, Any]:
    known = point.lon is not None
    return {
        "village_code": point.village_code,
        "name": point.name,
        "place": point.place,
        "lon": f"{point.lon:.6f}" if known else "",
        "lat": f"{point.lat:.6f}" if known else "",
        "owner": point.owner,
        "owner_id": str(point.owner_id or ""),
        "phone": crypto.unseal(point.phone_encrypted),
        "version": point.version,
    }


@bp.post("/points/<uuid:point_id>/key")
@requires(Permission.PEOPLE_MANAGE)
def replace_key(point_id: uuid.UUID) -> ResponseReturnValue:
    """Give a point a new key, shown once."""
    with transaction() as session:
        version = whole(request.form.get("version"))
        point, secret = services.replace_key(session, current_actor(), point_id, version=version)
        return _key_page(session, point, secret)


@bp.post("/points/<uuid:point_id>/active")
@requires(Permission.PEOPLE_MANAGE)
def set_active(point_id: uuid.UUID) -> ResponseReturnValue:
    """Close a point or open it again."""
    active = request.form.get("active") == "yes"
    with transaction() as session:
        version = whole(request.form.get("version"))
        services.set_active(session, current_actor(), point_id, active, version=version)
    flash(_("已启用。") if active else _("已停用。"), "success")
    return redirect(url_for(".index"))


def _key_page(session: Session, point: VillagePoint, secret: str) -> str:
    session.flush()
    address = url_for("points.device", point_id=point.id, _external=True, _anchor=secret)
    return render_template(
        "points/key.html", point=point, secret=secret, address=address,
        picture=codes.picture(address),
    )  # fmt: skip
