"""Lists of units, people, certificates and auxiliaries: seen first, taken whole or not at all."""

from __future__ import annotations

import csv
import io
import time
import zipfile
from collections.abc import Callable
from datetime import date, datetime
from io import BytesIO
from typing import Any

import pytest
from flask import Flask
from openpyxl import Workbook, load_workbook
from sqlalchemy import text
from sqlalchemy.orm import Session

from enforcement import masking
from enforcement.audit import AuditLog
from enforcement.demo.numbers import id_number
from enforcement.errors import (
    InvalidInputError,
    NotPermittedError,
    StaleVersionError,
    StepNotAllowedError,
)
from enforcement.ids import uuid7
from enforcement.law.terms import Employment, Role
from enforcement.people import history, person_queries, services
from enforcement.people.imports import exporting, running
from enforcement.people.imports.lists import TABLES, Kind
from enforcement.people.models import (
    Certificate,
    CertificateEntry,
    ImportUpload,
    Person,
    PersonEntry,
    Post,
    Unit,
    UnitEntry,
)
from enforcement.sheets.plans import Preview
from enforcement.sheets.reading import MAX_BYTES, MB, read
from enforcement.sheets.writing import NOTES, template
from tests.asking import actor_of, set_clock
from tests.people.making import COUNTY, DAY, give, person, squad, state, unit
from tests.web.test_query_counts import counted

SOUND: dict[Kind, dict[str, Any]] = {
    Kind.UNITS: {"名称": "第八执法大队", "类型": "执法大队", "上级单位代码": "01.01",
                 "设立日期": "2026-01-01"},
    Kind.PEOPLE: {"姓名": "王新来", "身份证号": id_number(9001), "电话": "13900009001",
                  "用工性质": "公务员", "单位代码": "01.01.01.01", "岗位": "执法人员",
                  "任职日期": "2026-01-01"},
    Kind.CERTIFICATES: {"证号": "0788000001", "姓名": "试验人", "身份证号": id_number(5000),
                        "所在机关代码": "01.01", "有效期起": "2026-01-01",
                        "有效期止": "2030-12-31"},
    Kind.AUXILIARIES: {"姓名": "李新来", "身份证号": id_number(9002), "电话": "13900009002",
                       "派出所代码": "01.03.01", "驻村代码": "220322001001",
                       "任职日期": "2026-03-02"},
}  # fmt: skip


def headings(kind: Kind) -> list[str]:
    return [column.heading for column in TABLES[kind].columns]


def as_csv(kind: Kind, *rows: dict[str, Any]) -> bytes:
    buffer = io.StringIO(newline="")
    writer = csv.DictWriter(buffer, headings(kind))
    writer.writeheader()
    writer.writerows(rows)
    return buffer.getvalue().encode("utf-8-sig")


def as_xlsx(
    kind: Kind, *rows: dict[str, Any], change: Callable[[Any], None] = lambda sheet: None
) -> bytes:
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.append(headings(kind))
    for row in rows:
        sheet.append([row.get(heading) for heading in headings(kind)])
    change(sheet)
    buffer = BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def look(session: Session, kind: Kind, data: bytes, name: str = "表.csv") -> Preview:
    return running.preview(session, actor_of(session, "xitong"), kind, data, name)


def take(session: Session, kind: Kind, data: bytes, name: str = "表.csv", **more: Any) -> Preview:
    return running.apply(session, actor_of(session, "xitong"), kind, data, name, **more)


def free_village(session: Session, code: str = "220322001001") -> None:
    """End the post of a village's auxiliary."""
    post = session.query(Post).filter_by(role="auxiliary", village_code=code).one()
    services.end_post(session, actor_of(session, "xitong"), post.id, on=DAY, reason="辞职")


def ready(session: Session, kind: Kind) -> None:
    """Make what the sound row of a kind refers to."""
    set_clock(session, "2026-03-02 09:00")
    if kind is Kind.CERTIFICATES:
        give(session, person(session), unit(session, "01.01.01.01"))
    if kind is Kind.AUXILIARIES:
        free_village(session)


def reasons(found: Preview) -> list[tuple[int, str]]:
    return [(one.row, one.column) for one in found.problems]


