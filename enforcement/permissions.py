"""Who may do what: permission names, the one table of roles, and the checks that read it.

Source of the table: procedure.md 2.8 "who may do what" and 7 (separation of administrators).
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any, Final

from enforcement import wall
from enforcement.actor import Actor
from enforcement.errors import NotPermittedError
from enforcement.i18n import _, label
from enforcement.law.terms import Role, Term


class Permission(Term):
    """An act upon a resource: the word of tokens and of refusals, and what people call it."""

    INCIDENT_REPORT = "incident:report", "上报事件", "Report incidents"
    INCIDENT_READ = "incident:read", "查看事件", "See incidents"
    INCIDENT_DISPATCH = "incident:dispatch", "受理、派遣事件", "Take in and send out incidents"
    INCIDENT_HANDLE = "incident:handle", "处置事件", "Handle incidents"
    INCIDENT_CHECK = "incident:check", "核查、结束事件", "Check and close incidents"
    PATROL_READ = "patrol:read", "查看巡查", "See patrols"
    PATROL_ASSIGN = "patrol:assign", "安排巡查", "Assign patrols"
    PATROL_WALK = "patrol:walk", "执行巡查", "Walk patrols"
    CASE_READ = "case:read", "查看案件", "See cases"
    CASE_WORK = "case:work", "承办案件", "Work on cases"
    CASE_APPROVE = "case:approve", "审批案件", "Approve in cases"
    CASE_REVIEW = "case:review", "法制审核", "Review legality"
    CASE_HEAR = "case:hear", "主持听证", "Hold hearings"
    PARTY_MERGE = "party:merge", "合并当事人", "Merge parties"
    PUBLISH = "publication:decide", "审核公示", "Decide on publication"
    DOCUMENT_READ = "document:read", "查看文书", "See papers"
    SEAL_APPLY = "seal:apply", "用印", "Apply seals"
    REPORT_READ = "report:read", "查看报告和指标", "See reports and indicators"
    MAP_READ = "map:read", "查看态势图", "See the operations map"
    JURISDICTION_READ = "jurisdiction:read", "查看辖区和责任", "See areas and duties"
    JURISDICTION_CHANGE = "jurisdiction:change", "更改界线", "Change borders"
    POWER_READ = "power:read", "查看权责清单", "See the power list"
    POWER_CHANGE = "power:change", "更改权责清单", "Change the power list"
    DUTY_PLAN = "duty:plan", "编制责任区方案", "Plan duties"
    REHOME = "rehome:decide", "决定移交", "Decide on handing over"
    PEOPLE_READ = "people:read", "查看机构和人员", "See units and people"
    PEOPLE_MANAGE = "people:manage", "管理机构和人员", "Manage units and people"
    PERSONAL_READ = "personal:read", "查看完整号码", "See whole identity numbers"
    ROSTER_READ = "roster:read", "查看值班", "See the roster"
    ROSTER_CHANGE = "roster:change", "编排值班", "Change the roster"
    SETTING_CHANGE = "setting:change", "更改参数", "Change settings"
    RULE_READ = "rule:read", "查看派单规则", "See routing rules"
    RULE_CHANGE = "rule:change", "更改派单规则", "Change routing rules"
    ACCOUNT_MANAGE = "account:manage", "管理账号", "Manage accounts"
    GLASS_ASK = "glass:ask", "申请应急授权查看", "Ask for break-glass access"
    GLASS_DECIDE = "glass:decide", "决定应急授权查看", "Decide on break-glass access"
    RETENTION_READ = "retention:read", "查看保存期限与销毁", "See retention and destruction"
    RETENTION_PROPOSE = "retention:propose", "提出销毁", "Propose destruction"
    RETENTION_APPROVE = "retention:approve", "批准销毁", "Approve destruction"
    RETENTION_HOLD = "retention:hold", "保全资料", "Place legal holds"
    AUDIT_READ = "audit:read", "查看审计日志", "See the audit log"
    DRILL_RUN = "drill:run", "组织联络演练", "Run drills"
    ALARM_READ = "alarm:read", "查看系统报警", "See alarms of the system"
    ALARM_CLOSE = "alarm:close", "关闭系统报警", "Close alarms of the system"
    LEDGER_READ = "ledger:read", "查看民情台账", "See the ledger"
    LEDGER_WRITE = "ledger:write", "登记民情台账", "Write the ledger"
    WALL_READ = "wall:read", "查看指挥大屏", "See the wall"
    YEARLY_READ = "yearly:read", "查看年度统计", "See yearly statistics"
    YEARLY_SUBMIT = "yearly:submit", "登记上报年度统计", "Report yearly statistics"
    AGGREGATE_READ = "aggregate:read", "取用汇总数据", "Take aggregate figures"
    DEVICE_MANAGE = "device:manage", "管理定位设备", "Manage devices"
    POSITION_READ = "position:read", "查看轨迹", "See tracks"
    LIVE_READ = "live:read", "查看在岗位置", "See live positions"
    SAFETY_ANSWER = "safety:answer", "处理单独执勤和求助", "Answer lone work and calls for help"
    SELF = "self:use", "管理自己的账号", "Manage one's own account"


P = Permission
_FIELD: Final = frozenset(
    {P.SELF, P.INCIDENT_REPORT, P.INCIDENT_READ, P.PATROL_READ, P.MAP_READ, P.ROSTER_READ}
)
_CASE: Final = frozenset({P.CASE_READ, P.CASE_WORK, P.DOCUMENT_READ, P.POWER_READ})
_STAFF: Final = frozenset({P.JURISDICTION_READ, P.PEOPLE_READ})
_LEDGER: Final = frozenset({P.LEDGER_READ, P.LEDGER_WRITE})
_LEADER: Final = frozenset(
    {P.INCIDENT_DISPATCH, P.INCIDENT_CHECK, P.PATROL_ASSIGN, P.REPORT_READ, P.ROSTER_CHANGE}
    | {P.PARTY_MERGE, P.POSITION_READ, P.LIVE_READ, P.SAFETY_ANSWER}
)
_GLASS: Final = frozenset({P.GLASS_ASK})
_YEARLY: Final = frozenset({P.YEARLY_READ, P.YEARLY_SUBMIT, P.AGGREGATE_READ})
_SQUAD: Final = _FIELD | _CASE | _STAFF | {P.INCIDENT_HANDLE}

PERMISSIONS_OF: Final[dict[Role, frozenset[Permission]]] = {
    Role.AUXILIARY: _FIELD | _LEDGER | {P.INCIDENT_HANDLE},
    Role.ASSISTANT: _FIELD | _LEDGER | {P.INCIDENT_HANDLE, P.PATROL_WALK},
    Role.OFFICER: _SQUAD | _LEDGER | {P.PATROL_WALK},
    Role.SQUAD_LEADER: _SQUAD | _LEADER | _LEDGER | _GLASS | {P.PATROL_WALK, P.CASE_HEAR},
    Role.BRIGADE_LEADER: _SQUAD
    | _LEADER
    | _GLASS
    | {P.CASE_HEAR}
    | {P.DUTY_PLAN, P.REHOME, P.PERSONAL_READ, P.LEDGER_READ},
    Role.LEGAL_REVIEWER: frozenset(
        {P.SELF, P.CASE_READ, P.CASE_REVIEW, P.CASE_HEAR, P.DOCUMENT_READ, P.POWER_READ}
        | {P.PEOPLE_READ, P.PUBLISH, P.YEARLY_READ, P.RETENTION_READ, P.RETENTION_HOLD}
    ),
    Role.HEAD: _FIELD
    | _LEADER
    | _STAFF
    | _YEARLY
    | {P.CASE_READ, P.CASE_APPROVE, P.DOCUMENT_READ, P.POWER_READ, P.WALL_READ, P.LEDGER_READ}
    | {P.DUTY_PLAN, P.REHOME, P.PERSONAL_READ, P.PUBLISH, P.SEAL_APPLY}
    | {P.GLASS_DECIDE, P.RETENTION_READ, P.RETENTION_APPROVE, P.RETENTION_HOLD},
    Role.DISPATCHER: _FIELD
    | _STAFF
    | _LEDGER
    | {P.INCIDENT_DISPATCH, P.POWER_READ, P.SAFETY_ANSWER},
    Role.COMMAND_CENTRE: _FIELD
    | _STAFF
    | _LEDGER
    | {P.INCIDENT_DISPATCH, P.INCIDENT_CHECK, P.REPORT_READ, P.POWER_READ}
    | {P.ROSTER_CHANGE, P.REHOME, P.PERSONAL_READ, P.RULE_READ, P.DRILL_RUN}
    | {P.WALL_READ, P.ALARM_READ, P.POSITION_READ, P.LIVE_READ, P.SAFETY_ANSWER}
    | {P.YEARLY_READ, P.AGGREGATE_READ}
    | _GLASS,
    Role.TOWNSHIP_LEADER: _STAFF
    | _LEDGER
    | _GLASS
    | {P.SELF, P.INCIDENT_READ, P.INCIDENT_HANDLE, P.MAP_READ, P.REPORT_READ, P.POWER_READ}
    | {P.ROSTER_READ, P.ROSTER_CHANGE, P.LIVE_READ, P.SAFETY_ANSWER},
    Role.SYSTEM_ADMIN: _STAFF
    | _YEARLY
    | _GLASS
    | {P.SELF, P.JURISDICTION_CHANGE, P.DUTY_PLAN, P.POWER_READ, P.POWER_CHANGE}
    | {P.PEOPLE_MANAGE, P.PERSONAL_READ, P.SETTING_CHANGE, P.ROSTER_READ}
    | {P.RULE_READ, P.RULE_CHANGE, P.DRILL_RUN, P.ALARM_READ, P.ALARM_CLOSE, P.DEVICE_MANAGE}
    | {P.RETENTION_READ, P.RETENTION_PROPOSE},
    Role.SECURITY_ADMIN: frozenset(
        {P.SELF, P.ACCOUNT_MANAGE, P.POWER_READ, P.PEOPLE_READ, P.GLASS_ASK, P.GLASS_DECIDE}
    ),
    Role.AUDIT_ADMIN: frozenset({P.SELF, P.AUDIT_READ, P.POWER_READ, P.RETENTION_READ}),
}


LOOKING: Final = {
    "case": frozenset({P.CASE_READ, P.DOCUMENT_READ}),
    "incident": frozenset({P.INCIDENT_READ}),
}
"""What is left of anybody's rights while he looks under a break-glass grant: reading, no more."""


def allows(actor: Actor, permission: Permission) -> bool:
    """Tell whether the actor's role holds the permission, and his token is not narrower."""
    if actor.glass is not None:
        return permission in LOOKING[actor.glass.kind]
    return permission in PERMISSIONS_OF[actor.role] and (
        actor.scopes is None or permission in actor.scopes
    )


def check(actor: Actor, permission: Permission) -> None:
    """Raise NotPermittedError unless the actor's role holds the permission."""
    if not allows(actor, permission):
        raise NotPermittedError(
            _("您的岗位不能执行此操作（%(what)s）。", what=label(permission)),
            permission=str(permission),
        )


def requires(permission: Permission | None) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Guard a view: somebody is signed in (page or token) and his role holds the permission.

    None marks a view that is public on purpose; a test lists views without any mark.
    """

    def decorate(view: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(view)
        def guarded(*args: Any, **kwargs: Any) -> Any:
            if permission is None:
                wall.let_everybody()
            else:
                from enforcement.sign_in import current_actor

                check(current_actor(), permission)
            return view(*args, **kwargs)

        guarded.requires = permission  # type: ignore[attr-defined]
        return guarded

    return decorate
