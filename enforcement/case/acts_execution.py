"""What the acts of demolition, execution, substitute performance and remedies ask for."""

from __future__ import annotations

from typing import Final

from enforcement.case.act_fields import HANDED, OPINION, REASON
from enforcement.fields import Field
from enforcement.i18n import _l
from enforcement.law.execution_terms import (
    ExecutionStop,
    ExecutionWay,
    RemedyKind,
    RemedyOutcome,
    StayGround,
    SubstituteGround,
)
from enforcement.law.terms import CaseEvent as E
from enforcement.law.terms import StatementOutcome

_URGENT: Final = Field(
    "urgent",
    "flag",
    _l("情况紧急"),
    required=False,
    hint=_l("夜间（22时至次日6时）和法定节假日只有情况紧急才可以实施"),
)
_HOME: Final = Field("home", "flag", _l("涉及居民生活"), required=False)
_UNTIL: Final = Field("until_on", "day", _l("自行拆除期限"))
_SCENE: Final = (
    Field("from_at", "moment", _l("执行开始时间")),
    Field("to_at", "moment", _l("执行结束时间")),
    Field("place", "text", _l("执行地点")),
    Field("present", "long_text", _l("在场人员"), required=False),
    Field("record", "long_text", _l("执行过程")),
    Field("video", "text", _l("录像编号"), required=False),
    _URGENT,
)

EXECUTION_FIELDS: Final[dict[E, tuple[Field, ...]]] = {
    E.PROPOSE_DEMOLITION: (
        Field("building", "long_text", _l("违法建筑"), hint=_l("位置、结构、层数")),
        Field("area_m2", "number", _l("建筑面积（平方米）")),
        *REASON,
    ),
    E.ORDER_DEMOLITION: (_UNTIL, *OPINION),
    E.ANNOUNCE_DEMOLITION: (
        _UNTIL,
        Field("posted_at", "text", _l("公告张贴地点")),
        *OPINION,
    ),
    E.RECORD_PERFORMANCE: (
        Field("performed_on", "day", _l("履行日期")),
        Field("findings", "long_text", _l("履行情况")),
    ),
    E.HEAR_DEMANDED: (
        Field("outcome", "choice", _l("陈述申辩结果"), words=StatementOutcome),
        Field("content", "long_text", _l("陈述申辩内容")),
        Field("result", "long_text", _l("复核意见")),
    ),
    E.ORDER_EXECUTION: (
        Field("way", "choice", _l("执行方式"), words=ExecutionWay),
        Field("object", "long_text", _l("执行标的")),
        Field("execute_at", "moment", _l("执行时间")),
        Field(
            "county_order",
            "text",
            _l("县级以上人民政府责成的文件"),
            required=False,
            hint=_l("依照城乡规划法第六十八条强制拆除的填写名称和文号"),
        ),
        Field(
            "moving_assets",
            "flag",
            _l("有证据证明转移或者隐匿财物"),
            required=False,
            hint=_l("催告期间可以立即强制执行"),
        ),
        _HOME,
        _URGENT,
        *REASON,
    ),
    E.RECORD_EXECUTION: (*_SCENE, _HOME),
    E.FINISH_EXECUTION: (Field("result", "long_text", _l("执行结果")),),
    E.AGREE_EXECUTION: (
        Field("plan", "long_text", _l("协议内容")),
        Field(
            "payments",
            "long_text",
            _l("分期缴款"),
            required=False,
            hint=_l("每行一期：日期 数额，例如 2026-05-01 500"),
        ),
        Field("until_on", "day", _l("协议履行期限")),
        Field("place", "text", _l("签订地点")),
        Field("remedied", "flag", _l("当事人已采取补救措施"), required=False),
        Field("waives", "flag", _l("减免加处的罚款"), required=False),
        *REASON,
    ),
    E.SUSPEND_EXECUTION: (
        Field("stop", "choice", _l("法定情形"), words=ExecutionStop),
        Field("harmful", "flag", _l("有明显社会危害"), required=False),
        *REASON,
    ),
    E.RESUME_EXECUTION: REASON,
    E.END_EXECUTION: (Field("stop", "choice", _l("法定情形"), words=ExecutionStop), *REASON),
    E.ORDER_SUBSTITUTE: (
        Field("ground", "choice", _l("代履行的情形"), words=SubstituteGround),
        Field("object", "long_text", _l("代履行的标的")),
        Field("way", "long_text", _l("代履行的方式")),
        Field("execute_at", "moment", _l("代履行的时间")),
        Field("performer", "text", _l("代履行人")),
        Field("cost_yuan", "money", _l("费用预算（元）")),
        Field("independent", "yes", _l("代履行人与当事人没有利害关系")),
        *REASON,
    ),
    E.DEMAND_SUBSTITUTE: HANDED,
    E.RECORD_SUBSTITUTE: (
        *_SCENE,
        Field("cost_yuan", "money", _l("实际费用（元）")),
        Field(
            "told_at",
            "moment",
            _l("通知当事人的时间"),
            required=False,
            hint=_l("立即代履行且当事人不在场的，事后立即通知"),
        ),
    ),
    E.RECEIVE_REMEDY: (
        Field("kind", "choice", _l("救济途径"), words=RemedyKind),
        Field("organ", "text", _l("复议机关（人民法院）")),
        Field("number", "text", _l("案号（通知书文号）")),
        Field("filed_on", "day", _l("当事人提出日期")),
        Field("received_on", "day", _l("收到申请书（起诉状）副本日期")),
        Field("content", "long_text", _l("请求和理由")),
    ),
    E.REPLY_REMEDY: (
        Field("sent_on", "day", _l("提交日期")),
        Field("content", "long_text", _l("答复（答辩）要点")),
        Field("annexes", "long_text", _l("提交的证据和依据"), hint=_l("每行一项")),
    ),
    E.STAY_EXECUTION: (
        Field("ground", "choice", _l("停止执行的依据"), words=StayGround),
        *REASON,
    ),
    E.LIFT_STAY: REASON,
    E.END_REMEDY: (
        Field("outcome", "choice", _l("结果"), words=RemedyOutcome),
        Field("number", "text", _l("决定书（裁判文书）文号")),
        Field("ended_on", "day", _l("收到日期")),
        Field(
            "amount",
            "money",
            _l("变更后的罚款数额（元）"),
            required=False,
            hint=_l("变更的填写，不得高于原决定"),
            only=("outcome", ("changed",)),
        ),
        Field("content", "long_text", _l("主要内容")),
    ),
    E.REDO: REASON,
}
