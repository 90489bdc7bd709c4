"""Papers that give a case away or stop it: transfers, suspension, end (罚25, 27; 移送规定)."""

from __future__ import annotations

from types import MappingProxyType
from typing import Final

from enforcement.law.execution_terms import ExecutionStop
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
    act,
    optional,
    pick,
)
from enforcement.law.paper_course import CRIME, HANDOVER, ITEMS
from enforcement.law.paper_signers import (
    FILE,
    HANDLERS,
    HEAD,
    OFFICERS_SIGN,
    PARTY_AND_FILE,
    PARTY_AS_KNOWN,
    RECIPIENT,
    SEAL,
)
from enforcement.law.paper_types import Paper, Signer
from enforcement.law.terms import CaseEvent, StopGround

_STOPPED: Final = ("act.event", frozenset({"suspend", "terminate"}))
_RESTS: Final = ("act.event", frozenset({"rest_execution", "end_execution"}))
# fmt: off
TRANSFER_PAPERS: Final = (
    Paper("D51", "案件移送函", "Transfer of a case", "行政处罚法22、25", "发现不属于本机关管辖时", "移",
          (*ORGAN, *CASE,
           act("organ", "text", "接收机关", "Receiving organ"),
           act("reason", "long_text", "移送的理由", "Reason"),
           *FACTS, *optional(*PARTY, *LEAD, *EVIDENCE, *OFFICERS,
                             act("materials", "long_text", "移送材料", "Files"))),
          (SEAL, Signer(("receiver",), "接收机关")), ("接收机关", "案卷"), 2, False, "D51.typ"),
    Paper("D52", "涉嫌犯罪案件移送审批表", "Approval of a transfer to the police",
          "行政执法机关移送涉嫌犯罪案件的规定5", "报请移送公安机关时", None,
          (*ORGAN, *CASE, *PARTY_AS_KNOWN, *OFFICERS, *FACTS, *CRIME, *OPINIONS,
           *optional(*EVIDENCE, *LAW)),
          (HANDLERS, Signer(HEAD.roles, "正职负责人审批意见")),
          FILE, 1, True, "D52.typ"),
    Paper("D53", "涉嫌犯罪案件移送书", "Transfer to the police",
          "行政处罚法27，行政执法机关移送涉嫌犯罪案件的规定5至7", "批准移送后二十四小时内", "刑移",
          (*ORGAN, *CASE, *PARTY_AS_KNOWN, *FACTS, *CRIME,
           act("organ", "text", "接收的公安机关", "Police receiving"),
           act("sent_at", "moment", "移送时间", "Sent at"),
           act("annexes", "long_text", "随案材料和物品清单", "Annexes"),
           *optional(act("receiver", "text", "签收人", "Receiver"), *EVIDENCE, *LAW, *OFFICERS)),
          (SEAL, Signer(("police",), "公安机关签收")), ("公安机关", "检察机关", "案卷"), 3, False,
          "D53.typ"),
    Paper("D54", "涉案物品（材料）移交清单", "Hand-over list", "行政执法机关移送涉嫌犯罪案件的规定12",
          "公安机关决定立案后三日内", None,
          (*ORGAN, *CASE, *OFFICERS, *HANDOVER, *ITEMS, *optional(*PARTY)),
          (OFFICERS_SIGN, RECIPIENT), ("接收机关", "案卷"), 2, False, "D54.typ"),
    Paper("D55", "中止（恢复、终止）通知书", "Suspension, resumption or end", "行政处罚法57",
          "中止、恢复或者终止调查、执行时", "中",
          (*ORGAN, *CASE, *PARTY_AS_KNOWN,
           pick("act.event", CaseEvent, "中止、恢复或者终止", "Which"),
           pick("act.ground", StopGround, "法定情形", "Ground", only_if=_STOPPED),
           pick("act.stop", ExecutionStop, "中止（终结）执行的情形", "Ground of rest or end",
                only_if=_RESTS),
           act("reason", "long_text", "理由", "Reason")),
          (HEAD, SEAL), PARTY_AND_FILE, 2, False, "D55.typ",
          ("act.event", MappingProxyType({"terminate": "终", "end_execution": "终"}))),
)
# fmt: on
