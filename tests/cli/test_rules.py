"""`enforcement rules` and `enforcement incident taxonomy`: try, add, list, switch off; import."""

from __future__ import annotations

from pathlib import Path

from tests.cli.conftest import Installation
from tests.taxonomy.making import changed

RULE = ("--name", "夜间占道", "--unit", "01.01.01.01", "--category", "04", "--from", "22:00",
        "--to", "06:00", "--weekday", "1")  # fmt: skip


def test_a_rule_is_tried_added_listed_and_switched_off(cli: Installation) -> None:
    tried = cli.ok("rules", "dry-run", *RULE, "--months", "6", "--as", "zhihui")
    assert tried["months"] == 6
    assert "会派给另一单位" in cli.run("rules", "dry-run", *RULE, "--as", "zhihui").stdout
    assert cli.value("select count(*) from routing_rule") == 0
    made = cli.ok("rules", "add", *RULE, "--as", "xitong")
    assert (made["position"], made["from_time"], made["weekdays"]) == (1, "22:00:00", [1])
    listed = cli.ok("rules", "list", "--as", "zhihui")["rules"]
    assert [(one["name"], one["broken"]) for one in listed] == [("夜间占道", [])]
    assert "夜间占道" in cli.run("rules", "list", "--as", "zhihui").stdout
    off = cli.ok("rules", "off", made["id"], "--reason", "试过了", "--as", "xitong")
    assert off["active"] is False
    assert "没有规则" in cli.run("rules", "list", "--as", "zhihui").stdout


def test_a_wrong_rule_and_a_wrong_role_are_refused(cli: Installation) -> None:
    before = cli.value("select count(*) from routing_rule")
    wrong = cli.refused("rules", "add", *RULE, "--area", "999999999", "--as", "xitong")
    assert wrong["field"] == "areas"
    assert cli.refused("rules", "add", *RULE, "--as", "zhihui")["permission"] == "rule:change"
    assert cli.refused("rules", "list", "--as", "fujing")["permission"] == "rule:read"
    assert cli.value("select count(*) from routing_rule") == before


def test_stored_decisions_of_rules_can_be_reproduced(cli: Installation) -> None:
    made = cli.ok("rules", "add", *RULE[:6], "--as", "xitong")
    lon, lat = cli.home()
    cli.ok("incident", "report", "--as", "fujing", "--category", "0401", "--description", "占道",
           "--lon", lon, "--lat", lat)  # fmt: skip
    found = cli.ok("decisions", "verify", "--county", "220322")
    assert (found["ruled"], found["different"]) == (1, [])
    cli.ok("rules", "off", made["id"], "--reason", "试过了", "--as", "xitong")
    assert cli.ok("decisions", "verify", "--county", "220322")["different"] == []


def test_the_list_of_categories_is_previewed_applied_and_exported(
    cli: Installation, tmp_path: Path
) -> None:
    file, command = tmp_path / "类别.csv", ("incident", "taxonomy")
    file.write_bytes(changed("V1102", c0108={"名称": "沿街遗撒"}))
    seen = cli.ok(*command, "import", file, "--as", "xitong")
    assert [one["code"] for one in seen["changed"] + seen["dropped"]] == ["0108", "V1102"]
    assert cli.value("select count(*) from taxonomy_edition") == 0
    assert "不再列入 1" in cli.run(*command, "import", file, "--apply", "--as", "xitong").stdout
    assert cli.value("select count(*) from taxonomy_edition") == 1
    out = tmp_path / "out.xlsx"
    cli.ok(*command, "export", out, "--as", "xitong")
    again = cli.run(*command, "import", out, "--apply", "--as", "xitong")
    assert "没有需要导入的内容" in again.stdout
    file.write_bytes(changed(c0108={"名称": ""}))
    refused = cli.refused(*command, "import", file, "--apply", "--as", "xitong")
    assert [one["column"] for one in refused["problems"]] == ["名称"]
    assert cli.refused(*command, "import", file, "--as", "zhihui")["permission"]
    calls = tmp_path / "calls.csv"
    cli.ok(*command, "export", calls, "--list", "calls", "--as", "xitong")
    assert "red_county" in calls.read_text(encoding="utf-8-sig")
    assert "文件" in cli.refused(*command, "export", tmp_path / "x.pdf", "--as", "xitong")["error"]
    file.write_bytes(changed())
    cli.ok(*command, "import", file, "--apply", "--as", "xitong")
