"""The money of a case and confiscated goods by command."""

from __future__ import annotations

from pathlib import Path

from tests.cli.conftest import Installation


def closed(cli: Installation) -> str:
    """Return the number of the demonstration's case that was paid and closed."""
    found = cli.ok("case", "list", "--as", "zhifa1", "--state", "closed")["cases"]
    return str(found[0]["number"])


def test_what_is_owed_is_shown_and_a_notice_issued(cli: Installation) -> None:
    number = closed(cli)
    shown = cli.ok("money", "show", number, "--as", "juzhang")
    assert shown["fine_yuan"] == shown["paid_yuan"] != "0.00"
    text = cli.run("money", "show", number, "--as", "juzhang").stdout
    assert f"{number} 计算至" in text
    assert "第1期" in text
    made = cli.ok("money", "notice", number, "--as", "zhifa1")
    assert "缴字" in made["notice"]
    refused = cli.refused("money", "notice", number, "--as", "juzhang")
    assert refused["permission"] == "case:work"
    filed = cli.ok("case", "list", "--as", "zhifa1", "--state", "filed")["cases"][0]["number"]
    assert "罚款决定" in cli.refused("money", "notice", filed, "--as", "zhifa1")["error"]


def test_goods_are_entered_kept_and_approved_by_command(cli: Installation, tmp_path: Path) -> None:
    number = closed(cli)
    fields = {one["name"] for one in cli.ok("goods", "fields", "enter")["fields"]}
    assert fields == {"items", "exhibits", "place", "keeper"}
    said = ("--set", "items=烧烤炉，铁制，1台", "--set", "place=局仓库", "--set", "keeper=李保管")
    [item] = cli.ok("goods", "enter", number, "--as", "zhifa1", *said)["goods"]
    assert (item["no"], item["state"]) == (1, "held")
    kept = cli.ok("goods", "act", item["id"], "keep", "--as", "zhifa1", "--set", "place=县仓库",
                  "--set", "keeper=王保管", "--set", f"version={item['version']}")  # fmt: skip
    assert kept["keeper"] == "王保管"
    refused = cli.refused("goods", "act", item["id"], "propose", "--as", "zhifa1",
                          "--set", "way=burn", "--set", "reason=x")  # fmt: skip
    assert "处理方式（way）" in refused["error"]
    cli.ok("goods", "act", item["id"], "propose", "--as", "zhifa1", "--set", "way=auction",
           "--set", "reason=可以使用")  # fmt: skip
    approve = ("goods", "act", item["id"], "approve", "--set", "opinion=同意")
    assert cli.refused(*approve, "--as", "zhifa1")["permission"] == "case:approve"
    assert cli.ok(*approve, "--as", "juzhang")["state"] == "approved"
    listed = cli.ok("goods", "list", "--as", "juzhang", "--state", "approved")["goods"]
    assert [(one["id"], one["case_number"]) for one in listed] == [(item["id"], number)]
    shown = cli.ok("goods", "show", number, "--as", "zhifa1")
    assert [one["taker"] for one in shown["custody"]][-1] == "王保管"
    assert "烧烤炉" in cli.run("goods", "show", number, "--as", "zhifa1").stdout
