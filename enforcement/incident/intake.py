"""The one act behind every report: phone, desk, button, citizen, other systems, files."""

from __future__ import annotations

import hashlib
import json
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from enforcement import clock, crypto, files, uploads
from enforcement.actor import Actor
from enforcement.errors import InvalidInputError, StepNotAllowedError
from enforcement.i18n import _
from enforcement.ids import uuid7
from enforcement.incident import escalation, opening, requirements, ruling, storing
from enforcement.incident.models import Incident
from enforcement.incident.telling import publish
from enforcement.jurisdiction import routing
from enforcement.jurisdiction.models import Division
from enforcement.jurisdiction.routing import OutsideCountyError, Routing
from enforcement.jurisdiction.terms import DecisionBasis
from enforcement.law.taxonomy import Taxonomy
from enforcement.law.terms import Datum, IncidentSource, IncidentState, Urgency
from enforcement.once import AcceptedKey

FAST_CLOCK: Final = timedelta(minutes=10)  # a phone's clock may run ahead by this much
MOST_PHOTOS: Final = 9
ACT: Final = "incident:report"
NEVER: Final = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True)
class Photo:
    """A photo as it was sent."""

    name: str
    data: bytes


@dataclass(frozen=True)
class Report:
    """What a reporter says. lon, lat -- degrees in WGS 84 (CGCS2000 to well below a metre).

    village_code -- where the reporter knows the village but no point (a village point's button)
    reporter_name, reporter_phone -- of a person who is no user; encrypted, for handlers only
    """

    category: str
    description: str
    occurred_at: datetime
    lon: float | None = None
    lat: float | None = None
    accuracy_m: float | None = None
    place: str | None = None
    source: IncidentSource = IncidentSource.PHONE_APP
    urgency: Urgency = Urgency.NORMAL
    village_code: str | None = None
    reporter_name: str | None = None
    reporter_phone: str | None = None
    point_id: uuid.UUID | None = None


@dataclass(frozen=True)
class Sender:
    """Who hands a report in: an account, or something outside the staff.

    owner -- whose keys these are: the account, the village point, the other system
    """

    county_code: str
    owner: uuid.UUID
    name: str
    account_id: uuid.UUID | None = None
    unit_code: str | None = None

    @classmethod
    def of(cls, actor: Actor) -> Sender:
        """Return a signed-in person as a sender."""
        return cls(
            actor.county_code, actor.account_id, actor.name, actor.account_id, actor.unit_code
        )


@dataclass(frozen=True)
class Taken:
    """What became of a report.

    place -- who answers for it; None without a place
    again -- the same key had brought it before, and nothing was stored
    """

    incident: Incident
    place: Routing | None = None
    again: bool = False


def take(
    session: Session,
    sender: Sender,
    what: Report,
    photos: Sequence[Photo] = (),
    *,
    stored: Sequence[bytes] = (),
    key: str | None = None,
    timeless: bool = False,
) -> Taken:
    """Store a report, find who answers for its place, and keep that decision with it.

    stored -- hashes of photos, and of a voice note, that this account uploaded before
    timeless -- nobody said when it happened: `occurred_at` is ours, and no part of what was said

    The same key from the same sender gives the same incident. Raises InvalidInputError, which
    names the field, and then nothing is stored; StepNotAllowedError for a key used otherwise.
    """
    start = opening.read(session, sender.county_code)
    now = start.now
    kinds = uploads.require(session, sender.county_code, sender.account_id, stored)
    check(what, photos, now, kinds, start.taxonomy)
    found = _place(session, sender, what)
    ruled = ruling.first(session, sender.county_code, what, start, found)
    place = ruled.on(found) if ruled else found
    hashes = [*keep_photos(session, sender, photos), *stored]
    digest = _digest(replace(what, occurred_at=NEVER) if timeless else what, hashes)
    photo_count, voices = len(photos) + _count(kinds, "image"), _count(kinds, "audio")
    what = in_words(what, start.taxonomy, photo_count, voices)
    incident_id = uuid7()
    plan = escalation.plan(
        what.category, what.urgency, IncidentState.RECEIVED, now, taxonomy=start.taxonomy,
        calendar=start.calendar,
    )  # fmt: skip
    values = (
        values_of(sender, what, now, place)
        | ruling.columns(ruled, found)
        | {
            "stage_due_at": plan.ends,
            "due": storing.due_json(escalation.steps(plan, 0)),
            "id": incident_id,
            "key": key,
            "act": ACT,
            "digest": digest,
            **storing.photo_arrays(hashes),
        }
    )
    number = storing.store(session, values)
    if number is None:
        return Taken(_earlier(session, sender, key, digest), again=True)
    incident = _row(session, values, place, number)
    publish(session, incident, "report")
    return Taken(incident, place)


