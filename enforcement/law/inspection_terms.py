"""The words of inspections of enterprises (行政检查): states, acts, sources, results."""

from __future__ import annotations

from typing import Final

from enforcement.law.terms import Term


class InspectionState(Term):
    """States of an inspection."""

    PROPOSED = "proposed", "待批准", "Awaits approval"
    REFUSED = "refused", "不予批准", "Not approved"
    APPROVED = "approved", "已批准", "Approved"
    NOTICED = "noticed", "已通知", "Notice given"
    ENTERED = "entered", "检查中", "Under way"
    RECORDED = "recorded", "待告知结果", "Result to be told"
    CORRECTING = "correcting", "整改中", "Being put right"
    CONCLUDED = "concluded", "待公开", "To be published"
    PUBLISHED = "published", "已公开", "Published"
    CANCELLED = "cancelled", "已取消", "Cancelled"


class InspectionEvent(Term):
    """Acts of an inspection."""

    PROPOSE = "propose", "报请检查", "Propose an inspection"
    JOIN = "join", "并入联合检查", "Join as a combined inspection"
    APPROVE = "approve", "批准检查", "Approve"
    REFUSE = "refuse", "不予批准", "Refuse"
    NOTIFY = "notify", "发出检查通知书", "Give notice"
    ENTER = "enter", "进入企业检查", "Enter the enterprise"
    RECORD = "record", "制作检查笔录", "Make the record"
    CONCLUDE = "conclude", "告知检查结果", "Tell the result"
    RECHECK = "recheck", "复查整改", "Inspect again"
    PUBLISH = "publish", "公开检查结果", "Publish the result"
    CANCEL = "cancel", "取消检查", "Cancel"
    RECOUNT = "recount", "期限重新计算", "Days counted anew"


class InspectionSource(Term):
    """What an inspection goes back to; see COUNTED for which the yearly cap holds."""

    PLAN = "plan", "年度检查计划", "Yearly plan"
    SPECIAL = "special", "专项检查", "Special campaign"
    COMPLAINT = "complaint", "投诉举报", "Complaint"
    PASSED_ON = "passed_on", "转办交办", "Passed on by another organ"
    MONITORING = "monitoring", "数据监测线索", "Sign in monitoring data"
    ASKED = "asked", "企业申请", "Asked for by the enterprise"


COUNTED: Final = (InspectionSource.PLAN, InspectionSource.SPECIAL)
"""Sources that the yearly cap holds for; the others may go beyond it (国办发〔2024〕54号)."""


class InspectionResult(Term):
    """What an inspection found."""

    NO_PROBLEM = "no_problem", "未发现问题", "No problem found"
    CORRECTED = "corrected", "当场改正", "Put right on the spot"
    ORDERED = "ordered", "责令限期改正", "Ordered to put right"
    LEAD = "lead", "转为案件线索", "Turned into a lead of a case"
