"""Act: change a setting of the county, with a reason."""

from __future__ import annotations

from sqlalchemy.orm import Session

from enforcement import audit, permissions
from enforcement.actor import Actor
from enforcement.errors import InvalidInputError
from enforcement.i18n import _
from enforcement.ids import uuid7
from enforcement.permissions import Permission
from enforcement.settings import queries
from enforcement.settings.models import SettingEntry
from enforcement.settings.terms import BY_KEY


def change(session: Session, actor: Actor, key: str, value: int, reason: str) -> SettingEntry:
    """Set a number for the actor's county from now on; raises InvalidInputError."""
    permissions.check(actor, Permission.SETTING_CHANGE)
    setting = BY_KEY.get(key)
    if setting is None:
        raise InvalidInputError("key", _("没有这个参数。"))
    if not setting.low <= value <= setting.high:
        raise InvalidInputError(
            "value", _("应当在 %(low)d 到 %(high)d 之间。", low=setting.low, high=setting.high)
        )
    if not reason.strip():
        raise InvalidInputError("reason", _("请写明理由。"))
    before = queries.value(session, actor.county_code, key)
    entry = SettingEntry(
        county_code=actor.county_code,
        id=uuid7(),
        key=key,
        value=value,
        reason=reason.strip(),
        by=actor.account_id,
        by_name=actor.name,
    )
    session.add(entry)
    audit.record(
        session, actor.county_code, "setting:change", "setting", key,
        actor=actor, before=before, after=value, reason=reason.strip(),
    )  # fmt: skip
    session.flush()
    return entry
