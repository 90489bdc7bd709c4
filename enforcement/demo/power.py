"""The demonstration county's power list: the shipped matters, as if the province had decided."""

from __future__ import annotations

from datetime import date
from typing import Any, Final

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from enforcement.ids import uuid7
from enforcement.law.matters import FineRange, Matter, matters
from enforcement.law.power_terms import ActType, Channel, ItemStatus
from enforcement.law.terms import UnitKind
from enforcement.people.models import Unit
from enforcement.power.models import PowerItem, PowerProvision

SINCE: Final = date(2024, 1, 1)
DECREE: Final = "示例政函〔2023〕1号"
DECREED_ON: Final = date(2023, 12, 1)
OF_TOWNSHIPS: Final = {"M16": ActType.EXECUTION, "M22": ActType.PENALTY}
"""What the law gives townships themselves; a street office (街道办事处) is none."""
INSPECTED: Final = {
    "M15": "《中华人民共和国城乡规划法》第五十三条",
    "M26": "《城镇燃气管理条例》第四十一条",
}
"""Matters whose enterprises the bureau inspects, and by which article."""


def load(session: Session, county_code: str) -> int:
    """Enter the list, unless there is one; return how many items were made."""
    if session.scalar(select(PowerItem.id).where(PowerItem.county_code == county_code).limit(1)):
        return 0
    units = session.scalars(select(Unit).where(Unit.county_code == county_code).order_by(Unit.code))
    found = list(units)
    bureau = next(one for one in found if one.kind == UnitKind.BUREAU)
    towns = [one for one in found if _is_township(one)]
    rows = [pair for row in matters().values() if row.ours for pair in _of(row, bureau, towns)]
    session.execute(insert(PowerItem), [item for item, _version in rows])
    session.execute(insert(PowerProvision), [version for _item, version in rows])
    return len(rows)


def _is_township(unit: Unit) -> bool:
    return unit.kind == UnitKind.TOWNSHIP_GOVERNMENT and unit.name.endswith("人民政府")


Pair = tuple[dict[str, Any], dict[str, Any]]


def _of(row: Matter, bureau: Unit, towns: list[Unit]) -> list[Pair]:
    if row.code in OF_TOWNSHIPS:
        return [_pair(row, town, OF_TOWNSHIPS[row.code]) for town in towns]
    pairs = [_pair(row, bureau, ActType.PENALTY)]
    if row.code in INSPECTED:
        item, version = _pair(row, bureau, ActType.INSPECTION)
        item |= {"code": f"{row.code}-J", "name": f"对{row.name}的检查"}
        pairs.append((item, version | {"basis": INSPECTED[row.code]}))
    return pairs


def _pair(row: Matter, unit: Unit, act_type: ActType) -> Pair:
    """Return the values of an item and of its version."""
    direct = row.code in OF_TOWNSHIPS
    item_id = uuid7()
    item = {
        "county_code": unit.county_code,
        "id": item_id,
        "code": f"{row.code}-{unit.home_code}" if direct else row.code,
        "name": row.name,
        "act_type": act_type,
        "channel": Channel.DIRECT if direct else Channel.CONCENTRATED,
        "holder": unit.name,
        "exercising_unit_id": unit.id,
        "matter_code": row.code,
        "territory": [unit.home_code if direct else unit.county_code],
        "valid_from": SINCE,
        "status": ItemStatus.IN_FORCE,
        "approval_number": None if direct else DECREE,
        "approval_on": None if direct else DECREED_ON,
    }
    return item, {
        "county_code": unit.county_code,
        "id": uuid7(),
        "item_id": item_id,
        "violated": row.violated,
        "basis": row.basis,
        **_yuan("person", row.person),
        **_yuan("organisation", row.organisation),
        "other": row.other,
        "valid_from": row.valid_from,
        "valid_to": row.valid_to,
    }


def _yuan(who: str, fine: FineRange | None) -> dict[str, Any]:
    return {
        f"{who}_min_yuan": fine.min_yuan if fine else None,
        f"{who}_max_yuan": fine.max_yuan if fine else None,
    }
