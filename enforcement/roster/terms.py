"""The words of the roster (值班), and the figures that no law fixes."""

from __future__ import annotations

from datetime import time, timedelta
from typing import Final

from enforcement.law.terms import N_, Role, Term


class DutyKind(Term):
    """What somebody is on duty as."""

    A_POST = "a", "A岗", "Post A"
    B_POST = "b", "B岗", "Post B"
    LEADER = "leader", "带班领导", "Leader on duty"
    SQUAD = "squad", "中队值勤", "Squad duty"


class ShiftState(Term):
    """Whether a shift stands."""

    PLANNED = "planned", "已排班", "Planned"
    CANCELLED = "cancelled", "已取消", "Cancelled"


class DayRule(Term):
    """On which days a row of a template makes a shift."""

    EVERY = "every", "每天", "Every day"
    WORKING = "working", "仅工作日", "Working days only"


class Pattern(Term):
    """During which hours a requirement must be covered."""

    ALWAYS = "always", "全天（24小时×7天）", "Around the clock"
    OFFICE = "office", "办公时间（工作日）", "Office hours of working days"
    WEEKLY = "weekly", "按周指定时段", "Hours of the week"


class LeaveKind(Term):
    """Why somebody is away."""

    ANNUAL = "annual", "年休假", "Annual leave"
    SICK = "sick", "病假", "Sick leave"
    PUBLIC_DUTY = "public_duty", "公出", "Away on duty"
    TRAINING = "training", "培训", "Training"
    OTHER = "other", "其他", "Other"


class LeaveState(Term):
    """Where an application for leave stands."""

    ASKED = "asked", "待审批", "Waiting for approval"
    APPROVED = "approved", "已批准", "Approved"
    REFUSED = "refused", "未批准", "Refused"
    CANCELLED = "cancelled", "已撤销", "Cancelled"


class SwapState(Term):
    """Where a swap of shifts stands."""

    ASKED = "asked", "待对方同意", "Waiting for the other person"
    AGREED = "agreed", "待审批", "Waiting for approval"
    APPROVED = "approved", "已批准", "Approved"
    REFUSED = "refused", "未同意", "Refused"
    WITHDRAWN = "withdrawn", "已撤回", "Withdrawn"


class Problem(Term):
    """Why a person should not have a shift."""

    POST = "post", "任职不在本单位或者已结束", "No post in the unit for the whole time"
    LEAVE = "leave", "已批准请假", "On approved leave"
    BUSY = "busy", "与其他班次重叠", "Another shift at the same time"
    CERTIFICATE = "certificate", "没有有效的执法证", "No valid certificate"
    REST = "rest", "两班之间休息不足", "Too little rest between shifts"


class PlanState(Term):
    """What publishing does with a shift."""

    NEW = "new", "新增", "New"
    CHANGED = "changed", "随模板更改", "Follows the template"
    KEPT = "kept", "保持不变", "Kept"
    DROPPED = "dropped", "模板已取消", "No longer in the template"


class Level(Term):
    """The levels of the call order, the first one first."""

    AUXILIARY = "auxiliary", "驻村辅警", "Village auxiliary"
    DESK_A = "desk_a", "乡镇值班A岗", "Township desk, post A"
    DESK_B = "desk_b", "乡镇值班B岗", "Township desk, post B"
    SQUAD = "squad", "责任中队", "Responsible squad"
    BRIGADE_A = "brigade_a", "大队A岗", "Brigade, post A"
    BRIGADE_B = "brigade_b", "大队B岗", "Brigade, post B"
    TOWNSHIP_LEADER = "township_leader", "乡镇带班领导", "Township leader on duty"
    BUREAU_LEADER = "bureau_leader", "局带班领导", "Bureau leader on duty"
    COMMAND = "command", "县指挥中心", "County command centre"


BOUND: Final = (DutyKind.A_POST, DutyKind.B_POST, DutyKind.SQUAD)
"""One person has one of these at a time; a leader on duty may have another besides."""

LEADERS: Final = frozenset(
    {Role.SQUAD_LEADER, Role.BRIGADE_LEADER, Role.HEAD, Role.TOWNSHIP_LEADER, Role.COMMAND_CENTRE}
)
OFFICE_HOURS: Final = ((time(8, 30), 180), (time(13, 30), 210))
"""Start and minutes of the two halves of a working day: 8:30-11:30, 13:30-17:00 (default)."""

FIRST_YEAR: Final = 2000
LAST_YEAR: Final = 2100
LONGEST: Final = timedelta(hours=24)
ONE_TURN: Final = timedelta(hours=12)
"""Shifts that together span no more than this are one turn: no rest is asked between them."""

MAX_CYCLE: Final = 12  # weeks
MAX_ROWS: Final = 400  # of a template
MAX_WEEKS: Final = 12  # published at once
MAX_AHEAD: Final = timedelta(days=400)
TALLY_DAYS: Final = 28
MINE_DAYS: Final = 14
WEEKDAYS: Final = (
    N_("周一"), N_("周二"), N_("周三"), N_("周四"), N_("周五"), N_("周六"), N_("周日"),
)  # fmt: skip
