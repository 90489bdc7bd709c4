"""The words of the field: one English term per idea, the Chinese term beside it."""

from __future__ import annotations

from enum import Enum
from typing import Self


def N_(text: str) -> str:  # noqa: N802 -- the usual name
    """Mark a Chinese text for the catalogues; it is translated where it is shown."""
    return text


class Term(str, Enum):  # noqa: UP042 -- StrEnum cannot carry the words
    """A word: its stored value, its Chinese term (`zh`) and an English one (`en`)."""

    zh: str
    en: str

    def __new__(cls, value: str, zh: str = "", en: str = "") -> Self:
        """Make the member a text equal to its stored value."""
        member = str.__new__(cls, value)
        member._value_ = value
        member.zh = zh
        member.en = en or value.replace("_", " ").capitalize()
        return member

    def __str__(self) -> str:
        """Return the stored value, as StrEnum does."""
        return str(self.value)


class UnitKind(Term):
    """Kinds of unit in a county's tree."""

    COUNTY = "county", "县"
    BUREAU = "bureau", "综合行政执法局（执法主体）", "Enforcement bureau"
    BRIGADE = "brigade", "执法大队"
    SUB_BUREAU = "sub_bureau", "分局"
    SQUAD = "squad", "中队"
    TOWNSHIP_GOVERNMENT = "township_government", "乡镇人民政府"
    TOWNSHIP_OFFICE = "township_office", "乡镇办公室"
    TOWNSHIP_CENTRE = "township_centre", "乡镇中心", "Township centre"
    SERVICE_HALL = "service_hall", "便民服务大厅", "Township service hall"
    VILLAGE_POINT = "village_point", "村级服务点"
    POLICE_STATION = "police_station", "派出所"
    DEPARTMENT = "department", "县直部门"
    COMMAND_CENTRE = "command_centre", "指挥中心"


class Role(Term):
    """What an account may be; the three administrators are never the same person (三权分立)."""

    AUXILIARY = "auxiliary", "驻村辅警", "Village auxiliary"
    ASSISTANT = "assistant", "协管员", "Assistant"
    OFFICER = "officer", "执法人员", "Enforcement officer"
    SQUAD_LEADER = "squad_leader", "中队长"
    BRIGADE_LEADER = "brigade_leader", "大队长（分局长）"
    LEGAL_REVIEWER = "legal_reviewer", "法制审核人员"
    HEAD = "head", "行政机关负责人", "Head of the organ"
    DISPATCHER = "dispatcher", "接线员"
    COMMAND_CENTRE = "command_centre", "指挥中心"
    TOWNSHIP_LEADER = "township_leader", "乡镇领导"
    SYSTEM_ADMIN = "system_admin", "系统管理员"
    SECURITY_ADMIN = "security_admin", "安全管理员"
    AUDIT_ADMIN = "audit_admin", "审计管理员"


class Employment(Term):
    """How a person is employed; which kinds may hold a certificate is told in `law.staff`."""

    CIVIL_SERVANT = "civil_servant", "公务员"
    INSTITUTION = "institution", "事业编制", "Public institution"
    PURCHASED = "purchased", "政府购买服务", "Purchased service"
    DISPATCH = "dispatch", "劳务派遣", "Labour dispatch"
    CONTRACT = "contract", "合同工", "Contract worker"
    TEMPORARY = "temporary", "临时工", "Temporary worker"
    PUBLIC_WELFARE = "public_welfare", "公益性岗位", "Public-welfare post"
    POLICE_AUXILIARY = "police_auxiliary", "警务辅助人员", "Police auxiliary"


class CertificateStatus(Term):
    """State of an enforcement certificate (行政执法证)."""

    VALID = "valid", "有效"
    SUSPENDED = "suspended", "暂扣"
    REVOKED = "revoked", "吊销、注销"


class IncidentState(Term):
    """States of an incident, GB/T 30428 I1-I8; `opened` is never the filing (立案) of a case."""

    RECEIVED = "received", "受理"
    OPENED = "opened", "事件立案", "Opened"
    DISPATCHED = "dispatched", "派遣"
    HANDLING = "handling", "处置", "Being handled"
    FEEDBACK = "feedback", "反馈", "Result reported"
    CLOSED = "closed", "结案（事件）"
    REJECTED = "rejected", "不予受理"
    TO_CASE = "to_case", "转执法案件", "Passed to a case"
    MERGED = "merged", "已合并", "Merged into another"
    PASSED_ON = "passed_on", "已转外部", "Passed to another authority"
    SUSPENDED = "suspended", "挂账", "Put on hold"
    VOID = "void", "作废"


