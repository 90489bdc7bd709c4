"""Each row of the table of channels, allowed and refused, and what holds for every question."""

from __future__ import annotations

import dataclasses
import uuid
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from enforcement.law.matters import FineRange, matter, matters
from enforcement.law.power import (
    CHANNELS,
    INTERNAL,
    Ask,
    Item,
    Provision,
    judge,
    listing_problem,
    unlisted,
)
from enforcement.law.power_terms import ActType, Channel, ItemStatus
from enforcement.law.terms import UnitKind

A, C, K = ActType, Channel, UnitKind
COUNTY, TOWN = "220322", "220322100"
BUREAU, TOWNSHIP = "示例县综合行政执法局", "示例镇人民政府"
NEW = Provision(
    uuid.UUID(int=2), "新七十七条", "新一百一十九条", None, None, "", date(2026, 8, 15), None
)
OLD = Provision(
    uuid.UUID(int=1), "第七十七条", "第一百一十九条", None, None, "", date(2016, 1, 1),
    date(2026, 8, 14),
)  # fmt: skip
UNIT = {
    C.STATUTORY: (BUREAU, K.BUREAU), C.CONCENTRATED: (BUREAU, K.BUREAU),
    C.ASSIGNED: (TOWNSHIP, K.TOWNSHIP_GOVERNMENT), C.DIRECT: (TOWNSHIP, K.TOWNSHIP_GOVERNMENT),
    C.ENTRUSTED: ("示例服务中心", K.SERVICE_HALL), C.DETACHED: ("第一执法大队", K.BRIGADE),
    C.ENTRUSTED_PERMIT: (TOWNSHIP, K.TOWNSHIP_GOVERNMENT),
}  # fmt: skip


def act_of(channel: Channel) -> ActType:
    return A.PERMIT if channel is C.ENTRUSTED_PERMIT else A.PENALTY


def item(channel: Channel, **change: Any) -> Item:
    """Return an item of a channel that is in order."""
    name, kind = UNIT[channel]
    sound = Item(
        id=uuid.UUID(int=9), code="M12", act_type=act_of(channel), channel=channel, holder=BUREAU,
        holder_kind=K.BUREAU, unit_name=name, unit_kind=kind, territory=(COUNTY,),
        valid_from=date(2024, 1, 1), valid_to=date(2027, 12, 31), status=ItemStatus.IN_FORCE,
        status_on=None, approved=True, published_on=date(2024, 1, 1), provisions=(OLD, NEW),
    )  # fmt: skip
    return dataclasses.replace(sound, **change)


def ask(channel: Channel, **change: Any) -> Ask:
    day = date(2026, 3, 2)
    sound = Ask(act_of(channel), matter("M12"), TOWN, day, date(2026, 3, 27))
    return dataclasses.replace(sound, **change)


@pytest.mark.parametrize(
    ("channel", "name", "article"),
    [
        (C.STATUTORY, BUREAU, "处罚法》第十七条"),
        (C.CONCENTRATED, BUREAU, "处罚法》第十八条"),
        (C.ASSIGNED, TOWNSHIP, "处罚法》第二十四条"),
        (C.DIRECT, TOWNSHIP, "处罚法》第十七条"),
        (C.ENTRUSTED, BUREAU, "处罚法》第二十条"),
        (C.DETACHED, BUREAU, "解释》第二十条"),
        (C.ENTRUSTED_PERMIT, BUREAU, "许可法》第二十四条"),
    ],
)
def test_a_channel_acts_in_its_own_subjects_name_and_seal(
    channel: Channel, name: str, article: str
) -> None:
    found = judge(item(channel), ask(channel))
    assert (found.allowed, found.in_name_of, found.seal_of) == (True, name, name)
    assert found.article.endswith(article)
    assert found.provision == OLD
    assert not found.flagged


