"""What each act upon confiscated things asks for: forms and API schemas read these."""

from __future__ import annotations

from typing import Final

from enforcement.fields import Field
from enforcement.i18n import _l
from enforcement.law.goods_terms import GoodsEvent as E
from enforcement.law.goods_terms import GoodsWay

ENTER: Final = (
    Field(
        "items",
        "long_text",
        _l("没收物品"),
        required=False,
        hint=_l("每行一件：名称，规格，数量，状态；查封扣押中决定没收的不用填写，自动登记"),
    ),
    Field(
        "exhibits",
        "text",
        _l("物证编号"),
        required=False,
        hint=_l("从本案物证中转入的，写证据编号，例如3、5"),
    ),
    Field("place", "text", _l("存放地点")),
    Field("keeper", "text", _l("保管人")),
)
FIELDS: Final[dict[E, tuple[Field, ...]]] = {
    E.KEEP: (
        Field("place", "text", _l("存放地点")),
        Field("keeper", "text", _l("接收的保管人")),
        Field("condition", "text", _l("状态"), required=False),
    ),
    E.PROPOSE: (
        Field("way", "choice", _l("处理方式"), words=GoodsWay),
        Field("reason", "long_text", _l("理由")),
    ),
    E.APPROVE: (Field("opinion", "long_text", _l("审批意见")),),
    E.REFUSE: (Field("opinion", "long_text", _l("审批意见")),),
    E.DEAL: (
        Field("receiver", "text", _l("接收人")),
        Field("at", "moment", _l("交接时间")),
        Field("money", "money", _l("处理所得（元）"), required=False, hint=_l("拍卖的填写")),
        Field("treasury_on", "day", _l("上缴国库日期"), required=False),
    ),
}
