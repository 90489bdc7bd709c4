"""Tables: incidents, their history and photos."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta
from typing import Any, Final

from geoalchemy2 import Geometry
from sqlalchemy import (
    CHAR,
    BigInteger,
    CheckConstraint,
    Computed,
    ForeignKeyConstraint,
    Index,
    LargeBinary,
    SmallInteger,
    Text,
    UniqueConstraint,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column, relationship

from enforcement.db import Base, Code, CountyRow
from enforcement.files import StoredFile
from enforcement.law.incidents import OPEN_STATES
from enforcement.law.terms import Datum, IncidentSource, IncidentState, Outside, Urgency
from enforcement.people.models import one_of
from gis.distance import distance_m
from gis.srid import STORAGE_SRID

ELSEWHERE_M: Final = 500
ANOTHER_TIME: Final = timedelta(hours=24)
"""Beyond these a photo's own place and time are marked: a camera's clock, an old picture."""
WHOSE: Final = (
    "village_code", "responsible_unit_code", "handler_unit_code", "reporter_unit_code",
    "reported_by", "handler_id",
)  # fmt: skip
"""What the second wall asks of a row: an index that answers alone holds these, too."""
OPEN: Final = f"state in ({', '.join(repr(str(state)) for state in OPEN_STATES)})"


def _by(name: str, column: str) -> Index:
    """Return the index that gives the newest rows of one value of a column."""
    return Index(f"ix_incident_{name}", "county_code", column, "received_at", "id")


class Incident(CountyRow, Base):
    """What somebody reported: not a case. Four units: where, responsible, handling, reporting.

    lon, lat -- EPSG:4490, also as point; cell -- of gis.cells, -1 without a place
    raw_lon, raw_lat, datum -- as received
    reported_by -- account of who reported; None for citizens, buttons and other systems, whose
    name and number are encrypted (`reporter_*`) and shown to handlers only
    version -- rises by one with every entry of its history, and is the number of the last one
    urgency -- red, green or normal; presses -- how often a button was pressed for it
    stage_no -- rises with each change of state; stage_due_at -- when this stage has to be over
    extension -- asked, granted or refused: once only; returns -- how often it was sent back
    extension_until -- the end that was asked for; passed_to -- of `Outside`, the last one
    arrived_at -- when the first of our people said that he was on the scene
    """

    __tablename__ = "incident"
    number: Mapped[str]
    category: Mapped[str]
    description: Mapped[str]
    state: Mapped[str] = mapped_column(default=IncidentState.RECEIVED)
    source: Mapped[str]
    occurred_at: Mapped[datetime]
    received_at: Mapped[datetime]
    lon: Mapped[float | None]
    lat: Mapped[float | None]
    point: Mapped[Any | None] = mapped_column(Geometry("POINT", STORAGE_SRID, spatial_index=False))
    cell: Mapped[int | None] = mapped_column(
        BigInteger, Computed("map_code(lon, lat)", persisted=True), deferred=True
    )
    raw_lon: Mapped[float | None]
    raw_lat: Mapped[float | None]
    datum: Mapped[str] = mapped_column(default=Datum.WGS84)
    accuracy_m: Mapped[float | None]
    place: Mapped[str | None]
    routing_id: Mapped[uuid.UUID | None]
    village_code: Mapped[Code | None]
    township_code: Mapped[Code | None]
    responsible_unit_code: Mapped[Code | None]
    handler_unit_code: Mapped[Code | None]
    handler_id: Mapped[uuid.UUID | None]
    reporter_unit_code: Mapped[Code | None]
    reported_by: Mapped[uuid.UUID | None]
    urgency: Mapped[str] = mapped_column(default=Urgency.NORMAL, server_default="normal")
    reporter_name_encrypted: Mapped[bytes | None]
    reporter_phone_encrypted: Mapped[bytes | None]
    reporter_phone_hash: Mapped[bytes | None]
    point_id: Mapped[uuid.UUID | None]
    merged_into_id: Mapped[uuid.UUID | None]
    split_from_id: Mapped[uuid.UUID | None]
    answered_at: Mapped[datetime | None]
    answered_by: Mapped[uuid.UUID | None]
    stage_no: Mapped[int] = mapped_column(default=0, server_default="0")
    stage_due_at: Mapped[datetime | None]
    extension: Mapped[str | None]
    extension_until: Mapped[datetime | None]
    returns: Mapped[int] = mapped_column(SmallInteger, default=0, server_default="0")
    passed_to: Mapped[str | None]
    satisfaction: Mapped[int | None] = mapped_column(SmallInteger)
    presses: Mapped[int] = mapped_column(default=1, server_default="1")
    arrived_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1)
    __table_args__ = (
        UniqueConstraint("county_code", "number"),
        CheckConstraint(one_of("state", IncidentState), "state"),
        CheckConstraint(one_of("source", IncidentSource), "source"),
        CheckConstraint(one_of("datum", Datum), "datum"),
        CheckConstraint(one_of("urgency", Urgency), "urgency"),
        CheckConstraint("extension in ('asked', 'granted', 'refused')", "extension"),
        CheckConstraint("satisfaction between 1 and 5", "satisfaction"),
        CheckConstraint(one_of("passed_to", Outside), "passed_to"),
        ForeignKeyConstraint(
            ["county_code", "merged_into_id"], ["incident.county_code", "incident.id"]
        ),
        ForeignKeyConstraint(
            ["county_code", "split_from_id"], ["incident.county_code", "incident.id"]
        ),
        ForeignKeyConstraint(["county_code", "reported_by"], ["account.county_code", "account.id"]),
        ForeignKeyConstraint(
            ["county_code", "routing_id"], ["routing_decision.county_code", "routing_decision.id"]
        ),
        Index(
            "ix_incident_todo",
            "county_code",
            "handler_id",
            "stage_due_at",
            "id",
            postgresql_where=text("handler_id is not null and stage_due_at is not null"),
        ),
        Index("ix_incident_cell", "county_code", "cell"),
        Index("ix_incident_received", "county_code", "received_at", "id"),
        Index(
            "ix_incident_contact",
            "county_code",
            "closed_at",
            postgresql_where=text(
                "reporter_name_encrypted is not null or reporter_phone_encrypted is not null"
            ),
        ),
        _by("township", "township_code"),
        _by("village", "village_code"),
        _by("responsible", "responsible_unit_code"),
        _by("handler", "handler_unit_code"),
        _by("reporter_unit", "reporter_unit_code"),
        _by("reporter", "reported_by"),
        Index(
            "ix_incident_open",
            "county_code",
            "township_code",
            "received_at",
            "id",
            postgresql_where=text(OPEN),
            postgresql_include=["lon", "lat", "state", "urgency", *WHOSE],
        ),
        Index(
            "ix_incident_caller",
            "county_code",
            "reporter_phone_hash",
            "received_at",
            postgresql_where=text("reporter_phone_hash is not null"),
        ),
        Index(
            "ix_incident_merged",
            "county_code",
            "merged_into_id",
            postgresql_where=text("merged_into_id is not null"),
        ),
    )


class IncidentText(Base):
    """What is searched in: the plain text, its pinyin initials, and the pairs of both."""

    __tablename__ = "incident_text"
    county_code: Mapped[str] = mapped_column(CHAR(6), primary_key=True)
    incident_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    received_at: Mapped[datetime]
    body: Mapped[str]
    initials: Mapped[str]
    grams: Mapped[list[str]] = mapped_column(ARRAY(Text()))
    __table_args__ = (
        ForeignKeyConstraint(
            ["county_code", "incident_id"], ["incident.county_code", "incident.id"]
        ),
        Index("ix_incident_text_grams", "grams", postgresql_using="gin"),
        Index("ix_incident_text_received", "county_code", "received_at", "incident_id"),
    )


class IncidentEntry(CountyRow, Base):
    """One act in an incident's history; never changed (a trigger refuses)."""

    __tablename__ = "incident_entry"
    incident_id: Mapped[uuid.UUID]
    seq: Mapped[int]
    event: Mapped[str]
    state: Mapped[str]
    by: Mapped[uuid.UUID | None]
    by_name: Mapped[str]
    at: Mapped[datetime]
    detail: Mapped[dict[str, Any]]
    __table_args__ = (
        UniqueConstraint("county_code", "incident_id", "seq"),
        ForeignKeyConstraint(
            ["county_code", "incident_id"], ["incident.county_code", "incident.id"]
        ),
    )


