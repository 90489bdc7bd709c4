"""Identity numbers, credit codes and telephones: true ones are taken, altered ones are not."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum.cn import ric, uscc

from enforcement.law.numbers import is_credit_code, is_identity_number, phone_number

RURAL = "N2220322MF0123456"  # a rural collective: 农业 registers it under N
BORN = st.dates(date(1930, 1, 1), date(2008, 12, 31))


def identity_number(place: str, born: date, order: int) -> str:
    head = f"{place}{born:%Y%m%d}{order:03d}"
    return head + str(ric.calc_check_digit(head + "0"))


@given(BORN, st.integers(1, 999))
def test_whoever_was_born_in_the_county_has_a_valid_number(born: date, order: int) -> None:
    assert is_identity_number(identity_number("220322", born, order))


@given(BORN, st.integers(1, 999), st.integers(0, 16), st.integers(1, 9))
def test_one_wrong_digit_is_found(born: date, order: int, place: int, by: int) -> None:
    number = identity_number("220322", born, order)
    wrong = number[:place] + str((int(number[place]) + by) % 10) + number[place + 1 :]
    assert not is_identity_number(wrong)


@pytest.mark.parametrize(
    "text", ["", "11010519491231002", "110105194902310021", "1101051949123100２X", "x" * 18]
)
def test_what_is_no_identity_number_is_refused(text: str) -> None:
    assert not is_identity_number(text)


def test_credit_codes_of_companies_and_of_village_collectives_are_taken() -> None:
    assert is_credit_code("91350100M000100Y43")
    assert is_credit_code(f"{RURAL}{uscc.calc_check_digit(RURAL)}")
    assert not is_credit_code("91350100M000100Y44")
    assert not is_credit_code("91350100M000100O43")


# fmt: off
PHONES = (
    ("13800000000",        "13800000000"),
    (" +86 138-0000-0000", "13800000000"),
    ("0434-5222222",       "0434-5222222"),
    ("(0434) 5222222",     "0434-5222222"),
    ("010-62221111",       "010-62221111"),
    ("12800000000",        None),
    ("1380000000",         None),
    ("5222222",            None),
    ("0434-110",           None),
    ("电话",               None),
)
# fmt: on


@pytest.mark.parametrize(("text", "kept"), PHONES)
def test_a_phone_is_kept_in_one_spelling(text: str, kept: str | None) -> None:
    assert phone_number(text) == kept
