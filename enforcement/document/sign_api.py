"""Calls for signing by hand, for whatever a paper belongs to."""

from __future__ import annotations

import uuid
from typing import Any

import marshmallow as ma
from flask_smorest import Blueprint
from marshmallow import validate
from sqlalchemy.orm import Session

from enforcement.api import plain_row
from enforcement.db import transaction
from enforcement.document import handsigning, handwriting
from enforcement.document.handsigning import Refused, Signed, Taken
from enforcement.document.models import Document
from enforcement.document.sign_views import Find
from enforcement.law.paper_signing import SignRole
from enforcement.permissions import Permission, requires
from enforcement.sign_in import current_actor


class TakenBody(ma.Schema):
    """Where and by what it was taken; signed_at by the clock of the device, degrees WGS 84."""

    key = ma.fields.Str(load_default=None, validate=validate.Length(1, 100))
    device = ma.fields.Str(load_default="", validate=validate.Length(0, 200))
    signed_at = ma.fields.AwareDateTime(load_default=None)
    place = ma.fields.Str(load_default=None, validate=validate.Length(0, 200))
    lon = ma.fields.Float(load_default=None, validate=validate.Range(-180, 180))
    lat = ma.fields.Float(load_default=None, validate=validate.Range(-90, 90))
    accuracy_m = ma.fields.Float(load_default=None, validate=validate.Range(0, 100_000))


class SignBody(TakenBody):
    """Who signs as whom; strokes -- {page: [[[x, y, ms], ...], ...]} in a box of 1000 x 400."""

    role = ma.fields.Str(required=True, validate=validate.OneOf([str(one) for one in SignRole]))
    n = ma.fields.Int(load_default=1, validate=validate.Range(1, 9))
    name = ma.fields.Str(required=True, validate=validate.Length(1, 100))
    strokes = ma.fields.Dict(
        keys=ma.fields.Int(validate=validate.Range(0, 999)), values=ma.fields.Raw(), required=True
    )


class RefuseBody(TakenBody):
    """Why the party does not sign, who witnessed it, photo or video of it."""

    reason = ma.fields.Str(required=True, validate=validate.Length(1, 400))
    witness_name = ma.fields.Str(load_default="", validate=validate.Length(0, 100))
    recording = ma.fields.Str(load_default="", validate=validate.Length(0, 200))


class FinishBody(ma.Schema):
    """A key against sending twice."""

    key = ma.fields.Str(load_default=None, validate=validate.Length(1, 100))


def shown(session: Session, document: Document) -> dict[str, Any]:
    """Return who signs a paper, what is signed of it, and what is no longer whole."""
    written = handwriting.copy_of(session, document, "written")
    return {
        "document_id": str(document.id), "sha256": document.sha256.hex(),
        "pages": document.pages,
        "places": [
            {"role": str(one.role), "n": one.n, "name": one.name, "pages": list(one.pages),
             "signed_pages": sorted(one.signed_pages), "required": one.required, "done": one.done,
             "refusal": one.refused.refusal if one.refused else None}
            for one in handwriting.places(session, document)
        ],
        "taken": [
            plain_row(row, "role", "n", "page", "name", "sha256", "document_sha256", "signed_at",
                      "place", "lon", "lat", "accuracy_m", "device", "by_name", "at", "refusal",
                      "witness_name", "recording")
            for row in handwriting.rows_of(session, document)
        ],
        "problems": handwriting.problems(session, document),
        "written": plain_row(written, "sha256", "by_name", "at") if written else None,
    }  # fmt: skip


def register(blp: Blueprint, rule: str, owner: str, find: Find) -> None:
    """Add the calls to a blueprint: rule "/cases/<uuid:case_id>", owner "case_id"."""
    base = f"{rule}/documents/<uuid:document_id>/signatures"

    def found(session: Session, ids: dict[str, uuid.UUID], write: bool) -> Document:
        return find(session, current_actor(), ids[owner], ids["document_id"], write)

    @blp.route(base)
    @requires(Permission.DOCUMENT_READ)
    def list_signatures(**ids: Any) -> dict[str, Any]:
        """Who signs a paper by hand, what is signed of it, and whether it is whole."""
        with transaction() as session:
            return shown(session, found(session, ids, False))

    @blp.route(base, methods=["POST"])
    @requires(Permission.CASE_WORK)
    @blp.arguments(SignBody)
    def sign_paper(body: dict[str, Any], **ids: Any) -> tuple[dict[str, Any], int]:
        """Keep what a person signed on each page of his."""
        key, role, n = body.pop("key"), SignRole(body.pop("role")), body.pop("n")
        name, pages = body.pop("name"), body.pop("strokes")
        with transaction() as session:
            document = found(session, ids, True)
            said = Signed(role, n, name, pages, Taken(**body))
            handsigning.sign(session, current_actor(), document, said, key=key)
            return shown(session, document), 201

    @blp.route(f"{base}/refusal", methods=["POST"])
    @requires(Permission.CASE_WORK)
    @blp.arguments(RefuseBody)
    def refuse_to_sign(body: dict[str, Any], **ids: Any) -> tuple[dict[str, Any], int]:
        """Note that the party refuses to sign."""
        key = body.pop("key")
        words = {name: body.pop(name) for name in ("reason", "witness_name", "recording")}
        with transaction() as session:
            document = found(session, ids, True)
            said = Refused(**words, taken=Taken(**body))
            handsigning.refuse(session, current_actor(), document, said, key=key)
            return shown(session, document), 201

    @blp.route(f"{base}/written", methods=["POST"])
    @requires(Permission.CASE_WORK)
    @blp.arguments(FinishBody)
    def finish_signing(body: dict[str, Any], **ids: Any) -> tuple[dict[str, Any], int]:
        """Make the signed file; the bytes as issued stay."""
        with transaction() as session:
            document = found(session, ids, True)
            handsigning.finish(session, current_actor(), document, key=body["key"])
            return shown(session, document), 201
