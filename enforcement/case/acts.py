"""What each act upon a case asks for: the page's form and the API's schema read these rows."""

from __future__ import annotations

from typing import Final

from enforcement.case.act_fields import CIRCUMSTANCES, HANDED, OPINION, REASON
from enforcement.case.acts_course import COURSE_FIELDS
from enforcement.case.acts_execution import EXECUTION_FIELDS
from enforcement.fields import Field
from enforcement.i18n import _l
from enforcement.law.matters import matters
from enforcement.law.terms import CaseEvent as E
from enforcement.law.terms import PartyKind, StatementOutcome


def matter_choices() -> list[tuple[str, str]]:
    """Return code and name of every matter that the county's bureau may hold."""
    return [(code, f"{code} {row.name}") for code, row in matters().items() if row.ours]


# The registration (D01) stands apart: it makes the case.
REGISTER: Final = (
    Field("matter_code", "choice", _l("执法事项"), options=matter_choices),
    Field("act", "long_text", _l("涉嫌违法行为")),
    Field("place", "text", _l("地点")),
    Field("acted_on", "day", _l("行为发生日期"), hint=_l("决定适用哪一版法律")),
)

FIELDS: Final[dict[E, tuple[Field, ...]]] = {
    E.CHECK: (Field("opinion", "long_text", _l("核查情况")),),
    E.ASSIGN: (
        Field("squad", "choice", _l("承办中队")),
        Field("officer_a", "choice", _l("主办执法人员")),
        Field("officer_b", "choice", _l("协办执法人员")),
        Field(
            "reason",
            "long_text",
            _l("理由"),
            required=False,
            hint=_l("没有采用建议的人员时必须填写"),
        ),
    ),
    E.PROPOSE_FILING: (
        Field("party_kind", "choice", _l("当事人类型"), words=PartyKind),
        Field("party_name", "text", _l("当事人姓名（名称）")),
        Field(
            "party_id_number",
            "text",
            _l("身份证件号码"),
            required=False,
            hint=_l("公民填写"),
            only=("party_kind", ("person", "individual_business")),
        ),
        Field(
            "party_uscc",
            "text",
            _l("统一社会信用代码"),
            required=False,
            hint=_l("单位、个体工商户填写"),
            only=("party_kind", ("organisation", "individual_business")),
        ),
        Field(
            "party_representative",
            "text",
            _l("法定代表人（负责人、经营者）"),
            required=False,
            only=("party_kind", ("organisation", "individual_business")),
        ),
        Field("party_address", "text", _l("住址（住所）")),
        Field("party_phone", "text", _l("联系电话"), required=False),
        Field("officer_a", "choice", _l("主办执法人员")),
        Field("officer_b", "choice", _l("协办执法人员")),
        Field(
            "act_ended_on",
            "day",
            _l("违法行为终了日期"),
            required=False,
            hint=_l("连续或者继续的行为填写；追究时效从这一天起算"),
        ),
        Field(
            "grave_harm",
            "flag",
            _l("涉及公民生命健康安全、金融安全且有危害后果"),
            required=False,
            hint=_l("追究时效延长至五年"),
        ),
        Field("reason", "long_text", _l("立案理由")),
        Field("no_interest", "yes", _l("两名执法人员与当事人无利害关系，无需回避")),
    ),
    E.APPROVE_FILING: OPINION,
    E.REFUSE_FILING: REASON,
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
        *CIRCUMSTANCES,
        Field("amount", "money", _l("拟罚款数额（元）")),
        Field("reason", "long_text", _l("裁量理由")),
        Field("complicated", "flag", _l("案情疑难复杂、涉及多个法律关系"), required=False),
        Field(
            "major",
            "flag",
            _l("情节复杂或者重大违法行为"),
            required=False,
            hint=_l("须经负责人集体讨论"),
        ),
        Field("public_interest", "flag", _l("涉及重大公共利益"), required=False),
    ),
    E.APPROVE_PROPOSAL: OPINION,
    E.NOTIFY: HANDED,
    E.HEAR_STATEMENT: (
        Field("outcome", "choice", _l("陈述申辩结果"), words=StatementOutcome),
        Field(
            "content",
            "long_text",
            _l("陈述申辩内容"),
            required=False,
            only=("outcome", ("accepted", "not_accepted")),
        ),
        Field(
            "result",
            "long_text",
            _l("复核意见"),
            required=False,
            only=("outcome", ("accepted", "not_accepted")),
        ),
    ),
    E.PROPOSE_DECISION: (
        *CIRCUMSTANCES,
        Field("amount", "money", _l("罚款数额（元）")),
        Field("reason", "long_text", _l("裁量理由")),
    ),
    E.DECIDE: OPINION,
    E.SERVE: HANDED,
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
    E.PROPOSE_CLOSING: REASON,
    E.APPROVE_CLOSING: OPINION,
    E.ENDORSE: OPINION,
    E.SEND_BACK: REASON,
    **COURSE_FIELDS,
    **EXECUTION_FIELDS,
}