# --- what is taken ------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", list(Kind))
@pytest.mark.parametrize("suffix", ["csv", "xlsx"])
def test_a_preview_changes_nothing_and_its_digest_applies_exactly_that(
    county: Session, kind: Kind, suffix: str
) -> None:
    ready(county, kind)
    data = (as_csv if suffix == "csv" else as_xlsx)(kind, SOUND[kind])
    before = state(county)
    seen = look(county, kind, data, f"x.{suffix}")
    assert (reasons(seen), len(seen.added), state(county)) == ([], 1, before)
    done = take(county, kind, data, f"x.{suffix}", digest=seen.digest)
    assert (done.applied, done.digest) == (True, seen.digest)
    assert state(county) != before
    again = look(county, kind, data, f"x.{suffix}")
    assert (len(again.added), len(again.changed), again.same) == (0, 0, 1)
    with pytest.raises(StaleVersionError):
        take(county, kind, data, f"x.{suffix}", digest=seen.digest)


@pytest.mark.parametrize("kind", list(Kind))
@pytest.mark.parametrize("full", [False, True])
def test_what_is_exported_changes_nothing_when_imported(
    county: Session, kind: Kind, full: bool
) -> None:
    set_clock(county, "2026-03-02 09:00")
    admin = actor_of(county, "xitong")
    data = exporting.export(county, admin, kind, "xlsx", reason="年度核对" if full else None)
    found = look(county, kind, data, "x.xlsx")
    assert (found.problems[:3], found.added[:3], found.changed[:3]) == ([], [], [])
    assert found.same == found.rows > 20


def test_people_come_with_numbers_posts_and_histories(county: Session) -> None:
    take(county, Kind.PEOPLE, as_csv(Kind.PEOPLE, SOUND[Kind.PEOPLE]))
    who = person_queries.find_by_id_number(county, COUNTY, id_number(9001))
    assert who is not None
    assert (who.name, who.employment) == ("王新来", Employment.CIVIL_SERVANT)
    assert person_queries.find_by_number(county, COUNTY, "13900009001")[0].id == who.id
    [(post, where)] = person_queries.posts_of(county, COUNTY, [who.id])
    assert (where.code, post.role, post.valid_from) == (
        "01.01.01.01", Role.OFFICER, date(2026, 1, 1))  # fmt: skip
    events = [one.event for one in history.of(county, PersonEntry, COUNTY, who.id)]
    assert sorted(events) == ["enter", "give_post"]
    row = county.query(AuditLog).filter_by(act="people:import").one()
    assert (row.detail["added"], row.subject_kind) == (1, "people")


def test_a_tree_of_units_is_opened_from_one_file(county: Session) -> None:
    rows = [
        {"名称": "第一中队", "单位代码": "01.01.09.01", "类型": "中队", "上级单位代码": "01.01.09"},
        {"名称": "第九执法大队", "单位代码": "01.01.09", "类型": "执法大队",
         "上级单位代码": "01.01", "统一社会信用代码": "91350100m000100y43"},
        {"名称": "机动大队", "类型": "执法大队", "上级单位代码": "01.01"},
    ]  # fmt: skip
    done = take(county, Kind.UNITS, as_csv(Kind.UNITS, *[SOUND[Kind.UNITS] | one for one in rows]))
    assert (reasons(done), done.applied) == ([], True)
    assert [one.code for one in done.added] == ["01.01.09", "01.01.09.01", "01.01.10"]
    made = unit(county, "01.01.09")
    assert made.uscc == "91350100M000100Y43"
    assert unit(county, "01.01.09.01").parent_id == made.id
    assert [one.event for one in history.of(county, UnitEntry, COUNTY, made.id)] == ["open"]
    renamed = SOUND[Kind.UNITS] | rows[1] | {"名称": "第九大队"}
    changed = take(county, Kind.UNITS, as_csv(Kind.UNITS, renamed))
    assert [one.words for one in changed.changed] == [("第九执法大队 → 第九大队",)]
    county.refresh(made)
    assert (made.name, made.version) == ("第九大队", 2)


