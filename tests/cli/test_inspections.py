"""Inspections of enterprises by command: propose, list, act, refused with words."""

from __future__ import annotations

from tests.cli.conftest import Installation


def test_an_inspection_is_proposed_approved_and_cancelled_by_command(cli: Installation) -> None:
    first, second = cli.ok("case", "officers", "--as", "zhifa1")["officers"][:2]
    mine = cli.value("select person_id::text from account where username = 'zhifa1'")
    other = first["id"] if first["id"] != mine else second["id"]
    village = cli.value(
        "select p.village_code from post p join account a on a.post_id = p.id"
        " where a.username = 'fujing'"
    )
    said = {
        "uscc": "92220322MA0Y6JJ06B", "name": "示例饭店", "representative": "赵示例",
        "address": "示例东街2号", "village_code": village, "matter_code": "M26",
        "source": "complaint", "reason": "群众反映燃气味", "content": "燃气使用情况",
        "from_on": "2026-03-02", "until_on": "2026-03-06", "officer_a": mine, "officer_b": other,
    }  # fmt: skip
    pairs = [word for name, value in said.items() for word in ("--set", f"{name}={value}")]
    made = cli.ok("inspection", "propose", "--as", "zhifa1", *pairs)
    assert made["state"] == "proposed"
    again = cli.refused("inspection", "propose", "--as", "zhifa1", *pairs)
    assert [one["id"] for one in again["gates"]] == ["combined"]
    number = made["number"]
    cli.ok("inspection", "act", number, "approve", "--as", "juzhang", "--set", "opinion=同意。")
    assert (
        "→ 发出检查通知书（notify）✓"
        in cli.run("inspection", "show", number, "--as", "zhifa1").stdout
    )
    refused = cli.refused("inspection", "act", number, "enter", "--as", "zhifa1",
                          "--set", "shown=true")  # fmt: skip
    assert "不能执行" in refused["error"]
    cli.ok("inspection", "act", number, "cancel", "--as", "zhifa1", "--set", "reason=已停业")
    listed = cli.ok("inspection", "list", "--as", "zhongdui", "--state", "cancelled")
    assert number in {one["number"] for one in listed["inspections"]}
    fields = cli.ok("inspection", "fields", "conclude")["fields"]
    assert "lead" in next(one for one in fields if one["name"] == "result")["choices"]
