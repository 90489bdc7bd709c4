"""Laws as rules cite them: APL[44] is article 44 of the Administrative Penalty Law."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final


@dataclass(frozen=True)
class Article:
    """One article; `zh` is how a paper cites it."""

    law: str
    short: str
    number: str

    @property
    def zh(self) -> str:
        """Return the citation in full: 《中华人民共和国行政处罚法》第四十四条."""
        return f"《{self.law}》第{chinese_number(int(self.number))}条"

    def __str__(self) -> str:
        """Return the short citation: 罚44."""
        return f"{self.short}{self.number}"


@dataclass(frozen=True)
class Law:
    """A law; `since` is the day the text cited came into force."""

    name: str
    short: str
    since: date

    def __getitem__(self, number: int) -> Article:
        """Return the article of that number."""
        return Article(self.name, self.short, str(number))


DIGITS: Final = "零一二三四五六七八九"


def chinese_number(value: int) -> str:
    """Return 1..9999 in Chinese words, as articles are numbered: 119 -> 一百一十九."""
    if not 0 < value < 10_000:
        raise ValueError(f"not a number of an article: {value}")
    words, zero = "", False
    for power, unit in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit = value // power % 10
        if digit:
            words += ("零" if zero else "") + DIGITS[digit] + unit
        zero = bool(words) and not digit
    return words.removeprefix("一") if 10 <= value < 20 else words


APL: Final = Law("中华人民共和国行政处罚法", "罚", date(2021, 7, 15))
ACL: Final = Law("中华人民共和国行政强制法", "强", date(2012, 1, 1))
ARL: Final = Law("中华人民共和国行政复议法", "复", date(2024, 1, 1))
ALL: Final = Law("中华人民共和国行政诉讼法", "诉", date(2017, 7, 1))
CPL: Final = Law("中华人民共和国民事诉讼法", "民诉", date(2024, 1, 1))
