"""What each act upon a case asks for: the page's form and the API's schema read these rows."""

from __future__ import annotations

from typing import Final

from enforcement.fields import Field
from enforcement.i18n import _l
from enforcement.law.matters import matters
from enforcement.law.terms import CaseEvent as E
from enforcement.law.terms import PartyKind, ServiceWay, StatementOutcome


def matter_choices() -> list[tuple[str, str]]:
    """Return code and name of every matter that the county's bureau may hold."""
    return [(code, f"{code} {row.name}") for code, row in matters().items() if row.ours]


_OPINION: Final = (Field("opinion", "long_text", _l("意见")),)
_REASON: Final = (Field("reason", "long_text", _l("理由")),)
_HANDED: Final = (
    Field("way", "choice", _l("送达方式"), words=ServiceWay),
    Field("at", "moment", _l("送达时间")),
    Field("place", "text", _l("送达地点")),
    Field("receiver", "text", _l("收件人"), hint=_l("签收的人；拒收时填写受送达人")),
    Field("relation", "text", _l("与当事人的关系"), required=False),
    Field("refusal_reason", "text", _l("拒收事由"), required=False),
    Field("witness", "text", _l("见证人"), required=False),
)

# The registration (D01) stands apart: it makes the case.
REGISTER: Final = (
    Field("matter_code", "choice", _l("执法事项"), options=matter_choices),
    Field("act", "long_text", _l("涉嫌违法行为")),
    Field("place", "text", _l("地点")),
    Field("acted_on", "day", _l("行为发生日期"), hint=_l("决定适用哪一版法律")),
)

FIELDS: Final[dict[E, tuple[Field, ...]]] = {
    E.CHECK: (Field("opinion", "long_text", _l("核查情况")),),
    E.PROPOSE_FILING: (
        Field("party_kind", "choice", _l("当事人类型"), words=PartyKind),
        Field("party_name", "text", _l("当事人姓名（名称）")),
        Field("party_id_number", "text", _l("身份证件号码"), required=False, hint=_l("公民填写")),
        Field(
            "party_uscc",
            "text",
            _l("统一社会信用代码"),
            required=False,
            hint=_l("单位、个体工商户填写"),
        ),
        Field("party_representative", "text", _l("法定代表人（负责人、经营者）"), required=False),
        Field("party_address", "text", _l("住址（住所）")),
        Field("party_phone", "text", _l("联系电话"), required=False),
        Field("officer_a", "choice", _l("主办执法人员")),
        Field("officer_b", "choice", _l("协办执法人员")),
        Field("reason", "long_text", _l("立案理由")),
        Field("no_interest", "yes", _l("两名执法人员与当事人无利害关系，无需回避")),
    ),
    E.APPROVE_FILING: _OPINION,
    E.REFUSE_FILING: _REASON,
    E.RECORD_SCENE: (
        Field("from_at", "moment", _l("检查开始时间")),
        Field("to_at", "moment", _l("检查结束时间")),
        Field("place", "text", _l("检查地点")),
        Field("weather", "text", _l("天气"), required=False),
        Field("present", "text", _l("在场人"), required=False),
        Field("findings", "long_text", _l("检查（勘验）情况")),
        Field("photos", "count", _l("照片张数")),
        Field("shown", "yes", _l("已主动出示执法证件并告知权利")),
    ),
    E.ORDER_CORRECTION: (
        Field("demand", "long_text", _l("改正内容和要求")),
        Field("until_on", "day", _l("改正期限")),
        Field("consequence", "long_text", _l("逾期不改正的后果"), required=False),
    ),
    E.CLOSE_INVESTIGATION: (
        Field("circumstances", "long_text", _l("查明的事实和情节")),
        Field(
            "evidence",
            "long_text",
            _l("其他证据"),
            required=False,
            hint=_l("每行一项；笔录和事件照片自动列入"),
        ),
    ),
    E.PROPOSE_PENALTY: (
        Field("amount", "money", _l("拟罚款数额（元）")),
        Field("reason", "long_text", _l("裁量理由")),
    ),
    E.APPROVE_PROPOSAL: _OPINION,
    E.NOTIFY: _HANDED,
    E.HEAR_STATEMENT: (
        Field("outcome", "choice", _l("陈述申辩结果"), words=StatementOutcome),
        Field("content", "long_text", _l("陈述申辩内容"), required=False),
        Field("result", "long_text", _l("复核意见"), required=False),
    ),
    E.PROPOSE_DECISION: (
        Field("amount", "money", _l("罚款数额（元）")),
        Field("reason", "long_text", _l("裁量理由")),
    ),
    E.DECIDE: _OPINION,
    E.SERVE: _HANDED,
    E.RECORD_PAYMENT: (
        Field("amount", "money", _l("缴纳罚款（元）")),
        Field(
            "surcharge",
            "money",
            _l("缴纳加处罚款（元）"),
            required=False,
            hint=_l("逾期缴纳时填写"),
        ),
        Field("receipt", "text", _l("票据号")),
        Field("paid_on", "day", _l("缴款日期")),
    ),
    E.PROPOSE_CLOSING: _REASON,
    E.APPROVE_CLOSING: _OPINION,
    E.ENDORSE: _OPINION,
    E.SEND_BACK: _REASON,
}
