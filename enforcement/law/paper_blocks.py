"""The blocks that papers share: organ, party, facts, law, evidence, remedies."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

from enforcement.law.paper_types import FieldType, PaperField
from enforcement.law.terms import Term


def optional(*fields: PaperField) -> tuple[PaperField, ...]:
    """Return the fields, none of them required."""
    return tuple(replace(field, required=False) for field in fields)


def relaxed(fields: tuple[PaperField, ...], *paths: str) -> tuple[PaperField, ...]:
    """Return the fields, those at `paths` no longer required."""
    return tuple(replace(f, required=False) if f.path in paths else f for f in fields)


def always(fields: tuple[PaperField, ...]) -> tuple[PaperField, ...]:
    """Return the fields, what is asked for in some cases asked for in all."""
    return tuple(replace(f, only_if=None) for f in fields)


F = PaperField


def act(name: str, kind: FieldType, zh: str, en: str, **more: Any) -> PaperField:
    """Return a field of the block `act`: what the act that issues the paper said."""
    return F(f"act.{name}", kind, zh, en, **more)


def pick(path: str, words: type[Term], zh: str, en: str, **more: Any) -> PaperField:
    """Return a field that holds the stored value of a term; papers print its Chinese word."""
    return F(path, "choice", zh, en, words=words, **more)


_PERSON: Final = ("party.kind", frozenset({"person"}))
_BODY: Final = ("party.kind", frozenset({"organisation", "individual_business"}))
_PLEADED: Final = ("plea.made", frozenset({"True"}))

# fmt: off
ORGAN: Final = (
    F("organ.name", "text", "行政机关名称", "Organ"),
    *optional(F("organ.address", "text", "行政机关地址", "Organ's address"),
               F("organ.phone", "text", "行政机关电话", "Organ's telephone")),
)
CASE: Final = (
    F("case.id", "text", "案件内部编号", "Case id"),
    F("case.cause", "text", "案由", "Cause"),
    *optional(F("case.number", "text", "立案号", "Case number"),
               F("case.filed_on", "day", "立案日期", "Filed on"),
               F("case.due_on", "day", "办案期限", "Decision due on"),
               F("case.matter_code", "text", "权力事项编码", "Matter code"),
               F("case.matter_name", "text", "权力事项", "Matter")),
)
PARTY: Final = (
    F("party.kind", "text", "当事人类型", "Kind of party"),
    F("party.name", "text", "当事人姓名（名称）", "Party"),
    F("party.id_number", "text", "身份证件号码", "Identity number", only_if=_PERSON),
    F("party.uscc", "text", "统一社会信用代码", "Credit code", only_if=_BODY),
    F("party.representative", "text", "法定代表人（负责人、经营者）", "Representative",
      only_if=_BODY),
    F("party.address", "text", "住址（住所）", "Address"),
    *optional(F("party.sex", "text", "性别", "Sex"),
               F("party.birth_date", "day", "出生日期", "Born on"),
               F("party.phone", "text", "联系电话", "Telephone")),
)
OFFICERS: Final = (
    F("officers", "list", "执法人员（不少于两人）", "Officers (two at least)", min_items=2),
    F("officers[].name", "text", "执法人员姓名", "Officer"),
    F("officers[].certificate", "text", "执法证号", "Certificate number"),
)
FACTS: Final = (
    F("facts.occurred_at", "moment", "违法行为发生时间", "Time of the act"),
    F("facts.place", "text", "违法行为发生地点", "Place of the act"),
    F("facts.act", "long_text", "违法行为", "Act"),
    *optional(F("facts.circumstances", "long_text", "情节和后果", "Circumstances"),
               F("facts.lon", "number", "经度", "Longitude"),
               F("facts.lat", "number", "纬度", "Latitude")),
)
LAW: Final = (
    F("law.violated", "text", "违反的规定", "Provision violated"),
    F("law.basis", "text", "法律依据", "Legal basis"),
    *optional(F("law.text", "long_text", "依据原文", "Text of the provision")),
)
EVIDENCE: Final = (
    F("evidence", "list", "证据", "Evidence"),
    F("evidence[].kind", "text", "证据种类", "Kind of evidence"),
    F("evidence[].name", "text", "证据名称", "Name of evidence"),
    *optional(F("evidence[].source", "text", "证据来源", "Source of evidence")),
)
OPINIONS: Final = (
    F("opinions", "list", "审批意见", "Opinions"),
    F("opinions[].role", "text", "审批人身份", "Role"),
    F("opinions[].name", "text", "审批人姓名", "Name"),
    F("opinions[].opinion", "long_text", "意见", "Opinion"),
    F("opinions[].at", "moment", "签署时间", "Signed at"),
)
PENALTY: Final = (
    F("penalty.kind", "text", "行政处罚种类", "Kind of penalty"),
    F("penalty.reason", "long_text", "裁量理由", "Reason of discretion"),
    *optional(F("penalty.amount_yuan", "money", "罚款数额", "Fine"),
               F("penalty.proposed_yuan", "money", "拟罚款数额", "Proposed fine")),
)
FINE: Final = ("penalty.kind", frozenset({"罚款", "fine"}))
PLEA: Final = (
    F("plea.made", "bool", "是否陈述申辩", "Whether the party pleaded"),
    F("plea.content", "long_text", "陈述申辩内容", "What was pleaded", only_if=_PLEADED),
    F("plea.result", "long_text", "陈述申辩复核结果", "Result of the review", only_if=_PLEADED),
    *optional(F("plea.waived", "bool", "是否书面放弃", "Waived in writing")),
)
PAYMENT: Final = (
    F("payment.bank", "text", "收款银行", "Bank", only_if=FINE),
    F("payment.account", "text", "收款账户", "Account", only_if=FINE),
    F("payment.daily_rate", "text", "逾期加处比例", "Daily rate of the surcharge", only_if=FINE),
    *optional(F("payment.due_on", "day", "缴款截止日", "Pay until"),
              F("payment.code", "text", "缴款码", "Payment code")),
)
REMEDIES: Final = (
    F("organ.reconsideration_organ", "text", "行政复议机关", "Organ of reconsideration"),
    F("organ.court", "text", "管辖法院", "Court"),
    F("remedies.reconsideration_days", "number", "行政复议期限（日）", "Days for reconsideration"),
    F("remedies.litigation_months", "number", "行政诉讼期限（月）", "Months for litigation"),
    *optional(F("remedies.reconsideration_until", "day", "复议截止日", "Reconsideration until"),
               F("remedies.litigation_until", "day", "诉讼截止日", "Litigation until")),
)
SIGNATURES: Final = optional(
    F("signatures.party.name", "text", "当事人签名", "Party's signature"),
    F("signatures.party.at", "moment", "当事人签名时间", "Party signed at"),
    F("signatures.refused", "bool", "当事人拒绝签名", "Party refused to sign"),
    F("signatures.witness.name", "text", "见证人", "Witness"),
)
LEAD: Final = (
    F("lead.source", "text", "案源", "Source"),
    F("lead.reported_at", "moment", "发现（受理）时间", "Reported at"),
    F("lead.reporter_shown", "text", "举报人（已作保密处理）", "Reporter as shown"),
    F("lead.content", "long_text", "线索内容", "Content"),
    F("lead.place_name", "text", "地点", "Place"),
    F("lead.place_code", "text", "地点区划代码", "Place code"),
    *optional(F("lead.incident_number", "text", "事件编号", "Incident number")),
)
RECORD: Final = (
    F("record.from_at", "moment", "检查开始时间", "From"),
    F("record.to_at", "moment", "检查结束时间", "To"),
    F("record.place", "text", "检查地点", "Place"),
    F("record.findings", "long_text", "检查（勘验）情况", "Findings"),
    F("record.photos", "number", "照片张数", "Photographs"),
    *optional(F("record.weather", "text", "天气", "Weather"),
               F("record.present", "text", "在场人", "Present"),
               F("record.recorder", "text", "记录人", "Recorder"),
               F("facts.lon", "number", "经度", "Longitude"),
               F("facts.lat", "number", "纬度", "Latitude")),
)
CORRECTION: Final = (
    F("correction.demand", "long_text", "改正内容和要求", "What to correct"),
    F("correction.until_on", "day", "改正期限", "Correct until"),
    *optional(F("correction.consequence", "long_text", "逾期不改正的后果", "Consequence")),
)
NOTICE: Final = (
    F("notice.statement_days", "number", "陈述申辩期限（工作日）", "Working days to plead"),
    *optional(F("notice.statement_until_on", "day", "陈述申辩截止日", "Plead until")),
)
HEARING_RIGHT: Final = (
    F("notice.hearing_days", "number", "要求听证期限（工作日）", "Working days to ask for a hearing"),
    *optional(F("notice.hearing_until_on", "day", "要求听证截止日", "Ask for a hearing until")),
)
NOTICED: Final = (
    F("notice.number", "text", "事先告知书文号", "Number of the notice"),
    F("notice.served_on", "day", "事先告知书送达日期", "Notice served on"),
)
SERVICE: Final = (
    F("service.paper_name", "text", "送达文书名称", "Paper served"),
    F("service.way", "text", "送达方式", "Way of service"),
    F("service.at", "moment", "送达时间", "Served at"),
    F("service.place", "text", "送达地点", "Place of service"),
    F("service.recipient", "text", "受送达人", "Addressee"),
    F("service.served_on", "day", "送达日期", "Day of service"),
    *optional(F("service.paper_number", "text", "送达文书文号", "Number of the paper"),
               F("service.receiver", "text", "收件人", "Receiver"),
               F("service.relation", "text", "代收人与受送达人关系", "Relation"),
               F("service.refusal_reason", "text", "拒收事由", "Reason of refusal"),
               F("service.witness", "text", "见证人", "Witness"),
               F("service.note", "long_text", "备注", "Note")),
)
CLOSING: Final = (
    F("decision.number", "text", "处罚决定书文号", "Number of the decision"),
    F("decision.decided_on", "day", "决定日期", "Decided on"),
    F("decision.content", "long_text", "处理决定内容", "What was decided"),
    F("closing.execution", "long_text", "执行情况", "Execution"),
    F("closing.reason", "long_text", "结案理由", "Reason for closing"),
    *optional(F("decision.served_on", "day", "送达日期", "Served on"),
               F("closing.paid_yuan", "money", "实缴罚款", "Paid"),
               F("closing.surcharge_yuan", "money", "加处罚款", "Surcharge paid"),
               F("closing.receipt", "text", "票据号", "Receipt"),
               F("closing.property", "long_text", "涉案财物处理", "Property")),
)
# fmt: on
