"""Papers issued by hand: pre-filled, seen, numbered, frozen, amended, withdrawn."""

from __future__ import annotations

import re
import uuid
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from enforcement import files
from enforcement.case import drafting, paper_form
from enforcement.case.models import CaseFile
from enforcement.document import numbering
from enforcement.document.models import Document, NumberCounter
from enforcement.document.queries import list_of_case, withdrawal_of
from enforcement.errors import (
    InvalidInputError,
    MissingFieldsError,
    NotFoundError,
    NotPermittedError,
    StepNotAllowedError,
)
from enforcement.law.paper_hand import BY_ACTS, BY_HAND
from enforcement.law.paperwork import PAPERS
from tests.asking import Calls, Pages, actor_of, as_owner
from tests.case.making import filed_case
from tests.document.reading import squeezed_text

REQUEST = {
    "request": {"holder": "示例物业公司", "until_on": "2026-03-10"},
    "items": [{"name": "监控录像", "quantity": "1份"}],
}


@pytest.fixture
def case(county: Session) -> CaseFile:
    return filed_case(county)


def issue(session: Session, case: CaseFile, said: Any = REQUEST, **how: Any) -> Document:
    return drafting.issue(session, actor_of(session, "zhifa1"), case.id, "D11", said, **how)


def last_number(session: Session) -> int:
    session.flush()
    query = session.query(NumberCounter.last).filter_by(word="调证")
    found = query.order_by(NumberCounter.year.desc()).first()
    return found[0] if found else 0


def bytes_of(document: Document) -> bytes:
    return files.read(document.county_code, document.sha256)


def test_each_paper_is_issued_by_an_act_or_by_hand() -> None:
    assert set(BY_ACTS) | set(BY_HAND) == set(PAPERS)
    assert not set(BY_ACTS) & set(BY_HAND)
    assert {"D04", "D11", "D29", "D37", "D70"} <= set(BY_HAND)


def test_every_paper_by_hand_is_drafted_from_a_case_and_can_be_seen(
    county: Session, case: CaseFile
) -> None:
    actor = actor_of(county, "zhifa1")
    for code in BY_HAND:
        made = drafting.draft(county, actor, case, code)
        assert made.data["organ"]["name"] == "梨树县综合行政执法局"
        assert all(one.startswith(b"\x89PNG") for one in drafting.pages(made)), code
        form = paper_form.build(made.paper, made.data, made.from_case)
        asked = {one.path for one in made.missing if "[]" not in one.path}
        shown = {cell.name for cell in form.every()} | {one.field.path for one in form.lists}
        assert asked <= shown, code


def test_a_paper_is_numbered_frozen_and_reprinted_byte_for_byte(
    county: Session, case: CaseFile, page: Pages
) -> None:
    before = last_number(county)
    document = issue(county, case)
    assert last_number(county) == before + 1
    assert document.number is not None
    assert document.number.endswith(f"调证字〔2026〕{before + 1}号")
    data = bytes_of(document)
    assert "示例物业公司" in squeezed_text(data)
    assert "扫码核验文书" in squeezed_text(data)
    assert set(document.inputs) <= {"organ", "case", "party", "officers", "request", "items",
                                    "verify", "law", "facts"}  # fmt: skip
    answer = page("zhifa1").get(f"/cases/{case.id}/documents/{document.id}.pdf")
    assert answer.data == data
    with pytest.raises(IntegrityError, match="only grows"), county.begin_nested(), as_owner(county):
        county.execute(text("update document set inputs = '{}' where id = :id"),
                       {"id": document.id})  # fmt: skip


def test_what_is_missing_stops_the_paper_and_uses_no_number(
    county: Session, case: CaseFile
) -> None:
    before, papers = last_number(county), len(list_of_case(county, case.county_code, case.id))
    said = {"request": {"holder": "甲"}, "items": [{"quantity": "1"}]}
    with pytest.raises(MissingFieldsError, match="物品名称") as caught, county.begin_nested():
        issue(county, case, said)
    assert {"request.until_on", "items[].name"} <= {
        one["path"] for one in caught.value.data["fields"]
    }
    assert last_number(county) == before
    assert len(list_of_case(county, case.county_code, case.id)) == papers


