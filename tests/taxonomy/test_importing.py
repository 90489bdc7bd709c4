"""A county replaces its categories, limits and calls by a file: looked at first, then whole."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from enforcement.audit import AuditLog
from enforcement.errors import InvalidInputError, NotPermittedError, StaleVersionError
from enforcement.law import taxonomy as law
from enforcement.law.escalation import CALLED
from enforcement.law.matters import matters
from enforcement.roster.terms import Level
from enforcement.sheets import writing as sheets
from enforcement.sheets.writing import TYPES
from enforcement.taxonomy import importing, queries, writing
from enforcement.taxonomy.columns import TABLES
from enforcement.taxonomy.models import ListKind, TaxonomyCategory, TaxonomyEdition
from tests.asking import actor_of
from tests.taxonomy.making import COUNTY, as_csv, as_file, changed, now, put, rows_of


def look(session: Session, data: bytes, kind: ListKind = ListKind.CATEGORIES) -> importing.Plan:
    return importing.preview(session, actor_of(session, "xitong"), kind, data, "清单.csv")


def editions(session: Session) -> int:
    return session.scalar(select(func.count()).select_from(TaxonomyEdition)) or 0


def test_without_an_edition_the_shipped_list_holds(county: Session) -> None:
    assert now(county) is law.shipped()
    assert {code for row in law.shipped().categories.values() for code in row.matters} <= set(
        matters()
    )


def test_calls_may_be_for_every_level_of_the_roster() -> None:
    assert {str(one): one.zh for one in Level} == CALLED


@pytest.mark.parametrize("suffix", TYPES)
@pytest.mark.parametrize("kind", ListKind, ids=str)
def test_what_was_exported_comes_back_as_no_change(
    county: Session, kind: ListKind, suffix: str
) -> None:
    actor = actor_of(county, "xitong")
    data = writing.export(county, actor, kind, suffix)
    seen = importing.apply(county, actor, kind, data, f"a.{suffix}")
    assert (seen.problems, seen.changes, seen.applied) == ([], 0, False)
    assert seen.same == len(writing.rows_of(law.shipped(), kind))
    assert editions(county) == 0


def test_a_preview_names_what_changes_and_changes_nothing(county: Session) -> None:
    rows = rows_of()
    rows[0]["处置时限"] = "9工作时"
    rows.insert(1, {**rows[1], "代码": "0120", "名称": "共享单车乱停", "上级代码": "01"})
    seen = look(county, as_csv([row for row in rows if row["代码"] != "V1102"]))
    assert seen.problems == []
    assert [one.code for one in seen.added] == ["0120"]
    assert [(one.code, one.words) for one in seen.changed] == [
        (rows[0]["代码"], ("处置时限：12紧急工作时 → 9工作时",))
    ]
    assert [one.code for one in seen.dropped] == ["V1102"]
    assert seen.as_json()["dropped"] == [{"code": "V1102", "name": "丢弃病死动物"}]
    assert (editions(county), now(county)) == (0, law.shipped())


def test_an_import_holds_from_now_on_and_the_history_stays(county: Session) -> None:
    put(county, changed(c0102={"名称": "垃圾外露", "处置时限": "2工作时", "必填项": "照片、坐标"}))
    first = now(county)
    row = first.offered["0102"]
    assert (row.zh, [one.zh for one in row.required]) == ("垃圾外露", ["照片", "坐标"])
    assert first.limits_of("0102")["handle"].amount == 2
    assert first.calls == law.shipped().calls
    put(county, changed("0102"))
    second = now(county)
    assert "0102" not in second.categories
    assert second.known["0102"].zh == "垃圾外露"
    found = queries.editions(county, COUNTY)
    assert [(one.changed, one.dropped, one.by_name) for one in found] == [
        (found[0].changed, 1, found[0].by_name), (1, 0, found[1].by_name),
    ]  # fmt: skip
    assert queries.of_edition(county, COUNTY, found[1].id).offered["0102"].zh == "垃圾外露"
    audited = county.scalars(select(AuditLog).where(AuditLog.act == "taxonomy:import")).all()
    assert len(audited) == 2


def test_calls_come_by_a_file_of_their_own(county: Session) -> None:
    rows = [row for row in rows_of(ListKind.CALLS) if row["编号"] != "red_leader"]
    rows[1]["数额"] = "20"
    put(county, as_csv(rows), ListKind.CALLS)
    calls = {one.id: one for one in now(county).calls}
    assert (calls["red_b"].amount, "red_leader" in calls) == (20, False)
    assert now(county).categories == law.shipped().categories


BAD = [
    ("0102", "代码", "12", "代码应当像"),
    ("0102", "代码", "0103", "重复"),
    ("0102", "上级代码", "02", "应当是“01”"),
    ("0102", "名称", "", "必填"),
    ("0102", "图标", "Trash!", "没有这个图标"),
    ("0102", "图标", "no-such-thing", "没有这个图标"),
    ("0102", "可转案件事项", "M07、M99", "M99"),
    ("0102", "必填项", "照片、身份证", "应当是下列之一"),
    ("0102", "是否启用", "也许", "是"),
    ("0102", "处置时限", "4小时", "不是时限"),
    ("0102", "处置时限", "1.5工作日", "不是时限"),
    ("0102", "处置时限", "0工作时", "不是时限"),
    ("V7", "是否启用", "否", "村点按钮"),
]


@pytest.mark.parametrize(("code", "heading", "text", "why"), BAD)
def test_a_wrong_cell_is_told_with_row_and_column_and_nothing_changes(
    county: Session, code: str, heading: str, text: str, why: str
) -> None:
    rows = rows_of()
    place = next(n for n, row in enumerate(rows) if row["代码"] == code)
    rows[place][heading] = text
    if code == "0102" and heading == "代码" and text == "12":
        rows[place]["代码"] = "012"
    done = importing.apply(
        county, actor_of(county, "xitong"), ListKind.CATEGORIES, as_csv(rows), "a.csv"
    )
    told = [(one.column, one.reason) for one in done.problems if why in one.reason]
    assert told
    assert all(one.row >= 1 for one in done.problems)
    assert not done.applied
    assert editions(county) == 0


@pytest.mark.parametrize(("gone", "why"), [("*", "缺少“*”行"), ("V6", "V6"), ("01", "上级类别01")])
def test_a_list_that_does_not_hold_together_is_refused(
    county: Session, gone: str, why: str
) -> None:
    rows = [row for row in rows_of() if row["代码"] != gone]
    assert any(why in one.reason for one in look(county, as_csv(rows)).problems)


@pytest.mark.parametrize(
    ("heading", "text", "why"),
    [("编号", "红一", "编号只能"), ("紧急程度", "很急", "应当是下列之一"), ("计时", "天", "应当是"),
     ("数额", "-1", "不小于0"), ("通知岗位", "局长", "应当是下列之一"), ("环节", "回家", "")],
)  # fmt: skip
def test_a_wrong_call_is_told(county: Session, heading: str, text: str, why: str) -> None:
    rows = rows_of(ListKind.CALLS)
    rows[3][heading] = text
    [problem] = look(county, as_csv(rows), ListKind.CALLS).problems
    assert (problem.row, problem.column) == (5, heading)
    assert why in problem.reason


def test_only_what_was_seen_is_applied(county: Session) -> None:
    actor, data = actor_of(county, "xitong"), changed(c01={"名称": "市容"})
    seen = look(county, data)
    put(county, changed(c02={"名称": "广告"}))
    with pytest.raises(StaleVersionError), county.begin_nested():
        importing.apply(county, actor, ListKind.CATEGORIES, data, "a.csv", digest=seen.digest)
    assert now(county).categories["01"].zh == "市容环境"


def test_only_system_administrators_import(county: Session) -> None:
    for who in ("zhihui", "juzhang", "anquan"):
        with pytest.raises(NotPermittedError), county.begin_nested():
            importing.preview(
                county, actor_of(county, who), ListKind.CATEGORIES, changed(), "a.csv"
            )


def test_other_files_are_refused(county: Session) -> None:
    with pytest.raises(InvalidInputError, match="xlsx"):
        importing.preview(county, actor_of(county, "xitong"), ListKind.CATEGORIES, b"x", "a.pdf")
    with pytest.raises(InvalidInputError, match="缺少列"):
        look(county, "名称\n市容\n".encode())


def test_a_template_filled_as_it_is_says_only_what_is_missing(county: Session) -> None:
    for kind in ListKind:
        data = sheets.template(TABLES[kind], "csv")
        seen = look(county, data, kind)
        assert seen.examples == 1
        assert seen.rows == 0
        assert seen.problems


def test_editions_are_never_changed(county: Session) -> None:
    put(county, changed(c01={"名称": "市容"}))
    for statement in ("update taxonomy_edition set added = 9", "delete from taxonomy_category"):
        with pytest.raises(DBAPIError, match="taxonomy"), county.begin_nested():
            county.execute(text(statement))
    assert county.scalar(select(func.count()).select_from(TaxonomyCategory)) == len(
        law.shipped().categories
    )


def test_an_xlsx_file_is_read_too(county: Session) -> None:
    rows = writing.rows_of(law.shipped(), ListKind.CATEGORIES)
    rows[0]["zh"] = "治安"
    data = as_file(rows, ListKind.CATEGORIES, "xlsx")
    actor = actor_of(county, "xitong")
    done = importing.apply(county, actor, ListKind.CATEGORIES, data, "清单.xlsx")
    assert done.applied
    assert now(county).categories[rows[0]["code"]].zh == "治安"
