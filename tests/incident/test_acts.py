"""Every act of the desk and of the field: what it changes, and what it refuses."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from enforcement.clock import ZONE
from enforcement.demo.photo import draw_photo
from enforcement.errors import (
    InvalidInputError,
    NotPermittedError,
    StaleVersionError,
    StepNotAllowedError,
)
from enforcement.incident import joining, queries, services
from enforcement.incident.intake import Photo
from enforcement.incident.models import Incident
from enforcement.incident.said import Said
from enforcement.law.terms import IncidentEvent as E
from enforcement.law.terms import IncidentState as S
from enforcement.law.terms import Outside, UnitKind, Urgency
from enforcement.notices import Notice
from enforcement.people.models import Unit
from tests.asking import Calls, actor_of, set_clock
from tests.case.making import report_of

PICTURE = Photo("现场.jpg", draw_photo(1))


def made(session: Session, photos: tuple[Photo, ...] = (), **change: Any) -> Incident:
    set_clock(session, "2026-03-02 09:30")
    what = report_of(session, **change)
    return services.report(session, actor_of(session, "fujing"), what, photos)


def do(session: Session, who: str, incident: Incident, event: E, **said: Any) -> Incident:
    return services.act(session, actor_of(session, who), incident.id, event, Said(**said))


def sent(session: Session, incident: Incident) -> Incident:
    squad = session.query(Unit).filter_by(code=actor_of(session, "zhifa1").unit_code).one()
    return do(session, "zhihui", incident, E.ASSIGN, handler=squad)


def last(session: Session, incident: Incident) -> dict[str, Any]:
    return queries.history(session, incident.county_code, incident.id)[-1].detail


def at(text_: str) -> datetime:
    return datetime.fromisoformat(text_).replace(tzinfo=ZONE)


@pytest.mark.parametrize("state", ["received", "handling", "closed", "void"])
def test_calling_110_is_recorded_in_any_state_with_any_version(county: Session, state: str) -> None:
    incident = made(county)
    incident.state = state
    county.flush()
    said = Said(passed_to=Outside.POLICE)
    services.act(county, actor_of(county, "fujing"), incident.id, E.PASS_OUT, said, version=99)
    assert (incident.state, incident.passed_to) == (state, "110")
    with pytest.raises(InvalidInputError):
        do(county, "fujing", incident, E.PASS_OUT, passed_to=Outside.DEPARTMENT)


def test_a_cadre_is_rung_and_only_he_may_take_it_up(county: Session) -> None:
    incident, cadre = made(county), actor_of(county, "fujing")
    do(county, "jiexian", incident, E.FORWARD, person_id=cadre.person_id, note="请去看看")
    rung = county.query(Notice).filter_by(subject_id=incident.id, rule="assigned").one()
    assert (rung.person_id, rung.does) == (cadre.person_id, "ring")
    do(county, "fujing", incident, E.ACCEPT)
    do(county, "fujing", incident, E.ARRIVE)
    do(county, "fujing", incident, E.REPORT_RESULT, note="已劝离")
    assert (incident.state, incident.handler_id) == (S.FEEDBACK, cadre.account_id)


def test_an_auxiliary_handles_nothing_that_was_not_given_to_him(county: Session) -> None:
    incident = sent(county, made(county))
    with pytest.raises(NotPermittedError, match="没有派给您"):
        do(county, "fujing", incident, E.ACCEPT)


def test_a_department_takes_over_and_its_reply_is_checked(county: Session) -> None:
    incident = made(county)
    police = county.query(Unit).filter_by(kind=UnitKind.DEPARTMENT).first()
    squad = county.query(Unit).filter_by(kind=UnitKind.SQUAD).first()
    with pytest.raises(InvalidInputError), county.begin_nested():
        do(county, "jiexian", incident, E.HAND_OVER, passed_to=Outside.DEPARTMENT,
           handler=squad, note="x")  # fmt: skip
    do(county, "jiexian", incident, E.HAND_OVER, passed_to=Outside.DEPARTMENT, handler=police,
       note="属于治安事项")  # fmt: skip
    assert incident.state == S.PASSED_ON
    assert incident.stage_due_at is not None
    do(county, "jiexian", incident, E.REPLY, note="已出警处理")
    assert incident.state == S.FEEDBACK
    do(county, "zhihui", incident, E.PASS_CHECK)
    do(county, "jiexian", incident, E.RATE, score=4, note="还行")
    assert (incident.state, incident.satisfaction) == (S.CLOSED, 4)


def test_what_another_body_does_not_deal_with_comes_back(county: Session) -> None:
    incident = made(county)
    do(county, "jiexian", incident, E.HAND_OVER, passed_to=Outside.PETITION, note="信访")
    do(county, "jiexian", incident, E.TAKE_BACK, note="不属于信访")
    assert (incident.state, incident.passed_to) == (S.OPENED, None)


def test_a_squad_returns_an_incident_once(county: Session) -> None:
    incident = sent(county, made(county))
    do(county, "zhifa1", incident, E.RETURN, note="不在辖区")
    sent(county, incident)
    with pytest.raises(StepNotAllowedError, match="退回过一次"):
        do(county, "zhifa1", incident, E.RETURN, note="还是不在")
    assert (incident.state, incident.returns) == (S.DISPATCHED, 1)


def test_more_time_is_asked_once_and_granted_by_another(county: Session) -> None:
    incident = sent(county, made(county))
    do(county, "zhongdui", incident, E.ACCEPT)
    until = at("2026-03-10 17:00")
    do(county, "zhongdui", incident, E.ASK_EXTENSION, until=until, note="要等设备")
    with pytest.raises(StepNotAllowedError, match="自己的"):
        do(county, "zhongdui", incident, E.GRANT_EXTENSION)
    do(county, "dadui", incident, E.GRANT_EXTENSION)
    assert (incident.extension, incident.stage_due_at) == ("granted", until)
    rows = county.execute(
        text("select due_at from due_step where subject_id = :i and state = 'waiting'"
             " order by due_at"), {"i": incident.id},
    ).scalars().all()  # fmt: skip
    assert until in [row.astimezone(ZONE) for row in rows]
    with pytest.raises(StepNotAllowedError, match="只能申请一次"):
        do(county, "zhongdui", incident, E.ASK_EXTENSION, until=until + timedelta(days=1), note="x")


def test_an_act_that_stays_does_not_begin_the_clock_anew(county: Session) -> None:
    incident = sent(county, made(county))
    due, stage = incident.stage_due_at, incident.stage_no
    set_clock(county, "2026-03-02 10:30")
    do(county, "zhifa1", incident, E.ACCEPT)
    do(county, "jiexian", incident, E.CALL_BACK, note="告知已派人")
    do(county, "zhifa1", incident, E.ARRIVE)
    assert (incident.stage_due_at, incident.stage_no) == (due, stage)
    assert incident.arrived_at is not None


def test_arriving_stops_the_calls_that_ask_who_is_on_the_scene(county: Session) -> None:
    incident = sent(county, made(county, urgency=Urgency.RED, category="V7"))

    def waiting() -> set[str]:
        rows = text("select data->>'call' from due_step where subject_id = :i"
                    " and state = 'waiting'")  # fmt: skip
        return set(county.scalars(rows, {"i": incident.id}))

    assert {"red_scene", "handle_full"} <= waiting()
    do(county, "zhifa1", incident, E.ACCEPT)
    assert "red_scene" in waiting()
    do(county, "zhifa1", incident, E.ARRIVE)
    assert "red_scene" not in waiting()
    assert "handle_full" in waiting()


def test_a_report_with_a_photo_is_closed_with_a_photo(county: Session) -> None:
    incident = sent(county, made(county, (PICTURE,)))
    do(county, "zhifa1", incident, E.ACCEPT)
    with pytest.raises(InvalidInputError) as refused, county.begin_nested():
        do(county, "zhifa1", incident, E.REPORT_RESULT, note="已清理")
    assert refused.value.field == "photos"
    do(county, "zhifa1", incident, E.REPORT_RESULT, note="已清理", photos=(PICTURE,))
    kept = queries.photos(county, incident.county_code, incident.id)
    assert [photo.of_result for photo in kept] == [False, True]


def test_merging_gives_the_higher_urgency_and_is_undone(county: Session) -> None:
    whole, red = made(county), made(county, urgency=Urgency.RED, category="V7")
    do(county, "jiexian", red, E.MERGE, other=whole.number, note="同一件事")
    county.refresh(whole)
    assert (red.state, whole.urgency, whole.presses) == (S.MERGED, "red", 2)
    assert [one.id for one in joining.linked(county, whole)] == [red.id]
    do(county, "jiexian", red, E.UNMERGE)
    county.refresh(whole)
    assert (red.state, red.merged_into_id, whole.presses) == (S.OPENED, None, 1)
    for wrong in (red.number, "SJ20000101-0001", ""):
        with pytest.raises(InvalidInputError):
            do(county, "jiexian", red, E.MERGE, other=wrong, note="x")


def test_nothing_is_merged_into_what_has_ended(county: Session) -> None:
    ended, one = made(county), made(county)
    do(county, "jiexian", ended, E.REJECT, note="误报")
    with pytest.raises(InvalidInputError, match="不能并入"):
        do(county, "jiexian", one, E.MERGE, other=ended.number, note="x")
    assert one.state == S.RECEIVED


def test_two_incidents_are_linked_once_and_unlinked(county: Session) -> None:
    one, other = made(county), made(county)
    do(county, "jiexian", one, E.LINK, other=other.number)
    assert [row.id for row in joining.linked(county, other)] == [one.id]
    with pytest.raises(StepNotAllowedError):
        do(county, "jiexian", other, E.LINK, other=one.number)
    do(county, "jiexian", other, E.UNLINK, other=one.number)
    assert joining.linked(county, one) == []


def test_a_second_matter_is_split_off_with_place_photos_and_reporter(county: Session) -> None:
    whole = made(county, (PICTURE,), reporter_phone="+8613800000001")
    do(county, "jiexian", whole, E.SPLIT, note="旁边还有一处违建。", category="V9")
    number = last(county, whole)["other"]
    part = county.query(Incident).filter_by(number=number).one()
    assert (part.category, part.split_from_id, part.lon) == ("V9", whole.id, whole.lon)
    assert part.reporter_phone_hash == whole.reporter_phone_hash
    assert len(queries.photos(county, part.county_code, part.id)) == 1
    assert whole.state == S.RECEIVED


def test_on_hold_until_a_day_and_then_looked_at_again(county: Session) -> None:
    incident = made(county)
    with pytest.raises(InvalidInputError):
        do(county, "jiexian", incident, E.SUSPEND, note="x", until=at("2026-03-01 09:00"))
    until = at("2026-04-01 09:00")
    do(county, "jiexian", incident, E.SUSPEND, note="等春季清理", until=until)
    assert (incident.state, incident.stage_due_at) == (S.SUSPENDED, until)
    do(county, "jiexian", incident, E.RESUME)
    assert incident.state == S.OPENED


def test_the_right_category_brings_its_own_limit(county: Session) -> None:
    incident = made(county)
    before = incident.stage_due_at
    do(county, "jiexian", incident, E.RECLASSIFY, category="V7", urgency=Urgency.RED)
    assert (incident.category, incident.urgency) == ("V7", "red")
    assert incident.stage_due_at != before
    with pytest.raises(InvalidInputError):
        do(county, "jiexian", incident, E.RECLASSIFY, category="V7", urgency=Urgency.RED)


def test_the_loser_of_two_edits_sees_both_versions(county: Session, call: Calls) -> None:
    incident = made(county)
    county.commit()
    path = f"/incidents/{incident.id}"
    first = call("jiexian", "POST", f"{path}/open", json={"version": 1})
    second = call("zhihui", "POST", f"{path}/void", json={"version": 1, "note": "误报"})
    assert (first.status_code, second.status_code) == (200, 409)
    assert second.json["your_version"] == 1
    assert second.json["current"] == {"version": 2, "state": "opened"}
    with pytest.raises(StaleVersionError):
        services.act(county, actor_of(county, "zhihui"), incident.id, E.VOID, note="x", version=1)


def test_the_same_key_acts_once(county: Session) -> None:
    incident, desk = made(county), actor_of(county, "jiexian")
    for _twice in range(2):
        services.act(county, desk, incident.id, E.OPEN, key="k")
    assert incident.version == 2
