"""Calls upon devices and positions: register, retire, what is stored, one's own."""

from __future__ import annotations

import uuid
from datetime import date
from typing import Any

import marshmallow as ma
from flask_smorest import Blueprint
from marshmallow import validate

from enforcement import clock
from enforcement.api import plain_row
from enforcement.db import transaction
from enforcement.permissions import Permission, requires
from enforcement.positions import own, queries, registry
from enforcement.positions.forms import SPOKEN
from enforcement.positions.models import Device, Protocol
from enforcement.sign_in import current_actor

blp = Blueprint("positions_api", __name__, description="定位设备与轨迹")


class DeviceSchema(ma.Schema):
    """A device: its name, protocol, who carries it (none: a vehicle's)."""

    ident = ma.fields.Str(required=True, validate=validate.Length(1, registry.LONGEST))
    protocol = ma.fields.Str(required=True, validate=validate.OneOf([str(one) for one in SPOKEN]))
    person_id = ma.fields.UUID(load_default=None, allow_none=True)
    label = ma.fields.Str(load_default=None, allow_none=True)
    strict = ma.fields.Bool(load_default=False)


class DevicesQuery(ma.Schema):
    """Which page of the register."""

    after = ma.fields.UUID(load_default=None)


class DayQuery(ma.Schema):
    """Which day; today without it."""

    on = ma.fields.Date(load_default=None)


def shown(device: Device) -> dict[str, Any]:
    """Return a device as JSON, without its key."""
    return plain_row(
        device, "id", "ident", "protocol", "label", "person_id", "strict", "added_at",
        "registered_at", "retired_at", "version",
    )  # fmt: skip


@blp.route("/devices")
@requires(Permission.DEVICE_MANAGE)
@blp.arguments(DevicesQuery(), location="query")
def list_devices(query: dict[str, Any]) -> dict[str, Any]:
    """Devices in service, the newest first, with when they were heard."""
    with transaction() as session:
        rows = queries.list_devices(session, current_actor(), after=query["after"])
        return {"devices": [
            shown(row.device) | plain_row(row, "person", "heard_at", "fixed_at") for row in rows
        ]}  # fmt: skip


@blp.route("/devices", methods=["POST"])
@requires(Permission.DEVICE_MANAGE)
@blp.arguments(DeviceSchema())
def add_device(body: dict[str, Any]) -> tuple[dict[str, Any], int]:
    """Register a device; its key is told this once."""
    said = body | {"protocol": Protocol(body["protocol"])}
    with transaction() as session:
        device, key = registry.add(session, current_actor(), **said)
        return shown(device) | {"key": key}, 201


@blp.route("/devices/<uuid:device_id>/retire", methods=["POST"])
@requires(Permission.DEVICE_MANAGE)
def retire_device(device_id: uuid.UUID) -> dict[str, Any]:
    """Take a device out of service."""
    with transaction() as session:
        return shown(registry.retire(session, current_actor(), device_id))


@blp.route("/devices/<uuid:device_id>/key", methods=["POST"])
@requires(Permission.DEVICE_MANAGE)
def replace_key(device_id: uuid.UUID) -> dict[str, Any]:
    """Give a device a new key, told this once; the old one is refused from now on."""
    with transaction() as session:
        device, key = registry.give_key(session, current_actor(), device_id)
        return shown(device) | {"key": key}


@blp.route("/positions/mine")
@requires(Permission.SELF)
@blp.arguments(DayQuery(), location="query")
def own_positions(query: dict[str, Any]) -> dict[str, Any]:
    """All that is kept of the caller's own positions on a day."""
    with transaction() as session:
        actor = current_actor()
        on: date = query["on"] or clock.today(session)
        rows = queries.own_fixes(session, actor, *own.bounds(on))
        return {"on": on.isoformat(), "positions": [
            plain_row(row, "fixed_at", "lon", "lat", "accuracy_m", "speed_mps", "source", "marks")
            for row in rows
        ]}  # fmt: skip
