"""A leader gives a case to a squad and a pair; the suggestion says why it is that pair."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from enforcement.case import assigning
from enforcement.case.assigning import Candidate, Squad, Suggestion, best_pair, suggest
from enforcement.case.models import CaseFile
from enforcement.case.queries import last_entry
from enforcement.errors import GateClosedError, InvalidInputError, NotPermittedError
from enforcement.ids import uuid7
from enforcement.law.terms import CaseEvent as E
from enforcement.people.models import Certificate, Unit
from enforcement.roster.models import DutyLeave
from tests.asking import Calls, Pages, actor_of, set_clock
from tests.case.making import act, filed_case, filing, reported, to_case
from tests.web.test_query_counts import counted


def lead(session: Session) -> CaseFile:
    """Return a lead in the auxiliary's village; it is 2026-03-03."""
    case = to_case(session, "zhifa1", reported(session))
    set_clock(session, "2026-03-03 09:00")
    return case


def said_of(found: Suggestion, **change: Any) -> dict[str, Any]:
    """Return what an assignment to the suggested pair says."""
    assert found.pair is not None
    first, second = found.pair
    said = {"squad": str(first.squad.id), "officer_a": str(first.id), "officer_b": str(second.id)}
    return said | change


def one_of(session: Session, case: CaseFile, person_id: uuid.UUID) -> Candidate:
    """Return a person as the brigade leader's suggestion sees him."""
    found = suggest(session, actor_of(session, "dadui"), case)
    return next(one for one in found.candidates if one.id == person_id)


def test_the_suggested_pair_is_of_the_squad_that_answers_for_the_place(county: Session) -> None:
    case = lead(county)
    found = suggest(county, actor_of(county, "dadui"), case)
    assert found.pair is not None
    first, second = found.pair
    assert first.squad == second.squad
    assert first.squad.code == case.unit_code
    assert first.squad.distance_m == 0
    far = [one.distance_m for one in found.squads if one.distance_m]
    assert far
    assert far == sorted(far)  # metres on the ground
    assert max(far) < 120_000
    assert all(one.squad.code.startswith("01") for one in found.candidates)
    own = suggest(county, actor_of(county, "zhongdui"), case)
    assert {one.code for one in own.squads} == {actor_of(county, "zhongdui").unit_code}


def test_following_the_suggestion_needs_no_reason_and_only_the_pair_goes_on(
    county: Session,
) -> None:
    case = lead(county)
    found = suggest(county, actor_of(county, "dadui"), case)
    for who in ("zhifa1", "juzhang", "fazhi"):
        with pytest.raises(NotPermittedError):
            act(county, who, case, E.ASSIGN, **said_of(found))
    act(county, "dadui", case, E.ASSIGN, **said_of(found))
    assert found.pair is not None
    assert {case.officer_a_id, case.officer_b_id} == {one.id for one in found.pair}
    entry = last_entry(county, case, E.ASSIGN)
    assert entry is not None
    assert entry.detail["followed"] is True
    assert entry.detail["suggested"] == "、".join(one.name for one in found.pair)


def test_another_pair_needs_a_reason_and_the_filing_keeps_to_it(county: Session) -> None:
    case = lead(county)
    squad = actor_of(county, "zhifa1").unit_id
    pair = [actor_of(county, who).person_id for who in ("zhifa1", "zhifa2")]
    found = suggest(county, actor_of(county, "dadui"), case)
    others = [one for one in found.candidates if one.squad.id == squad and one.id not in pair]
    mine = {"squad": str(squad), "officer_a": str(pair[0]), "officer_b": str(others[0].id)}
    assert found.pair is not None
    assert {one.id for one in found.pair} != {pair[0], others[0].id}
    with pytest.raises(InvalidInputError) as refused:
        act(county, "dadui", case, E.ASSIGN, **mine)
    assert refused.value.field == "reason"
    assert (case.officer_a_id, case.officer_b_id) == (None, None)
    act(county, "dadui", case, E.ASSIGN, **mine, reason="熟悉该路段")
    with pytest.raises(NotPermittedError, match="两名承办人员"):
        act(county, "zhifa2", case, E.CHECK, opinion="x")
    act(county, "zhifa1", case, E.CHECK, opinion="属实")
    with pytest.raises(InvalidInputError, match="已交办给"):
        act(county, "zhifa1", case, E.PROPOSE_FILING, **filing(county))
    named = filing(county) | {"officer_b": str(others[0].id)}
    act(county, "zhifa1", case, E.PROPOSE_FILING, **named)


def test_a_wrong_choice_names_the_field_and_changes_nothing(county: Session) -> None:
    case = lead(county)
    found = suggest(county, actor_of(county, "dadui"), case)
    assert found.pair is not None
    elsewhere = next(one for one in found.candidates if one.squad != found.pair[0].squad)
    for field, change in (
        ("squad", {"squad": str(uuid.uuid4())}),
        ("squad", {"squad": "x"}),
        ("officer_a", {"officer_a": str(uuid.uuid4())}),
        ("officer_b", {"officer_b": str(elsewhere.id)}),
        ("officer_b", {"officer_b": str(found.pair[0].id)}),
    ):
        with pytest.raises(InvalidInputError) as refused:
            act(county, "dadui", case, E.ASSIGN, **said_of(found, **change, reason="x"))
        assert refused.value.field == field
    other = next(one for one in found.squads if one.code != actor_of(county, "zhongdui").unit_code)
    with pytest.raises(InvalidInputError) as beyond:  # a squad leader reaches his own squad only
        act(county, "zhongdui", case, E.ASSIGN, **said_of(found, squad=str(other.id)))
    assert beyond.value.field == "squad"
    assert case.officer_a_id is None


