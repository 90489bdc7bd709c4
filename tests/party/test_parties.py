"""A party is one record across cases: found by number, merged by a person, never by name."""

from __future__ import annotations

import re
import uuid
from datetime import date
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from enforcement.audit import AuditLog
from enforcement.case import offences
from enforcement.case.models import CaseFile, Party
from enforcement.errors import InvalidInputError, NotFoundError, NotPermittedError
from enforcement.law.terms import CaseEvent as E
from enforcement.party import queries, services
from tests.asking import Calls, Pages, actor_of, as_owner
from tests.case.making import act, filed_case, filing, reported, served_case, to_case
from tests.web.test_query_counts import counted

OTHER = "91220322M00010011Y"
THIRD = "91220322M000100122"


def proposed(session: Session, **change: Any) -> CaseFile:
    case = to_case(session, "zhifa1", reported(session))
    act(session, "zhifa1", case, E.CHECK, opinion="属实")
    return act(session, "zhifa1", case, E.PROPOSE_FILING, **(filing(session) | change))


def party_of(session: Session, case: CaseFile) -> Party:
    assert case.party_id is not None
    return session.get_one(Party, (case.county_code, case.party_id))


def test_the_same_number_is_the_same_party_and_news_are_kept(county: Session) -> None:
    first = filed_case(county)
    second = proposed(county, party_address="示例新街1号")
    assert second.party_id == first.party_id
    party = party_of(county, first)
    assert party.address == "示例新街1号"
    events = [
        (one.event, one.detail.get("address_before")) for one in queries.history(county, party)
    ]
    assert events[-1] == ("update", "示例大街12号")


def test_the_same_name_alone_never_merges(county: Session) -> None:
    first, second = filed_case(county), proposed(county, party_uscc=OTHER)
    assert second.party_id != first.party_id
    assert party_of(county, second).name == party_of(county, first).name


def test_a_number_under_another_name_is_refused_and_leaves_nothing(county: Session) -> None:
    filed_case(county)
    parties = county.query(Party).count()
    with pytest.raises(InvalidInputError, match="已登记为") as refused:
        proposed(county, party_name="另一家公司")
    assert refused.value.field == "party_name"
    assert county.query(Party).count() == parties


def test_a_person_is_found_by_the_hash_of_the_number(county: Session) -> None:
    person = {"party_kind": "person", "party_name": "张示例", "party_uscc": None,
              "party_id_number": "11010519491231002X"}  # fmt: skip
    first, second = proposed(county, **person), proposed(county, **person)
    assert first.party_id == second.party_id
    with pytest.raises(InvalidInputError, match="已登记为"):
        proposed(county, **(person | {"party_name": "李示例"}))


def without_number(session: Session) -> tuple[CaseFile, CaseFile, Party, Party]:
    """Return two cases of one company whose first record lacks its number."""
    first, second = served_case(session), proposed(session, party_uscc=OTHER)
    gone, stays = party_of(session, first), party_of(session, second)
    gone.uscc = None
    session.flush()
    return first, second, gone, stays


def test_a_merge_moves_the_cases_and_can_be_undone(county: Session) -> None:
    first, second, gone, stays = without_number(county)
    head = actor_of(county, "juzhang")
    assert not offences.earlier(county, second, stays)
    services.merge(county, head, gone.id, stays.id, reason="同一企业，旧记录漏登代码")
    county.refresh(first)
    assert (first.party_id, gone.merged_into_id) == (stays.id, stays.id)
    assert first.number in [one.number for one in offences.earlier(county, second, stays)]
    assert queries.surviving_id(county, gone.county_code, gone.id) == stays.id
    with pytest.raises(NotFoundError):
        queries.get(county, head, gone.id)
    services.unmerge(county, head, gone.id, reason="核对有误")
    county.refresh(first)
    county.refresh(second)
    assert (first.party_id, second.party_id) == (gone.id, stays.id)
    assert [one.event for one in queries.history(county, gone)][-2:] == ["merge", "unmerge"]


