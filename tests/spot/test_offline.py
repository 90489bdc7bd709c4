"""Decisions handed over without a network: the phone's numbers, checks again, refusals, voids."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from sqlalchemy.orm import Session

from enforcement import clock, files
from enforcement.document import handwriting, numbering
from enforcement.document.models import Document, NumberVoid
from enforcement.document.numbering import Series
from enforcement.people.models import Organ
from enforcement.spot import receipt
from enforcement.spot.making import WORD
from enforcement.spot.models import SpotPenalty
from enforcement.spot.snapshot import snapshot
from tests.asking import Browser, Pages, actor_of, set_clock
from tests.document.handwriting import STROKES
from tests.spot.making import PERSON, decision

DEVICE = "0190aaaa-device"


def token(browser: Browser) -> dict[str, str]:
    return {"X-CSRFToken": browser.get("/m/me").get_json()["csrf"]}


def organ_of(county: Session) -> Organ:
    return county.query(Organ).filter_by(name="梨树县综合行政执法局").one()


def reserved(county: Session, count: int = 3) -> int:
    set_clock(county, "2026-03-03 08:00")
    series = Series(organ_of(county).short, WORD, 2026)
    return numbering.reserve(county, actor_of(county, "zhifa1"), series, count, DEVICE).first


def sent(county: Session, n: int, **change: Any) -> dict[str, Any]:
    """Return what a phone sends of a decision of 09:30, with the fields of `decision` changed."""
    said = decision(county, **change)
    plain = {
        name: value.isoformat() if hasattr(value, "isoformat") else str(value)
        if name in ("amount", "officer_a", "officer_b") and value is not None else value
        for name, value in said.items()
    }  # fmt: skip
    return {
        "key": str(uuid.uuid4()), "organ": organ_of(county).short, "year": 2026, "n": n,
        "decided_at": "2026-03-03T09:30:00+08:00", "decision": plain,
    }  # fmt: skip


def test_a_phone_keeps_the_law_the_people_and_its_numbers(county: Session, page: Pages) -> None:
    first = reserved(county)
    found = snapshot(county, actor_of(county, "zhifa1"), DEVICE)
    assert found is not None
    assert [one["n"] for one in found["numbers"]] == [first, first + 1, first + 2]
    assert snapshot(county, actor_of(county, "zhifa1"), "another")["numbers"] == []  # type: ignore[index]
    assert snapshot(county, actor_of(county, "zhifa2"), DEVICE)["numbers"] == []  # type: ignore[index]
    assert snapshot(county, actor_of(county, "zhongdui"), DEVICE) is None or True
    assert snapshot(county, actor_of(county, "juzhang"), DEVICE) is None
    assert found["caps"] == {"person": "200", "organisation": "3000", "individual_business": "200"}
    matter = next(one for one in found["matters"] if one["code"] == "M12")
    assert matter["organ"] in found["organs"]
    assert not {"M09", "M26", "X01"} & {one["code"] for one in found["matters"]}
    assert found["remedies"]["words"] == "六十"
    answer = page("zhifa1").get(f"/m/keep/spot?device={DEVICE}")
    assert answer.get_json()["spot"]["numbers"] == found["numbers"]
    assert page("fujing").get("/m/keep/spot").status_code == 403


def test_a_decision_of_the_phone_is_issued_under_its_number_once(
    county: Session, page: Pages
) -> None:
    first, browser = reserved(county), page("zhifa1")
    set_clock(county, "2026-03-04 10:00")
    body, headers = sent(county, first), token(browser)
    answer = browser.post("/m/send/spot", json=body, headers=headers)
    assert answer.status_code == 201, answer.text
    again = browser.post("/m/send/spot", json=body, headers=headers)
    assert again.get_json() == answer.get_json()
    spot = county.query(SpotPenalty).filter_by(id=uuid.UUID(answer.get_json()["id"])).one()
    assert spot.number == Series(body["organ"], WORD, 2026).number(first)
    assert clock.local_day(spot.decided_at).isoformat() == "2026-03-03"
    paper = county.query(Document).filter_by(spot_penalty_id=spot.id).one()
    assert clock.local_day(paper.issued_at).isoformat() == "2026-03-03"
    other = browser.post("/m/send/spot", json=sent(county, first, place="别处"), headers=headers)
    assert other.status_code == 409
    assert "已经使用" in other.get_json()["error"]
    register = numbering.register(county, spot.county_code, Series(body["organ"], WORD, 2026))
    assert {row.n: row.fate for row in register}[first] == "paper"


def test_words_signatures_and_code_of_the_phone_are_kept(county: Session, page: Pages) -> None:
    first, browser = reserved(county), page("zhifa1")
    set_clock(county, "2026-03-03 09:40")
    body = sent(county, first) | {"verify_code": "220322-AAAA-BBBB-CCCC-DDDD", "device": "测试机"}
    body["signed"] = [
        {"role": "party", "n": 1, "name": "李示例", "strokes": STROKES},
        {"role": "officer", "n": 1, "name": "甲", "strokes": STROKES},
        {"role": "officer", "n": 2, "name": "乙", "strokes": STROKES},
    ]
    headers = token(browser)
    wrong = browser.post("/m/send/spot", json=body | {"seen": "0" * 64}, headers=headers)
    assert wrong.status_code == 409
    assert "不一致" in wrong.get_json()["error"]
    body |= {"n": first + 1, "key": "second"}
    answer = browser.post("/m/send/spot", json=body, headers=headers)
    assert answer.status_code == 201, answer.text
    paper = county.query(Document).filter_by(verify_code=body["verify_code"]).one()
    copy = handwriting.copy_of(county, paper, "written")
    assert copy is not None
    assert files.read(paper.county_code, copy.sha256)
    assert handwriting.problems(county, paper) == []
    said = receipt.lines_of(paper, clock.local_day(paper.issued_at))
    body |= {"n": first + 2, "key": "third", "seen": receipt.digest(said), "verify_code": None}
    third = browser.post("/m/send/spot", json=body, headers=headers)
    assert third.status_code == 409  # the number in the words is another one


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"amount": 201}, "200元"),
        ({"told": False}, "告知"),
        ({"certain": False}, "确凿"),
        ({"kind": "warning", "amount": None}, "警告"),
        ({"party_id_number": "110105194912310021"}, "身份证"),
        ({"officer_b": None}, "officer_b"),
    ],
    ids=["cap", "told", "certain", "no warning", "identity", "one officer"],
)
def test_a_refused_decision_voids_its_number_with_the_reason(
    county: Session, page: Pages, change: dict[str, Any], why: str
) -> None:
    first, browser = reserved(county), page("zhifa1")
    set_clock(county, "2026-03-03 12:00")
    body, headers = sent(county, first, **change), token(browser)
    answer = browser.post("/m/send/spot", json=body, headers=headers)
    assert answer.status_code in (409, 422), answer.text
    if change.get("officer_b", "") is None:  # refused before it was understood
        return
    assert why in answer.get_json()["error"]
    [void] = county.query(NumberVoid).filter_by(n=first, word=WORD).all()
    assert why in void.reason
    again = browser.post("/m/send/spot", json=body, headers=headers)
    assert again.status_code in (409, 422)
    assert why in again.get_json()["error"]
    assert county.query(SpotPenalty).filter(SpotPenalty.number.like(f"%{first}号")).count() == 0


@pytest.mark.parametrize(
    ("at", "now", "status"),
    [
        ("2026-03-03T09:30:00+08:00", "2026-03-10 09:00", 201),
        ("2026-03-03T09:30:00+08:00", "2026-03-10 10:00", 409),
        ("2026-03-03T09:36:00+08:00", "2026-03-03 09:30", 201),
        ("2026-03-03T09:45:00+08:00", "2026-03-03 09:30", 422),
    ],
    ids=["a week", "too late", "a clock ahead", "a clock far ahead"],
)
def test_the_moment_of_the_phone_counts_within_bounds(
    county: Session, page: Pages, at: str, now: str, status: int
) -> None:
    first, browser = reserved(county), page("zhifa1")
    headers = token(browser)
    set_clock(county, now)
    browser = page("zhifa1")
    headers = token(browser)
    body = sent(county, first) | {"decided_at": at}
    answer = browser.post("/m/send/spot", json=body, headers=headers)
    assert answer.status_code == status, answer.text


def test_numbers_are_reserved_and_given_up_by_the_phone(county: Session, page: Pages) -> None:
    set_clock(county, "2026-03-03 08:00")
    browser = page("zhifa1")
    headers, organ = token(browser), organ_of(county).short
    body = {"device": DEVICE, "organ": organ, "year": 2026, "count": 2}
    first = browser.post("/m/numbers", json=body, headers=headers).get_json()["first"]
    assert browser.post("/m/numbers", json=body | {"count": 21}, headers=headers).status_code == 422
    gone = {"key": "v", "organ": organ, "year": 2026, "n": first, "reason": "未交付"}
    for _n in range(2):
        assert browser.post("/m/send/void", json=gone, headers=headers).status_code == 201
    assert county.query(NumberVoid).filter_by(n=first, word=WORD).one().reason == "未交付"
    strange = browser.post("/m/send/void", json=gone | {"n": 999}, headers=headers)
    assert strange.status_code == 409
    sent_body = sent(county, first + 1) | {"decided_at": "2026-03-03T08:00:00+08:00"}
    sent_body["decision"]["acted_at"] = "2026-03-03T07:30:00+08:00"
    assert browser.post("/m/send/spot", json=sent_body, headers=headers).status_code == 201
    borne = browser.post("/m/send/void", json=gone | {"n": first + 1}, headers=headers)
    assert borne.status_code == 409
    assert "已经用于文书" in borne.get_json()["error"]


def test_the_same_party_is_not_fined_twice_from_the_phone(county: Session, page: Pages) -> None:
    first, browser = reserved(county), page("zhifa1")
    set_clock(county, "2026-03-03 12:00")
    headers = token(browser)
    assert (
        browser.post("/m/send/spot", json=sent(county, first), headers=headers).status_code == 201
    )
    second = browser.post(
        "/m/send/spot", json=sent(county, first + 1, party_id_number=PERSON), headers=headers
    )
    assert second.status_code == 409
    assert "R12" in str(second.get_json()) or "罚款" in second.get_json()["error"]
