"""A rule in words: its conditions for a person, and why it has failed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from enforcement.i18n import _, in_english, label
from enforcement.jurisdiction.models import Division
from enforcement.law.taxonomy import Known
from enforcement.law.terms import IncidentSource, Urgency
from enforcement.rules.checking import told

MOST_NAMED: Final = 6
"""Of more areas than this only the first are named."""


def weekday(number: int) -> str:
    """Return the name of a day of the week, 1 for Monday."""
    names = (_("周一"), _("周二"), _("周三"), _("周四"), _("周五"), _("周六"), _("周日"))
    return names[number - 1]


def area_names(
    session: Session, county_code: str, rules: Iterable[Mapping[str, Any]]
) -> dict[str, str]:
    """Return the names of all areas that rules name, by code, in one statement."""
    codes = {code for rule in rules for code in rule["areas"]}
    query = select(Division.code, Division.name).where(
        Division.county_code == county_code, Division.code.in_(codes)
    )
    return {row.code: row.name for row in session.execute(query)} if codes else {}


def conditions(
    rule: Mapping[str, Any], known: Known, areas: Mapping[str, str]
) -> list[tuple[str, str]]:
    """Return each condition of a rule (as its history keeps it): what it is about, and what."""
    rows = [
        (_("类别"), [_category(known, code) for code in rule["categories"]]),
        (_("区域"), [areas.get(code, code) for code in rule["areas"][:MOST_NAMED]]),
        (_("时间"), _window(rule)),
        (_("来源"), [label(IncidentSource(one)) for one in rule["sources"]]),
        (_("紧急程度"), [label(Urgency(one)) for one in rule["urgencies"]]),
    ]
    more = len(rule["areas"]) - MOST_NAMED
    if more > 0:
        rows[1][1].append(_("等%(n)d处", n=len(rule["areas"])))
    return [(name, _("、").join(words)) for name, words in rows if words]


def _category(known: Known, code: str) -> str:
    row = known[code]
    return f"{code} {row.en if in_english() else row.zh}"


def _window(rule: Mapping[str, Any]) -> list[str]:
    days = [weekday(one) for one in rule["weekdays"]]
    if rule["from_time"] is None:
        return days
    start, end = str(rule["from_time"])[:5], str(rule["to_time"])[:5]
    over = _("次日") if end <= start else ""
    return [f"{_('、').join(days)} {start}–{over}{end}".strip()]


def reason(rule: Mapping[str, Any], known: Known, areas: Mapping[str, str]) -> str:
    """Return why a rule decided, in one sentence."""
    said = _("；").join(f"{name} {words}" for name, words in conditions(rule, known, areas))
    return _("派单规则“%(name)s”：%(said)s", name=rule["name"], said=said)


def failures(broken: Iterable[str]) -> list[str]:
    """Return why a rule cannot decide, in words."""
    return [told(why)[1] for why in broken]
