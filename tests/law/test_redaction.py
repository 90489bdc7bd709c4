"""Redaction of decisions (procedure.md 4): no number, telephone, home or name is left."""

from __future__ import annotations

import re
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum.cn import ric

from enforcement.law.redaction import Rules, names_in, redact, redact_text, short_name

WORDS = st.text(
    alphabet="当事人在示例大街占用道路，于2026年3月2日被查获。电话地址：A1 -", max_size=30
)


@st.composite
def identity(draw: st.DrawFn) -> str:
    head = f"220322{draw(st.dates(min_value=date(1930, 1, 1))):%Y%m%d}"
    head += f"{draw(st.integers(0, 999)):03d}"
    return head + str(ric.calc_check_digit(head + "0"))


MOBILE = st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True)
LANDLINE = st.from_regex(r"0[1-9][0-9]{1,2}-?[2-9][0-9]{6,7}", fullmatch=True)
ACCOUNT = st.from_regex(r"[1-9][0-9]{15,18}", fullmatch=True)
SECRET = st.one_of(identity(), MOBILE, LANDLINE, ACCOUNT)


def plain(text: str) -> str:
    return re.sub(r"[ \-—·.]", "", text)


@given(st.lists(st.tuples(WORDS, SECRET), min_size=1, max_size=4), WORDS)
def test_no_identity_number_telephone_or_account_is_left(
    parts: list[tuple[str, str]], end: str
) -> None:
    text = "号".join(f"{words}，{secret}" for words, secret in parts) + "，" + end
    made = redact_text(text, Rules())
    for _words, secret in parts:
        assert plain(secret) not in plain(made)


@given(WORDS, st.text(alphabet="甲乙丙村组路号0123456789", min_size=4, max_size=20), WORDS)
def test_no_home_address_is_left(before: str, address: str, after: str) -> None:
    rules = Rules(addresses=frozenset({address}))
    assert address not in redact_text(f"{before}，{address}。{after}", rules)


@given(
    st.text(
        alphabet="当事人于2026年3月2日在示例大街12号占道经营，罚款2000.00元。〔2026〕1号 ",
        max_size=60,
    )
)
def test_a_text_without_secrets_stays_as_it_was_served(text: str) -> None:
    if not re.search(r"[\d .]{11,}", text):
        assert redact_text(text, Rules()) == text


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("车牌吉C·12345的货车", "车牌吉C*****的货车"),
        ("新能源吉AD12345", "新能源吉A*****"),
        ("邮箱 zhang.san@example.cn。", "邮箱 ******。"),
        ("电话0434-5222222联系", "电话******联系"),
        ("电话１３８００００００００联系", "电话******联系"),
        ("138 0000 0000", "******"),
        ("2026-03-02至2026-03-11", "2026-03-02至2026-03-11"),
    ],
)
def test_plates_mail_and_spaced_numbers_are_hidden_and_days_are_not(text: str, left: str) -> None:
    assert redact_text(text, Rules()) == left


def test_natural_persons_are_shortened_and_a_company_that_bears_a_name_is_not() -> None:
    rules = Rules(frozenset({"张示例", "张示"}), public=("张示例建材有限公司",))
    text = "张示例建材有限公司（负责人张示例）由张示签收"
    assert redact_text(text, rules) == "张示例建材有限公司（负责人张某某）由张某签收"
    assert short_name("欧阳修") == "欧某某"


def test_the_organ_and_the_papers_figures_stay() -> None:
    data = {"organ": {"name": "示例局", "phone": "0434-5222222"},
            "party": {"phone": "13800000000", "kind": "person"},
            "penalty": {"amount_yuan": "2000.00"}, "n": 5}  # fmt: skip
    made = redact(data, Rules())
    assert made["organ"]["phone"] == "0434-5222222"
    assert made["party"]["phone"] == "******"
    assert (made["penalty"], made["n"]) == ({"amount_yuan": "2000.00"}, 5)


def test_names_are_found_in_the_fields_that_hold_them() -> None:
    data = {"party": {"name": "某公司", "representative": "张示例"},
            "officers": [{"name": "王一", "certificate": "1"}],
            "record": {"present": "李四（法定代表人）、赵六"}}  # fmt: skip
    assert names_in(data) == {"张示例", "王一", "李四", "赵六"}
