"""The township's monthly report: who may read it, its words and figures, its map and its PDF."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from flask import current_app
from flask_babel import force_locale
from sqlalchemy.orm import Session

from enforcement import clock, permissions
from enforcement.actor import Actor
from enforcement.config import Config
from enforcement.document.render import RenderedPaper, render_report
from enforcement.errors import InvalidInputError, NotFoundError
from enforcement.i18n import _, in_english
from enforcement.jurisdiction import queries as jurisdiction
from enforcement.jurisdiction.maps import note_of
from enforcement.jurisdiction.models import AREA_LAYER, Area, Division, Edition
from enforcement.jurisdiction.terms import Level
from enforcement.law.matters import matters
from enforcement.law.taxonomy import Known
from enforcement.law.terms import Role
from enforcement.overview import queries
from enforcement.overview.queries import Month, TownshipMonth
from enforcement.people.models import Organ
from enforcement.people.queries import find_organ
from enforcement.permissions import Permission
from enforcement.taxonomy import queries as taxonomy
from gis import map_style, svg

BORDER: Final = "#44586c"


@dataclass(frozen=True)
class Report:
    """A report ready to be shown: figures, findings, and the edition its map is drawn from."""

    township: Division
    figures: TownshipMonth
    edition: Edition | None
    findings: str
    kinds: Known

    @property
    def month(self) -> str:
        """Return the month as 2026-03."""
        return self.figures.month.first.strftime("%Y-%m")


def read_month(text: str | None, today: date) -> Month:
    """Return the month of "2026-03", this month for nothing; raises InvalidInputError."""
    try:
        first = date.fromisoformat(f"{text}-01") if text else today.replace(day=1)
    except ValueError:
        raise InvalidInputError("month", _("月份应写成 2026-03 的形式。")) from None
    if first > today:
        raise InvalidInputError("month", _("不能查看将来的月份。"))
    return Month(first)


def townships_of(session: Session, actor: Actor) -> list[Division]:
    """Return the townships whose report the actor may read."""
    found = jurisdiction.list_divisions(session, actor.county_code, Level.TOWNSHIP)
    if actor.role is Role.TOWNSHIP_LEADER:
        return [row for row in found if row.code in actor.area_codes]
    return found


def make(session: Session, actor: Actor, township_code: str | None, month: str | None) -> Report:
    """Return the report of a township's month; raises NotFoundError outside the actor's scope."""
    permissions.check(actor, Permission.REPORT_READ)
    allowed = {row.code: row for row in townships_of(session, actor)}
    code = township_code or next(iter(allowed), "")
    if code not in allowed:
        raise NotFoundError(_("没有找到该乡镇，或者您无权查看。"))
    when = read_month(month, clock.today(session))
    figures = queries.township_month(session, actor.county_code, code, when)
    last_day = min(date.fromordinal(when.next.toordinal() - 1), clock.today(session))
    edition = jurisdiction.find_edition(session, actor.county_code, last_day)
    kinds = taxonomy.current(session, actor.county_code).known
    said = findings(allowed[code].name, figures, kinds)
    return Report(allowed[code], figures, edition, said, kinds)


def findings(name: str, figures: TownshipMonth, kinds: Known) -> str:
    """Return a short text made from the figures; it says nothing that they do not."""
    now = figures.totals
    if not now["incidents"]:
        return _("%(name)s本月没有受理事件。", name=name)
    lines = [_reported(name, figures), _most(figures, kinds)]
    if now["cases"] or now["cases_closed"]:
        lines.append(
            _(
                "本月登记案件线索%(cases)d件，结案%(closed)d件。",
                cases=now["cases"],
                closed=now["cases_closed"],
            )
        )
    quiet = sum(1 for row in figures.by_village if not row["incidents"])
    if quiet:
        lines.append(_("有%(n)d个村（社区）本月没有上报事件，建议核对走访记录。", n=quiet))
    return "\n".join(lines)


def _reported(name: str, figures: TownshipMonth) -> str:
    now, change = figures.totals, figures.totals["incidents"] - figures.before["incidents"]
    if change > 0:
        words = _("比上月增加%(n)d件", n=change)
    else:
        words = _("比上月减少%(n)d件", n=-change) if change else _("与上月持平")
    return _(
        "%(name)s本月受理事件%(n)d件，%(change)s；已办结%(closed)d件，办结率%(share)s。",
        name=name,
        n=now["incidents"],
        change=words,
        closed=now["closed"],
        share=share(now["closed"], now["incidents"]),
    )


def _most(figures: TownshipMonth, kinds: Known) -> str:
    village, kind = figures.by_village[0], figures.by_category[0]
    return _(
        "事件最多的是%(village)s，%(n)d件；最多的类别是%(kind)s，%(m)d件。",
        village=village["name"],
        n=village["incidents"],
        kind=_category(kinds, kind["category"]),
        m=kind["incidents"],
    )


def _category(kinds: Known, code: str) -> str:
    found = kinds[code]
    return found.en if in_english() else found.zh


def matter_name(code: str) -> str:
    """Return the official name of a matter."""
    found = matters().get(code)
    return found.name if found else code


def share(part: int, whole: int) -> str:
    """Return a share in per cent, one decimal; — where there is no whole."""
    return f"{part / whole:.1%}" if whole else "—"


def as_json(report: Report) -> dict[str, Any]:
    """Return the report's figures for programs."""
    return {
        "township": report.township.code,
        "township_name": report.township.name,
        "month": report.month,
        "edition": str(report.edition.id) if report.edition else None,
        "totals": dict(report.figures.totals),
        "before": dict(report.figures.before),
        "by_village": [dict(row) for row in report.figures.by_village],
        "by_category": [
            dict(row) | {"name": _category(report.kinds, row["category"])}
            for row in report.figures.by_category
        ],
        "by_matter": [
            dict(row) | {"name": matter_name(row["matter_code"])}
            for row in report.figures.by_matter
        ],
        "findings": report.findings,
    }


