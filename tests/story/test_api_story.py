"""The whole story through the JSON API: from a report in a village to a closed case."""

from __future__ import annotations

import base64
import re
from typing import Any

from sqlalchemy.orm import Session

from enforcement.demo.photo import draw_photo
from tests.asking import Calls, actor_of, set_clock
from tests.case.making import home_point
from tests.document.reading import squeezed_text as text_of

PARTY = {
    "party_kind": "organisation",
    "party_name": "梨树县示例鲜果超市有限公司",
    "party_uscc": "91350100M000100Y43",
    "party_representative": "张示例",
    "party_address": "梨树县示例大街12号",
    "party_phone": "13800000000",
}


class Story:
    """The case as the API tells it, and the two officers who work it."""

    def __init__(self, call: Calls, session: Session) -> None:
        self.call, self.session = call, session
        self.case: dict[str, Any] = {}

    def ok(self, who: str, method: str, path: str, **more: Any) -> dict[str, Any]:
        answer = self.call(who, method, path, **more)
        assert answer.status_code in (200, 201), (path, answer.status_code, answer.text)
        found: dict[str, Any] = answer.get_json()
        return found

    def act(self, who: str, event: str, **said: Any) -> dict[str, Any]:
        self.case = self.ok(who, "POST", f"/cases/{self.case['id']}/{event}", json=said)
        return self.case

    def text(self, code: str, nth: int = -1) -> str:
        papers = [row for row in self.case["documents"] if row["code"] == code]
        path = f"/cases/{self.case['id']}/documents/{papers[nth]['id']}.pdf"
        answer = self.call("zhifa1", "GET", path)
        assert answer.data.startswith(b"%PDF")
        return text_of(answer.data)


