"""Page: the roads that travel times are computed from, and a file of new ones."""

from __future__ import annotations

import tempfile
from pathlib import Path

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from enforcement.db import transaction
from enforcement.errors import DomainError, status_of
from enforcement.fields import mark
from enforcement.i18n import _
from enforcement.patrol import road_queries as queries
from enforcement.patrol import roads
from enforcement.patrol.road_forms import RoadsForm
from enforcement.patrol.road_kinds import SPEED_KMH
from enforcement.patrol.template_views import bp
from enforcement.patrol.terms import RoadKind
from enforcement.permissions import Permission, requires
from enforcement.sign_in import current_actor

__all__ = ["bp"]


@bp.get("/patrols/roads")
@requires(Permission.JURISDICTION_READ)
def road_page() -> str:
    """Show the roads in use, where they come from, and the files before them."""
    return _page(RoadsForm())


def _page(form: RoadsForm, why: str | None = None) -> str:
    county_code = current_actor().county_code
    with transaction() as session:
        files = queries.files(session, county_code)
        kinds = queries.by_kind(session, county_code)
    return render_template(
        "patrol/roads.html", form=form, why=why, files=files, kinds=kinds, Kind=RoadKind,
        now=next((one for one in files if one.replaced_at is None), None), speeds=SPEED_KMH,
        near_m=queries.NEAR_M,
    )  # fmt: skip


@bp.post("/patrols/roads")
@requires(Permission.JURISDICTION_CHANGE)
def road_import() -> ResponseReturnValue:
    """Take a file of roads in place of those in use."""
    form, actor = RoadsForm(), current_actor()
    if not form.validate_on_submit():
        return _page(form), 422
    with tempfile.NamedTemporaryFile() as kept:
        form.file.data.save(kept)
        kept.flush()
        name = form.file.data.filename or "roads"
        try:
            with transaction() as session:
                taken = roads.take(session, actor.county_code, actor, Path(kept.name), name,
                                   form.said())  # fmt: skip
        except DomainError as error:
            mark(form, error)
            return _page(form, str(error)), status_of(error)
    told = _("这个文件已经在用。") if taken.again else _(
        "已导入%(n)d条道路，行车时间由后台计算，几分钟后生效。", n=taken.file.roads
    )  # fmt: skip
    flash(told, "success")
    return redirect(url_for(".road_page"))
