"""The blocks of a case's course: order, hearing, decision, debt, items, measures."""

from __future__ import annotations

from typing import Final

from enforcement.law.paper_blocks import F, optional, pick
from enforcement.law.terms import NoPenaltyGround, Term

# fmt: off
ORDER: Final = optional(
    F("correction.number", "text", "责令改正通知书文号", "Number of the order"),
    F("correction.ordered_on", "day", "责令改正日期", "Ordered on"),
    F("correction.demand", "long_text", "改正内容和要求", "What to correct"),
    F("correction.until_on", "day", "改正期限", "Correct until"),
)
HEARING: Final = optional(
    F("hearing.at", "moment", "听证时间", "Time of the hearing"),
    F("hearing.place", "text", "听证地点", "Place of the hearing"),
    F("hearing.chair", "text", "听证主持人", "Chair"),
    F("hearing.clerk", "text", "记录人", "Clerk"),
    F("hearing.in_public", "bool", "是否公开举行", "In public"),
    F("hearing.agent", "text", "委托代理人", "Agent"),
)
NO_PENALTY: Final = (
    pick("no_penalty.ground", NoPenaltyGround, "不予处罚的情形", "Ground"),
    F("no_penalty.reason", "long_text", "事实和理由", "Facts and reasons"),
    F("no_penalty.basis", "text", "不予处罚的依据", "Basis"),
    *optional(F("no_penalty.education", "long_text", "教育内容", "Education")),
)
CRIME: Final = (
    F("crime.name", "text", "涉嫌罪名", "Crime suspected"),
    F("crime.report", "long_text", "专案报告", "Report"),
    *optional(F("crime.reported_at", "moment", "报告时间", "Reported at")),
)
DECISION: Final = (
    F("decision.number", "text", "处理决定书文号", "Number of the decision"),
    F("decision.decided_on", "day", "决定日期", "Decided on"),
    F("decision.content", "long_text", "处理决定内容", "What was decided"),
    *optional(F("decision.name", "text", "决定书名称", "Name of the decision"),
               F("decision.served_on", "day", "送达日期", "Served on")),
)
DEBT: Final = (
    F("debt.unpaid_yuan", "money", "尚欠罚款", "Fine unpaid"),
    *optional(F("debt.fine_yuan", "money", "罚款数额", "Fine"),
               F("debt.paid_yuan", "money", "已缴罚款", "Paid"),
               F("debt.surcharge_yuan", "money", "加处罚款", "Surcharge"),
               F("debt.total_yuan", "money", "应缴合计", "Due in all"),
               F("debt.counted_on", "day", "计算截止日", "Counted until")),
)
DEMANDED: Final = optional(
    F("demand.number", "text", "催告书文号", "Number of the demand"),
    F("demand.served_on", "day", "催告书送达日期", "Demand served on"),
)
PROPOSAL: Final = optional(
    F("penalty.tier", "long_text", "裁量阶次和计算", "Tier and calculation"),
    F("proposal.hearing_right", "bool", "当事人有权要求听证", "Right to a hearing"),
    F("proposal.standard", "text", "听证标准", "Standard of the hearing"),
)
ITEMS: Final = (
    F("items", "list", "物品清单", "Items"),
    F("items[].name", "text", "物品名称", "Item"),
    F("items[].quantity", "text", "数量", "Quantity"),
    *optional(F("items[].no", "number", "序号", "No."),
               F("items[].spec", "text", "规格型号", "Specification"),
               F("items[].unit", "text", "单位", "Unit"),
               F("items[].condition", "text", "状态、成色", "Condition"),
               F("items[].place", "text", "存放地点", "Place"),
               F("items[].batch", "text", "批号", "Batch"),
               F("items[].seal_no", "text", "封签号", "Seal number"),
               F("items[].disposal", "text", "处理方式", "How it is dealt with"),
               F("items[].remark", "text", "备注", "Remark")),
)
MEASURE: Final = (
    F("measure.kind", "text", "措施种类", "Kind of measure"),
    F("measure.basis", "text", "措施依据", "Basis of the measure"),
    F("measure.reason", "long_text", "采取措施的理由", "Reason"),
    F("measure.place", "text", "实施（存放）地点", "Place"),
    *optional(F("measure.number", "text", "措施决定书文号", "Number of the decision"),
               F("measure.decided_on", "day", "措施决定日期", "Decided on"),
               F("measure.urgent", "bool", "情况紧急已先行实施", "Taken first, being urgent")),
)
PERIOD: Final = (
    F("measure.from_on", "day", "措施起始日", "From"),
    F("measure.until_on", "day", "措施届满日", "Until"),
)
# fmt: on


class Demolition(Term):
    """Which of the two papers before a demolition (强44)."""

    ORDER = "order", "限期拆除决定书", "Order to demolish"
    NOTICE = "notice", "强制拆除公告", "Public notice of demolition"


class InspectionRecord(Term):
    """Kinds of record made in an inspection."""

    INTERVIEW = "interview", "询问笔录", "Interview"
    SURVEY = "survey", "勘验笔录", "Survey"
    SAMPLING = "sampling", "抽样记录", "Sampling"


# fmt: off
EXPERT: Final = (
    F("expert.institute", "text", "检测（鉴定）机构", "Institute"),
    F("expert.question", "long_text", "检测（鉴定）事项", "Question"),
    F("expert.from_on", "day", "检测（鉴定）起始日", "From"),
    F("expert.until_on", "day", "检测（鉴定）届满日", "Until"),
)
PRESERVATION: Final = (
    F("preservation.reason", "long_text", "先行登记保存的理由", "Reason"),
    F("preservation.place", "text", "保存地点", "Place kept"),
)
PRESERVED: Final = (
    F("preservation.from_on", "day", "先行登记保存起始日", "From"),
    F("preservation.until_on", "day", "处理决定截止日", "To be dealt with until"),
    *optional(F("preservation.number", "text", "先行登记保存决定书文号", "Number"),
               F("preservation.keeper", "text", "保管人", "Keeper")),
)
HANDOVER: Final = (
    F("handover.kind", "text", "处理方式", "Way"),
    F("handover.recipient", "text", "接收人", "Recipient"),
    F("handover.at", "moment", "交接时间", "Time"),
    *optional(F("handover.place", "text", "交接地点", "Place"),
               F("handover.reason", "long_text", "处理依据和说明", "Reason"),
               F("handover.number", "text", "依据的文书文号", "Number of the paper")),
)
INSPECTED: Final = (
    F("inspection.enterprise", "text", "被检查对象", "Whom"),
    F("inspection.content", "long_text", "检查事项和内容", "What is inspected"),
    F("inspection.basis", "text", "检查依据", "Basis"),
    *optional(F("inspection.address", "text", "地址", "Address"),
               F("inspection.number", "text", "检查通知书文号", "Number of the notice"),
               F("inspection.uscc", "text", "统一社会信用代码", "Credit code")),
)
# fmt: on
