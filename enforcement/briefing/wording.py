"""The words of a map report: its title, what its figures say, how they were made."""

from __future__ import annotations

from enforcement.briefing.asking import Kind
from enforcement.briefing.figures import Briefing, Group, Outline
from enforcement.i18n import _, in_english, label
from enforcement.law.matters import matters


def kind_name(briefing: Briefing, code: str) -> str:
    """Return the name of a category, or of a matter in a report on cases."""
    if briefing.of_cases:
        found = matters().get(code)
        return found.name if found else code
    row = briefing.words[code]
    return row.en if in_english() else row.zh


def title(briefing: Outline) -> str:
    """Return what the report is called."""
    return _("%(name)s地图报告", name=briefing.asked.subject.name)


def about(briefing: Briefing) -> str:
    """Return the period and what the report is narrowed to, in one line."""
    asked = briefing.asked
    narrowed = asked.matter or asked.category
    parts = [_("%(first)s 至 %(last)s", first=asked.period.first, last=asked.period.last)]
    if narrowed:
        parts.append(kind_name(briefing, narrowed))
    return " · ".join(parts)


def places_title(briefing: Briefing) -> str:
    """Return what the table of places is called."""
    return _("分乡镇情况") if briefing.asked.subject.by_township else _("分村情况")


def place_name(group: Group) -> str:
    """Return the name of a place, or that none is known."""
    return group.name or (group.code or _("没有确定地点"))


def event_word(briefing: Outline) -> str:
    """Return what the report counts."""
    return _("案件") if briefing.of_cases else _("事件")


def findings(briefing: Briefing) -> list[str]:
    """Return short sentences made from the figures; they say nothing that these do not."""
    if briefing.empty:
        return [_("这段时间没有可以报告的事项。")]
    return [_came(briefing), *_speed(briefing), *_most(briefing), *_when(briefing),
            *_again(briefing), *_others(briefing)]  # fmt: skip


def _came(briefing: Briefing) -> str:
    now, change = briefing.now, briefing.now.events - briefing.before.events
    if change > 0:
        words = _("比上期增加%(n)d件", n=change)
    else:
        words = _("比上期减少%(n)d件", n=-change) if change else _("与上期持平")
    name = briefing.asked.subject.name
    if briefing.of_cases:
        return _("%(name)s本期登记案件%(n)d件，%(change)s；结案%(closed)d件。", name=name,
                 n=now.events, change=words, closed=now.cases_closed or 0)  # fmt: skip
    return _("%(name)s本期受理事件%(n)d件，%(change)s；其中已办结%(closed)d件。", name=name,
             n=now.events, change=words, closed=now.closed or 0)  # fmt: skip


def _speed(briefing: Briefing) -> list[str]:
    now, before = briefing.now, briefing.before
    if now.median_min is None:
        return []
    lines = [_("到场%(n)d件，中位数%(median)s分钟，九成在%(slow)s分钟内。", n=now.responses or 0,
               median=f"{now.median_min:.0f}", slow=f"{now.slow_min or 0:.0f}")]  # fmt: skip
    if before.median_min is not None:
        lines.append(_("上期到场中位数%(median)s分钟。", median=f"{before.median_min:.0f}"))
    if now.on_time_pct is not None:
        lines.append(_("按期处置率%(n)s%%。", n=f"{now.on_time_pct:.1f}"))
    return lines


def _most(briefing: Briefing) -> list[str]:
    lines = []
    known = [one for one in briefing.places if one.code and one.now]
    if known:
        lines.append(_("最多的地方是%(place)s，%(n)d件。", place=place_name(known[0]),
                       n=known[0].now))  # fmt: skip
    if len(briefing.kinds) > 1 and briefing.kinds[0].now:
        lines.append(_("最多的类别是%(kind)s，%(n)d件。", n=briefing.kinds[0].now,
                       kind=kind_name(briefing, briefing.kinds[0].code)))  # fmt: skip
    quiet = sum(1 for one in briefing.places if one.code and not one.now)
    if quiet and briefing.asked.subject.kind is Kind.TOWNSHIP and not briefing.asked.category:
        lines.append(_("有%(n)d个村（社区）本期没有上报。", n=quiet))
    return lines


