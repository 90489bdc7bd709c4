"""The whole story in a real browser, with the accounts of all who take part, day by day.

The dates are those of the worked case of procedure.md 2.8: the database clock is moved, and each
paper is read back from the PDF that the page links to.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Page, expect
from sqlalchemy import text

from enforcement.db import transaction
from enforcement.demo.photo import draw_photo
from tests.asking import actor_of, set_clock
from tests.case.making import home_point
from tests.document.reading import squeezed_text

pytestmark = pytest.mark.browser
PARTY = "梨树县示例鲜果超市有限公司"
PLACE = "示例大街12号门前"
BESIDE = 0.001  # degrees, some 80 m


class Person:
    """Somebody at a browser of his own."""

    def __init__(self, page: Page, server: str) -> None:
        self.page, self.server = page, server

    def fill(self, **labelled: str) -> None:
        """Fill fields by their label: a choice by its word, a box by ticking it."""
        for label, value in labelled.items():
            field = self.page.get_by_label(re.compile(f"^{re.escape(label)}"))
            tag = field.evaluate("element => element.tagName + ':' + element.type")
            if tag.startswith("SELECT"):
                field.select_option(label=value)
            elif tag == "INPUT:checkbox":
                field.check()
            else:
                field.fill(value)

    def send(self, button: str) -> None:
        """Press a button; agree where the page asks."""
        self.page.get_by_role("button", name=button, exact=True).click()
        dialog = self.page.get_by_role("dialog")
        if dialog.is_visible():
            dialog.get_by_role("button", name="确认办理").click()

    def act(self, case: str, act: str, **labelled: str) -> None:
        """Open a case, choose an act that is offered, fill its form and send it."""
        self.page.goto(case)
        self.page.get_by_role(
            "link", name=re.compile(rf"(办理|查看表单)\s*：{re.escape(act)}$")
        ).click()
        self.fill(**labelled)
        self.send(act)
        expect(self.page.get_by_text(f"已办理：{act}。")).to_be_visible()

    def paper(self, case: str, code: str) -> str:
        """Return the text of the newest paper of a kind, from the PDF that the case links to."""
        self.page.goto(case)
        row = self.page.get_by_role("row").filter(has_text=code).last
        href = row.get_by_role("link", name="PDF").get_attribute("href")
        answer = self.page.request.get(f"{self.server}{href}")
        assert answer.headers["content-type"] == "application/pdf"
        return squeezed_text(answer.body())


@pytest.fixture
def clock(live_app: Flask) -> Iterator[Callable[[str], None]]:
    """Move the database clock: clock("2026-03-02 09:30"); it goes right again at the end."""

    def move(moment: str) -> None:
        with live_app.app_context(), transaction() as session:
            set_clock(session, moment)

    yield move
    with live_app.app_context(), transaction() as session:
        session.execute(text("update clock_shift set shift = '0'"))


def test_the_story_from_the_village_to_the_map_report(
    live_app: Flask,
    server: str,
    new_page: Callable[..., Page],
    sign_in: Callable[[Page, str], Page],
    clock: Callable[[str], None],
    tmp_path: Path,
) -> None:
    photo = tmp_path / "stall.jpg"
    photo.write_bytes(draw_photo(5))
    with live_app.app_context(), transaction() as session:
        lon, lat = home_point(session)
        lon += BESIDE  # other tests report at the point itself: one mark would cover the other
        squad = actor_of(session, "zhifa1").unit_name
        village = actor_of(session, "fujing").area_codes[0]
        second = actor_of(session, "zhifa2").name

    def person(username: str, width: str = "desk") -> Person:
        return Person(sign_in(new_page(width), username), server)

    clock("2026-03-02 09:30")
    number, incident = _report(person("fujing", "phone"), photo, lon, lat)
    _send(person("dadui"), number, incident, squad)
    officer, leader = person("zhifa1"), person("zhongdui")
    head, chief = person("juzhang"), person("dadui")
    case = _register(officer, incident)
    assert number in officer.paper(case, "D01")
    officer.act(case, "核查线索", 核查情况="经现场核查，情况属实。")

    clock("2026-03-03 09:00")
    officer.act(
        case,
        "报请立案",
        当事人类型="法人或者其他组织",
        **{"当事人姓名（名称）": PARTY, "法定代表人（负责人、经营者）": "张示例"},
        统一社会信用代码="91350100M000100Y43",
        **{"住址（住所）": "梨树县示例大街12号"},
        协办执法人员=second,
        立案理由="涉嫌擅自占用城市道路经营。",
        两名执法人员与当事人无利害关系="",
    )
    leader.act(case, "承办机构审核", 意见="同意立案，报请审批。")
    head.act(case, "批准立案", 意见="同意立案。")
    expect(head.page.get_by_text("2026-06-01").first).to_be_visible()
    assert "同意立案" in officer.paper(case, "D02")

    clock("2026-03-04 10:00")
    officer.act(
        case,
        "现场检查（勘验）",
        检查地点=PLACE,
        天气="晴",
        在场人="张示例",
        **{"检查（勘验）情况": "人行道上摆放货架4组，占用18平方米。"},
        照片张数="6",
        已主动出示执法证件="",
    )
    officer.act(case, "责令改正", 改正内容和要求="立即清除占道货架。", 改正期限="2026-03-11")
    assert "占用18平方米" in officer.paper(case, "D08")
    assert "2026年3月11日" in officer.paper(case, "D09")

    clock("2026-03-16 10:00")
    officer.act(case, "调查终结", 查明的事实和情节="责令改正后逾期未改正，影响行人通行。")
    officer.act(
        case,
        "报请拟处罚",
        **{"从轻、减轻的法定情形": "主动消除或者减轻危害后果", "拟罚款数额（元）": "2000"},
        裁量理由="主动清理现场。",
    )
    chief.act(case, "承办机构审核", 意见="同意。")
    head.act(case, "同意拟处罚", 意见="同意告知。")
    clock("2026-03-18 15:00")
    officer.act(case, "事先告知", 送达方式="直接送达", 收件人="张示例")
    assert re.search(r"梨综执告字〔2026〕\d+号", officer.paper(case, "D26"))
    assert "行政处罚事先告知书" in officer.paper(case, "D41")

    clock("2026-03-24 10:00")
    officer.act(
        case,
        "听取陈述申辩",
        陈述申辩结果="不予采纳",
        陈述申辩内容="请求不予处罚。",
        复核意见="不属于法定不予处罚的情形。",
    )
    clock("2026-03-27 09:00")
    officer.act(case, "报请决定", **{"罚款数额（元）": "2000"}, 裁量理由="情节一般。")
    chief.act(case, "承办机构审核", 意见="同意。")
    head.act(case, "作出决定", 意见="同意处罚。")
    decision = officer.paper(case, "D38")
    for words in (PARTY, "梨综执罚决字〔2026〕", "贰仟元整", "六十日", "梨树县人民政府"):
        assert words in decision
    clock("2026-03-27 16:00")
    officer.act(case, "送达", 送达方式="直接送达", 收件人="张示例")
    expect(officer.page.get_by_text("2026-04-13").first).to_be_visible()
    assert re.search(r"梨综执罚决字〔2026〕\d+号", officer.paper(case, "D41"))

    clock("2026-04-14 10:00")
    officer.act(case, "登记缴款", 票据号="00012345", 缴款日期="2026-04-10")
    officer.act(case, "报请结案", 理由="处罚决定已全部履行。")
    chief.act(case, "承办机构审核", 意见="同意结案。")
    head.act(case, "批准结案", 意见="同意结案。")
    expect(head.page.get_by_text("已结案").first).to_be_visible()
    assert "00012345" in officer.paper(case, "D56")

    _read_report(person("xiangzhen"), village)
    for one in (officer, leader, head, chief):
        assert one.page.watch.take() == []  # type: ignore[attr-defined]


def _report(auxiliary: Person, photo: Path, lon: float, lat: float) -> tuple[str, str]:
    """Report from the phone page; return the incident's number and id."""
    page = auxiliary.page
    page.context.set_geolocation({"longitude": lon, "latitude": lat, "accuracy": 8})
    page.goto("/m/")
    page.get_by_role("link", name="上报事件").first.click()
    page.locator("label", has_text="街面秩序").click()
    auxiliary.fill(情况说明="门前人行道摆放货架占道经营。", 地点描述=PLACE)
    page.locator("input[type=file]").last.set_input_files(str(photo))
    expect(page.get_by_text(re.compile("已定位"))).to_be_visible()
    page.get_by_role("button", name="上报").click()
    page.wait_for_url("**/m/done/*")
    for word in ("村（社区）", "乡镇（街道）", "责任中队", "责任大队"):
        expect(page.get_by_role("main").get_by_text(word)).to_be_visible()
    return page.locator(".big-number").inner_text().strip(), page.url.rsplit("/", 1)[-1]


