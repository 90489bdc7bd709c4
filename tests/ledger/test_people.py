"""Who keeps a promise, who acts for the villager, who is told; what is filtered and logged."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from enforcement import clock
from enforcement.db import sessions
from enforcement.errors import InvalidInputError
from enforcement.law.ledger import AskEvent as E
from enforcement.law.ledger import AskKind
from enforcement.ledger import people, queries
from enforcement.ledger.models import Ask
from enforcement.notices import Notice
from enforcement.people.models import Person, Post
from enforcement.roster.models import DutyShift
from enforcement.roster.on_duty import on_duty
from enforcement.roster.terms import Level
from enforcement.worker import loop
from tests.asking import Calls, Pages, actor_of, set_clock
from tests.ledger.test_ledger import recorded, told


def village_of(session: Session) -> str:
    return actor_of(session, "fujing").area_codes[0]


def test_the_villages_auxiliary_comes_first_then_who_is_on_duty(county: Session) -> None:
    set_clock(county, "2026-03-02 09:30")
    village = village_of(county)
    found = people.suggest(county, "220322", village_code=village)
    assert found[0].person_id == actor_of(county, "fujing").person_id
    assert found[0].near == 0
    assert [one.near for one in found] == sorted(one.near for one in found)
    assert {one.near for one in found} <= {0, 1, 2}
    others = [one.person_id for one in found if one.near]
    shift = county.scalars(
        select(DutyShift)
        .where(DutyShift.person_id.in_(others), DutyShift.state == "planned")
        .order_by(DutyShift.starts_at)
    ).first()
    assert shift is not None
    set_clock(county, f"{shift.starts_at.astimezone(clock.ZONE):%Y-%m-%d %H:%M}")
    now = people.suggest(county, "220322", village_code=village)
    assert {one.person_id: one.near for one in now}[shift.person_id] == 1
    assert now[0].near == 0


def test_nobody_is_suggested_for_no_place(county: Session) -> None:
    assert people.suggest(county, "220322") == []


def test_the_form_offers_people_and_writes_handler_and_agent(county: Session, page: Pages) -> None:
    set_clock(county, "2026-03-02 09:30")
    county.commit()
    village = village_of(county)
    [first, second, *_more] = people.suggest(county, "220322", village_code=village)
    browser = page("jiexian")
    assert str(first.person_id) in browser.get(f"/ledger/new?village={village}").text
    assert str(first.person_id) in browser.get(f"/ledger/people?village={village}").text
    answer = browser.post(
        "/ledger/new",
        data={"kind": "proxy", "matter": "代办低保。", "asked_on": "2026-03-02", "key": "k",
              "nature": "ordinary", "village_code": village,
              "handler_id": str(first.person_id), "agent_id": str(second.person_id)},
    )  # fmt: skip
    assert answer.status_code == 302, answer.text
    ask = county.scalars(select(Ask).where(Ask.matter == "代办低保。")).one()
    assert (ask.handler_id, ask.agent_id) == (first.person_id, second.person_id)
    assert second.name in browser.get(answer.location).text


@pytest.mark.parametrize("field", ["handler_id", "agent_id"])
def test_who_holds_no_post_keeps_no_promise(county: Session, field: str) -> None:
    set_clock(county, "2026-03-02 09:30")
    gone = county.scalars(
        select(Person).where(~select(Post.id).where(Post.person_id == Person.id).exists())
    ).first()
    someone = gone.id if gone is not None else uuid.uuid4()
    before = county.query(Ask).count()
    with pytest.raises(InvalidInputError, match="不在岗") as refused, county.begin_nested():
        recorded(county, kind=AskKind.HELP, **{field: someone})
    assert refused.value.field == field
    assert county.query(Ask).count() == before


def test_an_agent_belongs_to_what_is_helped_along_or_done_on_behalf(county: Session) -> None:
    mine = actor_of(county, "jiexian").person_id
    with pytest.raises(InvalidInputError, match="帮办") as refused, county.begin_nested():
        recorded(county, kind=AskKind.VISIT, agent_id=mine)
    assert refused.value.field == "agent_id"
    assert recorded(county, kind=AskKind.PROXY, agent_id=mine).agent_id == mine


def test_the_agent_sees_the_ask_and_is_reminded(county: Session) -> None:
    county.execute(text("update due_step set state = 'cancelled' where state = 'waiting'"))
    agent = actor_of(county, "zhongdui")
    ask = recorded(county, kind=AskKind.HELP, agent_id=agent.person_id)
    assert queries.get(county, agent, ask.id).id == ask.id
    assert ask.id in [row.ask.id for row in queries.list_page(county, agent, mine=True)]
    set_clock(county, "2026-03-08 08:31")
    county.commit()
    loop.run_due(sessions())
    told_of = county.scalars(select(Notice.person_id).where(Notice.subject_id == ask.id))
    assert set(told_of) == {agent.person_id, actor_of(county, "fujing").person_id}


def test_the_leader_on_duty_is_told_of_an_overdue_promise(county: Session) -> None:
    county.execute(text("update due_step set state = 'cancelled' where state = 'waiting'"))
    ask = recorded(county)
    at = set_clock(county, "2026-03-10 08:31")
    stand_in = actor_of(county, "jiexian").person_id
    county.execute(
        text("update duty_shift set person_id = :p, starts_at = :a, ends_at = :b where id = ("
             "select s.id from duty_shift s join unit u on u.id = s.unit_id where s.kind = 'leader'"
             " and u.home_code = :t and u.kind = 'service_hall' limit 1)"
             " or id = (select s.id from duty_shift s join unit u on u.id = s.unit_id"
             " where s.kind = 'leader' and u.home_code = :t limit 1)"),
        {"p": stand_in, "a": at.replace(hour=8, minute=0), "b": at.replace(hour=18),
         "t": ask.township_code},
    )  # fmt: skip
    called = on_duty(county, ask.county_code, ask.village_code or "", at)
    leaders = {one.person_id for one in called if one.level is Level.TOWNSHIP_LEADER}
    county.commit()
    loop.run_due(sessions())
    told_of = set(county.scalars(select(Notice.person_id).where(Notice.subject_id == ask.id)))
    assert stand_in in leaders
    assert leaders <= told_of


def test_the_list_is_filtered_by_village_and_handler_from_page_to_page(
    county: Session, page: Pages
) -> None:
    own = village_of(county)
    other = county.scalar(
        text("select code from division where level = 'village' and code like :t || '%'"
             " and code <> :v order by code limit 1"), {"t": own[:9], "v": own},
    )  # fmt: skip
    handler = actor_of(county, "xiangzhen").person_id
    mine = [recorded(county, "jiexian", village_code=own, handler_id=handler) for _n in range(22)]
    recorded(county, "jiexian", village_code=other, handler_id=handler)
    recorded(county, "jiexian", village_code=own)
    county.commit()
    browser = page("xiangzhen")
    first = browser.get(f"/ledger?village={own}&handler={handler}&state=open").text
    assert first.count("/ledger/0") == 20
    link = first.split('href="/ledger?after=')[1].split('"')[0].replace("&amp;", "&")
    second = browser.get(f"/ledger?after={link}").text
    assert f"village={own}" in link
    numbers = [one.number for one in mine]
    assert sum(one in first for one in numbers) == 20
    assert sum(one in second for one in numbers) == 2
    assert second.count("/ledger/0") == 2
    assert browser.get("/ledger?handler=x").status_code == 422
    assert "没有符合条件" in browser.get("/ledger?village=999999999999").text


def test_the_api_filters_suggests_and_reveals_for_a_reason(county: Session, call: Calls) -> None:
    ask = recorded(county)
    county.commit()
    rows = call("fujing", "GET", f"/ledger?village_code={ask.village_code}").json["asks"]
    assert {row["village_code"] for row in rows} == {ask.village_code}
    assert {(row["visitor"], row["phone"]) for row in rows if row["id"] == str(ask.id)} == {
        ("王*", "138****0001")
    }
    near = call("fujing", "GET", f"/ledger/people?village_code={ask.village_code}").json["people"]
    assert near[0]["id"] == str(actor_of(county, "fujing").person_id)
    assert call("fujing", "POST", f"/ledger/{ask.id}/visitor", json={}).status_code == 422
    seen = call("fujing", "POST", f"/ledger/{ask.id}/visitor", json={"reason": "回访"}).json
    assert seen == {"visitor": "王某", "phone": "13800000001"}


def test_every_act_is_in_the_audit_log_without_the_words(county: Session) -> None:
    ask = recorded(county)
    told(county, ask, E.HAND, handler_id=actor_of(county, "jiexian").person_id)
    told(county, ask, E.FINISH, who="jiexian", note="已修好，电话13800000001。")
    county.flush()
    rows: Any = county.execute(
        text("select act, detail::text from audit_log where subject = :n order by at, id"),
        {"n": ask.number},
    ).all()
    assert [row.act for row in rows] == ["ledger:record", "ledger:hand", "ledger:finish"]
    assert "13800000001" not in "".join(row.detail for row in rows)


def test_the_township_leader_starts_with_what_is_overdue(county: Session, page: Pages) -> None:
    recorded(county)
    county.commit()
    at_start = page("xiangzhen").get("/report").text
    late = queries.count_late(county, actor_of(county, "xiangzhen"))
    assert (f"民情台账有{late}件逾期" in at_start) == (late > 0)
    set_clock(county, "2026-03-12 09:30")
    county.commit()
    later = queries.count_late(county, actor_of(county, "xiangzhen"))
    assert later > late
    shown = page("xiangzhen").get("/report").text
    assert f"民情台账有{later}件逾期" in shown
    assert "/ledger?only=overdue" in shown


def test_the_demonstration_has_asks_of_several_townships_some_overdue(county: Session) -> None:
    asks = county.scalars(select(Ask)).all()
    assert len({one.township_code for one in asks}) >= 4
    today = clock.today(county)
    late = [one for one in asks if one.state == "open" and one.due_on and one.due_on < today]
    assert len({one.township_code for one in late}) >= 3
    assert len(late) < len(asks) / 2
    assert any(one.agent_id for one in asks)
    assert queries.count_late(county, actor_of(county, "xiangzhen")) > 0