def test_a_known_person_gets_what_is_new_and_keeps_the_rest(county: Session) -> None:
    set_clock(county, "2026-03-02 09:00")
    who = person(county, 9100)
    give(county, who, unit(county, "01.01.01.01"))
    row = SOUND[Kind.PEOPLE] | {
        "姓名": "试验人", "身份证号": id_number(9100), "电话": "13911112222",
        "用工性质": "事业编制", "单位代码": "01.01.01.02",
    }  # fmt: skip
    found = take(county, Kind.PEOPLE, as_csv(Kind.PEOPLE, row))
    assert reasons(found) == []
    told = "；".join(found.added[0].words)
    assert "用工性质：公务员 → 事业编制" in told
    assert "电话有变" in told
    assert "第二中队" in told
    assert "13911112222" not in told
    county.refresh(who)
    assert who.employment == Employment.INSTITUTION
    assert person_queries.find_by_number(county, COUNTY, "13911112222")[0].id == who.id
    assert person_queries.find_by_id_number(county, COUNTY, id_number(9100)) is who
    assert len(person_queries.posts_of(county, COUNTY, [who.id])) == 2


def test_a_certificate_is_issued_then_renewed_by_files(county: Session) -> None:
    ready(county, Kind.CERTIFICATES)
    row = SOUND[Kind.CERTIFICATES]
    take(county, Kind.CERTIFICATES, as_csv(Kind.CERTIFICATES, row))
    made = county.query(Certificate).filter_by(number="0788000001").one()
    assert made.area_code == COUNTY
    later = take(
        county, Kind.CERTIFICATES, as_csv(Kind.CERTIFICATES, row | {"有效期止": "2035/12/31"})
    )
    assert (later.changed[0].words, later.applied) == (
        ("延期：2030-12-31 → 2035-12-31",), True)  # fmt: skip
    acts = [one.event for one in history.of(county, CertificateEntry, COUNTY, made.id)]
    assert acts == ["renew", "issue"]
    shorter = as_csv(Kind.CERTIFICATES, row | {"有效期止": "2031-12-31"})
    assert "应当晚于" in look(county, Kind.CERTIFICATES, shorter).problems[0].reason


# --- what is refused ----------------------------------------------------------------------------

# fmt: off
BAD: tuple[tuple[Kind, dict[str, Any], str, str], ...] = (
    (Kind.UNITS, {"上级单位代码": "99"},                       "上级单位代码", "没有代码"),
    (Kind.UNITS, {"上级单位代码": ""},                         "上级单位代码", "必填"),
    (Kind.UNITS, {"类型": "中队"},                             "类型",         "不能设在"),
    (Kind.UNITS, {"类型": "科室"},                             "类型",         "不认识"),
    (Kind.UNITS, {"单位代码": "01.02.01"},                     "单位代码",     "两位数字"),
    (Kind.UNITS, {"单位代码": "1.1"},                          "单位代码",     "单位代码应当写成"),
    (Kind.UNITS, {"单位代码": "01.01.01"},                     "名称",         ""),
    (Kind.UNITS, {"名称": "第一执法大队", "类型": "分局"},     "类型",         "不能改"),
    (Kind.UNITS, {"所在区划代码": "220322999"},                "所在区划代码", "没有代码"),
    (Kind.UNITS, {"统一社会信用代码": "91350100M000100Y44"},   "统一社会信用代码", "校验不通过"),
    (Kind.UNITS, {"设立日期": "2020-01-01"},                   "上级单位代码", "没有代码"),
    (Kind.UNITS, {"设立日期": "03/02/2026"},                   "设立日期",     "不是日期"),
    (Kind.PEOPLE, {"单位代码": "01.99"},                       "单位代码",     "没有代码"),
    (Kind.PEOPLE, {"任职日期": "2020-01-01"},                  "单位代码",     "不存在"),
    (Kind.PEOPLE, {"身份证号": "22032219900101123X"},          "身份证号",     "校验不通过"),
    (Kind.PEOPLE, {"身份证号": "220322********1234"},          "身份证号",     "被遮盖"),
    (Kind.PEOPLE, {"电话": "1234"},                            "电话",         "11位"),
    (Kind.PEOPLE, {"电话": "139****9001"},                     "电话",         "被遮盖"),
    (Kind.PEOPLE, {"用工性质": ""},                            "用工性质",     "必填"),
    (Kind.PEOPLE, {"用工性质": "编外"},                        "用工性质",     "不认识"),
    (Kind.PEOPLE, {"岗位": "驻村辅警"},                        "岗位",         "驻村辅警表"),
    (Kind.PEOPLE, {"岗位": "大队长（分局长）"},                "单位代码",     "只能在"),
    (Kind.PEOPLE, {"岗位": "法制审核人员"},                    "法律职业资格证号", "法律职业资格"),
    (Kind.PEOPLE, {"法律职业资格证号": "A1"},                  "法律职业资格证号", "一并填写"),
    (Kind.PEOPLE, {"姓名": ""},                                "姓名",         "必填"),
    (Kind.PEOPLE, {"任职日期": "2026-02-30"},                  "任职日期",     "不是日期"),
    (Kind.CERTIFICATES, {"姓名": "无此人"},                    "姓名",         "没有登记"),
    (Kind.CERTIFICATES, {"身份证号": ""},                      "身份证号",     "请填写身份证号"),
    (Kind.CERTIFICATES, {"所在机关代码": "01.01.01"},          "所在机关代码", "应当是"),
    (Kind.CERTIFICATES, {"有效期止": "2025-01-01"},            "有效期止",     "早于"),
    (Kind.CERTIFICATES, {"区域代码": "361025"},                "区域代码",     "没有代码"),
    (Kind.CERTIFICATES, {"证号": "07030000041"},               "证号",         ""),
    (Kind.AUXILIARIES, {"驻村代码": "220322001002"},           "驻村代码",     "已有驻村辅警"),
    (Kind.AUXILIARIES, {"派出所代码": "01.03.02"},             "驻村代码",     "不管辖"),
    (Kind.AUXILIARIES, {"派出所代码": "01.01.01"},             "派出所代码",   "只能在"),
    (Kind.AUXILIARIES, {"驻村代码": "220322001999"},           "驻村代码",     "没有代码"),
    (Kind.AUXILIARIES, {"驻村代码": "220322001"},              "驻村代码",     "没有代码"),
)
# fmt: on


