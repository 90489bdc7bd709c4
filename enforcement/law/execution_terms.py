"""The words of execution and of remedies: ways, grounds, outcomes (强39-52; 复, 诉)."""

from __future__ import annotations

from enforcement.law.terms import Term


class ExecutionWay(Term):
    """How an organ with a power of its own executes (强12)."""

    DEMOLISH = "demolish", "强制拆除", "Demolish"
    RESTORE = "restore", "排除妨碍、恢复原状", "Remove and restore"
    SELL = "sell", "拍卖或者依法处理查封、扣押的财物", "Sell what was sealed or seized"
    CUT = "cut", "停止供水、供电、供热、供燃气", "Cut water, power, heat or gas"
    OTHER = "other", "法律规定的其他方式", "Another way the law names"


class ExecutionStop(Term):
    """Why an execution rests (强39), or ends for good (强40)."""

    HARDSHIP = "hardship", "履行确有困难或者暂无履行能力", "The party cannot perform for now"
    THIRD_PARTY = (
        "third_party",
        "第三人对执行标的主张权利且确有理由",
        "A third party claims the object",
    )
    LOSS = "loss", "可能造成难以弥补的损失且不损害公共利益", "Loss that could not be made good"
    DEAD = "dead", "公民死亡，无遗产可供执行且无义务承受人", "Dead, without estate or successor"
    ENDED = (
        "ended",
        "法人终止，无财产可供执行且无义务承受人",
        "Ended, without property or successor",
    )
    DESTROYED = "destroyed", "执行标的灭失", "The object is gone"
    REVOKED = "revoked", "据以执行的行政决定被撤销", "The decision was revoked"
    OTHER = "other", "行政机关认为需要的其他情形", "Another ground the organ sees"


RESTS = frozenset(
    {ExecutionStop.HARDSHIP, ExecutionStop.THIRD_PARTY, ExecutionStop.LOSS, ExecutionStop.OTHER}
)
"""Grounds on which an execution may rest; the others and OTHER end it."""


class SubstituteGround(Term):
    """What lets the organ perform in the party's stead (强50), at once for the last three (强52)."""

    TRAFFIC = "traffic", "危害交通安全", "Danger to traffic"
    POLLUTION = "pollution", "造成环境污染", "Pollution"
    RESOURCES = "resources", "破坏自然资源", "Damage to natural resources"
    ROAD = "road", "道路上的遗洒物、障碍物或者污染物", "Spill or obstacle on a road"
    RIVER = "river", "河道、航道上的遗洒物、障碍物或者污染物", "Spill or obstacle on a waterway"
    PUBLIC = "public", "公共场所的遗洒物、障碍物或者污染物", "Spill or obstacle in a public place"


AT_ONCE = frozenset({SubstituteGround.ROAD, SubstituteGround.RIVER, SubstituteGround.PUBLIC})


class RemedyKind(Term):
    """Which way the party took against a decision; a court may follow a reconsideration."""

    RECONSIDERATION = "reconsideration", "行政复议", "Reconsideration"
    SIMPLE = "simple", "行政复议（简易程序）", "Reconsideration, simple procedure"
    LAWSUIT = "lawsuit", "行政诉讼", "Lawsuit"


class RemedyOutcome(Term):
    """How a reconsideration or a lawsuit ended (复64-69; 诉69-77)."""

    UPHELD = "upheld", "维持（驳回请求）", "Upheld"
    CHANGED = "changed", "变更", "Changed"
    REVOKED = "revoked", "撤销", "Revoked"
    REDO = "redo", "撤销并责令重新作出", "Revoked, to be made anew"
    ILLEGAL = "illegal", "确认违法，不撤销", "Found illegal, not revoked"
    WITHDRAWN = "withdrawn", "申请人（原告）撤回", "Withdrawn by the party"
    REJECTED = "rejected", "不予受理（驳回申请、起诉）", "Not accepted"


class StayGround(Term):
    """Who stops the execution while the remedy runs (复42; 诉56)."""

    ORGAN = "organ", "本机关认为需要停止执行", "This organ sees the need"
    REVIEWER = "reviewer", "复议机关、人民法院决定停止执行", "By the reviewing organ or court"
    LAW = "law", "法律规定停止执行", "By law"
