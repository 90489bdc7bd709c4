"""What stands below the demonstration's townships: offices, centres, a hall, village points."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from enforcement.jurisdiction.models import Division
from enforcement.law.terms import UnitKind
from enforcement.people.models import Unit

OFFICES: Final = (
    "党政综合办公室",
    "党的建设办公室",
    "经济发展办公室",
    "社会事务办公室",
    "综合治理和应急管理办公室",
)
CENTRES: Final = (
    "综合行政服务中心",
    "农业农村服务中心",
    "文化旅游服务中心",
    "退役军人服务中心",
    "社会治安综合治理中心",
)
HALL: Final = "便民服务大厅"
Part = tuple[str, str, UnitKind, str, str]  # code, name, kind, code of the parent, home


def parts(government: Unit, villages: Sequence[Division]) -> Iterator[Part]:
    """Yield code, name, kind, parent's code and home of the units below a township.

    A street office has village points only.
    """
    home, code = government.home_code or "", government.code
    point_parent = code
    if government.name.endswith("人民政府"):
        named = [(name, UnitKind.TOWNSHIP_OFFICE) for name in OFFICES]
        named += [(name, UnitKind.TOWNSHIP_CENTRE) for name in CENTRES]
        named.append((HALL, UnitKind.SERVICE_HALL))
        for n, (name, kind) in enumerate(named, 1):
            yield f"{code}.{n:02d}", name, kind, code, home
        point_parent = f"{code}.{len(named):02d}"
    for n, village in enumerate(villages, 1):
        name = f"{village.name}便民服务点"
        yield f"{point_parent}.{n:02d}", name, UnitKind.VILLAGE_POINT, point_parent, village.code