def test_records_with_other_numbers_are_never_merged(county: Session) -> None:
    first, second = filed_case(county), proposed(county, party_uscc=OTHER)
    one, other = party_of(county, first), party_of(county, second)
    head = actor_of(county, "juzhang")
    with pytest.raises(InvalidInputError, match="号码不同"):
        services.merge(county, head, one.id, other.id, reason="同名")
    other.uscc = None
    county.flush()
    with pytest.raises(InvalidInputError, match="有号码的记录"):
        services.merge(county, head, one.id, other.id, reason="同名")
    with pytest.raises(InvalidInputError, match="自己"):
        services.merge(county, head, one.id, one.id, reason="同名")
    with pytest.raises(InvalidInputError) as refused:
        services.merge(county, head, other.id, one.id, reason=" ")
    assert refused.value.field == "reason"
    with pytest.raises(NotPermittedError):
        services.merge(county, actor_of(county, "zhifa1"), other.id, one.id, reason="x")
    assert other.merged_into_id is None


def test_consent_to_electronic_service_needs_an_address_and_a_paper(county: Session) -> None:
    party, officer = party_of(county, filed_case(county)), actor_of(county, "zhifa1")
    said: dict[str, Any] = {"signed_on": date(2026, 3, 3), "paper": "送达地址确认书第1号"}
    with pytest.raises(InvalidInputError) as refused:
        services.consent(county, officer, party.id, agreed=True, address=None, **said)
    assert refused.value.field == "address"
    late = said | {"signed_on": date(2026, 3, 4)}
    with pytest.raises(InvalidInputError, match="将来"):
        services.consent(county, officer, party.id, agreed=False, address=None, **late)
    services.consent(county, officer, party.id, agreed=True, address="13800000000", **said)
    services.consent(county, officer, party.id, agreed=False, address=None, **said)
    assert [one.agreed for one in queries.consents(county, party)] == [False, True]
    for statement in ("update party_consent set agreed = true", "delete from party_entry"):
        with (
            pytest.raises(IntegrityError, match="only grows"),
            county.begin_nested(),
            as_owner(county),
        ):
            county.execute(text(statement))


def test_a_search_by_number_needs_the_right_and_is_logged(county: Session, call: Calls) -> None:
    case = filed_case(county)
    number = party_of(county, case).uscc
    assert call("zhifa1", "GET", f"/parties?number={number}").status_code == 403
    found = call("juzhang", "GET", f"/parties?number={number}").get_json()["parties"]
    assert [one["name"] for one in found] == ["示例鲜果超市有限公司"]
    [logged] = county.query(AuditLog).filter_by(act="party:search").all()
    assert logged.subject == "0Y43"
    assert call("juzhang", "GET", "/parties?number=123").status_code == 422


def test_who_sees_no_case_of_a_party_does_not_see_the_party(county: Session, call: Calls) -> None:
    case = proposed(county, party_uscc=THIRD, party_name="无人看见有限公司")
    case.unit_code, case.officer_a_id, case.officer_b_id = "01.01.99.01", None, None
    county.flush()
    assert call("zhifa1", "GET", "/parties?name=无人看见").get_json()["parties"] == []
    hidden = call("zhifa1", "GET", f"/parties/{case.party_id}")
    absent = call("zhifa1", "GET", f"/parties/{uuid.uuid4()}")
    assert (hidden.status_code, hidden.get_json()) == (404, absent.get_json())


def test_pages_show_correct_and_merge_parties(county: Session, page: Pages) -> None:
    first, _second, gone, stays = without_number(county)
    county.commit()
    head, officer = page("juzhang"), page("zhifa1")
    shown = head.get(f"/parties/{gone.id}").text
    assert first.number in shown
    assert re.search("受过罚款[12]次", shown)  # the demonstration may have fined it too
    wrong = head.post(f"/parties/{gone.id}/merge", data={"into": "AJ0", "reason": "x"})
    assert wrong.status_code == 422
    said = {"into": _second.number, "reason": "同一企业"}
    done = head.post(f"/parties/{gone.id}/merge", data=said)
    assert done.location.endswith(str(stays.id))
    assert head.get(f"/parties/{gone.id}").location.endswith(str(stays.id))
    renamed = {"name": "示例生鲜有限公司", "reason": "企业更名"}
    assert officer.post(f"/parties/{stays.id}/correct", data=renamed).status_code == 302
    assert "示例生鲜有限公司" in officer.get("/parties?name=生鲜").text


def test_the_list_of_parties_needs_few_statements(
    demo_app: Flask, county: Session, call: Calls
) -> None:
    filed_case(county)
    proposed(county, party_uscc=OTHER)
    call("juzhang", "GET", "/me")
    counts = []
    for limit in (1, 20):
        with counted(demo_app) as sent:
            assert call("juzhang", "GET", f"/parties?limit={limit}").status_code == 200
        counts.append(len(sent))
    assert counts[0] == counts[1] <= 8