class Urgency(Term):
    """How a report has to be answered: the two buttons of a village point, and all others."""

    RED = "red", "紧急（红）", "Emergency (red)"
    GREEN = "green", "咨询求助（绿）", "Advice (green)"
    NORMAL = "normal", "一般", "Ordinary"


class Outside(Term):
    """To whom an incident is passed beyond the county's enforcement units (I8)."""

    POLICE = "110", "公安110", "Police (110)"
    FIRE = "119", "消防119", "Fire brigade (119)"
    AMBULANCE = "120", "急救120", "Ambulance (120)"
    DEPARTMENT = "department", "县直部门", "County department"
    PETITION = "petition", "信访", "Petition office"
    MEDIATION = "mediation", "人民调解", "People's mediation"
    OTHER = "other", "其他单位", "Another body"


class IncidentEvent(Term):
    """Acts upon an incident."""

    REPORT = "report", "采集上报"
    OPEN = "open", "受理立案"
    REJECT = "reject", "不予受理"
    ASSIGN = "assign", "派遣", "Dispatch"
    ACCEPT = "accept", "接单"
    RETURN = "return", "退回", "Return to the desk"
    REPORT_RESULT = "report_result", "反馈", "Report the result"
    PASS_CHECK = "pass_check", "核查通过", "Pass the check"
    FAIL_CHECK = "fail_check", "核查不通过", "Fail the check"
    PASS_TO_CASE = "pass_to_case", "转执法案件", "Pass to a case"
    CONFIRM_PLACE = "confirm_place", "核实位置", "Confirm the place"
    MOVE_PLACE = "move_place", "更正位置", "Correct the place"
    REHOME = "rehome", "辖区变更移交", "Change hands"
    ANSWER = "answer", "应答", "Answer"
    TAKE_OVER = "take_over", "县级接管", "Taken over by the county"
    FORWARD = "forward", "转干部处理", "Forward to a cadre"
    WITHDRAW_HELP = "withdraw_help", "撤回求助", "Take back the call for help"
    PASS_OUT = "pass_out", "转110、119、120", "Pass to 110, 119 or 120"
    HAND_OVER = "hand_over", "转外部单位", "Pass to another authority"
    REPLY = "reply", "登记办复", "Record the reply"
    TAKE_BACK = "take_back", "收回"
    SUSPEND = "suspend", "挂账", "Put on hold"
    RESUME = "resume", "恢复办理", "Go on"
    RECLASSIFY = "reclassify", "更正类别", "Correct the category"
    MERGE = "merge", "合并", "Merge"
    UNMERGE = "unmerge", "撤销合并", "Undo the merge"
    LINK = "link", "关联"
    UNLINK = "unlink", "取消关联", "Remove the link"
    SPLIT = "split", "拆分"
    CALL_BACK = "call_back", "回访", "Call back"
    ARRIVE = "arrive", "到达现场", "Arrive on the scene"
    ASK_EXTENSION = "ask_extension", "申请延期", "Ask for more time"
    GRANT_EXTENSION = "grant_extension", "同意延期", "Grant more time"
    REFUSE_EXTENSION = "refuse_extension", "不同意延期", "Refuse more time"
    VOID = "void", "作废"
    RATE = "rate", "评价", "Rate"
    PRESS_AGAIN = "press_again", "再次按下", "Pressed again"
    REMIND = "remind", "期限提醒", "Reminder of the limit"
    ESCALATE = "escalate", "逐级上报", "Escalated"


class IncidentSource(Term):
    """Where a report came from."""

    PHONE_APP = "phone_app", "手机上报", "Phone"
    DESK = "desk", "电话登记", "Telephone desk"
    PATROL = "patrol", "巡查发现", "Patrol"
    API = "api", "接口", "Another system"
    COMMAND = "command", "命令行", "Command line"
    BUTTON = "button", "村点按钮", "Button at a village point"
    CITIZEN = "citizen", "群众上报", "Citizen's form"
    OPEN311 = "open311", "Open311接口", "Open311"
    HOTLINE = "hotline", "12345热线", "Hotline 12345"
    CAMERA = "camera", "视频发现", "Camera"
    FILE = "file", "批量导入", "File import"


