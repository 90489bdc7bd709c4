"""What calls and commands about duties and plans are given: the schemas, once for both."""

from __future__ import annotations

import marshmallow as ma
from marshmallow import validate

from enforcement.jurisdiction import duty_queries
from enforcement.jurisdiction.terms import PlanStatus

F = ma.fields


class DutiesQuery(ma.Schema):
    """Which duties: of a unit and those below it, of a day."""

    unit = F.Str(load_default=None)
    on = F.Date(load_default=None)
    after = F.Str(load_default=None)
    limit = F.Int(load_default=duty_queries.PAGE, validate=validate.Range(1, 200))


class DutyBody(ma.Schema):
    """A duty: of an area by its code, or of a shape (GeoJSON or WKT in degrees) with a name."""

    unit = F.Str(required=True)
    valid_from = F.Date(load_default=None)
    area_code = F.Str(load_default=None)
    geometry = F.Raw(load_default=None)
    repair = F.Bool(load_default=False)
    name = F.Str(load_default=None, validate=validate.Length(max=100))
    priority = F.Int(load_default=0, strict=True, validate=validate.Range(-999, 999))
    category = F.Str(load_default=None)


class EndBody(ma.Schema):
    """The first day on which the duty no longer holds."""

    on = F.Date(load_default=None)


class PlansQuery(ma.Schema):
    """Which plans."""

    status = F.Str(load_default=None, validate=validate.OneOf([str(one) for one in PlanStatus]))
    after = F.UUID(load_default=None)


class PlanBody(ma.Schema):
    """A new plan, made from the duties of a day."""

    name = F.Str(required=True, validate=validate.Length(1, 100))
    on = F.Date(load_default=None)
    note = F.Str(load_default="", validate=validate.Length(max=2000))
    key = F.Str(load_default=None, validate=validate.Length(1, 100))


class DayQuery(ma.Schema):
    """A day, by default today."""

    on = F.Date(load_default=None)


class AreasQuery(ma.Schema):
    """For the pixels of which zoom areas are simplified."""

    zoom = F.Float(load_default=10.0, validate=validate.Range(5, 18))


class VersionBody(ma.Schema):
    """The version that was seen."""

    version = F.Int(required=True)


class OpsBody(VersionBody):
    """Operations (see `plan_ops.SCHEMAS`), all of them or none."""

    ops = F.List(F.Raw(), required=True)


class ActivateBody(ma.Schema):
    """From which day, and what a person has seen and accepts."""

    from_day = F.Date(load_default=None, data_key="from")
    version = F.Int(load_default=None)
    accept_changes = F.Bool(load_default=False)
    accept_problems = F.Bool(load_default=False)
