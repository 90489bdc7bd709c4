"""Page: what the county has set, how it came to hold, and changing it."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from enforcement.db import transaction
from enforcement.errors import InvalidInputError, NotFoundError
from enforcement.fields import mark
from enforcement.i18n import _
from enforcement.permissions import Permission, requires
from enforcement.settings import queries, services
from enforcement.settings.forms import SettingForm
from enforcement.settings.terms import BY_KEY, SETTINGS
from enforcement.sign_in import current_actor

bp = Blueprint("settings", __name__)


@bp.get("/settings")
@requires(Permission.SETTING_CHANGE)
def index() -> ResponseReturnValue:
    """Show every setting with its default and source."""
    with transaction() as session:
        return _page(session)


def _page(session: Session, wrong: tuple[str, SettingForm] | None = None) -> str:
    county_code = current_actor().county_code
    return render_template(
        "settings/index.html",
        settings=SETTINGS,
        titles=BY_KEY,
        values=queries.values(session, county_code),
        history=queries.history(session, county_code),
        wrong=wrong,
        empty=SettingForm(formdata=None),
    )


@bp.post("/settings/<string:key>")
@requires(Permission.SETTING_CHANGE)
def change(key: str) -> ResponseReturnValue:
    """Change one setting."""
    if key not in BY_KEY:
        raise NotFoundError(_("没有这个参数。"))
    form = SettingForm()
    with transaction() as session:
        if not form.validate():
            return _page(session, (key, form)), 422
        try:
            with session.begin_nested():
                services.change(
                    session, current_actor(), key, form.value.data or 0, form.reason.data or ""
                )
        except InvalidInputError as error:
            mark(form, error)
            return _page(session, (key, form)), 422
    flash(_("已更改，即时生效。"), "success")
    return redirect(url_for(".index"))
