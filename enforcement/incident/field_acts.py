"""What acts in the field change: taking up, arriving, giving back, the result, more time."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from sqlalchemy import select

from enforcement.actor import Actor
from enforcement.errors import InvalidInputError, NotPermittedError, StepNotAllowedError
from enforcement.i18n import _
from enforcement.incident import queries
from enforcement.incident.models import Incident, IncidentEntry
from enforcement.incident.said import Acting
from enforcement.law.incidents import parent_of
from enforcement.law.terms import IncidentEvent, Role

Said = dict[str, object]
OWN_ONLY: Final = frozenset({Role.AUXILIARY, Role.ASSISTANT, Role.TOWNSHIP_LEADER})
"""Who handles only what was given to him by name; an auxiliary never enforces alone."""

LONGEST: Final = timedelta(days=60)
ADVICE: Final = frozenset({"V2", "V5", "V6"})
"""Categories whose result leaves nothing to photograph."""


def may_handle(actor: Actor, incident: Incident) -> bool:
    """Tell whether the actor may handle the incident: officers yes, others what is theirs."""
    return actor.role not in OWN_ONLY or incident.handler_id == actor.account_id


def _mine(act: Acting) -> None:
    """Refuse who is not the one the incident was given to."""
    if not may_handle(act.actor, act.incident):
        raise NotPermittedError(_("这个事件没有派给您。"))


def accept(act: Acting) -> Said:
    """Take an incident up."""
    _mine(act)
    act.incident.handler_id = act.actor.account_id
    return {}


def arrive(act: Acting) -> Said:
    """Say that one is on the scene; the first moment stays."""
    _mine(act)
    act.incident.handler_id = act.incident.handler_id or act.actor.account_id
    act.incident.arrived_at = act.incident.arrived_at or act.now
    return {}


def give_back(act: Acting) -> Said:
    """Give an incident back to the desk: once; then the desk or the county decides."""
    _mine(act)
    if act.incident.returns > 0:
        raise StepNotAllowedError(_("这个事件已经退回过一次，不能再退；请联系接线员或者指挥中心。"))
    act.incident.returns += 1
    act.incident.handler_id = act.incident.handler_unit_code = None
    return {}


def report_result(act: Acting) -> Said:
    """Report the result, with a photo of the same view where the report had one (I5)."""
    _mine(act)
    shown = len(act.said.photos) + sum(kind.startswith("image/") for kind in act.kinds)
    if not shown and _needs_photo(act.incident) and _had_photo(act):
        raise InvalidInputError("photos", _("上报时有照片，请在同一角度拍一张处置后的照片。"))
    act.incident.handler_id = act.incident.handler_id or act.actor.account_id
    return {}


def _needs_photo(incident: Incident) -> bool:
    return (parent_of(incident.category) or incident.category) not in ADVICE


def _had_photo(act: Acting) -> bool:
    incident = act.incident
    found = queries.photos(act.session, incident.county_code, incident.id)
    return any(not photo.of_result for photo in found)


def check(act: Acting) -> Said:
    """Refuse who handled the incident, or reported its result (I6)."""
    if act.actor.account_id in _handled_by(act):
        raise StepNotAllowedError(_("核查人不能是处置人。"))
    return {}


def _handled_by(act: Acting) -> set[object]:
    query = select(IncidentEntry.by).where(
        IncidentEntry.county_code == act.incident.county_code,
        IncidentEntry.incident_id == act.incident.id,
        IncidentEntry.event.in_([str(IncidentEvent.ACCEPT), str(IncidentEvent.REPORT_RESULT)]),
    )
    return {act.incident.handler_id, *act.session.scalars(query)}


def ask_extension(act: Acting) -> Said:
    """Ask for more time: once, with a reason, before anybody has decided."""
    _mine(act)
    incident, until = act.incident, act.said.until
    if incident.extension is not None:
        raise StepNotAllowedError(_("延期只能申请一次。"))
    if until is None or until <= (incident.stage_due_at or act.now) or until <= act.now:
        raise InvalidInputError("until", _("新的期限应晚于现在的期限。"))
    if until > act.now + LONGEST:
        raise InvalidInputError("until", _("延期最长%(n)d天。", n=LONGEST.days))
    incident.extension, incident.extension_until = "asked", until
    return {"until": until}


def _asked_by_another(act: Acting) -> None:
    if act.incident.extension != "asked":
        raise StepNotAllowedError(_("没有等待批准的延期申请。"))
    query = (
        select(IncidentEntry.by)
        .where(
            IncidentEntry.county_code == act.incident.county_code,
            IncidentEntry.incident_id == act.incident.id,
            IncidentEntry.event == IncidentEvent.ASK_EXTENSION,
        )
        .order_by(IncidentEntry.seq.desc())
        .limit(1)
    )
    if act.session.scalar(query) == act.actor.account_id:
        raise StepNotAllowedError(_("不能批准自己的延期申请。"))


def grant_extension(act: Acting) -> Said:
    """Grant the time that was asked for; the reminders move with it."""
    _asked_by_another(act)
    until = act.incident.extension_until
    assert until is not None  # noqa: S101 -- asked with an end
    act.incident.extension = "granted"
    act.ends_at = until
    return {"until": until}


def refuse_extension(act: Acting) -> Said:
    """Refuse more time; the limit stays."""
    _asked_by_another(act)
    act.incident.extension = "refused"
    return {}
