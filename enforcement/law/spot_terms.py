"""The words of penalties decided on the spot (简易程序): kinds, states, acts, collection."""

from __future__ import annotations

from enforcement.law.terms import Term


class SpotKind(Term):
    """What may be decided on the spot (罚51): nothing else."""

    WARNING = "warning", "警告", "Warning"
    FINE = "fine", "罚款", "Fine"


class SpotState(Term):
    """States of a penalty decided on the spot."""

    DECIDED = "decided", "已决定（履行中）", "Decided, performing"
    CLOSED = "closed", "已结案", "Closed"
    ARCHIVED = "archived", "已归档", "Archived"


class SpotEvent(Term):
    """Acts of the summary procedure, S1-S6."""

    DECIDE = "decide", "当场决定并交付", "Decide and hand over"
    COLLECT = "collect", "当场收缴罚款", "Collect on the spot"
    HAND_IN = "hand_in", "罚款交至机关", "Hand the money in"
    REPORT = "report", "报所属机关备案", "Report to the organ"
    PAY = "pay", "登记缴款", "Record a payment"
    PAUSE = "pause", "登记复议（诉讼）受理", "Enter a reconsideration or lawsuit"
    GO_ON = "go_on", "登记复议（诉讼）终结", "Enter its end"
    CLOSE = "close", "结案", "Close"
    ARCHIVE = "archive", "归档", "Archive"
    REHOME = "rehome", "单位变更移交", "Change hands"
    RECOUNT = "recount", "期限重新计算", "Days counted anew"


class CollectGround(Term):
    """Why officers may take money themselves (罚68, 69)."""

    SMALL = "small", "一百元以下罚款", "Fine of up to 100 yuan"
    HARD = "hard", "不当场收缴事后难以执行", "Hard to collect later"
    REMOTE = "remote", "边远、水上、交通不便地区，当事人提出", "Remote place, the party asks"


class SpotPlea(Term):
    """What became of the statement and plea heard on the spot (罚45, 52)."""

    NONE = "none", "当事人没有陈述申辩", "None made"
    ACCEPTED = "accepted", "采纳", "Accepted"
    NOT_ACCEPTED = "not_accepted", "不予采纳", "Not accepted"