@pytest.mark.parametrize(("kind", "change", "column", "reason"), BAD)
def test_a_bad_row_is_told_with_its_column_and_nothing_is_changed(
    county: Session, kind: Kind, change: dict[str, Any], column: str, reason: str
) -> None:
    ready(county, kind)
    before = state(county)
    found = take(county, kind, as_csv(kind, SOUND[kind] | change))
    assert (found.applied, state(county)) == (False, before)
    told = {(one.row, one.column): one.reason for one in found.problems}
    if reason:
        assert reason in told[2, column], told
    assert {row for row, _column in told} == {2}


def test_whom_the_law_bars_is_refused_with_the_rule(county: Session) -> None:
    set_clock(county, "2026-03-02 09:00")
    aide = person(county, 5000, employment=Employment.CONTRACT)
    give(county, aide, unit(county, "01.01.01.01"), Role.ASSISTANT)
    row = SOUND[Kind.CERTIFICATES]
    found = look(county, Kind.CERTIFICATES, as_csv(Kind.CERTIFICATES, row))
    assert "不得持有行政执法证" in found.problems[0].reason
    assert "《" in found.problems[0].reason


def test_the_same_row_twice_is_told_with_the_first(county: Session) -> None:
    set_clock(county, "2026-03-02 09:00")
    ready(county, Kind.CERTIFICATES)
    free_village(county)
    for kind in Kind:
        row = SOUND[kind] | ({"单位代码": "01.01.09"} if kind is Kind.UNITS else {})
        found = look(county, kind, as_csv(kind, row, row))
        assert [one.row for one in found.problems] == [3], kind
        assert "第2行" in found.problems[0].reason, kind


def test_two_auxiliaries_of_one_village_in_a_file_are_refused(county: Session) -> None:
    ready(county, Kind.AUXILIARIES)
    first = SOUND[Kind.AUXILIARIES]
    found = look(
        county, Kind.AUXILIARIES,
        as_csv(Kind.AUXILIARIES, first, first | {"姓名": "赵后到", "身份证号": id_number(9003)}),
    )  # fmt: skip
    assert reasons(found) == [(3, "驻村代码")]
    assert "李新来" in found.problems[0].reason


