"""Fields that several acts share."""

from __future__ import annotations

from typing import Final

from enforcement.fields import Field
from enforcement.i18n import _l
from enforcement.law.discretion_terms import Harm, MitigationGround
from enforcement.law.terms import ServiceWay

OPINION: Final = (Field("opinion", "long_text", _l("意见")),)
REASON: Final = (Field("reason", "long_text", _l("理由")),)
HANDED: Final = (
    Field("way", "choice", _l("送达方式"), words=ServiceWay),
    Field("at", "moment", _l("送达时间")),
    Field("place", "text", _l("送达地点")),
    Field("receiver", "text", _l("收件人"), hint=_l("签收的人；拒收时填写受送达人")),
    Field(
        "relation",
        "text",
        _l("与当事人的关系"),
        required=False,
        hint=_l("他人代收时填写"),
        only=("way", ("direct", "post", "entrusted")),
    ),
    Field(
        "refusal_reason",
        "text",
        _l("拒收事由"),
        required=False,
        hint=_l("留置送达时填写"),
        only=("way", ("left",)),
    ),
    Field("witness", "text", _l("见证人"), required=False, only=("way", ("direct", "left"))),
    Field(
        "photos",
        "count",
        _l("送达过程的照片、录像（份）"),
        required=False,
        only=("way", ("left", "notice")),
    ),
    Field(
        "mail_no",
        "text",
        _l("邮件号"),
        required=False,
        hint=_l("邮寄送达时填写"),
        only=("way", ("post",)),
    ),
    Field(
        "entrusted_to",
        "text",
        _l("受委托的机关"),
        required=False,
        hint=_l("委托送达时填写"),
        only=("way", ("entrusted",)),
    ),
    Field(
        "notice_reason",
        "text",
        _l("公告原因"),
        required=False,
        hint=_l("公告送达时填写"),
        only=("way", ("notice",)),
    ),
    Field(
        "attempts",
        "long_text",
        _l("此前送达的经过"),
        required=False,
        hint=_l("公告送达时填写"),
        only=("way", ("notice",)),
    ),
    Field(
        "collect_at",
        "text",
        _l("领取文书的地点"),
        required=False,
        hint=_l("公告送达时填写"),
        only=("way", ("notice",)),
    ),
)
CIRCUMSTANCES: Final = (
    Field("area_m2", "number", _l("涉案面积（平方米）"), required=False),
    Field("volume_m3", "number", _l("涉案体积（立方米）"), required=False),
    Field("weight_t", "number", _l("涉案重量（吨）"), required=False),
    Field("times", "count", _l("违法次数"), required=False),
    Field("harm", "choice", _l("危害后果"), required=False, words=Harm),
    Field(
        "mitigation",
        "choice",
        _l("从轻、减轻的法定情形"),
        required=False,
        words=MitigationGround,
    ),
    Field("slight", "flag", _l("违法行为轻微"), required=False),
    Field("corrected", "flag", _l("已及时改正"), required=False),
    Field("emergency", "flag", _l("突发事件期间违反应对措施"), required=False),
    Field("black_soil", "flag", _l("涉及黑土地"), required=False),
    Field(
        "mitigate",
        "flag",
        _l("减轻处罚（低于法定最低数额）"),
        required=False,
        hint=_l("须有法定情形，并经法制审核"),
    ),
    Field(
        "base_yuan",
        "money",
        _l("计罚基数（元）"),
        required=False,
        hint=_l("工程造价、耕地开垦费等，按比例或者倍数处罚时填写"),
    ),
    Field(
        "base_paper",
        "text",
        _l("基数、面积、体积的依据文书"),
        required=False,
        hint=_l("例如造价鉴定意见、测绘报告的名称和文号"),
    ),
)
"""What decides the tier of a penalty, with its units."""
