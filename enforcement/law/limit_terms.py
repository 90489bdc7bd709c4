"""Words of time limits: what they are counted in, whose they are, who fixed them."""

from __future__ import annotations

from enforcement.law.terms import Term


class Days(Term):
    """What a period is counted in."""

    WORKING = "working", "个工作日", "working days"
    CALENDAR = "calendar", "日", "days"
    MONTHS = "months", "个月", "months"
    HOURS = "hours", "小时", "hours"


class Whose(Term):
    """Whom a period binds; a citizen's ends on the next working day, an organ acts before (C7)."""

    CITIZEN = "citizen", "当事人", "Party"
    ORGAN = "organ", "行政机关", "Organ"
    OTHER = "other", "其他机关", "Another organ"


class LimitKind(Term):
    """Who fixed a figure; a county may set what no law fixes."""

    LAW = "law", "法定", "By law"
    VERIFY = "verify", "待核实", "To be verified"
    DEFAULT = "default", "默认", "Default"
