"""Pages of the security administrator: unlock an account, end its sessions, reset its factor."""

from __future__ import annotations

import uuid

from flask import Blueprint, flash, redirect, url_for
from flask.typing import ResponseReturnValue

from enforcement.access import managing
from enforcement.db import transaction
from enforcement.errors import DomainError, NotFoundError
from enforcement.i18n import _
from enforcement.people import accounts
from enforcement.permissions import Permission, requires
from enforcement.sign_in import current_actor

bp = Blueprint("doors", __name__)
ACTS = {"unlock": managing.unlock, "end": managing.end_all, "factor": managing.reset_factor}


@bp.post("/accounts/<uuid:account_id>/door/<string:act>")
@requires(Permission.ACCOUNT_MANAGE)
def change(account_id: uuid.UUID, act: str) -> ResponseReturnValue:
    """Unlock an account, end all its sessions or forget its second factor."""
    if act not in ACTS:
        raise NotFoundError(_("没有这种操作。"))
    actor = current_actor()
    with transaction() as session:
        row = accounts.locked(session, actor.county_code, account_id)
        try:
            ACTS[act](session, actor, row)
        except DomainError as error:
            flash(str(error), "danger")
        else:
            flash(_("账号%(name)s已更改。", name=row.username), "success")
    return redirect(url_for("people.account", account_id=account_id))
