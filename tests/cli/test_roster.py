"""`enforcement roster`: who is on duty, weeks, gaps, publishing."""

from __future__ import annotations

from typing import Any

from tests.cli.conftest import Installation

SHIFTS = "select count(*) from duty_shift"


def village(cli: Installation) -> Any:
    return cli.value(
        "select village_code from post p join account a on a.post_id = p.id"
        " where a.username = 'fujing'"
    )


def test_who_is_on_duty_is_said_in_order(cli: Installation) -> None:
    found = cli.ok("roster", "now", village(cli), "--as", "zhihui")
    assert [step["number"] for step in found["steps"]] == list(range(1, len(found["steps"]) + 1))
    assert found["at"].startswith("2026-03-02T09:00")
    assert not any(step["nobody"] for step in found["steps"])
    at = ("--at", "2026-03-02T03:00:00+08:00")
    said = cli.run("roster", "now", village(cli), *at, "--as", "zhihui")
    assert said.stdout.startswith("1. 驻村辅警")
    assert said.stdout.count("无人值班") == 3
    for wrong in ("2026-03-02T03:00", "now"):
        refused = cli.refused("roster", "now", village(cli), "--at", wrong, "--as", "zhihui")
        assert refused["field"] == "at"
    assert "没有代码" in cli.refused("roster", "now", "1", "--as", "zhihui")["error"]
    assert cli.refused("roster", "now", "1", "--as", "fazhi")["permission"] == "roster:read"


def test_a_week_and_its_gaps_are_listed(cli: Installation) -> None:
    week = cli.ok("roster", "week", "01.01.04.02", "--day", "2026-03-05", "--as", "dadui")
    assert sum(len(day["shifts"]) for day in week["days"]) == 10
    said = cli.run("roster", "week", "01.01.04.02", "--day", "2026-03-05", "--as", "dadui").stdout
    assert "（空缺）" in said
    assert "缺1人" in said
    gaps = cli.ok("roster", "gaps", "--days", "7", "--as", "dadui")
    assert {gap["unit_code"] for gap in gaps["gaps"]} == {"01.01.04.02"}
    told = cli.run("roster", "gaps", "--days", "7", "--as", "dadui").stdout
    assert told.count("缺1人；可安排：") == 2
    none = cli.run("roster", "gaps", "--unit", "01.01.04", "--days", "3", "--as", "dadui")
    assert none.stdout.strip() == "没有空缺。"
    assert "error" in cli.refused("roster", "gaps", "--unit", "01.01.01", "--as", "dadui")


def test_publishing_is_previewed_then_done_once(cli: Installation) -> None:
    ask = ("roster", "publish", "01.01.04", "--day", "2026-05-14", "--as", "dadui")
    before = cli.value(SHIFTS)
    seen = cli.ok(*ask)
    assert (seen["applied"], seen["counts"]["new"]) == (False, 10)
    assert cli.value(SHIFTS) == before
    assert cli.ok(*ask, "--apply")["applied"]
    assert cli.value(SHIFTS) == before + 10
    assert cli.ok(*ask, "--apply")["counts"]["kept"] == 10
    assert "已发布" in cli.run(*ask, "--apply").stdout
    assert cli.value(SHIFTS) == before + 10
    no = cli.refused(*ask[:3], "--day", "2027-01-05", "--as", "dadui", "--apply")
    assert "没有2027年的工作日历" in no["error"]
    other = cli.refused(*ask[:3], "--template", "x", "--day", "2026-05-14", "--as", "dadui")
    assert other["field"] == "template"
