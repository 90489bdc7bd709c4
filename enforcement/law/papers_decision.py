"""Papers of the decision: review, discussion, the decisions and their correction (罚57-59, 75)."""

from __future__ import annotations

from typing import Final

from enforcement.law.paper_blocks import (
    CASE,
    EVIDENCE,
    FACTS,
    FINE,
    LAW,
    NOTICED,
    ORGAN,
    PARTY,
    PAYMENT,
    PENALTY,
    PLEA,
    REMEDIES,
    F,
    act,
    optional,
    pick,
    relaxed,
)
from enforcement.law.paper_course import DECISION, NO_PENALTY
from enforcement.law.paper_signers import FILE, PARTY_AND_FILE, PARTY_AS_KNOWN, SEAL
from enforcement.law.paper_types import Paper, Signer
from enforcement.law.terms import ReviewOutcome, Revision

_CHANGED: Final = ("act.revision", frozenset({"changed"}))
# fmt: off
DECISION_PAPERS: Final = (
    Paper("D35", "重大执法决定法制审核意见书", "Legal review", "行政处罚法58", "作出决定之前", "法审",
          (*ORGAN, *CASE, *PARTY_AS_KNOWN,
           pick("act.outcome", ReviewOutcome, "审核意见", "Outcome"),
           act("subject", "long_text", "主体、人员资格和权限", "Organ, officers, powers"),
           act("procedure", "long_text", "程序", "Procedure"),
           act("facts", "long_text", "事实和证据", "Facts and evidence"),
           act("law", "long_text", "法律适用和裁量", "Law and discretion"),
           act("papers", "long_text", "文书", "Papers"),
           act("crime", "long_text", "是否涉嫌犯罪需要移送", "Whether a crime is suspected"),
           act("opinion", "long_text", "结论和建议", "Conclusion"),
           act("by_name", "text", "审核人", "Reviewer"),
           *optional(act("done_at", "moment", "审核时间", "Reviewed at"), *PENALTY)),
          (Signer(("legal_reviewer",), "审核人"), Signer(("legal_head",), "法制机构负责人")),
          FILE, 1, True, "D35.typ"),
    Paper("D36", "重大案件集体讨论记录", "Collective discussion", "行政处罚法57", "集体讨论时", None,
          (*ORGAN, *CASE, *PARTY_AS_KNOWN,
           act("at", "moment", "讨论时间", "Time"),
           act("place", "text", "讨论地点", "Place"),
           act("members", "long_text", "参加人员", "Members"),
           act("opinions", "long_text", "各人意见", "Opinions"),
           act("result", "long_text", "讨论决定", "Result"),
           *optional(act("by_name", "text", "主持人", "Chair"),
                     act("recorder", "text", "记录人", "Recorder"), *FACTS, *LAW, *PENALTY)),
          (Signer(("member",), "全体参加人员"),), FILE, 1, True, "D36.typ"),
    Paper("D38", "行政处罚决定书", "Penalty decision", "行政处罚法59", "作出处罚决定时", "罚决",
          (*ORGAN, *CASE, *PARTY, *FACTS, *EVIDENCE, *NOTICED, *PLEA, *LAW, *PENALTY,
           F("penalty.amount_yuan", "money", "罚款数额", "Fine", only_if=FINE),
           *PAYMENT, *REMEDIES), (SEAL,), PARTY_AND_FILE, 2, False, "D38.typ"),
    Paper("D39", "不予行政处罚决定书", "Decision on no penalty", "行政处罚法30、31、33、36、57",
          "决定不予处罚时", "不罚",
          (*ORGAN, *CASE, *PARTY, *FACTS, *NO_PENALTY, *REMEDIES,
           *relaxed(LAW, "law.violated", "law.basis"), *optional(*EVIDENCE)),
          (SEAL,), PARTY_AND_FILE, 2, False, "D39.typ"),
    Paper("D61", "变更（撤销）行政处罚决定书", "Correction of a decision", "行政处罚法75",
          "发现决定有错误主动改正时", "变",
          (*ORGAN, *CASE, *PARTY, *relaxed(DECISION, "decision.content"),
           pick("act.revision", Revision, "处理方式", "How it is corrected"),
           act("reason", "long_text", "变更（撤销）的理由", "Reason"),
           act("amount", "money", "变更后的罚款数额", "New fine", only_if=_CHANGED),
           *REMEDIES, *optional(act("before_yuan", "money", "原罚款数额", "Fine before"))),
          (SEAL,), PARTY_AND_FILE, 2, False, "D61.typ"),
)
# fmt: on
