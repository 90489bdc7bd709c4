"""The age of the newest backup: on the page, as an alarm, and the worker's daily part."""

from __future__ import annotations

import dataclasses
import uuid
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from enforcement import clock, due
from enforcement.alarms import Alarm, AlarmKind
from enforcement.backup import manifest, watching
from enforcement.backup.manifest import PARTS, Files, Manifest, Moment
from enforcement.backup.places import Place
from enforcement.backup.sealing import Key, Sealed
from enforcement.config import Config
from enforcement.due import DueStep
from enforcement.notices import Notice
from tests.asking import Calls, Pages, actor_of, set_clock

COUNTY = "220322"


@pytest.fixture
def place(demo_app: Flask, tmp_path: Path) -> Iterator[Place]:
    """A folder of backups that the settings name."""
    before: Config = demo_app.extensions["enforcement.config"]
    demo_app.extensions["enforcement.config"] = dataclasses.replace(before, backup_dir=tmp_path)
    yield Place(tmp_path)
    demo_app.extensions["enforcement.config"] = before


def keep_one(place: Place, at: datetime) -> None:
    """Write a whole backup of a moment, as small as can be."""
    place.make()
    folder = place.base / manifest.name_of(at)
    folder.mkdir()
    for part in PARTS:
        (folder / part).write_bytes(b"x")
    moment = Moment("p", at, "0" * 24, {"public.county": [1, 1]})
    parts = {part: Sealed(1, 1, "") for part in PARTS}
    made = Manifest(folder.name, at, "0", "15", "1", "0" * 24, moment, Files(), parts)
    manifest.write(folder, made, Key.of("k"))


def look(session: Session) -> list[Alarm]:
    """Do the worker's part as if it were due now; return the open alarms."""
    step = DueStep(county_code=COUNTY, id=uuid.uuid4(), task="backup:watch", rule="r",
                   subject_id=uuid.uuid4())  # fmt: skip
    watching.work(session, step)
    kind = (Alarm.kind == AlarmKind.BACKUP, Alarm.closed_at.is_(None))
    return list(session.scalars(select(Alarm).where(*kind)))


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[Config]:
    """The backups that the worker would have started in a process of their own."""
    found: list[Config] = []
    monkeypatch.setattr(watching, "_start", found.append)
    return found


def test_who_never_made_one_is_told_on_the_page_and_has_no_alarm(
    county: Session, page: Pages, started: list[Config]
) -> None:
    html = page("xitong").get("/operations").text
    assert "从来没有做过备份" in html
    assert look(county) == []
    assert started == []


def test_a_backup_that_gets_too_old_is_an_alarm_until_there_is_a_new_one(
    county: Session, page: Pages, place: Place, started: list[Config]
) -> None:
    start = set_clock(county, "2026-03-02 09:00")
    keep_one(place, start)
    set_clock(county, "2026-03-03 10:58")
    assert look(county) == []
    html = page("xitong").get("/operations").text
    assert "25小时前" in html
    assert "太旧" not in html
    set_clock(county, "2026-03-03 11:01")
    [alarm] = look(county)
    assert alarm.why == ["late", "2026-03-02T09:00+08:00"]
    [told] = county.scalars(select(Notice).where(Notice.rule == "backup"))
    assert told.person_id == actor_of(county, "xitong").person_id
    assert "2026-03-02 09:00" in page("xitong").get("/alarms").text
    assert "太旧" in page("xitong").get("/operations").text
    assert len(look(county)) == 1
    keep_one(place, clock.now(county) - timedelta(minutes=1))
    assert look(county) == []


def test_a_folder_without_any_backup_is_an_alarm(
    county: Session, page: Pages, place: Place, started: list[Config]
) -> None:
    [alarm] = look(county)
    assert alarm.why == ["late", ""]
    assert "还没有一份完整的备份" in page("xitong").get("/alarms").text


def test_the_worker_starts_one_each_night(
    county: Session, place: Place, started: list[Config]
) -> None:
    keep_one(place, set_clock(county, "2026-03-02 01:31"))
    for moment, count in (("2026-03-02 23:00", 0), ("2026-03-03 01:29", 0),
                          ("2026-03-03 01:30", 1), ("2026-03-03 01:31", 2)):  # fmt: skip
        set_clock(county, moment)
        look(county)
        assert len(started) == count, moment


def test_the_first_backup_wakes_the_worker(county: Session) -> None:
    set_clock(county, "2026-03-02 09:00")
    county.execute(delete(DueStep).where(DueStep.task == watching.TASK))
    later = clock.now(county) + watching.UNUSED
    due.schedule(county, COUNTY, watching.TASK, uuid.uuid4(), "r", later)
    watching.wake(county)
    [step] = county.scalars(select(DueStep).where(DueStep.task == watching.TASK))
    assert step.next_at <= clock.now(county)


def test_the_gauge_tells_the_age(county: Session, place: Place, call: Calls) -> None:
    keep_one(place, set_clock(county, "2026-03-02 09:00"))
    set_clock(county, "2026-03-02 10:00")
    text = call("xitong", "GET", "/metrics").get_data(as_text=True)
    [line] = [one for one in text.splitlines() if one.startswith("enforcement_backup_age_seconds ")]
    assert 3600 <= float(line.split()[1]) < 3660
