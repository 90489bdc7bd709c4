"""Amounts of money in capital words (人民币大写), as decisions and receipts write them."""

from __future__ import annotations

import re
from decimal import Decimal

DIGITS = "零壹贰叁肆伍陆柒捌玖"
SMALL_UNITS = ("", "拾", "佰", "仟")
LARGE_UNITS = ("", "万", "亿", "万亿")
LIMIT_YUAN = Decimal(10) ** 16


def money_words(amount_yuan: Decimal) -> str:
    """Return an amount in capital words: 2000.50 -> 贰仟元伍角整.

    amount_yuan -- from 0 to below 10^16, at most two decimals; else ValueError
    """
    fen_all = amount_yuan * 100
    if not (0 <= amount_yuan < LIMIT_YUAN) or fen_all != int(fen_all):
        raise ValueError(f"not an amount in yuan and fen: {amount_yuan}")
    yuan, rest = divmod(int(fen_all), 100)
    jiao, fen = divmod(rest, 10)
    whole = _integer_words(yuan) + "元" if yuan or not rest else ""
    return whole + _fraction_words(jiao, fen, after_yuan=bool(yuan))


def _fraction_words(jiao: int, fen: int, *, after_yuan: bool) -> str:
    if not fen:
        return f"{DIGITS[jiao]}角整" if jiao else "整"
    lead = f"{DIGITS[jiao]}角" if jiao else "零" if after_yuan else ""
    return f"{lead}{DIGITS[fen]}分"


def _integer_words(number: int) -> str:
    """Return a whole number in capital words, one 零 for each run of zeros inside."""
    if number == 0:
        return DIGITS[0]
    groups = [number // 10_000**place % 10_000 for place in range(4)]
    parts = ""
    for place in (3, 2, 1, 0):
        group = groups[place]
        if group:
            gap = "零" if parts and (group < 1000 or groups[place + 1] == 0) else ""
            parts += gap + _group_words(group) + LARGE_UNITS[place]
    return parts.replace("万亿", "万", 1) if groups[3] and groups[2] else parts


def _group_words(group: int) -> str:
    words = "".join(
        DIGITS[digit] + (SMALL_UNITS[place] if digit else "")
        for place in (3, 2, 1, 0)
        for digit in (group // 10**place % 10,)
    )
    return re.sub("零+", "零", words).strip("零")
