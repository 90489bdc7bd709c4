"""What each act upon units and people asks for: the page's form and the API's schema read it."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from enforcement.fields import Field
from enforcement.i18n import _l, label
from enforcement.law.terms import Employment, Role, UnitKind


def kinds_to_open() -> list[tuple[str, str]]:
    """Return the kinds of unit that may be opened: all but the county itself."""
    return [(str(kind), label(kind)) for kind in UnitKind if kind is not UnitKind.COUNTY]


_REASON: Final = Field("reason", "long_text", _l("理由"))
_DECREE: Final = Field("decree", "text", _l("文号"), required=False, hint=_l("批准文件的编号"))
_HOME: Final = Field(
    "home_code",
    "text",
    _l("所在区划代码"),
    required=False,
    hint=_l("乡镇、派出所9位，村级服务点12位；不填随上级"),
)
_USCC: Final = Field(
    "uscc", "text", _l("统一社会信用代码"), required=False, hint=_l("机关法人填写，18位")
)
_CODE: Final = _l("输入代码或者名称查找")
_FIRST_GONE: Final = _l("自该日起不再存在")

UNIT_OPEN: Final = (
    Field("name", "text", _l("名称")),
    Field("kind", "choice", _l("类型"), options=kinds_to_open),
    Field("parent", "text", _l("上级单位代码"), hint=_CODE),
    Field("valid_from", "day", _l("设立日期")),
    _HOME,
    _USCC,
    _DECREE,
)
UNIT_RENAME: Final = (
    Field("name", "text", _l("新名称")),
    Field("on", "day", _l("自哪一天起"), required=False, hint=_l("留空为今天；不能在将来")),
    _REASON,
)
UNIT_CHANGE: Final = (_HOME, _USCC)
UNIT_CLOSE: Final = (
    Field("on", "day", _l("撤销日期"), hint=_FIRST_GONE),
    _DECREE,
    _REASON,
)
UNIT_MERGE: Final = (
    Field("target", "text", _l("并入单位的代码"), hint=_CODE),
    Field("on", "day", _l("合并日期"), hint=_FIRST_GONE),
    _DECREE,
    _REASON,
)

PERSON: Final = (
    Field("name", "text", _l("姓名")),
    Field("employment", "choice", _l("用工性质"), words=Employment),
    Field("id_number", "text", _l("身份证号"), required=False, hint=_l("加密保存")),
    Field("phone", "text", _l("电话"), required=False, hint=_l("加密保存")),
    Field("legal_number", "text", _l("法律职业资格证号"), required=False),
    Field("legal_on", "day", _l("资格取得日期"), required=False),
)
POST: Final = (
    Field("unit", "text", _l("单位代码"), hint=_CODE),
    Field("role", "choice", _l("岗位"), words=Role),
    Field("valid_from", "day", _l("任职日期")),
    Field(
        "valid_to",
        "day",
        _l("离任日期"),
        required=False,
        hint=_l("已定任期的填写；自该日起不再任职"),
    ),
    Field("village", "text", _l("驻村代码"), required=False, hint=_l("驻村辅警填写，12位")),
)
NEW_PERSON: Final = (
    *PERSON,
    *(replace(field, required=False) for field in POST if field.name != "valid_to"),
)
END_POST: Final = (Field("on", "day", _l("离任日期"), hint=_l("自该日起不再任职")), _REASON)

CERTIFICATE: Final = (
    Field("number", "text", _l("证号")),
    Field("organ", "text", _l("所在机关代码"), hint=_l("执法主体的单位代码")),
    Field("valid_from", "day", _l("有效期起")),
    Field("valid_to", "day", _l("有效期止"), hint=_l("最后一天")),
    Field("field", "text", _l("执法领域"), required=False, hint=_l("留空为综合行政执法")),
    Field("area", "text", _l("执法区域"), required=False, hint=_l("证件上印的文字")),
    Field("area_code", "text", _l("区域代码"), required=False, hint=_l("留空为全县")),
)
RENEW: Final = (
    Field("valid_to", "day", _l("新的有效期止")),
    Field("on", "day", _l("办理日期"), required=False, hint=_l("留空为今天")),
    Field("reason", "text", _l("说明"), required=False),
)
STATUS: Final = (
    Field("on", "day", _l("自哪一天起"), required=False, hint=_l("留空为今天")),
    _REASON,
)
REVEAL: Final = (Field("reason", "text", _l("查看的理由")),)
CLOSE_ACCOUNT: Final = (Field("reason", "text", _l("停用的理由")),)
