"""The words of areas and who answers for them, with their Chinese terms."""

from __future__ import annotations

from enforcement.law.terms import Term


class Level(Term):
    """Levels of divisions (行政区划), the finest last."""

    COUNTY = "county", "县"
    TOWNSHIP = "township", "乡镇、街道"
    VILLAGE = "village", "村、社区"


class EditionKind(Term):
    """What an import brought."""

    DIVISIONS = "divisions", "区划名录"
    BOUNDARIES = "boundaries", "界线"


class EditionStatus(Term):
    """Where an edition stands; only an active or retired one has days of validity."""

    DRAFT = "draft", "待启用"
    ACTIVE = "active", "现行"
    RETIRED = "retired", "已停用"


class DecisionBasis(Term):
    """Why a routing decision was taken."""

    ROUTED = "routed", "按位置自动判定", "Found from the position"
    CONFIRMED = "confirmed", "经人核实", "Confirmed by a person"
    MOVED = "moved", "位置更正", "Position corrected"
    REHOMED = "rehomed", "辖区变更移交", "Changed hands"
    NAMED = "named", "按村名判定（没有位置）", "Found from the village, without a position"


class PlanStatus(Term):
    """Where a plan of duties (责任区划分方案) stands."""

    DRAFT = "draft", "拟订中"
    ACTIVE = "active", "已启用", "Put in force"
    DISCARDED = "discarded", "已放弃"


class PlanEvent(Term):
    """What happened to a plan of duties."""

    START = "start", "新建", "Started"
    APPLY = "apply", "调整", "Changed"
    UNDO = "undo", "撤销", "Undone"
    REDO = "redo", "重做", "Redone"
    DISCARD = "discard", "放弃", "Discarded"
    ACTIVATE = "activate", "启用", "Put in force"


CODE_DIGITS = {Level.COUNTY: 6, Level.TOWNSHIP: 9, Level.VILLAGE: 12}