def test_who_is_away_or_stepped_back_or_has_no_valid_certificate_is_not_suggested(
    county: Session,
) -> None:
    earlier = filed_case(county)
    case = lead(county)
    case.party_id = earlier.party_id
    first, second = actor_of(county, "zhifa1").person_id, actor_of(county, "zhifa2").person_id
    before = one_of(county, case, first)
    assert before.available
    assert before.open_cases >= 1  # the filed one
    assert before.until_on is not None
    now = datetime.fromisoformat("2026-03-03T09:00:00+08:00")
    county.add(
        DutyLeave(
            county_code=case.county_code, id=uuid7(), person_id=first, kind="annual", reason="",
            state="approved", starts_at=now - timedelta(hours=1), ends_at=now + timedelta(days=2),
            asked_at=now,
        )
    )  # fmt: skip
    earlier.recused_ids = [second]
    county.flush()
    assert one_of(county, case, first).on_leave
    back = one_of(county, case, second)
    assert (back.recusals, back.by_party, back.available) == (1, True, False)
    found = suggest(county, actor_of(county, "dadui"), case)
    assert found.pair is not None
    assert not {first, second} & {one.id for one in found.pair}
    said = {"squad": str(back.squad.id), "officer_a": str(first), "officer_b": str(second)}
    with pytest.raises(InvalidInputError, match="曾被决定回避"):
        act(county, "dadui", case, E.ASSIGN, **said, reason="x")
    case.party_id = None
    held = county.scalars(select(Certificate).where(Certificate.person_id == second)).all()
    for row in held:
        row.status = "revoked"
    county.flush()
    assert one_of(county, case, second).problem == "expired"
    with pytest.raises(GateClosedError) as refused:
        act(county, "dadui", case, E.ASSIGN, **said, reason="x")
    assert refused.value.data["gates"][0]["rule"] == "R2"


def test_a_suggestion_costs_the_same_however_many_people_there_are(
    demo_app: Flask, county: Session
) -> None:
    case = lead(county)
    counts = []
    for who in ("zhongdui", "dadui"):
        leader = actor_of(county, who)
        with counted(demo_app) as sent:
            found = suggest(county, leader, case)
        counts.append((len(found.candidates), len(sent)))
    assert counts[0][0] < counts[1][0]
    assert counts[0][1] == counts[1][1] <= 9


def test_an_assignment_is_made_on_the_page_and_told_by_call(
    county: Session, page: Pages, call: Calls
) -> None:
    case = lead(county)
    told = call("dadui", "GET", f"/cases/{case.id}/assignment").get_json()
    names = {one["id"]: one["name"] for one in told["candidates"]}
    browser = page("dadui")
    html = browser.get(f"/cases/{case.id}/assign").text
    assert "承办建议" in html
    assert all(names[one] in html for one in told["pair"])
    said = {"squad": told["squad"], "officer_a": told["pair"][0], "officer_b": told["pair"][1]}
    assert browser.post(f"/cases/{case.id}/assign", data=said).status_code == 302
    county.refresh(case)
    assert [str(case.officer_a_id), str(case.officer_b_id)] == told["pair"]
    assert call("fazhi", "GET", f"/cases/{case.id}/assignment").status_code == 403


def test_a_lead_without_a_place_has_a_suggestion_too(county: Session) -> None:
    case = lead(county)
    case.point = case.lon = case.lat = None
    county.flush()
    found = suggest(county, actor_of(county, "dadui"), case)
    assert {one.distance_m for one in found.squads} == {None}
    assert assigning.as_json(found)["candidates"][0]["distance_m"] is None
    unit = county.scalars(select(Unit).where(Unit.code == case.unit_code)).one()
    assert unit.id in {one.id for one in found.squads}


SQUADS = [Squad(uuid.UUID(int=n), f"01.0{n}", f"{n}", 1000.0 * n) for n in range(1, 4)]
PEOPLE = st.lists(
    st.builds(
        Candidate, st.uuids(), st.text("甲乙丙", min_size=1, max_size=2), st.sampled_from(SQUADS),
        st.just("001"), st.just("综合执法"), st.sampled_from([None, None, "expired"]),
        st.integers(0, 9), st.none(), st.booleans(), st.booleans(), st.integers(0, 2),
        st.booleans(), st.booleans(),
    ),
    unique_by=lambda one: one.id, max_size=12,
)  # fmt: skip


@given(PEOPLE)
def test_a_pair_is_two_available_people_of_one_squad_and_none_is_nearer(
    people: list[Candidate],
) -> None:
    ranked = sorted(people, key=lambda one: one.order)
    pair = best_pair(ranked)
    free = [one for one in people if one.available]
    full = [one for one in SQUADS if sum(who.squad == one for who in free) >= 2]
    if pair is None:
        assert not full
        return
    first, second = pair
    assert first.id != second.id
    assert first.squad == second.squad
    assert first.available
    assert second.available
    assert first.squad == min(full, key=lambda one: one.distance_m or 0)
