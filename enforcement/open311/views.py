"""Pages: systems that may call through Open311, their keys shown once."""

from __future__ import annotations

import uuid

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from enforcement.db import transaction
from enforcement.errors import DomainError, status_of
from enforcement.fields import mark
from enforcement.i18n import _
from enforcement.open311 import georeport, queries, services
from enforcement.open311.blueprint import bp, geo
from enforcement.open311.forms import ClientForm
from enforcement.permissions import Permission, requires
from enforcement.security import csrf
from enforcement.sign_in import current_actor

PARTS = (georeport,)
"""The modules whose routes join the blueprints."""
MORE = (geo,)
"""Blueprints beside `bp`."""
csrf.exempt(geo)


@bp.get("/open311/clients")
@requires(Permission.ACCOUNT_MANAGE)
def clients() -> ResponseReturnValue:
    """List the systems that may call."""
    return _page(ClientForm())


def _page(form: ClientForm, why: str | None = None, key: str = "", name: str = "") -> str:
    with transaction() as session:
        rows = queries.list_clients(session, current_actor().county_code)
    return render_template(
        "open311/clients.html", form=form, why=why, rows=rows, key=key, name=name
    )


@bp.post("/open311/clients")
@requires(Permission.ACCOUNT_MANAGE)
def add() -> ResponseReturnValue:
    """Let another system call; its key is shown once."""
    form, why, status = ClientForm(), None, 422
    if form.validate_on_submit():
        try:
            with transaction() as session:
                client, key = services.add_client(
                    session, current_actor(), form.name.data or "",
                    rate_per_minute=form.rate_per_minute.data or 0,
                    sees_description=bool(form.sees_description.data),
                )  # fmt: skip
            return _page(ClientForm(formdata=None), key=key, name=client.name)
        except DomainError as error:
            mark(form, error)
            why, status = str(error), status_of(error)
    return _page(form, why), status


@bp.post("/open311/clients/<uuid:client_id>/end")
@requires(Permission.ACCOUNT_MANAGE)
def end(client_id: uuid.UUID) -> ResponseReturnValue:
    """Refuse a system from now on."""
    with transaction() as session:
        client = services.end_client(session, current_actor(), client_id)
    flash(_("%(name)s的密钥已停用。", name=client.name), "success")
    return redirect(url_for(".clients"))
