"""Pages: the button that prepares a day."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from enforcement import clock
from enforcement.db import transaction
from enforcement.errors import InvalidInputError
from enforcement.followup import services
from enforcement.i18n import _
from enforcement.permissions import Permission, requires
from enforcement.sign_in import current_actor

bp = Blueprint("followup", __name__)


@bp.post("/patrols/morning/prepare")
@requires(Permission.PATROL_ASSIGN)
def prepare() -> ResponseReturnValue:
    """Collect what falls due by a day and make the lists of the templates."""
    with transaction() as session:
        try:
            day = clock.day_of(request.form.get("day", ""))
        except ValueError:
            raise InvalidInputError("day", _("日期不对。")) from None
        made = services.prepare(session, current_actor(), day)
    flash(_("已生成%(n)d份清单，新列入%(m)d件到期事项。", n=made.lists, m=made.wishes), "success")
    if made.elsewhere:
        names = "、".join(made.elsewhere[:10])
        flash(_("当天已在其他清单上，没有重复列入：%(names)s", names=names), "warning")
    return redirect(url_for("patrol.morning", day=day))
