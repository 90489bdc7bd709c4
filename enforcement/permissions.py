"""Who may do what: permission names, the one table of roles, and the checks that read it.

Source of the table: procedure.md 2.8 "who may do what" and 7 (separation of administrators).
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from enum import StrEnum
from typing import Any, Final

from enforcement.actor import Actor
from enforcement.errors import NotPermittedError
from enforcement.i18n import _
from enforcement.law.terms import Role


class Permission(StrEnum):
    """An act upon a resource."""

    INCIDENT_REPORT = "incident:report"
    INCIDENT_READ = "incident:read"
    INCIDENT_DISPATCH = "incident:dispatch"
    INCIDENT_HANDLE = "incident:handle"
    INCIDENT_CHECK = "incident:check"
    PATROL_READ = "patrol:read"
    PATROL_ASSIGN = "patrol:assign"
    PATROL_WALK = "patrol:walk"
    CASE_READ = "case:read"
    CASE_WORK = "case:work"
    CASE_APPROVE = "case:approve"
    CASE_REVIEW = "case:review"
    CASE_HEAR = "case:hear"
    PARTY_MERGE = "party:merge"
    PUBLISH = "publication:decide"
    DOCUMENT_READ = "document:read"
    SEAL_APPLY = "seal:apply"
    REPORT_READ = "report:read"
    MAP_READ = "map:read"
    JURISDICTION_READ = "jurisdiction:read"
    JURISDICTION_CHANGE = "jurisdiction:change"
    POWER_READ = "power:read"
    POWER_CHANGE = "power:change"
    DUTY_PLAN = "duty:plan"
    REHOME = "rehome:decide"
    PEOPLE_READ = "people:read"
    PEOPLE_MANAGE = "people:manage"
    PERSONAL_READ = "personal:read"
    ROSTER_READ = "roster:read"
    ROSTER_CHANGE = "roster:change"
    SETTING_CHANGE = "setting:change"
    RULE_READ = "rule:read"
    RULE_CHANGE = "rule:change"
    ACCOUNT_MANAGE = "account:manage"
    AUDIT_READ = "audit:read"
    DRILL_RUN = "drill:run"
    ALARM_READ = "alarm:read"
    ALARM_CLOSE = "alarm:close"
    LEDGER_READ = "ledger:read"
    LEDGER_WRITE = "ledger:write"
    WALL_READ = "wall:read"
    YEARLY_READ = "yearly:read"
    YEARLY_SUBMIT = "yearly:submit"
    AGGREGATE_READ = "aggregate:read"
    DEVICE_MANAGE = "device:manage"
    POSITION_READ = "position:read"
    LIVE_READ = "live:read"
    SAFETY_ANSWER = "safety:answer"
    SELF = "self:use"


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
_YEARLY: Final = frozenset({P.YEARLY_READ, P.YEARLY_SUBMIT, P.AGGREGATE_READ})
_SQUAD: Final = _FIELD | _CASE | _STAFF | {P.INCIDENT_HANDLE}

PERMISSIONS_OF: Final[dict[Role, frozenset[Permission]]] = {
    Role.AUXILIARY: _FIELD | _LEDGER | {P.INCIDENT_HANDLE},
    Role.ASSISTANT: _FIELD | _LEDGER | {P.INCIDENT_HANDLE, P.PATROL_WALK},
    Role.OFFICER: _SQUAD | _LEDGER | {P.PATROL_WALK},
    Role.SQUAD_LEADER: _SQUAD | _LEADER | _LEDGER | {P.PATROL_WALK, P.CASE_HEAR},
    Role.BRIGADE_LEADER: _SQUAD
    | _LEADER
    | {P.CASE_HEAR}
    | {P.DUTY_PLAN, P.REHOME, P.PERSONAL_READ, P.LEDGER_READ},
    Role.LEGAL_REVIEWER: frozenset(
        {P.SELF, P.CASE_READ, P.CASE_REVIEW, P.CASE_HEAR, P.DOCUMENT_READ, P.POWER_READ}
        | {P.PEOPLE_READ, P.PUBLISH, P.YEARLY_READ}
    ),
    Role.HEAD: _FIELD
    | _LEADER
    | _STAFF
    | _YEARLY
    | {P.CASE_READ, P.CASE_APPROVE, P.DOCUMENT_READ, P.POWER_READ, P.WALL_READ, P.LEDGER_READ}
    | {P.DUTY_PLAN, P.REHOME, P.PERSONAL_READ, P.PUBLISH, P.SEAL_APPLY},
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
    | {P.YEARLY_READ, P.AGGREGATE_READ},
    Role.TOWNSHIP_LEADER: _STAFF
    | _LEDGER
    | {P.SELF, P.INCIDENT_READ, P.INCIDENT_HANDLE, P.MAP_READ, P.REPORT_READ, P.POWER_READ}
    | {P.ROSTER_READ, P.ROSTER_CHANGE, P.LIVE_READ, P.SAFETY_ANSWER},
    Role.SYSTEM_ADMIN: _STAFF
    | _YEARLY
    | {P.SELF, P.JURISDICTION_CHANGE, P.DUTY_PLAN, P.POWER_READ, P.POWER_CHANGE}
    | {P.PEOPLE_MANAGE, P.PERSONAL_READ, P.SETTING_CHANGE, P.ROSTER_READ}
    | {P.RULE_READ, P.RULE_CHANGE, P.DRILL_RUN, P.ALARM_READ, P.ALARM_CLOSE, P.DEVICE_MANAGE},
    Role.SECURITY_ADMIN: frozenset({P.SELF, P.ACCOUNT_MANAGE, P.POWER_READ, P.PEOPLE_READ}),
    Role.AUDIT_ADMIN: frozenset({P.SELF, P.AUDIT_READ, P.POWER_READ}),
}


def allows(actor: Actor, permission: Permission) -> bool:
    """Tell whether the actor's role holds the permission, and his token is not narrower."""
    return permission in PERMISSIONS_OF[actor.role] and (
        actor.scopes is None or permission in actor.scopes
    )


def check(actor: Actor, permission: Permission) -> None:
    """Raise NotPermittedError unless the actor's role holds the permission."""
    if not allows(actor, permission):
        raise NotPermittedError(
            _("您的岗位不能执行此操作（%(what)s）。", what=permission), permission=str(permission)
        )


def requires(permission: Permission | None) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Guard a view: somebody is signed in (page or token) and his role holds the permission.

    None marks a view that is public on purpose; a test lists views without any mark.
    """

    def decorate(view: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(view)
        def guarded(*args: Any, **kwargs: Any) -> Any:
            if permission is not None:
                from enforcement.sign_in import current_actor

                check(current_actor(), permission)
            return view(*args, **kwargs)

        guarded.requires = permission  # type: ignore[attr-defined]
        return guarded

    return decorate
