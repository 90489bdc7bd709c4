"""What each act of an inspection asks for: the form and the API's schema read these."""

from __future__ import annotations

from typing import Final

from enforcement.case.acts import matter_choices
from enforcement.fields import Field
from enforcement.i18n import _l
from enforcement.law.inspection_terms import InspectionEvent as E
from enforcement.law.inspection_terms import InspectionResult, InspectionSource
from enforcement.law.terms import Passed

PROPOSE: Final = (
    Field("uscc", "text", _l("统一社会信用代码"), hint=_l("已登记过的企业只填代码即可")),
    Field("name", "text", _l("企业名称"), required=False, hint=_l("第一次检查的企业填写")),
    Field("representative", "text", _l("法定代表人（负责人）"), required=False),
    Field("address", "text", _l("生产经营地址"), required=False),
    Field("village_code", "choice", _l("所在村（社区）"), required=False),
    Field("matter_code", "choice", _l("检查事项"), options=matter_choices),
    Field("source", "choice", _l("任务来源"), words=InspectionSource),
    Field("reason", "long_text", _l("检查理由"), hint=_l("计划名称、举报或者交办的文号等")),
    Field("content", "long_text", _l("检查内容")),
    Field("from_on", "day", _l("检查起始日")),
    Field("until_on", "day", _l("检查截止日")),
    Field("officer_a", "choice", _l("主办执法人员")),
    Field("officer_b", "choice", _l("协办执法人员")),
)
"""The act that makes the record."""

OPINION: Final = (Field("opinion", "long_text", _l("审批意见")),)
FIELDS: Final[dict[E, tuple[Field, ...]]] = {
    E.JOIN: (Field("content", "long_text", _l("本单位的检查内容")),),
    E.APPROVE: OPINION,
    E.REFUSE: OPINION,
    E.NOTIFY: (
        Field("at", "moment", _l("检查时间")),
        Field("receiver", "text", _l("签收人")),
    ),
    E.ENTER: (
        Field("shown", "yes", _l("两名执法人员已出示执法证件并说明来意")),
        Field(
            "no_scan",
            "text",
            _l("未扫描企业码的理由"),
            required=False,
            hint=_l("扫描企业门口的二维码进入的，不用填写"),
        ),
    ),
    E.RECORD: (
        Field("from_at", "moment", _l("检查开始时间")),
        Field("to_at", "moment", _l("检查结束时间")),
        Field("place", "text", _l("检查地点")),
        Field("present", "text", _l("在场人")),
        Field("findings", "long_text", _l("检查情况")),
        Field("photos", "count", _l("照片张数")),
        Field("no_fee", "yes", _l("没有收取任何费用，没有重复检查")),
    ),
    E.CONCLUDE: (
        Field("result", "choice", _l("检查结果"), words=InspectionResult),
        Field("findings", "long_text", _l("告知企业的检查结果")),
        Field(
            "corrections",
            "long_text",
            _l("整改要求"),
            required=False,
            only=("result", ("ordered",)),
        ),
        Field(
            "correct_until", "day", _l("改正期限"), required=False, only=("result", ("ordered",))
        ),
        Field(
            "act",
            "long_text",
            _l("涉嫌违法行为"),
            required=False,
            hint=_l("转为案件线索的填写；随即登记为案件线索"),
            only=("result", ("lead",)),
        ),
        Field("receiver", "text", _l("签收人")),
    ),
    E.RECHECK: (
        Field("findings", "long_text", _l("复查情况")),
        Field("result", "choice", _l("复查结果"), words=Passed, hint=_l("不合格的登记为案件线索")),
        Field("corrected", "flag", _l("企业报告已经改正")),
        Field("shown", "yes", _l("两名执法人员已出示执法证件并说明来意")),
    ),
    E.PUBLISH: (Field("secrets", "yes", _l("公开内容不含商业秘密和个人信息")),),
    E.CANCEL: (Field("reason", "long_text", _l("取消理由")),),
}
"""The acts upon a record that is there."""
