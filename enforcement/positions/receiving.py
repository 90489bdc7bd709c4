"""What a registered device sent is kept; a call for help among it rings at once."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from sqlalchemy.orm import Session

from enforcement import clock, due
from enforcement.positions.models import Device, Protocol
from enforcement.positions.protocols.reading import Reading
from enforcement.positions.storing import Carrier, Stored, keep

SOS: Final = "positions:sos"


def take(session: Session, device: Device, readings: Iterable[Reading]) -> Stored:
    """Keep positions of a device; the caller commits, and says yes only then."""
    carrier = Carrier(device.county_code, device.id, device.person_id)
    kept = keep(session, carrier, Protocol(device.protocol), readings)
    now = clock.now(session)
    for one in kept.sos:
        due.schedule(session, device.county_code, SOS, one, "sos", now)
    return kept
