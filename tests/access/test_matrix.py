"""The matrix of permissions shows each act once, by role, out of the table that checks read."""

from __future__ import annotations

import re

from enforcement.access import matrix
from enforcement.law.terms import Role
from enforcement.permissions import PERMISSIONS_OF, Permission
from enforcement.scope import BY_AREA, COUNTY_WIDE, NOTHING, REACH_OF, Reach
from tests.asking import Calls, Pages

CHINESE = re.compile(r"[\u4e00-\u9fff]")


def test_every_act_stands_in_the_matrix_once_and_every_role_has_a_reach() -> None:
    listed = [one for _name, some in matrix.GROUPS for one in some]
    assert sorted(listed) == sorted(Permission)
    assert set(REACH_OF) == set(Role) == set(PERMISSIONS_OF)
    rest = {role for role, reach in REACH_OF.items() if reach is Reach.UNIT}
    assert COUNTY_WIDE | BY_AREA | NOTHING | rest == set(Role)


def test_every_act_has_a_word_in_both_languages() -> None:
    for one in Permission:
        assert CHINESE.search(one.zh), one
        assert one.en, one
        assert not CHINESE.search(one.en), one


def test_the_page_shows_what_the_table_says_and_marks_the_own_role(page: Pages) -> None:
    html = page("zhifa1").get("/access/matrix").text
    rows = re.findall(r"<tr><th scope=\"row\" class=\"fw-normal\">.*?</tr>", html, re.DOTALL)
    assert len(rows) == len(Permission)
    held = sum(row.count("bi-check-lg") for row in rows)
    assert held == sum(len(some) for some in PERMISSIONS_OF.values())
    assert all(row.count('class="own"') == 1 for row in rows)


def test_the_call_gives_the_matrix_by_role(call: Calls) -> None:
    told = {row["role"]: row for row in call("shenji", "GET", "/permissions").get_json()["roles"]}
    assert set(told) == {str(role) for role in Role}
    auditor = told[str(Role.AUDIT_ADMIN)]
    assert (auditor["reach"], auditor["permissions"]) == (
        "none", sorted(map(str, PERMISSIONS_OF[Role.AUDIT_ADMIN])))  # fmt: skip


def test_a_refusal_says_in_words_what_the_post_may_not_do(call: Calls) -> None:
    refused = call("shenji", "GET", "/cases")
    assert refused.status_code == 403
    assert "查看案件" in refused.get_json()["error"]
