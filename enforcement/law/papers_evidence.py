"""Papers of the inquiry: interviews, scene, orders to correct, evidence taken (罚28, 46, 55)."""

from __future__ import annotations

from typing import Final

from enforcement.law.paper_blocks import (
    CASE,
    CORRECTION,
    EVIDENCE,
    FACTS,
    LAW,
    OFFICERS,
    ORGAN,
    PARTY,
    PENALTY,
    PLEA,
    RECORD,
    REMEDIES,
    SIGNATURES,
    F,
    act,
    optional,
    pick,
)
from enforcement.law.paper_course import EXPERT, ITEMS, ORDER, PROPOSAL
from enforcement.law.paper_signers import (
    FILE,
    HANDLERS,
    OFFICERS_SIGN,
    ON_THE_SPOT,
    PARTY_AND_FILE,
    PARTY_AS_KNOWN,
    PARTY_SIGNS,
    SEAL,
)
from enforcement.law.paper_types import Paper, Signer
from enforcement.law.terms import Passed

# fmt: off
_ASKED: Final = Signer(("interviewee",), "被询问人")
_INTERVIEW: Final = (
    act("from_at", "moment", "询问开始时间", "From"),
    act("to_at", "moment", "询问结束时间", "To"),
    act("place", "text", "询问地点", "Place"),
    act("person", "text", "被询问人", "Person interviewed"),
    act("relation", "text", "与本案的关系", "Relation to the case"),
    act("record", "long_text", "询问内容（一问一答）", "Questions and answers"),
    *optional(act("sex", "text", "性别", "Sex"),
               act("id_number", "text", "身份证件号码", "Identity number"),
               act("phone", "text", "联系电话", "Telephone"),
               act("address", "text", "住址", "Address"),
               act("occupation", "text", "工作单位和职务", "Work")),
)
EVIDENCE_PAPERS: Final = (
    Paper("D07", "询问笔录", "Interview record", "行政处罚法42、55", "询问当事人或者证人时", None,
          (*ORGAN, *CASE, *OFFICERS, *_INTERVIEW, *SIGNATURES),
          (_ASKED, OFFICERS_SIGN), FILE, 1, False, "D07.typ"),
    Paper("D08", "现场检查（勘验）笔录", "Scene record", "行政处罚法42、46、55", "现场检查时", None,
          (*ORGAN, *CASE, *PARTY_AS_KNOWN,
           *OFFICERS, *RECORD, *SIGNATURES),
          ON_THE_SPOT, FILE, 1, False, "D08.typ"),
    Paper("D09", "责令限期改正通知书", "Order to correct", "行政处罚法28", "责令改正时", "责改",
          (*ORGAN, *CASE, *PARTY, *FACTS, *LAW, *CORRECTION, *REMEDIES, *SIGNATURES),
          (SEAL, PARTY_SIGNS), PARTY_AND_FILE, 2, False, "D09.typ"),
    Paper("D10", "整改复查意见书", "Re-inspection", "行政处罚法28", "改正期限届满复查时", "复查",
          (*ORGAN, *CASE, *PARTY_AS_KNOWN, *OFFICERS, *ORDER,
           act("findings", "long_text", "复查情况", "Findings"),
           pick("act.result", Passed, "复查结果", "Result"), *SIGNATURES,
           *optional(act("done_at", "moment", "复查时间", "Inspected at"))),
          (OFFICERS_SIGN, PARTY_SIGNS), PARTY_AND_FILE, 2, False, "D10.typ"),
    Paper("D11", "调取证据通知书", "Request for evidence", "行政处罚法55", "调取证据材料时", "调证",
          (*ORGAN, *CASE, *OFFICERS, *ITEMS,
           F("request.holder", "text", "证据持有人", "Holder"),
           F("request.until_on", "day", "提交期限", "Until"),
           *optional(F("request.reason", "long_text", "调取理由", "Reason"),
                     F("request.place", "text", "提交地点", "Where"))),
          (SEAL,), ("证据持有人", "案卷"), 2, False, "D11.typ"),
    Paper("D12", "抽样取证凭证", "Sampling", "行政处罚法56", "抽样取证时", "抽",
          (*ORGAN, *CASE, *PARTY_AS_KNOWN, *OFFICERS, *ITEMS,
           F("sampling.at", "moment", "抽样时间", "Time"),
           F("sampling.place", "text", "抽样地点", "Place"),
           *optional(F("sampling.method", "text", "抽样方式", "Method"),
                     F("sampling.base", "text", "抽样基数", "Lot")), *SIGNATURES),
          (*ON_THE_SPOT, SEAL), PARTY_AND_FILE, 2, False, "D12.typ"),
    Paper("D13", "检测（鉴定）委托书", "Order to an expert", "行政处罚法46，行政强制法25",
          "委托检测、检验、鉴定时", "鉴",
          (*ORGAN, *CASE, *EXPERT, *ITEMS,
           *optional(F("expert.requirement", "long_text", "要求", "Requirements"))),
          (SEAL,), ("检测（鉴定）机构", "当事人", "案卷"), 3, False, "D13.typ"),
    Paper("D24", "案件调查终结报告", "Report that closes the inquiry", "行政处罚法54、57",
          "调查终结时", None,
          (*ORGAN, *CASE, *PARTY_AS_KNOWN, *OFFICERS, *FACTS, *EVIDENCE, *LAW,
           act("circumstances", "long_text", "查明的事实和情节", "Facts and circumstances"),
           *optional(*PLEA, *PENALTY, *PROPOSAL,
                     act("proposal", "long_text", "处理建议", "Proposal"))),
          (HANDLERS,), FILE, 1, True, "D24.typ"),
)
# fmt: on
