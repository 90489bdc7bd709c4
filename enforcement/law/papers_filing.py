"""Papers from the lead to the filing and its end: register, approvals, recusal (罚43, 54)."""

from __future__ import annotations

from typing import Final

from enforcement.law.paper_blocks import (
    CASE,
    EVIDENCE,
    FACTS,
    LAW,
    LEAD,
    OFFICERS,
    OPINIONS,
    ORGAN,
    PARTY,
    F,
    act,
    optional,
    pick,
)
from enforcement.law.paper_signers import (
    APPROVAL,
    FILE,
    HANDLERS,
    HEAD,
    PARTY_AS_KNOWN,
    SEAL,
    UNIT_LEADER,
)
from enforcement.law.paper_types import Paper, Signer
from enforcement.law.terms import RecusalOutcome

# fmt: off
FILING: Final = (
    Paper("D01", "案源（线索）登记表", "Lead register", "行政处罚法54", "接到违法线索时", "源",
          (*ORGAN, *LEAD, *optional(*CASE, *PARTY, *OPINIONS)),
          (HANDLERS, UNIT_LEADER), FILE, 1, True, "D01.typ"),
    Paper("D02", "立案审批表", "Filing approval", "行政处罚法54", "报请立案时", "立",
          (*ORGAN, *CASE, *PARTY_AS_KNOWN,
           *OFFICERS, *FACTS, *LAW, *OPINIONS, *optional(*EVIDENCE, *LEAD)),
          APPROVAL, FILE, 1, True, "D02.typ"),
    Paper("D03", "不予立案审批表", "Refusal to file", "行政处罚法54", "决定不予立案时", "不立",
          (*ORGAN, *CASE, *PARTY_AS_KNOWN, *FACTS,
           act("reason", "long_text", "不予立案的理由", "Reason not to file"),
           *OPINIONS, *optional(*LEAD, *OFFICERS)),
          APPROVAL, FILE, 1, True, "D03.typ"),
    Paper("D57", "撤销立案审批表", "Withdrawal of the filing", "行政处罚法54、57",
          "立案后查明不应立案时", "撤",
          (*ORGAN, *CASE, *PARTY_AS_KNOWN, *FACTS,
           act("reason", "long_text", "撤销立案的理由", "Reason to withdraw"),
           *OPINIONS, *optional(*OFFICERS)),
          (HEAD,), FILE, 1, True, "D57.typ"),
    Paper("D67", "回避决定书", "Decision on a recusal", "行政处罚法43", "决定是否回避时", "回",
          (*ORGAN, *CASE,
           F("recusal.asked_by", "text", "回避申请人", "Applicant"),
           F("recusal.reason", "long_text", "申请回避的理由", "Reason of the application"),
           act("person_name", "text", "被申请回避的人员", "Person to be recused"),
           pick("act.outcome", RecusalOutcome, "回避决定", "Outcome"),
           act("reason", "long_text", "决定理由", "Reason of the decision"),
           *optional(F("recusal.asked_on", "day", "申请日期", "Asked on"), *PARTY)),
          (Signer(("applicant",), "申请人"), HEAD, SEAL), ("申请人", "案卷"), 2, False, "D67.typ"),
)
# fmt: on