def as_pdf(session: Session, report: Report) -> RenderedPaper:
    """Return the report as A4 PDF with a vector map; it is a paper, so it is in Chinese."""
    config: Config = current_app.extensions["enforcement.config"]
    county_code = report.township.county_code
    unit = find_organ(session, county_code)
    organ = session.get(Organ, (county_code, unit.id)) if unit else None
    with force_locale("zh"):
        data = {
            "organ": {"name": organ.name if organ else report.township.name},
            "township": {"code": report.township.code, "name": report.township.name},
            "month": report.month,
            "figures": _figures(report.figures),
            "by_village": _by_village(report.figures),
            "by_kind": _by_kind(report),
            "findings": findings(report.township.name, report.figures, report.kinds),
            **_map(session, report),
        }
    return render_report(data, font_dirs=config.font_dirs, issued_at=clock.now(session))


def _figures(figures: TownshipMonth) -> list[dict[str, str]]:
    now = figures.totals
    return [
        {"label": "受理事件", "value": str(now["incidents"]), "unit": "件"},
        {"label": "办结率", "value": share(now["closed"], now["incidents"])},
        {"label": "案件线索", "value": str(now["cases"]), "unit": "件"},
        {"label": "巡查点次", "value": str(now["stops"]), "unit": "次"},
    ]


def _by_village(figures: TownshipMonth) -> dict[str, Any]:
    names = ("incidents", "closed", "to_case", "cases")
    rows = [
        [row["name"], *[str(row[name]) for name in names], share(row["closed"], row["incidents"])]
        for row in figures.by_village
    ]
    sums = [sum(row[name] for row in figures.by_village) for name in names]
    return {
        "columns": ["村（社区）", "受理", "办结", "转案件", "案件线索", "办结率"],
        "rows": rows,
        "total": ["合计", *map(str, sums), share(sums[1], sums[0])],
    }


def _by_kind(report: Report) -> dict[str, Any]:
    """Return incidents by category, then cases by matter."""
    figures = report.figures
    incidents = [
        (_category(report.kinds, row["category"]), row["incidents"], row["closed"])
        for row in figures.by_category
    ]
    cases = [
        (f"案件：{matter_name(row['matter_code'])}", row["cases"], row["closed"])
        for row in figures.by_matter
    ]
    rows = [
        [name, str(count), str(closed), share(closed, count)]
        for name, count, closed in (*incidents, *cases)
    ]
    return {"columns": ["类别", "受理（登记）", "办结", "办结率"], "rows": rows}


def _map(session: Session, report: Report) -> dict[str, Any]:
    """Return the drawn map and its legend; nothing where no boundaries were in force."""
    if report.edition is None:
        return {}
    values = {row["code"]: float(row["incidents"]) for row in report.figures.by_village}
    bounds = map_style.classes(list(values.values()))
    villages = AREA_LAYER.only(
        Area.county_code == report.edition.county_code,
        Area.edition_id == report.edition.id,
        Area.level == Level.VILLAGE,
        Area.code.startswith(report.township.code),
    )
    layers = [
        svg.Layer(
            villages.only(Area.code.in_(codes)),
            0.2,
            BORDER,
            fill=map_style.colour_of(values[codes[0]], bounds),
        )
        for codes in _same_class(values, bounds)
    ]
    drawn = svg.static_map(session, [svg.Layer(villages, 0.2, BORDER), *layers], width_mm=120)
    legend = [
        {"label": f"{item.label}件", "color": item.colour}
        for item in map_style.ramp_legend(list(values.values()), bounds)
    ]
    return {"map_svg": drawn, "schematic": note_of(report.edition) is not None, "legend": legend}


def _same_class(values: dict[str, float], bounds: list[float]) -> list[list[str]]:
    groups: dict[int, list[str]] = {}
    for code, value in values.items():
        groups.setdefault(sum(value >= bound for bound in bounds), []).append(code)
    return list(groups.values())