class PatrolState(Term):
    """States of a day's patrol."""

    DRAFT = "draft", "编排中", "Being planned"
    PUBLISHED = "published", "已下达", "Published"
    STARTED = "started", "巡查中", "Under way"
    FINISHED = "finished", "已完成"
    CANCELLED = "cancelled", "已取消"


class CaseState(Term):
    """States of a case in the ordinary procedure (普通程序)."""

    CLUE = "clue", "线索", "Lead"
    CHECKING = "checking", "核查", "Being checked"
    FILING_REVIEW = "filing_review", "立案审批", "Filing under review"
    FILED = "filed", "已立案（调查取证）", "Filed, investigating"
    INVESTIGATION_CLOSED = "investigation_closed", "调查终结"
    PROPOSAL_REVIEW = "proposal_review", "拟处理审批", "Proposal under review"
    NOTICED = "noticed", "已告知", "Notice served"
    DECISION_REVIEW = "decision_review", "决定审批", "Decision under review"
    DECIDED = "decided", "已决定"
    SERVED = "served", "已送达（履行中）", "Served, performing"
    CLOSING_REVIEW = "closing_review", "结案审批", "Closing under review"
    CLOSED = "closed", "已结案"
    NOT_FILED = "not_filed", "不予立案"
    NO_PENALTY_REVIEW = "no_penalty_review", "不予处罚审批", "No penalty under review"
    DEMOLITION_REVIEW = "demolition_review", "限期拆除审批", "Demolition under review"
    DEMANDED = "demanded", "已催告", "Performance demanded"
    ENFORCING = "enforcing", "强制执行中", "Being executed"
    EXECUTION_SUSPENDED = "execution_suspended", "中止执行", "Execution suspended"
    ENFORCED = "enforced", "执行完毕（终结）", "Execution done or ended"
    COURT_APPLIED = "court_applied", "已申请法院强制执行", "Execution asked of the court"
    CRIME_REVIEW = "crime_review", "移送公安审批", "Transfer to the police under review"
    CRIME_APPROVED = "crime_approved", "已批准移送公安", "Transfer to the police approved"
    TRANSFERRED = "transferred", "已移送", "Transferred"
    SUSPENDED = "suspended", "中止", "Suspended"
    TERMINATED = "terminated", "终止", "Terminated"
    WITHDRAWN = "withdrawn", "撤销立案", "Filing withdrawn"
    ARCHIVED = "archived", "已归档", "Archived"


