"""The words of work that changes hands."""

from __future__ import annotations

from enforcement.law.terms import Term


class WorkKind(Term):
    """What may change hands."""

    INCIDENT = "incident", "事件"
    CASE = "case", "案件"
    STOP = "stop", "巡查点位", "Patrol stop"
    SPOT = "spot", "当场处罚", "Penalty on the spot"


class Cause(Term):
    """Why it should."""

    AREA = "area", "辖区归属变更", "The area answers to another unit"
    UNIT_ENDED = "unit_ended", "单位已撤销或者合并", "The unit has ended"


class Ruling(Term):
    """What a person decided."""

    MOVED = "moved", "移交", "Handed over"
    KEPT = "kept", "保留原单位", "Kept where it is"
