"""The words of the power list: types of act, channels of power, states of an item."""

from __future__ import annotations

from typing import Final

from enforcement.law.articles import Article
from enforcement.law.terms import Term


class ActType(Term):
    """What kind of administrative act a power allows (procedure.md 1.1)."""

    INSPECTION = "inspection", "行政检查", "Inspection"
    PENALTY = "penalty", "行政处罚", "Penalty"
    MEASURE = "measure", "行政强制措施", "Coercive measure"
    EXECUTION = "execution", "行政强制执行", "Forced execution"
    PERMIT = "permit", "行政许可", "Permit"
    OTHER = "other", "其他", "Other"


class Channel(Term):
    """How an organ came by a power; each channel has its row in `power.CHANNELS`."""

    STATUTORY = "statutory", "法定职权", "Statutory power"
    CONCENTRATED = "concentrated", "相对集中", "Concentrated power"
    ASSIGNED = "assigned", "交由乡镇（赋权）", "Assigned to townships"
    DIRECT = "direct", "法律直接授权", "Granted by law"
    ENTRUSTED = "entrusted", "委托", "Entrusted"
    DETACHED = "detached", "派出", "Internal unit"
    ENTRUSTED_PERMIT = "entrusted_permit", "委托许可", "Entrusted permit"


class ItemStatus(Term):
    """Whether an item may be used; its dates are asked besides."""

    IN_FORCE = "in_force", "有效", "In force"
    WITHDRAWN = "withdrawn", "收回", "Withdrawn"
    SUSPENDED = "suspended", "暂停", "Suspended"


def _law(name: str, short: str, article: int) -> Article:
    return Article(name, short, str(article))


COERCION_17: Final = _law("中华人民共和国行政强制法", "强", 17)
LICENCE_24: Final = _law("中华人民共和国行政许可法", "许可", 24)
INTERPRETATION_20: Final = _law(
    "最高人民法院关于适用《中华人民共和国行政诉讼法》的解释", "诉解释", 20
)