def _send(leader: Person, number: str, incident: str, squad: str) -> None:
    """Find the incident in the list, click it on the map, and send a squad on a patrol."""
    page = leader.page
    page.goto("/map")
    page.locator(".map-canvas canvas").first.wait_for()
    page.locator(f"a[data-id='{incident}']").click()
    panel = page.locator("[data-part=panel]")
    expect(panel.get_by_role("heading", name=re.compile(number))).to_be_visible()
    panel.get_by_role("button", name="返回列表").click()
    expect(panel).to_be_hidden()
    expect(page.locator(".map-canvas .map-name")).to_be_visible()  # moved there by the list
    page.locator(".map-canvas").click()
    expect(panel.get_by_role("heading", name=re.compile(number))).to_be_visible()
    panel.get_by_label("中队").select_option(label=squad)
    panel.get_by_label("巡查日期").fill(str(date(2026, 3, 2)))
    panel.get_by_label("工作要求").fill("现场核查，拍照取证。")
    panel.get_by_role("button", name="派遣").click()
    expect(panel.get_by_text(re.compile("列入巡查任务XC2026"))).to_be_visible()


def _register(officer: Person, incident: str) -> str:
    """Visit the stop, then turn the incident into a case; return the case's page."""
    page = officer.page
    page.goto("/patrols")
    page.get_by_role("link", name=re.compile("XC2026-")).first.click()
    page.get_by_label("到场情况").first.fill("到场核实，情况属实。")
    page.get_by_role("button", name=re.compile("登记")).first.click()
    page.goto(f"/incidents/{incident}")
    page.get_by_role("link", name="转执法案件").click()
    officer.fill(执法事项="M12 擅自占用、挖掘城市道路", 地点=PLACE)
    officer.fill(涉嫌违法行为="未经批准在人行道摆放货架占用城市道路经营")
    officer.send("登记线索")
    page.wait_for_url(re.compile("/cases/"))
    return page.url.removeprefix(officer.server)


def _read_report(leader: Person, village: str) -> None:
    """Read the township's month: the map, the tables, the PDF."""
    page = leader.page
    page.goto("/report?month=2026-03")
    frame = page.frame_locator("iframe").first
    expect(frame.locator("path.leaflet-interactive").first).to_be_visible()
    expect(page.get_by_text("街面秩序").first).to_be_visible()
    expect(page.get_by_role("row").filter(has_text="擅自占用、挖掘城市道路")).to_be_visible()
    href = page.get_by_role("link", name=re.compile("PDF")).first.get_attribute("href")
    words = squeezed_text(page.request.get(f"{leader.server}{href}").body())
    assert "月报" in words
    assert "受理事件" in words
    assert "案件：擅自占用、挖掘城市道路" in words
    assert village.startswith("220322")
