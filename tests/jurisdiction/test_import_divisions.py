"""Divisions from CSV: what is loaded, what is refused and why."""

from __future__ import annotations

import pytest
from small_county import SMALL, SMALL_DIVISIONS, data_file
from sqlalchemy.orm import Session

from enforcement.errors import InvalidInputError
from enforcement.jurisdiction import queries, services
from enforcement.jurisdiction.terms import Level


def names(session: Session) -> list[str]:
    return [division.name for division in queries.list_divisions(session, SMALL)]


@pytest.mark.parametrize(
    ("name", "county", "read", "villages"),
    [
        ("lishu", "220322", 371, 346),
        ("lean", "361025", 214, 197),
    ],
)
def test_a_true_county_loads_whole(
    session: Session, name: str, county: str, read: int, villages: int
) -> None:
    result = services.import_divisions(session, data_file(f"{name}_divisions.csv"), name)
    assert (result.read, result.accepted, result.rejected) == (read, read, ())
    assert len(queries.list_divisions(session, county, Level.VILLAGE)) == villages
    assert queries.get_county(session, county).short in {"梨", "乐"}


def test_a_second_import_updates_by_code(session: Session) -> None:
    services.import_divisions(session, SMALL_DIVISIONS.encode(), "a.csv")
    renamed = SMALL_DIVISIONS.replace("四村", "新四村").encode("utf-8-sig")
    services.import_divisions(session, renamed, "b.csv")
    session.expire_all()
    assert names(session)[-1] == "新四村"
    assert len(names(session)) == 7


DEFECTS = [
    ("990001101202,五村,village,990001102", "上级代码应为 990001101"),
    ("990001109200,五村,village,990001109", "未知"),
    ("990001101201,五村,village,990001101", "重复"),
    ("990001101202,,village,990001101", "名称为空"),
    ("99000110120,五村,village,990001101", "12 位"),
    ("９９０００１１０１２０２,五村,village,990001101", "12 位"),
    ("990001101202,五村,hamlet,990001101", "hamlet"),
    ("990002101202,五村,village,990002101", "不属于本县"),
    ("990001101202", "级别"),
]


@pytest.mark.parametrize(("line", "reason"), DEFECTS)
def test_a_refused_row_is_named_by_its_line_and_nothing_changes(
    session: Session, line: str, reason: str
) -> None:
    result = services.import_divisions(session, f"{SMALL_DIVISIONS}{line}\n".encode(), "a.csv")
    [rejected] = result.rejected
    assert rejected.row == 9
    assert reason in rejected.reason
    assert (result.accepted, result.edition_id) == (0, None)
    assert names(session) == []


def test_refused_rows_may_be_left_out(session: Session) -> None:
    data = f"{SMALL_DIVISIONS}990001101202,,village,990001101\n".encode()
    result = services.import_divisions(session, data, "a.csv", skip_rejected=True)
    assert (result.accepted, len(result.rejected)) == (7, 1)
    assert len(names(session)) == 7


@pytest.mark.parametrize(
    ("data", "word"),
    [
        (SMALL_DIVISIONS.encode("gbk"), "GBK"),
        (b"\xff\xff\xff", "UTF-8"),
        ("code,name\n1,二\n".encode(), "缺少列"),
        (b"code,name,level,parent_code\n", "没有区划代码"),
    ],
)
def test_an_unusable_file_is_refused_as_a_whole(session: Session, data: bytes, word: str) -> None:
    with pytest.raises(InvalidInputError, match=word):
        services.import_divisions(session, data, "a.csv")


def counted(column: str, *people: str) -> bytes:
    lines = SMALL_DIVISIONS.splitlines()
    cells = [column, *people, *[""] * (len(lines) - 1 - len(people))]
    return "\n".join(f"{line},{cell}" for line, cell in zip(lines, cells, strict=True)).encode()


def people(session: Session) -> list[int | None]:
    session.expire_all()
    return [division.population for division in queries.list_divisions(session, SMALL)]


@pytest.mark.parametrize("column", ["population", "人口"])
def test_the_inhabitants_are_loaded_and_stay_where_a_later_file_does_not_tell_them(
    session: Session, column: str
) -> None:
    services.import_divisions(session, counted(column, "9000", "", "1200"), "a.csv")
    before = people(session)
    assert sorted(one for one in before if one is not None) == [1200, 9000]
    services.import_divisions(session, SMALL_DIVISIONS.encode(), "b.csv")
    assert people(session) == before
    services.import_divisions(session, counted(column, "9001"), "c.csv")
    assert [one for one in people(session) if one is not None] == [9001]


@pytest.mark.parametrize("wrong", ["-1", "12.5", "many", "１２", "9" * 12])
def test_inhabitants_that_are_no_whole_number_are_refused(session: Session, wrong: str) -> None:
    file = counted("人口", *["1"] * 6, wrong)
    result = services.import_divisions(session, file, "a.csv")
    assert [(one.row, "人口" in one.reason) for one in result.rejected] == [(8, True)]
    assert queries.list_divisions(session, SMALL) == []
