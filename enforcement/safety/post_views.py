"""Pages: where the people of a unit are while they are on duty at its desk."""

from __future__ import annotations

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from enforcement import clock
from enforcement.actor import Actor
from enforcement.db import transaction
from enforcement.errors import DomainError, InvalidInputError, NotFoundError, status_of
from enforcement.fields import mark
from enforcement.i18n import _
from enforcement.jurisdiction import maps
from enforcement.people.models import Unit
from enforcement.permissions import Permission, requires
from enforcement.roster import choosing, reach
from enforcement.safety import posts, queries
from enforcement.safety.post_forms import PostForm
from enforcement.security import map_answer
from enforcement.settings import queries as settings
from enforcement.sign_in import current_actor

bp = Blueprint("posts", __name__)


@bp.route("/roster/posts", methods=["GET", "POST"])
@requires(Permission.ROSTER_CHANGE)
def place() -> ResponseReturnValue:
    """Show where the post of a unit is, and say where it is."""
    actor, form = current_actor(), PostForm()
    with transaction() as session:
        chosen = choosing.choose_unit(session, actor, reach.changeable(actor))
        if chosen.unit is None:
            return render_template("safety/posts.html", chosen=chosen)
        why: DomainError | None = None
        if form.validate_on_submit():
            why = _place(session, actor, chosen.unit, form)
            if why is None:
                flash(_("已保存岗位位置。"), "success")
                return redirect(url_for(".place", unit=chosen.unit.code))
        return _page(session, actor, chosen, chosen.unit, form, why)


def _place(session: Session, actor: Actor, unit: Unit, form: PostForm) -> DomainError | None:
    """Store what was said; return why not."""
    try:
        lon, lat = form.place()
        if lon is None or lat is None:
            raise InvalidInputError("lon", _("必填。"))
        with session.begin_nested():
            posts.place(session, actor, unit.id, lon, lat, form.radius_m.data)
    except DomainError as error:
        mark(form, error)
        return error
    return None


def _page(
    session: Session,
    actor: Actor,
    chosen: choosing.Chosen,
    unit: Unit,
    form: PostForm,
    why: DomainError | None,
) -> tuple[str, int]:
    row = queries.find_post(session, actor.county_code, unit.id)
    if not form.is_submitted() and row is not None:
        form.lon.data, form.lat.data = f"{row.lon:.6f}", f"{row.lat:.6f}"
        form.radius_m.data = row.radius_m
    known = settings.values(session, actor.county_code)
    page = render_template(
        "safety/posts.html", chosen=chosen, form=form, row=row, why=str(why) if why else None,
        metres=known["away_metres"], minutes=known["away_minutes"],
    )  # fmt: skip
    return page, (status_of(why) if why else 422) if form.is_submitted() else 200


@bp.post("/roster/posts/remove")
@requires(Permission.ROSTER_CHANGE)
def remove() -> ResponseReturnValue:
    """Take the post of a unit back: nobody is told any more that somebody left it."""
    actor = current_actor()
    with transaction() as session:
        chosen = choosing.choose_unit(session, actor, reach.changeable(actor))
        if chosen.unit is None:
            raise NotFoundError(_("该单位没有设岗位位置。"))
        posts.remove(session, actor, chosen.unit.id)
        code = chosen.unit.code
    flash(_("已取消岗位位置，不再提醒离岗。"), "success")
    return redirect(url_for(".place", unit=code))


@bp.get("/roster/posts/map")
@requires(Permission.ROSTER_CHANGE)
def pick_map() -> Response:
    """Return the county's map around a place; a click names a place to the page around."""
    lon, lat = request.args.get("lon", type=float), request.args.get("lat", type=float)
    spot = None if lon is None or lat is None else (lon, lat)
    with transaction() as session:
        made = maps.county_map(
            session, current_actor().county_code, clock.today(session), around=spot
        )
    return map_answer(made.target, title=_("选择位置"), note=made.note, pick=spot or ())
