"""Papers between inquiry and decision: proposal, notice, statement, hearing (罚44-45, 63-65)."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from enforcement.law.paper_blocks import (
    CASE,
    EVIDENCE,
    FACTS,
    FINE,
    HEARING_RIGHT,
    LAW,
    NOTICE,
    OFFICERS,
    OPINIONS,
    ORGAN,
    PARTY,
    PENALTY,
    SIGNATURES,
    F,
    act,
    optional,
    pick,
)
from enforcement.law.paper_course import HEARING, PROPOSAL
from enforcement.law.paper_signers import (
    APPROVAL,
    CHAIR,
    CLERK,
    FILE,
    HANDLERS,
    OFFICERS_SIGN,
    PARTY_AND_FILE,
    PARTY_AS_KNOWN,
    PARTY_SIGNS,
    SEAL,
    UNIT,
)
from enforcement.law.paper_types import Paper, Signer
from enforcement.law.terms import HearingAnswer, HearingEnd, StatementOutcome

_PLEADED: Final = ("act.outcome", frozenset({"accepted"}))  # also not_accepted, partly_accepted
_LATE: Final = ("act.answer", frozenset({"late"}))
_POSTED: Final = frozenset({"hearing.at", "hearing.place", "hearing.chair"})
# fmt: off
_PROPOSED: Final = (
    *PENALTY,
    F("penalty.proposed_yuan", "money", "拟罚款数额", "Proposed fine", only_if=FINE),
)
NOTICE_PAPERS: Final = (
    Paper("D25", "行政处罚事先告知审批表", "Approval of the proposal", "行政处罚法44、57",
          "报请事先告知时", None,
          (*ORGAN, *CASE, *PARTY_AS_KNOWN, *OFFICERS, *FACTS, *LAW, *_PROPOSED,
           *OPINIONS, *PROPOSAL, *optional(*EVIDENCE)),
          APPROVAL, FILE, 1, True, "D25.typ"),
    Paper("D26", "行政处罚事先告知书", "Notice of proposed penalty", "行政处罚法44、45",
          "作出处罚决定之前", "告",
          (*ORGAN, *CASE, *PARTY, *FACTS, *optional(*EVIDENCE), *LAW, *_PROPOSED,
           *NOTICE), (SEAL,), PARTY_AND_FILE, 2, False, "D26.typ"),
    Paper("D27", "行政处罚听证告知书", "Notice with the right to a hearing", "行政处罚法44、45、63、64",
          "拟作出应当告知听证权利的处罚之前", "听告",
          (*ORGAN, *CASE, *PARTY, *FACTS, *optional(*EVIDENCE), *LAW, *_PROPOSED,
           *NOTICE, *HEARING_RIGHT), (SEAL,), PARTY_AND_FILE, 2, False, "D27.typ"),
    Paper("D28", "陈述申辩笔录", "Statement of the party", "行政处罚法45", "听取陈述申辩时", None,
          (*ORGAN, *CASE, *PARTY_AS_KNOWN, *OFFICERS,
           pick("act.outcome", StatementOutcome, "陈述申辩情况", "Statement"),
           act("content", "long_text", "陈述申辩内容", "What was pleaded", only_if=_PLEADED),
           *SIGNATURES,
           *optional(F("notice.number", "text", "事先告知书文号", "Number of the notice"),
                     act("place", "text", "陈述申辩地点", "Place"),
                     act("done_at", "moment", "陈述申辩时间", "Heard at"))),
          (PARTY_SIGNS, OFFICERS_SIGN), FILE, 1, False, "D28.typ"),
    Paper("D29", "陈述申辩复核意见书", "Review of the statement", "行政处罚法45", "听取陈述申辩后", None,
          (*ORGAN, *CASE, *PARTY_AS_KNOWN, *OFFICERS, *OPINIONS,
           F("points", "list", "陈述申辩意见和复核", "Points"),
           F("points[].point", "long_text", "陈述申辩意见", "Point"),
           F("points[].accepted", "bool", "是否采纳", "Accepted"),
           F("points[].reason", "long_text", "复核理由", "Reason"),
           *optional(*PENALTY, F("plea.result", "long_text", "复核结论", "Conclusion"))),
          (HANDLERS, UNIT), FILE, 1, True, "D29.typ"),
    Paper("D30", "听证受理（不予受理）通知书", "Answer to a request for a hearing", "行政处罚法63、64",
          "收到听证申请后", "听受",
          (*ORGAN, *CASE, *PARTY_AS_KNOWN,
           act("asked_on", "day", "提出听证申请的日期", "Asked on"),
           act("content", "long_text", "听证申请内容", "Request"),
           pick("act.answer", HearingAnswer, "是否受理", "Answer"),
           *optional(act("agent", "text", "代理人", "Agent"),
                     act("late_reason", "long_text", "逾期的正当理由", "Good cause"),
                     F("notice.number", "text", "听证告知书文号", "Number of the notice"),
                     F("notice.served_on", "day", "听证告知书送达日期", "Notice served on"))),
          (Signer(("party",), "申请人"), SEAL), PARTY_AND_FILE, 2, False, "D30.typ"),
    Paper("D31", "行政处罚听证通知书", "Call to the hearing", "行政处罚法64", "举行听证七个工作日前",
          "听通",
          (*ORGAN, *CASE, *PARTY_AS_KNOWN,
           act("hearing_at", "moment", "听证时间", "Time of the hearing"),
           act("hearing_place", "text", "听证地点", "Place of the hearing"),
           act("chair_name", "text", "听证主持人", "Chair"),
           act("clerk", "text", "记录人", "Clerk"),
           *optional(act("in_public", "bool", "是否公开举行", "In public"))),
          (SEAL,), PARTY_AND_FILE, 2, False, "D31.typ"),
    Paper("D32", "听证公告", "Public notice of a hearing", "行政处罚法64", "公开举行听证前", "听公",
          (*ORGAN, *CASE, *PARTY_AS_KNOWN,
           *(replace(field, required=field.path in _POSTED) for field in HEARING),
           *optional(F("hearing.note", "long_text", "旁听须知", "For listeners"))),
          (SEAL,), ("公告栏", "案卷"), 1, False, "D32.typ"),
    Paper("D33", "听证笔录", "Hearing record", "行政处罚法64", "举行听证时", None,
          (*ORGAN, *CASE, *PARTY_AS_KNOWN, *HEARING,
           pick("act.end", HearingEnd, "听证情况", "How the hearing ended"),
           act("present", "long_text", "到场人员", "Present"),
           act("record", "long_text", "听证记录", "Record"), *optional(*OFFICERS)),
          (PARTY_SIGNS, OFFICERS_SIGN, CHAIR, CLERK), FILE, 1, False, "D33.typ"),
    Paper("D34", "听证报告", "Report on the hearing", "行政处罚法65", "听证结束后", None,
          (*ORGAN, *CASE, *PARTY_AS_KNOWN, *HEARING,
           act("facts", "long_text", "听证认定的事实和各方意见", "Facts and views"),
           act("proposal", "long_text", "处理建议", "Proposal"),
           *optional(*PENALTY, *OFFICERS)),
          (CHAIR, Signer(("hearing_member",), "听证员")), FILE, 1, True, "D34.typ"),
)
# fmt: on
