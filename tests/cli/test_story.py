"""The worked case of a shop that occupies the pavement, played from the command line (M12)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from enforcement.demo.photo import draw_photo
from tests.cli.conftest import Installation
from tests.document.reading import squeezed_text

PARTY = {
    "party_kind": "organisation",
    "party_name": "梨树县示例鲜果超市有限公司",
    "party_uscc": "91350100M000100Y43",
    "party_representative": "张示例",
    "party_address": "梨树县示例大街12号",
    "party_phone": "13800000000",
}
HANDED = {"way": "direct", "place": "示例大街12号", "receiver": "张示例", "relation": "法定代表人"}
REASON = "情节一般，处一般阶次。"


class Story:
    """The case as the commands tell it."""

    def __init__(self, cli: Installation, folder: Path) -> None:
        self.cli, self.folder = cli, folder
        self.case: dict[str, Any] = {}

    def act(self, who: str, event: str, **said: Any) -> dict[str, Any]:
        """Carry out an act, every value given by --set."""
        pairs = [word for name, value in said.items() for word in ("--set", f"{name}={value}")]
        self.case = self.cli.ok("case", "act", self.case["number"], event, "--as", who, *pairs)
        return self.case

    def number(self, code: str) -> str:
        """Return the number of the case's paper of a code."""
        [found] = [row["number"] for row in self.case["documents"] if row["code"] == code]
        return str(found)

    def text(self, paper: str) -> str:
        """Return the text of the latest paper of a code, read back from its PDF."""
        file = self.folder / "paper.pdf"
        got = self.cli.ok(
            "case", "pdf", self.case["number"], paper, "--as", "zhifa1", "--out", file
        )
        assert got["file"] == str(file)
        return squeezed_text(file.read_bytes())


def test_the_worked_case_from_report_to_closing(cli: Installation, tmp_path: Path) -> None:
    story = Story(cli, tmp_path)
    before = month(cli)
    incident = reported(cli, tmp_path)
    patrolled(cli, incident)
    filed(story, incident)
    investigated(story)
    noticed(story)
    decided(story)
    closed(story)
    after = month(cli, "--pdf", tmp_path / "report.pdf")
    for what in ("incidents", "cases", "stops"):
        assert after["totals"][what] == before["totals"][what] + 1
    text = squeezed_text((tmp_path / "report.pdf").read_bytes())
    assert after["township_name"] in text
    assert "2026年3月" in text


def reported(cli: Installation, folder: Path) -> dict[str, Any]:
    photo = folder / "现场.jpg"
    photo.write_bytes(draw_photo(7))
    lon, lat = cli.home()
    made = cli.ok(
        "incident",
        "report",
        "--as",
        "fujing",
        "--category",
        "04",
        "--lon",
        lon,
        "--lat",
        lat,
        "--description",
        "门前人行道摆放货架占道经营。",
        "--place",
        "示例大街12号门前",
        "--accuracy-m",
        8.5,
        "--photo",
        photo,
        "--key",
        "story-1",
    )
    assert (made["source"], made["number"][:10]) == ("command", "SJ20260302")
    assert all(made["names"].values())
    found = cli.ok("incident", "show", made["number"], "--as", "fujing")
    assert (found["id"], len(found["photos"])) == (made["id"], 1)
    assert found["received_at"].startswith("2026-03-02T01:00")  # 09:00 in China
    return made


def patrolled(cli: Installation, incident: dict[str, Any]) -> None:
    number = incident["number"]
    squads = {
        row["name"]: row["code"] for row in cli.ok("patrol", "squads", "--as", "dadui")["squads"]
    }
    sent = cli.ok(
        "incident",
        "assign",
        number,
        "--as",
        "dadui",
        "--on",
        "2026-03-02",
        "--squad",
        squads[incident["names"]["squad"]],
        "--instructions",
        "现场核查",
    )
    patrol = cli.ok("patrol", "show", sent["number"], "--as", "zhifa1")
    assert [stop["incident_number"] for stop in patrol["stops"]] == [number]
    assert cli.ok("patrol", "start", sent["number"], "--as", "zhifa1")["state"] == "started"
    cli.ok("patrol", "visit", sent["number"], 1, "--as", "zhifa1", "--outcome", "属实")
    assert cli.ok("patrol", "finish", sent["id"], "--as", "zhifa1")["state"] == "finished"
    assert cli.ok("incident", "act", number, "accept", "--as", "zhifa1")["state"] == "handling"


