"""The words of patrols: beats, what has to be visited, what was found, how plans are made."""

from __future__ import annotations

from enforcement.law.terms import Term


class BeatKind(Term):
    """What is patrolled."""

    AREA = "area", "巡区", "Area"
    ROUTE = "route", "路线", "Route"
    POINT = "point", "点位", "Checkpoint"


class PlaceKind(Term):
    """What stands at a checkpoint."""

    COMMITTEE = "committee", "村（居）委会", "Village committee"
    MARKET = "market", "市场", "Market"
    SCHOOL = "school", "校门", "School gate"
    HOT_SPOT = "hot_spot", "高发点位", "Hot spot"
    SITE = "site", "工地", "Building site"
    OTHER = "other", "其他", "Other"


class Per(Term):
    """The span within which visits are counted."""

    DAY = "day", "每天", "A day"
    WEEK = "week", "每周", "A week"
    MONTH = "month", "每月", "A month"


class BeatSource(Term):
    """How a beat came to be."""

    MAP = "map", "地图绘制", "Drawn on the map"
    FILE = "file", "文件导入", "From a file"
    HOT_SPOT = "hot_spot", "事件高发建议", "Proposed: many incidents"
    UNVISITED = "unvisited", "久未到访建议", "Proposed: long not visited"


class BeatState(Term):
    """Whether a beat is patrolled."""

    ACTIVE = "active", "启用", "In use"
    RETIRED = "retired", "停用", "Retired"


class WishKind(Term):
    """Why somebody has to go somewhere, though no beat or incident says so."""

    RECHECK = "recheck", "整改复查", "Re-inspection"
    MEASURE = "measure", "措施将到期", "Measure about to lapse"
    CASE = "case", "案件期限", "Case deadline"
    PAYMENT = "payment", "缴款期限已过", "Fine overdue"
    AGAIN = "again", "再次到访", "To be visited again"


class WishState(Term):
    """What became of it."""

    OPEN = "open", "待安排", "Open"
    DONE = "done", "已到访", "Visited"
    WITHDRAWN = "withdrawn", "已不需要", "No longer needed"


class FindingKind(Term):
    """What a visit brought about."""

    INCIDENT = "incident", "事件", "Incident"
    ORDER = "order", "责令改正", "Order to put right"
    LEAD = "lead", "案件线索", "Lead"


class VisitWay(Term):
    """How it is known that somebody was at a checkpoint, but for his own word."""

    GEOFENCE = "geofence", "电子围栏", "Geofence"
    QR = "qr", "扫码", "QR code"
    NFC = "nfc", "碰标签", "NFC tag"
    PHOTO = "photo", "拍照", "Photo"


class RunKind(Term):
    """How a plan was asked for."""

    BRIGADE = "brigade", "大队排班", "Brigade plan"
    COUNTY = "county", "全县排班（可借调）", "County plan with loans"
    REPLAN = "replan", "当日重排", "Re-plan of the day"


class RunState(Term):
    """How far a plan is."""

    WORKING = "working", "计算中", "Being made"
    DONE = "done", "已算好", "Ready"
    APPLIED = "applied", "已采用", "Applied"
    CANCELLED = "cancelled", "已取消", "Cancelled"


class RoadKind(Term):
    """What kind of road it is, the fastest first."""

    MOTORWAY = "motorway", "高速公路", "Motorway"
    TRUNK = "trunk", "国道", "National road"
    PRIMARY = "primary", "省道", "Provincial road"
    SECONDARY = "secondary", "县道", "County road"
    TERTIARY = "tertiary", "乡道", "Township road"
    VILLAGE = "village", "村道", "Village road"
    STREET = "street", "街道", "Street"
    TRACK = "track", "机耕路", "Farm track"
    OTHER = "other", "其他道路", "Other road"
