"""What the acts of hearing, review, stops, transfers and execution ask for."""

from __future__ import annotations

from typing import Final

from enforcement.case.act_fields import HANDED, OPINION, REASON
from enforcement.fields import Field
from enforcement.i18n import _l
from enforcement.law.terms import CaseEvent as E
from enforcement.law.terms import (
    CourtAnswer,
    HearingEnd,
    NoPenaltyGround,
    Passed,
    RecusalOutcome,
    ReviewOutcome,
    Revision,
    StopGround,
)

_OFFICERS: Final = (
    Field("officer_a", "choice", _l("主办执法人员")),
    Field("officer_b", "choice", _l("协办执法人员")),
)
_STOP: Final = (
    Field("ground", "choice", _l("法定情形"), words=StopGround),
    Field("reason", "long_text", _l("理由")),
)
RETENTION: Final = (("10", "10年"), ("30", "30年"), ("permanent", "永久"))
_ORGAN: Final = Field("organ", "text", _l("接收机关"))

COURSE_FIELDS: Final[dict[E, tuple[Field, ...]]] = {
    E.INTERVIEW: (
        Field("from_at", "moment", _l("询问开始时间")),
        Field("to_at", "moment", _l("询问结束时间")),
        Field("place", "text", _l("询问地点")),
        Field("person", "text", _l("被询问人")),
        Field("relation", "text", _l("与本案的关系")),
        Field("record", "long_text", _l("询问内容（一问一答）")),
        Field("shown", "yes", _l("已出示执法证件，告知权利义务和申请回避的权利")),
    ),
    E.REINSPECT: (
        Field("findings", "long_text", _l("复查情况")),
        Field("result", "choice", _l("复查结果"), words=Passed),
    ),
    E.PROPOSE_NO_PENALTY: (
        Field("ground", "choice", _l("不予处罚的情形"), words=NoPenaltyGround),
        Field("reason", "long_text", _l("事实和理由")),
        Field("education", "long_text", _l("教育内容"), required=False),
    ),
    E.DECIDE_NO_PENALTY: OPINION,
    E.REQUEST_HEARING: (
        Field("asked_on", "day", _l("提出日期")),
        Field("agent", "text", _l("代理人"), required=False),
        Field("content", "long_text", _l("申请内容")),
        Field(
            "late_reason",
            "long_text",
            _l("逾期的正当理由"),
            required=False,
            hint=_l("期限届满后提出的才填写"),
        ),
    ),
    E.CALL_HEARING: (
        Field("hearing_at", "moment", _l("听证时间")),
        Field("hearing_place", "text", _l("听证地点")),
        Field("chair", "choice", _l("听证主持人")),
        Field("clerk", "text", _l("记录人")),
        Field("in_public", "flag", _l("公开举行"), required=False),
        *HANDED,
    ),
    E.HOLD_HEARING: (
        Field("end", "choice", _l("听证情况"), words=HearingEnd),
        Field("present", "text", _l("到场人员")),
        Field("record", "long_text", _l("听证笔录")),
    ),
    E.REPORT_HEARING: (
        Field("facts", "long_text", _l("听证认定的事实和各方意见")),
        Field("proposal", "long_text", _l("处理建议")),
    ),
    E.REVIEW_LEGALITY: (
        Field("outcome", "choice", _l("审核意见"), words=ReviewOutcome),
        Field("subject", "long_text", _l("主体、人员资格和权限")),
        Field("procedure", "long_text", _l("程序")),
        Field("facts", "long_text", _l("事实和证据")),
        Field("law", "long_text", _l("法律适用和裁量")),
        Field("papers", "long_text", _l("文书")),
        Field("crime", "long_text", _l("是否涉嫌犯罪需要移送")),
        Field("opinion", "long_text", _l("结论和建议")),
    ),
    E.DISCUSS: (
        Field("at", "moment", _l("讨论时间")),
        Field("place", "text", _l("讨论地点")),
        Field("members", "long_text", _l("参加人员"), hint=_l("每行一人：姓名、职务")),
        Field("opinions", "long_text", _l("各人意见"), hint=_l("每行一人")),
        Field("result", "long_text", _l("讨论决定")),
    ),
    E.SUSPEND: _STOP,
    E.RESUME: REASON,
    E.TERMINATE: _STOP,
    E.WITHDRAW_FILING: REASON,
    E.TRANSFER: (_ORGAN, *REASON),
    E.PROPOSE_CRIME: (
        Field("crime", "text", _l("涉嫌罪名")),
        Field("report", "long_text", _l("专案报告")),
    ),
    E.APPROVE_CRIME: OPINION,
    E.REFUSE_CRIME: REASON,
    E.SEND_CRIME: (
        _ORGAN,
        Field("sent_at", "moment", _l("移送时间")),
        Field("receiver", "text", _l("签收人")),
        Field("annexes", "long_text", _l("随案材料和物品清单"), hint=_l("每行一项")),
    ),
    E.POLICE_RETURN: (
        Field("answered_on", "day", _l("不予立案通知日期")),
        *REASON,
    ),
    E.PLAN_PAYMENT: (
        Field(
            "plan",
            "long_text",
            _l("延期或者分期安排"),
            hint=_l("每行一期：日期 金额；合计正好是尚未缴纳的数额；延期的只写一个日期"),
        ),
        *REASON,
    ),
    E.DEMAND: HANDED,
    E.APPLY_COURT: (
        Field("court", "text", _l("受理法院")),
        Field("object", "long_text", _l("申请执行的内容")),
        *OPINION,
    ),
    E.RECORD_COURT: (
        Field("answer", "choice", _l("法院办理结果"), words=CourtAnswer),
        Field("answered_on", "day", _l("裁定日期")),
        Field("number", "text", _l("裁定文号")),
    ),
    E.REVISE: (
        Field("revision", "choice", _l("处理方式"), words=Revision),
        Field(
            "amount",
            "money",
            _l("变更后的罚款数额（元）"),
            required=False,
            hint=_l("变更的填写，不得高于原决定"),
            only=("revision", ("changed",)),
        ),
        *REASON,
    ),
    E.ASK_RECUSAL: (
        Field("person", "choice", _l("被申请回避的人员")),
        Field("asked_by", "text", _l("申请人")),
        *REASON,
    ),
    E.DECIDE_RECUSAL: (
        Field("outcome", "choice", _l("决定"), words=RecusalOutcome),
        *REASON,
    ),
    E.CHANGE_OFFICERS: (*_OFFICERS, *REASON),
    E.ARCHIVE: (
        Field("pages", "count", _l("页数")),
        Field("years", "choice", _l("保管期限"), options=lambda: RETENTION),
        Field("note", "long_text", _l("备考"), required=False),
    ),
}
