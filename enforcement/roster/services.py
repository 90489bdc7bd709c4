"""Acts upon the roster; each lives in a module of its subject."""

from __future__ import annotations

from enforcement.roster.leave import ask_leave, cancel_leave, decide_leave
from enforcement.roster.publishing import preview_week, publish_week
from enforcement.roster.requirements import add_requirement, end_requirement
from enforcement.roster.shifts import add_shift, cancel_shift, set_shift
from enforcement.roster.swaps import answer_swap, ask_swap, decide_swap, withdraw_swap
from enforcement.roster.templates import save_template

__all__ = [
    "add_requirement",
    "add_shift",
    "answer_swap",
    "ask_leave",
    "ask_swap",
    "cancel_leave",
    "cancel_shift",
    "decide_leave",
    "decide_swap",
    "end_requirement",
    "preview_week",
    "publish_week",
    "save_template",
    "set_shift",
    "withdraw_swap",
]
