"""The four lists a county keeps in spreadsheets, column by column."""

from __future__ import annotations

from typing import Final

from enforcement.law.terms import N_, Employment, Role, Term, UnitKind
from enforcement.sheets.columns import Column, Table

C = Column
DAY: Final = N_("写成 2026-03-02、2026/3/2 或者 2026年3月2日")
ID: Final = N_("18位，单元格设为文本格式；没有时按姓名和单位核对")
UNIT: Final = N_("例如 01.01.02，单元格设为文本格式")


class Kind(Term):
    """Which list a file holds."""

    UNITS = "units", "机构"
    PEOPLE = "people", "人员"
    CERTIFICATES = "certificates", "执法证", "Certificates"
    AUXILIARIES = "auxiliaries", "驻村辅警", "Village auxiliaries"


# fmt: off
TABLES: Final[dict[Kind, Table]] = {
    Kind.UNITS: Table("机构", (
        C("name",        "名称",             required=True, example="示例：第八执法大队", note=N_("同一上级下不重名")),
        C("code",        "单位代码",         "unit", example="01.01.08", note=N_("可不填，由系统接着编；填写时应当是上级代码加两位数字")),
        C("kind",        "类型",             "term", required=True, words=UnitKind, example="执法大队"),
        C("parent_code", "上级单位代码",     "unit", example="01.01", note=UNIT),
        C("home_code",   "所在区划代码",     "code", example="", note=N_("乡镇、派出所9位，村级服务点12位")),
        C("uscc",        "统一社会信用代码", "credit_code", note=N_("18位，机关法人填写")),
        C("valid_from",  "设立日期",         "day", required=True, example="2026-03-02", note=DAY),
        C("decree",      "设立文号",         example="梨编〔2026〕1号"),
    )),
    Kind.PEOPLE: Table("人员", (
        C("name",         "姓名",             required=True, example="示例：王小明"),
        C("id_number",    "身份证号",         "id_number", example="11010519491231002X", note=ID),
        C("phone",        "电话",             "phone", example="13800000000", note=N_("11位手机号码，或者带区号的固定电话")),
        C("employment",   "用工性质",         "term", words=Employment, example="公务员", note=N_("新登记的人员必填")),
        C("unit_code",    "单位代码",         "unit", required=True, example="01.01.01.01", note=UNIT),
        C("role",         "岗位",             "term", required=True, words=Role, example="执法人员", note=N_("驻村辅警用另一张表；一人多岗写多行")),
        C("since",        "任职日期",         "day", required=True, example="2026-03-02", note=DAY),
        C("legal_number", "法律职业资格证号", note=N_("法制审核人员填写")),
        C("legal_on",     "资格取得日期",     "day", note=DAY),
    )),
    Kind.CERTIFICATES: Table("执法证", (
        C("number",     "证号",         required=True, example="示例：07030000001"),
        C("name",       "姓名",         required=True, example="王小明"),
        C("id_number",  "身份证号",     "id_number", example="11010519491231002X", note=ID),
        C("unit_code",  "单位代码",     "unit", example="01.01.01.01", note=N_("持证人任职的单位；没有身份证号时必填")),
        C("organ_code", "所在机关代码", "unit", required=True, example="01.01", note=N_("执法主体的单位代码")),
        C("field",      "执法领域",     example="综合行政执法"),
        C("area",       "执法区域",     example="本县行政区域"),
        C("area_code",  "区域代码",     "code", example="220322", note=N_("不填为全县")),
        C("valid_from", "有效期起",     "day", required=True, example="2026-03-02", note=DAY),
        C("valid_to",   "有效期止",     "day", required=True, example="2031-03-01", note=N_("已登记的证件可以改为更晚的日期，即延期")),
    )),
    Kind.AUXILIARIES: Table("驻村辅警", (
        C("name",         "姓名",       required=True, example="示例：李小红"),
        C("id_number",    "身份证号",   "id_number", example="11010519491231002X", note=ID),
        C("phone",        "电话",       "phone", example="13800000000", note=N_("11位手机号码，或者带区号的固定电话")),
        C("unit_code",    "派出所代码", "unit", required=True, example="01.03.01", note=N_("村所在乡镇的派出所")),
        C("village_code", "驻村代码",   "code", required=True, example="220322001200", note=N_("12位；一村一名")),
        C("since",        "任职日期",   "day", required=True, example="2026-03-02", note=DAY),
    )),
}
# fmt: on