def check(
    what: Report,
    photos: Sequence[Photo],
    now: datetime,
    kinds: Sequence[str],
    taxonomy: Taxonomy,
) -> None:
    """Raise InvalidInputError, naming the field, where a report cannot be taken.

    kinds -- media types of files that came before it
    """
    requirements.check(what, taxonomy, photos=len(photos) + _count(kinds, "image"))
    if not (what.description.strip() or photos or kinds):
        raise InvalidInputError("description", _("请写明情况，或者拍一张照片。"))
    if what.occurred_at > now + FAST_CLOCK:
        raise InvalidInputError("occurred_at", _("发生时间在将来，请检查手机时间。"))
    if (what.lon is None) != (what.lat is None):
        raise InvalidInputError("lon", _("经度和纬度必须同时填写。"))
    check_files(len(photos), kinds)
    for photo in photos:
        files.check_image(photo.data, "photos")


def check_files(photos: int, kinds: Sequence[str]) -> None:
    """Raise InvalidInputError for too many photos or voice notes; kinds -- of stored files."""
    if photos + _count(kinds, "image") > MOST_PHOTOS:
        raise InvalidInputError("photos", _("照片最多%(n)d张。", n=MOST_PHOTOS))
    if _count(kinds, "audio") > 1:
        raise InvalidInputError("voice", _("录音最多一段。"))


def in_words(what: Report, taxonomy: Taxonomy, photos: int, voices: int) -> Report:
    """Return a report with a plain sentence where it came without words: "街面秩序（照片1张）"."""
    if what.description.strip():
        return what
    counted = [f"照片{photos}张"] if photos else []
    counted += [f"录音{voices}段"] if voices else []
    place = (what.place or "").strip()
    where = f"，{place}" if place else ""
    words = f"{taxonomy.known[what.category].zh}{where}（{'、'.join(counted)}）"
    return replace(what, description=words)


def _count(kinds: Sequence[str], kind: str) -> int:
    return sum(one.startswith(f"{kind}/") for one in kinds)


def _place(session: Session, sender: Sender, what: Report) -> Routing | None:
    """Route the point of a report, or the village where it names only that; None without both."""
    day = clock.local_day(what.occurred_at)
    if what.lon is None or what.lat is None:
        return _named(session, sender, what, day) if what.village_code else None
    try:
        return routing.route(session, sender.county_code, what.lon, what.lat, day, what.category)
    except OutsideCountyError as error:
        message = _("位置不在本县范围内：%(why)s", why=error)
        raise InvalidInputError("lon", message, **error.data) from error


def _named(session: Session, sender: Sender, what: Report, day: date) -> Routing | None:
    """Route a village that was named; None where its boundaries were not in force that day."""
    code = str(what.village_code)
    try:
        return routing.route_area(session, sender.county_code, code, day, what.category)
    except OutsideCountyError as error:
        if session.get(Division, (sender.county_code, code)) is not None:
            return None
        raise InvalidInputError("village_code", _("没有这个村（社区）。")) from error


