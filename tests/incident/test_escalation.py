"""Nobody acts: the next one is called, by the database's clock; somebody acts: it stops."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from enforcement import clock, notices
from enforcement.db import sessions
from enforcement.due import DueStep
from enforcement.incident import queries, services
from enforcement.incident.models import Incident
from enforcement.law.terms import IncidentEvent as E
from enforcement.law.terms import Urgency
from enforcement.notices import Notice
from enforcement.people.models import Unit
from enforcement.roster.on_duty import on_duty
from enforcement.roster.terms import Level
from enforcement.worker import loop
from tests.asking import Pages, actor_of, set_clock
from tests.case.making import report_of

START = "2026-03-02 09:30"


def reported(session: Session, urgency: Urgency = Urgency.RED, **change: Any) -> Incident:
    set_clock(session, START)
    session.execute(text("update due_step set state = 'cancelled' where state = 'waiting'"))
    what = report_of(session, urgency=urgency, category="V7", **change)
    return services.report(session, actor_of(session, "fujing"), what)


def later(session: Session, seconds: float) -> int:
    """Move the clock and let the worker do what is due; return how much that was."""
    at = datetime.fromisoformat(START) + timedelta(seconds=seconds + 1)
    set_clock(session, at.isoformat(sep=" "))
    session.commit()
    return loop.run_due(sessions())


def called(session: Session, incident: Incident) -> list[tuple[str, str]]:
    """Return rule and person of every notice about an incident, in order."""
    rows = session.scalars(
        select(Notice).where(Notice.subject_id == incident.id).order_by(Notice.at, Notice.id)
    )
    return [(row.rule, str(row.person_id)) for row in rows]


def person_at(session: Session, incident: Incident, level: Level) -> str:
    found = on_duty(session, incident.county_code, str(incident.village_code), clock.now(session))
    return str(next(row.person_id for row in found if row.level is level and row.person_id))


def test_a_red_report_rings_up_the_ladder_within_a_minute(county: Session) -> None:
    incident = reported(county)
    for seconds, rule, level in (
        (0, "red_a", Level.DESK_A),
        (15, "red_b", Level.DESK_B),
        (30, "red_leader", Level.TOWNSHIP_LEADER),
        (60, "red_county", Level.COMMAND),
    ):
        before = len(called(county, incident))
        assert later(county, seconds) == 1
        new = called(county, incident)[before:]
        assert {name for name, _who in new} == {rule}
        assert person_at(county, incident, level) in [who for _name, who in new]
    history = queries.history(county, incident.county_code, incident.id)
    assert [row.event for row in history] == ["report"] + ["escalate"] * 4
    assert [row.seq for row in history] == [1, 2, 3, 4, 5]
    assert history[-1].detail["does"] == "take_over"


def test_an_act_of_a_person_stops_the_calls(county: Session) -> None:
    incident = reported(county)
    later(county, 0)
    services.act(county, actor_of(county, "zhihui"), incident.id, E.REJECT, note="误报")
    later(county, 600)
    assert {rule for rule, _who in called(county, incident)} == {"red_a"}
    assert county.query(DueStep).filter_by(subject_id=incident.id, state="waiting").count() == 0
    assert incident.stage_due_at is None


def test_a_call_of_a_stage_that_has_passed_does_nothing(county: Session) -> None:
    incident = reported(county)
    county.execute(text("update due_step set state = 'waiting' where subject_id = :id"),
                   {"id": incident.id})  # fmt: skip
    incident.stage_no = 9
    county.flush()
    later(county, 90)
    assert called(county, incident) == []


def test_a_level_with_nobody_on_duty_is_recorded_and_the_next_one_called(county: Session) -> None:
    incident = reported(county)
    county.execute(text("delete from duty_shift where kind in ('a', 'b') and unit_id in"
                        " (select id from unit where kind = 'township_government')"))  # fmt: skip
    later(county, 0)
    [entry] = [row for row in queries.history(county, incident.county_code, incident.id)
               if row.event == E.ESCALATE]  # fmt: skip
    assert entry.detail["nobody_at"][:1] == ["desk_a"]
    assert entry.detail["level"] not in ("desk_a", "desk_b")
    assert len(called(county, incident)) == 1


def test_where_nobody_at_all_is_on_duty_that_is_recorded(county: Session) -> None:
    incident = reported(county)
    county.execute(text("delete from duty_shift"))
    assert later(county, 60) == 4
    assert called(county, incident) == []
    entries = [row.detail for row in queries.history(county, incident.county_code, incident.id)
               if row.event == E.ESCALATE]  # fmt: skip
    assert all(row["nobody_at"][-1] == "command" for row in entries)


def test_an_ordinary_report_is_reminded_at_half_all_and_one_and_a_half(county: Session) -> None:
    incident = reported(county, Urgency.NORMAL)
    assert incident.stage_due_at == incident.received_at + timedelta(hours=0.1)
    for share, rule in ((0.5, "desk_half"), (1, "desk_full"), (1.5, "desk_over")):
        later(county, 360 * share)
        assert called(county, incident)[-1][0] == rule
    history = queries.history(county, incident.county_code, incident.id)
    assert [row.event for row in history] == ["report"] + ["remind"] * 3


def test_every_stage_has_limits_of_its_own(county: Session) -> None:
    incident = reported(county, Urgency.NORMAL)
    centre = actor_of(county, "zhihui")
    services.act(county, centre, incident.id, E.OPEN)
    assert incident.stage_no == 0, "the limit of the desk runs until somebody is sent"
    squad = county.query(Unit).filter_by(code=incident.responsible_unit_code).one()
    services.assign(county, centre, incident.id, squad)
    assert incident.stage_no == 1
    waiting = county.scalars(
        select(DueStep.rule).where(DueStep.subject_id == incident.id, DueStep.state == "waiting")
    ).all()
    assert waiting
    assert all(rule.startswith("1:") for rule in waiting)


def test_a_person_hears_and_his_notices_fall_silent(county: Session) -> None:
    incident = reported(county)
    later(county, 60)
    centre = actor_of(county, "zhihui")
    county.execute(
        text("update notice set person_id = :p where subject_id = :i"),
        {"p": centre.person_id, "i": incident.id},
    )
    mine = [row for row in notices.list_mine(county, centre) if row.subject_id == incident.id]
    assert {row.rule for row in mine} == {"red_a", "red_b", "red_leader", "red_county"}
    notices.mark_seen(county, centre)
    heard = notices.hear(county, centre, mine[0].id)
    assert heard.heard_at is not None
    notices.hear_about(county, centre, incident.id)
    county.expire_all()
    heard_all = [row for row in notices.list_mine(county, centre) if row.subject_id == incident.id]
    assert all(row.heard_at and row.seen_at for row in heard_all)


@pytest.mark.parametrize("urgency", list(Urgency))
def test_a_report_without_any_place_is_kept_and_its_silence_recorded(
    county: Session, urgency: Urgency
) -> None:
    incident = reported(county, urgency, lon=None, lat=None)
    later(county, 3600)
    events = [row.event for row in queries.history(county, incident.county_code, incident.id)]
    assert events[0] == "report"
    assert len(events) > 1


def test_the_page_tells_who_was_called_and_where_nobody_was(county: Session, page: Pages) -> None:
    incident = reported(county)
    later(county, 0)
    county.execute(text("delete from duty_shift"))
    later(county, 15)
    shown = page("zhihui").get(f"/incidents/{incident.id}").text
    assert "已通知" in shown
    assert "乡镇值班A岗" in shown
    assert "无人值班" in shown


def test_an_answer_stops_the_ringing_but_not_the_watch_over_it(county: Session) -> None:
    incident, centre = reported(county), actor_of(county, "jiexian")
    later(county, 15)
    services.act(county, centre, incident.id, E.ANSWER)
    assert incident.answered_by == centre.account_id
    assert incident.state == "received"
    later(county, 120)
    assert {rule for rule, _who in called(county, incident)} == {"red_a", "red_b"}
    later(county, 15 + 181)
    assert "red_forgotten" in {rule for rule, _who in called(county, incident)}
    services.act(county, centre, incident.id, E.OPEN)
    later(county, 900)
    assert "red_county" not in {rule for rule, _who in called(county, incident)}
