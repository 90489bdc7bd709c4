"""A collection as a download, for pages and calls alike: counted, written, logged."""

from __future__ import annotations

from typing import Final

from flask import Response

from enforcement import limiting
from enforcement.actor import Actor
from enforcement.db import transaction
from enforcement.features import files
from enforcement.features.asking import Asked
from enforcement.features.collections import Collection

A_MINUTE: Final = 10


def answer(
    actor: Actor, collection: Collection, asked: Asked, form: str, encoding: str
) -> Response:
    """Return the file of what is asked for; raises InvalidInputError, TooManyRequestsError."""
    limiting.count(actor.county_code, "export", str(actor.account_id), most=A_MINUTE)
    with transaction() as session:
        name, kind, content = files.write(session, actor, collection, asked, form, encoding)
    made = Response(content, mimetype=kind)
    made.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    made.headers["Cache-Control"] = "private, no-store"
    return made