class CaseEvent(Term):
    """Acts upon a case."""

    REGISTER = "register", "登记线索", "Register the lead"
    CHECK = "check", "核查线索", "Check the lead"
    PROPOSE_FILING = "propose_filing", "报请立案", "Propose the filing"
    APPROVE_FILING = "approve_filing", "批准立案", "Approve the filing"
    REFUSE_FILING = "refuse_filing", "不予立案", "Refuse to file"
    RECORD_SCENE = "record_scene", "现场检查（勘验）", "Record the scene"
    ORDER_CORRECTION = "order_correction", "责令改正", "Order to correct"
    CLOSE_INVESTIGATION = "close_investigation", "调查终结", "Close the investigation"
    PROPOSE_PENALTY = "propose_penalty", "报请拟处罚", "Propose the penalty"
    APPROVE_PROPOSAL = "approve_proposal", "同意拟处罚", "Agree to the proposal"
    NOTIFY = "notify", "事先告知", "Serve the notice"
    HEAR_STATEMENT = "hear_statement", "听取陈述申辩", "Hear the statement"
    PROPOSE_DECISION = "propose_decision", "报请决定", "Propose the decision"
    DECIDE = "decide", "作出决定", "Decide"
    SERVE = "serve", "送达", "Serve the decision"
    RECORD_PAYMENT = "record_payment", "登记缴款", "Record a payment"
    PROPOSE_CLOSING = "propose_closing", "报请结案", "Propose the closing"
    APPROVE_CLOSING = "approve_closing", "批准结案", "Approve the closing"
    ENDORSE = "endorse", "承办机构审核", "Endorse for the unit"
    SEND_BACK = "send_back", "退回"
    REHOME = "rehome", "辖区变更移交", "Change hands"
    EXCLUDE_TIME = "exclude_time", "扣除期间", "Exclude time"
    END_EXCLUSION = "end_exclusion", "期间恢复计算", "End excluded time"
    EXTEND_PERIOD = "extend_period", "延长办案期限", "Extend the period"
    INTERVIEW = "interview", "询问当事人（证人）", "Interview"
    REINSPECT = "reinspect", "整改复查", "Inspect again"
    PROPOSE_NO_PENALTY = "propose_no_penalty", "报请不予处罚", "Propose no penalty"
    DECIDE_NO_PENALTY = "decide_no_penalty", "决定不予处罚", "Decide on no penalty"
    REQUEST_HEARING = "request_hearing", "登记听证申请", "Enter the request for a hearing"
    CALL_HEARING = "call_hearing", "通知听证", "Call the hearing"
    HOLD_HEARING = "hold_hearing", "举行听证", "Hold the hearing"
    REPORT_HEARING = "report_hearing", "提出听证报告", "Report on the hearing"
    REVIEW_LEGALITY = "review_legality", "法制审核", "Review the legality"
    DISCUSS = "discuss", "集体讨论", "Discuss collectively"
    SUSPEND = "suspend", "中止", "Suspend"
    RESUME = "resume", "恢复", "Resume"
    TERMINATE = "terminate", "终止", "Terminate"
    WITHDRAW_FILING = "withdraw_filing", "撤销立案", "Withdraw the filing"
    TRANSFER = "transfer", "移送其他机关", "Transfer to another organ"
    PROPOSE_CRIME = "propose_crime", "报请移送公安", "Propose a transfer to the police"
    APPROVE_CRIME = "approve_crime", "批准移送公安", "Approve the transfer to the police"
    REFUSE_CRIME = "refuse_crime", "不批准移送公安", "Refuse the transfer to the police"
    SEND_CRIME = "send_crime", "移送公安机关", "Send to the police"
    POLICE_RETURN = "police_return", "公安不予立案退回", "Returned by the police"
    PLAN_PAYMENT = "plan_payment", "批准延期（分期）缴款", "Grant time to pay"
    DEMAND = "demand", "催告履行", "Demand performance"
    APPLY_COURT = "apply_court", "申请法院强制执行", "Ask the court to execute"
    RECORD_COURT = "record_court", "登记法院办理结果", "Enter the court's answer"
    REVISE = "revise", "变更（撤销）决定", "Change or revoke the decision"
    ASK_RECUSAL = "ask_recusal", "申请回避", "Ask for a recusal"
    DECIDE_RECUSAL = "decide_recusal", "决定回避", "Decide on the recusal"
    CHANGE_OFFICERS = "change_officers", "更换承办人员", "Change the officers"
    ARCHIVE = "archive", "归档", "Archive"
    ASSIGN = "assign", "交办", "Give to a squad and a pair"
    PROPOSE_DEMOLITION = "propose_demolition", "报请限期拆除", "Propose a demolition"
    ORDER_DEMOLITION = "order_demolition", "责令限期拆除", "Order the demolition"
    RECORD_PERFORMANCE = "record_performance", "登记自行履行", "Enter the party's performance"
    HEAR_DEMANDED = "hear_demanded", "听取催告后的陈述申辩", "Hear the party after the demand"
    ANNOUNCE_DEMOLITION = "announce_demolition", "公告强制拆除", "Announce the demolition"
    ORDER_EXECUTION = "order_execution", "决定强制执行", "Order the execution"
    RECORD_EXECUTION = "record_execution", "实施强制执行", "Execute"
    FINISH_EXECUTION = "finish_execution", "执行完毕", "Finish the execution"
    AGREE_EXECUTION = "agree_execution", "达成执行协议", "Agree on the execution"
    SUSPEND_EXECUTION = "rest_execution", "中止执行", "Suspend the execution"
    RESUME_EXECUTION = "resume_execution", "恢复执行", "Resume the execution"
    END_EXECUTION = "end_execution", "终结执行", "End the execution"
    ORDER_SUBSTITUTE = "order_substitute", "决定代履行", "Order substitute performance"
    DEMAND_SUBSTITUTE = "demand_substitute", "代履行前催告", "Demand before the substitute"
    RECORD_SUBSTITUTE = "record_substitute", "实施代履行", "Perform in the party's stead"
    RECEIVE_REMEDY = "receive_remedy", "收到复议（诉讼）", "Enter a reconsideration or lawsuit"
    REPLY_REMEDY = "reply_remedy", "提交答复（答辩）", "Reply to the reconsideration or lawsuit"
    STAY_EXECUTION = "stay_execution", "停止执行", "Stay the execution"
    LIFT_STAY = "lift_stay", "恢复可以执行", "Lift the stay"
    END_REMEDY = "end_remedy", "登记复议（诉讼）结果", "Enter how it ended"
    REDO = "redo", "重新办理", "Take the case up again"
    RECOUNT = "recount", "期限重新计算", "Days counted anew"


