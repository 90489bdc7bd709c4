"""Penalties on the spot from the phone without a network; its law, words and bytes are ours."""

from __future__ import annotations

import random
import re
import time
from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from enforcement.clock import ZONE
from enforcement.db import transaction
from enforcement.demo.numbers import id_number
from enforcement.document import handwriting
from enforcement.document.models import Document, NumberVoid
from enforcement.document.words import money_words
from enforcement.law.gate_facts import CaseFacts
from enforcement.law.matters import matters
from enforcement.law.numbers import is_credit_code, is_identity_number
from enforcement.law.penalties import hearing_threshold
from enforcement.law.spot import SpotFacts, cap_for, spot_gates
from enforcement.law.spot_terms import SpotKind, SpotPlea
from enforcement.law.terms import PartyKind
from enforcement.spot import receipt
from enforcement.spot.models import SpotPenalty
from enforcement.spot.snapshot import FRESH_DAYS
from tests.browser.conftest import NewPage, SignIn
from tests.browser.test_phone_queue import all_sent, ready, waiting
from tests.browser.test_signing import write

pytestmark = pytest.mark.browser
CHECKED = ("certain", "told", "plea", "cap", "spot_range", "minor", "hearing_size")
COUNTY, TODAY = "220322", date(2026, 3, 3)


def fill(page: Page, place: str, number: str, amount: str = "50") -> None:
    """Fill in the form as an officer does who has decided before."""
    page.get_by_label("执法事项").select_option("M12")
    if not page.get_by_label("所在乡镇").input_value():
        page.get_by_label("所在乡镇").select_option(index=1)
    page.get_by_label("地点", exact=True).fill(place)
    page.get_by_label("违法事实", exact=True).fill("占用人行道摆摊。")
    page.get_by_label("当事人姓名（名称）").fill("李示例")
    page.get_by_label("身份证件号码").fill(number)
    page.get_by_label("住址（住所）").fill("示例村1号")
    page.get_by_label("罚款数额").fill(amount)
    page.get_by_label("协办执法人员").first.select_option(index=1)
    chosen = page.locator("#spot-officer_a").input_value()
    if page.locator("#spot-officer_b").input_value() == chosen:
        page.locator("#spot-officer_b").select_option(index=2)
    for words in ("违法事实确凿并有法定依据", "已出示证件", "无利害关系"):
        page.get_by_label(words).check()


def reserve(page: Page) -> None:
    page.goto("/m/spot")
    page.get_by_role("button", name="预留10个文号").click()
    expect(page.locator("[data-part=left]")).to_contain_text(re.compile("[1-9][0-9]?个"))


def decide(page: Page) -> str:
    """Make the decision and hand it over; return its number."""
    page.get_by_role("button", name="生成决定书").click()
    words = page.locator(".roll")
    expect(words).to_contain_text("先向梨树县人民政府申请行政复议")
    return words.locator("p").nth(2).inner_text()


def hand_over(page: Page) -> None:
    page.get_by_role("button", name="确认作出并交付").click()
    page.get_by_role("button", name="确认办理").click()


