"""Import and export: a round trip, a preview that changes nothing, and every bad file told."""

from __future__ import annotations

import csv
import io
import time
import zipfile
from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook
from sqlalchemy.orm import Session

from enforcement.errors import InvalidInputError, StaleVersionError
from enforcement.law.power_terms import ItemStatus
from enforcement.power import importing, queries, services, spreadsheet
from enforcement.power.columns import COLUMNS
from enforcement.power.models import PowerItem
from enforcement.sheets.plans import Preview
from enforcement.sheets.reading import MAX_BYTES, MB
from tests.asking import actor_of

COUNTY = "220322"
HEADINGS = [column.heading for column in COLUMNS]
SOUND = {
    "编码": "N1", "名称": "占用道路", "类型": "行政处罚", "渠道": "相对集中",
    "法定主体": "梨树县综合行政执法局", "行使单位代码": "01.01", "事项代码": "M12",
    "行使区域代码": "220322", "生效日期": "2026-01-01", "批准文号": "示例〔2025〕9号",
    "批准日期": "2025年12月1日", "违反条款": "甲", "执法依据": "乙", "单位罚款上限": "20,000",
    "依据生效日期": "1996-10-01",
}  # fmt: skip


def as_csv(*rows: dict[str, Any]) -> bytes:
    buffer = io.StringIO(newline="")
    writer = csv.DictWriter(buffer, HEADINGS)
    writer.writeheader()
    writer.writerows(rows)
    return buffer.getvalue().encode("utf-8-sig")


def as_xlsx(*rows: dict[str, Any], change: Callable[[Any], None] = lambda sheet: None) -> bytes:
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.append(HEADINGS)
    for row in rows:
        sheet.append([row.get(heading) for heading in HEADINGS])
    change(sheet)
    buffer = BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def look(session: Session, data: bytes, name: str = "清单.csv") -> Preview:
    return importing.preview(session, actor_of(session, "xitong"), data, name)


def take(session: Session, data: bytes, name: str = "清单.csv", **more: Any) -> Preview:
    return importing.apply(session, actor_of(session, "xitong"), data, name, **more)


def items(session: Session) -> int:
    return session.query(PowerItem).filter_by(county_code=COUNTY).count()


@pytest.mark.parametrize("suffix", ["xlsx", "csv"])
def test_what_is_exported_changes_nothing_when_imported(county: Session, suffix: str) -> None:
    data = spreadsheet.write(importing.export_rows(county, COUNTY), suffix)
    found = look(county, data, f"x.{suffix}")
    assert (found.problems, found.added, found.changed) == ([], [], [])
    assert found.same == items(county) == 68


def test_a_preview_changes_nothing_and_its_digest_applies_exactly_that(county: Session) -> None:
    before = items(county)
    seen = look(county, as_csv(SOUND))
    assert ([one.code for one in seen.added], items(county)) == (["N1"], before)
    done = take(county, as_csv(SOUND), digest=seen.digest)
    assert (done.applied, items(county)) == (True, before + 1)
    with pytest.raises(StaleVersionError):
        take(county, as_csv(SOUND), digest=seen.digest)
    item = queries.find_by_code(county, COUNTY, "N1")
    assert item is not None
    assert (str(item.approval_on), item.territory) == ("2025-12-01", ["220322"])


def test_versions_are_added_and_closed_but_never_rewritten(county: Session) -> None:
    take(county, as_csv(SOUND))
    closed = SOUND | {"依据失效日期": "2026-08-14"}
    newer = SOUND | {"执法依据": "丙", "依据生效日期": "2026-08-15"}
    clash = look(county, as_csv(newer))
    assert "重叠" in clash.problems[0].reason
    done = take(county, as_csv(closed, newer))
    assert [one.words for one in done.changed] != []
    item = queries.find_by_code(county, COUNTY, "N1")
    assert item is not None
    assert len(queries.provisions_of(county, COUNTY, [item.id])[item.id]) == 2
    rewritten = look(county, as_csv(closed | {"执法依据": "改写"}, newer))
    assert [(one.row, one.column) for one in rewritten.problems] == [(2, "依据生效日期")]


# fmt: off
BAD: tuple[tuple[dict[str, Any], str, str], ...] = (
    ({"生效日期": "去年"}, "生效日期", "不是日期"),
    ({"生效日期": "2026-02-30"}, "生效日期", "不是日期"),
    ({"失效日期": "2025-01-01"}, "失效日期", "早于"),
    ({"类型": "罚款"}, "类型", "不认识"),
    ({"名称": ""}, "名称", "必填"),
    ({"行使单位代码": "99"}, "行使单位代码", "没有代码"),
    ({"事项代码": "M99"}, "事项代码", "没有这个执法事项"),
    ({"事项代码": "X01"}, "渠道", "公安机关"),
    ({"行使区域代码": "361025"}, "行使区域代码", "不在本县"),
    ({"行使区域代码": "梨树"}, "行使区域代码", "区划代码"),
    ({"单位罚款上限": "许多"}, "单位罚款上限", "不是金额"),
    ({"单位罚款下限": "30000"}, "单位罚款上限", "低于下限"),
    ({"公布网址": "javascript:alert(1)"}, "公布网址", "http"),
    ({"批准文号": ""}, "渠道", "文号"),
    ({"渠道": "委托"}, "渠道", "期限"),
    ({"渠道": "委托", "类型": "行政强制措施"}, "渠道", "不得委托"),
    ({"渠道": "法律直接授权"}, "渠道", "行使单位"),
    ({"法定主体": "第一执法大队"}, "渠道", "不得以自己的名义"),
)
# fmt: on


