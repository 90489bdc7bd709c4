"""Gates of measures: R14 (preservation), R15 (measures) and their limits, from facts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from zoneinfo import ZoneInfo

from enforcement.law.articles import ACL, APL
from enforcement.law.gate_facts import Finding
from enforcement.law.gates import GATES, CaseFacts, Gate, gate
from enforcement.law.measure_grants import grant_for
from enforcement.law.measure_terms import Fate, MeasureKind
from enforcement.law.power_terms import Channel
from enforcement.law.procedure_step import UNDER_WAY
from enforcement.law.terms import N_, CaseState

CHINA: Final = ZoneInfo("Asia/Shanghai")
OUTSIDE: Final = frozenset({Channel.ENTRUSTED, Channel.ENTRUSTED_PERMIT})


@dataclass(frozen=True)
class MeasureFacts:
    """What the gates of a measure look at, on a moment.

    case -- the facts of its case; the two officers and the power are asked there
    involved, not_living, not_sealed, milder -- what the officers have confirmed of the things
    approved -- the head has approved; confirm_until -- 24 hours after it was done at once
    due_on -- its last day; undecided -- items without a fate; fates -- those being decided
    waiting -- items whose fate is decided and that were not handed out
    """

    case: CaseFacts
    state: CaseState
    kind: MeasureKind
    now: datetime
    involved: bool = False
    not_living: bool = False
    not_sealed: bool = False
    milder: bool = False
    approved: bool = False
    confirm_until: datetime | None = None
    due_on: date | None = None
    extended: bool = False
    fates: frozenset[Fate] = frozenset()
    waiting: int = 0


Test = Callable[[MeasureFacts], Finding]


def _under_way(facts: MeasureFacts) -> Finding:
    return facts.state in UNDER_WAY, N_("案件须已立案且尚未作出决定。"), {}


def _channel(facts: MeasureFacts) -> Finding:
    power = facts.case.power
    if power is None or power.channel is None:
        return False, N_("尚未核对权责清单，不能确定权力来源。"), {}
    if power.channel in OUTSIDE:
        return False, N_("权力来源是%(channel)s，行政强制措施权不得委托。"), {
            "channel": power.channel}  # fmt: skip
    return True, N_("权力来源是%(channel)s，可以行使行政强制措施权。"), {"channel": power.channel}


def _granted(facts: MeasureFacts) -> Finding:
    matter = facts.case.matter
    found = grant_for(matter.code, facts.kind, facts.case.today)
    if found is None:
        text = N_("没有登记法律、法规授予事项%(code)s“%(kind)s”的依据，不得采取。")
        return False, text, {"code": matter.code, "kind": facts.kind}
    values = {"basis": found.basis, "condition": found.condition}
    if not found.checked:
        return True, N_("依据%(basis)s：%(condition)s（条文待法制审核人员核对）。"), values
    return True, N_("依据%(basis)s：%(condition)s。"), values


def _involved(facts: MeasureFacts) -> Finding:
    return facts.involved, N_("限于涉案的场所、设施、财物或者证据，不得涉及无关财物。"), {}


def _not_living(facts: MeasureFacts) -> Finding:
    return facts.not_living, N_("不得查封、扣押公民个人及其所扶养家属的生活必需品。"), {}


def _not_sealed(facts: MeasureFacts) -> Finding:
    return facts.not_sealed, N_("已被其他国家机关依法查封的，不得重复查封。"), {}


def _milder(facts: MeasureFacts) -> Finding:
    return facts.milder, N_("采用非强制手段可以达到目的的，不得采取。"), {}


def _approved(facts: MeasureFacts) -> Finding:
    return facts.approved, N_("实施前须经行政机关负责人批准。"), {}


def _report_in_time(facts: MeasureFacts) -> Finding:
    until = facts.confirm_until
    text = N_("当场实施后应当在二十四小时内报告并补办批准（至%(until)s）。")
    values = {"until": f"{until.astimezone(CHINA):%m-%d %H:%M}" if until else "—"}
    return until is not None and facts.now <= until, text, values


def _not_extended(facts: MeasureFacts) -> Finding:
    return not facts.extended, N_("期限只能延长一次，不得超过三十日。"), {}


def _not_over(facts: MeasureFacts) -> Finding:
    due = facts.due_on
    over = due is None or facts.case.today > due
    return not over, N_("期限至%(day)s，届满即自行失效。"), {"day": due or "—"}


def _confiscation(facts: MeasureFacts) -> Finding:
    if facts.fates.isdisjoint({Fate.CONFISCATE, Fate.DESTROY}):
        return True, N_("没有没收、销毁的物品。"), {}
    if facts.kind is MeasureKind.PRESERVE:
        return False, N_("先行登记保存的证据不能直接没收、销毁。"), {}
    return facts.case.decided_on is not None, N_("没收、销毁须先有处罚决定。"), {}


def _decided_on(facts: MeasureFacts) -> Finding:
    return facts.waiting > 0, N_("须有已作处理决定、尚未交付的物品。"), {}


# fmt: off
MEASURE_GATES: Final[dict[str, tuple[Test, str, str, str, str]]] = {
    #                 test             title                rule   article: measures   preservation
    "under_way":      (_under_way,      N_("案件已立案"),    "M1",  ACL[18].zh,  APL[56].zh),
    "channel":        (_channel,        N_("不得委托"),      "R15", ACL[17].zh,  ACL[17].zh),
    "granted":        (_granted,        N_("法律授权"),      "R15", ACL[10].zh,  APL[56].zh),
    "involved":       (_involved,       N_("限于涉案财物"),  "R15", ACL[23].zh,  APL[56].zh),
    "not_living":     (_not_living,     N_("生活必需品"),    "R15", ACL[23].zh,  ACL[23].zh),
    "not_sealed":     (_not_sealed,     N_("未被他机关查封"), "R15", ACL[23].zh, ACL[23].zh),
    "milder":         (_milder,         N_("非强制手段"),    "R15", ACL[5].zh,   ACL[5].zh),
    "approved":       (_approved,       N_("负责人批准"),    "R15", ACL[18].zh,  APL[56].zh),
    "report_in_time": (_report_in_time, N_("二十四小时报告"), "R15", ACL[19].zh, ACL[19].zh),
    "not_extended":   (_not_extended,   N_("只延长一次"),    "M4",  ACL[25].zh,  ACL[25].zh),
    "not_over":       (_not_over,       N_("期限未届满"),    "R16", ACL[25].zh,  APL[56].zh),
    "confiscation":   (_confiscation,   N_("没收、销毁"),    "M6",  ACL[27].zh,  APL[56].zh),
    "decided_on":     (_decided_on,     N_("已作处理"),      "M6",  ACL[28].zh,  APL[56].zh),
}
_OF_CASE: Final = {"power": "matter"}
"""Gates that the case has under another name."""
# fmt: on


def measure_gates(names: tuple[str, ...], facts: MeasureFacts) -> tuple[Gate, ...]:
    """Compute gates of a measure and of its case, in the order asked for."""
    return tuple(_gate(name, facts) for name in names)


def _gate(name: str, facts: MeasureFacts) -> Gate:
    in_case = _OF_CASE.get(name, name)
    if in_case in GATES and name not in MEASURE_GATES:
        return gate(in_case, facts.case)
    test, title, rule, coercive, preserving = MEASURE_GATES[name]
    is_open, text, values = test(facts)
    preserve = facts.kind is MeasureKind.PRESERVE
    rule = "R14" if preserve and name == "approved" else rule
    return Gate(name, is_open, title, text, values, rule, preserving if preserve else coercive)
