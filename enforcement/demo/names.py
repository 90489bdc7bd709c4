"""Invented names for the demonstration; the same number gives the same name."""

from __future__ import annotations

from typing import Final

SURNAMES: Final = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕"
GIVEN: Final = (
    "建国",
    "秀英",
    "志强",
    "丽华",
    "海波",
    "晓东",
    "春梅",
    "永刚",
    "文静",
    "立新",
    "国栋",
    "玉兰",
    "振华",
    "雪松",
    "明远",
    "桂芳",
    "宏伟",
    "艳红",
    "德胜",
    "佳宁",
    "凤山",
    "淑珍",
    "大勇",
    "思远",
    "红梅",
    "守义",
    "冬雪",
    "长江",
    "喜田",
    "金凤",
    "向阳",
)


def name_of(number: int) -> str:
    """Return the invented name of a number."""
    return SURNAMES[number * 7 % len(SURNAMES)] + GIVEN[number * 11 % len(GIVEN)]
