"""Publication of decisions: a review each, redaction, deadlines, withdrawal, what anybody sees."""

from __future__ import annotations

import re
import uuid
from datetime import date
from decimal import Decimal
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from enforcement import files
from enforcement.case.models import CaseFile, Party
from enforcement.errors import InvalidInputError, NotPermittedError, StepNotAllowedError
from enforcement.law.redaction import Outcome
from enforcement.law.terms import CaseEvent as E
from enforcement.publication import queries, services
from enforcement.publication.models import Publication
from tests.asking import Browser, Calls, Pages, actor_of, as_owner, set_clock
from tests.case import making
from tests.case.making import act, served_case
from tests.case.test_own_execution import ordered
from tests.document.reading import squeezed_text
from tests.web.test_query_counts import counted

COUNTY = "220322"
PERSON = {"party_kind": "person", "party_name": "张示例", "party_uscc": None,
          "party_id_number": "11010519491231002X", "party_address": "示例村三组15号",
          "party_phone": "13800000000", "party_representative": None}  # fmt: skip


@pytest.fixture
def visitor(demo_app: Flask, county: Session) -> Browser:
    return Browser(demo_app, demo_app.response_class)


def of_a_person(session: Session, monkeypatch: pytest.MonkeyPatch, **change: Any) -> CaseFile:
    before = making.filing
    said = PERSON | change
    monkeypatch.setattr(making, "filing", lambda session: before(session) | said)
    return served_case(session)


def publish(session: Session, case: CaseFile, **change: Any) -> Publication:
    said: dict[str, Any] = {"outcome": Outcome.PUBLISH, "reason": "具有一定社会影响"}
    return services.review(session, actor_of(session, "fazhi"), case.id, **(said | change))


def paper_text(row: Publication) -> str:
    assert row.sha256 is not None
    return squeezed_text(files.read(row.county_code, row.sha256))


def served_text(session: Session, case: CaseFile) -> str:
    from enforcement.document import queries as documents

    papers = documents.list_of_case(session, case.county_code, case.id)
    paper = [one for one in papers if one.code == "D38"][-1]
    return squeezed_text(files.read(paper.county_code, paper.sha256))


def test_a_companys_decision_is_published_as_served_apart_from_natural_persons(
    county: Session,
) -> None:
    case = served_case(county)
    row = publish(county, case)
    served, made = served_text(county, case), paper_text(row)
    assert row.shown["party"] == "示例鲜果超市有限公司"
    assert "示例鲜果超市有限公司" in made
    assert "张示例" in served
    assert "张示例" not in made
    same = re.sub(r"扫码核验文书\d{6}(-\w{4}){4}", "", served.replace("张示例", "张某某"))
    for secret in ("13800000000",):
        same = same.replace(secret, "******")
    assert _without_numbers(same) == _without_numbers(made)


def _without_numbers(words: str) -> str:
    import re

    return re.sub(r"\d{11,}|\*{6}", "#", words)


