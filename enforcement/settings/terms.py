"""What a county may set, each declared once with its default, bounds and reason."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from enforcement.law.limit_terms import LimitKind
from enforcement.law.terms import N_
from enforcement.law.time_limits import LIMITS, TimeLimit


@dataclass(frozen=True)
class Setting:
    """One number that a county may change.

    default -- what holds until somebody sets it; low, high -- bounds, included
    unit -- what the number counts, as shown to a person; source -- where the default comes from
    title_en -- the English title of rows that come from the tables of the law
    """

    key: str
    group: str
    title: str
    unit: str
    default: int
    low: int
    high: int
    source: str
    title_en: str = ""


UNITS: Final = {
    "working": N_("个工作日"), "calendar": N_("天"), "months": N_("个月"), "hours": N_("小时"),
}  # fmt: skip


def limit_key(limit_id: str) -> str:
    """Return the key of the setting that holds the figure of a limit."""
    return f"limit_{limit_id}"


def _of_limit(row: TimeLimit) -> Setting:
    """Return the setting of a limit whose figure no law fixes."""
    return Setting(
        limit_key(row.id), N_("期限"), row.name, UNITS[row.counting], row.days, 1,
        max(row.days * 4, 10), row.article.zh, row.name_en,
    )  # fmt: skip


# fmt: off
SETTINGS: Final = (
    Setting("border_confirm_m",       N_("辖区"), N_("距界线多近须由人核实"), N_("米"), 30, 0, 1000, N_("手机定位误差（默认）")),
    Setting("duty_snap_m",            N_("辖区"), N_("自绘区域贴合村界的最大距离"), N_("米"), 15, 0, 200, N_("默认")),
    Setting("certificate_notice_days", N_("人员"), N_("执法证到期前第一次提醒"), N_("天"), 90, 1, 365, N_("默认")),
    Setting("certificate_warning_days", N_("人员"), N_("执法证到期前第二次提醒"), N_("天"), 30, 1, 180, N_("默认")),
    Setting("certificate_alarm_days", N_("人员"), N_("执法证到期前报警"), N_("天"), 7, 1, 90, N_("默认")),
    Setting("roster_horizon_days",    N_("值班"), N_("提前多少天检查值班空缺"), N_("天"), 14, 1, 92, N_("默认")),
    Setting("roster_rest_hours",      N_("值班"), N_("两班之间至少休息"), N_("小时"), 8, 0, 48, N_("默认")),
    Setting("point_silent_minutes",   N_("村级服务点"), N_("多久没有信号算失联"), N_("分钟"), 30, 2, 1440, N_("默认")),
    Setting("review_from_yuan", N_("办案"), N_("拟罚款达到多少须法制审核（0只按法定情形）"), N_("元"), 0, 0, 10_000_000, N_("本县法制审核目录（默认）")),
    Setting("spot_business_as_organisation", N_("办案"), N_("当场罚款限额：个体工商户按单位计算"), N_("（1按单位，0按公民）"), 0, 0, 1, N_("行政处罚法第五十一条，按公民较严（待核实）")),
    Setting("similar_stray_percent", N_("办案"), N_("罚款偏离同类案件中位数多少须提醒"), N_("（百分比）"), 50, 1, 1000, N_("同案同罚（默认）")),
    Setting("publication_months", N_("办案"), N_("处罚决定公开多久"), N_("个月"), 36, 1, 120, N_("默认")),
    Setting("inspection_cap", N_("办案"), N_("同一企业每年最多检查几次"), N_("次"), 2, 0, 50, N_("国办发〔2024〕54号要求公布频次上限，次数为默认")),
    Setting("track_months", N_("轨迹"), N_("位置和轨迹保存多久"), N_("个月"), 6, 1, 60, N_("个人信息保护法第十九条，月数为默认")),
    Setting("retention_citizen_months", N_("保存期限"), N_("群众上报的联系方式保存多久"), N_("个月"), 12, 1, 120, N_("个人信息保护法第十九条，月数为默认")),
    Setting("retention_call_months", N_("保存期限"), N_("来电人联系方式保存多久"), N_("个月"), 36, 1, 120, N_("个人信息保护法第十九条，月数为默认")),
    Setting("retention_session_months", N_("保存期限"), N_("登录会话保存多久"), N_("个月"), 6, 6, 120, N_("网络安全法：网络日志留存不少于六个月")),
    Setting("retention_token_months", N_("保存期限"), N_("失效的接口令牌保存多久"), N_("个月"), 6, 6, 120, N_("网络安全法：网络日志留存不少于六个月")),
    Setting("retention_notice_months", N_("保存期限"), N_("听到的提醒保存多久"), N_("个月"), 24, 1, 120, N_("默认")),
    Setting("alone_minutes", N_("单独执勤"), N_("单独执勤多久询问一次"), N_("分钟"), 30, 5, 480, N_("默认")),
    Setting("alone_warn_minutes", N_("单独执勤"), N_("到点前多久提醒本人"), N_("分钟"), 5, 1, 60, N_("默认")),
    Setting("alone_escalate_minutes", N_("单独执勤"), N_("报警后多久无人处理上报县指挥中心"), N_("分钟"), 10, 1, 120, N_("默认")),
    Setting("away_minutes", N_("值班"), N_("离开岗位多久提醒带班领导"), N_("分钟"), 15, 2, 240, N_("默认")),
    Setting("away_metres", N_("值班"), N_("离岗位多远算离开"), N_("米"), 500, 50, 10_000, N_("手机定位误差（默认）")),
    Setting("visit_dwell_seconds", N_("巡查"), N_("在点位范围内停留多久算到访"), N_("秒"), 60, 0, 3600, N_("默认")),
    Setting("stop_late_minutes", N_("巡查"), N_("超过计划时间多久算未按时到点"), N_("分钟"), 15, 1, 240, N_("默认")),
    Setting("cover_reach_m", N_("巡查"), N_("轨迹多近的面积算走到"), N_("米"), 100, 10, 1000, N_("默认")),
    Setting("cover_road_reach_m", N_("巡查"), N_("轨迹多近的道路算走到"), N_("米"), 50, 5, 500, N_("默认")),
    Setting("cover_hot_days", N_("巡查"), N_("高发格按多少天的事件计算"), N_("天"), 90, 7, 730, N_("默认")),
    Setting("cover_hot_least", N_("巡查"), N_("一格（约200米见方）多少件事件算高发"), N_("件"), 3, 1, 100, N_("默认")),
    Setting("briefing_repeat_m", N_("地图报告"), N_("相距多近的事件算同一地点"), N_("米"), 50, 5, 1000, N_("默认")),
    Setting("briefing_repeat_least", N_("地图报告"), N_("同一地点多少件算重复发生"), N_("件"), 3, 2, 100, N_("默认")),
    Setting("briefing_near_m", N_("地图报告"), N_("近重复：相距多近"), N_("米"), 200, 10, 2000, N_("默认")),
    Setting("briefing_near_days", N_("地图报告"), N_("近重复：相隔多少天以内"), N_("天"), 7, 1, 60, N_("默认")),
    Setting("briefing_share_days", N_("地图报告"), N_("分享链接默认多久失效"), N_("天"), 7, 1, 30, N_("默认")),
    Setting("doubt_still_hours", N_("巡查"), N_("在岗时手机多久不动须核对"), N_("小时"), 3, 1, 24, N_("默认")),
    Setting("sign_in_tries", N_("登录"), N_("连续输错多少次密码锁定账号"), N_("次"), 5, 3, 10, N_("GB/T 22239-2019 第8.1.4.1条，次数为默认")),
    Setting("sign_in_address_tries", N_("登录"), N_("同一地址输错多少次后不再接受生疏账号"), N_("次"), 50, 10, 1000, N_("默认")),
    Setting("sign_in_lock_minutes", N_("登录"), N_("锁定多久"), N_("分钟"), 30, 5, 1440, N_("GB/T 22239-2019 第8.1.4.1条，时长为默认")),
    Setting("session_hours", N_("登录"), N_("登录后最长多久须重新登录"), N_("小时"), 12, 1, 24, N_("GB/T 22239-2019 第8.1.4.1条，时长为默认")),
    Setting("password_days", N_("登录"), N_("密码多久须更换（0不限）"), N_("天"), 90, 0, 365, N_("GB/T 22239-2019 第8.1.4.1条，天数为默认")),
    Setting("second_factor", N_("登录"), N_("管理员、负责人、法制审核人员须用验证器"), N_("（1要求，0不要求）"), 1, 0, 1, N_("GB/T 22239-2019 第8.1.4.1条")),
    Setting("glass_hours", N_("登录"), N_("应急授权查看最长多久"), N_("小时"), 4, 1, 72, N_("默认")),
    Setting("drill_monthly", N_("联络演练"), N_("每月第一个工作日自动演练"), N_("（1开，0关）"), 1, 0, 1, N_("默认")),
    Setting("drill_hours", N_("联络演练"), N_("演练多久截止"), N_("小时"), 24, 1, 168, N_("默认")),
    Setting("aggregate_public", N_("对外数据"), N_("汇总数据不用令牌就可以读取"), N_("（1公开，0凭令牌）"), 0, 0, 1, N_("默认")),
    Setting("aggregate_least", N_("对外数据"), N_("少于几件的格子不给数量"), N_("件"), 3, 1, 50, N_("默认")),
    *(_of_limit(row) for row in LIMITS if row.kind is not LimitKind.LAW),
)
# fmt: on
BY_KEY: Final = {setting.key: setting for setting in SETTINGS}
