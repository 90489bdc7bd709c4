"""Calls: draft, see, issue, amend and withdraw papers by hand; reserve numbers for a device."""

from __future__ import annotations

from typing import Any

import marshmallow as ma
from flask import Response
from flask_smorest import Blueprint
from marshmallow import validate

from enforcement.api import plain_row
from enforcement.api_document import file
from enforcement.case import drafting, queries
from enforcement.db import transaction
from enforcement.document import numbering, sign_api
from enforcement.document.models import Document, NumberBlock
from enforcement.document.numbering import Series
from enforcement.law.paper_types import PaperField
from enforcement.permissions import Permission, requires
from enforcement.sign_in import current_actor

blp = Blueprint("paper_api", __name__, description="文书")
sign_api.register(blp, "/cases/<uuid:case_id>", "case_id", drafting.to_sign)


class DraftQuery(ma.Schema):
    """replaces -- id of the paper to amend, whose words stand first."""

    replaces = ma.fields.UUID(load_default=None)


class IssueBody(ma.Schema):
    """What the paper states where the case does not; as the declaration names the fields.

    reserved -- a number of a block that the caller reserved; reason -- why `replaces` is amended
    """

    data = ma.fields.Dict(keys=ma.fields.Str(), required=True)
    replaces = ma.fields.UUID(load_default=None)
    reason = ma.fields.Str(load_default="", validate=validate.Length(0, 400))
    reserved = ma.fields.Int(load_default=None, validate=validate.Range(1))
    key = ma.fields.Str(load_default=None, validate=validate.Length(1, 100))


class WithdrawBody(ma.Schema):
    """Why a paper no longer holds."""

    reason = ma.fields.Str(required=True, validate=validate.Length(1, 400))


class ReserveBody(ma.Schema):
    """A series (organ's short name, 文种字, year), how many numbers, and for which device."""

    organ = ma.fields.Str(required=True, validate=validate.Length(1, 60))
    word = ma.fields.Str(required=True, validate=validate.Length(1, 20))
    year = ma.fields.Int(required=True, validate=validate.Range(2000, 2200))
    count = ma.fields.Int(required=True, validate=validate.Range(1, numbering.MOST_RESERVED))
    device = ma.fields.Str(required=True, validate=validate.Length(1, 100))


def shown(document: Document) -> dict[str, Any]:
    """Return a paper as JSON."""
    return plain_row(
        document, "id", "case_id", "code", "number", "pages", "sha256", "template_version",
        "issued_at", "verify_code", "replaces_id",
    )  # fmt: skip


def lacking(fields: list[PaperField]) -> list[dict[str, str]]:
    """Return fields that are missing as JSON."""
    return [{"path": one.path, "zh": one.zh, "en": one.en} for one in fields]


@blp.route("/cases/<uuid:case_id>/papers/<string:kind>")
@requires(Permission.CASE_WORK)
@blp.arguments(DraftQuery, location="query")
def draft(query: dict[str, Any], case_id: Any, kind: str) -> dict[str, Any]:
    """Fill a paper from the case; tells what it still lacks."""
    with transaction() as session:
        actor = current_actor()
        case = queries.get(session, actor, case_id)
        made = drafting.draft(session, actor, case, kind, replaces_id=query["replaces"])
        return {"code": kind, "data": made.data, "missing": lacking(made.missing)}


@blp.route("/cases/<uuid:case_id>/papers/<string:kind>/preview.png", methods=["POST"])
@blp.doc(responses=file("image/png"))
@requires(Permission.CASE_WORK)
@blp.arguments(IssueBody)
def preview(body: dict[str, Any], case_id: Any, kind: str) -> Response:
    """Return the first page of a draft; X-Pages says how many there are."""
    with transaction() as session:
        actor = current_actor()
        case = queries.get(session, actor, case_id)
        made = drafting.draft(
            session, actor, case, kind, body["data"], replaces_id=body["replaces"]
        )
        pages = drafting.pages(made)
    answer = Response(pages[0], mimetype="image/png")
    answer.headers["X-Pages"] = str(len(pages))
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


@blp.route("/cases/<uuid:case_id>/papers/<string:kind>", methods=["POST"])
@requires(Permission.CASE_WORK)
@blp.arguments(IssueBody)
def issue(body: dict[str, Any], case_id: Any, kind: str) -> tuple[dict[str, Any], int]:
    """Issue a paper: number, inputs, template and bytes are frozen."""
    with transaction() as session:
        document = drafting.issue(
            session, current_actor(), case_id, kind, body["data"], key=body["key"],
            replaces_id=body["replaces"], reason=body["reason"], reserved=body["reserved"],
        )  # fmt: skip
        return shown(document), 201


@blp.route("/cases/<uuid:case_id>/documents/<uuid:document_id>/withdraw", methods=["POST"])
@requires(Permission.CASE_WORK)
@blp.arguments(WithdrawBody)
def withdraw(body: dict[str, Any], case_id: Any, document_id: Any) -> dict[str, Any]:
    """Withdraw a paper; its number stays taken."""
    with transaction() as session:
        row = drafting.withdraw(session, current_actor(), case_id, document_id, body["reason"])
        return plain_row(row, "id", "document_id", "reason", "by_name", "at")


@blp.route("/cases/<uuid:case_id>/documents/<uuid:document_id>/seal", methods=["POST"])
@requires(Permission.SEAL_APPLY)
def seal(case_id: Any, document_id: Any) -> tuple[dict[str, Any], int]:
    """Put the organ's seal on a paper and sign the file where there is a certificate."""
    with transaction() as session:
        made = drafting.seal(session, current_actor(), case_id, document_id)
        return {"copies": [plain_row(one, "id", "kind", "sha256", "at") for one in made]}, 201


@blp.route("/numbers/blocks", methods=["POST"])
@requires(Permission.CASE_WORK)
@blp.arguments(ReserveBody)
def reserve(body: dict[str, Any]) -> tuple[dict[str, Any], int]:
    """Set numbers apart for a device that will issue papers offline."""
    with transaction() as session:
        series = Series(body["organ"], body["word"], body["year"])
        block = numbering.reserve(session, current_actor(), series, body["count"], body["device"])
        return block_shown(block), 201


@blp.route("/numbers/blocks/<uuid:block_id>/void", methods=["POST"])
@requires(Permission.CASE_WORK)
@blp.arguments(WithdrawBody)
def give_up(body: dict[str, Any], block_id: Any) -> dict[str, Any]:
    """Void what is left of a block."""
    with transaction() as session:
        left = numbering.give_up(session, current_actor(), block_id, body["reason"])
        return {"void": left}


def block_shown(block: NumberBlock) -> dict[str, Any]:
    """Return a block as JSON, its numbers in full."""
    series = numbering.series_of(block)
    every = [series.number(n) for n in range(block.first, block.first + block.count)]
    return plain_row(block, "id", "first", "count", "device", "at") | {"numbers": every}