def test_a_natural_person_is_not_named_nor_found_in_a_published_decision(
    county: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = of_a_person(county, monkeypatch)
    row = publish(county, case)
    made = paper_text(row) + str(row.shown)
    for secret in ("张示例", "11010519491231002X", "13800000000", "示例村三组15号"):
        assert secret not in made
    assert row.shown["party"] == "张某某"
    services.withdraw(county, actor_of(county, "fazhi"), row.id, reason="重新审核")
    named = publish(county, case, name_person=True, hide="示例大街")
    assert "张示例" in paper_text(named)
    assert "示例大街" not in paper_text(named)
    assert "11010519491231002X" not in paper_text(named)


def test_a_minors_case_is_never_published(county: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    case = of_a_person(county, monkeypatch)
    party = county.get_one(Party, (case.county_code, case.party_id))
    case.acted_on = date(1949 + 17, 6, 1)
    assert party.kind == "person"
    for outcome in (Outcome.PUBLISH, Outcome.PARTLY):
        with pytest.raises(InvalidInputError, match="未成年人"):
            publish(county, case, outcome=outcome)
    row = publish(county, case, outcome=Outcome.WITHHOLD)
    assert row.shown == {}
    assert queries.public_page(county, COUNTY) == []


def test_the_reviewer_is_no_officer_of_the_case_and_reviews_once(county: Session) -> None:
    case = served_case(county)
    with pytest.raises(NotPermittedError):
        services.review(county, actor_of(county, "zhifa1"), case.id, outcome=Outcome.PUBLISH,
                        reason="x")  # fmt: skip
    reviewer = actor_of(county, "fazhi")
    officer, case.officer_b_id = case.officer_b_id, reviewer.person_id
    with pytest.raises(NotPermittedError, match="自己办理"):
        publish(county, case)
    case.officer_b_id = officer
    with pytest.raises(InvalidInputError) as refused:
        publish(county, case, reason=" ")
    assert refused.value.field == "reason"
    publish(county, case)
    with pytest.raises(StepNotAllowedError, match="已经过公开审核"):
        publish(county, case)
    assert county.query(Publication).filter_by(case_id=case.id).count() == 1


def test_a_case_without_a_decision_has_nothing_to_publish(county: Session) -> None:
    case = making.proposed_case(county)
    with pytest.raises(StepNotAllowedError, match="还没有处罚决定"):
        publish(county, case)


def test_a_decision_is_due_in_seven_working_days_and_a_revised_one_leaves_in_three(
    county: Session,
) -> None:
    case = served_case(county)  # decided on Friday 2026-03-27
    mine = {one.case.id: one for one in queries.waiting(county, actor_of(county, "fazhi"))}
    assert mine[case.id].due_on == date(2026, 4, 8)  # 清明 4/4-6 is no working time
    row = publish(county, case)
    assert row.due_on == date(2026, 4, 8)
    waiting = queries.waiting(county, actor_of(county, "fazhi"))
    assert case.id not in {one.case.id for one in waiting}
    set_clock(county, "2026-04-09 10:00")
    act(county, "juzhang", case, E.REVISE, revision="changed", amount=Decimal(500), reason="减轻")
    waiting = queries.waiting(county, actor_of(county, "fazhi"))
    [one] = [one for one in waiting if one.case.id == case.id]
    assert (one.publication, one.due_on) == (row, date(2026, 4, 14))
    services.withdraw(county, actor_of(county, "fazhi"), row.id, reason="决定已变更")
    with pytest.raises(StepNotAllowedError, match="已经撤回"):
        services.withdraw(county, actor_of(county, "fazhi"), row.id, reason="再撤")
    assert queries.public_page(county, COUNTY) == []


def test_reviews_and_withdrawals_never_change(county: Session) -> None:
    row = publish(county, served_case(county))
    services.withdraw(county, actor_of(county, "fazhi"), row.id, reason="x")
    for statement in (
        "update publication set outcome = 'withhold', sha256 = null",
        "delete from publication_withdrawal",
    ):
        with (
            pytest.raises(IntegrityError, match="only grows"),
            county.begin_nested(),
            as_owner(county),
        ):
            county.execute(text(statement))


def test_anybody_reads_published_decisions_and_feeds_until_they_are_withdrawn(
    county: Session, visitor: Browser
) -> None:
    row = publish(county, served_case(county))
    county.commit()
    here = f"/public/decisions/{row.id}"
    assert row.shown["number"] in visitor.get("/public/decisions").text
    one = visitor.get(here).text
    assert "罚款2000.00元" in one
    assert "张示例" not in one
    assert visitor.get(f"{here}.pdf").data[:5] == b"%PDF-"
    feed = visitor.get("/public/decisions.json").get_json()
    assert [item["id"] for item in feed["items"]] == [str(row.id)]
    rss = ET.fromstring(visitor.get("/public/decisions.rss").data)
    assert [item.findtext("guid") for item in rss.iter("item")] == [str(row.id)]
    services.withdraw(county, actor_of(county, "fazhi"), row.id, reason="决定已撤销")
    county.commit()
    absent = visitor.get(f"/public/decisions/{uuid.uuid4()}")
    for path in (here, f"{here}.pdf"):
        assert visitor.get(path).status_code == absent.status_code == 404
    assert visitor.get("/public/decisions.json").get_json()["items"] == []


def test_a_summary_only_has_no_paper(county: Session, visitor: Browser) -> None:
    row = publish(county, served_case(county), outcome=Outcome.PARTLY)
    county.commit()
    assert visitor.get(f"/public/decisions/{row.id}").status_code == 200
    assert visitor.get(f"/public/decisions/{row.id}.pdf").status_code == 404


def test_pages_and_calls_review_and_withdraw(county: Session, page: Pages, call: Calls) -> None:
    case = served_case(county)
    county.commit()
    reviewer = page("fazhi")
    assert case.number in reviewer.get("/publications").text
    path = f"/cases/{case.id}/publication"
    assert reviewer.post(path, data={"outcome": "publish"}).status_code == 422
    said = {"outcome": "publish", "reason": "具有一定社会影响"}
    assert reviewer.post(path, data=said).status_code == 302
    [row] = queries.of_case(county, case.county_code, case.id)
    listed = call("juzhang", "GET", "/publications").get_json()
    assert [one["id"] for one in listed["public"]] == [str(row.id)]
    gone = call("juzhang", "POST", f"/publications/{row.id}/withdraw", json={"reason": "有误"})
    assert gone.status_code == 200
    again = call("juzhang", "POST", path, json={"outcome": "withhold", "reason": "涉及隐私"})
    assert again.status_code == 201
    assert "涉及隐私" in reviewer.get(path).text


def test_public_lists_need_few_statements(
    demo_app: Flask, county: Session, visitor: Browser
) -> None:
    publish(county, served_case(county))
    county.commit()
    for path in ("/public/decisions", "/public/officers", "/public/powers", "/public/procedures"):
        with counted(demo_app) as sent:
            assert visitor.get(path).status_code == 200
        assert len(sent) <= 6, (path, sent)


def test_a_demolition_order_and_its_notice_are_offered_one_by_one(
    county: Session, page: Pages, visitor: Browser
) -> None:
    case = ordered(county)  # decided on Friday 2026-03-27
    fazhi = actor_of(county, "fazhi")

    def mine() -> list[queries.Waiting]:
        return [one for one in queries.waiting(county, fazhi) if one.case.id == case.id]

    [order] = mine()
    assert (order.notice, order.limit_id) == (False, "publication_other")
    assert order.due_on == date(2026, 4, 27)  # twenty working days over 清明
    row = publish(county, case)
    assert row.shown["content"] == "责令2026-04-20前自行拆除违法建筑"
    assert mine() == []
    set_clock(county, "2026-04-21 15:00")
    act(county, "zhifa1", case, E.DEMAND, at=making.at("2026-04-21", 14), **making.HANDED)
    until = {"until_on": date(2026, 5, 25), "posted_at": "现场和村委会", "opinion": "同意"}
    act(county, "juzhang", case, E.ANNOUNCE_DEMOLITION, **until)
    [notice] = mine()
    assert notice.notice
    county.commit()
    listed = page("fazhi").get("/publications").text
    assert f"paper={notice.document_id}" in listed
    said = {"outcome": "publish", "reason": "强制拆除公告应当公开"}
    path = f"/cases/{case.id}/publication?paper={notice.document_id}"
    assert page("fazhi").post(path, data=said).status_code == 302
    assert mine() == []
    shown = visitor.get("/public/decisions").text
    assert "公告：限2026-05-25前自行拆除违法建筑" in shown
    with pytest.raises(StepNotAllowedError, match="已经过公开审核"):
        publish(county, case, document_id=notice.document_id)