def filed(story: Story, incident: dict[str, Any]) -> None:
    cli = story.cli
    story.case = cli.ok(
        "case",
        "register",
        incident["number"],
        "--as",
        "zhifa1",
        "--set",
        "matter_code=M12",
        "--set",
        "act=未经批准在人行道摆放货架占用城市道路18平方米",
        "--set",
        "acted_on=2026-03-02",
        "--set",
        "place=示例大街12号门前",
    )
    assert story.case["number"].startswith("AJ2026-")
    assert incident["number"] in story.text("D01")
    story.act("zhifa1", "check", opinion="经现场核查，情况属实。")
    cli.set_clock("2026-03-03 09:00")
    people = {row["username"]: row["person_id"] for row in cli.ok("account", "list")["accounts"]}
    story.act(
        "zhifa1",
        "propose-filing",
        **PARTY,
        officer_a=people["zhifa1"],
        officer_b=people["zhifa2"],
        reason="涉嫌擅自占用城市道路",
        no_interest="yes",
    )
    story.act("zhongdui", "endorse", opinion="同意立案，报请审批。")
    story.act("juzhang", "approve-filing", opinion="同意立案。")
    assert (story.case["filed_on"], story.case["decision_due_on"]) == ("2026-03-03", "2026-06-01")
    assert "同意立案" in story.text("D02")


def investigated(story: Story) -> None:
    story.cli.set_clock("2026-03-04 10:00")
    story.act(
        "zhifa1",
        "record-scene",
        from_at="2026-03-04T09:10:00+08:00",
        photos=6,
        to_at="2026-03-04T09:45:00+08:00",
        place="示例大街12号门前",
        present="张示例",
        findings="货架4组占用人行道18平方米。",
        shown="true",
    )
    story.act("zhifa2", "order_correction", demand="立即清除占道货架。", until_on="2026-03-11")
    assert "18平方米" in story.text("D08")
    assert "2026年3月11日" in story.text("D09")
    story.cli.set_clock("2026-03-12 10:00")
    story.act("zhifa1", "reinspect", findings="货架仍在人行道上。", result="failed")
    assert "不合格" in story.text("D10")
    story.cli.set_clock("2026-03-16 10:00")
    story.act("zhifa1", "close-investigation", circumstances="责令改正后逾期未改正。")
    assert story.case["state"] == "investigation_closed"


def noticed(story: Story) -> None:
    story.act("zhifa1", "propose-penalty", amount="2000.00", reason=REASON, mitigation="eliminated")
    story.act("dadui", "endorse", opinion="同意。")
    story.act("juzhang", "approve-proposal", opinion="同意告知。")
    story.cli.set_clock("2026-03-18 15:00")
    story.act("zhifa1", "notify", at="2026-03-18T14:30:00+08:00", **HANDED)
    assert story.case["statement_until_on"] == "2026-03-25"
    notice = story.text("D26")
    assert "罚款人民币2000元（大写：贰仟元整）" in notice
    assert "截至2026年3月25日" in notice
    story.cli.set_clock("2026-03-23 10:00")
    story.act(
        "zhifa1",
        "hear-statement",
        outcome="not_accepted",
        content="请求不予处罚",
        result="不属于法定不予或者减轻处罚的情形",
    )


def decided(story: Story) -> None:
    story.cli.set_clock("2026-03-27 09:00")
    story.act("zhifa1", "propose-decision", amount="2000.00", reason=REASON)
    story.act("dadui", "endorse", opinion="同意。")
    story.act("juzhang", "decide", opinion="同意处罚。")
    story.cli.set_clock("2026-03-27 16:00")
    story.act("zhifa1", "serve", at="2026-03-27T15:30:00+08:00", **HANDED)
    assert (story.case["decided_on"], story.case["served_on"]) == ("2026-03-27", "2026-03-27")
    assert story.case["payment_due_on"] == "2026-04-13"
    number = story.number("D38")
    assert number.startswith("梨综执罚决字〔2026〕")
    decision = story.text("D38")
    for words in (
        number,
        PARTY["party_name"],
        "罚款人民币2000元",
        "2026年3月18日",
        "请求不予处罚",
        "《城市道路管理条例》第四十二条",
    ):
        assert words in decision
    proof = story.text("D41")
    assert number in proof
    assert "2026年3月27日15时30分" in proof


def closed(story: Story) -> None:
    story.cli.set_clock("2026-04-10 15:00")
    story.act(
        "zhifa1", "record-payment", amount="2000.00", receipt="00012345", paid_on="2026-04-10"
    )
    story.cli.set_clock("2026-04-14 10:00")
    story.act("zhifa1", "propose-closing", reason="处罚决定已全部履行。")
    story.act("dadui", "endorse", opinion="同意结案。")
    story.act("juzhang", "approve-closing", opinion="同意结案。")
    assert (story.case["state"], story.case["closed_on"]) == ("closed", "2026-04-14")
    closing = story.text("D56")
    for words in ("票据号：00012345", "处罚决定已全部履行。", "同意结案。"):
        assert words in closing
    assert [row["code"] for row in story.case["documents"]] == [
        "D01",
        "D02",
        "D08",
        "D09",
        "D10",
        "D24",
        "D25",
        "D26",
        "D41",
        "D28",
        "D38",
        "D41",
        "D56",
    ]
    listed = story.cli.ok("case", "list", "--as", "juzhang", "--state", "closed")["cases"]
    assert PARTY["party_name"] in {
        row["party_name"] for row in listed if row["number"] == story.case["number"]
    }


def month(cli: Installation, *more: Any) -> dict[str, Any]:
    """Return the township leader's report of the month of the case."""
    return cli.ok("report", "--as", "xiangzhen", "--month", "2026-03", *more)
