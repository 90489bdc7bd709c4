"""What each act of the summary procedure asks for: the form and the API's schema read these."""

from __future__ import annotations

from typing import Final

from enforcement.case.acts import matter_choices
from enforcement.fields import Field
from enforcement.i18n import _l
from enforcement.law.money import PauseGround
from enforcement.law.spot_terms import CollectGround, SpotKind, SpotPlea
from enforcement.law.spot_terms import SpotEvent as E
from enforcement.law.terms import PartyKind

DECIDE: Final = (
    Field("matter_code", "choice", _l("执法事项"), options=matter_choices),
    Field("act", "long_text", _l("违法事实"), hint=_l("时间、地点、行为和情节")),
    Field("evidence", "long_text", _l("证据"), hint=_l("照片、录像、笔录，每行一项")),
    Field("place", "text", _l("地点")),
    Field("place_code", "choice", _l("所在乡镇（街道）")),
    Field("acted_at", "moment", _l("行为时间")),
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
    Field("kind", "choice", _l("处罚种类"), words=SpotKind),
    Field(
        "amount",
        "money",
        _l("罚款数额（元）"),
        required=False,
        hint=_l("罚款的填写"),
        only=("kind", ("fine",)),
    ),
    Field("certain", "flag", _l("违法事实确凿并有法定依据"), required=False),
    Field("told", "flag", _l("已出示证件，告知拟处罚内容、事实、理由、依据和权利"), required=False),
    Field("plea", "choice", _l("陈述申辩"), words=SpotPlea),
    Field(
        "plea_text",
        "long_text",
        _l("陈述申辩内容和复核意见"),
        required=False,
        only=("plea", ("accepted", "not_accepted")),
    ),
    Field("receiver", "text", _l("签收人"), hint=_l("拒绝签收的写明，并在决定书上注明")),
    Field("no_interest", "yes", _l("两名执法人员与当事人无利害关系，无需回避")),
)
"""The act that makes the record (S1-S3)."""

FIELDS: Final[dict[E, tuple[Field, ...]]] = {
    E.COLLECT: (
        Field("ground", "choice", _l("当场收缴的情形"), words=CollectGround),
        Field(
            "ground_reason",
            "long_text",
            _l("具体情况"),
            required=False,
            only=("ground", ("hard", "remote")),
        ),
        Field(
            "asked", "flag", _l("当事人提出当场缴纳"), required=False, only=("ground", ("remote",))
        ),
        Field("receipt", "text", _l("票据号"), hint=_l("财政部门统一制发的专用票据")),
    ),
    E.HAND_IN: (
        Field("handed_in_on", "day", _l("交至机关日期")),
        Field("receiver", "text", _l("接收人")),
    ),
    E.REPORT: (Field("receiver", "text", _l("备案接收人")),),
    E.PAY: (
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
    E.PAUSE: (
        Field("pause_ground", "choice", _l("停止计算加处罚款的原因"), words=PauseGround),
        Field("from_on", "day", _l("受理日期"), hint=_l("自该日起不计算加处罚款")),
        Field("paper", "text", _l("受理通知书文号")),
    ),
    E.GO_ON: (Field("until_on", "day", _l("终结日期"), hint=_l("次日起恢复计算")),),
    E.CLOSE: (Field("reason", "long_text", _l("结案理由")),),
    E.ARCHIVE: (Field("pages", "count", _l("页数")),),
}
"""The acts upon a record that is there."""