class IncidentLink(CountyRow, Base):
    """Two incidents that belong together; the smaller id stands first. Ended, never deleted."""

    __tablename__ = "incident_link"
    one_id: Mapped[uuid.UUID]
    other_id: Mapped[uuid.UUID]
    by: Mapped[uuid.UUID]
    at: Mapped[datetime] = mapped_column(server_default=func.app_now())
    ended_at: Mapped[datetime | None]
    __table_args__ = (
        CheckConstraint("one_id < other_id", "order"),
        ForeignKeyConstraint(["county_code", "one_id"], ["incident.county_code", "incident.id"]),
        ForeignKeyConstraint(["county_code", "other_id"], ["incident.county_code", "incident.id"]),
        Index(
            "uq_incident_link_open", "county_code", "one_id", "other_id", unique=True,
            postgresql_where=text("ended_at is null"),
        ),
        Index("ix_incident_link_other", "county_code", "other_id"),
    )  # fmt: skip


class IncidentPhoto(CountyRow, Base):
    """A photo or voice note of an incident, in the order taken; those of results are told apart.

    file -- its type, and what a photo says of itself
    """

    __tablename__ = "incident_photo"
    incident_id: Mapped[uuid.UUID]
    sha256: Mapped[bytes] = mapped_column(LargeBinary(32))
    seq: Mapped[int] = mapped_column(SmallInteger)
    of_result: Mapped[bool] = mapped_column(default=False)
    taken_at: Mapped[datetime] = mapped_column(server_default=func.app_now())
    file: Mapped[StoredFile] = relationship(viewonly=True, lazy="joined", innerjoin=True)
    __table_args__ = (
        UniqueConstraint("county_code", "incident_id", "seq"),
        ForeignKeyConstraint(
            ["county_code", "incident_id"], ["incident.county_code", "incident.id"]
        ),
        ForeignKeyConstraint(
            ["county_code", "sha256"], ["stored_file.county_code", "stored_file.sha256"]
        ),
    )

    @property
    def is_picture(self) -> bool:
        """Tell a photo from a voice note."""
        return self.file.media_type.startswith("image/")

    def strays_in_place(self, incident: Incident) -> bool:
        """Tell whether the photo says it was taken elsewhere than the incident is."""
        file = self.file
        if None in (file.exif_lon, file.exif_lat, incident.lon, incident.lat):
            return False
        return distance_m(file.exif_lon, file.exif_lat, incident.lon, incident.lat) > ELSEWHERE_M  # type: ignore[arg-type]

    def strays_in_time(self, incident: Incident) -> bool:
        """Tell whether the photo says it was taken at another time than what it is to show.

        A result's photo is held against the moment it came, others against what was claimed.
        """
        taken = self.file.exif_taken_at
        claimed = self.taken_at if self.of_result else incident.occurred_at
        return taken is not None and abs(taken - claimed) > ANOTHER_TIME


class SosPress(CountyRow, Base):
    """A person's call for help, pressed or taken back; never changed (a trigger refuses).

    incident_id -- the red incident that it made or belongs to; lon, lat -- WGS 84, as received
    """

    __tablename__ = "sos_press"
    account_id: Mapped[uuid.UUID]
    incident_id: Mapped[uuid.UUID]
    act: Mapped[str]
    occurred_at: Mapped[datetime]
    received_at: Mapped[datetime]
    lon: Mapped[float | None]
    lat: Mapped[float | None]
    accuracy_m: Mapped[float | None]
    words: Mapped[str | None]
    __table_args__ = (
        CheckConstraint("act in ('press', 'withdraw')", "act"),
        ForeignKeyConstraint(["county_code", "account_id"], ["account.county_code", "account.id"]),
        ForeignKeyConstraint(
            ["county_code", "incident_id"], ["incident.county_code", "incident.id"]
        ),
        Index("ix_sos_press_account", "county_code", "account_id", "received_at"),
    )