@pytest.mark.parametrize(("change", "column", "reason"), BAD)
def test_a_bad_row_is_told_with_its_column_and_nothing_is_changed(
    county: Session, change: dict[str, Any], column: str, reason: str
) -> None:
    before = items(county)
    data = as_csv(SOUND, SOUND | {"编码": "N2"} | change)
    found = take(county, data)
    assert (found.applied, items(county)) == (False, before)
    assert [(one.row, one.column) for one in found.problems] == [(3, column)]
    assert reason in found.problems[0].reason


def test_formula_and_merged_cells_are_refused_by_place(county: Session) -> None:
    def change(sheet: Any) -> None:
        sheet["B2"] = "=A2"
        sheet.merge_cells("A3:A4")

    rows = (SOUND, SOUND | {"编码": "N2"}, SOUND | {"编码": "N3"})
    found = look(county, as_xlsx(*rows, change=change), "x.xlsx")
    told = {(one.row, one.column): one.reason for one in found.problems}
    assert "公式" in told[2, "名称"]
    assert "A3:A4" in told[3, "编码"]


def test_a_text_that_begins_like_a_formula_leaves_as_text(county: Session) -> None:
    rows = [{"code": "=1+1", "name": "-2"}]
    sheet = load_workbook(BytesIO(spreadsheet.write(rows, "xlsx"))).worksheets[0]
    assert (sheet["A2"].data_type, sheet["A2"].value) == ("s", "=1+1")
    assert b"'=1+1,'-2" in spreadsheet.write(rows, "csv")


def test_ten_thousand_rows_with_one_bad_one(county: Session) -> None:
    rows = [SOUND | {"编码": f"N{n}"} for n in range(10_000)]
    rows[7_000]["批准日期"] = "昨天"
    before, began = items(county), time.monotonic()
    found = take(county, as_xlsx(*rows), "x.xlsx")
    assert [(one.row, one.column) for one in found.problems] == [(7_002, "批准日期")]
    assert (found.applied, items(county)) == (False, before)
    assert time.monotonic() - began < 60


def bomb() -> bytes:
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"\0" * (100 * MB))
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("data", "name", "reason"),
    [
        (lambda: b"", "x.csv", "空的"),
        (lambda: b"\xff\xfe\x00\x00", "x.csv", "编码无法识别"),
        (lambda: b"a" * (MAX_BYTES + 1), "x.csv", "太大"),
        (lambda: b"x", "x.pdf", "只能导入"),
        (lambda: b"x", "x.xlsx", "损坏"),
        (lambda: as_xlsx(SOUND)[:-300], "x.xlsx", "损坏"),
        (bomb, "x.xlsx", "解压后太大"),
        (lambda: "编码,名称\nN1,x\n".encode(), "x.csv", "缺少列"),
        (lambda: as_csv(SOUND).replace("名称".encode(), "名字".encode()), "x.csv", "缺少列"),
        (lambda: as_csv(SOUND).replace("其他内容".encode(), "备注".encode()), "x.csv", "不认识"),
        (lambda: as_csv(SOUND).replace("其他内容".encode(), "编码".encode()), "x.csv", "重复"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_with_words(
    county: Session, data: Callable[[], bytes], name: str, reason: str
) -> None:
    with pytest.raises(InvalidInputError, match=reason) as refused:
        look(county, data(), name)
    assert refused.value.field == "file"


def test_a_gbk_file_is_read(county: Session) -> None:
    data = as_csv(SOUND).decode("utf-8-sig").encode("gb18030")
    assert [one.name for one in look(county, data).added] == ["占用道路"]


def test_a_state_is_changed_by_its_own_act_and_not_by_a_file(county: Session) -> None:
    take(county, as_csv(SOUND))
    found = look(county, as_csv(SOUND | {"状态": "收回"}))
    assert found.problems[0].column == "状态"
    item = queries.find_by_code(county, COUNTY, "N1")
    assert item is not None
    services.set_status(
        county, actor_of(county, "xitong"), item.id, ItemStatus.SUSPENDED, reason="评估"
    )
    take(county, as_csv(SOUND | {"名称": "占用、挖掘道路"}))
    assert (item.status, item.name) == (ItemStatus.SUSPENDED, "占用、挖掘道路")
