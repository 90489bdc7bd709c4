"""Who may hold a certificate or a post: by employment and role, each rule with its source.

Source: procedure.md 1.2; articles are cited where their number is known, else the whole rule.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

from enforcement.law.articles import APL
from enforcement.law.terms import N_, CertificateStatus, Employment, Role, Term


@dataclass(frozen=True)
class Bar:
    """Why somebody can never hold an enforcement certificate, and by which rule."""

    reason: str
    source: str


JILIN: Final = "《吉林省行政执法证件管理办法》（2016年6月1日起施行）"
QUALIFIED: Final = APL[42].zh
_URBAN: Final = "《城市管理执法办法》（住房和城乡建设部令第34号）"
_AIDE: Final = Bar(N_("辅警和协管员不得持有行政执法证。"), f"{QUALIFIED}、{_URBAN}")

# fmt: off
BARRED_ROLES: Final[dict[Role, Bar]] = {
    Role.AUXILIARY: _AIDE,
    Role.ASSISTANT: _AIDE,
}
BARRED_EMPLOYMENT: Final[dict[Employment, Bar]] = {
    Employment.CONTRACT:         Bar(N_("合同工不得持有行政执法证。"), JILIN),
    Employment.TEMPORARY:        Bar(N_("临时工不得持有行政执法证。"), JILIN),
    Employment.PUBLIC_WELFARE:   Bar(N_("公益性岗位人员不得持有行政执法证。"), JILIN),
    Employment.PURCHASED:        Bar(N_("政府购买服务人员不得持有行政执法证。"), f"{QUALIFIED}、《政府购买服务管理办法》（财政部令第102号）第十条"),
    Employment.DISPATCH:         Bar(N_("劳务派遣人员不得持有行政执法证。"), f"{QUALIFIED}、《政府购买服务管理办法》（财政部令第102号）第十条"),
    Employment.POLICE_AUXILIARY: Bar(N_("警务辅助人员不得持有行政执法证。"), QUALIFIED),
}
# fmt: on
ADMINISTRATORS: Final = frozenset({Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDIT_ADMIN})
"""No person is two of these at a time (三权分立, GB/T 22239)."""
SEPARATION: Final = "GB/T 22239-2019 8.1.5"
REVIEWERS_QUALIFY_SINCE: Final = date(2018, 1, 1)
"""Who first reviews from this day on must have passed the national legal examination (罚58)."""
REVIEWER: Final = APL[58].zh


def barred(roles: set[Role], employment: Employment | None) -> Bar | None:
    """Return why a person of these roles and this employment may hold no certificate, or None."""
    for role in sorted(roles):
        if role in BARRED_ROLES:
            return BARRED_ROLES[role]
    return BARRED_EMPLOYMENT.get(employment) if employment else None


class Standing(Term):
    """What the public is told of an enforcement certificate on a day."""

    VALID = "valid", "证件有效", "Certificate valid"
    SUSPENDED = "suspended", "证件已暂扣，不得执法", "Certificate suspended: may not enforce"
    REVOKED = "revoked", "证件已吊销、注销，不得执法", "Certificate revoked: may not enforce"
    EXPIRED = "expired", "证件已过期，不得执法", "Certificate expired: may not enforce"
    NOT_YET = "not_yet", "证件尚未生效，不得执法", "Certificate not valid yet: may not enforce"


def standing(status: str, valid_from: date, valid_to: date, on: date) -> Standing:
    """Return how a certificate stands on a day; status -- what its history says of that day."""
    if status != CertificateStatus.VALID:
        return Standing(status)
    if on > valid_to:
        return Standing.EXPIRED
    return Standing.NOT_YET if on < valid_from else Standing.VALID
