"""Tables: points in villages with two buttons, and every press of them."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from enforcement.db import Base, Code, CountyRow


class VillagePoint(CountyRow, Base):
    """A device in a village: a red and a green button, told apart by a key of its own.

    owner_id, owner -- the person who looks after it, or who that is in words; phone, secret --
    encrypted; the secret signs what the device sends. lon, lat -- degrees, EPSG:4490, None where
    nobody said. last_seen_at -- by heartbeat, press or question; test_asked_at -- when a test
    press was last asked for
    silent_since -- when its silence was noticed, None while it is heard
    red_incident_id, red_pressed_at -- the newest incident of that button and the last press for it
    version -- rises with every change by a person
    """

    __tablename__ = "village_point"
    village_code: Mapped[Code]
    name: Mapped[str]
    place: Mapped[str | None]
    lon: Mapped[float | None]
    lat: Mapped[float | None]
    owner_id: Mapped[uuid.UUID | None]
    owner: Mapped[str | None]
    phone_encrypted: Mapped[bytes | None]
    secret_encrypted: Mapped[bytes]
    active: Mapped[bool] = mapped_column(default=True, server_default="true")
    created_at: Mapped[datetime]
    last_seen_at: Mapped[datetime | None]
    last_press_at: Mapped[datetime | None]
    last_test_at: Mapped[datetime | None]
    test_asked_at: Mapped[datetime | None]
    silent_since: Mapped[datetime | None]
    red_incident_id: Mapped[uuid.UUID | None]
    red_pressed_at: Mapped[datetime | None]
    green_incident_id: Mapped[uuid.UUID | None]
    green_pressed_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1, server_default="1")
    __table_args__ = (
        ForeignKeyConstraint(
            ["county_code", "village_code"], ["division.county_code", "division.code"]
        ),
        ForeignKeyConstraint(["county_code", "owner_id"], ["person.county_code", "person.id"]),
        UniqueConstraint("county_code", "village_code", "name"),
        CheckConstraint("num_nonnulls(lon, lat) <> 1", "whole_position"),
        Index("ix_village_point_id", "id"),
    )


class PointPress(CountyRow, Base):
    """One press as the device sent it; never changed (a trigger refuses).

    pressed_at -- by the device's clock, None where it named no moment; clock_off -- that clock was
    more than ten minutes off; answer -- what the device was told, and is told again
    """

    __tablename__ = "point_press"
    point_id: Mapped[uuid.UUID]
    nonce: Mapped[str]
    button: Mapped[str]
    test: Mapped[bool]
    pressed_at: Mapped[datetime | None]
    received_at: Mapped[datetime]
    clock_off: Mapped[bool]
    incident_id: Mapped[uuid.UUID | None]
    answer: Mapped[dict[str, Any]]
    __table_args__ = (
        CheckConstraint("button in ('red', 'green')", "button"),
        ForeignKeyConstraint(
            ["county_code", "point_id"], ["village_point.county_code", "village_point.id"]
        ),
        UniqueConstraint("county_code", "point_id", "nonce"),
    )