WITHDRAWN = {"status": ItemStatus.WITHDRAWN, "status_on": date(2026, 3, 15)}
SQUAD = {"holder": "第一中队", "holder_kind": K.SQUAD}
BEFORE, AFTER = {"filed_on": date(2026, 3, 14)}, {"filed_on": date(2026, 3, 15)}
# fmt: off
REFUSED: tuple[tuple[Channel, dict[str, Any], dict[str, Any], str, str], ...] = (
    # channel item question article reason
    (C.STATUTORY, {"act_type": A.INSPECTION}, {}, "第十七条", "不包括行政处罚"),
    (C.STATUTORY, {"territory": ("220322101",)}, {}, "第二十二条", "不在"),
    (C.STATUTORY, {"territory": (TOWN,)}, {"place_code": COUNTY}, "第二十二条", "不在"),
    (C.STATUTORY, SQUAD, {}, "第二十条", "不得以自己的名义"),
    (C.STATUTORY, WITHDRAWN, {}, "第十七条", "已收回"),
    (C.STATUTORY, WITHDRAWN, AFTER, "第十七条", "不得新立案件"),
    (C.STATUTORY, {"valid_to": date(2026, 3, 26)}, {}, "第十七条", "有效期"),
    (C.STATUTORY, {"provisions": (NEW,)}, {}, "第三十七条", "依据未生效或者已失效"),
    (C.CONCENTRATED, {"approved": False}, {}, "第十八条", "文号"),
    (C.CONCENTRATED, {"act_type": A.PERMIT}, {"act_type": A.PERMIT}, "第十八条", "不包括行政许可"),
    (C.ASSIGNED, {"valid_from": date(2026, 3, 3)}, {}, "第二十四条", "违法行为发生时"),
    (C.ASSIGNED, {"valid_to": date(2026, 3, 26)}, {}, "第二十四条", "作出决定时"),
    (C.ASSIGNED, {"valid_to": date(2026, 3, 26)}, BEFORE, "第二十四条", "作出决定时"),
    (C.ASSIGNED, WITHDRAWN, BEFORE, "第二十四条", "作出决定时"),
    (C.ASSIGNED, {"published_on": date(2026, 3, 3)}, {}, "第二十四条", "公布"),
    (C.ASSIGNED, {"unit_kind": K.BUREAU}, {}, "第二十四条", "行使单位"),
    (C.ASSIGNED, {}, {"act_type": A.MEASURE}, "第二十四条", "不包括行政强制措施"),
    (C.DIRECT, {"unit_kind": K.BUREAU}, {}, "第十七条", "行使单位"),
    (C.ENTRUSTED, {"act_type": A.MEASURE}, {"act_type": A.MEASURE}, "第十七条", "不得委托"),
    (C.ENTRUSTED, {"act_type": A.EXECUTION}, {"act_type": A.EXECUTION}, "第十七条", "行政强制"),
    (C.ENTRUSTED, {"act_type": A.INSPECTION}, {"act_type": A.INSPECTION}, "第二十条", "不包括"),
    (C.ENTRUSTED, {"published_on": None}, {}, "第二十条", "公布"),
    (C.ENTRUSTED, {"valid_to": None}, {}, "第二十条", "期限"),
    (C.ENTRUSTED, {"approved": False}, {}, "第二十条", "文号"),
    (C.DETACHED, SQUAD, {}, "第二十条", "不得以自己的名义"),
    (C.DETACHED, {"unit_kind": K.BUREAU}, {}, "第二十条", "行使单位"),
    (C.ENTRUSTED_PERMIT, {}, {"act_type": A.PENALTY}, "第二十四条", "不包括行政处罚"),
    (C.ENTRUSTED_PERMIT, {"published_on": None}, {}, "第二十四条", "公布"),
    (C.ENTRUSTED_PERMIT, {"act_type": A.MEASURE}, {"act_type": A.MEASURE}, "第十七条", "不得委托"),
)
# fmt: on


@pytest.mark.parametrize(("channel", "listed", "asked", "article", "reason"), REFUSED)
def test_a_broken_rule_refuses_with_its_article(
    channel: Channel, listed: dict[str, Any], asked: dict[str, Any], article: str, reason: str
) -> None:
    found = judge(item(channel, **listed), ask(channel, **asked))
    assert not found.allowed
    assert found.article.endswith(article)
    assert reason in found.reason


def test_a_running_case_keeps_the_rule_of_its_filing_and_is_flagged() -> None:
    for channel in set(C) - {C.ASSIGNED}:
        for change in (WITHDRAWN, {"valid_to": date(2026, 3, 15)}):
            found = judge(item(channel, **change), ask(channel, **BEFORE))
            assert (found.allowed, found.flagged) == (True, True)
            assert "法制审核" in found.reason


def test_an_assigned_power_goes_on_until_the_day_it_is_withdrawn() -> None:
    found = judge(item(C.ASSIGNED, **WITHDRAWN), ask(C.ASSIGNED, decided_on=date(2026, 3, 14)))
    assert found.allowed


def test_the_version_of_the_day_of_the_act_counts_and_a_pinned_one_stays() -> None:
    sound = item(C.STATUTORY)
    late = ask(C.STATUTORY, on=date(2026, 8, 15), decided_on=date(2026, 9, 20))
    assert judge(sound, dataclasses.replace(late, on=date(2026, 8, 10))).provision == OLD
    assert judge(sound, late).provision == NEW
    assert judge(sound, dataclasses.replace(late, provision_id=OLD.id)).provision == OLD


def fined(row: Provision, low: int, high: int) -> Provision:
    span = FineRange(Decimal(low), Decimal(high))
    return dataclasses.replace(row, person=span, organisation=span)


