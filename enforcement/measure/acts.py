"""What each act upon a measure asks for: the page's form and the API's schema read these rows."""

from __future__ import annotations

from typing import Final

from enforcement.fields import Field
from enforcement.i18n import _l, label
from enforcement.law.measure_terms import Fate, MeasureKind
from enforcement.law.measure_terms import MeasureEvent as E
from enforcement.law.measures import COERCIVE

_OPINION: Final = (Field("opinion", "long_text", _l("意见")),)
_REASON: Final = (Field("reason", "long_text", _l("理由")),)
_NUMBERS: Final = Field(
    "items", "text", _l("物品编号"), required=False, hint=_l("如“1、3”；不填是全部")
)
_THINGS: Final = (
    Field("reason", "long_text", _l("采取措施的事实和理由")),
    Field("place", "text", _l("场所（存放地点）")),
    Field(
        "items",
        "long_text",
        _l("物品（场所、设施）清单"),
        hint=_l("每行一件：名称，规格，数量（带单位），状况；后三项可以不写"),
    ),
    Field("involved", "flag", _l("限于涉案的场所、设施、财物或者证据"), required=False),
    Field(
        "not_living", "flag", _l("不是公民个人及其所扶养家属的生活必需品"), required=False
    ),
    Field("not_sealed", "flag", _l("没有被其他国家机关查封"), required=False),
    Field("milder", "flag", _l("非强制手段不能达到目的"), required=False),
)  # fmt: skip
_TAKING: Final = (
    Field("at", "moment", _l("实施时间")),
    Field("told", "yes", _l("已出示执法证件，当场告知理由、依据、权利和救济途径")),
    Field("plea", "long_text", _l("当事人陈述和申辩"), hint=_l("没有的写“无”")),
    Field("record", "long_text", _l("现场笔录")),
    Field("video", "text", _l("音像记录编号"), hint=_l("查封、扣押须全程音像记录")),
    Field("receiver", "text", _l("签收人"), hint=_l("拒绝签名的写明情况")),
    Field("absent", "flag", _l("当事人没有到场"), required=False),
    Field(
        "witness",
        "text",
        _l("见证人"),
        required=False,
        hint=_l("当事人不到场的必须填写"),
        only=("absent", ("yes",)),
    ),
)

MAKING: Final[dict[E, tuple[Field, ...]]] = {
    E.PROPOSE: (Field("kind", "choice", _l("措施"), words=MeasureKind), *_THINGS),
    E.ACT_AT_ONCE: (
        Field(
            "kind",
            "choice",
            _l("措施"),
            options=lambda: [(str(kind), label(kind)) for kind in COERCIVE],
        ),
        Field("danger", "long_text", _l("需要当场实施的紧急情况")),
        *_THINGS,
        *_TAKING,
    ),
}
"""The acts that make a measure."""

FIELDS: Final[dict[E, tuple[Field, ...]]] = {
    E.APPROVE: _OPINION,
    E.REFUSE: _REASON,
    E.REPORT: _REASON,
    E.CONFIRM: _OPINION,
    E.DISAGREE: _REASON,
    E.CARRY_OUT: _TAKING,
    E.EXTEND: _REASON,
    E.EXCLUDE: (
        Field("institute", "text", _l("检测（检验、检疫、鉴定）机构")),
        Field("question", "long_text", _l("检测内容")),
        Field("paper", "text", _l("告知书文号")),
        Field("from_on", "day", _l("期间开始")),
        Field("to_on", "day", _l("期间结束")),
    ),
    E.DISPOSE: (
        _NUMBERS,
        Field("fate", "choice", _l("处理方式"), words=Fate),
        *_REASON,
    ),
    E.HAND_OUT: (
        _NUMBERS,
        Field("at", "moment", _l("交付时间")),
        Field("receiver", "text", _l("接收人（单位）")),
        Field("condition", "long_text", _l("清点情况和物品状况")),
    ),
    E.KEEP: (
        _NUMBERS,
        Field("at", "moment", _l("交接时间")),
        Field("place", "text", _l("存放地点")),
        Field("from_name", "text", _l("移交人")),
        Field("to_name", "text", _l("接收人")),
        Field("condition", "text", _l("物品状况"), required=False),
    ),
}
"""The acts upon a measure that is there."""
