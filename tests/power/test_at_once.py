"""Two people who import the list at the same time: one is told to wait, nothing is mixed."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.orm import Session

from enforcement.errors import StepNotAllowedError
from enforcement.power import importing
from tests.asking import actor_of
from tests.power.test_spreadsheet import SOUND, as_csv


def test_who_waits_too_long_is_told_and_changes_nothing(demo_app: Flask, county: Session) -> None:
    admin, data = actor_of(county, "xitong"), as_csv(SOUND | {"编码": "T1"})
    assert importing.apply(county, admin, data, "x.csv").applied
    engine = demo_app.extensions["enforcement.engine"]
    with Session(engine) as second:  # a connection of its own; the first has not ended
        second.execute(text("set local lock_timeout = '200ms'"))
        with pytest.raises(StepNotAllowedError, match="另一人正在导入"):
            importing.apply(second, admin, data, "x.csv")
        second.rollback()
        sql = text("select count(*) from power_item where code = 'T1'")
        assert second.execute(sql).scalar_one() == 0