@pytest.mark.parametrize(
    ("path", "value"),
    [("holder", "甲\u202e乙"), ("holder", "甲😀"), ("holder", "甲שלום"), ("until_on", "明天")],
)
def test_what_cannot_be_printed_is_refused_by_name_before_a_number_is_used(
    county: Session, case: CaseFile, path: str, value: str
) -> None:
    before = last_number(county)
    said = REQUEST | {"request": REQUEST["request"] | {path: value}}
    with pytest.raises(InvalidInputError) as caught, county.begin_nested():
        issue(county, case, said)
    assert caught.value.field == f"request.{path}"
    assert last_number(county) == before


def test_what_the_case_gives_is_not_changed_by_a_form(county: Session, case: CaseFile) -> None:
    said = REQUEST | {
        "case": {"cause": "别的案由"},
        "organ": {"name": "别处"},
        "surplus": {"x": "y"},
    }
    document = issue(county, case, said)
    assert document.inputs["case"]["cause"] == case.cause
    assert document.inputs["organ"]["name"] == "梨树县综合行政执法局"
    assert "surplus" not in document.inputs


def test_a_key_sent_twice_issues_one_paper(county: Session, case: CaseFile) -> None:
    first = issue(county, case, key="k1")
    assert issue(county, case, key="k1").id == first.id


def test_only_officers_of_the_case_issue_papers_of_it(county: Session, case: CaseFile) -> None:
    before = last_number(county)
    for username in ("zhongdui", "fazhi", "juzhang"):
        with pytest.raises((NotPermittedError, NotFoundError)):
            drafting.issue(county, actor_of(county, username), case.id, "D11", REQUEST)
    with pytest.raises(NotFoundError, match="不单独制作"):
        drafting.issue(county, actor_of(county, "zhifa1"), case.id, "D38", {})
    assert last_number(county) == before


def test_an_amendment_is_a_new_paper_that_names_and_withdraws_the_old(
    county: Session, case: CaseFile, page: Pages
) -> None:
    old = issue(county, case)
    said = REQUEST | {"request": REQUEST["request"] | {"holder": "示例商场"}}
    with pytest.raises(InvalidInputError) as caught, county.begin_nested():
        issue(county, case, said, replaces_id=old.id)
    assert caught.value.field == "reason"
    new = issue(county, case, said, replaces_id=old.id, reason="持有人写错")
    assert new.number != old.number
    assert f"更正并替代{old.number}" in squeezed_text(bytes_of(new))
    withdrawn = withdrawal_of(county, old)
    assert withdrawn is not None
    assert new.number in withdrawn.reason
    assert "示例物业公司" in squeezed_text(bytes_of(old))
    with pytest.raises(StepNotAllowedError, match="已经作废"):
        issue(county, case, said, replaces_id=old.id, reason="再改")
    shown = page("zhifa1").get(f"/cases/{case.id}/documents/{old.id}").text
    assert new.number in shown


def test_a_withdrawn_paper_keeps_its_number_and_its_bytes(county: Session, case: CaseFile) -> None:
    actor, document = actor_of(county, "zhifa1"), issue(county, case)
    with pytest.raises(InvalidInputError):
        drafting.withdraw(county, actor, case.id, document.id, " ")
    drafting.withdraw(county, actor, case.id, document.id, "重复制作")
    with pytest.raises(StepNotAllowedError):
        drafting.withdraw(county, actor, case.id, document.id, "再次")
    assert bytes_of(document).startswith(b"%PDF")
    following = issue(county, case)
    assert following.number != document.number
    [filing] = [one for one in list_of_case(county, case.county_code, case.id)
                if one.code == "D02"]  # fmt: skip
    with pytest.raises(StepNotAllowedError, match="不能单独作废"):
        drafting.withdraw(county, actor, case.id, filing.id, "不要了")