def test_a_decision_without_a_network_takes_less_than_a_minute_and_is_issued_later(
    live_app: Flask, new_page: NewPage, sign_in: SignIn
) -> None:
    page = sign_in(new_page(width="phone"), "zhifa1")
    ready(page)
    reserve(page)
    page.context.set_offline(True)
    start = time.monotonic()
    page.goto("/m/spot")
    expect(page.get_by_role("heading", level=1)).to_have_text("现在没有网络")
    fill(page, "离线大街1号", id_number(4711), amount="201")
    page.get_by_role("button", name="生成决定书").click()
    expect(page.locator("[data-module=spot-form] [data-part=note]")).to_contain_text(
        "超过当场罚款的限额"
    )
    page.get_by_label("罚款数额").fill("50")
    number = decide(page)
    for n in range(3):
        write(page.locator("canvas.pad").nth(n))
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    hand_over(page)
    expect(page.locator("[data-part=told]")).to_contain_text("恢复网络后自动上传")
    assert time.monotonic() - start < 60
    expect(waiting(page)).to_contain_text(number)
    page.context.set_offline(False)
    page.goto("/m/")
    all_sent(page)
    with live_app.app_context(), transaction() as session:
        spot = session.query(SpotPenalty).filter_by(number=number).one()
        paper = session.query(Document).filter_by(spot_penalty_id=spot.id).one()
        assert handwriting.copy_of(session, paper, "written") is not None
    reserve(page)
    fill(page, "离线大街1号", id_number(4711))
    second = decide(page)
    assert second != number
    hand_over(page)
    told = page.locator("[data-part=told]")
    expect(told).to_contain_text("文号已作废")
    expect(waiting(page)).to_contain_text("被退回")
    with live_app.app_context(), transaction() as session:
        count = int(second.partition("〕")[2].removesuffix("号"))
        assert session.query(NumberVoid).filter_by(word="当罚", n=count).count() == 1
    page.locator("[data-part=queue]").get_by_role("button", name="丢弃").click()
    page.get_by_role("button", name="确认办理").click()
    expect(waiting(page)).to_have_count(0)


def spot_of(codes: list[str]) -> dict[str, Any]:
    """Return what a phone would keep of the law, for one town."""

    def span(found: Any) -> list[str] | None:
        return [str(found.min_yuan), str(found.max_yuan)] if found else None

    rows = [matters()[code] for code in codes]
    line = hearing_threshold(COUNTY)
    return {
        "county": COUNTY, "adult": 18, "fresh_days": FRESH_DAYS, "me": "a",
        "matters": [
            {"code": row.code, "name": row.name, "violated": row.violated, "basis": row.basis,
             "person": span(row.person), "organisation": span(row.organisation),
             "other": row.other, "organ": "o", "towns": ["t"],
             "since": row.valid_from.isoformat(), "until": None}
            for row in rows
        ],
        "caps": {str(kind): str(cap_for(kind, TODAY, individual_as_organisation=False))
                 for kind in PartyKind},
        "hearing": {
            str(kind): str(line.organisation_yuan if kind is PartyKind.ORGANISATION
                           else line.person_yuan) for kind in PartyKind},
        "officers": [{"id": "a", "name": "甲", "certificate": "1", "problem": None},
                     {"id": "b", "name": "乙", "certificate": "2", "problem": None}],
        "organs": {"o": {"name": "示例县综合行政执法局", "bank": "示例银行", "account": "622",
                         "reconsideration_organ": "示例县人民政府"}},
        "remedies": {"words": "六十"}, "pleas": {str(one): one.zh for one in SpotPlea},
    }  # fmt: skip


def sayings(count: int) -> Iterator[dict[str, Any]]:
    """Yield what officers may say, right and wrong, from a seed."""
    dice = random.Random(51)
    codes = [code for code, row in matters().items() if not row.precondition and row.ours]
    for _n in range(count):
        kind = dice.choice(list(SpotKind))
        born = date(dice.choice((1980, 2007, 2008, 2009, 2011, 2012, 2013)), 3, dice.randint(1, 28))
        number = numbered(born, dice)
        party = dice.choice(list(PartyKind))
        yield {
            "matter_code": dice.choice(codes), "place_code": "t", "place": "某处", "act": "摆摊。",
            "acted_at": "2026-03-03T09:00:00+08:00", "party_kind": str(party),
            "party_id_number": number if dice.random() < 0.8 else None, "party_uscc": None,
            "officer_a": "a", "officer_b": "b", "kind": str(kind),
            "amount": dice.choice(("0", "50", "100.5", "200", "200.01", "500", "2000", "3000",
                                   "3000.01", "20000")) if kind is SpotKind.FINE else None,
            "certain": dice.random() < 0.9, "told": dice.random() < 0.9,
            "plea": dice.choice(list(SpotPlea)).value, "plea_text": dice.choice((None, "称不知情")),
        }  # fmt: skip


