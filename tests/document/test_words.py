from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from enforcement.document.words import DIGITS, money_words


@pytest.mark.parametrize(
    ("amount", "words"),
    [
        ("0", "零元整"),
        ("0.05", "伍分"),
        ("0.50", "伍角整"),
        ("10", "壹拾元整"),
        ("200", "贰佰元整"),
        ("2000.00", "贰仟元整"),
        ("2000.50", "贰仟元伍角整"),
        ("1001.05", "壹仟零壹元零伍分"),
        ("10001", "壹万零壹元整"),
        ("100200", "壹拾万零贰佰元整"),
        ("20000000", "贰仟万元整"),
        ("100010000", "壹亿零壹万元整"),
        ("1234567890.12", "壹拾贰亿叁仟肆佰伍拾陆万柒仟捌佰玖拾元壹角贰分"),
        ("1000000000000", "壹万亿元整"),
        ("1200000000000", "壹万贰仟亿元整"),
    ],
)
def test_amounts_in_capital_words(amount, words):
    assert money_words(Decimal(amount)) == words


@pytest.mark.parametrize("amount", ["-1", "0.001", "10000000000000000"])
def test_what_is_no_amount_is_refused(amount):
    with pytest.raises(ValueError, match="not an amount"):
        money_words(Decimal(amount))


@given(st.integers(0, 10**18 - 1))
def test_words_read_back_give_the_amount(fen):
    assert read(money_words(Decimal(fen) / 100)) == fen


def read(words: str) -> int:
    """Return the fen that capital words mean: an independent reading, unit by unit."""
    total = section = large = digit = 0
    for character in words:
        if character in DIGITS:
            digit = DIGITS.index(character)
        elif character in "拾佰仟":
            section, digit = section + digit * 10 ** ("拾佰仟".index(character) + 1), 0
        elif character == "万":
            section, digit = section + digit, 0
            large, section = large + section * 10**4, 0
        elif character == "亿":
            large, section, digit = (large + section + digit) * 10**8, 0, 0
        elif character == "元":
            total, large, section, digit = (large + section + digit) * 100, 0, 0, 0
        elif character in "角分":
            total, digit = total + digit * (10 if character == "角" else 1), 0
    return total