def weekdays() -> list[str]:
    """Return the names of the days of the week, Monday first."""
    return [_("周一"), _("周二"), _("周三"), _("周四"), _("周五"), _("周六"), _("周日")]


def _when(briefing: Briefing) -> list[str]:
    most, day, hour = max(
        (n, -day, -hour) for day, row in enumerate(briefing.profile) for hour, n in enumerate(row)
    )
    if most < briefing.method.repeat_least:
        return []
    return [_("最集中的时段是%(day)s%(from)d时至%(to)d时，%(n)d件。", n=most,
              day=weekdays()[-day], **{"from": -hour, "to": 1 - hour})]  # fmt: skip


def _again(briefing: Briefing) -> list[str]:
    lines = []
    if briefing.repeats:
        first = briefing.repeats[0]
        where = first.area or f"{first.lon:.2f}, {first.lat:.2f}"
        lines.append(_("有%(n)d处重复发生，最多的一处在%(place)s，%(most)d件。",
                       n=len(briefing.repeats), place=where, most=first.count))  # fmt: skip
    if warns(briefing):
        lines.append(near_words(briefing) + _("高于偶然情形，建议近期加强周边巡查。"))
    return lines


def _others(briefing: Briefing) -> list[str]:
    values = [one.counts.median_min for one in briefing.peers if one.counts.median_min is not None]
    if briefing.now.median_min is None or not values:
        return []
    return [_("相邻单位或乡镇的到场中位数在%(low)s至%(high)s分钟之间。", low=f"{min(values):.0f}",
              high=f"{max(values):.0f}")]  # fmt: skip


def warns(briefing: Briefing) -> bool:
    """Tell whether near repeats lie clearly above chance: three at least, and two deviations."""
    found = briefing.near
    return found is not None and found.pairs >= max(3.0, found.expected + 2 * found.expected**0.5)


def near_words(briefing: Briefing) -> str:
    """Return how many pairs were found, and how many chance would bring."""
    found, method = briefing.near, briefing.method
    if found is None:
        return _("事件太多，没有比较；请缩短时间或者缩小范围。")
    return _(
        "同类事件两两相距不超过%(m)d米、相隔不超过%(days)d天的有%(n)d对，偶然情形约%(expected)s对。",
        m=method.near_m, days=method.near_days, n=found.pairs, expected=f"{found.expected:.1f}",
    )  # fmt: skip


def near_method() -> str:
    """Return how near repeats are counted."""
    return _(
        "方法：Knox检验。把相距较近的每对中一件的日期依次换成同类其他事件的日期，"
        "仍在期限内的比例之和为偶然情形；不少于3对且超过偶然情形加两倍标准差时提示。"
    )


def repeat_method(briefing: Briefing) -> str:
    """Return how repeat places are found."""
    return _("方法：DBSCAN密度聚类（PostGIS ST_ClusterDBSCAN），相距%(m)d米，至少%(n)d件；"
             "按CGCS2000三度带平面米计算。", m=briefing.method.repeat_m,
             n=briefing.method.repeat_least)  # fmt: skip


def notes(briefing: Briefing) -> list[str]:
    """Return what the reader must know of how the figures were made."""
    before = briefing.period.before()
    lines = [_("上期：%(first)s 至 %(last)s。", first=before.first, last=before.last)]
    if not briefing.of_cases:
        lines.append(_("到场：从接报到首人到场的分钟数。"))
        lines.append(_("按期处置率：本期办结、没有因超时升级到带班领导以上的比例，每分钟更新。"))
    if briefing.asked.subject.is_unit:
        lines.append(_("按责任单位统计，含所属中队。"))
    if len(briefing.editions) > 1:
        lines.append(_("期内有%(n)d个界线版本；每件按当时判定的村统计，地图用期末的界线。",
                       n=len(briefing.editions)))  # fmt: skip
        lines += [f"{one.valid_from} – {one.valid_to or ''} {one.source_name}"
                  for one in briefing.editions]  # fmt: skip
    return lines


def subject_word(briefing: Briefing) -> str:
    """Return what kind of subject the report has."""
    return label(briefing.asked.subject.kind)
