"""`enforcement ledger`, `alarm`, `drill`: people, filters, reasons, alarms, files."""

from __future__ import annotations

from pathlib import Path

from tests.cli.conftest import Installation


def test_an_ask_names_handler_and_agent_and_is_filtered(cli: Installation) -> None:
    [first, second, *_more] = cli.ok("ledger", "people", "--as", "fujing")["people"]
    made = cli.ok(
        "ledger", "add", "--kind", "proxy", "--matter", "代办社保。", "--visitor", "王某某",
        "--phone", "13800000001", "--handler-id", first["id"], "--agent-id", second["id"],
        "--as", "fujing",
    )  # fmt: skip
    assert (made["handler_id"], made["agent_id"]) == (first["id"], second["id"])
    assert (made["visitor"], made["phone"]) == ("王**", "138****0001")
    village = ("--village", made["village_code"])
    rows = cli.ok("ledger", "list", *village, "--handler-id", first["id"], "--as", "fujing")
    assert made["id"] in [row["id"] for row in rows["asks"]]
    assert {row["handler_id"] for row in rows["asks"]} == {first["id"]}
    assert cli.ok("ledger", "list", "--undated", "--as", "fujing")["asks"] == []
    seen = cli.ok("ledger", "visitor", made["id"], "--reason", "回访", "--as", "fujing")
    assert seen == {"visitor": "王某某", "phone": "13800000001"}
    reason = "select detail ->> 'reason' from audit_log where act = 'ledger:read_visitor'"
    assert cli.value(reason) == "回访"
    refused = cli.refused("ledger", "visitor", made["id"], "--reason", " ", "--as", "fujing")
    assert refused["field"] == "reason"


def test_alarms_are_listed_and_closed_by_an_administrator(cli: Installation) -> None:
    assert cli.ok("alarm", "list", "--as", "xitong")["alarms"] == []
    assert "没有报警" in cli.run("alarm", "list", "--as", "zhihui").stdout
    denied = cli.refused("alarm", "list", "--as", "fujing")
    assert denied["permission"] == "alarm:read"
    nothing = "01a20ee2-cfce-705a-b9d7-fa1ccf3e2cf9"
    refused = cli.refused("alarm", "close", nothing, "--note", "x", "--as", "xitong")
    assert "没有这条报警" in refused["error"]


def test_a_drills_counts_of_each_township_are_written_to_a_file(
    cli: Installation, tmp_path: Path
) -> None:
    made = cli.ok("drill", "start", "--as", "zhihui")
    assert sum(one["points"] + one["phones"] for one in made["groups"]) == made["asked"]
    shown = cli.run("drill", "show", made["id"], "--as", "zhihui").stdout
    assert f"{made['groups'][0]['name']}：服务点 " in shown
    file = tmp_path / "drill.csv"
    cli.ok("drill", "export", made["id"], file, "--by-township", "--as", "zhihui")
    lines = file.read_text("utf-8-sig").splitlines()
    assert [line.split(",")[0] for line in lines[1:]] == [one["name"] for one in made["groups"]]