class PartyKind(Term):
    """Kinds of party (当事人)."""

    PERSON = "person", "公民", "Natural person"
    ORGANISATION = "organisation", "法人或者其他组织", "Legal person or organisation"
    INDIVIDUAL_BUSINESS = "individual_business", "个体工商户"


class StatementOutcome(Term):
    """How the party used the right to state and plead (陈述申辩)."""

    WAIVED = "waived", "书面放弃", "Waived in writing"
    ACCEPTED = "accepted", "采纳"
    NOT_ACCEPTED = "not_accepted", "不予采纳"


class NoPenaltyGround(Term):
    """Why no penalty follows (罚30, 31, 33, 57)."""

    SLIGHT = "slight", "轻微且及时改正，没有造成危害后果", "Slight, corrected in time, no harm"
    FIRST = "first", "初次违法、后果轻微且及时改正", "First offence, slight, corrected in time"
    NO_FAULT = "no_fault", "有证据足以证明没有主观过错", "Proven to be without fault"
    CHILD = "child", "不满十四周岁", "Under fourteen"
    MENTAL = "mental", "不能辨认或者不能控制自己行为", "Not accountable"
    NOT_PROVEN = "not_proven", "违法事实不能成立", "Not proven"
    TIME_BARRED = "time_barred", "超过追究时效", "Time-barred"


class ReviewOutcome(Term):
    """What the legal review says (罚58)."""

    PASSED = "passed", "审核通过", "Passed"
    TO_AMEND = "to_amend", "补正后再报", "To be amended"
    FAILED = "failed", "审核不通过", "Not passed"


class HearingEnd(Term):
    """How a hearing ended (罚64)."""

    HELD = "held", "已举行", "Held"
    GIVEN_UP = "given_up", "无正当理由缺席或者中途退出，视为放弃", "Given up by absence"


class HearingAnswer(Term):
    """What the organ answers to a request for a hearing."""

    ACCEPTED = "accepted", "受理"
    LATE = "late", "逾期提出，不予受理", "Too late, not accepted"


class StopGround(Term):
    """Why a case stops for a time, or for good."""

    OTHER_RULING = "other_ruling", "须以其他案件的裁判或者决定为依据", "Depends on another ruling"
    LAW_QUESTION = "law_question", "法律适用问题已报请解释", "A question of law was sent up"
    FORCE_MAJEURE = "force_majeure", "不可抗力", "Force majeure"
    PARTY_MISSING = "party_missing", "当事人下落不明", "The party cannot be found"
    PARTY_GONE = "party_gone", "公民死亡或者单位终止且无承受人", "Dead, or ended without successor"
    OTHER = "other", "其他法定情形", "Another ground of law"


class Passed(Term):
    """Whether what was ordered is done."""

    PASSED = "passed", "合格", "Passed"
    FAILED = "failed", "不合格", "Failed"


class CourtAnswer(Term):
    """What the court did with an application for execution."""

    ACCEPTED = "accepted", "裁定准予执行", "Execution allowed"
    FINISHED = "finished", "执行完毕", "Executed"
    REFUSED = "refused", "裁定不予执行", "Execution refused"
    ENDED = "ended", "终结执行", "Execution ended"


class Revision(Term):
    """How a decision is corrected (罚75)."""

    CHANGED = "changed", "变更", "Changed"
    REVOKED = "revoked", "撤销", "Revoked"


class RecusalOutcome(Term):
    """What the head decides on a recusal (罚43)."""

    GRANTED = "granted", "应当回避", "To be recused"
    REFUSED = "refused", "不需回避", "Not recused"


class ServiceWay(Term):
    """Ways of serving a paper (民诉87-95); what each needs is in law/service_ways."""

    DIRECT = "direct", "直接送达", "Handed over"
    LEFT = "left", "留置送达", "Left in place"
    POST = "post", "邮寄送达", "By post"
    ELECTRONIC = "electronic", "电子送达", "Electronically"
    ENTRUSTED = "entrusted", "委托送达", "Through another organ"
    NOTICE = "notice", "公告送达", "By public notice"


class Datum(Term):
    """The datum in which a position was received."""

    WGS84 = "wgs84", "WGS 84"
    CGCS2000 = "cgcs2000", "CGCS2000"
    GCJ02 = "gcj02", "GCJ-02"
    BD09 = "bd09", "BD-09"
    UNKNOWN = "unknown", "未知"