def test_reserved_numbers_are_used_once_or_voided_and_leave_no_gap(
    county: Session, case: CaseFile
) -> None:
    actor = actor_of(county, "zhifa1")
    first = issue(county, case)
    assert first.number is not None
    organ = first.number.partition("调证")[0]
    series = numbering.Series(organ, "调证", 2026)
    block = numbering.reserve(county, actor, series, 3, "平板1号")
    after = issue(county, case)
    assert after.number == series.number(block.first + 3)
    offline = issue(county, case, reserved=block.first + 1)
    assert offline.number == series.number(block.first + 1)
    for n in (block.first + 1, block.first + 3):
        with pytest.raises(StepNotAllowedError):
            issue(county, case, reserved=n)
    with pytest.raises(StepNotAllowedError, match="预留"):
        numbering.check_reserved(county, actor_of(county, "zhifa2"), series, block.first)
    left = numbering.give_up(county, actor, block.id, "平板损坏")
    assert left == [block.first, block.first + 2]
    fates = {one.n: one.fate for one in numbering.register(county, case.county_code, series)}
    assert "missing" not in fates.values()
    assert [fates[block.first + n] for n in range(4)] == ["void", "paper", "void", "paper"]
    with pytest.raises(InvalidInputError):
        numbering.reserve(county, actor, series, 0, "平板1号")


def test_a_form_is_filled_previewed_and_issued_without_scripts(
    county: Session, case: CaseFile, page: Pages
) -> None:
    browser, path = page("zhifa1"), f"/cases/{case.id}/papers/D11"
    assert "调取证据通知书" in browser.get(f"/cases/{case.id}/papers").text
    blank = browser.get(path).text
    assert 'value="示例鲜果超市有限公司"' in blank
    assert "data:image/png;base64," in blank
    added = browser.post(path, data={"add": "items", "items[0].name": "账册"})
    assert 'name="items[1].name"' in added.text
    assert 'value="账册"' in added.text
    refused = browser.post(path, data={"do": "issue", "request.holder": "甲"})
    assert refused.status_code == 422
    assert 'href="#f-request-until_on"' in refused.text
    seen = browser.post(
        path, data={"do": "preview", "request.holder": "甲😀"}, headers={"X-Fragment": "preview"}
    )
    assert "“证据持有人”含有不能打印的表情符号：U+1F600" in seen.text
    assert "<html" not in seen.text
    sent = {
        "do": "issue", "key": str(uuid.uuid4()), "request.holder": "示例物业公司",
        "request.until_on": "2026-03-10", "items[0].name": "监控录像", "items[0].quantity": "1份",
    }  # fmt: skip
    answer = browser.post(path, data=sent)
    assert answer.status_code == 302, re.sub('base64,[^"]+', "", answer.text)[:3000]
    shown = browser.get(answer.location).text
    assert "调证字〔2026〕" in shown
    gone = browser.post(f"{answer.location}/withdraw", data={"reason": "试制"})
    assert gone.status_code == 302
    assert "已作废" in browser.get(answer.location).text
    register = browser.get("/papers/numbers?series=梨综执/调证/2026").text
    assert "已作废" in register
    assert "缺号" not in register.partition("<table")[2]
    assert "incident1" not in browser.get("/papers/numbers").text


def test_the_api_drafts_issues_and_withdraws(county: Session, case: CaseFile, call: Calls) -> None:
    path = f"/cases/{case.id}/papers/D11"
    draft = call("zhifa1", "GET", path).get_json()
    assert draft["data"]["request"]["holder"] == "示例鲜果超市有限公司"
    assert "request.until_on" in [one["path"] for one in draft["missing"]]
    lacking = call("zhifa1", "POST", path, json={"data": {}})
    assert lacking.status_code == 422
    made = call("zhifa1", "POST", path, json={"data": REQUEST, "key": "a1"})
    assert made.status_code == 201, made.text
    same = call("zhifa1", "POST", path, json={"data": REQUEST, "key": "a1"})
    assert same.get_json()["id"] == made.get_json()["id"]
    where = f"/cases/{case.id}/documents/{made.get_json()['id']}/withdraw"
    assert call("fazhi", "POST", where, json={"reason": "x"}).status_code == 403
    assert call("zhifa1", "POST", where, json={"reason": "重复"}).status_code == 200
