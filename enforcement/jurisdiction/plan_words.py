"""What was done to a plan, in words: for its history and for the line that says "saved"."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from enforcement.i18n import _
from enforcement.jurisdiction.plan_models import DutyPlanEntry
from enforcement.jurisdiction.plan_shapes import Fitted
from enforcement.jurisdiction.plan_state import State
from enforcement.jurisdiction.terms import PlanEvent


@dataclass(frozen=True)
class Step:
    """One line of a plan's history; `lines` say what was done."""

    entry: DutyPlanEntry
    event: PlanEvent
    lines: list[str]


def history(state: State, entries: Sequence[DutyPlanEntry], most: int = 30) -> list[Step]:
    """Return how a plan came about, the latest first."""
    found = []
    for entry in reversed(entries[-most:]):
        event = PlanEvent(entry.event)
        lines = described(state, entry.ops)
        if entry.target is not None:
            lines = [_("第%(n)d步", n=entry.target)]
        found.append(Step(entry, event, lines))
    return found


def described(state: State, ops: Iterable[Mapping[str, Any]]) -> list[str]:
    """Return what operations did, a line for each."""
    units = {share.unit.code: share.unit.name for share in state.shares}
    places = {leaf.code: leaf.name for leaf in state.leaves}
    return [_described(op, units, places) for op in ops]


def _described(op: Mapping[str, Any], units: Mapping[str, str], places: Mapping[str, str]) -> str:
    def unit(key: str) -> str:
        code = str(op.get(key))
        return units.get(code, code)

    kind = op.get("op")
    if kind == "assign":
        return _("把%(areas)s划给%(unit)s", areas=_areas(op["areas"], places), unit=unit("unit"))
    if kind == "merge":
        return _("把%(source)s并入%(into)s", source=unit("source"), into=unit("into"))
    if kind == "draw":
        return _("画例外区域%(name)s，归%(unit)s", name=op["name"], unit=unit("unit"))
    words = {"reshape": _("改例外区域的形状"), "remove": _("删除例外区域")}
    return words.get(str(kind), _("改例外区域的名称、单位或者优先级"))


def _areas(codes: Sequence[str], places: Mapping[str, str]) -> str:
    names = "、".join(places.get(code, code) for code in codes[:3])
    if len(codes) <= 3:
        return names
    return _("%(names)s等%(n)d处", names=names, n=len(codes))


def saved(state: State, fitted: Iterable[Fitted]) -> str:
    """Return the line that tells that a change was kept, and how far a drawn line moved."""
    words = [_("已保存（第%(n)d版）。", n=state.plan.version)]
    for one in fitted:
        if one.moved_m > 0:
            words.append(
                _(
                    "图形已贴合村界，最多移动%(m)s米，面积由%(before)s变为%(after)s平方米。",
                    m=f"{one.moved_m:.1f}",
                    before=f"{one.drawn_m2:,.0f}",
                    after=f"{one.area_m2:,.0f}",
                )
            )
        words += [_("已修复：%(what)s。", what=what) for what in one.repairs]
    return " ".join(words)
