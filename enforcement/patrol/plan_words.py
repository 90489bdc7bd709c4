"""Sentences about a plan: why a stop is there, why this squad, why one was left out."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from enforcement.i18n import _
from enforcement.patrol.places import STRAIGHT, Basis
from enforcement.planner.problem import Dropped, Reason

NameOf = Callable[[int], str]


def minutes(seconds: int) -> int:
    """Return seconds as minutes for people, rounded up."""
    return -(-seconds // 60)


def basis(found: Basis) -> str:
    """Return where travel times come from."""
    if found.source == STRAIGHT:
        return _("路程按直线距离估算（直线×1.35，时速40公里），没有可用的路网。")
    percent = int(100 * found.share)
    if percent == 100:
        return _("路程按路网计算（%(source)s）。", source=found.source)
    return _(
        "路程有%(n)d%%按路网计算（%(source)s），其余按直线距离估算。",
        n=percent, source=found.source,
    )  # fmt: skip


def there(reason: Reason) -> str:
    """Return why a stop is on the plan."""
    said = _numbers(reason)
    if reason.kind == "required":
        return _("必到点位，绕行%(detour)d分钟。", detour=said["detour_s"])
    return _(
        "价值相当于%(value)d分钟车程，绕行%(detour)d分钟，合算。",
        value=said["value_s"], detour=said["detour_s"],
    )  # fmt: skip


def squad_why(reason: Reason, name_of: NameOf) -> str:
    """Return why a squad got a stop; name_of -- a squad's name by its number."""
    said = _numbers(reason)
    if reason.kind == "only_allowed":
        return _("只有该中队可以承担。")
    if reason.kind == "only_in_time":
        return _("其他中队的班次或者时段排不下。")
    values = {"detour": said["detour_s"], "other": name_of(reason.data["other"]),
              "more": said["other_s"]}  # fmt: skip
    if reason.kind == "least_detour":
        return _("绕行最少：%(detour)d分钟，%(other)s需要%(more)d分钟。", **values)
    if reason.kind == "nearest_yard":
        return _("驻地最近；%(other)s绕行%(more)d分钟，但全盘更费时。", **values)
    return _("与该中队其他点位顺路；%(other)s绕行%(more)d分钟，但全盘更费时。", **values)


def why_not(dropped: Dropped, name_of: NameOf) -> str:
    """Return why a stop was left out and what would bring it in."""
    said = _numbers(dropped.why)
    if dropped.why.kind == "nobody_may":
        return _("没有中队可以承担；请指定可以承担的中队。")
    name = name_of(dropped.why.data["squad"])
    if dropped.why.kind == "impossible":
        return _(
            "单独安排也到不了：最接近的%(squad)s还差%(short)d分钟；请放宽时段或者延长班次。",
            squad=name, short=said["short_s"],
        )  # fmt: skip
    if dropped.why.kind == "not_worth":
        return _(
            "最少绕行%(added)d分钟（%(squad)s），价值只有%(value)d分钟；设为必到或者提高价值即可列入。",
            added=said["added_s"], squad=name, value=said["value_s"],
        )  # fmt: skip
    return _(
        "各中队排满：最接近的%(squad)s还差%(short)d分钟；延长班次、放宽时段或者借调中队即可列入。",
        squad=name, short=said["short_s"],
    )  # fmt: skip


def _numbers(reason: Reason) -> dict[str, Any]:
    return {key: minutes(value) for key, value in reason.data.items() if key.endswith("_s")}
