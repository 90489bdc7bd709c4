"""What is asked of the indicators: a period, what it is grouped by, and whose rows count."""

from __future__ import annotations

from typing import Any, Final

from enforcement.actor import Actor
from enforcement.errors import InvalidInputError
from enforcement.i18n import _
from enforcement.law.terms import Role, Term
from enforcement.scope import BY_AREA, COUNTY_WIDE, NOTHING

MOST_DAYS: Final = 1830


class By(Term):
    """What the figures are set side by side for."""

    TOWNSHIP = "township", "乡镇（街道）", "Township"
    BRIGADE = "brigade", "大队（分局）", "Brigade"
    SQUAD = "squad", "中队", "Squad"
    MATTER = "matter", "事项（类别）", "Matter or category"
    MONTH = "month", "月份", "Month"


def read_by(said: str | None) -> By | None:
    """Return what to group by; raises InvalidInputError."""
    if said and said not in {str(one) for one in By}:
        raise InvalidInputError("by", _("没有这种汇总方式。"))
    return By(said) if said else None


def reach(actor: Actor) -> dict[str, Any]:
    """Return the bounds of what counts for the actor: unit codes, or townships; none for nobody."""
    found: dict[str, Any] = {"county": actor.county_code, "low": "", "high": "~", "areas": None}
    if actor.role in NOTHING:
        return found | {"areas": []}
    if actor.role in COUNTY_WIDE:
        return found
    if actor.role in BY_AREA:
        return found | {"areas": sorted({code[:9] for code in actor.area_codes})}
    return found | {"low": actor.unit_code, "high": actor.unit_code + "~"}


def offered(actor: Actor) -> list[By]:
    """Return what the actor may have set side by side: what lies inside his own reach."""
    if actor.role is Role.TOWNSHIP_LEADER:
        return [By.TOWNSHIP, By.MATTER, By.MONTH]
    return [one for one in By if one is not By.BRIGADE or actor.role in COUNTY_WIDE]
