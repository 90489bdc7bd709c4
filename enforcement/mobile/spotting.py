"""Penalties decided on the spot from the phone: what it keeps, its numbers, what it sends."""

from __future__ import annotations

from typing import Any

from flask import render_template, request
from flask.typing import ResponseReturnValue
from marshmallow import Schema, fields, validate

from enforcement.db import transaction
from enforcement.document import numbering
from enforcement.document.handsigning import Refused, Signed, Taken
from enforcement.document.numbering import Series
from enforcement.errors import DomainError, InvalidInputError, StepNotAllowedError
from enforcement.fields import schema_of
from enforcement.i18n import _
from enforcement.law.errors import LawError
from enforcement.law.paper_signing import SignRole
from enforcement.law.spot_terms import SpotPlea
from enforcement.law.terms import PartyKind
from enforcement.mobile.blueprint import bp
from enforcement.mobile.saying import said
from enforcement.permissions import Permission, requires
from enforcement.sign_in import current_actor
from enforcement.spot import acts, services
from enforcement.spot.making import WORD
from enforcement.spot.offline import Offline
from enforcement.spot.snapshot import snapshot

MOST_AT_ONCE = 20
NO_STORE = {"Cache-Control": "no-store"}


class HandSchema(Schema):
    """Who signed on the phone as whom: strokes [[[x, y, ms], ...], ...] in a box of 1000 x 400."""

    role = fields.Str(required=True, validate=validate.OneOf([str(one) for one in SignRole]))
    n = fields.Int(load_default=1, validate=validate.Range(1, 9))
    name = fields.Str(required=True, validate=validate.Length(1, 100))
    strokes = fields.Raw(required=True)


class NumberSchema(Schema):
    """One number of a block: organ's short name, year, and which."""

    key = fields.Str(required=True, validate=validate.Length(1, 100))
    organ = fields.Str(required=True, validate=validate.Length(1, 60))
    year = fields.Int(required=True, validate=validate.Range(2000, 2200))
    n = fields.Int(required=True, validate=validate.Range(1))


class VoidSchema(NumberSchema):
    """A number that no paper will bear, and why."""

    reason = fields.Str(required=True, validate=validate.Length(1, 400))


class SpotSchema(NumberSchema):
    """A decision that was handed over: its number, moment, words and what was signed."""

    decided_at = fields.AwareDateTime(required=True)
    verify_code = fields.Str(load_default=None, allow_none=True)
    seen = fields.Str(load_default=None, allow_none=True, validate=validate.Length(64, 64))
    device = fields.Str(load_default="", validate=validate.Length(0, 200))
    signed = fields.List(fields.Nested(HandSchema), load_default=list)
    refusal = fields.Str(load_default=None, allow_none=True, validate=validate.Length(0, 400))
    decision = fields.Nested(schema_of("DecideOnThePhone", acts.DECIDE), required=True)


class ReserveSchema(Schema):
    """How many numbers to set apart for a device, for which organ and year."""

    device = fields.Str(required=True, validate=validate.Length(8, 100))
    organ = fields.Str(required=True, validate=validate.Length(1, 60))
    year = fields.Int(required=True, validate=validate.Range(2000, 2200))
    count = fields.Int(required=True, validate=validate.Range(1, MOST_AT_ONCE))


@bp.get("/m/spot")
@requires(Permission.CASE_WORK)
def spot() -> ResponseReturnValue:
    """Show the form of a decision on the spot that works with and without a network."""
    return render_template("mobile/spot.html", **form_words())


def form_words() -> dict[str, Any]:
    """Return the choices that no county changes, for the form and the page without a network."""
    return {"party_kinds": PartyKind, "pleas": SpotPlea}


@bp.get("/m/keep/spot")
@requires(Permission.CASE_WORK)
def keep_spot() -> ResponseReturnValue:
    """Tell what the phone needs to decide without a network; ?device= names whose numbers."""
    actor = current_actor()
    with transaction() as session:
        found = snapshot(session, actor, request.args.get("device", ""))
    return {"account": str(actor.account_id), "spot": found}, 200, NO_STORE


@bp.post("/m/numbers")
@requires(Permission.CASE_WORK)
def reserve() -> ResponseReturnValue:
    """Set numbers apart for the phone."""
    told = said(ReserveSchema())
    with transaction() as session:
        series = Series(told["organ"], WORD, told["year"])
        block = numbering.reserve(session, current_actor(), series, told["count"], told["device"])
        return {"first": block.first, "count": block.count}, 201


@bp.post("/m/send/spot")
@requires(Permission.CASE_WORK)
def send_spot() -> ResponseReturnValue:
    """Take a decision that was handed over; one that is refused gives up its number."""
    told = said(SpotSchema())
    series, n = Series(told["organ"], WORD, told["year"]), told["n"]
    decision = {k: v for k, v in told["decision"].items() if k not in ("key", "version")}
    try:
        with transaction() as session:
            made = services.decide(
                session, current_actor(), decision, key=told["key"], offline=_offline(told)
            )
            if made.number != series.number(n):
                raise InvalidInputError("organ", _("文号与执法主体不一致。"))
            return {"id": str(made.id), "number": made.number}, 201
    except (DomainError, LawError) as error:
        _give_up(series, n, str(error))
        raise


def _give_up(series: Series, n: int, why: str) -> None:
    """Void the number of a refused decision: the paper that bears it holds no longer."""
    reason = f"离线当场处罚未被接受：{why}"[:400]
    try:
        with transaction() as session:
            numbering.void(session, current_actor(), series, n, reason)
    except DomainError:
        return  # not his number, or no right to it: there is nothing to give up


def _offline(told: dict[str, Any]) -> Offline:
    taken = Taken(device=told["device"], signed_at=told["decided_at"])
    return Offline(
        told["n"], told["decided_at"], told["verify_code"], told["seen"],
        tuple(Signed(SignRole(one["role"]), one["n"], one["name"], {0: one["strokes"]}, taken)
              for one in told["signed"]),
        Refused(told["refusal"], taken=taken) if told["refusal"] else None,
    )  # fmt: skip


@bp.post("/m/send/void")
@requires(Permission.CASE_WORK)
def send_void() -> ResponseReturnValue:
    """Void a number of the phone's block that no paper will bear; sent twice, done once."""
    told = said(VoidSchema())
    series = Series(told["organ"], WORD, told["year"])
    with transaction() as session:
        actor = current_actor()
        done = numbering.void(session, actor, series, told["n"], told["reason"])
        if not done and numbering.void_of(session, actor.county_code, series, told["n"]) is None:
            raise StepNotAllowedError(_("该文号已经用于文书，不能作废。"), n=told["n"])
        return {"id": told["key"], "number": series.number(told["n"])}, 201
