"""The matrix of permissions: role × act × scope, out of the same tables that the checks read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from enforcement.i18n import _l
from enforcement.law.terms import Role
from enforcement.permissions import PERMISSIONS_OF, Permission
from enforcement.scope import REACH_OF, Reach

P = Permission
GROUPS: Final[tuple[tuple[Any, tuple[Permission, ...]], ...]] = (
    (_l("事件"), (P.INCIDENT_REPORT, P.INCIDENT_READ, P.INCIDENT_DISPATCH, P.INCIDENT_HANDLE,
                P.INCIDENT_CHECK, P.LEDGER_READ, P.LEDGER_WRITE, P.WALL_READ, P.DRILL_RUN)),
    (_l("案件"), (P.CASE_READ, P.CASE_WORK, P.CASE_APPROVE, P.CASE_REVIEW, P.CASE_HEAR,
                P.PARTY_MERGE, P.DOCUMENT_READ, P.SEAL_APPLY, P.PUBLISH)),
    (_l("巡查"), (P.PATROL_READ, P.PATROL_ASSIGN, P.PATROL_WALK, P.POSITION_READ, P.LIVE_READ,
                P.SAFETY_ANSWER, P.DEVICE_MANAGE)),
    (_l("值班"), (P.ROSTER_READ, P.ROSTER_CHANGE)),
    (_l("辖区和权责"), (P.MAP_READ, P.JURISDICTION_READ, P.JURISDICTION_CHANGE, P.DUTY_PLAN,
                   P.REHOME, P.POWER_READ, P.POWER_CHANGE)),
    (_l("报告"), (P.REPORT_READ, P.YEARLY_READ, P.YEARLY_SUBMIT, P.AGGREGATE_READ)),
    (_l("机构和人员"), (P.PEOPLE_READ, P.PEOPLE_MANAGE, P.PERSONAL_READ)),
    (_l("平台"), (P.SETTING_CHANGE, P.RULE_READ, P.RULE_CHANGE, P.ALARM_READ, P.ALARM_CLOSE,
                P.ACCOUNT_MANAGE, P.GLASS_ASK, P.GLASS_DECIDE, P.AUDIT_READ, P.SELF,
                P.RETENTION_READ, P.RETENTION_PROPOSE, P.RETENTION_APPROVE, P.RETENTION_HOLD)),
)  # fmt: skip
"""Every permission once, by what it is about."""


@dataclass(frozen=True)
class Line:
    """An act and the roles that hold it, in the order of roles."""

    permission: Permission
    held: tuple[bool, ...]


def groups() -> list[tuple[Any, list[Line]]]:
    """Return the matrix: a name and its lines, one column for each role."""
    return [(name, [_line(one) for one in some]) for name, some in GROUPS]


def _line(permission: Permission) -> Line:
    return Line(permission, tuple(permission in PERMISSIONS_OF[role] for role in Role))


def reach_of(role: Role) -> Reach:
    """Return which rows a role sees."""
    return REACH_OF[role]


def as_json() -> list[dict[str, Any]]:
    """Return the matrix by role: its reach and what it may do."""
    return [
        {"role": str(role), "name": role.zh, "reach": str(REACH_OF[role]),
         "permissions": sorted(str(one) for one in PERMISSIONS_OF[role])}
        for role in Role
    ]  # fmt: skip
