"""Which law grants which measure for which matter (强10-11): one row per grant, with its days.

A matter without a row may use no measure until a lawyer enters one; evidence may be preserved in
every case (罚56). None was compared with the text of its statute yet: `checked` says which were, and
the gate says so beside the basis.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

from enforcement.law.measure_terms import MeasureKind as K


@dataclass(frozen=True)
class Grant:
    """One grant: matters, kinds, the article in full, on what condition, and its days in force."""

    matters: tuple[str, ...]
    kinds: tuple[K, ...]
    basis: str
    condition: str
    since: date
    until: date | None
    checked: bool = False

    def in_force(self, day: date) -> bool:
        """Tell whether the grant held on a day; `until` is the last one."""
        return self.since <= day and (self.until is None or day <= self.until)


_BOTH: Final = (K.SEAL, K.SEIZE)
_CODE: Final = date(2026, 8, 14)  # day before the environmental code came into force
# fmt: off
GRANTS: Final = (
    Grant(("M01", "M02", "M03", "M04", "M05", "M06"), _BOTH, "《中华人民共和国大气污染防治法》第三十条", "造成或者可能造成严重大气污染，或者有关证据可能灭失、被隐匿", date(2016, 1, 1), _CODE),
    Grant(("M07", "M08"), _BOTH, "《中华人民共和国固体废物污染环境防治法》第二十七条", "可能造成证据灭失、被隐匿或者非法转移，或者造成、可能造成严重环境污染", date(2020, 9, 1), _CODE),
    Grant(("M09", "M10", "M11"), _BOTH, "《中华人民共和国噪声污染防治法》第三十条", "排放噪声造成严重污染，被责令改正拒不改正", date(2022, 6, 5), _CODE),
    Grant(("M15", "M17"), (K.SEAL,), "《中华人民共和国城乡规划法》第六十八条", "责令停止建设后当事人不停止，县级以上人民政府责成查封施工现场", date(2008, 1, 1), None),
    Grant(("M24",), _BOTH, "《中华人民共和国动物防疫法》第七十六条", "染疫或者疑似染疫的动物、动物产品及相关物品", date(2021, 5, 1), None),
)
# fmt: on


def grant_for(matter_code: str, kind: K, day: date) -> Grant | None:
    """Return the grant of a measure for a matter on the day it is taken, None without one."""
    return next(
        (
            row for row in GRANTS
            if matter_code in row.matters and kind in row.kinds and row.in_force(day)
        ),
        None,
    )  # fmt: skip