def numbered(born: date, dice: random.Random) -> str:
    digits = f"220322{born:%Y%m%d}{dice.randint(100, 999)}"
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    total = sum(int(one) * weight for one, weight in zip(digits, weights, strict=True))
    return digits + "10X98765432"[total % 11]


def ours(said: dict[str, Any]) -> list[str]:
    """Return the closed gates as the server computes them."""
    number, kind = said["party_id_number"], PartyKind(said["party_kind"])
    age = None
    if number:
        born = date.fromisoformat(f"{number[6:10]}-{number[10:12]}-{number[12:14]}")
        age = TODAY.year - born.year - ((TODAY.month, TODAY.day) < (born.month, born.day))
    amount = Decimal(said["amount"]) if said["amount"] else None
    case = CaseFacts(
        county_code=COUNTY, today=TODAY, act_on=TODAY, matter=matters()[said["matter_code"]],
        party=kind, officers=(), power=None, proposed_yuan=amount or None, party_age=age,
    )  # fmt: skip
    facts = SpotFacts(
        case=case, kind=SpotKind(said["kind"]),
        cap=cap_for(kind, TODAY, individual_as_organisation=False), certain=said["certain"],
        told=said["told"], plea=SpotPlea(said["plea"]), plea_text=said["plea_text"],
    )  # fmt: skip
    return [one.id for one in spot_gates(CHECKED, facts) if not one.open]


def test_the_phone_checks_as_the_server_does(page: Page) -> None:
    page.goto("/sign-in")
    said = list(sayings(600))
    kept = spot_of([code for code, row in matters().items() if not row.precondition and row.ours])
    found = page.evaluate(
        """async ([said, kept]) => {
          const { closedGates } = await import("/static/js/spot-law.js");
          return said.map((one) => closedGates(one, kept, "2026-03-03"));
        }""",
        [said, kept],
    )
    expected = [ours(one) for one in said]
    assert [[name for name in closed if name in CHECKED] for closed in found] == expected
    assert any(not one for one in expected)
    assert len({tuple(one) for one in expected}) > 20


def test_numbers_money_and_characters_are_read_as_the_server_reads_them(page: Page) -> None:
    page.goto("/sign-in")
    dice = random.Random(52)
    numbers = [numbered(date(1950 + n, 1 + n % 12, 1 + n % 28), dice) for n in range(60)]
    numbers += [f"{one[:17]}{dice.choice('0123456789X')}" for one in numbers]
    codes = ["91350100M000100Y43", "91350100M000100Y44", "91350100M00010OY43", "1"]
    amounts = ["0", "0.05", "0.5", "1", "10", "50.50", "101", "110", "200", "1001", "1010", "3000",
               "2999.99", "1000.01"]  # fmt: skip
    spans = ((0x20, 0x7F), (0x4E00, 0x9FA6), (0x3400, 0x4DB6), (0x3001, 0x3012), (0xFF01, 0xFF5F))
    text = "".join(chr(n) for span in spans for n in range(*span)) + "\U00020087\U0002a6d6"
    found = page.evaluate(
        """async ([numbers, codes, amounts, text]) => {
          const law = await import("/static/js/spot-law.js");
          const { moneyWords } = await import("/static/js/receipt-text.js");
          const { encode } = await import("/static/js/escpos.js");
          return [numbers.map(law.isIdentityNumber), codes.map(law.isCreditCode),
            amounts.map(moneyWords), encode(text)];
        }""",
        [numbers, codes, amounts, text],
    )
    assert found[0] == [is_identity_number(one) for one in numbers]
    assert found[1] == [is_credit_code(one) for one in codes]
    assert found[2] == [money_words(Decimal(one)) for one in amounts]
    assert bytes(found[3]) == text.encode("gb18030")


