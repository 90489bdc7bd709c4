"""Settings: a default until somebody sets it, bounds, a reason, a row for each change."""

from __future__ import annotations

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from enforcement.demo.organisation import EASY
from enforcement.errors import InvalidInputError, NotPermittedError
from enforcement.settings import queries, services
from enforcement.settings.terms import BY_KEY, SETTINGS
from tests.asking import Calls, Pages, actor_of, as_owner


def history(county: Session) -> list[int]:
    rows = queries.history(county, actor_of(county, "xitong").county_code)
    return [row.value for row in rows if row.key not in EASY]


def test_a_default_holds_until_the_county_sets_another(county: Session) -> None:
    actor = actor_of(county, "xitong")
    assert queries.value(county, actor.county_code, "border_confirm_m") == 30
    services.change(county, actor, "border_confirm_m", 50, "手机误差较大")
    services.change(county, actor, "border_confirm_m", 45, "再次调整")
    assert queries.value(county, actor.county_code, "border_confirm_m") == 45
    assert queries.values(county, actor.county_code)["border_confirm_m"] == 45
    assert queries.value(county, "361025", "border_confirm_m") == 30
    assert history(county) == [45, 50]


@pytest.mark.parametrize(
    ("key", "value", "reason", "field"),
    [
        ("border_confirm_m", -1, "x", "value"),
        ("border_confirm_m", 1001, "x", "value"),
        ("border_confirm_m", 20, "  ", "reason"),
        ("no_such_key", 20, "x", "key"),
    ],
)
def test_what_is_out_of_bounds_is_refused_and_changes_nothing(
    county: Session, key: str, value: int, reason: str, field: str
) -> None:
    actor = actor_of(county, "xitong")
    with pytest.raises(InvalidInputError) as caught:
        services.change(county, actor, key, value, reason)
    assert caught.value.field == field
    assert history(county) == []


def test_only_the_system_administrator_sets(county: Session) -> None:
    for username in ("juzhang", "anquan", "shenji", "dadui"):
        with pytest.raises(NotPermittedError):
            services.change(county, actor_of(county, username), "border_confirm_m", 20, "x")


def test_a_change_is_never_changed(county: Session) -> None:
    services.change(county, actor_of(county, "xitong"), "border_confirm_m", 20, "x")
    with pytest.raises(IntegrityError, match="only grows"), as_owner(county):
        county.execute(text("update setting_entry set value = 1"))


def test_defaults_lie_within_their_bounds() -> None:
    assert all(row.low <= row.default <= row.high for row in SETTINGS)
    assert len(BY_KEY) == len(SETTINGS)


def test_the_page_shows_changes_and_says_what_is_wrong(county: Session, page: Pages) -> None:
    browser = page("xitong")
    done = browser.post("/settings/border_confirm_m", data={"value": "45", "reason": "<b>误差"})
    assert done.status_code == 302
    shown = browser.get("/settings").text
    assert "现为45米" in shown
    assert "&lt;b&gt;误差" in shown
    wrong = browser.post("/settings/border_confirm_m", data={"value": "5000", "reason": "x"})
    assert wrong.status_code == 422
    assert "应当在 0 到 1000 之间" in wrong.text
    assert browser.post("/settings/nothing", data={}).status_code == 404


def test_the_call_sets_and_lists(county: Session, call: Calls) -> None:
    body = {"value": 60, "reason": "测试"}
    assert call("xitong", "POST", "/settings/border_confirm_m", json=body).status_code == 200
    listed = call("xitong", "GET", "/settings").get_json()["settings"]
    [row] = [one for one in listed if one["key"] == "border_confirm_m"]
    assert (row["value"], row["default"], row["unit"]) == (60, 30, "米")
