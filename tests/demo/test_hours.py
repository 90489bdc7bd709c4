"""The demonstration's stories can be played at every hour, around midnight too."""

from __future__ import annotations

from datetime import datetime, time

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from enforcement import clock
from enforcement.demo import geography, organisation, points, power, roster, weeks


@pytest.fixture
def empty_county(session: Session) -> Session:
    geography.load_geography(session)
    organisation.load(session, geography.COUNTY_CODE)
    for part in (power, roster, points):
        part.load(session, geography.COUNTY_CODE)
    return session


def test_stories_can_be_played_around_midnight(
    empty_county: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(weeks, "REPORTS", 2)
    for hour in (0, 16):  # 16 plus eight hours of the longest story is midnight
        here = empty_county.begin_nested()
        _at(empty_county, time(hour, 4))
        found = weeks.play(empty_county)
        assert found["cases"] == 6
        assert found["measures"] in (0, 4)
        here.rollback()


def _at(session: Session, hour: time) -> None:
    now = clock.now(session)
    wanted = datetime.combine(clock.local_day(now), hour, clock.ZONE)
    sql = text("update clock_shift set shift = shift + :more")
    session.execute(sql, {"more": wanted - now})
