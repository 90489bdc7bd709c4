"""The fewest rows: a township's stays as far as it can, villages of one unit fold back to it."""

from __future__ import annotations

from enforcement.ids import uuid7
from enforcement.jurisdiction.plan_areas import Owner, PlanRow, give, owners_of

TOWN, OTHER = "990001100", "990001101"
A, B, C = (Owner(uuid7(), code) for code in ("01.01", "01.02", "01.03"))
VILLAGES = [f"{TOWN}20{n}" for n in range(4)]
LEAVES = [*VILLAGES, f"{OTHER}200"]


def row(owner: Owner, code: str, priority: int = 0, category: str | None = None) -> PlanRow:
    return PlanRow(uuid7(), owner.unit_id, owner.unit_code, code, None, priority, category)


def said(rows: list[PlanRow]) -> list[tuple[str, str | None]]:
    return sorted((one.unit_code, one.area_code) for one in rows)


def test_a_village_that_leaves_gets_a_row_and_the_townships_row_stays() -> None:
    town = row(A, TOWN)
    after = give([town], LEAVES, {VILLAGES[0]: B}, None)
    assert said(after) == [("01.01", TOWN), ("01.02", VILLAGES[0])]
    assert town in after


def test_a_village_that_comes_back_leaves_no_row_behind() -> None:
    town = row(A, TOWN)
    split = give([town], LEAVES, {VILLAGES[0]: B}, None)
    assert give(split, LEAVES, {VILLAGES[0]: A}, None) == [town]


def test_villages_that_all_belong_to_one_unit_fold_back_to_the_township() -> None:
    rows = [row(A, TOWN)]
    for village in VILLAGES:
        rows = give(rows, LEAVES, {village: B}, None)
    assert said(rows) == [("01.02", TOWN)]


def test_a_townships_row_that_lost_all_its_villages_goes_to_who_has_most() -> None:
    wanted = dict(zip(VILLAGES, (B, B, B, C), strict=True))
    after = give([row(A, TOWN)], LEAVES, wanted, None)
    assert said(after) == [("01.02", TOWN), ("01.03", VILLAGES[3])]


def test_without_a_township_row_only_the_villages_given_are_written() -> None:
    after = give([], LEAVES, {VILLAGES[0]: A, VILLAGES[1]: A}, None)
    assert said(after) == [("01.01", VILLAGES[0]), ("01.01", VILLAGES[1])]


def test_a_row_of_the_whole_county_needs_no_township_row_to_agree_with_it() -> None:
    county = row(C, "990001")
    split = give([county], LEAVES, {VILLAGES[0]: A}, None)
    assert said(split) == [("01.01", VILLAGES[0]), ("01.03", "990001")]
    assert give(split, LEAVES, {VILLAGES[0]: C}, None) == [county]


def test_the_higher_priority_counts_and_the_losing_row_goes_when_its_township_is_touched() -> None:
    rows = [row(A, TOWN), row(B, TOWN, priority=1)]
    assert owners_of(rows, LEAVES)[VILLAGES[0]] == B
    assert said(give(rows, LEAVES, {VILLAGES[0]: C}, None)) == [
        ("01.02", TOWN), ("01.03", VILLAGES[0]),
    ]  # fmt: skip


def test_rows_of_another_category_are_left_alone() -> None:
    special = row(C, TOWN, category="04")
    rows = [row(A, TOWN), special]
    after = give(rows, LEAVES, dict.fromkeys(VILLAGES, B), None)
    assert special in after
    assert owners_of(after, LEAVES, "04")[VILLAGES[0]] == C


def test_rows_of_a_closed_unit_do_not_count_and_go() -> None:
    rows = [row(A, TOWN)]
    assert owners_of(rows, LEAVES, closed={A.unit_id})[VILLAGES[0]] is None
    after = give(rows, LEAVES, {VILLAGES[0]: B}, None, {A.unit_id})
    assert said(after) == [("01.02", VILLAGES[0])]


def test_nothing_changes_where_everything_is_as_wanted() -> None:
    rows = [row(A, TOWN), row(B, VILLAGES[1]), row(C, OTHER)]
    assert set(give(rows, LEAVES, {VILLAGES[1]: B}, None)) == set(rows)
