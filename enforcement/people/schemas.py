"""What the calls about units and people take, beside the fields of acts."""

from __future__ import annotations

import marshmallow as ma
from marshmallow import validate

from enforcement.fields import schema_of
from enforcement.law.terms import Role
from enforcement.people import fields
from enforcement.people.alarms import PAGE as CERTIFICATE_PAGE
from enforcement.people.person_queries import PAGE

UnitOpen = schema_of("UnitOpen", fields.UNIT_OPEN)
UnitRename = schema_of("UnitRename", fields.UNIT_RENAME)
UnitChange = schema_of("UnitChange", fields.UNIT_CHANGE)
UnitClose = schema_of("UnitClose", fields.UNIT_CLOSE)
PersonNew = schema_of("PersonNew", fields.NEW_PERSON)
PersonChange = schema_of("PersonChange", fields.PERSON)
PostNew = schema_of("PostNew", fields.POST)
PostEnd = schema_of("PostEnd", fields.END_POST)
CertificateNew = schema_of("CertificateNew", fields.CERTIFICATE)
CertificateRenew = schema_of("CertificateRenew", fields.RENEW)
CertificateStatusBody = schema_of("CertificateStatusBody", fields.STATUS)


class OfficersQuery(ma.Schema):
    """Which unit's officers."""

    unit_code = ma.fields.Str(load_default=None)


class TreeQuery(ma.Schema):
    """The tree of which day; units that are open, closed, or all."""

    on = ma.fields.Date(load_default=None)
    which = ma.fields.Str(load_default="open", validate=validate.OneOf(["open", "closed", "all"]))


class MergerQuery(ma.Schema):
    """Into which unit (code), from which day on."""

    target = ma.fields.Str(required=True, validate=validate.Length(1, 60))
    on = ma.fields.Date(required=True)


class UnitMerge(schema_of("UnitMergeFields", fields.UNIT_MERGE)):  # type: ignore[misc]
    """A merger; `digest` names the plan that was seen."""

    digest = ma.fields.Str(load_default=None)


class PeopleQuery(ma.Schema):
    """Whom to list; `after` is the cursor of the page before."""

    name = ma.fields.Str(load_default="", validate=validate.Length(0, 40))
    unit = ma.fields.Str(load_default="", metadata={"description": "unit code, with all below"})
    role = ma.fields.Str(load_default="", validate=validate.OneOf(["", *map(str, Role)]))
    certificate = ma.fields.Str(
        load_default="",
        validate=validate.OneOf(["", "valid", "expired", "suspended", "none"]),
    )
    left = ma.fields.Bool(load_default=False)
    after = ma.fields.Str(load_default=None)
    limit = ma.fields.Int(load_default=PAGE, validate=validate.Range(1, 200))


class NumberBody(ma.Schema):
    """A full identity number or phone; in the body, so that no log of addresses holds it."""

    number = ma.fields.Str(required=True, validate=validate.Length(7, 30))


class RevealBody(ma.Schema):
    """Which number is to be told in full, and why."""

    number = ma.fields.Str(required=True, validate=validate.OneOf(["id_number", "phone"]))
    reason = ma.fields.Str(required=True, validate=validate.Length(1, 200))


class CertificatesQuery(ma.Schema):
    """Which certificates; `after` is the cursor of the page before."""

    which = ma.fields.Str(
        load_default="all", validate=validate.OneOf(["alarms", "suspended", "expired", "all"])
    )
    after = ma.fields.Str(load_default=None)
    limit = ma.fields.Int(load_default=CERTIFICATE_PAGE, validate=validate.Range(1, 200))


class AccountNew(ma.Schema):
    """An account for a post that the person holds today."""

    post_id = ma.fields.UUID(required=True)
    username = ma.fields.Str(required=True, validate=validate.Length(1, 64))
    password = ma.fields.Str(required=True, validate=validate.Length(1, 200), load_only=True)


class AccountBody(ma.Schema):
    """What an act upon an account needs: a reason, a post, or a password."""

    reason = ma.fields.Str(load_default="", validate=validate.Length(0, 200))
    post_id = ma.fields.UUID(load_default=None)
    password = ma.fields.Str(load_default="", validate=validate.Length(0, 200), load_only=True)


class ImportQuery(ma.Schema):
    """The name of the file in the body, and whether to apply it after looking at it."""

    name = ma.fields.Str(required=True, metadata={"description": "file name, .xlsx or .csv"})
    apply = ma.fields.Bool(load_default=False)
    digest = ma.fields.Str(load_default=None, metadata={"description": "plan that was seen"})


class ExportBody(ma.Schema):
    """Why whole numbers are to leave."""

    reason = ma.fields.Str(required=True, validate=validate.Length(1, 200))
