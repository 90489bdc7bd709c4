"""The public feed of counts, where the county has opened it."""

from __future__ import annotations

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from enforcement.caching import shared
from enforcement.db import transaction
from enforcement.errors import NotFoundError
from enforcement.i18n import _
from enforcement.permissions import requires
from enforcement.publication.public_base import known_county
from enforcement.settings import queries as settings
from enforcement.yearly import aggregate

bp = Blueprint("public_aggregate", __name__, url_prefix="/public")


@bp.get("/aggregate.json")
@requires(None)
@shared
def feed() -> ResponseReturnValue:
    """Give counts by month, township and matter; ?first=2026-01&last=2026-06."""
    with transaction() as session:
        code = known_county(session).county_code
        if not settings.value(session, code, "aggregate_public"):
            raise NotFoundError(_("本县没有公开汇总数据。"))
        args = request.args
        months = aggregate.read_months(session, args.get("first"), args.get("last"))
        return aggregate.make(session, code, months)
