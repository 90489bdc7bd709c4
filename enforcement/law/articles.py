"""Laws as rules cite them: APL[44] is article 44 of the Administrative Penalty Law."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final


@dataclass(frozen=True)
class Article:
    """One article; `zh` is how a paper cites it. A document without articles has no number."""

    law: str
    short: str
    number: str

    @property
    def zh(self) -> str:
        """Return the citation in full: 《中华人民共和国行政处罚法》第四十四条."""
        return f"《{self.law}》" + (
            f"第{chinese_number(int(self.number))}条" if self.number else ""
        )

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

    @property
    def whole(self) -> Article:
        """Return the citation of the whole document."""
        return Article(self.name, self.short, "")


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
ALI: Final = Law("中华人民共和国行政许可法", "许可", date(2019, 4, 23))
LAND: Final = Law("中华人民共和国土地管理法", "土地", date(2020, 1, 1))
URBAN: Final = Law("中华人民共和国城乡规划法", "规划", date(2019, 4, 23))
MEDIATION: Final = Law("中华人民共和国人民调解法", "调解", date(2011, 1, 1))
TRANSFER: Final = Law("行政执法机关移送涉嫌犯罪案件的规定", "移", date(2020, 8, 7))
PETITIONS: Final = Law("信访工作条例", "信访", date(2022, 5, 1))
ARCHIVES: Final = Law("中华人民共和国档案法实施条例", "档案条例", date(2024, 3, 1))
READING_ALL: Final = Law(
    "最高人民法院关于适用《中华人民共和国行政诉讼法》的解释", "诉解", date(2018, 2, 8)
)
THREE_SYSTEMS: Final = Law(
    "国务院办公厅关于全面推行行政执法公示制度执法全过程记录制度重大执法决定法制审核制度的指导意见",
    "118号",
    date(2018, 12, 5),
)
INSPECTING: Final = Law("国务院办公厅关于严格规范涉企行政检查的意见", "54号", date(2024, 12, 16))
LAWS: Final = (
    APL, ACL, ARL, ALL, CPL, ALI, LAND, URBAN, MEDIATION, TRANSFER, PETITIONS, ARCHIVES, READING_ALL,
    THREE_SYSTEMS, INSPECTING,
)  # fmt: skip


def cited(text: str) -> Article:
    """Return the article that a short citation names: 罚60, 诉解64, 118号; raises ValueError."""
    for law in LAWS:
        if text == law.short:
            return law.whole
        number = text.removeprefix(law.short)
        if text.startswith(law.short) and number.isdecimal():
            return law[int(number)]
    raise ValueError(f"no such article: {text}")
