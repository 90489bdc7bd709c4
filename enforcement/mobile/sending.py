"""What the phone's queue asks for: who am I, photos in pieces, then the report itself (JSON)."""

from __future__ import annotations

from flask import Response, request
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import generate_csrf
from marshmallow import fields, validate

from enforcement import uploads
from enforcement.db import transaction
from enforcement.errors import InvalidInputError
from enforcement.i18n import _
from enforcement.incident import services
from enforcement.incident.api import ReportSchema
from enforcement.incident.intake import MOST_PHOTOS, Report
from enforcement.law.terms import IncidentSource
from enforcement.mobile.blueprint import bp
from enforcement.mobile.saying import said
from enforcement.permissions import Permission, allows, requires
from enforcement.sign_in import current_actor


class SendSchema(ReportSchema):
    """A report whose photos and voice note were uploaded before: their SHA-256, in order."""

    key = fields.Str(required=True, validate=validate.Length(1, 100))
    source = fields.Str(load_default=None, allow_none=True)
    photos = fields.List(
        fields.Str(validate=validate.Length(64, 64)),
        load_default=list,
        validate=validate.Length(0, MOST_PHOTOS + 1),
    )


@bp.get("/m/me")
@requires(Permission.INCIDENT_REPORT)
def me() -> ResponseReturnValue:
    """Tell whose session this is, and the token that its requests carry."""
    answer = {"account": str(current_actor().account_id), "csrf": generate_csrf()}
    return answer, 200, {"Cache-Control": "no-store"}


@bp.route("/m/files/<digest>", methods=["HEAD", "PATCH"])
@requires(Permission.INCIDENT_REPORT)
def file(digest: str) -> Response:
    """Say how much of a photo has come (HEAD), or take its next piece (PATCH)."""
    sha256, actor = uploads.read_hash(digest), current_actor()
    with transaction() as session:
        if request.method == "HEAD":
            offset, done = uploads.offset_of(session, actor, sha256)
        else:
            offset, done = uploads.append(
                session, actor, sha256, _header("Upload-Offset"),
                request.get_data(), total=_header("Upload-Length"),
            )  # fmt: skip
    if done:
        uploads.drop(actor, sha256)
    answer = Response(status=204 if request.method == "PATCH" else 200)
    answer.headers.update(
        {"Upload-Offset": str(offset), "Upload-Complete": "?1" if done else "?0",
         "Cache-Control": "no-store"}
    )  # fmt: skip
    return answer


def source_of(text: str | None) -> IncidentSource:
    """Return where a phone's report came from: a patrol, where the person may walk one."""
    patrol = text == IncidentSource.PATROL and allows(current_actor(), Permission.PATROL_WALK)
    return IncidentSource.PATROL if patrol else IncidentSource.PHONE_APP


@bp.post("/m/send")
@requires(Permission.INCIDENT_REPORT)
def send() -> ResponseReturnValue:
    """Take a report whose photos are here already; the same key gives the same incident."""
    told = said(SendSchema())
    key, stored = told.pop("key"), [uploads.read_hash(one) for one in told.pop("photos")]
    source = source_of(told.pop("source"))
    with transaction() as session:
        taken = services.take(
            session, current_actor(), Report(**told, source=source),
            stored=stored, key=key,
        )  # fmt: skip
        incident = taken.incident
        answer = {"id": str(incident.id), "number": incident.number, "again": taken.again}
    return answer, 200 if taken.again else 201


def _header(name: str) -> int:
    """Return a count of bytes that a header states; raises InvalidInputError."""
    text = request.headers.get(name, "")
    if not (text.isascii() and text.isdigit() and len(text) < 12):
        raise InvalidInputError(name, _("请求缺少%(name)s。", name=name))
    return int(text)