def keep_photos(session: Session, sender: Sender, photos: Sequence[Photo]) -> list[bytes]:
    """Keep the bytes of photos for good; return their hashes in order."""
    return [
        files.store(
            session,
            sender.county_code,
            photo.data,
            name=photo.name[:200],
            media_type=files.check_image(photo.data, "photos"),
            by=sender.account_id,
        ).sha256
        for photo in photos
    ]


def _digest(what: Report, hashes: Sequence[bytes]) -> bytes:
    said = json.dumps([repr(what), [one.hex() for one in hashes]], sort_keys=True)
    return hashlib.sha256(said.encode()).digest()


def values_of(sender: Sender, what: Report, now: datetime, place: Routing | None) -> dict[str, Any]:
    """Return what is stored of a report, by the names of the statement that stores it."""
    phone = what.reporter_phone
    return {
        "county": sender.county_code,
        "key_id": uuid7(),
        "owner": sender.owner,
        "decision_id": uuid7(),
        "decision": storing.decision_json(place),
        "basis": str(DecisionBasis.ROUTED if what.lon is not None else DecisionBasis.NAMED),
        "now": now,
        "day": clock.local_day(now),
        "category": what.category,
        "description": what.description.strip(),
        "source": str(what.source),
        "occurred_at": what.occurred_at,
        "lon": what.lon,
        "lat": what.lat,
        "accuracy_m": what.accuracy_m,
        "place": what.place,
        "village": place.village_code if place else what.village_code,
        "township": place.township_code if place else (what.village_code or "")[:9] or None,
        "responsible": place.unit_code if place else None,
        "unit_code": sender.unit_code,
        "account": sender.account_id,
        "urgency": str(what.urgency),
        "reporter_name": crypto.seal(what.reporter_name),
        "reporter_phone": crypto.seal(phone),
        "phone_hash": crypto.search_hash(phone) if phone else None,
        "point_id": what.point_id,
        "entry_id": uuid7(),
        "by_name": sender.name,
        "said": json.dumps({"source": str(what.source)}),
        **storing.text_values(
            what.description,
            what.place,
            place.village_name if place else None,
            place.township_name if place else None,
        ),
    }


def _row(session: Session, values: dict[str, Any], place: Routing | None, number: str) -> Incident:
    """Return the incident that was stored, as an object of the session."""
    same = ("id", "category", "description", "source", "occurred_at", "lon", "lat", "accuracy_m",
            "place", "urgency", "point_id", "stage_due_at")  # fmt: skip
    return storing.as_row(
        session,
        **{name: values[name] for name in same},
        county_code=values["county"],
        number=number,
        state=IncidentState.RECEIVED,
        received_at=values["now"],
        point=storing.point(values["lon"], values["lat"]),
        reporter_name_encrypted=values["reporter_name"],
        reporter_phone_encrypted=values["reporter_phone"],
        reporter_phone_hash=values["phone_hash"],
        raw_lon=values["lon"],
        raw_lat=values["lat"],
        datum=Datum.WGS84,
        routing_id=values["decision_id"] if place else None,
        village_code=values["village"],
        township_code=values["township"],
        responsible_unit_code=values["responsible"],
        reporter_unit_code=values["unit_code"],
        reported_by=values["account"],
        version=1,
    )


def _earlier(session: Session, sender: Sender, key: str | None, digest: bytes) -> Incident:
    """Return the incident that the key brought before; raises StepNotAllowedError."""
    row = session.scalars(
        select(AcceptedKey).where(
            AcceptedKey.county_code == sender.county_code,
            AcceptedKey.account_id == sender.owner,
            AcceptedKey.key == key,
        )
    ).one()
    if row.act != ACT or row.digest != digest or row.result_id is None:
        raise StepNotAllowedError(_("同一请求编号已用于其他内容，请刷新页面后重试。"))
    return session.get_one(Incident, (sender.county_code, row.result_id))
