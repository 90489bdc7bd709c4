"""How the platform runs: what waits and failed, trying anew, readiness, and gauges for monitors."""

from __future__ import annotations

import json
import uuid
from datetime import timedelta

import pytest
from flask import Flask
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import select, text
from sqlalchemy.orm import Session, sessionmaker

from enforcement import clock, due
from enforcement.alarms import Alarm, AlarmKind
from enforcement.audit import AuditLog
from enforcement.due import MOST_TRIES, DueStep
from enforcement.errors import NotFoundError, NotPermittedError, StepNotAllowedError
from enforcement.notices import Notice
from enforcement.operations import health, queries, services, wording
from enforcement.worker import loop, tasks
from tests.asking import Calls, Pages, actor_of, as_owner, set_clock
from tests.web.test_query_counts import counted

COUNTY = "220322"
FAILING = "test:always_fails"


def breaks(_session: Session, _step: DueStep) -> None:
    """Fail, as a handler with a fault does."""
    raise ValueError("坏了")


@pytest.fixture
def given_up(demo_app: Flask, county: Session, monkeypatch: pytest.MonkeyPatch) -> DueStep:
    """A step that the worker has just tried for the last time."""
    monkeypatch.setitem(tasks.HANDLERS, FAILING, f"{__name__}:breaks")  # type: ignore[arg-type]
    start = set_clock(county, "2026-03-02 09:00")
    due.schedule(county, COUNTY, FAILING, uuid.uuid4(), "r", start - timedelta(days=9000))
    step = county.scalars(select(DueStep).where(DueStep.task == FAILING)).one()
    step.tries = MOST_TRIES - 1
    county.commit()
    assert loop.run_one(_factory(demo_app))
    county.refresh(step)
    return step


def _factory(app: Flask) -> sessionmaker[Session]:
    found: sessionmaker[Session] = app.extensions["enforcement.sessions"]
    return found


def test_every_task_of_the_worker_has_a_word() -> None:
    assert set(wording.TASKS) == {name for name in tasks.HANDLERS if not name.startswith("test:")}


def test_what_the_worker_gives_up_is_an_alarm_and_told_once(
    county: Session, given_up: DueStep
) -> None:
    assert (given_up.state, given_up.last_error) == ("failed", "ValueError: 坏了")
    [alarm] = county.scalars(select(Alarm).where(Alarm.kind == AlarmKind.WORKER))
    assert (alarm.subject_id, alarm.closed_at) == (given_up.id, None)
    [told] = county.scalars(select(Notice).where(Notice.rule == "worker"))
    assert told.person_id == actor_of(county, "xitong").person_id
    [one] = [one for one in queries.work(county, COUNTY) if one.task == FAILING]
    assert (one.waiting, one.failed) == (0, 1)


def test_it_is_tried_anew_when_an_administrator_says_so(county: Session, given_up: DueStep) -> None:
    with pytest.raises(NotPermittedError):
        services.retry(county, actor_of(county, "zhihui"), given_up.id)
    admin = actor_of(county, "xitong")
    services.retry(county, admin, given_up.id)
    assert (given_up.state, given_up.tries, given_up.ended_at) == ("waiting", 0, None)
    [alarm] = county.scalars(select(Alarm).where(Alarm.kind == AlarmKind.WORKER))
    assert alarm.closed_at is not None
    [row] = county.scalars(select(AuditLog).where(AuditLog.act == "operations:retry"))
    assert row.actor_id == admin.account_id
    with pytest.raises(NotFoundError):
        services.retry(county, admin, uuid.uuid4())


def test_a_step_of_which_the_same_waits_is_not_doubled(county: Session, given_up: DueStep) -> None:
    due.schedule(county, COUNTY, FAILING, given_up.subject_id, "r", clock.now(county))
    with pytest.raises(StepNotAllowedError, match="已经在等待"):
        services.retry(county, actor_of(county, "xitong"), given_up.id)
    given_up.state = "done"
    county.flush()
    with pytest.raises(StepNotAllowedError, match="办完"):
        services.retry(county, actor_of(county, "xitong"), given_up.id)


def test_a_worker_that_is_away_shows(county: Session, page: Pages) -> None:
    set_clock(county, "2026-03-02 09:00")
    county.execute(text("delete from due_step where state = 'waiting'"))
    admin = page("xitong")
    assert "没有运行或者落后" not in admin.get("/operations").text
    due.schedule(county, COUNTY, "events:prune", uuid.uuid4(), "r",
                 clock.now(county) - timedelta(minutes=7))  # fmt: skip
    html = admin.get("/operations").text
    assert "没有运行或者落后" in html
    assert "7分钟" in html


def test_the_page_tries_anew_and_only_administrators_may(
    county: Session, given_up: DueStep, page: Pages
) -> None:
    centre = page("zhihui")
    assert "ValueError" in centre.get("/operations").text
    assert "再办一次" not in centre.get("/operations").text
    address = f"/operations/steps/{given_up.id}/retry"
    assert centre.post(address).status_code == 403
    html = page("xitong").post(address, follow_redirects=True).text
    assert "马上再办" in html
    assert "没有失败的任务" in html


def test_the_calls_give_tasks_and_try_anew(demo_app: Flask, given_up: DueStep, call: Calls) -> None:
    call("xitong", "GET", "/me")
    with counted(demo_app) as sent:
        told = call("xitong", "GET", "/operations").get_json()
    assert len(sent) <= 6
    assert [one["id"] for one in told["troubled"]] == [str(given_up.id)]
    made = call("xitong", "POST", f"/operations/steps/{given_up.id}/retry").get_json()
    assert made["state"] == "waiting"


def test_the_gauges_are_numbers_that_prometheus_reads(given_up: DueStep, call: Calls) -> None:
    answer = call("xitong", "GET", "/metrics")
    assert answer.content_type.startswith("text/plain")
    found = {
        (one.name, one.labels.get("task")): one.value
        for family in text_string_to_metric_families(answer.get_data(as_text=True))
        for one in family.samples
    }
    assert found["enforcement_steps_failed", FAILING] == 1
    assert found["enforcement_alarms_open", None] >= 1
    assert found["enforcement_database_bytes", None] > 1_000_000
    assert 0 < found["enforcement_disk_free_share", None] < 1
    assert found["enforcement_calendar_days_left", None] > 0
    assert found["enforcement_certificate_days_left", None] > 0
    assert call("zhifa1", "GET", "/metrics").status_code == 403


def test_it_is_ready_with_the_tables_of_the_program_or_newer_ones(
    demo_app: Flask, county: Session
) -> None:
    factory = _factory(demo_app)
    found = health.ready(factory)
    assert (found.well, found.revision) == (True, found.wanted)
    answer = demo_app.test_client().get("/readyz")
    assert (answer.status_code, answer.get_json()["status"]) == (200, "ok")
    with as_owner(county):
        county.execute(text("update alembic_version set version_num = :old"),
                       {"old": health.known_revisions()[1]})  # fmt: skip
    answer = demo_app.test_client().get("/readyz")
    assert answer.status_code == 503
    assert "migrations" in answer.get_json()["status"]
    with as_owner(county):
        county.execute(text("update alembic_version set version_num = '9999'"))
    assert health.ready(factory).well
    with as_owner(county):
        county.execute(text("alter table alembic_version rename to elsewhere"))
    assert json.loads(demo_app.test_client().get("/readyz").data)["status"].startswith("database")
