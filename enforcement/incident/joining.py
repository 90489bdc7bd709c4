"""What acts between incidents change: merge and undo, link, split; and what follows the end."""

from __future__ import annotations

import uuid
from typing import Final

from sqlalchemy import func, or_, select, union, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from enforcement import crypto, history
from enforcement.errors import InvalidInputError, StepNotAllowedError
from enforcement.i18n import _, label
from enforcement.ids import uuid7
from enforcement.incident import escalation, intake, queries
from enforcement.incident.intake import Report, Sender
from enforcement.incident.models import Incident, IncidentEntry, IncidentLink, IncidentPhoto
from enforcement.incident.said import Acting
from enforcement.incident.telling import publish
from enforcement.law import incidents as law
from enforcement.law.terms import IncidentEvent, IncidentSource, IncidentState, Urgency
from enforcement.wall import over_county

Said = dict[str, object]
RANK: Final = {Urgency.NORMAL: 0, Urgency.GREEN: 1, Urgency.RED: 2}


def _other(act: Acting) -> Incident:
    """Return the other incident that was named by its number, locked; raises InvalidInputError."""
    number = (act.said.other or "").strip().upper()
    query = select(Incident).where(queries.visible(act.actor), Incident.number == number)
    found = act.session.scalars(
        query.with_for_update().execution_options(populate_existing=True)
    ).first()
    if not number or found is None:
        raise InvalidInputError("other", _("没有找到事件“%(number)s”。", number=number[:40]))
    if found.id == act.incident.id:
        raise InvalidInputError("other", _("不能选择这个事件本身。"))
    return found


def _note(act: Acting, other: Incident, event: IncidentEvent, said: Said) -> None:
    """Write into the other incident's history too, and tell its screens."""
    other.version += 1
    history.append(
        act.session, IncidentEntry.incident_id, other, event, act.actor, act.now, said,
        seq=other.version,
    )  # fmt: skip
    publish(act.session, other, str(event))


def merge(act: Acting) -> Said:
    """Merge a report into another open one about the same thing, which takes the higher urgency."""
    into = _other(act)
    if into.state not in law.OPEN_STATES:
        raise InvalidInputError(
            "other",
            _("%(number)s的状态是“%(state)s”，不能并入。", number=into.number,
              state=label(IncidentState(into.state))),
        )  # fmt: skip
    act.incident.merged_into_id = into.id
    if RANK[Urgency(act.incident.urgency)] > RANK[Urgency(into.urgency)]:
        into.urgency = act.incident.urgency
        escalation.restart(act.session, into, act.now)
    into.presses += act.incident.presses
    _note(act, into, IncidentEvent.MERGE, {"from": act.incident.number, "note": act.said.words})
    return {"other": into.number}


def unmerge(act: Acting) -> Said:
    """Undo a merge: the report goes on by itself."""
    into = act.session.get_one(
        Incident,
        (act.incident.county_code, act.incident.merged_into_id),
        with_for_update=True,
        populate_existing=True,
    )
    act.incident.merged_into_id = None
    into.presses = max(1, into.presses - act.incident.presses)
    _note(act, into, IncidentEvent.UNMERGE, {"from": act.incident.number})
    return {"other": into.number}


def _pair(act: Acting, other: Incident) -> dict[str, uuid.UUID]:
    one, two = sorted((act.incident.id, other.id))
    return {"one_id": one, "other_id": two}


def link(act: Acting) -> Said:
    """Link two incidents that belong together; each goes on by itself."""
    other = _other(act)
    made = act.session.execute(
        insert(IncidentLink)
        .values(county_code=act.incident.county_code, id=uuid7(), by=act.actor.account_id,
                **_pair(act, other))
        .on_conflict_do_nothing()
        .returning(IncidentLink.id)
    ).scalar()  # fmt: skip
    if made is None:
        raise StepNotAllowedError(_("两个事件已经关联。"))
    _note(act, other, IncidentEvent.LINK, {"other": act.incident.number, "note": act.said.words})
    return {"other": other.number}


def unlink(act: Acting) -> Said:
    """End a link."""
    other = _other(act)
    pair = _pair(act, other)
    ended = act.session.execute(
        update(IncidentLink)
        .where(
            IncidentLink.county_code == act.incident.county_code,
            IncidentLink.one_id == pair["one_id"],
            IncidentLink.other_id == pair["other_id"],
            IncidentLink.ended_at.is_(None),
        )
        .values(ended_at=func.app_now())
        .returning(IncidentLink.id)
    ).scalar()
    if ended is None:
        raise StepNotAllowedError(_("两个事件没有关联。"))
    _note(act, other, IncidentEvent.UNLINK, {"other": act.incident.number})
    return {"other": other.number}


def split(act: Acting) -> Said:
    """Make a second incident of what a report says besides: same place, time and reporter."""
    category = act.said.category or act.incident.category
    if not act.said.words:
        raise InvalidInputError("note", _("请写明拆出来的是什么事。"))
    whole = act.incident
    what = Report(
        category=category,
        description=act.said.words,
        occurred_at=whole.occurred_at,
        lon=whole.lon,
        lat=whole.lat,
        accuracy_m=whole.accuracy_m,
        place=whole.place,
        source=IncidentSource(whole.source),
        urgency=act.said.urgency or Urgency.NORMAL,
        village_code=whole.village_code,
        reporter_name=crypto.unseal(whole.reporter_name_encrypted),
        reporter_phone=crypto.unseal(whole.reporter_phone_encrypted),
    )
    made = intake.take(act.session, Sender.of(act.actor), what).incident
    made.split_from_id = whole.id
    _copy_photos(act, made)
    return {"other": made.number}


def _copy_photos(act: Acting, made: Incident) -> None:
    found = queries.photos(act.session, act.incident.county_code, act.incident.id)
    for seq, photo in enumerate([one for one in found if not one.of_result], 1):
        act.session.add(
            IncidentPhoto(
                county_code=made.county_code, id=uuid7(), incident_id=made.id,
                sha256=photo.sha256, seq=seq, taken_at=photo.taken_at,
            )
        )  # fmt: skip


def rate(act: Acting) -> Said:
    """Keep how satisfied the reporter is (1 to 5), as he says when called back."""
    if act.said.score is None or not 1 <= act.said.score <= 5:
        raise InvalidInputError("score", _("请选择1到5分。"))
    act.incident.satisfaction = act.said.score
    return {"score": act.said.score}


@over_county
def linked(session: Session, incident: Incident) -> list[Incident]:
    """Return the incidents that are linked to one, merged into it, split from it, or its whole."""
    mine = (
        IncidentLink.county_code == incident.county_code,
        IncidentLink.ended_at.is_(None),
        (IncidentLink.one_id == incident.id) | (IncidentLink.other_id == incident.id),
    )
    near = union(
        select(IncidentLink.one_id).where(*mine), select(IncidentLink.other_id).where(*mine)
    )
    whole = [one for one in (incident.merged_into_id, incident.split_from_id) if one]
    query = select(Incident).where(
        Incident.county_code == incident.county_code,
        Incident.id != incident.id,
        or_(
            Incident.id.in_(near),
            Incident.id.in_(whole),
            Incident.merged_into_id == incident.id,
            Incident.split_from_id == incident.id,
        ),
    )
    return list(session.scalars(query.order_by(Incident.received_at, Incident.id)))
