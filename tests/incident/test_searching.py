"""Search without word spaces: two characters, initials, numbers, callers; only what is seen."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from enforcement.audit import AuditLog
from enforcement.errors import InvalidInputError, NotPermittedError
from enforcement.incident import grams, intake, queries, searching, services
from enforcement.incident.intake import Sender
from enforcement.incident.models import Incident, IncidentText
from enforcement.worker import loop
from tests.asking import Calls, Pages, actor_of, set_clock
from tests.case.making import report_of


def reported(session: Session, words: str, **change: str) -> Incident:
    set_clock(session, "2026-11-20 09:30")
    what = report_of(session, description=words, **change)
    return services.report(session, actor_of(session, "fujing"), what)


def found(session: Session, words: str, username: str = "juzhang") -> list[str]:
    rows = searching.search(session, actor_of(session, username), words, limit=100)
    return [row.incident.number for row in rows]


@pytest.mark.parametrize(
    "words", ["货架", "喆记", "zjx", "ZJXM", "ｂ座", "B座", "喆记 货架", "13号", "sldj13h"]
)
def test_an_incident_is_found_by_part_of_its_words(county: Session, words: str) -> None:
    incident = reported(county, "喆记小卖部门前摆放货架", place="示例大街13号（B座）")
    assert incident.number in found(county, words)


@pytest.mark.parametrize("words", ["货柜", "架货", "jzx", "喆记 货柜", "大街14"])
def test_what_it_does_not_say_does_not_find_it(county: Session, words: str) -> None:
    incident = reported(county, "喆记小卖部门前摆放货架", place="示例大街13号")
    assert incident.number not in found(county, words)


def test_village_and_number_find_it_too(county: Session) -> None:
    incident = reported(county, "摆放货架")
    place = queries.place_of(county, incident)
    assert incident.number in found(county, place["village"])
    assert found(county, incident.number) == [incident.number]
    assert incident.number in found(county, incident.number[:10])


def test_nobody_finds_what_he_may_not_see(county: Session) -> None:
    incident = reported(county, "喆记小卖部")
    assert found(county, "喆记", "xiangzhen") == [incident.number]
    incident.township_code, incident.village_code = "220322999", "220322999999"
    county.flush()
    assert found(county, "喆记", "xiangzhen") == []
    with pytest.raises(NotPermittedError):
        found(county, "喆记", "shenji")


@pytest.mark.parametrize("words", ["", " ", "占", "z", "占 道", "!!", "，。"])
def test_too_short_a_word_is_refused(county: Session, words: str) -> None:
    with pytest.raises(InvalidInputError) as refused:
        found(county, words)
    assert refused.value.field == "q"


def test_a_caller_is_found_with_the_right_and_the_search_is_logged(county: Session) -> None:
    set_clock(county, "2026-11-20 09:30")
    sender = replace(Sender.of(actor_of(county, "fujing")), account_id=None, unit_code=None)
    what = report_of(county, reporter_phone="13812345678", reporter_name="来电人")
    taken = intake.take(county, sender, what)
    assert found(county, "138 1234 5678") == [taken.incident.number]
    assert found(county, "13912345678") == []
    with pytest.raises(NotPermittedError):
        found(county, "13812345678", "jiexian")
    acts = county.scalars(select(AuditLog).where(AuditLog.act == "incident:search_caller")).all()
    assert len(acts) == 2
    assert "13812345678" not in str([row.detail for row in acts])


def test_pages_follow_each_other(county: Session) -> None:
    numbers = [reported(county, f"喆记小卖部{n}").number for n in range(7)]
    head, got, after = actor_of(county, "juzhang"), [], None
    while True:
        rows = searching.search(county, head, "喆记", after=after, limit=3)
        got += [row.incident.number for row in rows]
        if len(rows) < 3:
            break
        after = (rows[-1].incident.received_at, rows[-1].incident.id)
    assert sorted(got) == sorted(numbers)


def test_older_incidents_are_indexed_by_the_worker(county: Session) -> None:
    incident = reported(county, "喆记小卖部")
    county.execute(text("delete from incident_text"))
    assert found(county, "喆记") == []
    county.execute(text(
        "insert into due_step (county_code, id, task, subject_id, rule, due_at, next_at, data)"
        " values ('220322', gen_random_uuid(), 'search:backfill', gen_random_uuid(), 'x',"
        " app_now(), app_now(), '{}')"))  # fmt: skip
    county.commit()
    from enforcement.db import sessions

    assert loop.run_due(sessions()) >= 1
    assert found(county, "喆记") == [incident.number]
    assert county.query(IncidentText).count() == county.query(Incident).count()


def test_the_page_and_the_call_search(county: Session, page: Pages, call: Calls) -> None:
    incident = reported(county, "喆记小卖部")
    assert incident.number in page("juzhang").get("/incidents?q=喆记").text
    short = page("juzhang").get("/incidents?q=喆")
    assert short.status_code == 422
    assert "至少两个字" in short.text
    assert "没有找到" in page("juzhang").get("/incidents?q=不存在的词").text
    answer = call("juzhang", "GET", "/incidents/search?q=zjxmb").get_json()
    assert [row["number"] for row in answer["incidents"]] == [incident.number]


WORDS = st.text(st.sampled_from("占道经营喆记小卖部门前ab12，。 "), max_size=40)


@given(WORDS, st.data())
def test_every_part_of_a_text_has_its_pairs_in_it(words: str, data: st.DataObject) -> None:
    body = grams.plain(words)
    runs = [run for run in body.split(" ") if len(run) >= 2]
    if not runs:
        return
    run = data.draw(st.sampled_from(runs))
    start = data.draw(st.integers(0, len(run) - 2))
    end = data.draw(st.integers(start + 2, len(run)))
    own, _sound = grams.wanted(run[start:end])
    assert own
    assert set(own) <= set(grams.grams(words))


@given(st.text(max_size=60))
def test_any_text_can_be_folded_and_paired(words: str) -> None:
    assert all(2 <= len(pair) <= 3 for pair in grams.grams(words))
    assert grams.plain(grams.plain(words)) == grams.plain(words)