def test_a_report_becomes_a_closed_case_with_all_its_papers(call: Calls, county: Session) -> None:
    story = Story(call, county)
    lon, lat = home_point(county)
    set_clock(county, "2026-03-02 09:30")
    incident = story.ok(
        "fujing",
        "POST",
        "/incidents",
        json={
            "category": "04",
            "description": "门前人行道摆放货架占道经营。",
            "lon": lon,
            "lat": lat,
            "accuracy_m": 8.5,
            "occurred_at": "2026-03-02T09:15:00+08:00",
            "place": "示例大街12号门前",
            "photos": [{"name": "a.jpg", "content": base64.b64encode(draw_photo(7)).decode()}],
            "key": "phone-1",
        },
    )
    assert incident["village_code"] == actor_of(county, "fujing").area_codes[0]
    assert all(incident["names"].values())

    squad = actor_of(county, "zhifa1")
    sent = story.ok(
        "dadui",
        "POST",
        f"/incidents/{incident['id']}/patrol",
        json={
            "squad_id": str(squad.unit_id),
            "patrol_on": "2026-03-02",
            "instructions": "现场核查",
        },
    )
    assert sent["squad_code"] == squad.unit_code
    patrol = story.ok("zhifa1", "GET", f"/patrols/{sent['id']}")
    assert [stop["incident_number"] for stop in patrol["stops"]] == [incident["number"]]
    story.ok("zhifa1", "POST", f"/patrols/{sent['id']}/stops/1/visit", json={"outcome": "属实"})
    story.ok("zhifa1", "POST", f"/incidents/{incident['id']}/accept", json={})

    story.case = story.ok(
        "zhifa1",
        "POST",
        f"/incidents/{incident['id']}/case",
        json={
            "matter_code": "M12",
            "place": "示例大街12号门前",
            "acted_on": "2026-03-02",
            "act": "未经批准在人行道摆放货架占用城市道路18平方米经营水果",
        },
    )
    assert "案源" in story.text("D01")
    story.act("zhifa1", "check", opinion="经现场核查，情况属实。")
    officers = {name: str(actor_of(county, name).person_id) for name in ("zhifa1", "zhifa2")}

    set_clock(county, "2026-03-03 09:00")
    story.act(
        "zhifa1",
        "propose-filing",
        **PARTY,
        officer_a=officers["zhifa1"],
        officer_b=officers["zhifa2"],
        reason="涉嫌擅自占用城市道路",
        no_interest=True,
    )
    story.act("zhongdui", "endorse", opinion="同意立案，报请审批。")
    story.act("juzhang", "approve-filing", opinion="同意立案。")
    assert (story.case["filed_on"], story.case["decision_due_on"]) == ("2026-03-03", "2026-06-01")
    assert "同意立案" in story.text("D02")

    set_clock(county, "2026-03-04 10:00")
    story.act(
        "zhifa1",
        "record-scene",
        from_at="2026-03-04T09:10:00+08:00",
        shown=True,
        to_at="2026-03-04T09:45:00+08:00",
        place="示例大街12号门前",
        weather="晴",
        present="张示例",
        findings="货架4组占用人行道18平方米。",
        photos=6,
    )
    story.act("zhifa2", "order-correction", demand="立即清除占道货架。", until_on="2026-03-11")
    assert "18平方米" in story.text("D08")
    assert "2026年3月11日" in story.text("D09")

    set_clock(county, "2026-03-16 10:00")
    story.act("zhifa1", "close-investigation", circumstances="责令改正后逾期未改正。")
    story.act("zhifa1", "propose-penalty", amount="2000.00", reason="情节一般，处一般阶次。",
              mitigation="eliminated")  # fmt: skip
    story.act("dadui", "endorse", opinion="同意。")
    story.act("juzhang", "approve-proposal", opinion="同意告知。")
    set_clock(county, "2026-03-18 15:00")
    story.act(
        "zhifa1",
        "notify",
        way="direct",
        at="2026-03-18T14:30:00+08:00",
        place="示例大街12号",
        receiver="张示例",
        relation="法定代表人",
    )
    assert story.case["statement_until_on"] == "2026-03-25"
    assert "2,000.00" in story.text("D26") or "2000" in story.text("D26")

    set_clock(county, "2026-03-24 10:00")
    story.act(
        "zhifa1",
        "hear-statement",
        outcome="not_accepted",
        content="请求不予处罚",
        result="不属于法定不予或者减轻处罚的情形",
    )
    set_clock(county, "2026-03-27 09:00")
    story.act("zhifa1", "propose-decision", amount="2000.00", reason="情节一般，处一般阶次。")
    story.act("dadui", "endorse", opinion="同意。")
    story.act("juzhang", "decide", opinion="同意处罚。")
    decision = story.text("D38")
    assert re.search(r"梨综执罚决字〔2026〕\d+号", decision)
    assert PARTY["party_name"] in decision
    set_clock(county, "2026-03-27 16:00")
    story.act(
        "zhifa1",
        "serve",
        way="direct",
        at="2026-03-27T15:30:00+08:00",
        place="示例大街12号",
        receiver="张示例",
        relation="法定代表人",
    )
    assert story.case["payment_due_on"] == "2026-04-13"
    assert re.search(r"梨综执罚决字〔2026〕\d+号", story.text("D41"))

    set_clock(county, "2026-04-14 10:00")
    story.act(
        "zhifa1", "record-payment", amount="2000.00", receipt="00012345", paid_on="2026-04-10"
    )
    story.act("zhifa1", "propose-closing", reason="处罚决定已全部履行。")
    story.act("dadui", "endorse", opinion="同意结案。")
    story.act("juzhang", "approve-closing", opinion="同意结案。")
    assert story.case["state"] == "closed"
    assert "同意结案" in story.text("D56")
    assert [row["code"] for row in story.case["documents"]] == [
        "D01",
        "D02",
        "D08",
        "D09",
        "D24",
        "D25",
        "D26",
        "D41",
        "D28",
        "D38",
        "D41",
        "D56",
    ]

    report = story.ok("xiangzhen", "GET", "/report?month=2026-03")
    assert (report["totals"]["incidents"], report["totals"]["cases"]) == (1, 1)
    pdf = call("xiangzhen", "GET", "/report.pdf?month=2026-03")
    assert "案件：擅自占用、挖掘城市道路" in text_of(pdf.data)
    assert [row["matter_code"] for row in report["by_matter"]] == ["M12"]
