"""Papers of service and execution: time to pay, demand, court (罚61, 66-74; 强34-60)."""

from __future__ import annotations

from typing import Final

from enforcement.law.paper_blocks import (
    CASE,
    FACTS,
    LAW,
    OFFICERS,
    ORGAN,
    PARTY,
    PAYMENT,
    PLEA,
    SERVICE,
    SIGNATURES,
    act,
    optional,
)
from enforcement.law.paper_course import DEBT, DECISION, DEMANDED
from enforcement.law.paper_signers import (
    FILE,
    HEAD,
    HEAD_SIGNS,
    OFFICERS_SIGN,
    PARTY_AND_FILE,
    PARTY_SIGNS,
    SEAL,
    WITNESS,
)
from enforcement.law.paper_types import Paper, Signer

# fmt: off
EXECUTION_PAPERS: Final = (
    Paper("D41", "送达回证", "Proof of service", "行政处罚法61，民事诉讼法87至95",
          "每次送达时", None,
          (*ORGAN, *CASE, *SERVICE, *OFFICERS, *SIGNATURES),
          (Signer(("recipient",), "收件人"), OFFICERS_SIGN, WITNESS),
          FILE, 1, False, "D41.typ"),
    Paper("D43", "延期（分期）缴纳罚款决定书", "Time to pay", "行政处罚法66",
          "批准延期或者分期缴纳罚款时", "延缴",
          (*ORGAN, *CASE, *PARTY, *DECISION,
           act("until_on", "day", "最后一期缴款日期", "Last day to pay"),
           act("plan", "long_text", "延期或者分期安排", "Plan"),
           act("reason", "long_text", "批准的理由", "Reason"),
           *optional(*DEBT, *PAYMENT, act("before_on", "day", "原缴款截止日", "Day before"))),
          (PARTY_SIGNS, HEAD, SEAL), PARTY_AND_FILE, 2, False, "D43.typ"),
    Paper("D45", "履行行政决定催告书", "Demand to perform", "行政强制法35、54",
          "逾期不履行行政决定时", "催",
          (*ORGAN, *CASE, *PARTY, *DECISION, *DEBT, *PAYMENT,
           *optional(act("demand_until_on", "day", "催告期限届满日", "Perform until"),
                     act("duty", "long_text", "应当履行的义务", "Duty"))),
          (SEAL,), PARTY_AND_FILE, 2, False, "D45.typ"),
    Paper("D50", "强制执行申请书", "Application to the court", "行政强制法53至55",
          "申请人民法院强制执行时", "申执",
          (*ORGAN, *CASE, *PARTY, *FACTS, *LAW, *DECISION, *DEMANDED,
           act("court", "text", "受理法院", "Court"),
           act("object", "long_text", "申请执行的内容", "What is to be executed"),
           *optional(*DEBT, *PLEA, act("opinion", "long_text", "审批意见", "Opinion"),
                     act("by_name", "text", "负责人", "Head"))),
          (HEAD_SIGNS, SEAL), ("人民法院", "案卷"), 2, False, "D50.typ"),
)
# fmt: on
