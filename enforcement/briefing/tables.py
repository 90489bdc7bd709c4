"""A map report as tables: the same on the page, in the file, on paper and in the workbook."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from enforcement.briefing import wording
from enforcement.briefing.figures import Briefing, Counts, Group
from enforcement.i18n import _
from enforcement.law.terms import N_
from gis.map_style import classes, colour_of

Cell = str | float | int | None


@dataclass(frozen=True)
class Table:
    """A table: the first cell of a row names it; digits -- of each other column.

    shades -- colours of the cells after the first, row by row; note -- how it was made
    """

    key: str
    title: str
    heads: Sequence[str]
    rows: Sequence[Sequence[Cell]]
    digits: Sequence[int]
    note: str = ""
    shades: Sequence[Sequence[str]] = ()

    @property
    def shown(self) -> list[list[str]]:
        """Return the cells as texts."""
        return [[show(row[0]), *(show(cell, digits) for cell, digits in
                                 zip(row[1:], self.digits, strict=True))]
                for row in self.rows]  # fmt: skip


def show(cell: Cell, digits: int = 0) -> str:
    """Return a cell as text; — where it means nothing."""
    if cell is None:
        return "—"
    if isinstance(cell, str):
        return cell
    return f"{cell:,}" if isinstance(cell, int) else f"{cell:,.{digits}f}"


@dataclass(frozen=True)
class Figure:
    """One figure of an area or unit; unit -- what it counts."""

    key: str
    heading: str
    value: Callable[[Counts], float | int | None]
    unit: str
    digits: int = 0

    @property
    def words(self) -> str:
        """Return its name in the reader's language."""
        return _(self.heading)


# fmt: off
FIGURES: Final = (
    Figure("received", N_("受理事件"), lambda one: one.received, N_("件")),
    Figure("closed_pct", N_("办结率（%）"), lambda one: one.closed_pct, "%", 1),
    Figure("to_case", N_("转案件"), lambda one: one.to_case, N_("件")),
    Figure("on_time_pct", N_("按期处置率（%）"), lambda one: one.on_time_pct, "%", 1),
    Figure("responses", N_("到场"), lambda one: one.responses, N_("件")),
    Figure("median_min", N_("到场中位数（分）"), lambda one: one.median_min, N_("分钟")),
    Figure("slow_min", N_("九成到场（分）"), lambda one: one.slow_min, N_("分钟")),
    Figure("cases", N_("登记案件"), lambda one: one.cases, N_("件")),
    Figure("cases_closed", N_("结案数"), lambda one: one.cases_closed, N_("件")),
    Figure("stops", N_("计划巡查点次"), lambda one: one.stops, N_("次")),
    Figure("visited", N_("到访点次"), lambda one: one.visited, N_("次")),
)
# fmt: on
OF_CASES: Final = {"cases", "cases_closed"}
OF_ALL: Final = OF_CASES | {"stops", "visited"}


def figures_of(briefing: Briefing) -> list[Figure]:
    """Return the figures that a report has."""
    if briefing.of_cases:
        return [one for one in FIGURES if one.key in OF_CASES]
    return [one for one in FIGURES if not briefing.asked.category or one.key not in OF_ALL]


def tables(briefing: Briefing, *, public: bool = False) -> list[Table]:
    """Return the tables of a report, without those that would be empty.

    public -- without exact places
    """
    made = [summary(briefing), places(briefing), compared(briefing), kinds(briefing),
            profile(briefing), repeats(briefing, placed=not public)]  # fmt: skip
    return [one for one in made if one.rows]


def summary(briefing: Briefing) -> Table:
    """Return the figures of the period beside those of the one before."""
    rows = [(one.words, one.value(briefing.now), one.value(briefing.before),
             _change(one.value(briefing.now), one.value(briefing.before)))
            for one in figures_of(briefing)]  # fmt: skip
    heads = [_("数字"), _("本期"), _("上期"), _("增减")]
    return Table("summary", _("概况"), heads, rows, (1, 1, 1))


def _change(now: float | int | None, before: float | int | None) -> float | int | None:
    return None if now is None or before is None else now - before


def places(briefing: Briefing) -> Table:
    """Return what came in each village or township."""
    first = _("乡镇（街道）") if briefing.asked.subject.by_township else _("村（社区）")
    return _grouped(briefing, "places", wording.places_title(briefing), first,
                    briefing.places, wording.place_name)  # fmt: skip


def kinds(briefing: Briefing) -> Table:
    """Return what came by category, or by matter."""
    title = _("事项") if briefing.of_cases else _("类别")
    return _grouped(briefing, "kinds", _("分类情况"), title, briefing.kinds,
                    lambda one: wording.kind_name(briefing, one.code))  # fmt: skip


def _grouped(
    briefing: Briefing, key: str, title: str, first: str, groups: Sequence[Group],
    name: Callable[[Group], str],
) -> Table:  # fmt: skip
    heads = [first, _("本期"), _("上期"), _("已办结")]
    rows: list[Sequence[Cell]] = [(name(one), one.now, one.before, one.closed) for one in groups]
    if briefing.of_cases:
        return Table(key, title, heads, rows, (0, 0, 0))
    rows = [(*row, one.median_min) for row, one in zip(rows, groups, strict=True)]
    return Table(key, title, [*heads, _("到场中位数（分）")], rows, (0, 0, 0, 0))


def compared(briefing: Briefing) -> Table:
    """Return the subject beside its neighbours, by code: no ranking."""
    chosen = figures_of(briefing)
    subject = briefing.asked.subject
    lines = [(subject.name, briefing.now), *((one.name, one.counts) for one in briefing.peers)]
    rows: list[Sequence[Cell]] = [
        (name, *(one.value(counts) for one in chosen)) for name, counts in lines
    ]
    title = _("与同级单位比较") if subject.is_unit else _("与相邻乡镇比较")
    return Table(
        "compared", title, [_("单位或乡镇"), *(one.words for one in chosen)],
        rows if briefing.peers else [], tuple(one.digits for one in chosen),
        _("本单位或乡镇在最前，其余按代码排列，不是排名；数字只供参考。"),
    )  # fmt: skip


def profile(briefing: Briefing) -> Table:
    """Return counts by weekday and hour, shaded by how many."""
    values = [float(n) for row in briefing.profile for n in row if n]
    bounds = classes(values)
    shades = [[colour_of(n, bounds) if n else "#ffffff" for n in row] for row in briefing.profile]
    rows: list[Sequence[Cell]] = [
        (day, *row) for day, row in zip(wording.weekdays(), briefing.profile, strict=True)
    ]
    heads = [_("周几"), *(str(hour) for hour in range(24))]
    return Table("profile", _("时段分布（星期和小时）"), heads, rows if values else [],
                 (0,) * 24, _("列是几时至下一时；颜色越深越多。"), shades)  # fmt: skip


def repeats(briefing: Briefing, *, placed: bool = True) -> Table:
    """Return the places where events lie thick; placed -- with longitude and latitude."""
    heads = [_("所在村（社区）"), _("发生件数"), _("范围（米）")]
    rows: list[Sequence[Cell]] = [(one.area or "—", one.count, one.reach_m)
                                  for one in briefing.repeats or ()]  # fmt: skip
    digits: tuple[int, ...] = (0, 0)
    if placed:
        heads, digits = [*heads, _("经度"), _("纬度")], (0, 0, 4, 4)
        rows = [(*row, one.lon, one.lat)
                for row, one in zip(rows, briefing.repeats or (), strict=True)]  # fmt: skip
    return Table("repeats", _("重复发生的地点"), heads, rows, digits,
                 wording.repeat_method(briefing))  # fmt: skip