def test_a_name_that_may_be_two_people_is_never_guessed(county: Session) -> None:
    set_clock(county, "2026-03-02 09:00")
    for number in (9201, 9202):
        give(county, person(county, number, name="同名人"), unit(county, "01.01.01.01"))
    row = SOUND[Kind.PEOPLE] | {"姓名": "同名人", "身份证号": ""}
    found = look(county, Kind.PEOPLE, as_csv(Kind.PEOPLE, row))
    assert reasons(found) == [(2, "姓名")]
    assert "2名" in found.problems[0].reason
    told = look(county, Kind.PEOPLE, as_csv(Kind.PEOPLE, row | {"身份证号": id_number(9202)}))
    assert (reasons(told), told.same) == ([], 0) or told.problems == []
    masked = row | {"身份证号": masking.id_number(id_number(9202)), "电话": ""}
    found = look(county, Kind.PEOPLE, as_csv(Kind.PEOPLE, masked))
    assert found.problems == []


def test_rows_of_one_person_that_differ_are_refused(county: Session) -> None:
    first = SOUND[Kind.PEOPLE]
    second = first | {"单位代码": "01.01.01.02", "电话": "13900000000"}
    found = look(county, Kind.PEOPLE, as_csv(Kind.PEOPLE, first, second))
    assert reasons(found) == [(3, "电话")]
    both = look(county, Kind.PEOPLE, as_csv(Kind.PEOPLE, first, second | {"电话": first["电话"]}))
    assert (both.problems, len(both.added)) == ([], 2)


# --- cells and files ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "cell",
    ["2026-3-2", "2026/3/2", "2026年3月2日", "2026.03.02", "20260302", "２０２６-０３-０２",
     "2026/3/2 0:00", datetime.fromisoformat("2026-03-02"), date(2026, 3, 2), 20260302],
)  # fmt: skip
def test_days_in_their_usual_spellings_are_read(county: Session, cell: Any) -> None:
    data = as_xlsx(Kind.PEOPLE, SOUND[Kind.PEOPLE] | {"任职日期": cell})
    take(county, Kind.PEOPLE, data, "x.xlsx")
    who = person_queries.find_by_id_number(county, COUNTY, id_number(9001))
    assert who is not None
    assert person_queries.posts_of(county, COUNTY, [who.id])[0][0].valid_from == DAY


@pytest.mark.parametrize(
    "cell", ["3/2/2026", "02-03-2026", "26-3-2", "2026-3", 46083, "2026-13-01", "1026-03-02"]
)
def test_a_day_that_may_be_read_two_ways_is_refused(county: Session, cell: Any) -> None:
    data = as_xlsx(Kind.PEOPLE, SOUND[Kind.PEOPLE] | {"任职日期": cell})
    found = look(county, Kind.PEOPLE, data, "x.xlsx")
    assert reasons(found) == [(2, "任职日期")]


def test_a_number_that_lost_its_digits_to_a_cell_is_refused(county: Session) -> None:
    row = SOUND[Kind.PEOPLE] | {"身份证号": int(id_number(9001)[:17] + "0")}
    found = look(county, Kind.PEOPLE, as_xlsx(Kind.PEOPLE, row), "x.xlsx")
    assert "存成了数字" in found.problems[0].reason
    phone = SOUND[Kind.PEOPLE] | {"电话": 13900009001}
    assert look(county, Kind.PEOPLE, as_xlsx(Kind.PEOPLE, phone), "x.xlsx").problems == []


def test_formula_and_merged_cells_are_refused_by_place(county: Session) -> None:
    def change(sheet: Any) -> None:
        sheet["A2"] = "=A3"
        sheet.merge_cells("A3:A4")

    rows = [SOUND[Kind.PEOPLE] | {"身份证号": id_number(9300 + n)} for n in range(3)]
    found = look(county, Kind.PEOPLE, as_xlsx(Kind.PEOPLE, *rows, change=change), "x.xlsx")
    told = {(one.row, one.column): one.reason for one in found.problems}
    assert "公式" in told[2, "姓名"]
    assert "A3:A4" in told[3, "姓名"]


def bomb() -> bytes:
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"\0" * (100 * MB))
    return buffer.getvalue()


def wide() -> bytes:
    return as_xlsx(Kind.PEOPLE, change=lambda sheet: sheet.cell(2, 16_000, "x"))