@pytest.mark.parametrize("width", [58, 80])
def test_words_and_bytes_of_the_receipt_are_the_servers(page: Page, width: int) -> None:
    page.goto("/sign-in")
    kept = spot_of(["M12", "M13"])
    number, at = "示综执当罚字〔2026〕7号", "2026-03-03T09:05:00+08:00"
    variants = (
        {"party_kind": "person", "kind": "fine", "amount": "50", "plea": "none"},
        {"party_kind": "organisation", "kind": "fine", "amount": "1500.50", "plea": "not_accepted",
         "plea_text": "称不知情。"},
        {"party_kind": "individual_business", "kind": "warning", "matter_code": "M13",
         "plea": "accepted", "plea_text": "已清理"},
    )  # fmt: skip
    for change in variants:
        said: dict[str, Any] = {
            "matter_code": "M12", "place_code": "t", "place": "示例大街12号",
            "act": "占道\n摆摊。。",

            "acted_at": at, "party_name": "李示例", "party_id_number": "11010519491231002X",
            "party_uscc": "91350100M000100Y43", "party_representative": "王示例",
            "party_address": "示例村", "party_phone": None, "officer_a": "a", "officer_b": "b",
            "plea_text": None, "amount": None,
        } | change  # fmt: skip
        lines, digest, data = page.evaluate(
            """async ([said, spot, number, decidedAt, width]) => {
              const text = await import("/static/js/receipt-text.js");
              const { ticket } = await import("/static/js/escpos.js");
              const entry = spot.matters.find((one) => one.code === said.matter_code);
              const lines = text.lines(said, { entry, spot, number, decidedAt });
              const sign = { code: "220322-AAAA-BBBB-CCCC-DDDD", address: "https://a.example/v" };
              return [lines, await text.digest(lines), [...ticket(lines, width, sign)]];
            }""",
            [said, kept, number, at, width],
        )
        wanted = receipt.lines(blocks(said, kept), number, TODAY)
        assert [(one["text"], one["style"]) for one in lines] == [
            (one.text, one.style) for one in wanted
        ]
        assert digest == receipt.digest(wanted)
        assert bytes(data) == receipt.ticket(
            wanted, width, code="220322-AAAA-BBBB-CCCC-DDDD", address="https://a.example/v"
        )


def blocks(said: dict[str, Any], kept: dict[str, Any]) -> dict[str, Any]:
    """Return the blocks of the paper as spot/papers.py makes them."""
    row = matters()[said["matter_code"]]
    fine = said["kind"] == "fine"
    plea = None
    if said["plea"] != "none":
        plea = f"{said['plea_text'].rstrip('。')}；{SpotPlea(said['plea']).zh}"
    assert datetime.fromisoformat(said["acted_at"]).astimezone(ZONE)
    return {
        "organ": kept["organs"]["o"],
        "officers": [{"name": one["name"], "certificate": one["certificate"]}
                     for one in kept["officers"]],
        "party": {"kind": said["party_kind"], "name": said["party_name"],
                  "uscc": said["party_uscc"], "id_number": said["party_id_number"],
                  "representative": said["party_representative"],
                  "address": said["party_address"], "phone": said["party_phone"]},
        "facts": {"occurred_at": said["acted_at"], "place": said["place"], "act": said["act"]},
        "law": {"violated": row.violated, "basis": row.basis},
        "penalty": {
            "kind": SpotKind(said["kind"]).zh,
            "amount_yuan": f"{Decimal(said['amount']):.2f}" if fine else None,
            "amount_words": money_words(Decimal(said["amount"])) if fine else None},
        "payment": {"bank": "示例银行", "account": "622", "daily_rate": "3%"},
        "remedies": {"reconsideration_days": 60},
        "spot": {"decided_at": "2026-03-03T09:05:00+08:00", "place": said["place"], "plea": plea},
    }  # fmt: skip