@pytest.mark.parametrize(
    ("low", "high", "newer"),
    [
        (500, 2000, False),
        (400, 2000, True),
        (500, 1900, True),
        (400, 2100, False),
        (600, 1900, False),
    ],
)
def test_the_newer_law_counts_only_where_it_is_lighter(low: int, high: int, newer: bool) -> None:
    old, new = fined(OLD, 500, 2000), fined(NEW, low, high)
    sound = item(C.STATUTORY, provisions=(old, new))
    asked = ask(C.STATUTORY, on=date(2026, 8, 10), decided_on=date(2026, 9, 20))
    for pinned in (None, OLD.id):
        found = judge(sound, dataclasses.replace(asked, provision_id=pinned)).provision
        assert found == (new if newer else old)
    before = dataclasses.replace(asked, decided_on=date(2026, 8, 14))
    assert judge(sound, before).provision == old


def test_versions_without_comparable_fines_are_not_compared() -> None:
    old, new = fined(OLD, 500, 2000), dataclasses.replace(NEW, person=None, organisation=None)
    sound = item(C.STATUTORY, provisions=(old, new))
    asked = ask(C.STATUTORY, on=date(2026, 8, 10), decided_on=date(2026, 9, 20))
    assert judge(sound, asked).provision == old


@pytest.mark.parametrize("channel", C)
def test_police_matters_are_on_no_list_and_go_to_110(channel: Channel) -> None:
    found = judge(item(channel), ask(channel, matter=matter("X01")))
    assert (found.allowed, found.refer_to, found.in_name_of) == (False, "110", None)
    why = listing_problem(item(channel), matter("X01"))
    assert why is not None
    assert "公安机关" in why[0]
    assert listing_problem(item(channel), matter("M12")) is None


def test_a_matter_off_the_list_names_who_answers_for_it() -> None:
    assert "消防救援机构" in unlisted(matter("X02"), BUREAU).reason
    assert TOWNSHIP in unlisted(matter("M16"), BUREAU, (TOWNSHIP,)).reason


DAYS = st.dates(date(2023, 1, 1), date(2028, 12, 31))
ITEMS = st.builds(
    lambda channel, act, begins, length, status, status_on, published, approved, kind, places: item(
        channel, act_type=act, valid_from=begins, valid_to=begins + timedelta(length),
        status=status, status_on=status_on, published_on=published, approved=approved,
        unit_kind=kind, territory=places,
    ),
    st.sampled_from(C), st.sampled_from(A), DAYS, st.integers(0, 900),
    st.sampled_from(ItemStatus), DAYS, st.none() | DAYS, st.booleans(), st.sampled_from(K),
    st.lists(st.sampled_from([COUNTY, TOWN, "220322101"]), min_size=1).map(tuple),
)  # fmt: skip
ASKS = st.builds(
    Ask, st.sampled_from(A), st.sampled_from(sorted(matters())).map(matter),
    st.sampled_from([COUNTY, TOWN, f"{TOWN}201", "361025100"]), DAYS, DAYS, st.none() | DAYS,
)  # fmt: skip


@given(ITEMS, ASKS)
def test_what_is_allowed_always_keeps_the_table(listed: Item, asked: Ask) -> None:
    found = judge(listed, asked)
    assert found.reason
    assert found.article.startswith("《")
    if not found.allowed:
        assert not found.flagged
        return
    row = CHANNELS[listed.channel]
    assert found.in_name_of == found.seal_of == (listed.unit_name if row.own_name else BUREAU)
    assert asked.act_type is listed.act_type in row.acts
    assert asked.matter.precondition != "police_only"
    assert any(asked.place_code.startswith(code) for code in listed.territory)
    assert found.provision is not None
    assert found.provision.in_force(asked.on)
    assert not listed.stopped(asked.filed_on or asked.decided_on)
    if row.both_days:
        assert listed.dated(asked.on)
        assert listed.dated(asked.decided_on)
        assert not found.flagged


@given(ITEMS, ASKS)
def test_an_entrusted_body_never_coerces_and_an_internal_unit_is_never_the_subject(
    listed: Item, asked: Ask
) -> None:
    found = judge(listed, asked)
    if asked.act_type in (A.MEASURE, A.EXECUTION) and "entrusted" in listed.channel:
        assert not found.allowed
    if CHANNELS[listed.channel].own_name and listed.unit_kind in INTERNAL:
        assert found.in_name_of is None


@given(ITEMS, ASKS, DAYS)
def test_a_withdrawal_never_allows_what_was_refused(listed: Item, asked: Ask, on: date) -> None:
    sound = dataclasses.replace(listed, status=ItemStatus.IN_FORCE, status_on=None)
    taken = dataclasses.replace(listed, status=ItemStatus.WITHDRAWN, status_on=on)
    assert judge(sound, asked).allowed or not judge(taken, asked).allowed
