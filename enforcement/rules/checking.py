"""What is wrong with a proposed rule; a rule that could not decide today is not taken."""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from enforcement import clock
from enforcement.errors import InvalidInputError
from enforcement.i18n import _
from enforcement.law.terms import IncidentSource, UnitKind, Urgency
from enforcement.people.models import Unit
from enforcement.rules.deciding import array
from enforcement.rules.drafts import Draft
from enforcement.rules.matching import BROKEN
from enforcement.taxonomy import queries as taxonomy

KINDS: Final = tuple(
    one for one in UnitKind if one not in (UnitKind.COUNTY, UnitKind.VILLAGE_POINT)
)
"""Kinds of unit that incidents may go to."""
LONGEST_NAME: Final = 60
LONGEST_NOTE: Final = 500
MOST: Final = 500

STATE: Final = text(f"""
SELECT {BROKEN} AS broken, u.name FROM (
  SELECT CAST(:areas AS text[]) AS areas, CAST(:categories AS text[]) AS categories
) r JOIN unit u ON u.county_code = :county AND u.id = :unit
""")  # noqa: S608 -- constants of ours


def check(session: Session, county_code: str, draft: Draft) -> None:
    """Raise InvalidInputError naming the field that keeps a rule from deciding."""
    _shape(draft)
    unit = session.scalar(
        select(Unit).where(Unit.county_code == county_code, Unit.id == draft.unit_id)
    )
    if unit is None or unit.kind not in {str(one) for one in KINDS}:
        raise InvalidInputError("unit", _("没有这个单位，或者不能承办事件。"))
    day = max(clock.today(session), draft.valid_from)
    row = session.execute(
        STATE,
        {
            "county": county_code, "on": day, "areas": list(draft.areas),
            "categories": list(draft.categories), "unit": draft.unit_id,
            "offered": array(taxonomy.current(session, county_code).offered),
        },
    ).one()  # fmt: skip
    for why in row.broken:
        field, words = told(why)
        raise InvalidInputError(field, words)


def told(why: str) -> tuple[str, str]:
    """Return the field and the words of a failure."""
    return {
        "unit": ("unit", _("目标单位已撤销、合并，或者当日尚未成立。")),
        "area": ("areas", _("有的区划代码不存在，或者已不在现行界线内。")),
        "category": ("categories", _("有的事件类别已停用，或者不在现行清单内。")),
    }[why]


def _shape(draft: Draft) -> None:
    """Check what needs no database."""
    problems: tuple[tuple[bool, str, Any], ...] = (
        (not draft.name.strip() or len(draft.name) > LONGEST_NAME, "name",
         _("必填，最多%(n)d个字。", n=LONGEST_NAME)),
        (len(draft.note) > LONGEST_NOTE, "note", _("文字太长。")),
        (not draft.conditions, "categories",
         _("至少写一个条件：没有条件的规则会把全部事件派给一个单位。")),
        (not set(draft.weekdays) <= set(range(1, 8)), "weekdays", _("星期应当是1到7。")),
        ((draft.from_time is None) != (draft.to_time is None), "to_time",
         _("开始和结束时间要么都写，要么都不写。")),
        (draft.from_time is not None and draft.from_time == draft.to_time, "to_time",
         _("结束时间不能与开始时间相同；全天有效请都不写。")),
        (not set(draft.sources) <= {str(one) for one in IncidentSource}, "sources",
         _("没有这种来源。")),
        (not set(draft.urgencies) <= {str(one) for one in Urgency}, "urgencies",
         _("没有这种紧急程度。")),
        (draft.valid_to is not None and draft.valid_to <= draft.valid_from, "valid_to",
         _("失效日期应当晚于生效日期。")),
        (len(draft.areas) > MOST or len(draft.categories) > MOST, "areas",
         _("最多%(n)d项。", n=MOST)),
        (any(len(one) not in (9, 12) or not one.isdigit() for one in draft.areas), "areas",
         _("区划代码应当是9位（乡镇）或者12位（村）数字。")),
        (any(not one.isalnum() or not one.isascii() for one in draft.categories), "categories",
         _("没有这个事件类别。")),
    )  # fmt: skip
    for wrong, field, words in problems:
        if wrong:
            raise InvalidInputError(field, words)
