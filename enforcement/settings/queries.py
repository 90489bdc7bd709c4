"""Reads: what holds in a county, and how it came to hold."""

from __future__ import annotations

from typing import Final

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import Session

from enforcement.settings.models import SettingEntry
from enforcement.settings.terms import BY_KEY, SETTINGS

NEWEST: Final = """(SELECT s.value FROM setting_entry s
    WHERE s.county_code = :county AND s.key = '{key}' ORDER BY s.id DESC LIMIT 1)"""
"""What a county has set for a key, null for nothing, as part of a statement that runs anyway."""


def value(session: Session, county_code: str, key: str) -> int:
    """Return what a county has set, the default where it has set nothing; KeyError if unknown."""
    query = select(SettingEntry.value).where(
        SettingEntry.county_code == county_code, SettingEntry.key == key
    )
    found = session.scalar(query.order_by(SettingEntry.id.desc()).limit(1))
    return BY_KEY[key].default if found is None else found


def values(session: Session, county_code: str) -> dict[str, int]:
    """Return every setting of a county by key, in one statement."""
    query = (
        select(SettingEntry.key, SettingEntry.value)
        .ext(distinct_on(SettingEntry.key))
        .where(SettingEntry.county_code == county_code)
        .order_by(SettingEntry.key, SettingEntry.id.desc())
    )
    found = {row.key: row.value for row in session.execute(query)}
    return {setting.key: found.get(setting.key, setting.default) for setting in SETTINGS}


def history(session: Session, county_code: str, limit: int = 50) -> list[SettingEntry]:
    """Return the latest changes, the newest first."""
    query = select(SettingEntry).where(SettingEntry.county_code == county_code)
    return list(session.scalars(query.order_by(SettingEntry.id.desc()).limit(limit)))
