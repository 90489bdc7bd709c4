"""The words of confiscated goods: where one stands, what is done with it, what may become of it."""

from __future__ import annotations

from enforcement.law.terms import Term


class GoodsState(Term):
    """States of a confiscated thing."""

    HELD = "held", "保管中", "Kept"
    PROPOSED = "proposed", "待批准处理", "Handling awaits approval"
    APPROVED = "approved", "已批准处理", "Handling approved"
    GONE = "gone", "已处理", "Dealt with"


class GoodsEvent(Term):
    """Acts upon confiscated things."""

    ENTER = "enter", "登记入库", "Enter"
    KEEP = "keep", "登记保管交接", "Hand over to another keeper"
    PROPOSE = "propose", "报请处理", "Propose how to deal with it"
    APPROVE = "approve", "批准处理", "Approve"
    REFUSE = "refuse", "不批准", "Refuse"
    DEAL = "deal", "处理出库", "Deal with it"


class GoodsWay(Term):
    """What becomes of a confiscated thing."""

    AUCTION = "auction", "公开拍卖", "Public auction"
    TREASURY = "treasury", "移交财政部门", "Hand to the finance department"
    DESTROY = "destroy", "销毁", "Destroy"
    RETURN = "return", "决定撤销后返还", "Return after the decision was revoked"