@pytest.mark.parametrize(
    ("data", "name", "reason"),
    [
        (lambda: b"", "x.csv", "空的"),
        (lambda: b"\xff\xfe\x00\x00", "x.csv", "编码无法识别"),
        (lambda: b"a" * (MAX_BYTES + 1), "x.csv", "太大"),
        (lambda: b"x", "x.xls", "只能导入"),
        (lambda: as_xlsx(Kind.PEOPLE, SOUND[Kind.PEOPLE])[:-200], "x.xlsx", "损坏"),
        (lambda: as_csv(Kind.PEOPLE, SOUND[Kind.PEOPLE])[:30], "x.csv", "缺少列"),
        (bomb, "x.xlsx", "解压后太大"),
        (wide, "x.xlsx", "列数太多"),
        (lambda: as_csv(Kind.UNITS, SOUND[Kind.UNITS]), "x.csv", "缺少列"),
        (lambda: b'"\xe5\xa7\x93\n', "x.csv", "不是有效的CSV"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_with_words(
    county: Session, data: Callable[[], bytes], name: str, reason: str
) -> None:
    before = state(county)
    with pytest.raises(InvalidInputError, match=reason) as refused:
        take(county, Kind.PEOPLE, data(), name)
    assert (refused.value.field, state(county)) == ("file", before)


def test_a_gbk_file_is_read(county: Session) -> None:
    data = as_csv(Kind.PEOPLE, SOUND[Kind.PEOPLE]).decode("utf-8-sig").encode("gb18030")
    assert [one.name for one in look(county, Kind.PEOPLE, data).added] == ["王新来"]


@pytest.mark.parametrize("kind", list(Kind))
@pytest.mark.parametrize("suffix", ["csv", "xlsx"])
def test_a_template_has_headings_notes_and_an_example_that_is_left_out(
    county: Session, kind: Kind, suffix: str
) -> None:
    data = template(TABLES[kind], suffix)
    sheet = read(TABLES[kind], data, f"x.{suffix}")
    assert (sheet.rows, sheet.problems, sheet.examples) == ((), (), 1)
    seen = look(county, kind, data, f"x.{suffix}")
    assert (seen.rows, seen.examples, seen.problems) == (0, 1, [])
    if suffix == "xlsx":
        book = load_workbook(BytesIO(data))
        assert book.sheetnames == [TABLES[kind].title, NOTES]
        notes = {row[0].value: row[1].value for row in book[NOTES].iter_rows(min_row=2)}
        assert {column.heading for column in TABLES[kind].columns} == set(notes)


def test_ten_thousand_rows_with_one_bad_one_are_refused_soon(county: Session) -> None:
    set_clock(county, "2026-03-02 09:00")
    rows = [
        SOUND[Kind.PEOPLE] | {"姓名": f"万人{n}", "身份证号": id_number(10_000 + n), "电话": ""}
        for n in range(10_000)
    ]
    rows[7_000] = rows[7_000] | {"任职日期": "昨天"}
    data = as_xlsx(Kind.PEOPLE, *rows)
    before, began = state(county), time.process_time()
    found = take(county, Kind.PEOPLE, data, "x.xlsx")
    took_s = time.process_time() - began  # whatever else runs on the machine
    assert reasons(found) == [(7_002, "任职日期")]
    assert (found.applied, state(county)) == (False, before)
    assert took_s < 30  # about 5 s where nothing else runs


def test_a_thousand_rows_are_written_in_few_statements(demo_app: Flask, county: Session) -> None:
    set_clock(county, "2026-03-02 09:00")

    def statements(count: int, first: int) -> int:
        rows = [
            SOUND[Kind.PEOPLE] | {"姓名": f"千人{first + n}", "身份证号": id_number(first + n)}
            for n in range(count)
        ]
        with counted(demo_app) as sent:
            assert take(county, Kind.PEOPLE, as_csv(Kind.PEOPLE, *rows)).applied
        return len(sent)

    few, many = statements(10, 9_400), statements(900, 9_500)
    assert many <= few + 6
    assert county.query(Person).filter(Person.name.startswith("千人")).count() == 910


def test_changes_of_many_are_written_in_few_statements(demo_app: Flask, county: Session) -> None:
    set_clock(county, "2026-03-02 09:00")
    rows = [
        SOUND[Kind.PEOPLE] | {"姓名": f"改人{n}", "身份证号": id_number(9_500 + n)}
        for n in range(300)
    ]
    take(county, Kind.PEOPLE, as_csv(Kind.PEOPLE, *rows))
    changed = [
        row | {"电话": f"139222{n:05d}", "用工性质": "事业编制"} for n, row in enumerate(rows)
    ]
    with counted(demo_app) as sent:
        done = take(county, Kind.PEOPLE, as_csv(Kind.PEOPLE, *changed))
    assert (len(done.changed), done.applied) == (300, True)
    assert len(sent) < 25
    assert person_queries.find_by_number(county, COUNTY, "13922200299")[0].name == "改人299"


# --- two at a time; files that were kept --------------------------------------------------------


def test_who_waits_too_long_is_told_and_changes_nothing(demo_app: Flask, county: Session) -> None:
    data = as_csv(Kind.PEOPLE, SOUND[Kind.PEOPLE])
    assert take(county, Kind.PEOPLE, data).applied
    engine = demo_app.extensions["enforcement.engine"]
    with Session(engine) as second:  # a connection of its own; the first has not ended
        second.execute(text("set local lock_timeout = '200ms'"))
        with pytest.raises(StepNotAllowedError, match="另一人正在办理"):
            take(second, Kind.PEOPLE, data)
        second.rollback()
        assert second.query(Person).filter_by(name="王新来").count() == 0


def test_a_file_is_kept_encrypted_until_it_is_imported(county: Session) -> None:
    admin = actor_of(county, "xitong")
    data = as_csv(Kind.PEOPLE, SOUND[Kind.PEOPLE])
    seen = look(county, Kind.PEOPLE, data)
    kept = running.keep(county, admin, Kind.PEOPLE, data, "人员.csv")
    row = county.get_one(ImportUpload, (COUNTY, kept))
    assert "王新来".encode() not in row.sealed
    assert id_number(9001).encode() not in row.sealed
    for kind, upload in ((Kind.UNITS, str(kept)), (Kind.PEOPLE, str(uuid7())), (Kind.PEOPLE, "x")):
        with pytest.raises(InvalidInputError, match="没有找到"):
            running.apply_kept(county, admin, kind, upload, seen.digest)
    with pytest.raises(StaleVersionError):
        running.apply_kept(county, admin, Kind.PEOPLE, str(kept), "other")
    assert running.apply_kept(county, admin, Kind.PEOPLE, str(kept), seen.digest).applied
    assert county.query(ImportUpload).count() == 0


@pytest.mark.parametrize("username", ["anquan", "juzhang", "dadui", "fujing"])
def test_only_the_system_administrator_imports(county: Session, username: str) -> None:
    data, actor = as_csv(Kind.PEOPLE, SOUND[Kind.PEOPLE]), actor_of(county, username)
    before = state(county)
    for act in (running.preview, running.apply, running.keep):
        with pytest.raises(NotPermittedError):
            act(county, actor, Kind.PEOPLE, data, "x.csv")
    assert state(county) == before


def test_whole_numbers_leave_only_with_a_reason_and_are_logged(county: Session) -> None:
    masked = exporting.export(county, actor_of(county, "zhifa1"), Kind.PEOPLE, "csv").decode()
    assert id_number(1) not in masked
    assert masking.id_number(id_number(1)) in masked
    with pytest.raises(NotPermittedError):
        exporting.export(county, actor_of(county, "zhifa1"), Kind.PEOPLE, "csv", reason="x")
    with pytest.raises(InvalidInputError, match="理由"):
        exporting.export(county, actor_of(county, "juzhang"), Kind.PEOPLE, "csv", reason=" ")
    whole = exporting.export(
        county, actor_of(county, "juzhang"), Kind.PEOPLE, "csv", reason="上报省里"
    ).decode()
    assert id_number(1) in whole
    row = county.query(AuditLog).filter_by(act="personal:export").one()
    assert (row.detail["reason"], row.subject) == ("上报省里", "csv")


def test_a_closed_unit_takes_nobody(county: Session) -> None:
    made = squad(county)
    services.close_unit(
        county, actor_of(county, "xitong"), made.id, on=date(2026, 6, 1), reason="撤"
    )
    row = SOUND[Kind.PEOPLE] | {"单位代码": made.code}
    found = look(county, Kind.PEOPLE, as_csv(Kind.PEOPLE, row))
    assert reasons(found) == [(2, "单位代码")]
    assert county.query(Unit).filter_by(code=made.code).count() == 1
