"""A county's benchmark: looked at, imported whole, refused by row, never changed afterwards."""

from __future__ import annotations

import io

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from enforcement.discretion import importing, queries, writing
from enforcement.errors import NotPermittedError, StaleVersionError
from tests.asking import Calls, Pages, actor_of, as_owner
from tests.discretion.making import OTHER, ROW, as_csv, put

COUNTY = "220322"


def test_a_look_changes_nothing_and_the_same_file_is_then_in_force(county: Session) -> None:
    admin, data = actor_of(county, "xitong"), as_csv(ROW, OTHER)
    seen = importing.preview(county, admin, data, "基准.csv")
    assert [one.code for one in seen.added] == ["M12-1", "M12-2"]
    assert queries.current(county, COUNTY).edition_id is None
    done = importing.apply(county, admin, data, "基准.csv", digest=seen.digest)
    assert done.applied
    now = queries.current(county, COUNTY)
    assert list(now.rows) == ["M12-1", "M12-2"]
    again = importing.apply(county, admin, writing.export(county, admin, "xlsx"), "基准.xlsx")
    assert (again.applied, again.changes, again.same) == (False, 0, 2)


def test_a_second_edition_shows_what_changes_and_keeps_the_first(county: Session) -> None:
    first = put(county, ROW, OTHER)
    before = queries.current(county, COUNTY)
    seen = importing.preview(
        county, actor_of(county, "xitong"), as_csv(ROW | {"high": "900"}), "基准.csv"
    )
    assert seen.changed[0].words == ("上限：1000.00 → 900.00",)
    assert [one.code for one in seen.dropped] == ["M12-2"]
    put(county, ROW | {"high": "900"})
    assert before.edition_id is not None
    assert len(queries.of_edition(county, COUNTY, before.edition_id).rows) == first.rows
    with pytest.raises(StaleVersionError):
        importing.apply(county, actor_of(county, "xitong"), as_csv(ROW), "x.csv",
                        digest=seen.digest)  # fmt: skip


@pytest.mark.parametrize(
    ("change", "column"),
    [
        ({"matter": "M99"}, "事项代码"),
        ({"matter": "X01"}, "事项代码"),
        ({"party": "外星人"}, "当事人类型"),
        ({"conditions": "面积大"}, "情节"),
        ({"high": "20001"}, "上限"),
        ({"low": "2000", "high": "1000"}, "上限"),
        ({"high": ""}, "上限"),
        ({"tier": "不予处罚"}, "下限"),
        ({"tier": "减轻"}, "上限"),
        ({"measure": "每平方米元"}, "计算方式"),
        ({"matter": "M15", "measure": "计罚基数的百分之", "low": "4", "high": "8"}, "下限"),
        ({"valid_to": "2025-12-31"}, "失效日期"),
    ],
)
def test_r13_a_wrong_row_is_named_and_nothing_is_imported(
    county: Session, change: dict[str, str], column: str
) -> None:
    done = importing.apply(
        county, actor_of(county, "xitong"), as_csv(OTHER, ROW | change), "基准.csv"
    )
    assert [(one.row, one.column) for one in done.problems] == [(3, column)]
    assert queries.current(county, COUNTY).edition_id is None


def test_the_same_code_twice_is_refused(county: Session) -> None:
    done = importing.preview(county, actor_of(county, "xitong"), as_csv(ROW, ROW), "基准.csv")
    assert [one.column for one in done.problems] == ["编号"]


def test_only_the_administrator_imports_and_rows_never_change(county: Session) -> None:
    with pytest.raises(NotPermittedError):
        importing.apply(county, actor_of(county, "juzhang"), as_csv(ROW), "基准.csv")
    put(county, ROW)
    for statement in ("update discretion_row set high = 1", "delete from discretion_edition"):
        with (
            pytest.raises(IntegrityError, match="only grows"),
            county.begin_nested(),
            as_owner(county),
        ):
            county.execute(text(statement))


def test_pages_and_calls_show_and_import_the_benchmark(
    county: Session, page: Pages, call: Calls
) -> None:
    admin = page("xitong")
    assert "没有导入裁量基准" in admin.get("/discretion").text
    sent = {"file": (io.BytesIO(as_csv(ROW | {"high": "99999"})), "基准.csv")}
    refused = admin.post("/discretion/import", data=sent)
    assert refused.status_code == 422
    assert "超出法定幅度" in refused.text
    path = "/discretion/import?name=基准.csv&apply=true"
    assert call("xitong", "POST", path, data=as_csv(ROW)).get_json()["applied"]
    assert call("fazhi", "GET", "/discretion").get_json()["rows"][0]["conditions"] == "面积<10"
    assert "面积&lt;10" in page("zhifa1").get("/discretion").text
