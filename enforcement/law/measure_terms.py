"""The words of measures: kinds, states, acts, and what becomes of each item."""

from __future__ import annotations

from enforcement.law.terms import Term


class MeasureKind(Term):
    """What is done to things: two coercive measures (强9) and the preservation of evidence."""

    SEAL = "seal", "查封", "Seal"
    SEIZE = "seize", "扣押", "Seize"
    PRESERVE = "preserve", "先行登记保存", "Preserve as evidence"


class MeasureState(Term):
    """States of a measure; a thing is in the organ's hands from `urgent` on until it is given."""

    PROPOSED = "proposed", "待批准", "Waiting for approval"
    REFUSED = "refused", "未批准", "Not approved"
    APPROVED = "approved", "已批准（待实施）", "Approved, not carried out"
    URGENT = "urgent", "当场实施（待报告）", "Done at once, to be reported"
    REPORTED = "reported", "已报告（待补办批准）", "Reported, to be approved"
    IN_FORCE = "in_force", "实施中", "In force"
    RELEASED = "released", "已作处理（待交付）", "Disposed of, to be handed out"
    LAPSED = "lapsed", "到期失效（待返还）", "Lapsed, to be returned"
    ENDED = "ended", "已了结", "Ended"


class MeasureEvent(Term):
    """Acts upon a measure."""

    PROPOSE = "propose", "报请采取", "Propose"
    APPROVE = "approve", "批准", "Approve"
    REFUSE = "refuse", "不批准", "Refuse"
    ACT_AT_ONCE = "act_at_once", "情况紧急当场实施", "Act at once"
    REPORT = "report", "报告并补办手续", "Report within 24 hours"
    CONFIRM = "confirm", "补办批准", "Approve afterwards"
    DISAGREE = "disagree", "不同意并立即解除", "Disagree and release"
    CARRY_OUT = "carry_out", "实施", "Carry out"
    EXTEND = "extend", "延长期限", "Extend"
    EXCLUDE = "exclude", "告知检测期间", "Exclude a testing period"
    DISPOSE = "dispose", "作出处理决定", "Decide on the items"
    HAND_OUT = "hand_out", "清点交付", "Hand out the items"
    KEEP = "keep", "登记保管交接", "Enter a hand-over in custody"
    LAPSE = "lapse", "到期自动失效", "Lapsed by itself"
    RECOUNT = "recount", "期限重新计算", "Days counted anew"


class Fate(Term):
    """What becomes of an item (强27-28, 罚56)."""

    RETURN = "return", "解除返还", "Return"
    CONFISCATE = "confiscate", "没收", "Confiscate"
    DESTROY = "destroy", "销毁", "Destroy"
    HAND_OVER = "hand_over", "移送", "Hand over"
    PAY_OUT = "pay_out", "退还变卖款", "Give the money of the sale"
    SEIZE = "seize", "转为查封、扣押", "Seal or seize"
